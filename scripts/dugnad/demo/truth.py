"""The truth about a demo case: what was planted, where, and at which fraction."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import unquote

import pysam

from dugnad.demo.genome import Genome
from dugnad.demo.known import Row, write_vcf
from dugnad.demo.recipe import Planted
from dugnad.demo.variants import Resolved
from dugnad.errors import UserError

TRUTH_INFO = (
    '##INFO=<ID=ORIGIN,Number=1,Type=String,Description="somatic or germline">',
    '##INFO=<ID=EVAF,Number=1,Type=Float,Description="Expected VAF in the tumour sample">',
    '##INFO=<ID=NVAF,Number=1,Type=Float,Description="Expected VAF in the normal sample">',
    '##INFO=<ID=GENE,Number=1,Type=String,Description="Gene">',
    '##INFO=<ID=TRANSCRIPT,Number=1,Type=String,Description="Transcript of HGVSC">',
    '##INFO=<ID=HGVSC,Number=1,Type=String,Description="Coding change, percent-encoded">',
    '##INFO=<ID=HGVSP,Number=1,Type=String,Description="Protein change, percent-encoded">',
    '##INFO=<ID=WHY,Number=1,Type=String,Description="Why it was planted, percent-encoded">',
)


@dataclass(frozen=True)
class TruthVariant:
    """A planted variant; ``pos`` is 1-based, ``ref`` and ``alt`` are left-aligned.

    ``vaf`` is the expected one in the tumour. ``hgvs_p`` is None where no coding base is touched.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    origin: str
    vaf: float
    normal_vaf: float
    gene: str
    transcript: str
    hgvs_c: str
    hgvs_p: str | None
    why: str


def write_truth(
    path: Path, genome: Genome, transcripts: dict[str, str], variants: Iterable[Resolved[Planted]]
) -> None:
    """Write the truth VCF of a case; ``transcripts`` gives each gene's preferred transcript."""
    rows = []
    for number, variant in enumerate(variants, start=1):
        claim = variant.claim
        info: dict[str, str | tuple[str, ...]] = {
            "ORIGIN": claim.origin,
            "EVAF": f"{claim.tumour_vaf:g}",
            "NVAF": f"{claim.normal_vaf:g}",
            "GENE": claim.gene,
            "TRANSCRIPT": transcripts[claim.gene],
            "HGVSC": claim.change,
        }
        if claim.protein is not None:
            info["HGVSP"] = claim.protein
        info["WHY"] = claim.why
        rows.append(Row(variant.allele, f"synthetic_t{number:02d}", info))
    write_vcf(path, genome, TRUTH_INFO, rows)


def load_truth(directory: Path, case: str) -> list[TruthVariant]:
    """What was planted in ``case`` of the demo in ``directory``, in genome order.

    Raises UserError when there is no such truth file.
    """
    path = directory / "truth" / f"{case}.variants.vcf.gz"
    if not path.is_file():
        raise UserError(f"{path}: file not found; 'dugnad demo' makes it")
    with pysam.VariantFile(str(path)) as records:
        return [_read(record) for record in records]


def _read(record: pysam.VariantRecord) -> TruthVariant:
    def text(key: str) -> str:
        return unquote(cast(str, record.info[key]))

    return TruthVariant(
        chrom=record.chrom,
        pos=record.pos,
        ref=cast(str, record.ref),
        alt=cast(tuple[str, ...], record.alts)[0],
        origin=text("ORIGIN"),
        vaf=round(record.info["EVAF"], 6),
        normal_vaf=round(record.info["NVAF"], 6),
        gene=text("GENE"),
        transcript=text("TRANSCRIPT"),
        hgvs_c=text("HGVSC"),
        hgvs_p=text("HGVSP") if "HGVSP" in record.info else None,
        why=text("WHY"),
    )
