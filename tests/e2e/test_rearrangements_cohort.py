"""Fusions of the whole cohort, of DNA and RNA, against its truth."""

from pathlib import Path

import pytest

from dugnad.demo.truth import load_truth
from dugnad.record import CaseRecord
from dugnad.record_rearrangements import Rearrangements
from dugnad.tables import JUNCTIONS, REARRANGEMENTS, read_table
from support import ROOT

CASES = [path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml"))]


def part(cohort: Path, case: str) -> Rearrangements:
    path = cohort / f"results/{case}/rearrangements/{case}.rearrangements.json"
    return Rearrangements.model_validate_json(path.read_text())


@pytest.mark.parametrize("case", CASES)
def test_fusions_that_pass_are_those_of_the_truth(cohort: Path, case: str) -> None:
    truth = load_truth(cohort, case).expected.fusions
    passing = [item for item in part(cohort, case).found if item.passes and item.kind == "fusion"]
    assert [item.name for item in passing] == [fusion.name for fusion in truth]


@pytest.mark.parametrize("case", CASES)
def test_no_gene_is_broken_that_should_not_be(cohort: Path, case: str) -> None:
    found = part(cohort, case).found
    assert [i.name for i in found if i.passes and i.kind == "structural"] == []


def test_the_fusion_has_exact_places_exons_frame_and_domain(cohort: Path) -> None:
    truth = load_truth(cohort, "IPX0002").expected.fusions[0]
    found = next(item for item in part(cohort, "IPX0002").found if item.passes)
    places = {(found.chrom_1, found.pos_1), (found.chrom_2, found.pos_2)}
    for contig, pos in truth.breakpoints:
        assert any(c == contig and abs((p or 0) - pos) <= 10 for c, p in places), (contig, pos)
    assert (found.exon_5, found.exon_3) == truth.exons
    assert (found.frame, found.domain_kept, found.domain) == ("in_frame", "kept", "ALK kinase")
    assert found.known
    assert found.on_target == ("ALK",)
    assert {"dna:search", "dna:delly"} <= set(found.called_by)
    assert any(name.startswith("rna:") for name in found.called_by)
    (contig_5, pos_5), (contig_3, pos_3) = truth.rna_junction
    assert (found.rna_chrom_1, found.rna_pos_1) == (contig_5, pos_5)
    assert (found.rna_chrom_2, found.rna_pos_2) == (contig_3, pos_3)


def test_the_search_alone_is_exact_and_counts_molecules(cohort: Path) -> None:
    path = cohort / "results/IPX0002/rearrangements/IPX0002.search.junctions.parquet"
    rows = read_table(path, JUNCTIONS)
    best = max(rows, key=lambda row: row["split_reads"] + row["pairs"])
    assert best["uncertainty"] == 0
    assert best["split_reads"] >= 6
    assert best["read_starts"] >= 6


def test_the_other_end_of_the_inversion_is_flagged(cohort: Path) -> None:
    flagged = {item.name: item.filters for item in part(cohort, "IPX0002").found}
    assert "reciprocal" in flagged["ALK::EML4"]


def test_the_internal_duplication_is_a_small_variant_alone(cohort: Path) -> None:
    found = part(cohort, "IPX0006").found
    assert not [item for item in found if item.passes]
    path = cohort / "results/IPX0006/rearrangements/IPX0006.rearrangements.parquet"
    for row in read_table(path, REARRANGEMENTS):
        if row["gene_5"] == "FLT3":
            assert "agrees with the small variant FLT3" in row["reason"]


def test_the_record_has_the_part_and_says_who_looked(cohort: Path) -> None:
    path = cohort / "results/IPX0002/report/IPX0002.case.json"
    record = CaseRecord.model_validate_json(path.read_text())
    assert record.rearrangements == part(cohort, "IPX0002")
    assert record.rearrangements
    assert record.rearrangements.dna_methods == ("search", "delly")
    assert {item.gene for item in record.rearrangements.partners} == {"EML4", "ALK"}
    assert any(tool.name == "delly" and tool.version[0].isdigit() for tool in record.software)
