"""The tables that pass between stages: one Arrow schema each, written as Parquet.

A table is written to a temporary name and renamed, so a killed job leaves nothing half made.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.errors import UserError
from dugnad.files import replacing

_TEXTS = pa.list_(pa.string())

VARIANTS = pa.schema(
    [
        # where: 1-based VCF position, alleles left-aligned and split
        ("chrom", pa.string()),
        ("pos", pa.int64()),
        ("ref", pa.string()),
        ("alt", pa.string()),
        # bases [start, end) that it touches wherever equal placements put it, 0-based
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("called_by", _TEXTS),
        ("caller_filters", _TEXTS),
        # fragments in the tumour, and in its normal and RNA when there are these
        ("depth", pa.int64()),
        ("alt_reads", pa.int64()),
        ("vaf", pa.float64()),
        ("normal_depth", pa.int64()),
        ("normal_alt_reads", pa.int64()),
        ("normal_vaf", pa.float64()),
        ("normal_ratio", pa.float64()),
        ("rna_depth", pa.int64()),
        ("rna_alt_reads", pa.int64()),
        ("rna_vaf", pa.float64()),
        # of the tumour's alternative reads: means in Phred, a median in bases, mismatches
        ("base_quality", pa.float64()),
        ("mapping_quality", pa.float64()),
        ("mapping_quality_loss", pa.float64()),
        ("end_distance", pa.float64()),
        ("extra_mismatches", pa.float64()),
        # bias: symmetric odds ratio; Phred, for changes that damage makes, else 0
        ("strand_odds", pa.float64()),
        ("damage_orientation", pa.float64()),
        # run of one base that an indel lies in, else 0
        ("homopolymer", pa.int64()),
        # other places within 50 bases where the tumour shows a variant
        ("neighbours", pa.int64()),
        # what errors would show: Phred, and VAF over the panel of normals
        ("background_quality", pa.float64()),
        ("background_vaf", pa.float64()),
        ("background_sd", pa.float64()),
        ("normals_share", pa.float64()),
        # other changes on the same fragments, as pos ref>alt
        ("cis_with", _TEXTS),
        # what it does, on the reported transcript
        ("gene", pa.string()),
        ("transcript", pa.string()),
        ("place", pa.string()),
        ("consequence", _TEXTS),
        ("impact", pa.string()),
        ("hgvs_g", pa.string()),
        ("hgvs_c", pa.string()),
        ("hgvs_p", pa.string()),
        ("annotation_note", pa.string()),
        ("other_transcripts", _TEXTS),
        # who has seen it
        ("population_frequency", pa.float64()),
        ("population_source", pa.string()),
        ("clinical_significance", pa.string()),
        ("clinical_source", pa.string()),
        ("known_ids", _TEXTS),
        # our own runs: X:A+B+C+D=M/N, and shares of the callable samples
        ("recurrence", pa.string()),
        ("recurrence_tumours", pa.float64()),
        ("recurrence_normals", pa.float64()),
    ]
)

FINDINGS = pa.schema(
    [
        *VARIANTS,
        ("origin", pa.string()),
        ("origin_reason", pa.string()),
        ("hotspot", pa.string()),
        ("filters", _TEXTS),
        ("not_judged", _TEXTS),
        ("rescued", _TEXTS),
        ("relevance", pa.string()),
        ("relevance_reason", pa.string()),
    ]
)

METRICS = pa.schema(
    [
        ("sample", pa.string()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("status", pa.string()),
        ("source", pa.string()),
        # of the limit that it was held against: is a breach blocking, and why is it there
        ("blocking", pa.bool_()),
        ("why", pa.string()),
    ]
)

COVERAGE = pa.schema(
    [
        ("sample", pa.string()),
        ("kind", pa.string()),
        ("label", pa.string()),
        ("gene", pa.string()),
        # 0-based, half-open; null for the panel and for genes
        ("chrom", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        # share of its bases that lie in the targets, which alone the rest is about
        ("targeted_fraction", pa.float64()),
        ("mean_depth", pa.float64()),
        ("min_depth", pa.int64()),
        ("callable_fraction", pa.float64()),
        ("status", pa.string()),
    ]
)


def write_table(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write rows as Parquet; keys absent from a row are null, unknown keys are a bug."""
    listed = list(rows)
    unknown = {key for row in listed for key in row} - set(schema.names)
    if unknown:
        raise KeyError(f"not in the schema: {', '.join(sorted(unknown))}")
    table = pa.Table.from_pylist(listed, schema=schema)
    with replacing(path) as temporary:
        pq.write_table(table, temporary)


def read_table(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    """The rows of a Parquet table.

    Raises UserError when the file is not such a table: another version of the code wrote it.
    """
    table = pq.read_table(path)
    if table.schema.names != schema.names:
        raise UserError(f"{path}: has other columns than this version; remove it and run again")
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
