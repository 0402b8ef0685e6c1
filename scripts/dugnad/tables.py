"""The tables that pass between stages: one Arrow schema each, written as Parquet.

A table is written to a temporary name and renamed, so a killed job leaves nothing half made.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.arrow import leave_out_pandas
from dugnad.errors import UserError
from dugnad.files import replacing

leave_out_pandas()

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
        # highest of the populations' groups, that group, and FILTER of the records, as id: FILTER
        ("population_maximum", pa.float64()),
        ("population_group", pa.string()),
        ("population_filter", pa.string()),
        ("clinical_significance", pa.string()),
        ("clinical_source", pa.string()),
        # ClinVar's: review status, 0 to 4; conditions; oncogenicity
        ("clinical_stars", pa.int64()),
        ("clinical_conditions", _TEXTS),
        ("clinical_oncogenicity", pa.string()),
        ("known_ids", _TEXTS),
        # of all other sources, as id: key=value
        ("annotations", _TEXTS),
        # our own runs: X:A+B+C+D=M/N, and shares of the callable samples
        ("recurrence", pa.string()),
        ("recurrence_tumours", pa.float64()),
        ("recurrence_normals", pa.float64()),
    ]
)

FINDINGS = pa.schema(
    [
        *VARIANTS,
        # of its place, in a tumour cell
        ("copies", pa.float64()),
        ("minor_copies", pa.int64()),
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

BINS = pa.schema(
    [
        ("sample", pa.string()),
        # 0-based, half-open; label: gene or backbone SNP
        ("chrom", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("label", pa.string()),
        ("depth", pa.float64()),
        # against the normals, corrected and centred, and how much it is to be trusted, 0 to 1
        ("log2", pa.float64()),
        ("weight", pa.float64()),
        # SD of log2 in the panel of normals; null against a flat reference
        ("spread", pa.float64()),
    ]
)

BAF_SITES = pa.schema(
    [
        # germline heterozygous sites of the case: 1-based position, tumour's fragments
        ("chrom", pa.string()),
        ("pos", pa.int64()),
        ("depth", pa.int64()),
        ("alt_reads", pa.int64()),
        ("baf", pa.float64()),
        # normal: heterozygous there; population: a common site, without a normal
        ("known_by", pa.string()),
    ]
)

SEGMENTS = pa.schema(
    [
        # 0-based, half-open
        ("chrom", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("bins", pa.int64()),
        ("log2", pa.float64()),
        # SD of the mean
        ("log2_se", pa.float64()),
        # mean share of the rarer allele at heterozygous sites, 0 to 0.5; null with too few
        ("baf", pa.float64()),
        ("baf_sites", pa.int64()),
        # in the tumour's cells, at the purity that is used; copies before rounding
        ("copies", pa.float64()),
        ("copies_lower", pa.float64()),
        ("copies_upper", pa.float64()),
        ("total_copies", pa.int64()),
        ("minor_copies", pa.int64()),
        # in a normal cell of this person: 2, and 1 on X and Y of a man outside the PAR
        ("normal_copies", pa.int64()),
        # one of two parents' copies lost in all tumour cells; null where it cannot be told
        ("loh", pa.bool_()),
    ]
)

COPY_NUMBERS = pa.schema(
    [
        # a gene, or with exons some of its exons alone, such as 2-3
        ("gene", pa.string()),
        ("exons", pa.string()),
        ("chrom", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("bins", pa.int64()),
        ("log2", pa.float64()),
        # against the panel of normals; null with a flat reference
        ("z_score", pa.float64()),
        ("baf", pa.float64()),
        ("baf_sites", pa.int64()),
        ("copies", pa.float64()),
        ("copies_lower", pa.float64()),
        ("copies_upper", pa.float64()),
        ("minor_copies", pa.int64()),
        ("normal_copies", pa.int64()),
        ("loh", pa.bool_()),
        # bases of the segment that it lies in, and whether it is short for a panel's events
        ("segment_length", pa.int64()),
        ("focal", pa.bool_()),
        # amplification, gain, neutral, loss, homozygous_deletion or not_assessable
        ("call", pa.string()),
        # high, medium or low
        ("confidence", pa.string()),
        # in words, with the values and limits that led to the call
        ("reason", pa.string()),
    ]
)

JUNCTIONS = pa.schema(
    [
        # one method's proposal: two places that a molecule joins
        ("called_by", pa.string()),
        ("analyte", pa.string()),
        # 1-based last base kept on either side; strand of what is kept as VCF's BND tells it:
        # "+": bases at and below it stay, "-": bases at and above it stay
        ("chrom_1", pa.string()),
        ("pos_1", pa.int64()),
        ("strand_1", pa.string()),
        ("chrom_2", pa.string()),
        ("pos_2", pa.int64()),
        ("strand_2", pa.string()),
        # bases that may be off on either side; 0: exact
        ("uncertainty", pa.int64()),
        # RNA, when the method tells: gene that comes first in the transcript, and second
        ("gene_5", pa.string()),
        ("gene_3", pa.string()),
        # fragments: read across, pairs around, and reads of the unbroken sequence at either side
        ("split_reads", pa.int64()),
        ("pairs", pa.int64()),
        ("reference_1", pa.int64()),
        ("reference_2", pa.int64()),
        ("normal_split_reads", pa.int64()),
        ("normal_pairs", pa.int64()),
        ("mapping_quality", pa.float64()),
        # the method's own FILTER, without PASS
        ("caller_filters", _TEXTS),
        # bases between the two sides that are of neither, and bases that fit both
        ("inserted", pa.string()),
        ("homology", pa.int64()),
        # places where supporting reads begin; bits a base of the simpler side, 2 at most; and
        # share of bases alike on both sides, beyond the join; null where the method does not tell
        ("read_starts", pa.int64()),
        ("complexity", pa.float64()),
        ("similarity", pa.float64()),
    ]
)

REARRANGEMENTS = pa.schema(
    [
        # fusion, splice_variant, or structural (a gene is broken without a partner)
        ("kind", pa.string()),
        # VICC's gene fusion name, EML4::ALK; or gene and event, MET exon 14 skipping
        ("name", pa.string()),
        ("gene_5", pa.string()),
        ("gene_3", pa.string()),
        ("transcript_5", pa.string()),
        ("transcript_3", pa.string()),
        # the last exon of the first gene and the first of the second that the transcript has
        ("exon_5", pa.int64()),
        ("exon_3", pa.int64()),
        # in_frame, out_of_frame, or unknown, and why
        ("frame", pa.string()),
        # domain that matters, and whether it is kept: kept, lost or unknown
        ("domain", pa.string()),
        ("domain_kept", pa.string()),
        ("known", pa.bool_()),
        ("on_target", _TEXTS),
        # DNA: 1-based, strands as in JUNCTIONS; null without DNA evidence
        ("svtype", pa.string()),
        ("chrom_1", pa.string()),
        ("pos_1", pa.int64()),
        ("strand_1", pa.string()),
        ("chrom_2", pa.string()),
        ("pos_2", pa.int64()),
        ("strand_2", pa.string()),
        ("uncertainty", pa.int64()),
        ("split_reads", pa.int64()),
        ("pairs", pa.int64()),
        ("vaf", pa.float64()),
        ("normal_split_reads", pa.int64()),
        ("normal_pairs", pa.int64()),
        # RNA: the joined bases of the transcript; reads across, around, and of either reference
        ("rna_chrom_1", pa.string()),
        ("rna_pos_1", pa.int64()),
        ("rna_chrom_2", pa.string()),
        ("rna_pos_2", pa.int64()),
        ("rna_split_reads", pa.int64()),
        ("rna_pairs", pa.int64()),
        ("rna_reference_1", pa.int64()),
        ("rna_reference_2", pa.int64()),
        # methods, as analyte:name
        ("called_by", _TEXTS),
        ("filters", _TEXTS),
        ("reason", pa.string()),
    ]
)

MICROSATELLITES = pa.schema(
    [
        ("sample", pa.string()),
        ("name", pa.string()),
        # 0-based, half-open; the run is so many repeats of the unit in the genome
        ("chrom", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("unit", pa.string()),
        ("repeats", pa.int64()),
        # fragments that show the run whole, and those whose mates disagree, which do not count
        ("reads", pa.int64()),
        ("unclear", pa.int64()),
        # of these fragments: so many of each length in repeats, from the first length on
        ("first_length", pa.int64()),
        ("counts", pa.list_(pa.int64())),
    ]
)


REPORTED = pa.schema(
    [
        ("case", pa.string()),
        # small_variant, copy_number, rearrangement or biomarker; its id in the record
        ("kind", pa.string()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("gene", pa.string()),
        # no filter flags it; null: not assessable
        ("passes", pa.bool_()),
        ("filters", _TEXTS),
        ("origin", pa.string()),
        # null without an interpretation; tiers with their level, such as IA
        ("oncogenicity", pa.string()),
        ("oncogenicity_points", pa.int64()),
        ("amp", pa.string()),
        ("escat", pa.string()),
        # drugs in this tumour type, or statements; drugs of others; drug (finding that excludes it)
        ("sensitive", _TEXTS),
        ("resistant", _TEXTS),
        ("diagnostic", _TEXTS),
        ("prognostic", _TEXTS),
        ("elsewhere", _TEXTS),
        ("blocked", _TEXTS),
        ("sources", _TEXTS),
        ("trials", _TEXTS),
        ("trials_near", _TEXTS),
        ("germline", pa.string()),
        ("haematopoiesis", pa.string()),
        ("cautions", _TEXTS),
        # of a person
        ("judgement", pa.string()),
        # 1-based: VCF position, a gene's first base, or the first breakpoint
        ("chrom", pa.string()),
        ("pos", pa.int64()),
        ("ref", pa.string()),
        ("alt", pa.string()),
        ("transcript", pa.string()),
        ("hgvs_g", pa.string()),
        ("hgvs_c", pa.string()),
        ("hgvs_p", pa.string()),
        ("consequence", _TEXTS),
        ("depth", pa.int64()),
        ("alt_reads", pa.int64()),
        ("vaf", pa.float64()),
        ("normal_vaf", pa.float64()),
        ("rna_vaf", pa.float64()),
        ("population_frequency", pa.float64()),
        ("clinical_significance", pa.string()),
        ("hotspot", pa.string()),
        # per tumour cell
        ("copies", pa.float64()),
        ("copies_lower", pa.float64()),
        ("copies_upper", pa.float64()),
        ("minor_copies", pa.int64()),
        ("call", pa.string()),
        ("confidence", pa.string()),
        ("gene_5", pa.string()),
        ("gene_3", pa.string()),
        ("frame", pa.string()),
        ("dna_reads", pa.int64()),
        ("rna_reads", pa.int64()),
        # of biomarkers, with the 95 % interval
        ("value", pa.float64()),
        ("value_lower", pa.float64()),
        ("value_upper", pa.float64()),
        ("unit", pa.string()),
        ("status", pa.string()),
    ]
)


def write_table(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write rows as Parquet; keys absent from a row are null, unknown keys are a bug."""
    write_rows(path, rows, schema)


def write_rows(
    path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema, batch: int = 20_000
) -> None:
    """As ``write_table``, of which no more than ``batch`` rows are held at a time."""
    names = set(schema.names)
    source = iter(rows)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        while listed := list(islice(source, batch)):
            if unknown := {key for row in listed for key in row} - names:
                raise KeyError(f"not in the schema: {', '.join(sorted(unknown))}")
            writer.write_table(pa.Table.from_pylist(listed, schema=schema))


def read_table(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    """The rows of a Parquet table.

    Raises UserError when the file is not such a table: another version of the code wrote it, or it
    is broken.
    """
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise UserError(f"{path}: is not a whole table; remove it and run again") from error
    if table.schema.names != schema.names:
        raise UserError(f"{path}: has other columns than this version; remove it and run again")
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
