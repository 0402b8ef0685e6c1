"""The only reader of VCF: calls of any caller as one dataclass, and known sites."""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pysam

from dugnad.alleles import trim
from dugnad.errors import UserError

pysam.set_verbosity(0)  # what htslib cannot read raises an error; a missing index is none


@dataclass(frozen=True)
class Support:
    """Reads at a variant in one sample; None where the caller does not say."""

    depth: int | None = None
    alt_reads: int | None = None
    vaf: float | None = None
    base_quality: float | None = None


@dataclass(frozen=True)
class Call:
    """One alternative allele as called: 1-based position, evidence, and csq's annotation."""

    chrom: str
    pos: int
    ref: str
    alt: str
    tumour: Support
    normal: Support | None
    strand_odds: float | None
    mapping_quality: float | None
    consequences: tuple[str, ...]
    filters: tuple[str, ...] = ()
    """The caller's own FILTER, without PASS."""


def read_calls(path: Path, tumour: str, normal: str | None) -> Iterator[Call]:
    """The calls of a VCF whose alleles are split, one per alternative allele.

    Args:
        path: VCF or BCF.
        tumour: name of the tumour's column; a VCF with a single sample may name it otherwise.
        normal: name of the normal's column, if the case has one.

    Symbolic and reference-only records are passed over, and counted on standard error.
    Raises UserError when a column is missing.
    """
    passed_over = 0
    with pysam.VariantFile(str(path)) as vcf:
        names = list(vcf.header.samples)
        column = tumour if tumour in names else names[0] if len(names) == 1 else None
        if column is None or (normal and normal not in names):
            lacking = tumour if column is None else normal
            raise UserError(f"{path}: has no column for sample {lacking!r} (it has {names})")
        for record in vcf:
            alt = record.alts[0] if record.alts else ""
            if not alt or not set(alt.upper()) <= set("ACGTN"):
                passed_over += 1
                continue
            yield _call(record, alt, column, normal)
    if passed_over:
        print(f"{path}: {passed_over} symbolic or reference-only records", file=sys.stderr)


def _call(record: pysam.VariantRecord, alt: str, tumour: str, normal: str | None) -> Call:
    return Call(
        chrom=record.chrom,
        pos=record.pos,
        ref=str(record.ref).upper(),
        alt=alt.upper(),
        tumour=_support(record, tumour),
        normal=_support(record, normal) if normal else None,
        strand_odds=_strand_odds(record),
        mapping_quality=_info(record, "MQM"),
        consequences=tuple(_field(record.info, "BCSQ") or ()),
        filters=tuple(name for name in record.filter if name != "PASS"),
    )


def _scalar(value: Any) -> Any:
    """A field's single value; None where it has none, or several of which one must be chosen."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else None
    return value


def _field(fields: Any, key: str) -> Any:
    """A field's value, None when absent; pysam's own get fails on one that is not declared."""
    return fields[key] if key in fields else None  # noqa: SIM401


def _info(record: pysam.VariantRecord, key: str) -> float | None:
    value = _scalar(_field(record.info, key))
    return None if value is None else float(value)


def _support(record: pysam.VariantRecord, name: str) -> Support:
    """Depth and alternative reads from AD (GATK, freebayes), AO/RO, or AF/VF with DP."""
    sample = record.samples[name]
    depth, alt_reads = _scalar(_field(sample, "DP")), None
    counts = _field(sample, "AD")
    if isinstance(counts, tuple) and len(counts) == 2 and None not in counts:
        alt_reads = counts[1]
        if depth is None and not _was_split(record):
            depth = sum(counts)
    else:
        alt_reads = _scalar(_field(sample, "AO"))
    fraction = _fraction(record, sample)
    if alt_reads is None and fraction is not None and depth is not None:
        alt_reads = round(fraction * depth)
    vaf = alt_reads / depth if alt_reads is not None and depth else fraction
    quality = _scalar(_field(sample, "QA"))
    return Support(
        depth=depth,
        alt_reads=alt_reads,
        vaf=vaf,
        base_quality=quality / alt_reads if quality is not None and alt_reads else None,
    )


def _was_split(record: pysam.VariantRecord) -> bool:
    """Whether the record had other alleles, whose reads AD no longer counts."""
    before = _field(record.info, "OLD_REC")
    text = ",".join(before) if isinstance(before, tuple) else before or ""
    return text.count(",") > 0


def _fraction(record: pysam.VariantRecord, sample: Any) -> float | None:
    """The caller's own VAF. Raises UserError for one that is not a fraction."""
    found = next((_scalar(sample[key]) for key in ("AF", "VF") if key in sample), None)
    if found is None:
        return None
    try:
        fraction = float(found)
    except ValueError:
        fraction = -1.0
    if not 0 <= fraction <= 1:
        place = f"{record.chrom}:{record.pos}"
        raise UserError(
            f"{place}: VAF is not a fraction between 0 and 1 (got {found!r}); convert it"
        )
    return fraction


def _strand_odds(record: pysam.VariantRecord) -> float | None:
    """The symmetric odds ratio of strand bias (SOR), as GATK documents StrandOddsRatio.

    From freebayes' strand counts, which are over all samples of the call; 0.69 without bias,
    above 3 for a strong one.
    """
    values = [_info(record, key) for key in ("SRF", "SRR", "SAF", "SAR")]
    if None in values:
        return None
    rf, rr, af, ar = (value + 1 for value in values if value is not None)
    odds = rf * ar / (rr * af)
    return (
        math.log(odds + 1 / odds)
        + math.log(min(rf, rr) / max(rf, rr))
        - math.log(min(af, ar) / max(af, ar))
    )


@dataclass(frozen=True)
class Hit:
    """What a source of known sites says of one allele."""

    id: str | None
    frequency: float | None
    significance: str | None


class KnownSites:
    """A VCF of known sites, looked up by allele.

    Alleles are compared in their shortest form, so that padding and multi-allelic records
    do not hide a match; both sides are taken to be left-aligned.
    """

    def __init__(
        self, source: str, path: Path, kind: Literal["population", "clinical"], key: str
    ) -> None:
        self.source = source
        self.kind = kind
        self._key = key
        self._vcf = pysam.VariantFile(str(path))
        if key not in self._vcf.header.info:
            raise UserError(f"{path}: has no INFO key {key!r}; name the right key in the config")
        with pysam.TabixFile(str(path)) as table:
            self._contigs = set(table.contigs)

    def covers(self, chrom: str) -> bool:
        """Whether the source has any record on the contig; without one it says nothing there."""
        return chrom in self._contigs

    def look_up(self, call: Call) -> Hit | None:
        """The source's word on the call's allele; None when it has none.

        Where several records have the allele, the highest frequency and all significances count.
        """
        if not self.covers(call.chrom):
            return None
        wanted = trim(call.pos, call.ref, call.alt)
        start = call.pos - 1
        hits = [
            self._hit(record, index)
            for record in self._vcf.fetch(call.chrom, start, start + len(call.ref))
            for index, alt in enumerate(record.alts or ())
            if trim(record.pos, str(record.ref), alt) == wanted
        ]
        if not hits:
            return None
        frequencies = [hit.frequency for hit in hits if hit.frequency is not None]
        said = [hit.significance for hit in hits if hit.significance]
        name = next((hit.id for hit in hits if hit.id), None)
        return Hit(name, max(frequencies, default=None), "; ".join(said) or None)

    def _hit(self, record: pysam.VariantRecord, index: int) -> Hit:
        name = record.id if record.id not in (None, ".") else None
        value = self._of_allele(record, index)
        if self.kind == "clinical":
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            return Hit(name, None, None if text is None else str(text).replace("_", " "))
        try:
            return Hit(name, None if value is None else _plain(float(value)), None)
        except (TypeError, ValueError):
            place = f"{self.source}: {record.chrom}:{record.pos}"
            raise UserError(f"{place}: {self._key} is not a number for each allele") from None

    def _of_allele(self, record: pysam.VariantRecord, index: int) -> Any:
        """The value that belongs to one alternative allele, by the number that the header gives."""
        value, alts = _field(record.info, self._key), len(record.alts or ())
        if not isinstance(value, tuple):
            return value
        number = record.header.info[self._key].number
        if number == "R":
            return value[index + 1]
        if number == "A" or (self.kind == "population" and len(value) == alts):
            return value[index]
        return value[0] if len(value) == 1 else value


def _plain(value: float) -> float:
    """A VCF's 32-bit float as the number that the file has."""
    return float(f"{value:.6g}")
