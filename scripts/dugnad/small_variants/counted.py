"""The recounted variants as VCF: fields are named as GATK names them, where it has a name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysam

from dugnad.alleles import as_vcf, base_beside
from dugnad.files import replacing
from dugnad.small_variants.candidates import Candidate
from dugnad.small_variants.noise import Background
from dugnad.small_variants.proposals import vcf_header
from dugnad.small_variants.recount import Evidence
from dugnad.small_variants.votes import Locus

HEADER = (
    '##INFO=<ID=CALLED_BY,Number=.,Type=String,Description="Callers that propose it">',
    '##INFO=<ID=CALLER_FILTERS,Number=.,Type=String,Description="Their filters, caller:FILTER">',
    '##INFO=<ID=CIS_WITH,Number=.,Type=String,Description="Variants on the same fragments">',
    '##INFO=<ID=NEIGHBOURS,Number=1,Type=Integer,Description="Others within 50 bases">',
    '##INFO=<ID=HOMOPOLYMER,Number=1,Type=Integer,Description="Longest run of one base at it">',
    "##INFO=<ID=BACKGROUND_QUALITY,Number=1,Type=Float,"
    'Description="Phred-scaled probability of the tumour\'s reads by error alone">',
    '##INFO=<ID=BACKGROUND_VAF,Number=1,Type=Float,Description="Mean VAF in the normals">',
    '##INFO=<ID=BACKGROUND_SD,Number=1,Type=Float,Description="Its standard deviation">',
    '##INFO=<ID=NORMALS,Number=2,Type=Integer,Description="Normals that have it, and all">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Fragments that show an allele">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Fragments of either allele">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Share of the alternative allele">',
    "##FORMAT=<ID=SB,Number=4,Type=Integer,"
    'Description="Reads: reference forward, reverse, alternative forward, reverse">',
    '##FORMAT=<ID=F1R2,Number=R,Type=Integer,Description="Reads of F1R2 orientation">',
    '##FORMAT=<ID=F2R1,Number=R,Type=Integer,Description="Reads of F2R1 orientation">',
    '##FORMAT=<ID=MBQ,Number=1,Type=Float,Description="Mean base quality, alternative reads">',
    '##FORMAT=<ID=MMQ,Number=1,Type=Float,Description="Mean mapping quality, alternative reads">',
    "##FORMAT=<ID=MQL,Number=1,Type=Float,"
    'Description="Mean mapping quality of reference reads less that of alternative reads">',
    "##FORMAT=<ID=MPOS,Number=1,Type=Float,"
    'Description="Median distance to the end of the read, alternative reads">',
    "##FORMAT=<ID=XNM,Number=1,Type=Float,"
    'Description="Mean mismatches beyond the change, above those of reference reads">',
)
_DIGITS = 4


@dataclass(frozen=True)
class Counted:
    """An event with its evidence in each sample, and what the normals say of it."""

    event: Candidate
    locus: Locus
    evidence: tuple[Evidence, ...]
    background: Background | None
    background_quality: float
    cis_with: tuple[str, ...] = ()
    neighbours: int = 0

    @property
    def name(self) -> str:
        """Position and alleles, as VCF writes them: ``55 A>G``."""
        pos, ref, alt = self.as_vcf
        return f"{pos} {ref}>{alt}"

    @property
    def as_vcf(self) -> tuple[int, str, str]:
        """1-based position, REF and ALT."""
        change = self.locus.change
        return as_vcf(change, self.locus.reference(*base_beside(change)))


def write_counted(
    path: Path,
    variants: Iterable[Counted],
    samples: Sequence[str],
    fasta: pysam.FastaFile,
    told: Iterable[str],
) -> None:
    """Write block-compressed VCF, whole or not at all; ``told`` are further header lines."""
    header = vcf_header(fasta, samples, (*HEADER, *told))
    with (
        replacing(path) as temporary,
        pysam.VariantFile(str(temporary), "wz", header=header) as out,
    ):
        for variant in variants:
            out.write(_record(out, variant, samples))


def _record(
    out: pysam.VariantFile, variant: Counted, samples: Sequence[str]
) -> pysam.VariantRecord:
    pos, ref, alt = variant.as_vcf
    record = out.new_record(variant.event.chrom, pos - 1, alleles=(ref, alt), info=_info(variant))
    for name, evidence in zip(samples, variant.evidence, strict=True):
        for key, value in _format(evidence).items():
            record.samples[name][key] = value
    return record


def _info(variant: Counted) -> dict[str, Any]:
    event, background = variant.event, variant.background
    info: dict[str, Any] = {
        "CALLED_BY": sorted(event.called_by),
        "HOMOPOLYMER": variant.locus.homopolymer,
        "NEIGHBOURS": variant.neighbours,
        "BACKGROUND_QUALITY": round(variant.background_quality, 1),
    }
    if variant.cis_with:
        info["CIS_WITH"] = [name.replace(" ", "_") for name in variant.cis_with]
    if event.caller_filters:
        info["CALLER_FILTERS"] = sorted(event.caller_filters)
    if background is not None:
        info["BACKGROUND_VAF"] = round(background.vaf, 6)
        info["BACKGROUND_SD"] = round(background.sd, 6)
        info["NORMALS"] = (background.germline, background.total)
    return info


def _format(evidence: Evidence) -> dict[str, Any]:
    values: dict[str, Any] = {
        "DP": evidence.depth,
        "AD": (evidence.depth - evidence.alt_reads, evidence.alt_reads),
        "SB": (
            evidence.forward[0],
            evidence.reverse[0],
            evidence.forward[1],
            evidence.reverse[1],
        ),
        "F1R2": evidence.f1r2,
        "F2R1": evidence.f2r1,
    }
    measured = {
        "AF": evidence.vaf,
        "MBQ": evidence.base_quality,
        "MMQ": evidence.mapping_quality,
        "MQL": evidence.mapping_quality_loss,
        "MPOS": evidence.end_distance,
        "XNM": evidence.extra_mismatches,
    }
    return values | {k: round(v, _DIGITS) for k, v in measured.items() if v is not None}
