"""A rearrangement while it is being put together."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dugnad.rearrangements.describe import Described
from dugnad.rearrangements.merge import Event
from dugnad.rearrangements.partners import Broken

# flags that are no limits of the panel
OFF_PANEL = "off_panel"  # breaks no gene that the panel is about
SMALL_VARIANT = "small_variant"  # so short that the small variants tell of it
RECIPROCAL = "reciprocal"  # the other end of a balanced fusion that is reported
MINOR_ISOFORM = "minor_isoform"  # RNA, beside the commonest transcript of the same fusion

Counter = Callable[[Broken], int | None]
"""How many RNA fragments lie over the part of a gene that is kept; None without RNA."""


@dataclass(frozen=True)
class Setting:
    """What a case has: a normal, and RNA, which is searched or not, and can be trusted or not.

    ``normal`` is one that speaks for the patient; another person's is ``foreign`` and says nothing.
    """

    normal: bool = False
    rna: bool = False
    rna_trusted: bool = True
    rna_searched: bool = True
    foreign: bool = False


@dataclass(frozen=True)
class Found:
    """A row of the table while it is being made."""

    row: dict[str, Any]
    described: Described
    dna: Event | None = None
    rna: Event | None = None
    agrees: str | None = None

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """The genes in order."""
        return self.row["gene_5"], self.row["gene_3"]

    def flagged(self, *ids: str) -> "Found":
        """The same with more filters."""
        filters = list(dict.fromkeys([*self.row["filters"], *ids]))
        return replace(self, row=self.row | {"filters": filters})

    def because(self, *words: str) -> "Found":
        """The same with more reasons."""
        return replace(self, row=self.row | {"reason": "; ".join([self.row["reason"], *words])})
