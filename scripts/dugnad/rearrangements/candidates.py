"""From reads to junctions: splits and pairs that agree are put together, and clipped ends make
exact what pairs tell only roughly."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dugnad.rearrangements.pairs import BESIDE, Candidate, Key, Pairs, Rules, grouped
from dugnad.rearrangements.scan import Clip, Evidence, Pair
from dugnad.rearrangements.sequences import Reference, consensus, place, settled
from dugnad.rearrangements.sides import Junction, Side, junction, reverse_complement

_LONE_CLIP = 25  # a single clip so long says where it is from


def candidates(found: Evidence, reference: Reference, rules: Rules) -> list[Candidate]:
    """The junctions that enough fragments of a sample propose, each once."""
    pairs = Pairs(found.pairs, found.duplicates)
    proposed = _of_splits(found, pairs, rules)
    known = _Places(found)
    explained = {id(pair) for one in proposed for pair in pairs.explained(one, rules)}
    lonely = (pair for pair in pairs if id(pair) not in explained)
    for group in grouped(lonely, rules.longest_insert):
        if len({pair.fragment for pair in group}) >= rules.min_fragments:
            proposed.append(_of_pairs(group, known, reference, rules))
    settled_ones = [_settle(one, reference) for one in proposed]
    merged = _merged(settled_ones, rules.exact)
    return [one for one in bridged(merged, reference, rules) if _long_enough(one, rules)]


def _long_enough(one: Candidate, rules: Rules) -> bool:
    span = one.junction.span
    return span is None or span >= rules.min_size


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


def _of_splits(found: Evidence, pairs: Pairs, rules: Rules) -> list[Candidate]:
    """Junctions that reads are split at, the commonest first; near ones are joined to these.

    A single split read stands if pairs make up the number that is asked.
    """
    chosen = []
    for cut in _cuts(found, rules.exact):
        one, names = cut.candidate, cut.fragments
        if len(names) < rules.min_fragments:
            names = names | {pair.fragment for pair in pairs.explained(one, rules)}
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
    kept: dict[tuple[Key, int], list[_Cut]] = defaultdict(list)
    width = exact + 1
    for cut in sorted(cuts.values(), key=lambda c: (-len(c.fragments), c.junction)):
        key, stretch = cut.junction.key, cut.junction.one.pos // width
        beside = (row for n in (-1, 0, 1) for row in kept.get((key, stretch + n), ()))
        near = next((row for row in beside if cut.junction.near(row.junction, exact)), None)
        if near:
            near.fragments |= cut.fragments
        else:
            kept[key, stretch].append(cut)
    return [cut for rows in kept.values() for cut in rows]


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
        low, high = sorted((side.moved(-BESIDE).pos, side.moved(reach).pos))
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
            far = place(bases, reference, other, spare + BESIDE)
            if far:
                return Candidate(junction(at, far[0], far[1]))
        exact.append(at if count >= 2 else None)
    rough = 0 if all(exact) else spare
    joined = Junction(exact[0] or one, exact[1] or two)
    return Candidate(joined, max(rough, BESIDE))


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
        reach = max(one.uncertainty, BESIDE)
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
