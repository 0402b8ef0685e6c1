"""Match alleles that give the same sequence, however they are written.

Own code: RTG vcfeval, hap.py and vcfdist do this for germline genotypes, but none of them can be
had from PyPI or Debian. As with vcfeval (Cleary et al. 2015, doi:10.1101/023754), the truth and
the calls are each written into the reference, and alleles match where both give the same sequence.

There are no genotypes: each somatic allele is taken to be on a haplotype of its own, or together
with any of its neighbours that do not overlap it, whichever makes a match. So an MNV matches its
SNVs, though a caller of single bases cannot know that they are on one molecule.

Method: identical changes match after trimming and left alignment. The other alleles are taken in
clusters whose members are within GAP bases of each other. From each allele of a cluster, every
choice of further alleles of both sides is followed base by base, and given up where the two
sequences differ. Where both sequences have reached the same base of the reference and are equal,
the chosen alleles match, if there are any on both sides. What lies beyond such a point is another
match. An allele may be in several matches, since the same change may be written twice.

That is exhaustive in a cluster, up to STEPS steps from each allele; a tangle that needs more is
given up there, so that a match can be missed, but never made wrongly. Alleles are written into the
reference where their files place them and, in a second round, left-aligned.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dugnad.accuracy.variants import Allele
from dugnad.alleles import Change

GAP = 50  # bases between neighbours of a cluster
STEPS = 10_000  # from each allele

Bases = Callable[[str, int, int], str]
"""The reference's bases [start, end) of a contig."""


@dataclass(frozen=True)
class Match:
    """Alleles of the truth and of the calls, by index, that give the same sequence."""

    truth: tuple[int, ...]
    calls: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many alleles it has."""
        return len(self.truth) + len(self.calls)


def match(truth: Sequence[Allele], calls: Sequence[Allele], bases: Bases) -> list[Match]:
    """All matches, the smallest first."""
    found = dict.fromkeys(_identical(truth, calls))
    done = (
        {index for item in found for index in item.truth},
        {index for item in found for index in item.calls},
    )
    for cluster in _clusters(truth, calls):
        if _is_open(cluster, done):
            found |= dict.fromkeys(_of_cluster(cluster, truth, calls, bases))
    return sorted(found, key=lambda item: item.size)


def _identical(truth: Sequence[Allele], calls: Sequence[Allele]) -> Iterator[Match]:
    places: dict[tuple[str, Change], list[int]] = {}
    for index, allele in enumerate(calls):
        places.setdefault(allele.key, []).append(index)
    for index, allele in enumerate(truth):
        for other in places.get(allele.key, []):
            yield Match((index,), (other,))


Cluster = tuple[list[int], list[int]]
"""Indices of neighbouring alleles of the truth and of the calls."""


def _clusters(truth: Sequence[Allele], calls: Sequence[Allele]) -> Iterator[Cluster]:
    members = sorted(
        (allele.chrom, allele.start, allele.end, side, index)
        for side, group in enumerate((truth, calls))
        for index, allele in enumerate(group)
    )
    cluster: Cluster = ([], [])
    last, reach = "", 0
    for chrom, start, end, side, index in members:
        if chrom != last or start - reach > GAP:
            yield cluster
            cluster, last, reach = ([], []), chrom, end
        cluster[side].append(index)
        reach = max(reach, end)
    yield cluster


def _is_open(cluster: Cluster, done: Sequence[set[int]]) -> bool:
    """Whether it has both sides, and any allele without a match."""
    left = any(set(group) - known for group, known in zip(cluster, done, strict=True))
    return all(cluster) and left


def _of_cluster(
    cluster: Cluster, truth: Sequence[Allele], calls: Sequence[Allele], bases: Bases
) -> Iterator[Match]:
    true, called = [truth[i] for i in cluster[0]], [calls[i] for i in cluster[1]]
    start = min(allele.start for allele in true + called)
    end = max(allele.end for allele in true + called)
    window = Window(start, bases(true[0].chrom, start, end))
    given = [a.given for a in true], [a.given for a in called]
    aligned = [a.aligned for a in true], [a.aligned for a in called]
    for changes in (given,) if given == aligned else (given, aligned):
        for some, others in equal_choices(changes[0], changes[1], window):
            yield Match(
                tuple(sorted(cluster[0][i] for i in some)),
                tuple(sorted(cluster[1][i] for i in others)),
            )


@dataclass(frozen=True)
class Window:
    """Bases of the reference from ``start``, 0-based."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """After its last base."""
        return self.start + len(self.text)

    def bases(self, start: int, end: int) -> str:
        """Those of [start, end) of the contig."""
        return self.text[start - self.start : end - self.start]


Choice = tuple[tuple[int, ...], tuple[int, ...]]
"""Indices of the chosen changes of the truth and of the calls."""


def equal_choices(
    truth: Sequence[Change], calls: Sequence[Change], window: Window
) -> Iterator[Choice]:
    """Choices of changes of both sides that give the same sequence, none made of smaller ones.

    All changes lie in the window. A choice may come more than once.
    """
    orders = [sorted(range(len(g)), key=lambda i: (g[i].start, g[i].end)) for g in (truth, calls)]
    sides = [truth[i] for i in orders[0]], [calls[i] for i in orders[1]]
    for side, changes in enumerate(sides):
        for first, change in enumerate(changes):
            others = sides[1 - side]
            # a choice whose first changes start together is followed from the truth's
            place = bisect_left(others, change.start + side, key=lambda other: other.start)
            opened = _Haplotype(change.end, first + 1, (first,))
            waiting = _Haplotype(change.start, place, ())
            both = (opened, waiting) if side == 0 else (waiting, opened)
            for some, rest in _follow(_State(both, change.alt, side), sides, window):
                yield tuple(orders[0][i] for i in some), tuple(orders[1][i] for i in rest)


class _Haplotype(NamedTuple):
    """One side's sequence so far: the next base of the reference and change, and those chosen."""

    at: int
    next: int
    chosen: tuple[int, ...]


class _State(NamedTuple):
    """Both sides' sequences so far, equal but for the bases that ``ahead`` has in addition."""

    sides: tuple[_Haplotype, _Haplotype]
    lead: str
    ahead: int

    @property
    def behind(self) -> int:
        """The side to write on: the shorter sequence, or the one with more reference to come."""
        if self.lead:
            return 1 - self.ahead
        return 0 if self.sides[0].at <= self.sides[1].at else 1

    def written(self, side: _Haplotype, text: str) -> "_State | None":
        """The state after the side behind has written on; None where the sequences differ."""
        shared = min(len(text), len(self.lead))
        if text[:shared] != self.lead[:shared]:
            return None
        sides = (side, self.sides[1]) if self.behind == 0 else (self.sides[0], side)
        if len(text) > shared:
            return _State(sides, text[shared:], self.behind)
        return _State(sides, self.lead[shared:], 1 - self.behind)


def _follow(start: _State, changes: Sequence[Sequence[Change]], window: Window) -> Iterator[Choice]:
    """Where the sequences are equal for the first time, on each way from the start."""
    states: list[_State | None] = [start]
    steps = 0
    while states and steps < STEPS:
        state = states.pop()
        steps += 1
        if state is None:
            continue
        truth, calls = state.sides
        if not state.lead and truth.at == calls.at:
            if truth.chosen and calls.chosen:
                yield truth.chosen, calls.chosen
            continue
        states += _ways(state, changes[state.behind], window)


def _ways(state: _State, changes: Sequence[Change], window: Window) -> Iterator[_State | None]:
    """The next states: with the next change and without it, or with the reference up to it."""
    side = state.sides[state.behind]
    number = side.next
    while number < len(changes) and not _fits(changes, number, side):
        number += 1
    change = changes[number] if number < len(changes) else None
    if change and change.start == side.at:
        yield state.written(_Haplotype(side.at, number + 1, side.chosen), "")
        taken = _Haplotype(change.end, number + 1, (*side.chosen, number))
        yield state.written(taken, change.alt)
        return
    room = (change.start if change else window.end) - side.at
    length = min(room, len(state.lead)) if state.lead else room
    if length > 0:
        text = window.bases(side.at, side.at + length)
        yield state.written(_Haplotype(side.at + length, number, side.chosen), text)


def _fits(changes: Sequence[Change], number: int, side: _Haplotype) -> bool:
    """Whether a change overlaps none that is chosen; two insertions at one place do."""
    change = changes[number]
    last = changes[side.chosen[-1]] if side.chosen else None
    twice = last is not None and last.start == last.end == change.start == change.end
    return change.start >= side.at and not twice
