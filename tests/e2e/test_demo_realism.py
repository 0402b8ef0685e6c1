"""Do the demo's reads look like real ones? Measured on its BAMs, against published ranges.

docs/demo.md has the same table, with what the short names of the sources mean.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pytest
from realism import FFPE, NORMAL, TUMOUR, of_artefacts, of_sample

from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.recipe import load
from support import ROOT


@dataclass(frozen=True)
class Range:
    """What a measure must lie in; ``sources`` as docs/demo.md names them."""

    low: float
    high: float
    sources: str


RANGES = {
    "median insert, fresh, bases": Range(
        140, 320, "TSO500 A, blood exomes, SEQC2 exome, 1000 Genomes exomes, HD832 panel"
    ),
    "median insert, FFPE, bases": Range(70, 170, "TSO500 B, EGFR panel, TSO500 limits, bound ours"),
    "median insert, FFPE over fresh": Range(0.2, 0.9, "Spencer 2013, PMID 26641479, bound ours"),
    "SD over median of insert": Range(0.20, 0.50, "1000 Genomes exomes, SEQC2 exome, HD832 panel"),
    "pairs whose reads overlap, FFPE": Range(0.5, 1, "PMID 26641479, EGFR panel, bound ours"),
    "duplicates, fresh": Range(0.04, 0.45, "Broad 2011, blood exomes, GMS lymphoid"),
    "duplicates, FFPE": Range(0.20, 0.85, "Hedegaard 2014, TSO500 B, EGFR panel"),
    "bases of Q30 or more": Range(0.80, 0.99, "TSO500 limits, TSO500 A, TSO500 B, SEQC2 exome"),
    "difference of Q30 between reads": Range(0, 0.10, "EGFR panel, HD832 panel, TSO500 B"),
    "quality: best cycle above the first": Range(
        0.1, 27, "SEQC2 exome, EGFR panel, HD832 panel, 1000 Genomes exomes"
    ),
    "quality: best cycle above the last five": Range(
        0.1, 15, "SEQC2 exome, EGFR panel, HD832 panel"
    ),
    "mismatches per aligned base": Range(
        0.001, 0.013, "SEQC2 exome, 1000 Genomes exomes, EGFR panel, bound ours"
    ),
    "reads that touch a target": Range(0.50, 0.88, "TSO500 A, TSO500 B, ctDNA assays"),
    "aligned bases on target": Range(
        0.35, 0.75, "GMS lymphoid, blood exomes, Picard reports, bound ours"
    ),
    "aligned bases within 250 of a target": Range(
        0.55, 0.90, "GMS lymphoid, Picard reports, Broad 2011"
    ),
    "fold-80, normal": Range(1.2, 1.8, "GMS lymphoid, BALSAMIC limits, bound ours"),
    "fold-80, tumour and FFPE": Range(1.2, 3.2, "GMS lymphoid, Broad 2011, Twist Solid"),
    "target bases at 0.4 x mean or more": Range(0.90, 0.995, "TSO500 A, TSO500 B, GMS lymphoid"),
    "C>T excess, FFPE": Range(2e-4, 1.5e-3, "PMID 26641479, EGFR panel"),
    "C>T excess, fresh": Range(-1e-4, 1e-4, "SEQC2 exome, 1000 Genomes exomes"),
    "C>T on read 1's strand, FFPE": Range(0.65, 1, "Khan 2025, Picard, DRAGEN, bound ours"),
    "VAF of FFPE artefacts, median": Range(0.01, 0.05, "TruSeq FFPE, Varlociraptor"),
    "VAF of FFPE artefacts, 90 % are below": Range(0.01, 0.10, "TruSeq FFPE"),
}
Found = dict[str, dict[str, float]]
"""Measure, then sample, then value."""


@pytest.fixture(scope="session")
def measured(standard: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    scratch = tmp_path_factory.mktemp("realism")
    found: Found = {name: {} for name in RANGES}
    for sample in (TUMOUR, NORMAL, FFPE):
        for name, value in of_sample(standard, sample, scratch).items():
            found[name][sample] = value
    fixed = found["median insert, FFPE, bases"][FFPE]
    fresh = found["median insert, fresh, bases"][TUMOUR]
    found["median insert, FFPE over fresh"][FFPE] = fixed / fresh
    found |= {name: {FFPE: value} for name, value in of_artefacts(standard).items()}
    return found


@pytest.mark.whole
@pytest.mark.parametrize("name", RANGES)
def test_the_demo_lies_in_the_published_range(measured: Found, name: str) -> None:
    assert measured[name]
    for sample, value in measured[name].items():
        assert RANGES[name].low <= value <= RANGES[name].high, f"{name}: {value:.4g} in {sample}"


ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) to ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")


def test_the_page_has_the_same_measures_ranges_and_sources() -> None:
    rows = {row[0]: Range(float(row[1]), float(row[2]), row[4]) for row in ROW.findall(PAGE)}
    assert rows == RANGES
    sources = re.findall(r"^- \*\*.*", PAGE, re.MULTILINE)
    explained = {name for line in sources for name in re.findall(r"\*\*([^*]+)\*\*", line)}
    cited = {name for item in RANGES.values() for name in item.sources.split(", ")}
    assert cited - {"bound ours"} <= explained


@pytest.mark.whole
@pytest.mark.parametrize("name", RANGES)
def test_the_page_says_what_is_measured(measured: Found, name: str) -> None:
    """Within a fifth: the mean over the samples that the measure belongs to."""
    written = {row[0]: float(row[3]) for row in ROW.findall(PAGE)}
    assert written[name] == pytest.approx(fmean(measured[name].values()), rel=0.2, abs=2e-5)


@pytest.mark.parametrize("path", sorted((ROOT / "resources/demo/cases").glob("*.yaml")))
def test_the_page_tells_each_case_in_three_lines(path: Path) -> None:
    """Who, what and where the trap is, with each somatic variant that the recipe plants."""
    case = load(path, CaseRecipe)
    section = PAGE.split(f"**{case.id}: ")[1].split("\n\n**")[0]
    assert re.findall(r"^- \*(.+?)\.\*", section, re.MULTILINE) == ["Who", "To find", "Trap"]
    told = " ".join(section.split())
    for variant in case.variants:
        name = variant.protein if variant.protein not in {None, "p.?"} else variant.change
        assert variant.origin == "germline" or name in told, variant.title
    for fusion in case.fusions:
        assert "::".join(fusion.genes) in told
