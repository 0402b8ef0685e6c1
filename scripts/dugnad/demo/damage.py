"""False bases and lengths of single fragments: artefacts, damage and stutter."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dugnad.demo.capture import LONGEST
from dugnad.demo.fragments import Fragments
from dugnad.demo.interval import Interval
from dugnad.demo.library import Bytes, Ints, stream
from dugnad.demo.molecules import Artefact, Damage
from dugnad.demo.templates import COMPLEMENT, ClassGenome

LOSS = 0.8


@dataclass(frozen=True)
class Edits:
    """Changed bases: the fragment's row, the offset from its start in the pool, the new base
    on the pool's strand. Sorted by row; later ones of one place win."""

    row: Ints
    offset: Ints
    base: Bytes

    def of(self, rows: Ints) -> tuple[Ints, Ints, Bytes]:
        """For the fragments ``rows``: index into ``rows``, offset and base of every edit."""
        first = np.searchsorted(self.row, rows, "left")
        count = np.searchsorted(self.row, rows, "right") - first
        index = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
        which = np.repeat(first, count) + within
        return index, self.offset[which], self.base[which]

    def where(self, kept: npt.NDArray[np.bool_]) -> "Edits":
        """Only the edits of the fragments that are ``kept`` (one flag per fragment)."""
        flags = kept[self.row]
        return Edits(self.row[flags], self.offset[flags], self.base[flags])


def stutter_rate(units: int) -> float:
    """The share of fragments over a run of ``units`` repeats with another length.

    Nothing up to five repeats, then growing with the square: 2 % at 10, 18 % at 20, at most
    40 %. A model of our own: only that long runs are far less stable than short ones is real.
    """
    return min(0.4, 0.0008 * max(0, units - 5) ** 2)


def with_stutter(
    fragments: Fragments,
    pool: Bytes,
    genomes: Sequence[ClassGenome],
    loci: Sequence[Interval],
    seed: int,
) -> tuple[Fragments, Bytes]:
    """Fragments and pool after slippage at the microsatellites ``loci`` (label: repeat unit).

    Of the fragments that span a run, ``stutter_rate`` have one unit less (four of five) or
    more. Their sequence is put at the end of the pool. ``fragments`` are sorted.
    """
    start, length = fragments.start.copy(), fragments.length.copy()
    added, filled = [pool], len(pool)
    for locus in loci:
        unit = len(locus.label)
        for low, high in sorted(_runs(genomes, locus)):
            rng = stream(seed, "stutter", locus.contig, locus.start, low)
            rows = _over(fragments, low - 1, high + 1)
            slipped = rows[rng.random(len(rows)) < stutter_rate((high - low) // unit)]
            for row, loss in zip(slipped, rng.random(len(slipped)) < LOSS, strict=True):
                first, last = fragments.start[row], fragments.start[row] + fragments.length[row]
                again = low + unit if loss else high - unit
                added += [pool[first : low if loss else high], pool[again:last]]
                length[row] = fragments.length[row] + (-unit if loss else unit)
                start[row] = filled
                filled += int(length[row])
    return Fragments(start, length, fragments.forward), np.concatenate(added)


def _runs(genomes: Sequence[ClassGenome], locus: Interval) -> set[tuple[int, int]]:
    """The pool intervals of a microsatellite in all genomes."""
    found = set()
    for genome in genomes:
        low, high, _ = genome.contigs[locus.contig].interval(locus.start, locus.end)
        offset = genome.offsets[locus.contig]
        found.add((offset + low, offset + high))
    return found


def _over(fragments: Fragments, low: int, high: int) -> Ints:
    """Rows of the (sorted) fragments that span the pool interval."""
    first = np.searchsorted(fragments.start, low - LONGEST, "left")
    last = np.searchsorted(fragments.start, low, "right")
    near = np.arange(first, last)
    return near[fragments.start[near] + fragments.length[near] >= high]


def artefact_edits(
    fragments: Fragments,
    pool: Bytes,
    genomes: Sequence[ClassGenome],
    artefacts: Sequence[Artefact],
    seed: int,
) -> Edits:
    """The ``artefacts`` in (sorted) ``fragments``.

    Half of all fragments have the orientation, so each of these has the false base with twice
    the ``fraction`` (at most always).
    """
    parts = []
    for item in artefacts:
        rng = stream(seed, "artefact", item.contig, item.position, item.alt)
        for place, turned in sorted(_places(genomes, item)):
            ref, alt = (COMPLEMENT[ord(b)] if turned else ord(b) for b in (item.ref, item.alt))
            if pool[place] != ref:
                continue
            rows = _over(fragments, place, place + 1)
            rows = rows[fragments.forward[rows] == ((item.orientation == "F1R2") != turned)]
            rows = rows[rng.random(len(rows)) < 2 * item.fraction]
            offset = place - fragments.start[rows]
            parts.append((rows, offset, np.full(len(rows), alt, np.uint8)))
    return _edits(parts)


def _places(genomes: Sequence[ClassGenome], item: Artefact) -> set[tuple[int, bool]]:
    """Pool positions of an artefact, and whether the sequence is turned there."""
    found = set()
    for genome in genomes:
        stretch = genome.contigs[item.contig].stretch(item.position)
        own = int(stretch.own(np.array([item.position]))[0])
        found.add((genome.offsets[item.contig] + own, stretch.turned))
    return found


def damage_edits(fragments: Fragments, pool: Bytes, damage: Damage, seed: int) -> Edits:
    """Deaminated C (read as T) and oxidised G (read as T) on the strand of read 1."""
    rates = (("C", damage.deamination), ("G", damage.oxidation))
    parts = []
    ends = np.cumsum(fragments.length)
    for base, rate in rates:
        rng = stream(seed, "damage", base)
        total = int(fragments.length.sum())
        hits = np.unique(rng.integers(0, max(total, 1), rng.binomial(total, rate)))
        rows = np.searchsorted(ends, hits, "right")
        offset = hits - (ends - fragments.length)[rows]
        forward = fragments.forward[rows]
        code = ord(base)
        struck = pool[fragments.start[rows] + offset]
        kept = struck == np.where(forward, code, COMPLEMENT[code])
        made = np.where(forward, ord("T"), ord("A")).astype(np.uint8)
        parts.append((rows[kept], offset[kept], made[kept]))
    return _edits(parts)


def all_edits(parts: Sequence[Edits]) -> Edits:
    """All edits together, sorted by row."""
    return _edits([(part.row, part.offset, part.base) for part in parts])


def _edits(parts: Sequence[tuple[Ints, Ints, Bytes]]) -> Edits:
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))
    row, offset, base = (np.concatenate(column) for column in zip(none, *parts, strict=True))
    order = np.argsort(row, kind="stable")
    return Edits(row[order], offset[order], base[order])
