"""What is wrong with a panel's splice variants, before any work is done."""

from collections.abc import Collection, Iterator
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.rearrangements.rna_events import Event, read_events


def splice_problems(panel: Panel) -> Iterator[str]:
    """Faults of the list."""
    try:
        list(_events(panel))
    except UserError as error:
        yield from error.problems


def unknown_splice_genes(panel: Panel, genes: Collection[str]) -> Iterator[str]:
    """Genes of the list that the annotation lacks; nothing of a faulty list."""
    try:
        lacking = [event for event in _events(panel) if event.gene not in genes]
    except UserError:
        return
    for event in lacking:
        fault = f"gene: not in the annotation {got(event.gene)}"
        yield f"{_path(panel)}:{event.line}: {fault}; write the symbol that it has"


def _path(panel: Panel) -> Path | None:
    rules = panel.rearrangements.rna if panel.rearrangements else None
    return rules.splice.events if rules and rules.splice else None


def _events(panel: Panel) -> list[Event]:
    path = _path(panel)
    return read_events(path) if path else []
