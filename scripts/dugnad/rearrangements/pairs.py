"""Pairs whose mates lie far apart: which junction explains them, and which belong together."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dugnad.rearrangements.scan import Pair
from dugnad.rearrangements.sides import Junction

Key = tuple[str, str, str, str]

BESIDE = 10  # bases by which a clip may lie within what a pair covers


@dataclass(frozen=True)
class Candidate:
    """A proposed junction; ``uncertainty``: bases that either side may be off."""

    junction: Junction
    uncertainty: int = 0
    homology: int = 0


@dataclass(frozen=True)
class Rules:
    """How near is the same, how long a usual pair is, and from how many fragments to propose."""

    exact: int
    longest_insert: int
    min_fragments: int
    min_size: int


def explains(one: Candidate, pair: Pair, rules: Rules) -> bool:
    """Whether a pair's molecule can have this junction within it and be of a usual length.

    Mates within two inserts of each other say nothing: libraries have such pairs everywhere.
    """
    joined, inner = one.junction, pair.junction
    span = joined.span
    if joined.key != inner.key or (span is not None and span < 2 * rules.longest_insert):
        return False
    length = len(joined.inserted)
    slack = one.uncertainty + BESIDE
    for side, end, outer in (
        (joined.one, inner.one, pair.outer[0]),
        (joined.two, inner.two, pair.outer[1]),
    ):
        if (side.pos - end.pos) * side.outward < -slack:
            return False
        length += abs(side.pos - outer)
    return length <= rules.longest_insert + slack


class Pairs:
    """Pairs in order, to be asked for by junction; each read of a pair may have given one."""

    def __init__(self, pairs: Iterable[Pair], duplicates: set[int]) -> None:
        rows: dict[Key, list[Pair]] = defaultdict(list)
        for pair in pairs:
            if pair.fragment not in duplicates:
                rows[pair.junction.key].append(pair)
        self._rows = {key: sorted(own, key=_place) for key, own in rows.items()}

    def __iter__(self) -> Iterator[Pair]:
        return (pair for rows in self._rows.values() for pair in rows)

    def explained(self, one: Candidate, rules: Rules) -> list[Pair]:
        """Those that can have the junction within their molecule."""
        rows = self._rows.get(one.junction.key, [])
        reach = rules.longest_insert + one.uncertainty + BESIDE
        place = one.junction.one.pos
        first = bisect_left(rows, place - reach, key=_place)
        last = bisect_right(rows, place + reach, key=_place)
        return [pair for pair in rows[first:last] if explains(one, pair, rules)]


def _place(pair: Pair) -> int:
    return pair.junction.one.pos


def grouped(pairs: Iterable[Pair], gap: int) -> Iterator[list[Pair]]:
    """Pairs whose inner ends lie near one another on both sides."""
    by_key: dict[Key, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_key[pair.junction.key].append(pair)
    waiting = [(rows, 0, 0) for rows in by_key.values()]
    while waiting:
        rows, side, whole = waiting.pop()
        places = [(p.junction.one.pos, p.junction.two.pos)[side] for p in rows]
        order = sorted(range(len(rows)), key=places.__getitem__)
        parts: list[list[Pair]] = [[rows[order[0]]]]
        for before, after in pairwise(order):
            if places[after] - places[before] > gap:
                parts.append([])
            parts[-1].append(rows[after])
        whole = whole + 1 if len(parts) == 1 else 0
        if whole == 2:
            yield rows
        else:
            waiting += [(part, 1 - side, whole) for part in parts]
