"""The molecules on the flow cell: what either read of a fragment sees, adapters included."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from dugnad.demo.damage import Edits
from dugnad.demo.fragments import Fragments
from dugnad.demo.library import Bytes, Ints, stream
from dugnad.demo.library_recipe import LibraryRecipe, UmiRecipe
from dugnad.demo.templates import COMPLEMENT, as_bytes

# The bases beyond a read that the sequencer looks at when it leaves one out.
BEYOND = 8
LETTERS: Bytes = as_bytes("ACGT")


@dataclass(frozen=True)
class Shelf:
    """All fragments of a library with what belongs to them.

    ``prefixes`` are the bases in front of either read of each fragment (fragments x bases):
    UMI and skipped bases, or none.
    """

    pool: Bytes
    fragments: Fragments
    edits: Edits
    prefixes: tuple[Bytes, Bytes]
    recipe: LibraryRecipe

    def templates(self, rows: Ints, rng: np.random.Generator) -> Bytes:
        """What read 1 sees of the fragments ``rows``, then the reverse complement of what read 2
        sees, ``BEYOND`` bases more of each than a read has."""
        one, two = (self._seen(rows, end, rng) for end in (0, 1))
        return np.hstack([one, COMPLEMENT[two[:, ::-1]]])

    def _seen(self, rows: Ints, end: int, rng: np.random.Generator) -> Bytes:
        """The bases from read ``end`` (0 or 1) on: prefix, fragment, the other prefix from
        behind, adapter, and then anything."""
        width = self.recipe.length + BEYOND
        prefix, other = self.prefixes[end][rows], self.prefixes[1 - end][rows]
        skip = prefix.shape[1]
        length = self.fragments.length[rows]
        forward = self.fragments.forward[rows] == (end == 0)
        seen = np.empty((len(rows), width), np.uint8)
        seen[:, :skip] = prefix
        seen[:, skip:] = self._inserts(rows, forward, width - skip)
        self._put_edits(seen, rows, forward, skip)
        short = np.flatnonzero(length + skip < width)
        adapter = np.tile(as_bytes(self.recipe.adapters[end]), (len(short), 1))
        anything = LETTERS[rng.integers(0, 4, (len(short), width))]
        tail = np.hstack([COMPLEMENT[other[short][:, ::-1]], adapter, anything])
        at = np.arange(width) - skip - length[short, None]
        behind = np.take_along_axis(tail, np.maximum(at, 0), 1)
        seen[short] = np.where(at >= 0, behind, seen[short])
        return seen

    @cached_property
    def _padded(self) -> Bytes:
        """The pool with room for a read at either end."""
        return np.pad(self.pool, self.recipe.length + BEYOND)

    def _inserts(self, rows: Ints, forward: npt.NDArray[np.bool_], width: int) -> Bytes:
        """``width`` bases from the fragments' first on, as the read sees them; behind a
        fragment's end stands what follows it in the pool."""
        start, length = self.fragments.start[rows], self.fragments.length[rows]
        first = np.where(forward, start, start + length - width) + self.recipe.length + BEYOND
        bases: Bytes = sliding_window_view(self._padded, width)[first]
        turned = np.flatnonzero(~forward)
        bases[turned] = COMPLEMENT[bases[turned, ::-1]]
        return bases

    def _put_edits(
        self, seen: Bytes, rows: Ints, forward: npt.NDArray[np.bool_], skip: int
    ) -> None:
        index, offset, base = self.edits.of(rows)
        ahead = forward[index]
        length = self.fragments.length[rows[index]]
        column = skip + np.where(ahead, offset, length - 1 - offset)
        base = np.where(ahead, base, COMPLEMENT[base]).astype(np.uint8)
        kept = column < seen.shape[1]
        seen[index[kept], column[kept]] = base[kept]


def umi_prefixes(number: int, umi: UmiRecipe | None, seed: int) -> tuple[Bytes, Bytes]:
    """Random UMIs with their skipped bases for both reads of ``number`` fragments."""
    if umi is None:
        empty = np.zeros((number, 0), np.uint8)
        return empty, empty
    one, two = (
        np.hstack(
            [
                LETTERS[stream(seed, "umi", end).integers(0, 4, (number, umi.length), np.uint8)],
                np.full((number, umi.skip), ord("T"), np.uint8),
            ]
        )
        for end in (1, 2)
    )
    return one, two
