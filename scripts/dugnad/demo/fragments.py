"""Draw the fragments of a library from the genomes of a sample's molecules."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dugnad.demo.capture import Profile, draw_lengths
from dugnad.demo.library import Bytes, Floats, Ints, stream
from dugnad.demo.templates import UNKNOWN, ClassGenome
from dugnad.errors import UserError

MOST_ROUNDS = 50


@dataclass(frozen=True)
class Fragments:
    """Fragments as stretches of the pool: where they start, their bases, and whether read 1
    lies forward there. Three arrays of equal length."""

    start: Ints
    length: Ints
    forward: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Fragments":
        """These rows, in this order."""
        return Fragments(self.start[rows], self.length[rows], self.forward[rows])


def joined(parts: Sequence[Fragments]) -> Fragments:
    """All fragments of the ``parts``."""
    return Fragments(
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.length for p in parts]),
        np.concatenate([p.forward for p in parts]),
    )


def draw_fragments(
    genomes: Sequence[ClassGenome], pool: Bytes, profile: Profile, chances: Floats,
    number: int, seed: int,
) -> Fragments:  # fmt: skip
    """``number`` fragments of the ``genomes``, sorted by their place in the ``pool``.

    A molecule gives fragments in proportion to weight, copies and ``profile`` (by reference
    position) of their middle. None touches an unknown base or runs over a contig's end.
    UserError when there is nowhere to draw from.
    """
    rng = stream(seed, "fragments")
    runs = _unknown_runs(pool)
    masses = np.array([sum(map(np.sum, _weights(g, profile).values())) for g in genomes])
    if not masses.sum() > 0:
        raise UserError("demo reads: no molecule has a copy of what is captured")
    parts: list[Fragments] = []
    missing = number
    for _ in range(MOST_ROUNDS):
        shares = rng.multinomial(missing, masses / masses.sum())
        drawn = _draw(genomes, shares, profile, chances, rng)
        last = np.searchsorted(runs[0], drawn.start + drawn.length, "left")
        touching = last > np.searchsorted(runs[1], drawn.start, "right")
        parts.append(drawn.take(~touching))
        missing = number - sum(map(len, parts))
        if missing == 0:
            break
    else:
        raise UserError("demo reads: the captured intervals have too few known bases")
    found = joined(parts)
    order = np.lexsort((found.forward, found.length, found.start))
    return found.take(order)


def _draw(
    genomes: Sequence[ClassGenome], shares: Ints, profile: Profile, chances: Floats,
    rng: np.random.Generator,
) -> Fragments:  # fmt: skip
    """``shares`` fragments of each genome; those over a contig's end are left out."""
    parts = []
    for genome, share in zip(genomes, shares, strict=True):
        if share == 0:
            continue
        middle, low, high = _middles(genome, _weights(genome, profile), share, rng)
        length = draw_lengths(chances, share, rng)
        forward = rng.random(share) < 0.5
        start = middle - length // 2
        within = (start >= low) & (start + length <= high)
        parts.append(Fragments(start, length, forward).take(within))
    return joined(parts)


def _weights(genome: ClassGenome, profile: Profile) -> dict[str, Floats]:
    """The weight of each own position of a genome, by contig; contigs without are left out."""
    found = {}
    for name in dict.fromkeys(item.contig for item in genome.molecules.copies):
        chance = profile[name]
        weights = genome.copies(name, len(chance)) * chance
        own = genome.contigs[name]
        found[name] = weights if own.plain else weights[own.reference()]
    return found


def _middles(
    genome: ClassGenome, weights: dict[str, Floats], number: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Pool positions of fragment middles, and the start and end of their contigs."""
    sizes = np.array([len(values) for values in weights.values()])
    ends = np.cumsum(sizes)
    offsets = np.array([genome.offsets[name] for name in weights])
    total = np.cumsum(np.concatenate(list(weights.values())))
    drawn = np.searchsorted(total, rng.random(number) * total[-1], "right")
    contig = np.searchsorted(ends, drawn, "right")
    low = offsets[contig]
    return drawn - (ends - sizes)[contig] + low, low, low + sizes[contig]


def _unknown_runs(pool: Bytes) -> tuple[Ints, Ints]:
    """Starts and ends of the runs of unknown bases."""
    flags = np.concatenate([[False], pool == UNKNOWN, [False]])
    edges = np.flatnonzero(flags[1:] != flags[:-1]).astype(np.int64)
    return edges[::2], edges[1::2]
