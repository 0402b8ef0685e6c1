"""Scars of homologous recombination deficiency: by their definitions, and when not to count."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from builders import panel_data, quantity
from dugnad.biomarkers.arms import Arms, arms_problems, read_arms
from dugnad.biomarkers.measure_hrd import measure, stretched
from dugnad.biomarkers.scars import Stretch, count_scars
from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.cells import lineage
from dugnad.demo.copies import clone_segments
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.interval import Interval
from dugnad.demo.recipe import load
from dugnad.demo.scars import scars
from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.panel_biomarkers import HrdRules
from dugnad.record_copy_number import Purity
from support import ROOT

ARMS = {
    "chr1": Arms("chr1", 0, 200, (80, 80)),
    "chr2": Arms("chr2", 0, 200, (70, 90)),
    "chrX": Arms("chrX", 0, 200, (80, 80)),
}


def rules(**changes: Any) -> HrdRules:
    return HrdRules.model_validate(
        {
            "arms": "arms.bed",
            "loh_length": quantity(15, "bases"),
            "lst_length": quantity(10, "bases"),
            "lst_gap": quantity(3, "bases"),
            "tai_length": quantity(1, "bases"),
            "min_sites": quantity(3, "sites"),
            "max_spacing": quantity(40, "bases"),
            "min_purity": quantity(0.3, "fraction"),
            "high": quantity(42, "score"),
            "ploidy_correction": quantity(15.5, "score"),
        }
        | changes
    )


def counted(*states: tuple[int, int, int, int | None], chrom: str = "chr1") -> tuple[int, int, int]:
    """LOH, TAI and LST of stretches given as start, end, copies and minor copies."""
    found = count_scars([Stretch(chrom, *state) for state in states], ARMS, rules())
    return found.loh, found.tai, found.lst


@pytest.mark.parametrize(
    ("states", "loh"),
    [
        ([(0, 100, 2, 1), (100, 116, 1, 0), (116, 200, 2, 1)], 1),
        ([(0, 100, 2, 1), (100, 115, 1, 0), (115, 200, 2, 1)], 0),
        ([(0, 200, 1, 0)], 0),
        ([(0, 100, 1, 0), (100, 200, 3, 0)], 0),
        ([(0, 100, 2, 1), (100, 110, 1, 0), (110, 120, 2, 0), (120, 200, 2, 1)], 1),
        ([(0, 100, 2, 1), (100, 120, 0, 0), (120, 200, 2, 1)], 0),
        ([(0, 100, 2, 1), (100, 120, 2, None), (120, 200, 2, 1)], 0),
        ([(0, 50, 1, 0), (50, 100, 2, 1), (100, 120, 4, 0), (120, 200, 2, 1)], 2),
    ],
)
def test_loh(states: Sequence[tuple[int, int, int, int | None]], loh: int) -> None:
    assert counted(*states)[0] == loh


@pytest.mark.parametrize(
    ("states", "tai"),
    [
        ([(0, 40, 1, 0), (40, 200, 2, 1)], 1),
        ([(0, 80, 1, 0), (80, 200, 2, 1)], 1),
        ([(0, 81, 1, 0), (81, 200, 2, 1)], 0),
        ([(0, 40, 1, 0), (40, 150, 2, 1), (150, 200, 3, 1)], 2),
        ([(0, 200, 3, 1)], 0),
        ([(0, 40, 2, 1), (40, 60, 1, 0), (60, 200, 2, 1)], 0),
        ([(0, 40, 3, 1), (40, 100, 2, 1), (100, 200, 3, 1)], 0),
        ([(0, 40, 3, 0), (40, 100, 2, 1), (100, 200, 3, 1)], 1),
        ([(0, 90, 2, 1), (90, 200, 5, 1)], 1),
        ([(0, 90, 2, 1), (90, 200, 5, 2)], 0),
        ([(0, 40, 2, None), (40, 200, 2, 1)], 0),
    ],
)
def test_tai(states: Sequence[tuple[int, int, int, int | None]], tai: int) -> None:
    assert counted(*states)[1] == tai


@pytest.mark.parametrize(
    ("states", "lst"),
    [
        ([(80, 100, 2, 1), (100, 110, 3, 1), (110, 200, 2, 1)], 2),
        ([(80, 100, 2, 1), (100, 109, 3, 1), (109, 200, 2, 1)], 0),
        ([(80, 100, 2, 1), (100, 102, 5, 1), (102, 200, 3, 1)], 1),
        ([(80, 100, 2, 1), (100, 102, 5, 1), (102, 200, 2, 1)], 0),
        ([(0, 80, 2, 1), (80, 200, 3, 1)], 0),
        ([(0, 70, 2, 1), (70, 200, 3, 1)], 1),
        ([(80, 100, 2, 1), (104, 200, 3, 1)], 0),
    ],
)
def test_lst(states: Sequence[tuple[int, int, int, int | None]], lst: int) -> None:
    assert counted(*states)[2] == lst


def test_sex_chromosomes_are_left_out() -> None:
    assert counted((0, 40, 1, 0), (40, 200, 2, 1), chrom="chrX") == (0, 0, 0)


@pytest.fixture(scope="module")
def genome() -> Genome:
    """The demo's contigs without their bases."""
    recipe = load(ROOT / "resources/demo/genome.yaml", GenomeRecipe)
    return Genome(
        {contig.name: "N" * contig.length for contig in recipe.contigs},
        (),
        {contig.name: contig.centromere for contig in recipe.contigs},
        (Interval(recipe.par.contig, 0, recipe.par.length, "PAR"),),
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "resources/demo/cases").glob("*.yaml")), ids=lambda path: path.stem
)
def test_counts_of_the_demo_are_its_truths(genome: Genome, path: Path) -> None:
    case = load(path, CaseRecipe)
    segments = clone_segments(genome, case, lineage(case, case.founder), focal=False)
    lengths = {"loh_length": 15000, "lst_length": 10000, "lst_gap": 3000, "tai_length": 1000}
    own = rules(**{name: quantity(length, "bases") for name, length in lengths.items()})
    arms = {
        name: Arms(name, 0, len(bases), (genome.centromeres[name],) * 2)
        for name, bases in genome.contigs.items()
    }
    found = count_scars(
        [Stretch(s.contig, s.start, s.end, s.total, min(s.copies)) for s in segments], arms, own
    )
    truth = scars(segments, genome.centromeres)
    assert {"loh": found.loh, "tai": found.tai, "lst": found.lst} == truth


def segment(start: int, end: int, total: int | None, minor: int | None) -> dict[str, Any]:
    places = {"chrom": "chr1", "start": start, "end": end}
    return places | {"total_copies": total, "minor_copies": minor}


def purity(used: float | None = 0.6) -> Purity:
    return Purity(
        stated=used, estimated=None, lower=None, upper=None, ploidy=2.1, used=used,
        used_from="stated" if used else "none", reason="test",
    )  # fmt: skip


SITES = [{"chrom": "chr1", "pos": pos} for pos in (10, 40, 60, 100)]
SEGMENTS = [segment(5, 35, 1, 0), segment(45, 180, 2, 1)]


def test_a_panels_segments_leave_no_gap() -> None:
    rows = [segment(45, 180, 2, 1), segment(5, 35, 1, 0), segment(36, 44, None, None)]
    assert [(s.start, s.end, s.total) for s in stretched(rows, ARMS)] == [
        (0, 40, 1), (40, 200, 2),
    ]  # fmt: skip


def test_what_is_counted_is_said_with_its_ground() -> None:
    found = measure(SEGMENTS, SITES, purity(), ARMS, rules())
    assert (found.loh, found.tai, found.lst, found.score) == (1, 1, 1, 3)
    assert (found.status, found.sites, found.site_spacing) == ("low", 4, 30.0)
    assert found.corrected == pytest.approx(3 - 15.5 * 2.1, abs=0.05)
    assert "score 3, high from 42; stated purity 0.60; ploidy 2.10" in found.reason
    assert "does not rule HRD out" in found.reason


def test_a_score_at_the_limit_is_high() -> None:
    found = measure(SEGMENTS, SITES, purity(), ARMS, rules(high=quantity(3, "score")))
    assert found.status == "high"


@pytest.mark.parametrize(
    ("sites", "used", "words"),
    [
        (SITES[:2], 0.6, "2 heterozygous sites, the panel asks for 3"),
        ([SITES[0], {"chrom": "chrX", "pos": 5}], 0.6, "1 heterozygous sites"),
        ([{"chrom": "chr1", "pos": p} for p in (1, 90, 180)], 0.6, "90 bases apart"),
        (SITES, None, "the tumour's purity is not known"),
        (SITES, 0.2, "purity 0.20, the panel asks for 0.3"),
    ],
)
def test_too_little_is_never_a_verdict(
    sites: list[dict[str, Any]], used: float | None, words: str
) -> None:
    found = measure(SEGMENTS, sites, purity(used), ARMS, rules())
    assert (found.loh, found.tai, found.lst, found.score, found.corrected) == (None,) * 5
    assert found.status == "not_assessable"
    assert words in found.reason


def test_segments_without_copies_are_no_verdict() -> None:
    found = measure([segment(0, 200, None, None)], SITES, purity(), ARMS, rules())
    assert (found.status, found.reason) == ("not_assessable", "no segment has copies")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("chr1\t0\t10\tp\n", "chr1 has no arm q"),
        ("chr1\t0\t10\tp\nchr1\t8\t20\tq\n", "arm q begins within p"),
        ("chr1\t0\t10\tp11\nchr1\t10\t20\tq\n", "arm must be p or q"),
        ("chr1\t0\t10\tq\nchr1\t10\t20\tq\n", "chr1 has two arms q"),
    ],
)
def test_arms_that_cannot_be_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "arms.bed"
    path.write_text(text)
    with pytest.raises(UserError, match=fault):
        read_arms(path)


def test_arms_of_another_genome_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "arms.bed"
    path.write_text("chr1\t0\t10\tp\nchr1\t12\t20\tq\nchr2\t0\t20\tq\n")
    own = rules().model_copy(update={"arms": path})
    assert read_arms(path)["chr1"].centromere == (10, 12)
    assert read_arms(path)["chr2"].centromere == (0, 0)
    assert list(arms_problems(own, {"chr1": 20, "chr2": 20})) == []
    assert list(arms_problems(own, {"chr1": 15})) == [
        f"{path}:2: end 20 is beyond the contig's 15 bases; take the arms of the same genome",
        f"{path}:3: contig 'chr2' is not in the genome; take the arms of the same genome",
    ]
    assert list(arms_problems(None, {})) == []


def test_each_targeted_chromosome_needs_its_arms(tmp_path: Path) -> None:
    path = tmp_path / "arms.bed"
    path.write_text("chr1\t0\t5\tp\nchr1\t7\t20\tq\n")
    own = rules().model_copy(update={"arms": path})
    found = arms_problems(own, {"chr1": 20}, ["chr1", "chr9", "chrX", "chrUn_1", "chr2", "chr9"])
    assert list(found) == [
        f"{path}: has no arms of chr2, chr9, which the panel targets; add their lines"
    ]


def test_a_panel_with_scars_needs_segments() -> None:
    section = rules().model_dump(mode="json")
    with pytest.raises(ValidationError, match="needs copy_number; add it or remove hrd"):
        Panel.model_validate(panel_data(biomarkers={"hrd": section}))
