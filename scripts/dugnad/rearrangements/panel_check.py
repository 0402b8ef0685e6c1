"""Faults of a panel's lists of fusions, found before any work is done."""

from collections.abc import Iterator, Mapping

from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.rearrangements.gene_files import read_fusion_genes, read_known_fusions
from dugnad.regions import outside


def fusion_problems(panel: Panel, lengths: Mapping[str, int]) -> Iterator[str]:
    """Lines that cannot be read, and places that the genome does not have."""
    rules = panel.rearrangements
    if rules is None:
        return
    try:
        places = [row.place for row in read_fusion_genes(rules.fusion_genes)]
    except UserError as error:
        yield from error.problems
    else:
        for region, fault in outside(places, dict(lengths)):
            yield f"{rules.fusion_genes}:{region.line}: {fault}; mend the line"
    if rules.known_fusions:
        try:
            read_known_fusions(rules.known_fusions)
        except UserError as error:
            yield from error.problems


def fusion_symbols(panel: Panel) -> set[str]:
    """The genes that are searched, and their named partners; none where the list has faults."""
    rules = panel.rearrangements
    try:
        rows = read_fusion_genes(rules.fusion_genes) if rules else []
    except UserError:
        return set()
    return {name for row in rows for name in (row.gene, *row.partners)}
