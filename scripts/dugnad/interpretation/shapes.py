"""The proteins of a case's genes with their domains, for pictures in reports."""

from collections.abc import Iterable, Iterator

from dugnad.interpretation.base import Base
from dugnad.record_interpretation import Interpretation, Protein
from dugnad.record_rearrangements import Domain


def proteins_of(items: Iterable[Interpretation], base: Base) -> tuple[Protein, ...]:
    """Of each gene with a small variant of tier I to III, as far as the knowledge has it.

    Kinase domains, then critical parts of domains; the length where a table tells it.
    """
    genes = dict.fromkeys(
        item.gene
        for item in items
        if item.kind == "small_variant" and item.gene and item.amp.category != "IV"
    )
    return tuple(found for gene in genes if gene and (found := _protein(gene, base)))


def _protein(gene: str, base: Base) -> Protein | None:
    known = base.oncogenicity.tables.proteins.get(gene)
    lengths = [known.length] if known else [one.length for one in base.domains.get(gene, ())]
    length = lengths[0] if lengths else None
    domains = tuple(_domains(gene, base))
    return Protein(gene=gene, length=length, domains=domains) if length or domains else None


def _domains(gene: str, base: Base) -> Iterator[Domain]:
    yield from (one.shown for one in base.domains.get(gene, ()))
    for region in base.oncogenicity.tables.regions.get(gene, ()):
        yield Domain(name=region.name, first=region.first, last=region.last)
