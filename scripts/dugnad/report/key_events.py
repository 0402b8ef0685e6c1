"""What matters beside small variants: for the head of the report, from the case record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dugnad.record import CaseRecord
from dugnad.record_biomarkers import Biomarkers, Hrd, Msi, Signatures, Tmb
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.copy_number_section import GRAVE, place_name

DASH = "\N{EN DASH}"
KINDS = {"fusion": "fusion", "splice_variant": "splice variant", "structural": "broken gene"}
PARTS = {
    "copy_number": "copy number",
    "rearrangements": "rearrangements",
    "tmb": "TMB",
    "msi": "MSI",
    "hrd": "HRD",
    "signatures": "mutational signatures",
}


@dataclass(frozen=True)
class Event:
    """A change other than a small variant that a board should see first."""

    name: str
    kind: str
    measure: tuple[str, ...]
    certainty: str
    why: str
    doubted: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marker:
    """A biomarker in one line; ``tone`` is the class of its pill."""

    name: str
    verdict: str
    tone: Literal["info", "warn", "not_assessed"]
    told: str


@dataclass(frozen=True)
class KeyEvents:
    """For the head of the report; ``flagged`` would matter, but a filter doubts it."""

    events: tuple[Event, ...]
    flagged: tuple[Event, ...]
    markers: tuple[Marker, ...]
    unassessed: tuple[str, ...]
    why_unassessed: str

    @classmethod
    def of(cls, record: CaseRecord) -> "KeyEvents":
        """From the record; events as the stages order them."""
        given = dict(record.biomarkers) | {
            "copy_number": record.copy_number,
            "rearrangements": record.rearrangements,
        }
        absent = tuple(name for key, name in PARTS.items() if given.get(key) is None)
        why = "not part of this panel's validation" if record.depth_known else "no reads"
        found = record.rearrangements.found if record.rearrangements else ()
        events = (*(_rearranged(one) for one in found if one.passes), *_copies(record))
        flagged = tuple(_rearranged(one) for one in found if one.known and not one.passes)
        return cls(events, flagged, tuple(_markers(record.biomarkers)), absent, why)


def _rearranged(one: Rearrangement) -> Event:
    measure = tuple(text for text in (dna_text(one), rna_text(one)) if text)
    doubted = one.frame == "out_of_frame" or one.domain_kept == "lost"
    sure = ", ".join(_certainty(one))
    return Event(one.name, KINDS[one.kind], measure, sure, one.reason, doubted, one.filters)


def _certainty(one: Rearrangement) -> Iterator[str]:
    frame = {"in_frame": "in frame", "out_of_frame": "out of frame"}
    yield frame.get(one.frame, "frame not known")
    if one.domain and one.domain_kept != "unknown":
        yield f"{one.domain} {one.domain_kept}"
    yield "known" if one.known else "not in the panel's list"


def exons_text(one: Rearrangement) -> str | None:
    """Which exons are joined: ``EML4 exon 13 to ALK exon 20``."""
    if one.exon_5 is None and one.exon_3 is None:
        return None
    first, last = (DASH if exon is None else str(exon) for exon in (one.exon_5, one.exon_3))
    if one.gene_5 == one.gene_3:
        return f"exon {first} to exon {last}"
    return f"{one.gene_5 or 'no gene'} exon {first} to {one.gene_3 or 'no gene'} exon {last}"


def dna_text(one: Rearrangement) -> str | None:
    """What DNA shows of it; None without DNA."""
    if one.split_reads is None and one.pairs is None:
        return None
    share = "" if one.vaf is None else f", VAF {one.vaf:.0%}"
    return f"DNA {_counts(one.split_reads, 'split reads', one.pairs)}{share}"


def rna_text(one: Rearrangement) -> str | None:
    """What RNA shows of it; None without RNA."""
    if one.rna_split_reads is None and one.rna_pairs is None:
        return None
    return f"RNA {_counts(one.rna_split_reads, 'reads across', one.rna_pairs)}"


def _counts(reads: int | None, name: str, pairs: int | None) -> str:
    counts = ((reads, name), (pairs, "pair" if pairs == 1 else "pairs"))
    return ", ".join(f"{count:,} {what}" for count, what in counts if count is not None)


def _copies(record: CaseRecord) -> Iterator[Event]:
    genes = record.copy_number.genes if record.copy_number else ()
    found = [gene for gene in genes if gene.call in GRAVE]
    for gene in sorted(found, key=lambda gene: (gene.confidence == "low", GRAVE.index(gene.call))):
        told = f"confidence {gene.confidence}"
        low = gene.confidence == "low"
        kind = gene.call.replace("_", " ")
        yield Event(place_name(gene), kind, (copies_text(gene),), told, gene.reason, low)


def copies_text(gene: GeneCopies) -> str:
    """Copies with their interval, in words."""
    if gene.copies is None:
        return "copies cannot be told"
    if gene.copies_lower is None or gene.copies_upper is None:
        return f"{gene.copies:.1f} copies"
    return f"{gene.copies:.1f} copies ({gene.copies_lower:.1f}{DASH}{gene.copies_upper:.1f})"


def _markers(biomarkers: Biomarkers) -> Iterator[Marker]:
    if biomarkers.tmb:
        yield _tmb(biomarkers.tmb)
    if biomarkers.msi:
        yield _msi(biomarkers.msi)
    if biomarkers.hrd:
        yield _hrd(biomarkers.hrd)
    if biomarkers.signatures:
        yield _signatures(biomarkers.signatures)


def _tmb(tmb: Tmb) -> Marker:
    if not tmb.rules:
        return Marker("TMB", "not assessable", "not_assessed", tmb.note or "no rule applies")
    rule = tmb.rules[0]
    digits = 2 if rule.megabases >= 1 else 3
    over = f"{rule.mutations} mutations over {rule.megabases:.{digits}f} Mb, {rule.name}"
    if rule.value is None:
        told = rule.note or tmb.note or ""
        return Marker("TMB", "not assessable", "not_assessed", f"{over}. {told}".strip())
    value = f"{rule.value:.1f} / Mb"
    if rule.lower is not None and rule.upper is not None:
        value += f" (95% interval {rule.lower:.1f}{DASH}{rule.upper:.1f})"
    if rule.germline_expected:
        over += f"; about {rule.germline_expected:.1f} of them may be germline"
    if rule.note:
        over += f"; {rule.note}"
    return Marker("TMB", rule.category or "no category", "info", f"{value}: {over}")


def _msi(msi: Msi) -> Marker:
    if msi.status == "not_assessable":
        return Marker("MSI", "not assessable", "not_assessed", msi.reason)
    tone: Literal["info", "warn"] = "warn" if msi.status == "indeterminate" else "info"
    return Marker("MSI", msi.status, tone, msi.reason)


def _hrd(hrd: Hrd) -> Marker:
    if hrd.status == "not_assessable":
        return Marker("HRD", "not assessable", "not_assessed", hrd.reason)
    return Marker("HRD", hrd.status, "info", hrd.reason)


def _signatures(signatures: Signatures) -> Marker:
    name = "Signatures"
    if not signatures.assigned:
        return Marker(name, "not assigned", "not_assessed", signatures.reason)
    most = sorted(signatures.assigned, key=lambda one: -one.share)[:3]
    told = "; ".join(
        f"{one.name} {_share(one.share, one.lower, one.upper)}"
        + (f", {one.aetiology}" if one.aetiology else "")
        for one in most
    )
    told = f"{told}; of {signatures.mutations} mutations"
    if most[0].lower == 0:
        return Marker(name, "unsure", "warn", f"{told}; the interval of the first reaches 0")
    return Marker(name, most[0].name, "info", told)


def _share(value: float, lower: float | None, upper: float | None) -> str:
    """A share with its interval."""
    if lower is None or upper is None:
        return f"{value:.0%}"
    return f"{value:.0%} (95% interval {lower:.0%}{DASH}{upper:.0%})"
