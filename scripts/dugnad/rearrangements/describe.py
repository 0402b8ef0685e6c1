"""A junction as a row of the rearrangements table: genes, exons, frame, domain and name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dugnad.annotation.transcripts import Transcripts
from dugnad.rearrangements.gene_files import GeneDomain
from dugnad.rearrangements.partners import Broken, broken_genes
from dugnad.rearrangements.products import Product, pair_up, product
from dugnad.rearrangements.sides import Junction, Side

_WORDS = {"DEL": "deletion", "DUP": "duplication", "INV": "inversion", "BND": "translocation"}


@dataclass(frozen=True)
class Knowledge:
    """What is known of genes, and which of them the panel is about.

    ``fusion_genes``: genes that are searched for fusions; ``panel_genes``: these and the
    reportable ones; ``chosen``: the panel's transcripts.
    """

    transcripts: Transcripts = field(default_factory=Transcripts)
    chosen: Mapping[str, str] = field(default_factory=dict)
    panel_genes: frozenset[str] = frozenset()
    fusion_genes: frozenset[str] = frozenset()
    known: Mapping[tuple[str, str], str] = field(default_factory=dict)
    domains: Mapping[str, Sequence[GeneDomain]] = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    """A junction's meaning; ``genes``: those that it breaks; ``product``: None when no transcript
    of two parts comes of it; ``apart``: bases between two neighbours that are read on into each
    other, else None."""

    row: dict[str, Any]
    genes: tuple[Broken, ...]
    product: Product | None
    apart: int | None

    @property
    def is_on_panel(self) -> bool:
        """Whether it breaks a gene that the panel is about."""
        return bool(self.row["on_target"])


def describe(joined: Junction, knowledge: Knowledge) -> Described:
    """What a junction of DNA or RNA does."""
    ones, twos = (
        broken_genes(side, knowledge.transcripts, knowledge.chosen)
        for side in (joined.one, joined.two)
    )
    one, two = pair_up(ones, twos, knowledge.panel_genes)
    genes = tuple(
        sorted((i for i in (one, two) if i), key=lambda i: i.gene not in knowledge.panel_genes)
    )
    in_sense = one is not None and two is not None and one.is_head != two.is_head
    same = one is not None and two is not None and one.gene == two.gene
    made = None
    if in_sense:
        assert one
        assert two
        head, tail = (one, two) if one.is_head else (two, one)
        made = product(head, tail, len(joined.inserted), knowledge.domains)
    elif len(genes) == 1 and genes[0].gene in knowledge.fusion_genes:
        head_only = genes[0] if genes[0].is_head else None
        made = product(head_only, None if head_only else genes[0], 0, knowledge.domains)
    row = _row(joined, genes, made, same, knowledge)
    apart = joined.span if made and not same and in_sense and joined.svtype == "DEL" else None
    return Described(row, genes, made, apart)


def _row(
    joined: Junction,
    genes: tuple[Broken, ...],
    made: Product | None,
    same: bool,
    knowledge: Knowledge,
) -> dict[str, Any]:
    head, tail = (made.head, made.tail) if made else (None, None)
    gene_5, gene_3 = (part.gene if part else None for part in (head, tail))
    is_fusion = made is not None and not same
    source = knowledge.known.get((gene_5 or "", gene_3 or ""))
    names = dict.fromkeys(item.gene for item in genes)
    return {
        "kind": "fusion" if is_fusion else "structural",
        "name": f"{gene_5 or '?'}::{gene_3 or '?'}" if is_fusion else _event(joined, genes, made),
        "gene_5": gene_5 if made else next(iter(names), None),
        "gene_3": gene_3,
        "transcript_5": _transcript(head or (None if made else next(iter(genes), None))),
        "transcript_3": _transcript(tail),
        "exon_5": head.exon if head else None,
        "exon_3": tail.exon if tail else None,
        "frame": made.frame if made else "unknown",
        "domain": made.domain if made else None,
        "domain_kept": made.domain_kept if made else "unknown",
        "known": source is not None,
        "on_target": [name for name in names if name in knowledge.panel_genes],
        "reason": "; ".join(_reasons(joined, genes, made, source)),
    }


def _transcript(part: Broken | None) -> str | None:
    return part.transcript.name if part else None


def _event(joined: Junction, genes: tuple[Broken, ...], made: Product | None) -> str:
    """The name of what breaks one gene: ``EGFR deletion of exons 2-7``, ``PTEN translocation``."""
    word = _WORDS[joined.svtype]
    if not genes:
        return f"{joined.one.chrom}:{joined.one.pos} {word}"
    gene = genes[0].gene
    if made and made.head and made.tail:
        first = made.head.exon + (not made.head.inside)
        last = made.tail.exon - (not made.tail.inside)
        if joined.svtype == "DUP":
            first, last = made.tail.exon, made.head.exon
        if first == last and made.head.inside and made.tail.inside:
            return f"{gene} {word} within exon {first}"
        if first <= last:
            exons = f"exon {first}" if first == last else f"exons {first}-{last}"
            return f"{gene} {word} of {exons}"
        return f"{gene} {word} within an intron"
    return f"{gene} {word}"


def _reasons(
    joined: Junction, genes: tuple[Broken, ...], made: Product | None, source: str | None
) -> list[str]:
    words = [f"breaks {' and '.join(item.place for item in genes)}"] if genes else []
    if len(genes) == 1:
        own = genes[0].side
        other = joined.two if own == joined.one else joined.one
        words.append(f"the other side, {_shown(other)}, lies in no gene")
    elif not genes:
        words.append("breaks no gene of the annotation")
    if made:
        words += [text for text in (made.frame_reason, made.domain_reason) if text]
    elif len(genes) == 2:
        words.append("the two parts point away from each other: no transcript of both")
    if source:
        words.append(f"known: {source}")
    return words


def _shown(side: Side) -> str:
    return f"{side.chrom}:{side.pos}"
