"""Cells, copies and molecules: every expectation of the demo, against figures made by hand."""

from typing import Any

import pytest
from toy_cells import SUBCLONE, TOY, event, toy_case, variant

from dugnad.demo.case import Setting, prepare
from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.cells import (
    Cells,
    Person,
    Rearranged,
    Variant,
    expected_vaf,
    lineage,
    mean_copies,
    molecules,
    own_share,
    sample_cells,
)
from dugnad.demo.copies import Segment
from dugnad.demo.interval import Interval
from dugnad.demo.molecules import Copies, Molecules


def cells_of(
    case: CaseRecipe, item: Variant, role: str = "tumour", other: Any = None
) -> list[Cells]:
    """The cells of the sample with this role, when the patient has this one variant."""
    germline, somatic = ((), (item,)) if item.clone else ((item,), ())
    person = Person("patient", case.sex, germline, somatic)
    sample = next(sample for sample in case.samples if sample.role == role)
    return sample_cells(TOY, case, sample, person, other)


GERMLINE = {"clone": None}
LOH, NEUTRAL, AMPLIFIED = [event(1, 0)], [event(2, 0)], [event(9, 1)]
MAN = {"sex": "male"}


@pytest.mark.parametrize(
    ("what", "case", "expected"),
    [
        (GERMLINE, {}, 0.5),
        (GERMLINE | {"haplotype": None}, {}, 1.0),
        ({}, {}, 0.3),
        (GERMLINE, {"copy_numbers": LOH}, 1 / 1.4),
        (GERMLINE | {"haplotype": 2}, {"copy_numbers": LOH}, 0.4 / 1.4),
        ({}, {"copy_numbers": LOH}, 0.6 / 1.4),
        ({"haplotype": 2}, {"copy_numbers": LOH}, 0.0),
        (GERMLINE, {"copy_numbers": NEUTRAL}, 1.6 / 2),
        ({}, {"copy_numbers": NEUTRAL}, 1.2 / 2),
        ({"copies": 1}, {"copy_numbers": NEUTRAL}, 0.6 / 2),
        ({}, {"copy_numbers": AMPLIFIED}, 5.4 / 6.8),
        ({"copies": 1}, {"copy_numbers": AMPLIFIED}, 0.6 / 6.8),
        ({"haplotype": 2}, {"copy_numbers": AMPLIFIED}, 0.6 / 6.8),
        ({"copies": 3}, {"copy_numbers": [event(2, 1)]}, 1.2 / 2.6),
        ({"clone": "B"}, {"clones": SUBCLONE}, 0.06),
        ({}, {"clones": SUBCLONE}, 0.3),
        ({}, {"clones": SUBCLONE, "copy_numbers": [event(2, 1, "B")]}, 0.72 / 2.12),
        ({"contig": "chrX"}, MAN, 0.6),
        (GERMLINE | {"contig": "chrX"}, MAN, 1.0),
        (GERMLINE | {"contig": "chrX", "haplotype": None}, MAN, 1.0),
        (GERMLINE | {"contig": "chrX", "haplotype": 2}, MAN, 0.0),
        (GERMLINE | {"contig": "chrX", "position": 1500}, MAN, 0.5),
        ({"contig": "chrY", "haplotype": 2}, MAN, 0.6),
        (GERMLINE | {"contig": "chrX"}, {}, 0.5),
        ({"contig": "chrY", "haplotype": 2}, {}, None),
        ({}, {"copy_numbers": [event(0, 0)]}, 0.0),
        (GERMLINE, {"copy_numbers": [event(0, 0)]}, 0.5),
        ({"position": 3000}, {"copy_numbers": [event(1, 0, region="chr1:3-5")]}, 0.3),
        ({"position": 3001}, {"copy_numbers": [event(1, 0, region="chr1:3-5")]}, 0.6 / 1.4),
        ({"position": 5000}, {"copy_numbers": [event(1, 0, region="chr1:3-5")]}, 0.6 / 1.4),
        ({"position": 5001}, {"copy_numbers": [event(1, 0, region="chr1:3-5")]}, 0.3),
        ({}, {"copy_numbers": [event(0, 0)], "purity": 1}, None),
    ],
)  # fmt: skip
def test_expected_vaf_in_the_tumour(what: Any, case: Any, expected: float | None) -> None:
    item = variant(**what)
    assert expected_vaf(cells_of(toy_case(**case), item), item) == pytest.approx(expected)


def test_expected_vaf_in_the_normal() -> None:
    case = toy_case(copy_numbers=LOH)
    for item, expected in ((variant(), 0.0), (variant(**GERMLINE), 0.5)):
        cells = cells_of(case, item, role="normal")
        assert [(c.name, c.share) for c in cells] == [("normal_patient", 1.0)]
        assert expected_vaf(cells, item) == expected


def test_expected_vaf_with_somebody_else() -> None:
    samples = [{"id": "T1-T", "role": "tumour", "depth": 100, "contamination": 0.1}]
    case = toy_case(samples=samples, purity=0.5, **MAN)
    shared, own = variant(**GERMLINE), variant(position=4001, **GERMLINE)
    both = variant(None, position=3001, **GERMLINE)
    x, theirs = variant(contig="chrX", **GERMLINE), variant(position=5001, **GERMLINE)
    other = Person("other", "female", (both, theirs))
    for item, expected in (
        (shared, 0.9 * 0.5 + 0.1),
        (own, 0.9 * 0.5),
        (variant(position=4001), 0.9 * 0.5 * 0.5),
        (x, 0.9 / (0.9 + 0.1 * 2)),
    ):
        cells = cells_of(case, item, other=other)
        assert sum(c.share for c in cells) == pytest.approx(1)
        assert expected_vaf(cells, item) == pytest.approx(expected), item
        assert expected_vaf(cells, theirs) == pytest.approx(0.05)


def test_a_swapped_normal_has_nothing_of_the_patient() -> None:
    samples = [
        {"id": "T1-T", "role": "tumour", "depth": 100},
        {"id": "T1-N", "role": "normal", "depth": 100, "individual": "else"},
    ]
    other = Person("else", "male", (variant(None, position=5001, **GERMLINE),))
    mine = variant(**GERMLINE)
    cells = cells_of(toy_case(samples=samples), mine, "normal", other)
    assert expected_vaf(cells, mine) == 0
    assert expected_vaf(cells, other.germline[0]) == 1
    assert mean_copies(cells, "chrY", 3000) == 1
    tumour = cells_of(toy_case(samples=samples), mine)
    assert expected_vaf(tumour, mine) == 0.5
    assert mean_copies(tumour, "chrY", 3000) == 0


def test_clones_have_their_ancestors_variants_and_their_own_share() -> None:
    clones = [
        {"name": "CH", "fraction": 1},
        {"name": "AML", "fraction": 0.75, "parent": "CH"},
        {"name": "LATE", "fraction": 0.25, "parent": "AML"},
        {"name": "SIDE", "fraction": 0.2, "parent": "CH"},
    ]
    case = toy_case(clones=clones, purity=0.8)
    assert lineage(case, "CH") == {"CH"}
    assert lineage(case, "LATE") == {"CH", "AML", "LATE"}
    assert lineage(case, "SIDE") == {"CH", "SIDE"}
    shares = {name: own_share(case, name) for name in ("CH", "AML", "LATE", "SIDE")}
    assert shares == pytest.approx({"CH": 0.05, "AML": 0.5, "LATE": 0.25, "SIDE": 0.2})
    item = variant(clone="AML")
    cells = {c.name: c for c in cells_of(case, item)}
    assert {name: c.share for name, c in cells.items()} == pytest.approx(
        {"normal_patient": 0.2, "clone_CH": 0.04, "clone_AML": 0.4, "clone_LATE": 0.2,
         "clone_SIDE": 0.16}
    )  # fmt: skip
    assert {name for name, c in cells.items() if item in c.variants} == {"clone_AML", "clone_LATE"}
    whole = toy_case(clones=[clones[0], {"name": "B", "fraction": 1, "parent": "CH"}], purity=1)
    assert [c.name for c in cells_of(whole, item)] == ["clone_B"]


def test_molecules_are_layers_of_copies() -> None:
    late, all_copies = variant(copies=2), variant(position=4001)
    other, both = variant(2, position=5001), variant(None, position=6001)
    turn = Rearranged(Interval("chr1", 7000, 8000), 1, "A", "F::G")
    segments = (Segment("chr1", 0, 3500, (5, 1)), Segment("chr1", 3500, 9000, (1, 1)))
    variants = (late, all_copies, other, both)
    cells = Cells("c", 0.7, segments, variants, (turn,), {all_copies.allele: "skips"})
    low, high, end = (0, 3500), (3500, 9000), {"inversions": (turn.interval,)}
    marks = frozenset({"F::G", "skips"})
    assert molecules([cells]) == [
        Molecules("c.1.2", 0.7, (Copies("chr1", *low, 2), Copies("chr1", *high, 1)),
                  (late.allele, all_copies.allele, both.allele), marks=marks, **end),
        Molecules("c.1.5", 0.7, (Copies("chr1", *low, 3),), (all_copies.allele, both.allele),
                  marks=marks, **end),
        Molecules("c.2.1", 0.7, (Copies("chr1", *low, 1), Copies("chr1", *high, 1)),
                  (other.allele, both.allele)),
    ]  # fmt: skip


def test_descendants_have_the_founders_inversion() -> None:
    case = toy_case(clones=SUBCLONE)
    turns = [Rearranged(Interval("chr1", 10, 20), 1, clone, clone) for clone in ("A", "B")]
    person = Person("patient", "female", (), (), tuple(turns))
    cells = {c.name: c for c in sample_cells(TOY, case, case.samples[0], person, None)}
    assert cells["normal_patient"].inversions == ()
    assert cells["clone_A"].inversions == (turns[0],)
    assert cells["clone_B"].inversions == tuple(turns)


def copies_of(part: Molecules, contig: str, position: int) -> int:
    return sum(c.number for c in part.copies if c.contig == contig and c.start <= position < c.end)


CASES = [
    f"IPX00{n}" for n in ("01", "02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "15")
]


@pytest.mark.parametrize("name", CASES)
def test_molecules_give_what_the_cells_promise(
    name: str, cases: dict[str, CaseRecipe], patients: dict[str, Person], setting: Setting
) -> None:
    """In each sample: the copies of every place, and the fraction of every variant."""
    case, person = cases[name], patients[name]
    for sample in case.samples:
        cells = prepare(setting, case, sample, person).cells
        parts = molecules(cells)
        assert sum(c.share for c in cells) == pytest.approx(1, abs=1e-9)
        borders = {(s.contig, p) for c in cells for s in c.segments for p in (s.start, s.end - 1)}
        for place in borders:
            found = sum(part.weight * copies_of(part, *place) for part in parts)
            assert found == pytest.approx(mean_copies(cells, *place), abs=1e-9), place
        carrying = {v.allele: v for c in cells for v in c.variants}
        carrying |= {v.allele: v for v in (*person.germline, *person.somatic)}
        for allele, item in carrying.items():
            place = allele.contig, allele.position - 1
            total = with_allele = 0.0
            for part in parts:
                amount = part.weight * copies_of(part, *place)
                total += amount
                with_allele += amount * (allele in part.alleles)
            vaf = expected_vaf(cells, item)
            if total == 0:
                assert vaf is None
            else:
                assert with_allele / total == pytest.approx(vaf, abs=1e-9), item


def test_all_cases_are_looked_at(cases: dict[str, CaseRecipe]) -> None:
    assert list(cases) == CASES
