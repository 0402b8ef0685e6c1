"""Read the truth and the calls: VCF, BCF, or the findings table."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pysam

from dugnad.accuracy.variants import CalledVariant, TrueVariant
from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.regions import Region, read_targets

pysam.set_verbosity(0)  # what htslib cannot read raises an error; a missing index is none

_VCF = (b"##fileformat=VCF", b"BCF")  # how the files begin
# of the findings table; it may have others
_COLUMNS = ["chrom", "pos", "ref", "alt", "vaf", "filters", "origin", "depth", "alt_reads"]


def load_truth(path: Path, vaf_key: str | None = None) -> list[TrueVariant]:
    """The alleles of a truth set; one whose FILTER is neither PASS nor '.' is not scored.

    Args:
        path: VCF or BCF.
        vaf_key: INFO key of the VAF, a fraction; without it AF or AD of the first sample, if any.

    Symbolic alleles are passed over.
    Raises UserError for what is not VCF, lacks the key, or has another VAF than a fraction.
    """
    found: list[TrueVariant] = []
    with _opened(path) as vcf:
        if vaf_key and vaf_key not in vcf.header.info:
            known = ", ".join(vcf.header.info.keys()) or "none"
            raise UserError(f"{path}: has no INFO key {vaf_key!r}; name one that it has ({known})")
        first = next(iter(vcf.header.samples), None)
        for record in _records(path, vcf):
            sample = record.samples[first] if first is not None else {}
            for index, alt in _alleles(record):
                if vaf_key:
                    value = _of_alt(record, record.info, vaf_key, index)
                    vaf = _fraction(path, record, vaf_key, value)
                else:
                    vaf = _sample_vaf(path, record, sample, index)
                place = (record.chrom, record.pos, str(record.ref).upper(), alt)
                found.append(TrueVariant(*place, vaf=vaf, scored=not _filters(record)))
    return found


def load_calls(
    path: Path, sample: str | None = None, origins: Sequence[str] = ("somatic",)
) -> list[CalledVariant]:
    """All alleles of a caller, of which those are ``called`` that it lets pass.

    Args:
        path: VCF, BCF, or the findings table (Parquet).
        sample: column of a VCF that has the VAF; None where it has one sample, or none.
        origins: of a finding, to be called.

    In a VCF FILTER must be PASS or '.'; a finding must have no filter and one of the origins.
    VAF is AF or VF of the sample, else AD or AO over DP, else AF of INFO, else None.

    Raises UserError for what is neither, or lacks the sample or a column.
    """
    if _begins(path).startswith(b"PAR1"):
        return [_finding(row, origins) for row in _rows(path)]
    return list(_vcf_calls(path, sample))


def load_unscored(path: Path) -> tuple[list[TrueVariant], list[Region]]:
    """What is not to be scored: the alleles of a VCF or BCF, or the regions of a BED.

    Raises UserError for what is none of them.
    """
    if not _begins(path).startswith(_VCF):
        return [], read_targets(path)
    return [TrueVariant(v.chrom, v.pos, v.ref, v.alt, scored=False) for v in load_truth(path)], []


def _begins(path: Path) -> bytes:
    try:
        with open_bytes(path) as file:
            return file.read(16)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; check the path") from None
    except (OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); check the file") from None


def _opened(path: Path) -> pysam.VariantFile:
    if not _begins(path).startswith(_VCF):
        raise UserError(f"{path}: is not VCF or BCF; name a file that begins with ##fileformat=VCF")
    try:
        return pysam.VariantFile(str(path))
    except NotImplementedError:
        raise UserError(f"{path}: is compressed by gzip; compress it with bgzip") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _records(path: Path, vcf: pysam.VariantFile) -> Iterator[pysam.VariantRecord]:
    records = iter(vcf)
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from None
        yield record


def _unreadable(path: Path, error: Exception) -> UserError:
    return UserError(f"{path}: is not whole, or not valid VCF ({error}); mend the file")


def _alleles(record: pysam.VariantRecord) -> Iterator[tuple[int, str]]:
    """The alternative alleles that are bases and differ from REF, with their numbers from 0."""
    for index, alt in enumerate(record.alts or ()):
        bases = alt.upper()
        if bases and set(bases) <= set("ACGTN") and bases != str(record.ref).upper():
            yield index, bases


def _filters(record: pysam.VariantRecord) -> tuple[str, ...]:
    return tuple(name for name in record.filter if name != "PASS")


def _vcf_calls(path: Path, wanted: str | None) -> Iterator[CalledVariant]:
    with _opened(path) as vcf:
        names = list(vcf.header.samples)
        listed = ", ".join(names) or "none"
        if wanted is not None and wanted not in names:
            raise UserError(f"{path}: has no sample {got(wanted)}; name one of: {listed}")
        if wanted is None and len(names) > 1:
            raise UserError(f"{path}: has several samples ({listed}); name one as --calls-sample")
        name = wanted if wanted is not None else names[0] if names else None
        for record in _records(path, vcf):
            sample = record.samples[name] if name is not None else {}
            filters = _filters(record)
            for index, alt in _alleles(record):
                vaf = _sample_vaf(path, record, sample, index)
                if vaf is None:
                    value = _of_alt(record, record.info, "AF", index)
                    vaf = _fraction(path, record, "AF", value)
                yield CalledVariant(
                    *(record.chrom, record.pos, str(record.ref).upper(), alt),
                    vaf=vaf,
                    called=not filters,
                    filters=filters,
                    depth=_count(sample, "DP"),
                    alt_reads=_alt_reads(record, sample, index),
                )


def _value(fields: Any, key: str) -> Any:
    """A field's value, None when absent; pysam's own get fails on one that is not declared."""
    return fields[key] if key in fields else None  # noqa: SIM401


def _of_alt(record: pysam.VariantRecord, fields: Any, key: str, index: int) -> Any:
    """The value of one alternative allele: of as many as there are, or of all alleles."""
    value = _value(fields, key)
    if not isinstance(value, tuple):
        return value
    alts = len(record.alts or ())
    if len(value) == alts + 1:
        return value[index + 1]
    return value[index] if len(value) == alts else None


def _count(sample: Any, key: str) -> int | None:
    value = _value(sample, key)
    return value if isinstance(value, int) else None


def _alt_reads(record: pysam.VariantRecord, sample: Any, index: int) -> int | None:
    """Reads of one alternative allele: AD as GATK and freebayes write it, or AO."""
    counts = _value(sample, "AD")
    has_all = isinstance(counts, tuple) and len(counts) == len(record.alts or ()) + 1
    value = counts[index + 1] if has_all else _of_alt(record, sample, "AO", index)
    return value if isinstance(value, int) else None


def _sample_vaf(path: Path, record: pysam.VariantRecord, sample: Any, index: int) -> float | None:
    """The sample's AF or VF, or else the allele's share of DP, or of all reads of AD."""
    for key in ("AF", "VF"):
        vaf = _fraction(path, record, key, _of_alt(record, sample, key, index))
        if vaf is not None:
            return vaf
    alt_reads = _alt_reads(record, sample, index)
    depth = _count(sample, "DP")
    if depth is None:
        counts = _value(sample, "AD")
        whole = isinstance(counts, tuple) and None not in counts
        depth = sum(counts) if whole else None
    return alt_reads / depth if alt_reads is not None and depth else None


def _fraction(path: Path, record: pysam.VariantRecord, key: str, value: Any) -> float | None:
    """A VAF as the number that the file has, which htslib keeps in 32 bits.

    Raises UserError for one that is not a fraction.
    """
    if value is None or value == ".":
        return None
    try:
        fraction = float(f"{float(value):.6g}")
    except (TypeError, ValueError):
        fraction = -1.0
    if not 0 <= fraction <= 1:
        place = f"{path}: {record.chrom}:{record.pos}: {key}"
        raise UserError(f"{place}: must be a fraction between 0 and 1 {got(value)}; convert it")
    return fraction


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """The columns that are needed of a findings table, a row at a time."""
    try:
        with pq.ParquetFile(path) as table:
            lacking = [name for name in _COLUMNS if name not in table.schema_arrow.names]
            if lacking:
                columns = ", ".join(lacking)
                raise UserError(f"{path}: has no column {columns}; give the findings table")
            for batch in table.iter_batches(columns=_COLUMNS):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise UserError(f"{path}: is not a whole Parquet file ({error}); write it again") from None


def _finding(row: Mapping[str, Any], origins: Sequence[str]) -> CalledVariant:
    filters = tuple(row["filters"] or ())
    chrom, pos, ref, alt = (row[name] for name in ("chrom", "pos", "ref", "alt"))
    return CalledVariant(
        *(chrom, pos, ref, alt),
        vaf=row["vaf"],
        called=not filters and row["origin"] in origins,
        filters=filters,
        origin=row["origin"],
        depth=row["depth"],
        alt_reads=row["alt_reads"],
    )
