"""Small variants, copy numbers and rearrangements as observations of the guide's Variant."""

import re
from collections.abc import Iterator

from dugnad.record import Finding
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.fhir.codes import ENSEMBL, HGVS, REFSEQ, chromosomes, codes
from dugnad.report.fhir.context import Context
from dugnad.report.fhir.parts import (
    Resource,
    clean,
    coded,
    component,
    concept,
    notes,
    quantity,
    ranged,
)
from dugnad.report.view import Line

_ENSEMBL = re.compile(r"ENST\d{11}(\.\d+)?")
_REFSEQ = re.compile(r"N[MR]_\d+(\.\d+)?")
_GAINS = ("amplification", "gain")
_LOSSES = ("loss", "homozygous_deletion")


def variant(context: Context, line: Line, key: str, sure: bool) -> Resource:
    """The finding of a line as an observation: present, or indeterminate when it is doubted."""
    words = context.words
    components = [*_components(context, line)]
    return context.observation(
        key,
        "variant",
        concept("variant", text=words("fhir.variant")),
        line.name,
        valueCodeableConcept=concept("present" if sure else "indeterminate"),
        method=concept("sequencing"),
        **context.specimen(_analyte(line)),
        **notes(line.name, _measured(context, line), *_doubts(context, line)),
        **({"component": components} if components else {}),
    )


def _analyte(line: Line) -> str:
    """What a finding was seen in."""
    only_rna = line.event is not None and line.event.chrom_1 is None
    return "rna" if only_rna else "dna"


def _components(context: Context, line: Line) -> Iterator[Resource]:
    for gene in dict.fromkeys(_genes(line)):
        yield _part(context, "gene_studied", valueCodeableConcept={"text": clean(gene)})
    if line.variant is not None:
        yield from _small(context, line.variant)
    if line.copies is not None:
        yield from _copies(context, line.copies)
    if line.event is not None and line.event.vaf is not None:
        yield _part(context, "allelic_frequency", valueQuantity=quantity(line.event.vaf))
    if context.assembly:
        yield _part(context, "assembly", valueCodeableConcept=concept(context.assembly))


def _part(context: Context, name: str, **value: Resource | str) -> Resource:
    return component(name, context.words(f"fhir.component.{name}"), **value)


def _genes(line: Line) -> Iterator[str]:
    event = line.event
    sides = (event.gene_5, event.gene_3) if event else ()
    for gene in (*sides, line.item.gene):
        if gene:
            yield gene


def _small(context: Context, found: Finding) -> Iterator[Resource]:
    yield from _names(context, found)
    yield _part(context, "reference_allele", valueString=clean(found.ref))
    yield _part(context, "alternative_allele", valueString=clean(found.alt))
    yield _part(context, "coordinate_system", valueCodeableConcept=concept("one_based"))
    last = found.pos + len(found.ref) - 1
    yield _part(context, "exact_range", valueRange=ranged(found.pos, last))
    kind = change_type(found.ref, found.alt)
    if kind:
        yield _part(context, "change_type", valueCodeableConcept=concept(kind))
    if found.alt_reads is not None:
        yield _part(context, "allelic_depth", valueQuantity=quantity(found.alt_reads))
    if found.vaf is not None:
        yield _part(context, "allelic_frequency", valueQuantity=quantity(found.vaf))
    yield _part(context, "source_class", valueCodeableConcept=concept(found.origin))


def _names(context: Context, found: Finding) -> Iterator[Resource]:
    """HGVS, coded where its reference sequence has an accession, else as text."""
    transcript = found.transcript or ""
    system = _transcript_system(transcript)
    if transcript:
        value = coded(system, transcript) if system else {"text": clean(transcript)}
        yield _part(context, "transcript", valueCodeableConcept=value)
    if found.hgvs_c:
        full = coded(HGVS, f"{transcript}:{found.hgvs_c}", found.hgvs_c)
        value = full if system else {"text": clean(found.hgvs_c)}
        yield _part(context, "coding_change", valueCodeableConcept=value)
    if found.hgvs_p:
        value = {"text": clean(found.hgvs_p)}
        yield _part(context, "protein_change", valueCodeableConcept=value)
    if found.hgvs_g:
        yield from _genomic(context, found.chrom, found.hgvs_g)


def _transcript_system(transcript: str) -> str | None:
    if _ENSEMBL.fullmatch(transcript):
        return ENSEMBL
    return REFSEQ if _REFSEQ.fullmatch(transcript) else None


def _genomic(context: Context, chrom: str, name: str) -> Iterator[Resource]:
    known = chromosomes(context.assembly or "")
    accession = known.get(chrom.removeprefix("chr"))
    change = name.rpartition(":")[2]
    if accession is None:
        yield _part(context, "genomic_change", valueCodeableConcept={"text": clean(name)})
        return
    full = coded(HGVS, f"{accession}:{change}")
    yield _part(context, "genomic_change", valueCodeableConcept=full)
    yield _part(context, "genomic_sequence", valueCodeableConcept=coded(REFSEQ, accession))


def change_type(ref: str, alt: str) -> str | None:
    """The Sequence Ontology's kind of a change, by name in codes.tsv; None for other alleles."""
    if not re.fullmatch("[ACGTN]+", ref) or not re.fullmatch("[ACGTN]+", alt):
        return None
    if len(ref) == len(alt):
        return "snv" if len(ref) == 1 else "mnv"
    if alt.startswith(ref):
        return "insertion"
    return "deletion" if ref.startswith(alt) else "delins"


def _copies(context: Context, found: GeneCopies) -> Iterator[Resource]:
    if found.copies is not None:
        yield _part(context, "copies", valueQuantity=quantity(found.copies))
    yield _part(context, "coordinate_system", valueCodeableConcept=concept("one_based"))
    yield _part(context, "inner_range", valueRange=ranged(found.start + 1, found.end))
    if found.call in (*_GAINS, *_LOSSES):
        kind = "copy_gain" if found.call in _GAINS else "copy_loss"
        yield _part(context, "change_type", valueCodeableConcept=concept(kind))


def _measured(context: Context, line: Line) -> str:
    """What was measured of a finding, in words."""
    words, found = context.words, line.variant
    if found is not None:
        share = words("measure.variant", vaf=words.percent(found.vaf), depth=found.depth)
        where = f"{found.chrom}:{found.pos} {found.ref}>{found.alt}"
        return f"{where}; {share}; {words.term('origin', found.origin)}"
    if line.copies is not None:
        number = words.number(line.copies.copies)
        return f"{words('measure.copies', copies=number)}; {line.copies.reason}"
    if line.event is not None:
        return "; ".join(_evidence(context, line.event))
    return ""


def _evidence(context: Context, event: Rearrangement) -> Iterator[str]:
    words = context.words
    if event.chrom_1 is not None:
        yield f"{event.chrom_1}:{event.pos_1} / {event.chrom_2}:{event.pos_2}"
        yield words("measure.reads_dna", n=(event.split_reads or 0) + (event.pairs or 0))
    if event.rna_chrom_1 is not None:
        yield words("measure.reads_rna", n=(event.rna_split_reads or 0) + (event.rna_pairs or 0))
    yield event.reason


def _doubts(context: Context, line: Line) -> Iterator[str]:
    """Filters that flag it, cautions, and what a person judged."""
    words = context.words
    found = line.variant or line.event
    if found is not None and found.filters:
        yield words("fhir.flagged", filters=", ".join(found.filters))
    yield from line.item.cautions
    if line.item.germline and line.item.germline.category == "consider_referral":
        yield words("fhir.referral")
    if line.item.haematopoiesis and line.item.haematopoiesis.category in {"likely", "possible"}:
        yield words(f"fhir.blood.{line.item.haematopoiesis.category}")
    if line.judgement is not None:
        yield words("fhir.judged", initials=line.judgement.initials)
        yield line.judgement.comment


def consequences(line: Line) -> tuple[Resource, ...]:
    """What a finding does to the gene's product, by the Sequence Ontology."""
    known = codes()
    if line.event is not None:
        kinds = {"fusion": "gene_fusion", "splice_variant": "exon_loss_variant"}
        name = kinds.get(line.event.kind)
        return (concept(name),) if name else ()
    terms = (line.variant.consequence if line.variant else None) or ()
    return tuple(
        concept(term)
        if term in known and known[term].code.startswith("SO:")
        else {"text": clean(term)}
        for term in terms
    )
