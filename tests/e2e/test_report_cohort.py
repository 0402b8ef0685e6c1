"""What the stages found stands at the head of each case's page, and its pictures are sound."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dugnad.record import CaseRecord
from support import ROOT

CASES = [path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml"))]


def told(cohort: Path, case: str, name: str, end: str = "</section>") -> str:
    """A section of a case's page as its reader sees it, without pictures."""
    page = (cohort / f"results/{case}/report/{case}.html").read_text()
    section = page.split(f'id="{name}"')[1].split(end)[0]
    section = re.sub(r"<svg\b.*?</svg>", "", section, flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", section).split()))


@pytest.mark.parametrize("case", CASES)
def test_head_names_all_that_matters_and_pictures_are_sound(cohort: Path, case: str) -> None:
    folder = cohort / f"results/{case}/report"
    record = CaseRecord.model_validate_json((folder / f"{case}.case.json").read_text())
    head = told(cohort, case, "matters", end='id="all"')
    found = record.rearrangements.found if record.rearrangements else ()
    genes = record.copy_number.genes if record.copy_number else ()
    for one in found:
        if one.passes or one.known:
            assert one.name in head
    for gene in genes:
        if gene.call in {"amplification", "homozygous_deletion"}:
            assert gene.gene in head
    for name in ("TMB", "MSI", "HRD"):
        assert name in head
    page = (folder / f"{case}.html").read_text()
    drawings = re.findall(r"<svg xmlns.*?</svg>", page, re.S)
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert len(drawings) >= (record.copy_number is not None)
    assert len(page) < 2_000_000


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("IPX0001", ["MET amplification", "CDKN2A homozygous deletion", "MET exon 14"]),
        ("IPX0002", ["EML4::ALK fusion"]),
        ("IPX0003", ["MSI high"]),
        ("IPX0007", ["ERBB2 amplification"]),
    ],
)
def test_head_holds_what_was_planted(cohort: Path, case: str, words: list[str]) -> None:
    head = told(cohort, case, "matters", end='id="all"')
    for word in words:
        assert word in head


def test_degraded_rna_gives_no_negative(cohort: Path) -> None:
    told_of = told(cohort, "IPX0015", "fusions")
    assert "The RNA fails its quality limits" in told_of
    assert "found in RNA" not in told_of
