"""Rearrangements and copy numbers in few words, from the case record."""

from collections.abc import Iterator

from dugnad.record import CaseRecord
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.copy_number_section import GRAVE
from dugnad.report.pictures.fusion_evidence import counts_text
from dugnad.report.words import DASH, Words

PARTS = ("copy_number", "rearrangements", "tmb", "msi", "hrd", "signatures")


def unassessed(record: CaseRecord) -> tuple[str, ...]:
    """The parts of a report that this record has nothing of."""
    given = dict(record.biomarkers) | {
        "copy_number": record.copy_number,
        "rearrangements": record.rearrangements,
    }
    return tuple(key for key in PARTS if given.get(key) is None)


def why_unassessed(record: CaseRecord, t: Words) -> str:
    """Why a part is not there."""
    return t("page.because.not_validated" if record.depth_known else "page.because.no_reads")


def grave_copies(record: CaseRecord) -> list[GeneCopies]:
    """Amplifications and homozygous deletions, surest first."""
    part = record.copy_number
    found = [gene for gene in part.genes if gene.call in GRAVE] if part else []
    return sorted(found, key=lambda gene: (gene.confidence == "low", GRAVE.index(gene.call)))


def is_doubted(one: Rearrangement | GeneCopies) -> bool:
    """Whether an event must not look sure: no frame, no domain, or low confidence."""
    if isinstance(one, GeneCopies):
        return one.confidence == "low"
    return one.frame == "out_of_frame" or one.domain_kept == "lost"


def certainty(one: Rearrangement | GeneCopies, t: Words) -> str:
    """How sure an event is, in words."""
    return ", ".join(_certainty(one, t))


def _certainty(one: Rearrangement | GeneCopies, t: Words) -> Iterator[str]:
    if isinstance(one, GeneCopies):
        yield t("page.confidence", level=t.term("confidence", one.confidence))
        return
    yield t.term("frame", one.frame)
    if one.domain and one.domain_kept != "unknown":
        yield f"{one.domain} {t.term('fate', one.domain_kept)}"
    yield t("page.rna.known" if one.known else "page.rna.novel")


def exons_text(one: Rearrangement, t: Words) -> str | None:
    """Which exons are joined: ``EML4 exon 13 to ALK exon 20``."""
    if one.exon_5 is None and one.exon_3 is None:
        return None
    first, last = (DASH if exon is None else str(exon) for exon in (one.exon_5, one.exon_3))
    if one.gene_5 == one.gene_3:
        return t("page.rna.exons_within", first=first, last=last)
    none = t("page.rna.no_gene")
    five, three = one.gene_5 or none, one.gene_3 or none
    return t("page.rna.exons", five=five, first=first, three=three, last=last)


def dna_text(one: Rearrangement, t: Words) -> str | None:
    """What DNA shows of it; None without DNA."""
    counts = counts_text(one.split_reads, one.pairs, "split", t)
    share = "" if one.vaf is None else f", VAF {t.percent(one.vaf)}"
    return f"DNA {counts}{share}" if counts else None


def rna_text(one: Rearrangement, t: Words) -> str | None:
    """What RNA shows of it; None without RNA."""
    counts = counts_text(one.rna_split_reads, one.rna_pairs, "across", t)
    return f"RNA {counts}" if counts else None


def copies_text(gene: GeneCopies, t: Words) -> str:
    """Copies with their interval, in words."""
    if gene.copies is None:
        return t("page.cn.untold")
    copies = t("measure.copies", copies=t.number(gene.copies, 1))
    if gene.copies_lower is None or gene.copies_upper is None:
        return copies
    return f"{copies} ({t.number(gene.copies_lower, 1)}{DASH}{t.number(gene.copies_upper, 1)})"
