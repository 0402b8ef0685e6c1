"""Split a panel's targets into chunks of even size, to be called side by side."""

import argparse
from dataclasses import replace
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.regions import Region, merge, read_targets


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--targets", type=Path, required=True, help="BED of the panel")
    parser.add_argument("--merged", type=Path, required=True, help="all, without overlaps")
    parser.add_argument("outputs", type=Path, nargs="+", help="one BED per chunk")


def main(args: argparse.Namespace) -> None:
    """Write the merged targets, and one BED per chunk."""
    merged = merge(read_targets(args.targets))
    chunks = split(merged, len(args.outputs))
    for path, chunk in zip([args.merged, *args.outputs], [merged, *chunks], strict=True):
        write_text(path, "".join(f"{r.chrom}\t{r.start}\t{r.end}\n" for r in chunk))


def split(regions: list[Region], parts: int) -> list[list[Region]]:
    """``parts`` runs of neighbouring regions with about the same number of bases each.

    Regions stay whole where they can, so that a variant lies in one chunk; the longest are
    halved only until no chunk is empty, since a caller takes an empty BED for the whole genome.

    Raises UserError when there are fewer bases than parts.
    """
    total = sum(region.length for region in regions)
    if total < parts:
        raise UserError(f"the targets have {total} bases for {parts} chunks; lower 'chunks'")
    while True:
        chunks = _allot(regions, parts, total)
        if all(chunks):
            return chunks
        longest = max(range(len(regions)), key=lambda i: regions[i].length)
        regions = [*regions[:longest], *_halves(regions[longest]), *regions[longest + 1 :]]


def _allot(regions: list[Region], parts: int, total: int) -> list[list[Region]]:
    chunks: list[list[Region]] = [[] for _ in range(parts)]
    before = 0
    for region in regions:
        middle = before + region.length / 2
        chunks[min(int(middle * parts / total), parts - 1)].append(region)
        before += region.length
    return chunks


def _halves(region: Region) -> list[Region]:
    middle = region.start + region.length // 2
    return [replace(region, end=middle), replace(region, start=middle)]
