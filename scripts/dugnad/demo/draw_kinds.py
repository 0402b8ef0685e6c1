"""Random somatic variants of all kinds, so many a clone, for measuring accuracy.

Each clone and kind has its own random stream. All lie where a cell of the clone has one copy of
either haplotype, so that those of one clone have one expected VAF.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dugnad.demo.case_recipe import CaseRecipe, Clone, Kinds, Signature
from dugnad.demo.cells import Variant, lineage
from dugnad.demo.copies import clone_segments, copies_at
from dugnad.demo.draw import TRIES, Room, pattern_places
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele, left_aligned
from dugnad.demo.interval import Interval
from dugnad.demo.naming import name_allele
from dugnad.demo.sequence import BASES, reverse_complement
from dugnad.errors import UserError

LONGEST = 30  # bases of an insertion or deletion
LAST_BASE = 0.15  # chance that an indel ends with each base: about seven on average
LAST_UNIT = 0.7  # the same of the units that a repeat gains or loses
IN_REPEAT, COPIED = 0.5, 0.25  # shares of indels in a repeat; of insertions, each of the two
MOST_REPLACED = 6  # bases on either side of a delins
REPEAT = re.compile(r"([ACGT])\1{3,}|([ACGT]{2})\2{2,}|([ACGT]{3})\3{2,}")

Drawn = tuple[Allele, str] | None
"""An allele and why it is there; None when the dice fell where there is none."""


@dataclass(frozen=True)
class Ground:
    """What random variants fall on.

    ``places`` has the contig, 0-based position and new base that each pattern of the signature
    fits; ``repeats`` the homopolymers and short tandem repeats with their unit as label.
    """

    genome: Genome
    regions: Sequence[Interval]
    signature: Signature
    places: dict[str, list[tuple[str, int, str]]]
    repeats: Sequence[Interval]

    def stretch(self, rng: random.Random, length: int) -> tuple[str, int, int]:
        """Contig, start and end of so many bases that begin somewhere on a target."""
        region = rng.choices(self.regions, [r.end - r.start for r in self.regions])[0]
        start = rng.randrange(region.start, region.end)
        return region.contig, start, start + length

    def change(self, contig: str, start: int, end: int, bases: str) -> Allele:
        """The left-aligned allele of ``bases`` in place of ``start`` to ``end`` (0-based)."""
        return left_aligned(contig, self.genome.contigs[contig], start, end, bases)


def random_kinds(
    genome: Genome,
    case: CaseRecipe,
    regions: Sequence[Interval],
    signature: Signature,
    room: Room,
    seed: int,
) -> list[Variant]:
    """The random variants that the case's clones ask for; UserError when there is no room.

    They lie wholly on the targets, wherever they are aligned, and off what the genome has twice.
    """
    if all(clone.random == Kinds() for clone in case.clones):
        return []
    for item in genome.duplicated:
        room.block(item.contig, item.start, item.end)
    places = pattern_places(genome, regions, signature)
    ground = Ground(genome, regions, signature, places, repeats(genome.contigs, regions))
    return [
        variant
        for clone in case.clones
        for kind in KINDS
        for variant in _of_kind(ground, case, clone, kind, room, seed)
    ]


def _of_kind(
    ground: Ground, case: CaseRecipe, clone: Clone, kind: str, room: Room, seed: int
) -> list[Variant]:
    rng = random.Random(f"{seed}:{kind}:{case.id}:{clone.name}")
    contigs = ground.genome.contigs
    segments = clone_segments(ground.genome, case, lineage(case, clone.name))
    number: int = getattr(clone.random, kind)
    found: list[Variant] = []
    for _ in range(TRIES * number):
        if len(found) == number:
            break
        drawn = KINDS[kind](ground, rng)
        haplotype: Literal[1, 2] = rng.choice((1, 2))
        if drawn is None:
            continue
        allele, why = drawn
        extent = span(allele, contigs[allele.contig])
        inside = any(_holds(region, extent) for region in ground.regions)
        if not inside or copies_at(segments, extent.contig, extent.start) != (1, 1):
            continue
        if room.claim(extent.contig, extent.start, extent.end - extent.start):
            names = name_allele(ground.genome, allele)
            found.append(Variant(allele, "somatic", why, haplotype, clone.name, None, *names))
    if len(found) < number:
        raise UserError(
            f"recipe: {case.id}: clone {clone.name}: room for {len(found)} of {number} {kind}"
        )
    return found


def _holds(region: Interval, part: Interval) -> bool:
    return region.contig == part.contig and region.start <= part.start and part.end <= region.end


def span(allele: Allele, sequence: str) -> Interval:
    """The reference bases of a left-aligned allele, and on to where it could as well stand."""
    start, end = allele.position - 1, allele.position - 1 + len(allele.ref)
    if min(len(allele.ref), len(allele.alt)) > 1 or allele.ref[0] != allele.alt[0]:
        return Interval(allele.contig, start, end)
    moving, further = max(allele.ref, allele.alt, key=len)[1:], 0
    while sequence[end + further] == moving[further % len(moving)]:
        further += 1
    return Interval(allele.contig, start, end + further)


def repeats(contigs: dict[str, str], regions: Sequence[Interval]) -> list[Interval]:
    """Runs on the targets: one base four times or more, two or three bases three times or more."""
    return [
        Interval(region.contig, region.start + match.start(), region.start + match.end(), unit)
        for region in regions
        for match in REPEAT.finditer(contigs[region.contig][region.start : region.end])
        for unit in match.groups()
        if unit
    ]


def _geometric(rng: random.Random, last: float, most: int) -> int:
    number = 1
    while number < most and rng.random() >= last:
        number += 1
    return number


def _random_bases(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(BASES, k=length))


def _snv(ground: Ground, rng: random.Random) -> Drawn:
    weights = [ground.signature.patterns[pattern] for pattern in ground.places]
    pattern = rng.choices(list(ground.places), weights)[0]
    contig, position, alt = rng.choice(ground.places[pattern])
    return ground.change(contig, position, position + 1, alt), "random SNV"


def _mnv(ground: Ground, rng: random.Random) -> Drawn:
    """Two or three bases, each another one; no inversion, which has a name of its own."""
    contig, start, end = ground.stretch(rng, rng.choice((2, 3)))
    ref = ground.genome.contigs[contig][start:end]
    alt = "".join(rng.choice([base for base in BASES if base != old]) for old in ref)
    if alt == reverse_complement(ref):
        return None
    return ground.change(contig, start, end, alt), "random MNV"


def _deletion(ground: Ground, rng: random.Random) -> Drawn:
    if rng.random() < IN_REPEAT:
        run = rng.choice(ground.repeats)
        most = (run.end - run.start) // len(run.label) - 1
        end = run.start + len(run.label) * _geometric(rng, LAST_UNIT, most)
        return ground.change(run.contig, run.start, end, ""), "random deletion in a repeat"
    length = _geometric(rng, LAST_BASE, LONGEST)
    return ground.change(*ground.stretch(rng, length), ""), "random deletion"


def _insertion(ground: Ground, rng: random.Random) -> Drawn:
    kind = rng.random()
    if kind < IN_REPEAT - COPIED:
        run = rng.choice(ground.repeats)
        bases = run.label * _geometric(rng, LAST_UNIT, LONGEST // len(run.label))
        allele = ground.change(run.contig, run.start, run.start, bases)
        return allele, "random insertion in a repeat"
    length = _geometric(rng, LAST_BASE, LONGEST)
    contig, start, end = ground.stretch(rng, length)
    if kind < IN_REPEAT:
        bases = ground.genome.contigs[contig][start:end]
        return ground.change(contig, end, end, bases), "random duplication"
    bases = _random_bases(rng, length)
    return ground.change(contig, start, start, bases), "random insertion"


def _delins(ground: Ground, rng: random.Random) -> Drawn:
    """One to six bases become others, of another number; neither end stays."""
    contig, start, end = ground.stretch(rng, rng.randint(1, MOST_REPLACED))
    ref = ground.genome.contigs[contig][start:end]
    alt = _random_bases(rng, rng.randint(1, MOST_REPLACED))
    if len(alt) == len(ref) or alt[0] == ref[0] or alt[-1] == ref[-1]:
        return None
    return ground.change(contig, start, end, alt), "random delins"


KINDS: dict[str, Callable[[Ground, random.Random], Drawn]] = {
    "snvs": _snv,
    "mnvs": _mnv,
    "deletions": _deletion,
    "insertions": _insertion,
    "delins": _delins,
}
