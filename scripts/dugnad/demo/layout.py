"""Where genes stand on their contigs: at their real place, scaled, as far as there is room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dugnad.demo.genome_recipe import ContigRecipe, Sizes


@dataclass(frozen=True)
class Block:
    """Something that takes up ``length`` bases, wanted at position ``at`` (0-based)."""

    name: str
    at: int
    length: int


@dataclass(frozen=True)
class Layout:
    """A contig's length and centromere in bases, and the start of each block."""

    length: int
    centromere: int
    starts: dict[str, int]


def lay_out(contig: ContigRecipe, blocks: Iterable[Block], sizes: Sizes) -> Layout:
    """Place ``blocks`` on ``contig``, each on the arm of its wanted position.

    Blocks are ``sizes.gap`` apart, half of that from the centromere, and ``sizes.edge`` from
    the contig's ends. An arm grows when its blocks do not fit otherwise.
    """
    ordered = sorted(blocks, key=lambda block: (block.at, block.name))
    short = [block for block in ordered if block.at < contig.centromere]
    long = [block for block in ordered if block.at >= contig.centromere]
    half = sizes.gap // 2
    starts, end = _place(short, sizes.edge, contig.centromere - half, sizes.gap)
    centromere = end + half
    grown = centromere - contig.centromere
    moved = [Block(block.name, block.at + grown, block.length) for block in long]
    last = contig.length + grown - sizes.edge
    more, end = _place(moved, centromere + half, last, sizes.gap)
    return Layout(end + sizes.edge, centromere, starts | more)


def _place(blocks: Sequence[Block], low: int, high: int, gap: int) -> tuple[dict[str, int], int]:
    """Starts of ordered ``blocks`` between ``low`` and ``high``, and the end of that room.

    Each is pushed right of the one before it, then pulled left of the one behind it.
    """
    if blocks:
        high = max(high, low + sum(block.length + gap for block in blocks) - gap)
    starts: list[int] = []
    free = low
    for block in blocks:
        starts.append(max(block.at, free))
        free = starts[-1] + block.length + gap
    limit = high
    for i in reversed(range(len(blocks))):
        starts[i] = min(starts[i], limit - blocks[i].length)
        limit = starts[i] - gap
    return {block.name: start for block, start in zip(blocks, starts, strict=True)}, high
