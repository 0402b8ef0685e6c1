"""Alleles of a file, and the table of how often each was seen."""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.errors import UserError
from dugnad.recurrence.counts import Recurrence
from dugnad.recurrence.register import Allele

HEADER = ("chrom", "pos", "ref", "alt", "tumour", "normal", "all")
_NAMES = ["chrom", "pos", "ref", "alt"]


def read_alleles(path: Path) -> list[Allele]:
    """The alleles of a Parquet table of variants or findings, or of a VCF or BCF, in its order.

    Of a VCF each alternative allele is one; symbolic and reference-only ones are passed over, and
    counted on standard error. Raises UserError when the file cannot be read.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file; check the path")
    if path.suffix == ".parquet":
        columns = [column.to_pylist() for column in read_columns(path, _NAMES).columns]
        return list(zip(*columns, strict=True))
    try:
        return _of_vcf(path)
    except (OSError, ValueError):
        raise UserError(f"{path}: cannot be read as VCF; name a VCF or a .parquet") from None


def as_table(alleles: Sequence[Allele], found: Iterable[Recurrence]) -> str:
    """Tab-separated, a row per allele."""
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(HEADER)
    for allele, seen in zip(alleles, found, strict=True):
        table.writerow([*allele, seen.tumour.text, seen.normal.text, seen.all.text])
    return text.getvalue()


def read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Columns of a Parquet table, in the order of the names.

    Raises UserError when it cannot be read or has no such column.
    """
    try:
        with pq.ParquetFile(path) as table:
            if missing := [name for name in names if name not in table.schema_arrow.names]:
                raise UserError(f"{path}: has no column {', '.join(missing)}; make it anew")
            return table.read(list(names)).select(list(names))
    except (pa.ArrowInvalid, OSError):
        raise UserError(f"{path}: cannot be read as Parquet; make it anew") from None


def _of_vcf(path: Path) -> list[Allele]:
    import pysam

    pysam.set_verbosity(0)  # what htslib cannot read raises an error
    alleles: list[Allele] = []
    passed_over = 0
    with pysam.VariantFile(str(path)) as vcf:
        for record in vcf:
            for alt in record.alts or ("",):
                if alt and set(alt.upper()) <= set("ACGTN"):
                    alleles.append((record.chrom, record.pos, str(record.ref), alt))
                else:
                    passed_over += 1
    if passed_over:
        print(f"{path}: {passed_over} symbolic or reference-only alleles", file=sys.stderr)
    return alleles
