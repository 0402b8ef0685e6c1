"""What a source of known sites says of an allele, whatever the source."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from dugnad.known_sites import Wanted


@dataclass(frozen=True)
class Said:
    """What a source says of an allele that it lists."""

    ids: tuple[str, ...] = ()
    frequency: float | None = None
    maximum: float | None = None
    group: str | None = None
    filters: tuple[str, ...] = ()
    significance: str | None = None
    stars: int | None = None
    conditions: tuple[str, ...] = ()
    oncogenicity: str | None = None
    notes: tuple[str, ...] = ()
    """Each as key=value."""


class Reader(Protocol):
    """A source that is open."""

    def covers(self, chrom: str) -> bool:
        """Whether it has anything on the contig."""

    def say(self, wanted: Wanted) -> Said | None:
        """Its word on an allele; None when it does not list it."""


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of the first."""
    return tuple(dict.fromkeys(items))
