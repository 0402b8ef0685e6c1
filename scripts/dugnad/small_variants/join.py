"""One event, one variant: what callers write in several ways is joined by the reads.

Neighbouring single-base changes that lie on the same molecules are one change (BRAF Val600Lys is
two bases), and a change that the reads explain by a larger one is no variant of its own. Where a
part also stands alone on other molecules, the parts stay and the whole goes.
"""

from collections.abc import Callable, Iterator, Sequence

from dugnad.alleles import Change
from dugnad.small_variants.candidates import Candidate

REACH = 2  # bases from one changed base to the next, so that a codon's changes are joined
NEAR = 5  # bases within which two spellings of one event lie
SAME = 0.7  # of the fragments of either change must show both, to be one event

Fragments = frozenset[int]
Carriers = Callable[[Change], Fragments]
"""The fragments that show a change."""


def clusters(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Candidates in genome order, cut where more than ``NEAR`` bases lie between."""
    cluster: list[Candidate] = []
    end = -1
    for candidate in candidates:
        change = candidate.change
        if cluster and (candidate.chrom != cluster[0].chrom or change.start > end + NEAR):
            yield cluster
            cluster, end = [], -1
        cluster.append(candidate)
        end = max(end, change.end)
    if cluster:
        yield cluster


def join(
    cluster: list[Candidate], sequence: str, offset: int, carriers: Carriers
) -> list[Candidate]:
    """The events of a cluster.

    Args:
        cluster: candidates near to one another, in genome order.
        sequence: the reference around them, upper case.
        offset: 0-based place of its first base.
        carriers: says which fragments of the case show a change.
    """
    if len(cluster) == 1:
        return cluster
    known = {candidate.change: candidate for candidate in cluster}
    for change in _joined(sorted(known, key=_place), sequence, offset, carriers):
        known.setdefault(change, Candidate(cluster[0].chrom, change))
    fragments = {change: carriers(change) for change in known}
    for whole in sorted(known, key=_size, reverse=True):
        if whole in known:
            near = [part for part in known if _may_be_in(part, whole)]
            inside = [
                part
                for part in near
                if _overlap(part, whole)
                or (nearer := _nearer(part, whole, sequence, offset)) > 0
                # misaligned ends of reads: no way to the whole, and few fragments
                or (nearer == 0 and not _same(fragments[part], fragments[whole]))
            ]
            _settle(known, fragments, whole, inside)
    return [c for c in known.values() if c.called_by]


def _size(change: Change) -> tuple[int, int, int, str]:
    return max(len(change.ref), len(change.alt)), change.start, change.end, change.alt


def _place(change: Change) -> tuple[int, int, str]:
    return change.start, change.end, change.alt


def _joined(
    changes: Sequence[Change], sequence: str, offset: int, carriers: Carriers
) -> Iterator[Change]:
    """Changes of several bases that single-base changes on the same fragments make up."""
    single = [change for change in changes if len(change.ref) == len(change.alt) == 1]
    chains: list[tuple[list[Change], Fragments]] = []
    for change in single:
        own = carriers(change)
        for chain, shown in chains:
            if 0 < change.start - chain[-1].start <= REACH and _same(shown, own):
                chain.append(change)
                break
        else:
            chains.append(([change], own))
    for chain, _ in chains:
        if len(chain) > 1:
            yield _whole(chain, sequence, offset)


def _whole(chain: Sequence[Change], sequence: str, offset: int) -> Change:
    start, end = chain[0].start, chain[-1].end
    ref = sequence[start - offset : end - offset]
    alt = list(ref)
    for change in chain:
        alt[change.start - start] = change.alt
    return Change(start, end, ref, "".join(alt))


def _same(one: Fragments, other: Fragments) -> bool:
    return len(one & other) >= SAME * max(len(one), len(other), 1)


def _settle(
    known: dict[Change, Candidate],
    fragments: dict[Change, Fragments],
    whole: Change,
    inside: Sequence[Change],
) -> None:
    """Keep either a change of several bases or its parts, whichever the fragments show."""
    own = fragments[whole]
    parts = [part for part in inside if len(fragments[part] & own) >= SAME * max(len(own), 1)]
    explained = [
        part
        for part in inside
        if fragments[part] and len(fragments[part] & own) >= SAME * len(fragments[part])
    ]
    if own and all(part in explained for part in parts):
        for part in explained:
            known[whole].join(known.pop(part))
    elif len(parts) > 1 or (parts and not own):
        candidate = known.pop(whole)
        for part in parts:
            known[part].join(candidate)


def _may_be_in(part: Change, whole: Change) -> bool:
    """Whether one change lies where it could be a part, or another spelling, of a larger one."""
    near = whole.start - NEAR <= part.start and part.end <= whole.end + NEAR
    return near and part != whole and _size(part)[0] <= _size(whole)[0] and _size(whole)[0] > 1


def _overlap(one: Change, other: Change) -> bool:
    """Whether they change the same bases, so that one molecule cannot have both."""
    return one.start < other.end and other.start < one.end


def _nearer(part: Change, whole: Change, sequence: str, offset: int) -> int:
    """By how many edits a change alone leads to what a larger one makes.

    A variant of its own, beside the larger one on the same molecules, leads away from it.
    """
    start, end = min(part.start, whole.start), max(part.end, whole.end)
    plain = sequence[start - offset : end - offset]

    def changed(change: Change) -> str:
        return plain[: change.start - start] + change.alt + plain[change.end - start :]

    return _edits(plain, changed(whole)) - _edits(changed(part), changed(whole))


def _edits(one: str, other: str) -> int:
    """Bases to change, put in or take out, to make one sequence the other."""
    row = list(range(len(other) + 1))
    for i, base in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (base != wanted))
    return row[-1]
