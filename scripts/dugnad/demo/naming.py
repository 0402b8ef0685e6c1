"""Names of variants that nobody chose: gene, c. and p., by the demo's own arithmetic."""

from bisect import bisect_left
from collections.abc import Sequence

from dugnad.demo.gene import Gene
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele, Edit, protein_change
from dugnad.demo.sequence import reverse_complement

Names = tuple[str | None, str | None, str | None]


def name_allele(genome: Genome, allele: Allele) -> Names:
    """Gene, c. and p. of a variant within one coding exon of a preferred transcript.

    The gene alone where the variant touches an intron between coding exons; Nones elsewhere.
    """
    for gene in genome.genes:
        edit = gene_edit(gene, allele) if gene.contig == allele.contig else None
        if edit is None:
            continue
        coding = gene.preferred.coding_positions
        first, last = _touched(edit)
        if first < coding[0] or last > coding[-1]:
            continue
        change = _spelled(gene.sequence, coding, edit)
        protein = protein_change(gene, gene.preferred, edit) if change else None
        return gene.name, change, protein
    return None, None, None


def gene_edit(gene: Gene, allele: Allele) -> Edit | None:
    """What ``allele`` does to the gene, at its most 3' place; None where it is not in it."""
    anchor = len(allele.ref) != len(allele.alt) and allele.ref[0] == allele.alt[0]
    low, high = allele.position - 1 + anchor, allele.position - 1 + len(allele.ref)
    bases = allele.alt[anchor:]
    if gene.strand == "+":
        start, end = low - gene.start, high - gene.start
    else:
        top = gene.start + len(gene.sequence)
        start, end, bases = top - high, top - low, reverse_complement(bases)
    sequence = gene.sequence
    if not 0 < start <= end < len(sequence):
        return None
    if bases and end > start:
        return Edit(start, end, bases)
    moving = bases or sequence[start:end]
    while end < len(sequence) and sequence[end] == moving[0]:
        moving = moving[1:] + moving[0]
        start, end = start + 1, end + 1
    return Edit(start, end, moving if bases else "")


def _touched(edit: Edit) -> tuple[int, int]:
    """First and last gene position that an edit changes, or that an insertion lies between."""
    return (edit.start, edit.end - 1) if edit.end > edit.start else (edit.start - 1, edit.end)


def _spelled(sequence: str, coding: Sequence[int], edit: Edit) -> str | None:
    """The c. change of ``edit``; None when a base of it is not ``coding``."""
    size = len(edit.bases)
    inserts = edit.start == edit.end
    copied = inserts and sequence[edit.start - size : edit.start] == edit.bases
    first, last = (edit.start - size, edit.start - 1) if copied else _touched(edit)
    index = bisect_left(coding, first)
    if tuple(coding[index : index + last - first + 1]) != tuple(range(first, last + 1)):
        return None
    one, two = index + 1, index + 1 + last - first
    place = f"c.{one}" if one == two else f"c.{one}_{two}"
    if copied:
        return f"{place}dup"
    if inserts:
        return f"{place}ins{edit.bases}"
    if not edit.bases:
        return f"{place}del"
    if size == 1 and one == two:
        return f"{place}{sequence[first]}>{edit.bases}"
    return f"{place}delins{edit.bases}"
