"""The cohort at a quarter of its depth: each planted change of copies is found, nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dugnad.demo.truth import TruthSegment, load_truth
from dugnad.record_copy_number import CopyNumber, Purity
from dugnad.tables import COPY_NUMBERS, SEGMENTS, read_table

PAIRED = {"IPX0001": 0.6, "IPX0004": 0.7, "IPX0005": 0.7, "IPX0007": 0.4}
CHANGED = ("IPX0001", "IPX0002", "IPX0004", "IPX0005", "IPX0007")


def table(cohort: Path, case: str, kind: str, schema: Any) -> list[dict[str, Any]]:
    return read_table(cohort / f"results/{case}/copy_number/{case}.{kind}.parquet", schema)


def genes(cohort: Path, case: str) -> list[dict[str, Any]]:
    return table(cohort, case, "copy_numbers", COPY_NUMBERS)


def gene(cohort: Path, case: str, name: str) -> dict[str, Any]:
    rows = genes(cohort, case)
    return next(row for row in rows if row["gene"] == name and row["exons"] is None)


def overlaps(row: dict[str, Any], segment: TruthSegment) -> bool:
    same = segment.chrom == row["chrom"]
    return same and bool(segment.start < row["end"] and row["start"] < segment.end)


def changed(cohort: Path, case: str) -> Iterator[tuple[dict[str, Any], TruthSegment]]:
    """Genes that lie wholly in a planted segment, with the segment."""
    for row in genes(cohort, case):
        for segment in load_truth(cohort, case).copy_numbers:
            inside = segment.start <= row["start"] and row["end"] <= segment.end
            if overlaps(row, segment) and inside and row["exons"] is None:
                yield row, segment


def expected_call(copies: int) -> str:
    """By the demo panel's limits, of a tumour with about two copies of most."""
    calls = ["homozygous_deletion", "loss", "neutral", "gain", "gain", "gain"]
    return calls[copies] if copies < len(calls) else "amplification"


@pytest.mark.parametrize("case", CHANGED)
def test_planted_changes_of_genes_are_found(cohort: Path, case: str) -> None:
    found = list(changed(cohort, case))
    assert found
    for row, segment in found:
        copies = segment.haplotype_1 + segment.haplotype_2
        told = f"{row['gene']}: {row['reason']}"
        assert row["copies"] == pytest.approx(copies, rel=0.25, abs=0.35), told
        assert row["call"] == expected_call(copies), told
        if row["loh"] is not None:
            assert row["loh"] is (min(segment.haplotype_1, segment.haplotype_2) == 0), told


def test_what_boards_ask_for(cohort: Path) -> None:
    assert gene(cohort, "IPX0001", "MET")["call"] == "amplification"
    assert gene(cohort, "IPX0001", "CDKN2A")["call"] == "homozygous_deletion"
    assert gene(cohort, "IPX0004", "CDKN2A")["call"] == "loss"
    assert gene(cohort, "IPX0007", "ERBB2")["call"] == "amplification"
    for name in ("NF2", "CHEK2"):  # chromosome 22
        assert gene(cohort, "IPX0005", name)["call"] == "loss"
    lost = [("IPX0001", "TP53"), ("IPX0002", "STK11")]
    lost += [("IPX0005", name) for name in ("TP53", "BRCA1", "NF2", "CHEK2")]
    assert [gene(cohort, *one)["loh"] for one in lost] == [True] * len(lost)


@pytest.mark.parametrize("case", [*CHANGED, "IPX0006"])
def test_nothing_else_is_called(cohort: Path, case: str) -> None:
    """No gene away from what is planted is called, and no heterozygosity is lost there."""
    segments = load_truth(cohort, case).copy_numbers
    for row in genes(cohort, case):
        if not any(overlaps(row, segment) for segment in segments):
            told = f"{row['gene']} {row['exons']}: {row['reason']}"
            assert row["call"] in {"neutral", "not_assessable"}, told
            assert row["loh"] is not True, told


@pytest.mark.parametrize(("case", "purity"), PAIRED.items())
def test_purity_is_told(cohort: Path, case: str, purity: float) -> None:
    """Within a tenth at full depth; at a quarter IPX0007, with one event, comes near to that."""
    path = cohort / f"results/{case}/copy_number/{case}.purity.json"
    found = Purity.model_validate_json(path.read_text())
    assert found.estimated == pytest.approx(purity, abs=0.12)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= purity <= found.upper
    assert found.stated == purity


def test_failed_probes_are_no_deletion(cohort: Path) -> None:
    """NRAS exon 3 of IPX0004 has no depth at all, less than its normal cells would leave."""
    rows = [row for row in genes(cohort, "IPX0004") if row["gene"] == "NRAS"]
    assert {row["call"] for row in rows} <= {"neutral", "not_assessable"}


def test_another_persons_normal_is_not_used(cohort: Path) -> None:
    path = cohort / "results/IPX0011/copy_number/IPX0011.copy_number.json"
    part = CopyNumber.model_validate_json(path.read_text())
    assert any("another person" in note for note in part.notes)
    assert not any(segment.loh for segment in part.segments)


def test_segments_have_copies_where_purity_is_known(cohort: Path) -> None:
    for case in PAIRED:
        rows = table(cohort, case, "segments", SEGMENTS)
        assert len({row["chrom"] for row in rows}) >= 23
        assert sum(row["copies"] is None for row in rows) <= 2, case
