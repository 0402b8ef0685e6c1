"""What is drawn at random: private and somatic variants, repeats, artefacts, genotypes."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pysam
import pytest
from toy_cells import TOY

from dugnad.demo.case_recipe import CaseRecipe, Signature
from dugnad.demo.cells import Person, Variant
from dugnad.demo.draw import (
    Room,
    ffpe_artefacts,
    somatic_background,
    unstable_repeats,
)
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.naming import name_allele
from dugnad.demo.patients import World, patient, somebody
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.variants import resolve


def changed(case: CaseRecipe, **background: Any) -> CaseRecipe:
    """The case with another background."""
    return case.model_copy(update={"background": case.background.model_copy(update=background)})


def context(genome: Genome, allele: Allele) -> str:
    """Such as T[C>T]A, on the strand where a pyrimidine changes."""
    around = genome.contigs[allele.contig][allele.position - 2 : allele.position + 1]
    ref, alt = allele.ref, allele.alt
    assert around[1] == ref
    if ref in "AG":
        around, ref, alt = (reverse_complement(text) for text in (around, ref, alt))
    return f"{around[0]}[{ref}>{alt}]{around[2]}"


def fits(text: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace("N", "."), text) is not None


def random_ones(person: Person) -> list[Variant]:
    return [v for v in person.somatic if v.why.startswith("random")]


def test_somatic_background_follows_the_signature(
    world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    for name, case in cases.items():
        patterns = world.signatures[case.background.signature].patterns
        found = random_ones(patients[name])
        wanted = Counter({case.founder: case.background.somatic})
        wanted[case.clones[-1].name] += case.background.subclonal
        assert Counter(v.clone for v in found) == +wanted
        for item in found:
            text = context(world.genome, item.allele)
            assert any(fits(text, pattern) for pattern in patterns), (name, text)
            assert item.haplotype in {1, 2} and item.copies is None
        assert len(found) < 10 or {v.haplotype for v in found} == {1, 2}


def test_weights_of_a_signature_count(world: World, cases: dict[str, CaseRecipe]) -> None:
    """Both strands, and nine to one."""
    case = changed(cases["IPX0014"], somatic=200)
    signature = Signature(source="PMID:1234", patterns={"T[C>T]N": 9.0, "A[T>G]C": 1.0})
    found = somatic_background(world.genome, case, world.regions, signature, Room(), 1)
    texts = Counter(context(world.genome, v.allele)[2:5] for v in found)
    assert sum(texts.values()) == 200
    assert texts["C>T"] / 200 == pytest.approx(0.9, abs=0.07)
    assert set(texts) == {"C>T", "T>G"}
    refs = Counter(v.allele.ref for v in found)
    assert min(refs["C"], refs["G"]) > 60


def test_somatic_background_has_a_copy_to_lie_on(
    world: World, cases: dict[str, CaseRecipe]
) -> None:
    """Chromosome 17 of IPX0005 has haplotype 2 alone; a woman has no Y."""
    case = changed(cases["IPX0005"], somatic=150)
    signature = world.signatures["ageing"]
    found = somatic_background(world.genome, case, world.regions, signature, Room(), 1)
    on_17 = [v.haplotype for v in found if v.allele.contig == "chr17"]
    assert len(on_17) > 5 and set(on_17) == {2}
    assert "chrY" not in {v.allele.contig for v in found}
    on_22 = [v.haplotype for v in found if v.allele.contig == "chr22"]
    assert set(on_22) <= {1}


def test_room_is_kept_between_variants(patients: dict[str, Person]) -> None:
    for name, person in patients.items():
        alleles = sorted(
            (v.allele.contig, v.allele.position, v.allele.position + len(v.allele.ref), v.why)
            for v in (*person.germline, *person.somatic)
        )
        for left, right in pairwise(alleles):
            assert left[0] != right[0] or right[1] - left[2] >= 30, (name, left, right)


def test_room_has_borders() -> None:
    room = Room()
    assert room.claim("chr1", 100, 5)
    for start, length, free in ((135, 1, True), (134, 1, False), (69, 1, True), (69, 2, False)):
        assert (
            replace(room, taken={"chr1": set(room.taken["chr1"])}).claim("chr1", start, length)
            is free
        ), (start, length)
    assert room.claim("chr2", 100)
    room.reserve("chr1", 500, 2)
    assert [room.claim("chr1", place) for place in (501, 499)] == [False, True]


def test_private_and_random_variants_are_in_no_database(
    demo: Path, world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    known = set()
    paths = [demo / "known" / f"{name}.vcf.gz" for name in ("population", "dbsnp", "clinvar")]
    for path in (*paths, demo / "config/panels/demo-560/normals.vcf.gz"):
        with pysam.VariantFile(str(path)) as records:
            known |= {(r.chrom, r.pos, r.ref, r.alts[0]) for r in records if r.alts}
    listed = {(a.contig, a.position, a.ref, a.alt) for a in world.known}
    runs = {(m.contig, m.start) for m in world.genome.msi}
    assert {item for item in known if item[:2] not in runs} <= listed
    places = {item[:2] for item in listed}
    for name, person in patients.items():
        private = [v for v in person.germline if v.why.startswith("rare germline")]
        assert len(private) == cases[name].background.germline_private
        for item in (*private, *random_ones(person)):
            assert (item.allele.contig, item.allele.position) not in places, (name, item)
        for item in private:
            allele = item.allele
            assert item.haplotype in {1, 2} and allele.contig not in {"chrX", "chrY"}
            assert world.genome.contigs[allele.contig][allele.position - 1] == allele.ref
            assert any(
                r.contig == allele.contig and r.start < allele.position <= r.end
                for r in world.regions
            )


def test_databases_are_avoided_wherever_they_list_something(
    world: World, cases: dict[str, CaseRecipe]
) -> None:
    """With every even base of the targets listed, what is drawn has odd places."""
    even = [
        Allele(region.contig, place, "N", "N")
        for region in world.regions
        for place in range(region.start + 2 - region.start % 2, region.end + 1, 2)
    ]
    person = patient(replace(world, known=tuple(even)), cases["IPX0004"])
    drawn = [v for v in person.germline if v.why.startswith("rare germline")] + random_ones(person)
    assert len(drawn) == 52 and all(v.allele.position % 2 for v in drawn)


def test_random_variants_are_off_the_hotspots(world: World, cases: dict[str, CaseRecipe]) -> None:
    assert len(world.hotspots) > 50
    person = patient(world, changed(cases["IPX0014"], somatic=200, germline_private=80))
    for item in (*person.germline, *random_ones(person)):
        place = item.allele.position - 1
        for spot in world.hotspots:
            near = spot.contig == item.allele.contig and spot.start - 1 <= place <= spot.end
            assert item.planted or not near, item


def test_streams_are_apart(world: World, cases: dict[str, CaseRecipe]) -> None:
    """More somatic variants change no germline one; another seed changes all."""
    case = cases["IPX0004"]
    before, after = patient(world, case), patient(world, changed(case, somatic=55))
    assert before.germline == after.germline
    assert after.somatic[: len(before.somatic)] == before.somatic
    assert len(after.somatic) == len(before.somatic) + 5
    fewer = patient(world, changed(case, germline_private=1))
    assert len(fewer.germline) == len(before.germline) - 1
    other = patient(replace(world, seed=2), case)
    assert not {v.allele for v in random_ones(before)} & {v.allele for v in random_ones(other)}


def test_cases_have_streams_of_their_own(world: World, cases: dict[str, CaseRecipe]) -> None:
    """The same recipe under another name has other random variants, and other genotypes."""
    case = changed(cases["IPX0013"], germline_private=80)
    here, there = patient(world, case), patient(world, case.model_copy(update={"id": "IPX0044"}))
    rare = [{v.allele for v in p.germline if v.why.startswith("rare germ")} for p in (here, there)]
    assert [len(alleles) for alleles in rare] == [80, 80]
    assert len(rare[0] & rare[1]) < 5
    assert not {"chrX", "chrY"} & {allele.contig for allele in rare[0] | rare[1]}
    assert not any("Ter" in (v.hgvs_p or "") for v in here.germline if not v.planted)
    assert {v.allele for v in random_ones(here)} != {v.allele for v in random_ones(there)}
    common = [{v.allele for v in p.germline if v.why.startswith("common")} for p in (here, there)]
    assert 0.2 < len(common[0] & common[1]) / len(common[0] | common[1]) < 0.8


def test_unstable_repeats_lose_units_of_their_run(
    world: World, cases: dict[str, CaseRecipe]
) -> None:
    loci = {locus.label: locus for locus in world.genome.msi}
    found = unstable_repeats(world.genome, cases["IPX0003"], 1)
    assert len(found) == round(0.7 * len(loci)) == 28
    assert len({v.allele for v in found}) == 28
    for item in found:
        locus, allele = loci[item.why.split()[-1]], item.allele
        contig = world.genome.contigs[locus.contig]
        assert (allele.contig, allele.position) == (locus.contig, locus.start)
        assert contig[allele.position - 1 :].startswith(allele.ref)
        assert allele.alt == allele.ref[0] != locus.unit
        lost = allele.ref[1:]
        assert set(lost) == {locus.unit} and 2 <= len(lost) <= (locus.end - locus.start) // 4
        assert (item.origin, item.clone) == ("somatic", "A")
    kinds = Counter(v.haplotype for v in found)
    assert set(kinds) == {1, 2, None} and 7 <= kinds[None] <= 21
    assert len({len(v.allele.ref) for v in found}) > 2
    assert unstable_repeats(world.genome, cases["IPX0001"], 1) == []


def test_deamination_shows_in_one_orientation(world: World) -> None:
    regions = [r for r in world.regions if r.contig == "chr17"]
    room = Room()
    room.block("chr17", regions[0].start, regions[0].end)
    found = ffpe_artefacts(world.genome, regions, 30, (0.01, 0.05), room, "test")
    assert len(found) == 30
    for item in found:
        assert world.genome.contigs["chr17"][item.position] == item.ref
        assert any(r.start <= item.position < r.end for r in regions[1:])
        assert 0.01 <= item.fraction <= 0.05
    kinds = Counter((item.ref, item.alt, item.orientation) for item in found)
    assert set(kinds) == {("C", "T", "F1R2"), ("G", "A", "F2R1")}
    assert min(kinds.values()) >= 6
    places = sorted(item.position for item in found)
    assert min(b - a for a, b in pairwise(places)) > 30
    assert max(i.fraction for i in found) > 0.035 and min(i.fraction for i in found) < 0.025


def test_substitutions_get_the_names_that_recipes_give_them(
    world: World, cases: dict[str, CaseRecipe]
) -> None:
    """Backwards from the genome, for all planted single-base changes; on either strand."""
    strands = {gene.name: gene.strand for gene in world.genome.genes}
    seen = Counter[str]()
    for case in cases.values():
        for item in resolve(world.genome, case.variants):
            claim = item.claim
            if re.fullmatch(r"c\.\d+[ACGT]>[ACGT]", claim.change):
                names = (claim.gene, claim.change, claim.protein)
                assert name_allele(world.genome, item.allele) == names
                seen[strands[claim.gene]] += 1
            elif re.search(r"\d[+-]\d+[ACGT]>", claim.change):
                assert name_allele(world.genome, item.allele) == (claim.gene, None, None)
            elif claim.change.startswith("c.-") and ">" in claim.change:
                assert name_allele(world.genome, item.allele) == (None, None, None)
    assert min(seen["+"], seen["-"]) > 3


def test_people_follow_hardy_weinberg() -> None:
    """300 people, six sites of frequency 0.3: both chromosomes are alike and independent."""
    sites = tuple((Allele("chr1", 4000 + 100 * n, "A", "C"), 0.3) for n in range(6))
    world = World(TOY, (Interval("chr1", 0, 9000),), sites, (), {}, 1)
    kinds = Counter[Any]()
    for number in range(300):
        person = somebody(world, f"person {number}", "female")
        assert person == somebody(world, f"person {number}", "female")
        kinds.update(v.haplotype for v in person.germline)
    assert kinds[1] / 1800 == pytest.approx(0.21, abs=0.035)
    assert kinds[2] / 1800 == pytest.approx(0.21, abs=0.035)
    assert kinds[None] / 1800 == pytest.approx(0.09, abs=0.025)
