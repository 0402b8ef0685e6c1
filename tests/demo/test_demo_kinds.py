"""Random variants of all kinds: where they may lie, how they are written, and their names."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from dugnad.demo.assemble import load_cases
from dugnad.demo.case_recipe import CaseRecipe, Kinds
from dugnad.demo.cells import Person, Variant
from dugnad.demo.draw_kinds import LONGEST, repeats, span
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele, as_allele, left_aligned, read_change
from dugnad.demo.interval import Interval
from dugnad.demo.make_demo import RESOURCES
from dugnad.demo.naming import name_allele
from dugnad.demo.patients import World, patient
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.variants import resolve
from dugnad.errors import UserError

COUNTS = {"snvs": 13, "mnvs": 2, "deletions": 5, "insertions": 5, "delins": 2}


@pytest.fixture(scope="module")
def measured() -> dict[str, CaseRecipe]:
    """The accuracy cases by name."""
    return {case.id: case for case in load_cases(RESOURCES / "accuracy")}


@pytest.fixture(scope="module")
def people(world: World, measured: dict[str, CaseRecipe]) -> dict[str, Person]:
    """Their patients."""
    return {name: patient(world, case) for name, case in measured.items()}


def asking(case: CaseRecipe, kinds: Kinds, **changes: object) -> CaseRecipe:
    """The case with one clone that asks for ``kinds``."""
    clone = case.clones[0].model_copy(update={"random": kinds})
    return case.model_copy(update={"clones": (clone,), **changes})


def kind_of(allele: Allele) -> str:
    """What a trimmed allele is."""
    ref, alt = allele.ref, allele.alt
    if len(ref) == len(alt):
        return "snvs" if len(ref) == 1 else "mnvs"
    if min(len(ref), len(alt)) > 1 or ref[0] != alt[0]:
        return "delins"
    return "deletions" if len(ref) > len(alt) else "insertions"


def test_each_clone_has_what_it_asks_for(
    measured: dict[str, CaseRecipe], people: dict[str, Person]
) -> None:
    for name, case in measured.items():
        found = Counter((v.clone, kind_of(v.allele)) for v in people[name].somatic)
        levels = [clone.name for clone in case.clones if clone.random != Kinds()]
        assert found == {(level, kind): n for level in levels for kind, n in COUNTS.items()}
        assert len(levels) == 10
        haplotypes = Counter(v.haplotype for v in people[name].somatic)
        assert set(haplotypes) == {1, 2} and min(haplotypes.values()) > 100


def test_alleles_are_as_a_vcf_writes_them(world: World, people: dict[str, Person]) -> None:
    """True to the reference, trimmed, and at the left-most of their places."""
    contigs = world.genome.contigs
    for person in people.values():
        for allele in (v.allele for v in person.somatic):
            contig, start = contigs[allele.contig], allele.position - 1
            end = start + len(allele.ref)
            assert contig[start:end] == allele.ref != allele.alt
            assert left_aligned(allele.contig, contig, start, end, allele.alt) == allele
            assert allele.ref[-1] != allele.alt[-1]
            if kind_of(allele) == "mnvs":
                assert len(allele.ref) in {2, 3}
                assert all(a != b for a, b in zip(allele.ref, allele.alt, strict=True))
                assert allele.alt != reverse_complement(allele.ref)
            elif kind_of(allele) == "delins":
                assert allele.ref[0] != allele.alt[0]


def test_they_lie_on_target_and_keep_apart(world: World, people: dict[str, Person]) -> None:
    """With all places that an indel may as well be written at."""
    genome = world.genome
    closed = (*genome.duplicated, *genome.msi, *world.hotspots)
    for person in people.values():
        extents = [span(v.allele, genome.contigs[v.allele.contig]) for v in person.somatic]
        for extent in extents:
            assert any(
                r.contig == extent.contig and r.start <= extent.start and extent.end <= r.end
                for r in world.regions
            )
            for item in closed:
                apart = item.contig != extent.contig or (
                    extent.end <= item.start or item.end <= extent.start
                )
                assert apart, (extent, item)
        for germline in person.germline:
            place = germline.allele.position - 1
            extents.append(Interval(germline.allele.contig, place, place + 1))
        for left, right in pairwise(sorted(extents, key=lambda item: item.place)):
            assert left.contig != right.contig or right.start - left.end >= 30
        known = {(allele.contig, allele.position) for allele in world.known}
        assert not known & {(v.allele.contig, v.allele.position) for v in person.somatic}


def test_half_of_the_indels_are_repeats_or_copies(people: dict[str, Person]) -> None:
    """And their lengths fall off slowly, up to ``LONGEST``."""
    whys = Counter(v.why for person in people.values() for v in person.somatic)
    in_repeat = whys["random deletion in a repeat"]
    assert in_repeat / (in_repeat + whys["random deletion"]) == pytest.approx(0.5, abs=0.15)
    parts = [whys[f"random {w}"] for w in ("insertion in a repeat", "duplication", "insertion")]
    assert sum(parts) == 200
    assert [n / 200 for n in parts] == pytest.approx([0.25, 0.25, 0.5], abs=0.12)
    lengths = Counter(
        abs(len(v.allele.ref) - len(v.allele.alt))
        for person in people.values()
        for v in person.somatic
        if kind_of(v.allele) in {"deletions", "insertions"}
    )
    assert max(lengths) <= LONGEST and lengths[1] > 100
    assert sum(n for length, n in lengths.items() if length > 5) > 60
    assert sum(n for length, n in lengths.items() if length > 15) > 10


def test_what_a_repeat_or_a_copy_is(world: World, people: dict[str, Person]) -> None:
    """A copied or lost stretch stands there once more, or is a unit of a run."""
    for person in people.values():
        for item in person.somatic:
            allele, contig = item.allele, world.genome.contigs[item.allele.contig]
            behind = contig[allele.position - 1 + len(allele.ref) :][: LONGEST + 1]
            if item.why == "random duplication":
                assert behind.startswith(allele.alt[1:])
            elif item.why == "random deletion in a repeat":
                assert behind[0] == allele.ref[1]
            elif item.why == "random insertion in a repeat":
                unit = next(n for n in (1, 2, 3) if allele.alt[1:] == allele.alt[1 : 1 + n] * (
                    (len(allele.alt) - 1) // n))  # fmt: skip
                assert behind.startswith(allele.alt[1 : 1 + unit] * (4 if unit == 1 else 3))


def test_the_same_seed_draws_the_same(
    world: World, measured: dict[str, CaseRecipe], people: dict[str, Person]
) -> None:
    case = measured["IPX0101"]
    alleles = {v.allele for v in people["IPX0101"].somatic}
    assert patient(world, case) == people["IPX0101"]
    other = {v.allele for v in patient(replace(world, seed=2), case).somatic}
    renamed = {v.allele for v in patient(world, case.model_copy(update={"id": "T1"})).somatic}
    assert len(alleles & other) < 10 and len(alleles & renamed) < 10


def test_other_variants_stay_when_kinds_are_asked_for(
    world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    before = patients["IPX0004"]
    after = patient(world, asking(cases["IPX0004"], Kinds(deletions=20)))
    assert after.germline == before.germline
    assert after.somatic[: len(before.somatic)] == before.somatic
    assert len(after.somatic) == len(before.somatic) + 20


def test_they_lie_where_a_cell_has_one_copy_of_either_haplotype(
    world: World, measured: dict[str, CaseRecipe]
) -> None:
    """Off what a man has once, but for the tip of X, and off what the clone gained or lost."""
    gain = {"region": "chr1", "copies": [2, 1], "call": "gain", "why": "test"}
    case = asking(measured["IPX0102"], Kinds(snvs=300), purity=1.0)
    found = random_ones(world, case)
    assert "chr1" in {v.allele.contig for v in found}
    (par,) = world.genome.par
    assert all(v.allele.position <= par.end for v in found if v.allele.contig == "chrX")
    assert "chrY" not in {v.allele.contig for v in found}
    data = case.model_dump() | {"copy_numbers": [gain]}
    found = random_ones(world, CaseRecipe.model_validate(data))
    assert "chr1" not in {v.allele.contig for v in found}


def random_ones(world: World, case: CaseRecipe) -> list[Variant]:
    return list(patient(world, case).somatic)


def test_too_many_for_the_targets_are_refused(
    world: World, measured: dict[str, CaseRecipe]
) -> None:
    case = asking(measured["IPX0101"], Kinds(insertions=200))
    small = replace(world, regions=tuple(r for r in world.regions if r.contig == "chr22"))
    with pytest.raises(UserError, match=r"IPX0101: clone A: room for \d+ of 200 insertions"):
        patient(small, case)


def test_spans_reach_to_where_an_indel_may_as_well_stand() -> None:
    sequence = "CGTAAAAGCGCGCTTACGATACGATTCC"
    for allele, expected in (
        (Allele("c", 3, "TA", "T"), (2, 7)),
        (Allele("c", 3, "T", "TAA"), (2, 7)),
        (Allele("c", 3, "TAAAA", "T"), (2, 7)),
        (Allele("c", 7, "AGC", "A"), (6, 13)),
        (Allele("c", 16, "ACGAT", "A"), (15, 20)),
        (Allele("c", 14, "T", "TTACGA"), (13, 25)),
        (Allele("c", 1, "CG", "TA"), (0, 2)),
        (Allele("c", 1, "C", "TA"), (0, 1)),
    ):
        extent = span(allele, sequence)
        assert (extent.start, extent.end) == expected, allele
        assert (
            left_aligned(
                "c",
                sequence,
                allele.position - 1,
                allele.position - 1 + len(allele.ref),
                allele.alt,
            )
            == allele
        )


def test_repeats_have_their_unit() -> None:
    contigs = {"c": "CGTAAAAGCGCGCTTTACTACTACTAGGATATTT"}
    found = repeats(contigs, [Interval("c", 1, 30)])
    assert [(r.start, r.end, r.label) for r in found] == [
        (3, 7, "A"), (7, 13, "GC"), (15, 24, "TTAC"[1:]),
    ]  # fmt: skip
    assert repeats(contigs, [Interval("c", 5, 12)]) == []


def test_names_are_those_that_recipes_give_by_hand(
    genome: Genome, cases: dict[str, CaseRecipe]
) -> None:
    """Backwards from the genome, for planted variants of all kinds within coding exons."""
    seen = Counter[str]()
    for case in cases.values():
        for item in resolve(genome, case.variants):
            claim = item.claim
            gene, change, protein = name_allele(genome, item.allele)
            if "+" in claim.change or "-" in claim.change:
                assert change is protein is None
                continue
            assert (gene, change, protein) == (claim.gene, claim.change, claim.protein)
            seen[kind_of(item.allele)] += 1
    assert seen["deletions"] > 5 and seen["insertions"] > 1 and seen["mnvs"] > 0


def test_names_lead_back_to_their_alleles(genome: Genome, people: dict[str, Person]) -> None:
    """The recipes' reader, which refuses what is not most 3' or is a duplication, agrees."""
    seen = Counter[str]()
    for person in people.values():
        for item in person.somatic:
            if item.hgvs_c is None:
                assert item.hgvs_p is None
                continue
            gene = by_name(genome.genes, str(item.gene))
            edit = read_change(gene, gene.preferred, item.hgvs_c)
            assert as_allele(gene, edit, genome.contigs[gene.contig]) == item.allele, item
            assert item.hgvs_p is not None
            seen[kind_of(item.allele), gene.strand] += 1
    assert len(seen) == 10 and min(seen.values()) > 10
