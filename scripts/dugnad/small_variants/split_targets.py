"""Split a case's targets into chunks of even load, to be called side by side, and write one.

The same targets and depths are always split alike, so each job writes the chunk that it needs.
The load of a target is its bases times their depth over the case's samples: what a caller's time
goes with. An amplified gene weighs more than ten that are not.
"""

import argparse
import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.regions import Region, bed, read_targets

Place = tuple[str, int, int]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--targets", type=Path, required=True, help="BED, merged")
    parser.add_argument(
        "--depth", type=Path, nargs="*", default=[], help="mosdepth's mean depth of these targets"
    )
    parser.add_argument("--chunk", type=int, required=True, help="which one, from 0")
    parser.add_argument("--chunks", type=int, required=True, help="how many there are")
    parser.add_argument("--output", type=Path, required=True, help="BED of the chunk")


def main(args: argparse.Namespace) -> None:
    """Write the chunk's BED."""
    depths = [read_depths(path) for path in args.depth]
    regions = read_targets(args.targets)
    loads = [load_of(region, depths) for region in regions]
    write_text(args.output, bed(split(regions, loads, args.chunks)[args.chunk]))


def read_depths(path: Path) -> dict[Place, float]:
    """Mean depth by target, from mosdepth's ``regions.bed.gz``."""
    with gzip.open(path, "rt", encoding="ascii") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {(row[0], int(row[1]), int(row[2])): float(row[-1]) for row in rows}


def load_of(region: Region, depths: Sequence[dict[Place, float]]) -> float:
    """Bases times depth, summed over samples; a base without reads still costs a little."""
    place = region.chrom, region.start, region.end
    return region.length * (1 + sum(depth.get(place, 0.0) for depth in depths))


def split(regions: list[Region], loads: list[float], parts: int) -> list[list[Region]]:
    """``parts`` runs of neighbouring regions with about the same load each.

    Regions stay whole, so that a variant lies in one chunk; the heaviest are halved only while
    there are fewer of them than parts. No chunk is empty, since a caller takes an empty BED for
    the whole genome.

    Raises UserError when there are fewer bases than parts.
    """
    bases = sum(region.length for region in regions)
    if bases < parts:
        raise UserError(f"the targets have {bases} bases for {parts} chunks; lower 'chunks'")
    while len(regions) < parts:
        divisible = (i for i in range(len(regions)) if regions[i].length > 1)
        heaviest = max(divisible, key=lambda i: loads[i])
        after = heaviest + 1
        regions = [*regions[:heaviest], *_halves(regions[heaviest]), *regions[after:]]
        loads = [*loads[:heaviest], *[loads[heaviest] / 2] * 2, *loads[after:]]
    return _allot(regions, loads, parts)


def _allot(regions: list[Region], loads: list[float], parts: int) -> list[list[Region]]:
    """Each chunk takes its share of what is left, and leaves one region for each after it."""
    chunks: list[list[Region]] = []
    start, left = 0, sum(loads)
    for others in range(parts - 1, -1, -1):
        end, load = start + 1, loads[start]
        share = left / (others + 1)
        while end < len(regions) - others and (not others or load + loads[end] / 2 <= share):
            load += loads[end]
            end += 1
        chunks.append(regions[start:end])
        start, left = end, left - load
    return chunks


def _halves(region: Region) -> list[Region]:
    middle = region.start + region.length // 2
    return [replace(region, end=middle), replace(region, start=middle)]
