"""The reader of calls: a VCF of any caller as one dataclass."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysam

from dugnad.bias import damage_orientation, strand_odds
from dugnad.callers import NO_COLUMNS, own_filters
from dugnad.errors import UserError
from dugnad.fields import count, counts, field, scalar
from dugnad.files import require_whole

Counts = tuple[int, ...] | None
_STRANDS = ("SRF", "SRR", "SAF", "SAR")  # of freebayes: reference and alternative reads

pysam.set_verbosity(0)  # what htslib cannot read raises an error; a missing index is none


@dataclass(frozen=True)
class Support:
    """Reads (fragments, where we counted) at a variant in one sample; None where nobody says."""

    depth: int | None = None
    alt_reads: int | None = None
    vaf: float | None = None


@dataclass(frozen=True)
class Quality:
    """What speaks for and against the tumour's alternative reads; None where nobody says.

    As the columns of the variants table of the same names (``tables.VARIANTS``).
    """

    base_quality: float | None = None
    mapping_quality: float | None = None
    mapping_quality_loss: float | None = None
    end_distance: float | None = None
    extra_mismatches: float | None = None
    strand_odds: float | None = None
    damage_orientation: float | None = None
    homopolymer: int | None = None
    neighbours: int | None = None
    background_quality: float | None = None
    background_vaf: float | None = None
    background_sd: float | None = None
    normals_share: float | None = None


@dataclass(frozen=True)
class Call:
    """One alternative allele as called: 1-based position, evidence, and the engine's words."""

    chrom: str
    pos: int
    ref: str
    alt: str
    tumour: Support
    normal: Support | None
    rna: Support | None = None
    quality: Quality = Quality()
    consequences: tuple[str, ...] = ()
    called_by: tuple[str, ...] = ()
    """Callers, where the file names them."""
    filters: tuple[str, ...] = ()
    """The caller's own FILTER, without PASS; of several callers as caller:FILTER."""
    cis_with: tuple[str, ...] = ()
    """Other changes on the same fragments."""


def read_calls(
    path: Path, tumour: str, normal: str | None, rna: str | None = None, engine: str = "BCSQ"
) -> Iterator[Call]:
    """The calls of a VCF whose alleles are split, one per alternative allele.

    Args:
        path: VCF or BCF.
        tumour: name of the tumour's column; a VCF with a single sample may name it otherwise.
        normal: name of the normal's column, if the case has one.
        rna: name of the RNA's column, if there is one.
        engine: INFO key of the consequence engine's words.

    Symbolic and reference-only records are passed over, and counted on standard error.
    Raises UserError when a column is missing, or the file was cut off.
    """
    passed_over = 0
    require_whole(path)
    with pysam.VariantFile(str(path)) as vcf:
        names = list(vcf.header.samples)
        if not names:
            raise UserError(f"{path}: {'; '.join(NO_COLUMNS)}")
        column = tumour if tumour in names else names[0] if len(names) == 1 else None
        if column is None or (normal and normal not in names):
            lacking = tumour if column is None else normal
            raise UserError(f"{path}: has no column for sample {lacking!r} (it has {names})")
        for record in vcf:
            alt = record.alts[0] if record.alts else ""
            if not alt or not set(alt.upper()) <= set("ACGTN"):
                passed_over += 1
                continue
            yield _call(record, alt, column, normal, rna if rna in names else None, engine)
    if passed_over:
        print(f"{path}: {passed_over} symbolic or reference-only records", file=sys.stderr)


def _call(
    record: pysam.VariantRecord,
    alt: str,
    tumour: str,
    normal: str | None,
    rna: str | None,
    engine: str,
) -> Call:
    return Call(
        chrom=record.chrom,
        pos=record.pos,
        ref=str(record.ref).upper(),
        alt=alt.upper(),
        tumour=_support(record, tumour),
        normal=_support(record, normal) if normal else None,
        rna=_support(record, rna) if rna else None,
        quality=_quality(record, alt, tumour),
        consequences=_texts(record, engine),
        called_by=_texts(record, "CALLED_BY"),
        filters=own_filters(record) + _texts(record, "CALLER_FILTERS"),
        cis_with=tuple(name.replace("_", " ") for name in _texts(record, "CIS_WITH")),
    )


def _texts(record: pysam.VariantRecord, key: str) -> tuple[str, ...]:
    return tuple(field(record.info, key) or ())


def _info(record: pysam.VariantRecord, key: str) -> float | None:
    value = scalar(field(record.info, key))
    return None if value is None else float(value)


def _support(record: pysam.VariantRecord, name: str) -> Support:
    """Depth and alternative reads from AD (GATK, VarDict), AO or VD, or AF/VF with DP."""
    sample = record.samples[name]
    depth = count(sample, "DP")
    if both := counts(sample, "AD", 2):
        alt_reads: int | None = both[1]
        if depth is None and not _was_split(record):
            depth = sum(both)
    else:
        alt_reads = _first(count(sample, "AO"), count(sample, "VD"))
    fraction = _fraction(record, sample)
    if alt_reads is None and fraction is not None and depth is not None:
        alt_reads = round(fraction * depth)
    vaf = alt_reads / depth if alt_reads is not None and depth else fraction
    return Support(depth=depth, alt_reads=alt_reads, vaf=vaf)


def _was_split(record: pysam.VariantRecord) -> bool:
    """Whether the record had other alleles, whose reads AD no longer counts."""
    before = field(record.info, "OLD_REC")
    text = ",".join(before) if isinstance(before, tuple) else before or ""
    return text.count(",") > 0


def _fraction(record: pysam.VariantRecord, sample: Any) -> float | None:
    """The caller's own VAF. Raises UserError for one that is not a fraction."""
    found = next((scalar(sample[key]) for key in ("AF", "VF") if key in sample), None)
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


def _quality(record: pysam.VariantRecord, alt: str, tumour: str) -> Quality:
    """From our own recount; what it does not give, from freebayes' fields."""
    sample, ref = record.samples[tumour], str(record.ref)
    with_allele = field(record.info, "NORMALS")
    f1r2, f2r1 = counts(sample, "F1R2", 2), counts(sample, "F2R1", 2)
    run = _info(record, "HOMOPOLYMER")
    return Quality(
        base_quality=_first(scalar(field(sample, "MBQ")), _mean_quality(sample)),
        mapping_quality=_first(scalar(field(sample, "MMQ")), _info(record, "MQM")),
        mapping_quality_loss=scalar(field(sample, "MQL")),
        end_distance=scalar(field(sample, "MPOS")),
        extra_mismatches=scalar(field(sample, "XNM")),
        strand_odds=_bias(record, sample),
        damage_orientation=_damage(ref, alt, f1r2, f2r1),
        homopolymer=None if run is None else int(run) if len(ref) != len(alt) else 0,
        neighbours=count(record.info, "NEIGHBOURS"),
        background_quality=_info(record, "BACKGROUND_QUALITY"),
        background_vaf=_info(record, "BACKGROUND_VAF"),
        background_sd=_info(record, "BACKGROUND_SD"),
        normals_share=with_allele[0] / with_allele[1] if with_allele else None,
    )


def _damage(ref: str, alt: str, f1r2: Counts, f2r1: Counts) -> float | None:
    if not f1r2 or not f2r1:
        return None
    return damage_orientation(ref, alt, (f1r2[0], f1r2[1]), (f2r1[0], f2r1[1]))


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _mean_quality(sample: Any) -> float | None:
    """freebayes' mean quality of the alternative bases."""
    total, reads = scalar(field(sample, "QA")), scalar(field(sample, "AO"))
    return total / reads if total is not None and reads else None


def _bias(record: pysam.VariantRecord, sample: Any) -> float | None:
    """The tumour's strand bias; from freebayes' counts it is over all samples of the call."""
    strands = counts(sample, "SB", 4) or [count(record.info, key) for key in _STRANDS]
    found = [number for number in strands if number is not None]
    return strand_odds(*found) if len(found) == len(_STRANDS) else None
