"""Single-base and microsatellite loci between the genes: the SNP backbone and the MSI runs."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from dugnad.demo.genome_recipe import MsiRecipe, SnpsRecipe
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval, contig_order
from dugnad.demo.sequence import BASES, random_sequence
from dugnad.errors import UserError

ATTEMPTS = 500
CLEARANCE = 300  # bases between a locus's target and a gene, another locus or a contig's end
MSI_FLANK_RUN = 3  # longest homopolymer in a microsatellite's flanks
SNP_SURROUNDINGS = 5
SNP_LABEL, MSI_LABEL = "SNP_", "MSI_"
TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}
TRANSITIONS = 2 / 3  # of all SNPs

Spans = dict[str, list[tuple[int, int]]]
"""Taken places by contig, 0-based and half-open."""


def site_id(contig: str, position: int) -> str:
    """Identifier of a known site, from its place: the same in all files."""
    name = contig.removeprefix("chr")
    return f"rsDEMO{ {'X': '23', 'Y': '24'}.get(name, name.zfill(2)) }{position:07d}"


@dataclass(frozen=True)
class Snp:
    """A common single-base site; ``position`` is 1-based, ``frequency`` that of ``alt``."""

    contig: str
    position: int
    ref: str
    alt: str
    frequency: float
    label: str

    @property
    def id(self) -> str:
        """Its identifier in all known sites."""
        return site_id(self.contig, self.position)

    @property
    def allele(self) -> Allele:
        """The site as VCF writes it."""
        return Allele(self.contig, self.position, self.ref, self.alt)


@dataclass(frozen=True)
class MsiLocus:
    """A mononucleotide run: 0-based half-open interval, and the repeated base."""

    contig: str
    start: int
    end: int
    unit: str
    label: str


def add_msi_loci(
    bases: Mapping[str, bytearray], taken: Spans, recipe: MsiRecipe, seed: int
) -> tuple[MsiLocus, ...]:
    """Write the runs and their flanks into ``bases`` and mark them in ``taken``.

    They go round the autosomes; lengths go round ``recipe.length``; A and T alternate. Each
    flank is free of homopolymers over ``MSI_FLANK_RUN``. Raises UserError without room.
    """
    autosomes = [contig for contig in bases if contig_order(contig)[1] == ""]
    shortest, longest = recipe.length
    loci = []
    for n in range(recipe.loci):
        rng = random.Random(f"{seed}:msi:{n + 1}")
        contig, unit = autosomes[n % len(autosomes)], "AT"[n % 2]
        length = shortest + n % (longest - shortest + 1)
        left = _flank(rng, recipe.margin, unit)
        right = _flank(rng, recipe.margin, unit)[::-1]
        size = length + 2 * recipe.margin
        place = _free_place(rng, size, taken[contig], 0, len(bases[contig]))
        if place is None:
            raise UserError(f"recipe: no room for microsatellite {n + 1} on {contig}")
        bases[contig][place : place + size] = (left + unit * length + right).encode("ascii")
        taken[contig].append((place, place + size))
        start = place + recipe.margin
        loci.append(MsiLocus(contig, start, start + length, unit, f"{MSI_LABEL}{n + 1}"))
    return tuple(loci)


def _flank(rng: random.Random, length: int, unit: str) -> str:
    """Random bases that end with another base than ``unit``."""
    while True:
        bases = random_sequence(rng, length, longest=MSI_FLANK_RUN)
        if bases[-1] != unit:
            return bases


def _free_place(
    rng: random.Random, size: int, taken: Sequence[tuple[int, int]], low: int, high: int
) -> int | None:
    """A random start for ``size`` bases between ``low`` and ``high`` and clear of what is taken."""
    for _ in range(ATTEMPTS if high - low > size + 2 * CLEARANCE else 0):
        start = rng.randrange(low + CLEARANCE, high - CLEARANCE - size)
        if all(e + CLEARANCE <= start or start + size + CLEARANCE <= s for s, e in taken):
            return start
    return None


def pick_snps(
    contigs: Mapping[str, str],
    taken: Spans,
    borders: Sequence[Interval],
    skipped: Collection[str],
    recipe: SnpsRecipe,
    seed: int,
) -> tuple[Snp, ...]:
    """One common SNP in each stretch of about ``recipe.spacing`` bases that has room for it.

    Stretches end at ``borders``, so that each of these has its own; contigs in ``skipped`` have
    none.
    """
    found: list[Snp] = []
    for contig in (name for name in contigs if name not in skipped):
        number = 0
        for low, high in _stretches(contig, len(contigs[contig]), borders, recipe.spacing):
            rng = random.Random(f"{seed}:snp:{contig}:{low}")
            place = _snp_place(rng, contigs[contig], taken[contig], (low, high), recipe.target)
            if place is None:
                continue
            number += 1
            ref = contigs[contig][place]
            others = [base for base in BASES if base not in {ref, TRANSITION[ref]}]
            alt = TRANSITION[ref] if rng.random() < TRANSITIONS else rng.choice(others)
            frequency = round(rng.uniform(*recipe.frequency), 4)
            label = f"{SNP_LABEL}{contig}_{number}"
            found.append(Snp(contig, place + 1, ref, alt, frequency, label))
    return tuple(found)


def _snp_place(
    rng: random.Random,
    sequence: str,
    taken: Sequence[tuple[int, int]],
    stretch: tuple[int, int],
    target: int,
) -> int | None:
    """A 0-based position with no two equal neighbours around it, so that no indel looks like it."""
    for _ in range(ATTEMPTS):
        start = _free_place(rng, target, taken, *stretch)
        if start is None:
            return None
        place = start + target // 2
        around = sequence[place - SNP_SURROUNDINGS : place + SNP_SURROUNDINGS + 1]
        if not any(base * 3 in around for base in BASES):
            return place
    return None


def _stretches(
    contig: str, length: int, borders: Sequence[Interval], spacing: int
) -> Iterator[tuple[int, int]]:
    edges = {0, length}
    for border in borders:
        if border.contig == contig:
            edges |= {border.start, border.end}
    marks = sorted(edges)
    for low, high in pairwise(marks):
        parts = max(1, round((high - low) / spacing))
        for i in range(parts):
            yield low + i * (high - low) // parts, low + (i + 1) * (high - low) // parts


def snp_targets(snps: Sequence[Snp], size: int) -> list[Interval]:
    """``size`` bases around each SNP."""
    half = size // 2
    return [
        Interval(snp.contig, snp.position - 1 - half, snp.position - 1 - half + size, snp.label)
        for snp in snps
    ]


def msi_targets(loci: Sequence[MsiLocus], margin: int) -> list[Interval]:
    """Each run with ``margin`` bases on either side."""
    return [
        Interval(locus.contig, locus.start - margin, locus.end + margin, locus.label)
        for locus in loci
    ]


def write_msi_loci(path: Path, loci: Sequence[MsiLocus]) -> None:
    """BED with six columns: contig, start (0-based), end, label, repeat unit, number of repeats."""
    ordered = sorted(loci, key=lambda locus: (contig_order(locus.contig), locus.start))
    rows = [
        f"{m.contig}\t{m.start}\t{m.end}\t{m.label}\t{m.unit}\t{(m.end - m.start) // len(m.unit)}\n"
        for m in ordered
    ]
    path.write_text("".join(rows), encoding="ascii")
