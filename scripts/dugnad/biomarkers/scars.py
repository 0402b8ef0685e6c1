"""Scars that deficient homologous recombination leaves in a genome: LOH, TAI and LST.

- LOH: stretches longer than 15 Mb with one parent's copies lost, of chromosomes not wholly so
  (Abkevich 2012, PMID:23047548);
- TAI: unequal copies of the parents from a telomere on, that do not reach the centromere (Birkbak
  2012, PMID:22576213). On a chromosome of mostly odd copies they cannot be equal: as nearly equal
  as can be (2 and 1) is no imbalance there. scarHRD (doi:10.1186/s41523-018-0066-6) goes further:
  there the usual number of copies never is one, not even as 4 and 1;
- LST: breaks between stretches of at least 10 Mb within an arm, once those under 3 Mb are left out,
  the shortest first (Popova 2012, PMID:22933060).

Their unweighted sum is the score of Telli 2016 (PMID:26957554). Lengths are the panel's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from dugnad.biomarkers.arms import Arms
from dugnad.panel_biomarkers import HrdRules


@dataclass(frozen=True)
class Stretch:
    """A part of a chromosome with even copies, 0-based; ``minor`` of the rarer parent.

    ``minor`` is None where it cannot be told.
    """

    chrom: str
    start: int
    end: int
    total: int
    minor: int | None

    @property
    def length(self) -> int:
        """In bases."""
        return self.end - self.start

    @property
    def is_lost(self) -> bool:
        """Whether one parent's copies are gone, and the other's are not."""
        return self.minor == 0 and self.total > 0

    @property
    def is_unequal(self) -> bool:
        """Whether the parents' copies differ."""
        return self.minor is not None and 2 * self.minor != self.total

    def is_like(self, other: "Stretch") -> bool:
        """Whether the copies are the same, as far as they can be told."""
        unknown = self.minor is None or other.minor is None
        return self.total == other.total and (unknown or self.minor == other.minor)


@dataclass(frozen=True)
class Scars:
    """Numbers of scars."""

    loh: int
    tai: int
    lst: int

    @property
    def score(self) -> int:
        """Their sum."""
        return self.loh + self.tai + self.lst


def count_scars(stretches: Iterable[Stretch], arms: Mapping[str, Arms], rules: HrdRules) -> Scars:
    """Count the scars of the autosomes that ``arms`` names.

    Stretches are sorted by place within each chromosome, and chromosomes are not mixed. A gap
    between two stretches of 3 Mb (the panel's ``lst_gap``) or more is no break.
    """
    loh = tai = lst = 0
    for chrom, group in groupby(stretches, key=lambda s: s.chrom):
        rows = joined(list(group))
        if chrom not in arms or not arms[chrom].is_autosome:
            continue
        loh += _loh(rows, rules.loh_length.value)
        tai += _tai(rows, arms[chrom], rules.tai_length.value)
        lst += sum(_lst(arm, rules) for arm in _by_arm(rows, arms[chrom]))
    return Scars(loh, tai, lst)


def joined(rows: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours with the same copies as one, with what lies between them."""
    found: list[Stretch] = []
    for row in rows:
        if found and found[-1].is_like(row):
            last = found.pop()
            minor = last.minor if row.minor is None else row.minor
            row = replace(last, end=row.end, minor=minor)
        found.append(row)
    return found


def _loh(rows: Sequence[Stretch], length: int) -> int:
    """Lost stretches, whatever the other parent's copies; none if the whole chromosome is lost."""
    if all(row.minor == 0 for row in rows):
        return 0
    lost: list[list[Stretch]] = []
    for row in rows:
        if not row.is_lost:
            continue
        if lost and lost[-1][-1].end == row.start:
            lost[-1].append(row)
        else:
            lost.append([row])
    return sum(part[-1].end - part[0].start > length for part in lost)


def _tai(rows: Sequence[Stretch], arms: Arms, length: int) -> int:
    """Imbalanced stretches at the two ends; a chromosome of one stretch has none."""
    kept = joined([row for row in rows if row.length >= length])
    if len(kept) < 2:
        return 0
    bases: Counter[int] = Counter()
    for row in kept:
        bases[row.total] += row.length if row.total else 0
    usual = bases.most_common(1)[0][0]
    odd = usual % 2 == 1 and usual > 1

    def imbalanced(row: Stretch) -> bool:
        nearly = row.minor is not None and row.total - 2 * row.minor == 1
        return row.is_unequal and not (odd and row.total == usual and nearly)

    left = imbalanced(kept[0]) and kept[0].end <= arms.centromere[0]
    right = imbalanced(kept[-1]) and kept[-1].start >= arms.centromere[1]
    return left + right


def _by_arm(rows: Sequence[Stretch], arms: Arms) -> list[list[Stretch]]:
    first, last = arms.centromere
    short = [replace(row, end=min(row.end, first)) for row in rows if row.start < first]
    long = [replace(row, start=max(row.start, last)) for row in rows if row.end > last]
    return [short, long]


def _lst(arm: Sequence[Stretch], rules: HrdRules) -> int:
    least, gap = rules.lst_length.value, rules.lst_gap.value
    kept = joined(arm)
    while kept and (shortest := min(kept, key=lambda row: row.length)).length < gap:
        kept = joined([row for row in kept if row is not shortest])
    return sum(
        left.length >= least and right.length >= least and right.start - left.end <= gap
        for left, right in pairwise(kept)
    )
