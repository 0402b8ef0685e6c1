"""Build one gene of the synthetic genome: real hotspot codons in otherwise random sequence."""

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from dugnad.demo.gene import Exon, Gene, Transcript
from dugnad.demo.genome_recipe import Alternative, GeneRecipe, Pin, Sizes
from dugnad.demo.sequence import GC_CONTENT, STOPS, random_codon, random_sequence, translate
from dugnad.errors import UserError

ATTEMPTS = 200


def build_gene(recipe: GeneRecipe, sizes: Sizes, seed: int) -> Gene:
    """One gene at genome position 0, drawn again when its second transcript has a stop inside.

    Its random stream and identifiers are its own, whatever other genes there are. Raises
    UserError naming gene and problem when the recipe contradicts itself.
    """
    rng = random.Random(f"{seed}:gene:{recipe.name}")
    try:
        for _ in range(ATTEMPTS):
            gene = _draw_gene(recipe, sizes, rng)
            proteins = [translate(gene.coding(transcript)) for transcript in gene.transcripts]
            if any(not protein.startswith("M") for protein in proteins):
                raise ValueError("'start_codon' of its second transcript is not pinned to ATG")
            if all(protein.index("*") == len(protein) - 1 for protein in proteins):
                return gene
        raise ValueError("its second transcript always has a stop codon inside")
    except ValueError as error:
        raise UserError(f"recipe: {recipe.name}: {error}") from error


def _draw_gene(recipe: GeneRecipe, sizes: Sizes, rng: random.Random) -> Gene:
    exon_bases, utr5 = _draw_exons(recipe, sizes, rng)
    sequence = random_sequence(rng, recipe.upstream or sizes.upstream)
    exons = []
    for rank, bases in enumerate(exon_bases, start=1):
        if rank > 1:
            drawn = rng.randint(*sizes.intron)
            length = recipe.intron_lengths.get(rank - 1, drawn)
            sequence += "GT" + random_sequence(rng, length - 4) + "AG"
        exons.append(Exon(rank, len(sequence), len(sequence) + len(bases)))
        sequence += bases
    sequence += random_sequence(rng, sizes.upstream, sequence)
    name = f"DEMOT{recipe.entrez * 10:011d}"
    preferred = Transcript(name, True, tuple(exons), utr5, 3 * recipe.protein_length + 3)
    transcripts = [preferred]
    if recipe.alternative is not None:
        other = f"DEMOT{recipe.entrez * 10 + 1:011d}"
        transcripts.append(_second_transcript(preferred, recipe.alternative, other))
    return Gene(
        id=f"DEMOG{recipe.entrez * 10:011d}",
        name=recipe.name,
        contig=recipe.contig,
        strand=recipe.strand,
        start=0,
        sequence=_write_pins(sequence, preferred, recipe.pins),
        transcripts=tuple(transcripts),
    )


def _draw_exons(recipe: GeneRecipe, sizes: Sizes, rng: random.Random) -> tuple[list[str], int]:
    """The bases of each exon, and the length of the 5' UTR in spliced bases."""
    lengths = coding_lengths(recipe, rng)
    coding = _draw_coding(recipe, lengths, rng)
    first = recipe.first_coding_exon
    exons = [random_sequence(rng, rng.randint(*sizes.noncoding_exon)) for _ in range(1, first)]
    utr5 = sum(map(len, exons)) + recipe.utr5
    done = 0
    for length in lengths:
        exons.append(coding[done : done + length])
        done += length
    gc = recipe.gc.get(first, GC_CONTENT)
    exons[first - 1] = random_sequence(rng, recipe.utr5, gc=gc) + exons[first - 1]
    exons[-1] += random_sequence(rng, recipe.utr3, exons[-1])
    return exons, utr5


def _draw_coding(recipe: GeneRecipe, lengths: Sequence[int], rng: random.Random) -> str:
    """ATG, random codons that respect the pins and their exon's GC content, and a stop codon."""
    fixed: list[str | None] = [None] * (3 * recipe.protein_length)
    for pin in recipe.pins:
        if pin.codon is not None:
            start = 3 * pin.codon - 3
            fixed[start : start + len(pin.dna)] = pin.dna
    if len(fixed) != 3 * recipe.protein_length:
        raise ValueError("a pin reaches beyond the protein")
    contents = [
        recipe.gc.get(rank, GC_CONTENT)
        for rank, length in enumerate(lengths, start=recipe.first_coding_exon)
        for _ in range(length)
    ]
    coding = "ATG"
    for i in range(3, len(fixed), 3):
        coding += random_codon(rng, fixed[i : i + 3], coding, contents[i])
    return coding + rng.choice(sorted(STOPS))


def coding_lengths(recipe: GeneRecipe, rng: random.Random) -> list[int]:
    """Coding bases of each coding exon.

    Exon ends given by the recipe stand; pins lie whole in their exon; between two such places
    the remaining exon ends are spread evenly with a random shift, so that codons get divided.
    Raises ValueError when exons do not fit.
    """
    total = 3 * (recipe.protein_length + 1)
    last = recipe.exons
    places = [(0, 3, recipe.first_coding_exon), (total - 3, total, last)]
    for pin in recipe.pins:
        if pin.codon is not None and pin.exon is not None:
            start = 3 * pin.codon - 3
            places.append((start, start + len(pin.dna), pin.exon))
    for rank, end in recipe.exon_ends.items():
        places += [(end - 1, end, rank), (end, end + 1, rank + 1)]
    places.sort()
    ends: list[int] = []
    for (_, low, rank), (high, _, following) in pairwise(places):
        count = following - rank
        room = high - low
        given = recipe.exon_ends.get(rank) == low
        if count < 0 or (count > 0 and not given and room < 30 * count):
            raise ValueError(f"exons {rank} to {following} do not fit between their pins")
        for i in range(count):
            share = (i + 0.5 + rng.uniform(-0.25, 0.25)) / count
            ends.append(low + int(share * room))
    return [end - start for start, end in zip([0, *ends], [*ends, total], strict=True)]


def _second_transcript(preferred: Transcript, kind: Alternative, name: str) -> Transcript:
    coding = preferred.coding_positions
    if kind.start_codon is not None:
        start = coding[3 * kind.start_codon - 3]
        exons = tuple(exon for exon in preferred.exons if exon.end > start)
        return Transcript(
            name, False, exons, start - exons[0].start, preferred.coding - 3 * kind.start_codon + 3
        )
    skipped = next((exon for exon in preferred.exons if exon.rank == kind.skip_exon), None)
    if skipped is None or (skipped.end - skipped.start) % 3:
        raise ValueError(f"exon {kind.skip_exon} cannot be skipped in frame")
    if skipped.start < coding[3] or skipped.end > coding[-3]:
        raise ValueError(f"exon {kind.skip_exon} is not wholly coding")
    return Transcript(
        name,
        False,
        tuple(exon for exon in preferred.exons if exon is not skipped),
        preferred.utr5,
        preferred.coding - (skipped.end - skipped.start),
    )


def _write_pins(sequence: str, transcript: Transcript, pins: Iterable[Pin]) -> str:
    """``sequence`` with the pins at c. positions written in; checks the pinned codons."""
    bases = list(sequence)
    for pin in pins:
        if pin.at is not None:
            start = transcript.position(pin.at)
            bases[start : start + len(pin.dna)] = pin.dna
        elif pin.codon is not None:
            start = transcript.coding_positions[3 * pin.codon - 3]
            exons = [exon.start for exon in transcript.exons]
            exon = transcript.exons[bisect_right(exons, start) - 1]
            standing = sequence[start : start + len(pin.dna)]
            if standing != pin.dna or exon.rank != pin.exon or start + len(pin.dna) > exon.end:
                raise ValueError(f"codon {pin.codon}: {pin.dna} is not within exon {pin.exon}")
    return "".join(bases)
