"""mosdepth's depth of each base, read once for all regions that are asked about.

Depth is mosdepth's: bases of overlapping mates count once, and reads that are unmapped, secondary,
failed, duplicate (where the panel marks them) or below the panel's mapping quality do not count.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from dugnad.files import require_whole
from dugnad.regions import Region, merge

Depths = np.ndarray[Any, np.dtype[np.int32]]
Longs = np.ndarray[Any, np.dtype[np.int64]]

_BLOCK = 8 << 20  # bytes of text read at a time


@dataclass(frozen=True)
class Track:
    """Depth in reads of each base of sorted regions that do not touch, one array per region."""

    regions: tuple[Region, ...]
    depths: tuple[Depths, ...]

    @cached_property
    def _starts(self) -> list[tuple[str, int]]:
        return [(region.chrom, region.start) for region in self.regions]

    def of(self, region: Region) -> Depths:
        """Depth of each base of a region, shape (length,).

        Raises KeyError when the track was not read there.
        """
        index = bisect_right(self._starts, (region.chrom, region.start)) - 1
        if index < 0 or not self.regions[index].contains(region):
            raise KeyError(f"no depth was read at {region.chrom}:{region.start}-{region.end}")
        first = region.start - self.regions[index].start
        return self.depths[index][first : first + region.length]

    def over(self, regions: Iterable[Region]) -> Depths:
        """Depth of each base of several regions, each base once, one after the other."""
        return np.concatenate([np.zeros(0, np.int32), *map(self.of, merge(list(regions)))])


def read_track(per_base: Path, regions: Iterable[Region], margin: int = 0) -> Track:
    """The depths of regions, and of ``margin`` bases on both sides of each.

    ``per_base`` is mosdepth's per-base.bed.gz, sorted within each contig; what it does not hold (a
    contig without reads, the bases beyond a contig's end) has depth 0. It is read once, in blocks.
    Raises UserError when it was cut off.
    """
    merged = merge(
        [
            Region(region.chrom, max(region.start - margin, 0), region.end + margin, region.label)
            for region in regions
        ]
    )
    require_whole(per_base)
    depths = [np.zeros(region.length, np.int32) for region in merged]
    places: dict[str, list[int]] = {}
    for index, region in enumerate(merged):
        places.setdefault(region.chrom, []).append(index)
    for chrom, starts, ends, values in _blocks(per_base):
        own = places.get(chrom, [])
        firsts = np.searchsorted(ends, [merged[index].start for index in own], "right")
        lasts = np.searchsorted(starts, [merged[index].end for index in own], "left")
        for index, first, last in zip(own, firsts.tolist(), lasts.tolist(), strict=True):
            if first < last:
                rows = slice(first, last)
                _fill(depths[index], merged[index], starts[rows], ends[rows], values[rows])
    return Track(tuple(merged), tuple(depths))


def _blocks(per_base: Path) -> Iterator[tuple[str, Longs, Longs, Longs]]:
    """Start, end and depth of rows that follow each other on one contig, and the contig."""
    names = ["chrom", "start", "end", "depth"]
    types = dict.fromkeys(names[1:], pa.int64()) | {"chrom": pa.string()}
    with (
        pa.input_stream(str(per_base), compression="gzip") as stream,
        pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(delimiter="\t"),
            convert_options=pacsv.ConvertOptions(column_types=types),
        ) as reader,
    ):
        for batch in reader:
            contigs = batch["chrom"].dictionary_encode()
            codes = contigs.indices.to_numpy()
            columns = [batch[name].to_numpy() for name in names[1:]]
            bounds = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
            for first, last in pairwise(bounds):
                if first < last:
                    starts, ends, values = (column[first:last] for column in columns)
                    yield contigs.dictionary[int(codes[first])].as_py(), starts, ends, values


def _fill(depth: Depths, region: Region, starts: Longs, ends: Longs, values: Longs) -> None:
    """Set the depth of the region's bases that rows, which do not overlap, speak of."""
    first = np.maximum(starts - region.start, 0)
    length = np.minimum(ends - region.start, region.length) - first
    before = np.cumsum(length) - length
    depth[np.arange(length.sum()) + np.repeat(first - before, length)] = np.repeat(values, length)
