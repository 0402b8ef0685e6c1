"""Scars of homologous-recombination deficiency in a genome of known copies, for the truth.

The demo's genome has one kilobase for each real megabase, so that the lengths of the published
definitions hold in kilobases:

- LOH: one haplotype is lost over more than 15 Mb, but not the whole chromosome
  (Abkevich 2012, PMID:23047548);
- LST: a break between neighbouring stretches of at least 10 Mb each within an arm, once
  stretches under 3 Mb are left out (Popova 2012, PMID:22933060);
- TAI: unequal haplotypes up to a telomere, not across the centromere
  (Birkbak 2012, PMID:22576213).

Sex chromosomes are left out.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

from dugnad.demo.copies import Segment

MEGABASE = 1000
LOH_LENGTH, LST_LENGTH, LST_GAP = 15, 10, 3


def scars(segments: Sequence[Segment], centromeres: dict[str, int]) -> dict[str, int]:
    """Numbers of LOH, LST and TAI scars; ``centromeres`` as positions in bases."""
    count = {"loh": 0, "lst": 0, "tai": 0}
    autosomal = [s for s in segments if s.contig not in {"chrX", "chrY"}]
    for contig, group in groupby(autosomal, key=lambda s: s.contig):
        rows = _joined(list(group))
        count["loh"] += _loh(rows)
        count["tai"] += _tai(rows, centromeres[contig])
        count["lst"] += sum(_lst(arm) for arm in _arms(rows, centromeres[contig]))
    return count


def _joined(rows: list[Segment]) -> list[Segment]:
    """Neighbours with equal copies as one, with what was left out between them."""
    joined: list[Segment] = []
    for row in rows:
        if joined and joined[-1].copies == row.copies:
            row = Segment(row.contig, joined.pop().start, row.end, row.copies)
        joined.append(row)
    return joined


def _loh(rows: list[Segment]) -> int:
    lost = [(r.start, r.end) for r in rows if min(r.copies) == 0 and max(r.copies) > 0]
    stretches: list[tuple[int, int]] = []
    for start, end in lost:
        if stretches and stretches[-1][1] == start:
            start = stretches.pop()[0]
        stretches.append((start, end))
    whole = rows[0].start, rows[-1].end
    return sum(s != whole and s[1] - s[0] > LOH_LENGTH * MEGABASE for s in stretches)


def _tai(rows: list[Segment], centromere: int) -> int:
    first, last = rows[0], rows[-1]
    left = first.copies[0] != first.copies[1] and first.end <= centromere
    right = last.copies[0] != last.copies[1] and last.start >= centromere
    return left + right


def _arms(rows: list[Segment], centromere: int) -> list[list[Segment]]:
    short = [
        Segment(r.contig, r.start, min(r.end, centromere), r.copies)
        for r in rows
        if r.start < centromere
    ]
    long = [
        Segment(r.contig, max(r.start, centromere), r.end, r.copies)
        for r in rows
        if r.end > centromere
    ]
    return [short, long]


def _lst(arm: list[Segment]) -> int:
    kept = _without_short(arm)
    return sum(
        left.end - left.start >= LST_LENGTH * MEGABASE
        and right.end - right.start >= LST_LENGTH * MEGABASE
        and right.start - left.end <= LST_GAP * MEGABASE
        for left, right in pairwise(kept)
    )


def _without_short(arm: list[Segment]) -> list[Segment]:
    """The arm's stretches once short ones are left out, the shortest first."""
    rows = _joined(arm)
    while rows:
        shortest = min(rows, key=lambda row: row.end - row.start)
        if shortest.end - shortest.start >= LST_GAP * MEGABASE:
            break
        rows = _joined([row for row in rows if row is not shortest])
    return rows
