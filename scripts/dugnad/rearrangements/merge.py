"""Junctions that several methods propose from DNA, as one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dugnad.rearrangements.sides import Junction, Side, junction

Row = Mapping[str, Any]
# whose places and counts go first: the search counts molecules, and is exact to the base
_ORDER = ("search", "manta", "delly")


@dataclass(frozen=True)
class Event:
    """A junction with each method's row about it, the leading one first."""

    junction: Junction
    rows: tuple[Row, ...]

    @property
    def lead(self) -> Row:
        """The row whose numbers are shown."""
        return self.rows[0]

    @property
    def methods(self) -> tuple[str, ...]:
        """Who called it."""
        return tuple(dict.fromkeys(row["called_by"] for row in self.rows))

    @property
    def reads(self) -> int:
        """Fragments of the tumour that show it."""
        return (self.lead["split_reads"] or 0) + (self.lead["pairs"] or 0)

    def first(self, name: str) -> Any:
        """A value of the first method that has it."""
        return next((row[name] for row in self.rows if row.get(name) is not None), None)


def junction_of(row: Row) -> Junction:
    """The row's junction, its sides in order."""
    one, two = (Side(row[f"chrom_{n}"], row[f"pos_{n}"], row[f"strand_{n}"]) for n in (1, 2))
    return junction(one, two, row["inserted"] or "")


def merged(rows: Iterable[Row], exact: int) -> list[Event]:
    """Rows of the same contigs and strands whose places agree within both their uncertainties and
    the bases that count as one breakpoint, most trusted method first."""
    events: dict[tuple[str, str, str, str], list[list[Row]]] = defaultdict(list)
    for row in sorted(rows, key=_trust):
        joined, slack = junction_of(row), exact + row["uncertainty"]
        near = next(
            (
                event
                for event in events[joined.key]
                if joined.near(junction_of(event[0]), slack + event[0]["uncertainty"])
            ),
            None,
        )
        if near:
            near.append(row)
        else:
            events[joined.key].append([row])
    found = [Event(junction_of(event[0]), tuple(event)) for own in events.values() for event in own]
    return sorted(found, key=lambda event: event.junction)


def _trust(row: Row) -> tuple[Any, ...]:
    name = row["called_by"]
    rank = _ORDER.index(name) if name in _ORDER else len(_ORDER)
    return row["uncertainty"] > 0, rank, row["chrom_1"], row["pos_1"], row["chrom_2"], row["pos_2"]


def vaf(event: Event) -> float | None:
    """Split reads over these and the unbroken ones at the side that more reads cover.

    The other side may be off target, where few reads of the unbroken sequence are caught.
    """
    split = event.lead["split_reads"]
    against = [event.lead[name] for name in ("reference_1", "reference_2")]
    known = [value for value in against if value is not None]
    if not split or not known:
        return None
    return float(split / (split + max(known)))


def values(event: Event, normal: bool) -> dict[str, float | None]:
    """What filters judge; None where it is not known, or there is nothing to judge."""
    lead = event.lead
    in_normal = None
    if normal and lead["normal_split_reads"] is not None:
        in_normal = lead["normal_split_reads"] + (lead["normal_pairs"] or 0)
    return {
        "reads": event.reads,
        "split_reads": lead["split_reads"],
        "pairs": lead["pairs"],
        "read_starts": event.first("read_starts"),
        "vaf": vaf(event),
        "mapping_quality": event.first("mapping_quality"),
        "normal_reads": in_normal,
        "normal_ratio": in_normal / event.reads if in_normal is not None and event.reads else None,
        "complexity": event.first("complexity"),
        "similarity": event.first("similarity"),
        "sharpness": _sharpness(event),
        "methods": len(event.methods),
    }


def _sharpness(event: Event) -> float | None:
    """Bases that it spans over those that its sides may be off; None where they are exact."""
    span, spread = event.junction.span, event.lead["uncertainty"]
    return span / spread if span is not None and spread else None


def callers_own(rows: Sequence[Row]) -> list[str]:
    """The methods' own filters when none of them lets it pass; RNA's are the panel's already."""
    rejecting = [row for row in rows if row["caller_filters"]]
    if len(rejecting) < len(rows):
        return []
    names = (
        name if row["analyte"] == "rna" else f"{row['called_by']}:{name}"
        for row in rows
        for name in row["caller_filters"]
    )
    return list(dict.fromkeys(names))
