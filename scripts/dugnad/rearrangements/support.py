"""How many fragments of a sample speak for a junction and against it, each fragment once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from dugnad.rearrangements.pairs import Candidate, Key, Pairs, Rules
from dugnad.rearrangements.scan import MIN_CLIP, Clip, Evidence, Split
from dugnad.rearrangements.sequences import FLANK, Reference, across, fits
from dugnad.rearrangements.sides import Junction, reverse_complement

ANCHOR = 10  # bases that a read must have on either side of a join to speak of it


@dataclass(frozen=True)
class Support:
    """Fragments of one sample; ``starts``: distinct places where supporting reads begin."""

    split_reads: int
    pairs: int
    reference_1: int
    reference_2: int
    starts: int
    mapping_quality: float | None

    @property
    def reads(self) -> int:
        """Fragments that show the junction."""
        return self.split_reads + self.pairs


class Sample:
    """The evidence of one sample, ordered so that each junction asks only for what is near."""

    def __init__(self, found: Evidence) -> None:
        self.found = found

    @cached_property
    def _splits(self) -> dict[Key, list[Split]]:
        rows: dict[Key, list[Split]] = defaultdict(list)
        for split in self.found.splits:
            if split.fragment not in self.found.duplicates:
                rows[split.junction.key].append(split)
        return {key: sorted(own, key=_start) for key, own in rows.items()}

    @cached_property
    def _pairs(self) -> Pairs:
        return Pairs(self.found.pairs, self.found.duplicates)

    @cached_property
    def _clips(self) -> dict[tuple[str, str], list[Clip]]:
        return {
            key: sorted(clips, key=lambda clip: clip.side.pos)
            for key, clips in self.found.clips.items()
        }

    def support(self, one: Candidate, reference: Reference, rules: Rules) -> Support:
        """What the sample's fragments say of a junction."""
        joined = one.junction
        split: dict[int, tuple[float, int]] = {}
        if not one.uncertainty:
            for read in self._split_near(joined, rules.exact):
                split.setdefault(read.fragment, (read.mapping_quality, read.start))
            for clip in self._clipped(joined, reference, rules.exact):
                split.setdefault(clip.fragment, (clip.mapping_quality, clip.start))
        paired = {
            pair.fragment: (pair.mapping_quality, pair.outer[0])
            for pair in self._pairs.explained(one, rules)
            if pair.fragment not in split
        }
        everyone = [*split.values(), *paired.values()]
        against = [
            len(self.found.across(side, ANCHOR) - split.keys() - paired.keys())
            for side in (joined.one, joined.two)
        ]
        return Support(
            split_reads=len(split),
            pairs=len(paired),
            reference_1=against[0],
            reference_2=against[1],
            starts=len({start for _, start in everyone}),
            mapping_quality=fmean(quality for quality, _ in everyone) if everyone else None,
        )

    def _split_near(self, joined: Junction, exact: int) -> list[Split]:
        """Reads that are split at the junction."""
        rows = self._splits.get(joined.key, [])
        first = bisect_left(rows, joined.one.pos - exact, key=_start)
        last = bisect_right(rows, joined.one.pos + exact, key=_start)
        return [read for read in rows[first:last] if read.junction.near(joined, exact)]

    def _clipped(self, joined: Junction, reference: Reference, exact: int) -> list[Clip]:
        """Clipped ends at either side that go on as the junction does."""
        found = []
        back = reverse_complement(joined.inserted)
        for side, other, inserted in (
            (joined.one, joined.two, joined.inserted),
            (joined.two, joined.one, back),
        ):
            clips = self._clips.get((side.chrom, side.strand), [])
            first = bisect_left(clips, side.pos - exact, key=_position)
            last = bisect_right(clips, side.pos + exact, key=_position)
            if first == last:
                continue
            sequence = across(reference, side, other, inserted)
            for clip in clips[first:last]:
                beyond = FLANK + (clip.side.pos - side.pos) * side.outward
                of_other = beyond + len(clip.bases) - FLANK - len(inserted)
                if (
                    clip.fragment not in self.found.duplicates
                    and of_other >= MIN_CLIP
                    and fits(clip.bases, sequence[beyond:])
                ):
                    found.append(clip)
        return found


def _position(clip: Clip) -> int:
    return clip.side.pos


def _start(read: Split) -> int:
    return read.junction.one.pos
