"""From reads to junctions: splits and pairs that agree are put together, and clipped ends make
exact what pairs tell only roughly."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dugnad.rearrangements.scan import Clip, Evidence, Pair
from dugnad.rearrangements.sequences import Reference, consensus, place, settled
from dugnad.rearrangements.sides import Junction, Side, junction, reverse_complement

Key = tuple[str, str, str, str]

_BESIDE = 10  # bases by which a clip may lie within what a pair covers
_LONE_CLIP = 25  # a single clip so long says where it is from


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


def candidates(found: Evidence, reference: Reference, rules: Rules) -> list[Candidate]:
    """The junctions that enough fragments of a sample propose, each once."""
    proposed = _of_splits(found, rules)
    known = _Places(found)
    lonely = [p for p in found.pairs if not any(explains(c, p, rules) for c in _near(proposed, p))]
    for group in grouped(lonely, rules.longest_insert):
        if len({pair.fragment for pair in group}) >= rules.min_fragments:
            proposed.append(_of_pairs(group, known, reference, rules))
    settled_ones = [_settle(one, reference) for one in proposed]
    merged = _merged(settled_ones, rules.exact)
    return [one for one in bridged(merged, reference, rules) if _long_enough(one, rules)]


def _near(proposed: Sequence[Candidate], pair: Pair) -> Iterator[Candidate]:
    return (one for one in proposed if one.junction.key == pair.junction.key)


def _long_enough(one: Candidate, rules: Rules) -> bool:
    span = one.junction.span
    return span is None or span >= rules.min_size


def explains(one: Candidate, pair: Pair, rules: Rules) -> bool:
    """Whether a pair's molecule can have this junction within it and be of a usual length.

    Mates within two inserts of each other say nothing: libraries have such pairs everywhere.
    """
    joined, inner = one.junction, pair.junction
    span = joined.span
    if joined.key != inner.key or (span is not None and span < 2 * rules.longest_insert):
        return False
    length = len(joined.inserted)
    slack = one.uncertainty + _BESIDE
    for side, end, outer in (
        (joined.one, inner.one, pair.outer[0]),
        (joined.two, inner.two, pair.outer[1]),
    ):
        if (side.pos - end.pos) * side.outward < -slack:
            return False
        length += abs(side.pos - outer)
    return length <= rules.longest_insert + slack


@dataclass
class _Cut:
    """A place that reads are split at: their fragments, and what they show between the sides."""

    junction: Junction
    fragments: set[int]
    inserted: Counter[str]

    @property
    def candidate(self) -> Candidate:
        between = self.inserted.most_common(1)[0][0] if self.inserted else ""
        return Candidate(Junction(self.junction.one, self.junction.two, between))


def _of_splits(found: Evidence, rules: Rules) -> list[Candidate]:
    """Junctions that reads are split at, the commonest first; near ones are joined to these.

    A single split read stands if pairs make up the number that is asked.
    """
    pairs: dict[Key, list[Pair]] = defaultdict(list)
    for pair in found.pairs:
        pairs[pair.junction.key].append(pair)
    chosen = []
    for cut in _cuts(found, rules.exact):
        one, names = cut.candidate, cut.fragments
        if len(names) < rules.min_fragments:
            names = names | {p.fragment for p in pairs[one.junction.key] if explains(one, p, rules)}
        if len(names) >= rules.min_fragments:
            chosen.append(one)
    return chosen


def _cuts(found: Evidence, exact: int) -> list[_Cut]:
    cuts: dict[Junction, _Cut] = {}
    for split in found.splits:
        if split.fragment in found.duplicates:
            continue
        place_only = Junction(split.junction.one, split.junction.two)
        cut = cuts.setdefault(place_only, _Cut(place_only, set(), Counter()))
        cut.fragments.add(split.fragment)
        if split.whole:
            cut.inserted[split.junction.inserted] += 1
    kept: dict[Key, list[_Cut]] = defaultdict(list)
    for cut in sorted(cuts.values(), key=lambda c: (-len(c.fragments), c.junction)):
        rows = kept[cut.junction.key]
        near = next((c for c in rows if cut.junction.near(c.junction, exact)), None)
        if near:
            near.fragments |= cut.fragments
        else:
            rows.append(cut)
    return [cut for rows in kept.values() for cut in rows]


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


class _Places:
    """Clipped ends by side, in order, to be asked for by stretch."""

    def __init__(self, found: Evidence) -> None:
        self._clips = {
            key: sorted(
                (clip for clip in clips if clip.fragment not in found.duplicates),
                key=lambda clip: clip.side.pos,
            )
            for key, clips in found.clips.items()
        }

    def best(self, side: Side, reach: int) -> tuple[Side, str, int] | None:
        """The place from which most ends are clipped, within ``reach`` beyond the side or a little
        before it, what they have in common, and how many they are."""
        clips = self._clips.get((side.chrom, side.strand), [])
        low, high = sorted((side.moved(-_BESIDE).pos, side.moved(reach).pos))
        first = bisect_left(clips, low, key=lambda clip: clip.side.pos)
        last = bisect_right(clips, high, key=lambda clip: clip.side.pos)
        at: dict[int, list[Clip]] = defaultdict(list)
        for clip in clips[first:last]:
            at[clip.side.pos].append(clip)
        if not at:
            return None
        pos, chosen = max(
            at.items(), key=lambda item: (sum(len(c.bases) for c in item[1]), -item[0])
        )
        return Side(side.chrom, pos, side.strand), consensus([c.bases for c in chosen]), len(chosen)


def _of_pairs(
    group: Sequence[Pair], known: _Places, reference: Reference, rules: Rules
) -> Candidate:
    """The junction of pairs alone, exact where clipped ends show the other side's bases."""
    one, two = (_innermost([getattr(p.junction, name) for p in group]) for name in ("one", "two"))
    spare = max(0, rules.longest_insert - max(pair.covered for pair in group))
    exact: list[Side | None] = []
    for side, other in ((one, two), (two, one)):
        clipped = known.best(side, spare)
        if clipped is None:
            exact.append(None)
            continue
        at, bases, count = clipped
        if count >= 2 or len(bases) >= _LONE_CLIP:
            far = place(bases, reference, other, spare + _BESIDE)
            if far:
                return Candidate(junction(at, far[0], far[1]))
        exact.append(at if count >= 2 else None)
    rough = 0 if all(exact) else spare
    joined = Junction(exact[0] or one, exact[1] or two)
    return Candidate(joined, max(rough, _BESIDE))


def _innermost(sides: Sequence[Side]) -> Side:
    """The side that reaches furthest towards the join."""
    return max(sides, key=lambda side: side.pos * side.outward)


def _settle(one: Candidate, reference: Reference) -> Candidate:
    if one.uncertainty:
        return one
    joined, homology = settled(one.junction, reference)
    return Candidate(joined, 0, homology)


def _merged(proposed: Sequence[Candidate], exact: int) -> list[Candidate]:
    """Those that are one and the same joined, exact ones before rough ones."""
    kept: list[Candidate] = []
    for one in sorted(proposed, key=lambda item: item.uncertainty):
        near = max(exact, one.uncertainty)
        if not any(one.junction.near(other.junction, near) for other in kept):
            kept.append(one)
    return kept


def bridged(
    proposed: Sequence[Candidate], reference: Reference, rules: Rules
) -> Iterator[Candidate]:
    """Pairs that reach over a short piece of elsewhere, which two exact junctions hold, have these
    junctions' places, and the piece as what is inserted."""
    exact = [one.junction for one in proposed if not one.uncertainty]
    sides = [(a, b) for joined in exact for a, b in _both_ways(joined)]
    for one in proposed:
        joined = one.junction
        reach = max(one.uncertainty, _BESIDE)
        pieces = [
            (first, second, left, right)
            for first, left in sides
            if one.uncertainty and _same(first, joined.one, reach)
            for second, right in sides
            if _same(second, joined.two, reach) and _faces(left, right, rules.longest_insert)
        ]
        if pieces:
            first, second, left, right = pieces[0]
            low, high = sorted((left.pos, right.pos))
            bases = reference.bases(left.chrom, low - 1, high)
            inserted = bases if left.strand == "-" else reverse_complement(bases)
            yield Candidate(Junction(first, second, inserted))
        else:
            yield one


def _both_ways(joined: Junction) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
    return (joined.one, joined.two), (joined.two, joined.one)


def _same(side: Side, other: Side, reach: int) -> bool:
    return (side.chrom, side.strand) == (other.chrom, other.strand) and abs(
        side.pos - other.pos
    ) <= reach


def _faces(left: Side, right: Side, longest: int) -> bool:
    """Whether both keep one and the same short piece between them."""
    if left.chrom != right.chrom or left.strand == right.strand:
        return False
    low, high = (left, right) if left.strand == "-" else (right, left)
    return 0 <= high.pos - low.pos < longest
