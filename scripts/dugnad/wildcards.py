"""Wildcard constraints that stay short however many cases a run has."""

from collections.abc import Collection, Iterable

NAME = r"[A-Za-z0-9-]+"
"""Any identifier of the sheet. Which there are is known to the plan, which refuses others."""
NOTHING = "(?!)"
"""A pattern that no name matches."""


def one_of(found: Iterable[str], among: Collection[str]) -> str:
    """A pattern for the names ``found``, where ``among`` are all that are asked about.

    Snakemake tries a rule's pattern at each file of the run. A list of a thousand names is slow
    then; it is written only where some names are let in and others not, and then the shorter one.
    """
    inside = set(found)
    outside = [name for name in among if name not in inside]
    if not inside:
        return NOTHING
    if not outside:
        return NAME
    if len(outside) < len(inside):
        return rf"(?!(?:{'|'.join(outside)})(?![A-Za-z0-9-])){NAME}"
    return "|".join(name for name in among if name in inside)
