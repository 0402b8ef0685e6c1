"""Read a caller's structural variants (delly, Manta) as junctions: two places and their strands.

All records are kept with the caller's own filters; insertions, and breakends without a mate, are
no junctions and are passed over.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysam

from dugnad.fields import count, counts, field, scalar
from dugnad.files import write_text
from dugnad.rearrangements.sides import (
    CONNECTIONS,
    Junction,
    of_breakend,
    of_connection,
    of_symbol,
)
from dugnad.tables import JUNCTIONS, write_table

pysam.set_verbosity(0)  # a VCF that is read from end to end needs no index

_NOT_CALLED = "##not_called"  # stands in the header that is written in a caller's stead


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--caller", choices=["delly", "manta"], required=True, help="who called")
    parser.add_argument("--calls", type=Path, required=True, help="VCF or BCF")
    parser.add_argument("--tumour", required=True, help="the tumour's column")
    parser.add_argument("--normal", help="the normal's column")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of junctions")
    parser.add_argument("--notes", type=Path, required=True, help="JSON list of what to know")


def main(args: argparse.Namespace) -> None:
    """Write the junctions table."""
    rows = list(read(args.calls, args.caller, args.tumour, args.normal))
    write_table(args.output, rows, JUNCTIONS)
    write_text(args.notes, json.dumps(notes(args.calls, args.caller, args.normal)) + "\n")


def notes(path: Path, caller: str, normal: str | None) -> list[str]:
    """What the file's header says of samples that the caller could not use."""
    with pysam.VariantFile(str(path)) as vcf:
        if _NOT_CALLED in str(vcf.header):
            return [f"{caller} could not be used: the tumour has too few reads for it."]
        if normal and normal not in vcf.header.samples:
            return [f"{caller} read the tumour alone: the normal has too few reads for it."]
    return []


def read(path: Path, caller: str, tumour: str, normal: str | None) -> Iterator[dict[str, Any]]:
    """The rows of a caller's file; a file without samples has none."""
    with pysam.VariantFile(str(path)) as vcf:
        if tumour not in vcf.header.samples:
            return
        seen: set[str] = set()
        for record in vcf:
            mates = field(record.info, "MATEID")
            if seen & set(mates if isinstance(mates, tuple) else (mates,)):
                continue
            seen.add(record.id)
            for joined in junctions_of(record, caller):
                yield _row(record, joined, caller, tumour, normal)


def junctions_of(record: pysam.VariantRecord, caller: str) -> list[Junction]:
    """What a record joins: an INV without a side has two junctions, an insertion none."""
    svtype, alt = str(field(record.info, "SVTYPE")), str((record.alts or ("",))[0])
    connection = field(record.info, "CT")
    if "[" in alt or "]" in alt:
        found = of_breakend(record.chrom, record.pos, str(record.ref), alt)
        return [found] if found else []
    if caller == "delly":
        return _of_delly(record, svtype, connection)
    strands = "++" if field(record.info, "INV3") else "--" if field(record.info, "INV5") else None
    return of_symbol(record.chrom, record.pos, record.stop, svtype.split(":")[0], strands)


def _of_delly(record: pysam.VariantRecord, svtype: str, connection: str) -> list[Junction]:
    """delly's POS and END are bases that are kept, also of deletions and duplications."""
    if connection not in CONNECTIONS or svtype == "INS":
        return []
    mate = field(record.info, "CHR2")
    two = (mate, int(record.info["POS2"])) if mate else (record.chrom, record.stop)
    return [of_connection((record.chrom, record.pos), two, connection)]


def _row(
    record: pysam.VariantRecord, joined: Junction, caller: str, tumour: str, normal: str | None
) -> dict[str, Any]:
    split, pairs, against = _support(record.samples[tumour], caller)
    other = normal if normal and normal in record.samples else None
    in_normal = _support(record.samples[other], caller)[:2] if other else (None, None)
    imprecise = bool(field(record.info, "IMPRECISE"))
    spread = field(record.info, "CIPOS") or (0, 0)
    inserted = scalar(field(record.info, "SVINSSEQ"))
    if caller == "delly":
        inserted = "" if count(record.info, "INSLEN") == 0 else None
    quality = count(record.info, "MAPQ" if imprecise else "SRMAPQ")
    return {
        "called_by": caller,
        "analyte": "dna",
        "chrom_1": joined.one.chrom,
        "pos_1": joined.one.pos,
        "strand_1": joined.one.strand,
        "chrom_2": joined.two.chrom,
        "pos_2": joined.two.pos,
        "strand_2": joined.two.strand,
        "uncertainty": max(map(abs, spread)) if imprecise else 0,
        "split_reads": split,
        "pairs": pairs,
        "reference_1": against,
        "reference_2": against,
        "normal_split_reads": in_normal[0],
        "normal_pairs": in_normal[1],
        "mapping_quality": quality,
        "caller_filters": [name for name in record.filter if name not in {"PASS", "."}],
        "inserted": joined.inserted or inserted,
        "homology": scalar(field(record.info, "HOMLEN")),
    }


def _support(sample: Any, caller: str) -> tuple[int | None, int | None, int | None]:
    """Split reads, pairs, and split reads (or pairs) of the unbroken sequence."""
    if caller == "delly":
        of_pairs, of_reads = count(sample, "DR"), count(sample, "RR")
        return count(sample, "RV"), count(sample, "DV"), of_reads or of_pairs
    reads = counts(sample, "SR", 2) or (0, 0)
    pairs = counts(sample, "PR", 2) or (0, 0)
    return reads[1], pairs[1], reads[0] or pairs[0]
