"""A case's findings as what alterations are matched with: one subject each, of whatever kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dugnad.interpretation.relevance import is_pathogenic
from dugnad.knowledge.alteration import VariantClass
from dugnad.knowledge.protein import ProteinChange, protein_change_of
from dugnad.record import CaseRecord, Finding
from dugnad.record_biomarkers import Biomarkers
from dugnad.record_copy_number import GeneCopies
from dugnad.record_interpretation import SubjectKind
from dugnad.record_rearrangements import Rearrangement

_PLACE = re.compile(r"(exon|intron) (\d+)")
_SKIPPED = re.compile(r"exon (\d+) skipping")
_UNREMARKABLE = {"neutral", "not_assessable"}


@dataclass(frozen=True)
class Subject:
    """One finding, as far as matching asks.

    ``reported``: it passes the filters, so that others may rest on it. Of a rearrangement
    ``genes`` are the partners, 5' first, None for one that is not known.
    """

    kind: SubjectKind
    id: str
    name: str
    genes: tuple[str | None, ...] = ()
    reported: bool = True
    # small variants
    terms: frozenset[str] = frozenset()
    protein: ProteinChange | None = None
    coding: str | None = None
    exon: int | None = None
    intron: int | None = None
    origin: str = "uncertain"
    oncogenicity: str | None = None
    pathogenic: bool = False
    # small variants of which the class alone is known, and residues that they lie within
    stated: VariantClass | None = None
    codons: tuple[int, int] | None = None
    # copy numbers
    call: str | None = None
    # rearrangements
    event: str | None = None
    skipped_exons: tuple[int, ...] = ()
    frame: str = "unknown"
    domain_kept: str = "unknown"
    unsided: bool = False  # genes are not in order: the one that is known may be either partner
    # biomarkers
    biomarker: str | None = None
    value: float | None = None
    status: str | None = None
    cautions: tuple[str, ...] = field(default=(), compare=False)

    @property
    def gene(self) -> str | None:
        """The gene, or the first partner that is known."""
        return next((gene for gene in self.genes if gene), None)


def of_variant(finding: Finding, oncogenicity: str | None = None) -> Subject:
    """A small variant as subject, with its class where it is known."""
    place = _PLACE.match(finding.place or "")
    number = int(place[2]) if place else None
    return Subject(
        kind="small_variant",
        id=f"{finding.chrom}-{finding.pos}-{finding.ref}-{finding.alt}",
        name=finding.name,
        genes=(finding.gene,),
        reported=finding.passes,
        terms=frozenset(finding.consequence or ()),
        protein=protein_change_of(finding.hgvs_p),
        coding=finding.hgvs_c,
        exon=number if place and place[1] == "exon" else None,
        intron=number if place and place[1] == "intron" else None,
        origin=finding.origin,
        oncogenicity=oncogenicity,
        pathogenic=is_pathogenic(finding.clinical_significance or ""),
    )


def other_subjects(record: CaseRecord) -> Iterator[Subject]:
    """Copy numbers that are not neutral, rearrangements, and biomarkers that are high."""
    if record.copy_number:
        for gene in record.copy_number.genes:
            if gene.call not in _UNREMARKABLE:
                yield of_copies(gene)
    if record.rearrangements:
        for event in record.rearrangements.found:
            yield of_rearrangement(event)
    yield from of_biomarkers(record.biomarkers)


def of_copies(gene: GeneCopies) -> Subject:
    """A gene's copy number as subject."""
    exons = f" exons {gene.exons}" if gene.exons else ""
    low = f"confidence of the copy number is {gene.confidence}"
    return Subject(
        kind="copy_number",
        id=f"{gene.gene}{exons} copies",
        name=f"{gene.gene}{exons} {gene.call.replace('_', ' ')}",
        genes=(gene.gene,),
        call=gene.call,
        cautions=() if gene.confidence == "high" else (low,),
    )


def of_rearrangement(event: Rearrangement) -> Subject:
    """A fusion, splice variant or broken gene as subject."""
    return Subject(
        kind="rearrangement",
        id=event.name,
        name=event.name,
        genes=(event.gene_5, event.gene_3),
        reported=event.passes,
        event=event.kind,
        skipped_exons=_skipped(event) if event.kind == "splice_variant" else (),
        frame=event.frame,
        domain_kept=event.domain_kept,
    )


def _skipped(event: Rearrangement) -> tuple[int, ...]:
    """The exons that a splice variant lacks, by the exons that it joins, or else by its name."""
    if event.exon_5 is not None and event.exon_3 is not None:
        return tuple(range(event.exon_5 + 1, event.exon_3))
    named = _SKIPPED.search(event.name)
    return (int(named[1]),) if named else ()


def of_biomarkers(biomarkers: Biomarkers) -> Iterator[Subject]:
    """Biomarkers that are high; the value of TMB is that of the rule that is reported."""
    if biomarkers.msi and biomarkers.msi.status == "high":
        share = biomarkers.msi.value
        yield _biomarker("MSI", share, "high", "MSI high")
    if biomarkers.tmb and (rule := next(iter(biomarkers.tmb.rules), None)) and rule.value:
        yield _biomarker("TMB", rule.value, rule.category, f"TMB {rule.value:.1f}/Mb")
    if biomarkers.hrd and biomarkers.hrd.status == "high":
        yield _biomarker("HRD", biomarkers.hrd.score, "high", "HRD high")


def _biomarker(name: str, value: float | None, status: str | None, shown: str) -> Subject:
    return Subject("biomarker", name, shown, biomarker=name, value=value, status=status)
