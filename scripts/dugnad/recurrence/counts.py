"""In how many samples a variant is seen, by its VAF, of those in which its place could be seen.

The figures and their text are those of InPreD's TSOPPI (its documentation of the variant recurrence
table): ``T:1+0+2+0=3/40`` says that of 40 tumours in which the place is callable 3 have the
variant, 1 of them with a VAF below 0.01 and 2 with 0.05 to below 0.35.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from dugnad.alleles import Change

Role = Literal["tumour", "normal"]
ROLES: tuple[Role, ...] = ("tumour", "normal")
Bins = tuple[int, int, int, int]

VAF_EDGES = (0.01, 0.05, 0.35)
"""A VAF equal to an edge is in the bin above it (TSOPPI)."""

CALLABLE_DEPTH = 20
"""Reads at a place from which it is callable in a sample (TSOPPI's default)."""


def bin_of(vaf: float) -> int:
    """The bin of a VAF, 0 to 3."""
    return bisect_right(VAF_EDGES, vaf)


def place_of(change: Change) -> int:
    """The 0-based base whose depth says whether a change could be seen.

    It is VCF's: the first base that is replaced, or the base before an insertion or deletion. A
    deleted base has no depth in the very sample that lacks it.
    """
    return change.start if len(change.ref) == len(change.alt) else max(change.start - 1, 0)


@dataclass(frozen=True)
class Counts:
    """Samples of one role, or of both, with a variant, and those in which its place is callable."""

    bins: Bins
    """Samples by VAF: below 0.01, below 0.05, below 0.35, and from 0.35 on."""
    callable: int
    letter: Literal["T", "N", "A"] = "A"
    """Tumours, normals, all."""

    @property
    def samples(self) -> int:
        """Samples with the variant at any VAF."""
        return sum(self.bins)

    @property
    def text(self) -> str:
        """As ``T:1+0+2+0=3/40``."""
        parts = "+".join(map(str, self.bins))
        return f"{self.letter}:{parts}={self.samples}/{self.callable}"

    def share_at_or_above(self, vaf: float) -> float | None:
        """The fraction of callable samples that have the variant in the bin of ``vaf`` or above.

        None when the place is callable in no sample: nothing is known.
        """
        return sum(self.bins[bin_of(vaf) :]) / self.callable if self.callable else None


@dataclass(frozen=True)
class Recurrence:
    """How often a variant is seen in tumours and in normals."""

    tumour: Counts
    normal: Counts

    @property
    def all(self) -> Counts:
        """Tumours and normals together."""
        a, b, c, d = (
            one + other for one, other in zip(self.tumour.bins, self.normal.bins, strict=True)
        )
        return Counts((a, b, c, d), self.tumour.callable + self.normal.callable)
