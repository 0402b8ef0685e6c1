"""Variants that nobody chose: private germline ones, a tumour's background, unstable repeats.

Each kind of variant of each case has its own random stream.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dugnad.demo.case_recipe import CaseRecipe, Signature
from dugnad.demo.cells import Variant, lineage
from dugnad.demo.copies import clone_segments, copies_at
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.known import truncates
from dugnad.demo.molecules import Artefact
from dugnad.demo.naming import name_allele
from dugnad.demo.sequence import BASES, reverse_complement

SPACING = 30  # bases between any two variants of a person
TRIES = 400


@dataclass
class Room:
    """Places that are taken, with the bases around them; ``claim`` takes one more."""

    taken: dict[str, set[int]] = field(default_factory=dict)

    def block(self, contig: str, start: int, end: int) -> None:
        """Take the bases from ``start`` to ``end`` (0-based) and ``SPACING`` around them."""
        self.taken.setdefault(contig, set()).update(range(start - SPACING, end + SPACING))

    def reserve(self, contig: str, position: int, length: int) -> None:
        """Take these bases alone."""
        self.taken.setdefault(contig, set()).update(range(position, position + length))

    def claim(self, contig: str, position: int, length: int = 1) -> bool:
        """Take a place if it is free."""
        wanted = range(position, position + length)
        if any(base in self.taken.get(contig, ()) for base in wanted):
            return False
        self.block(contig, position, position + length)
        return True


def private_germline(
    genome: Genome, case: CaseRecipe, regions: Sequence[Interval], room: Room, seed: int
) -> list[Variant]:
    """Heterozygous single-base variants on autosomal targets that no database lists.

    None makes a stop, splice or start change: a pathogenic finding is planted or not there.
    """
    rng = random.Random(f"{seed}:private:{case.id}")
    autosomal = [r for r in regions if r.contig not in {"chrX", "chrY"}]
    found: list[Variant] = []
    for _ in range(TRIES):
        if len(found) == case.background.germline_private:
            break
        region = rng.choices(autosomal, [r.end - r.start for r in autosomal])[0]
        position = rng.randrange(region.start, region.end)
        ref = genome.contigs[region.contig][position]
        alt = rng.choice([base for base in BASES if base != ref])
        haplotype: Literal[1, 2] = rng.choice((1, 2))
        allele = Allele(region.contig, position + 1, ref, alt)
        if truncates(genome, allele) or not room.claim(region.contig, position):
            continue
        found.append(
            _variant(genome, allele, "germline", "rare germline, in no database", haplotype)
        )
    return found


def _variant(
    genome: Genome,
    allele: Allele,
    origin: Literal["somatic", "germline"],
    why: str,
    haplotype: Literal[1, 2] | None,
    clone: str | None = None,
) -> Variant:
    gene, coding, protein = name_allele(genome, allele)
    return Variant(allele, origin, why, haplotype, clone, None, gene, coding, protein)


def somatic_background(
    genome: Genome,
    case: CaseRecipe,
    regions: Sequence[Interval],
    signature: Signature,
    room: Room,
    seed: int,
) -> list[Variant]:
    """Random single-base variants of the founder and of the last clone, by signature."""
    contexts = pattern_places(genome, regions, signature)
    found = []
    for clone, number in (
        (case.founder, case.background.somatic),
        (case.clones[-1].name, case.background.subclonal),
    ):
        rng = random.Random(f"{seed}:somatic:{case.id}:{clone}")
        segments = clone_segments(genome, case, lineage(case, clone))
        done = 0
        for _ in range(TRIES):
            if done == number:
                break
            pattern = rng.choices(list(contexts), [signature.patterns[p] for p in contexts])[0]
            contig, position, alt = rng.choice(contexts[pattern])
            copies = copies_at(segments, contig, position)
            haplotype: Literal[1, 2] = rng.choice((1, 2))
            if copies[haplotype - 1] == 0 or not room.claim(contig, position):
                continue
            allele = Allele(contig, position + 1, genome.contigs[contig][position], alt)
            why = f"random, signature {case.background.signature}"
            found.append(_variant(genome, allele, "somatic", why, haplotype, clone))
            done += 1
    return found


def pattern_places(
    genome: Genome, regions: Iterable[Interval], signature: Signature
) -> dict[str, list[tuple[str, int, str]]]:
    """Per pattern, the target positions it fits (0-based) with the new base, either strand."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for pattern in signature.patterns:
        before, ref, alt, after = pattern[0], pattern[2], pattern[4], pattern[6]
        for left in BASES if before == "N" else before:
            for right in BASES if after == "N" else after:
                triple = left + ref + right
                wanted.setdefault(triple, []).append((pattern, alt))
                opposite = reverse_complement(triple)
                wanted.setdefault(opposite, []).append((pattern, reverse_complement(alt)))
    found: dict[str, list[tuple[str, int, str]]] = {p: [] for p in signature.patterns}
    for region in regions:
        sequence = genome.contigs[region.contig]
        for position in range(region.start, region.end):
            for pattern, alt in wanted.get(sequence[position - 1 : position + 2], ()):
                found[pattern].append((region.contig, position, alt))
    return {pattern: places for pattern, places in found.items() if places}


def unstable_repeats(genome: Genome, case: CaseRecipe, seed: int) -> list[Variant]:
    """Shortened microsatellites of the founder; both haplotypes lose the same in half of them."""
    rng = random.Random(f"{seed}:msi:{case.id}")
    number = round(case.background.unstable_msi * len(genome.msi))
    found = []
    for locus in sorted(rng.sample(genome.msi, number), key=lambda item: item.label):
        lost = rng.randint(2, max(2, (locus.end - locus.start) // 4))
        haplotype: Literal[1, 2] | None = rng.choice((1, 2, None, None))
        before = genome.contigs[locus.contig][locus.start - 1]
        allele = Allele(locus.contig, locus.start, before + locus.unit * lost, before)
        why = f"unstable microsatellite {locus.label}"
        found.append(Variant(allele, "somatic", why, haplotype, case.founder))
    return found


def ffpe_artefacts(
    genome: Genome,
    regions: Sequence[Interval],
    number: int,
    vaf: tuple[float, float],
    room: Room,
    stream: str,
) -> list[Artefact]:
    """Places where deamination shows as a variant at low VAF, in one orientation of reads."""
    rng = random.Random(stream)
    found: list[Artefact] = []
    for _ in range(TRIES * 10):
        if len(found) == number:
            break
        region = rng.choices(regions, [r.end - r.start for r in regions])[0]
        position = rng.randrange(region.start, region.end)
        ref = genome.contigs[region.contig][position]
        if ref not in "CG" or not room.claim(region.contig, position):
            continue
        fraction = round(rng.uniform(*vaf), 4)
        forward = ref == "C"
        found.append(
            Artefact(
                region.contig,
                position,
                ref,
                "T" if forward else "A",
                fraction,
                "F1R2" if forward else "F2R1",
            )
        )
    return found
