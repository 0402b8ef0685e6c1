"""RNA of the whole cohort: fusions by both methods, the splice variant, and what absence means."""

import json
from pathlib import Path
from typing import Any

import pytest

from dugnad.demo.truth import load_truth
from dugnad.tables import FINDINGS, JUNCTIONS, REARRANGEMENTS, read_table

RNA = ("IPX0001", "IPX0002", "IPX0015")
DEGRADED = "IPX0015"


def junctions(cohort: Path, case: str, method: str) -> list[dict[str, Any]]:
    path = cohort / f"results/{case}/rearrangements/{case}.{method}.junctions.parquet"
    return read_table(path, JUNCTIONS)


def splice_variants(cohort: Path, case: str) -> list[dict[str, Any]]:
    path = cohort / f"results/{case}/rearrangements/{case}.splice_variants.parquet"
    return read_table(path, REARRANGEMENTS)


def notes(cohort: Path, case: str) -> str:
    path = cohort / f"results/{case}/rearrangements/{case}.rna_notes.json"
    return " ".join(json.loads(path.read_text()))


def test_the_fusion_is_exact(cohort: Path) -> None:
    (truth,) = load_truth(cohort, "IPX0002").expected.fusions
    (row,) = junctions(cohort, "IPX0002", "star")
    found = (row["chrom_1"], row["pos_1"]), (row["chrom_2"], row["pos_2"])
    assert found == truth.rna_junction
    assert (row["gene_5"], row["gene_3"]) == truth.genes
    assert (row["uncertainty"], row["caller_filters"]) == (0, [])
    assert row["reference_1"] > row["split_reads"] > 1


def test_the_other_method_sees_the_same_genes(cohort: Path) -> None:
    """At a quarter of the reads few run across the junction; without any, a place is a guess."""
    (truth,) = load_truth(cohort, "IPX0002").expected.fusions
    rows = junctions(cohort, "IPX0002", "pizzly")
    assert {(row["gene_5"], row["gene_3"]) for row in rows} == {truth.genes}
    assert truth.rna_junction in {
        ((row["chrom_1"], row["pos_1"]), (row["chrom_2"], row["pos_2"])) for row in rows
    }
    assert all(
        row["uncertainty"] > 0 and row["caller_filters"] for row in rows if not row["split_reads"]
    )


@pytest.mark.parametrize("case", ["IPX0001", DEGRADED])
@pytest.mark.parametrize("method", ["star", "pizzly"])
def test_no_fusion_in_others(cohort: Path, case: str, method: str) -> None:
    assert [row for row in junctions(cohort, case, method) if not row["caller_filters"]] == []


def test_the_skipped_exon(cohort: Path) -> None:
    expected = load_truth(cohort, "IPX0001").expected
    (truth,) = expected.splice_variants
    (row,) = splice_variants(cohort, "IPX0001")
    assert (row["name"], row["filters"], row["frame"]) == ("MET exon 14 skipping", [], "in_frame")
    found = (row["rna_chrom_1"], row["rna_pos_1"]), (row["rna_chrom_2"], row["rna_pos_2"])
    assert found == truth.rna_junction
    assert (row["exon_5"], row["exon_3"]) == (truth.exon - 1, truth.exon + 1)
    reference = (row["rna_reference_1"] + row["rna_reference_2"]) / 2
    share = row["rna_split_reads"] / (row["rna_split_reads"] + reference)
    # 9 copies of 10 in a tumour cell have its cause, and none in a normal cell
    purity = next(s.purity for s in expected.samples if s.analyte == "rna")
    of_allele = 9 * purity / (10 * purity + 2 * (1 - purity))
    assert share / of_allele == pytest.approx(truth.fraction, abs=0.12)


@pytest.mark.parametrize("case", ["IPX0002", DEGRADED])
def test_no_splice_variant_in_others(cohort: Path, case: str) -> None:
    assert [row for row in splice_variants(cohort, case) if not row["filters"]] == []


def test_absence_is_stated(cohort: Path) -> None:
    assert "looked for in RNA and not seen: MET exon 14 skipping (0 of" in notes(cohort, "IPX0002")
    degraded = notes(cohort, DEGRADED)
    assert "RNA failed its quality control" in degraded
    assert "looked for in RNA and not seen" not in degraded


def test_the_mutated_allele_is_expressed(cohort: Path) -> None:
    """Of the tumour cells' TP53 every copy has it; without depth, nothing would be known."""
    path = cohort / "results/IPX0001/interpretation/IPX0001.findings.parquet"
    rows = {row["hgvs_p"]: row for row in read_table(path, FINDINGS) if row["gene"] == "TP53"}
    found = rows["p.(Arg175His)"]
    assert found["rna_depth"] >= found["rna_alt_reads"] > 0


@pytest.mark.parametrize("case", RNA)
def test_programs_are_named(cohort: Path, case: str) -> None:
    record = json.loads((cohort / f"results/{case}/report/{case}.case.json").read_text())
    looked_for = record["rearrangements"]["splice_variants"]
    assert looked_for == ["MET exon 14 skipping", "EGFRvIII"]
    assert {"kallisto", "pizzly", "STAR"} <= {item["name"] for item in record["software"]}
