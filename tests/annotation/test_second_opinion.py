"""Names against other libraries: c. numbered by hgvs-weaver, p. by biocommons' hgvs."""

import random
import re
from collections.abc import Iterator

import pytest
from real_genes import Real
from second_libraries import HAS_BIOCOMMONS, WeaverNames, biocommons_names
from toy_gene import CDS, END, TRANSCRIPTS, TSS, Toy

from dugnad.annotation.codons import edit_of
from dugnad.annotation.hgvs import HgvsNamer
from dugnad.annotation.protein import substitution
from dugnad.annotation.reference import Placed
from dugnad.annotation.transcripts import Transcript

Variant = tuple[str, int, str, str]

STYLE = {"p.Met1?": "p.(Met1?)"}
TO_STOP = re.compile(r"(ins(?:[A-Z][a-z]{2})*?Ter)(?:[A-Z][a-z]{2})+")


def toy_variants(toy: Toy, strand: str, first: int, end: int) -> Iterator[Variant]:
    """Each base changed, lost and doubled; short insertions and losses."""
    for at in range(first, end):
        for alt in "ACGT":
            chrom, pos, ref, alt = toy.vcf(strand, at, at + 1, alt)
            if ref != alt:
                yield chrom, pos, ref, alt
        for size in (1, 2, 3, 4):
            if at + size <= end:
                yield toy.vcf(strand, at, at + size, "")
        for bases in ("A", "GT", "TGA", "CATC"):
            yield toy.vcf(strand, at, at, bases)


def random_variants(namer: HgvsNamer, one: Transcript, number: int) -> Iterator[Variant]:
    """Around the edges of exons, and within them."""
    chance = random.Random(one.id)
    while number:
        start, end = chance.choice(one.exons)
        at = chance.choice([start, end, chance.randrange(start, end)]) + chance.randint(-12, 12)
        size, alt = chance.choice([(1, "T"), (3, ""), (1, ""), (0, "GA"), (2, "CAC"), (0, "TTC")])
        if not one.start < at < one.end - size:
            continue
        ref = namer.fetch(one.chrom, at - 1, at + size)
        if "N" not in ref and ref != ref[0] + alt:
            number -= 1
            yield one.chrom, at, ref, ref[0] + alt


def own(toy: Toy, strand: str) -> Transcript:
    transcript = toy.transcripts.by_id(TRANSCRIPTS[strand])
    assert transcript is not None
    return transcript


def agree(namer: HgvsNamer, one: Transcript, variants: Iterator[Variant]) -> int:
    """Holds every c. name against the library's; returns how many were held."""
    library, held = WeaverNames(namer, one), 0
    for variant in variants:
        placed = namer.reference.place(*variant)
        assert isinstance(placed, Placed)
        shifted = placed.on(one.strand)
        if not (one.start < shifted.start and shifted.end < one.end):
            continue
        ours = namer.names(placed, one).c
        theirs = library.c(_on_plus(placed, one.strand))
        assert ours == theirs, variant
        held += 1
    return held


def _on_plus(placed: Placed, strand: str) -> str:
    """The g. name of a change as far 3' of the transcript's strand as it reads the same."""
    change = placed.on(strand)
    start, end, ref, alt = change.start, change.end, change.ref, change.alt
    name = f"{placed.chrom}:g."
    if not ref and placed.duplicated[strand]:
        start, end = (start - len(alt), start) if strand == "+" else (start, start + len(alt))
        return name + (f"{end}dup" if len(alt) == 1 else f"{start + 1}_{end}dup")
    if not ref:
        return f"{name}{start}_{start + 1}ins{alt}"
    place = str(end) if end - start == 1 else f"{start + 1}_{end}"
    if not alt:
        return f"{name}{place}del"
    return f"{name}{place}{ref}>{alt}" if len(ref) == len(alt) == 1 else f"{name}{place}delins{alt}"


@pytest.mark.parametrize("strand", ["+", "-"])
def test_positions_are_those_of_a_library(toy: Toy, strand: str) -> None:
    found = agree(toy.namer, own(toy, strand), toy_variants(toy, strand, TSS + 1, END - 5))
    assert found > 1000


@pytest.mark.real_data
def test_positions_in_real_genes_are_those_of_a_library(cancer_genes: Real) -> None:
    canonical = [one for one in cancer_genes.transcripts if one.is_canonical]
    for one in canonical:
        variants = random_variants(cancer_genes.namer, one, 60)
        assert agree(cancer_genes.namer, one, variants) > 30, one.gene


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a_changed_codon_has_the_librarys_name(toy: Toy, strand: str) -> None:
    one, named = own(toy, strand), 0
    spliced = toy.namer.reference.spliced(one)
    for variant in toy_variants(toy, strand, *CDS):
        placed = toy.namer.reference.place(*variant)
        assert isinstance(placed, Placed)
        edit = edit_of(one, placed.on(strand))
        quick = substitution(spliced, edit) if edit else None
        if quick:
            assert quick == toy.namer.names(placed, one).p, variant
            named += 1
    assert named > 100


@pytest.mark.skipif(not HAS_BIOCOMMONS, reason="needs the package hgvs of biocommons")
@pytest.mark.parametrize("strand", ["+", "-"])
def test_protein_names_are_those_of_a_second_library(toy: Toy, strand: str) -> None:
    """Away from the stop codon, where the libraries word extensions and lost stops differently."""
    one, held = own(toy, strand), 0
    biocommons = biocommons_names(toy.namer, one)
    for variant in toy_variants(toy, strand, CDS[0] + 3, CDS[1] - 9):
        names = toy.namer.name(*variant, one)
        if names.p in (None, "p.?") or "-" in (names.c or "") or "+" in (names.c or ""):
            continue
        theirs = biocommons(names.c)
        theirs = TO_STOP.sub(r"\1", STYLE.get(theirs, theirs))
        assert names.p == theirs, (variant, names.c)
        held += 1
    assert held > 300
