"""The truth about a demo case, written and read: one function loads all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast
from urllib.parse import unquote

import pysam
import yaml

from dugnad.demo.expected import Expected, ExpectedCase
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.known import Row, write_vcf
from dugnad.demo.recipe import load
from dugnad.errors import UserError

TRUTH_INFO = (
    '##INFO=<ID=ORIGIN,Number=1,Type=String,Description="somatic, germline or artefact">',
    '##INFO=<ID=EVAF,Number=1,Type=Float,Description="Expected VAF in the tumour sample">',
    '##INFO=<ID=NVAF,Number=1,Type=Float,Description="Expected VAF in the normal sample">',
    '##INFO=<ID=PLANTED,Number=1,Type=Integer,Description="1: chosen by the recipe">',
    '##INFO=<ID=CLONE,Number=1,Type=String,Description="Clone that has it">',
    '##INFO=<ID=GENE,Number=1,Type=String,Description="Gene">',
    '##INFO=<ID=TRANSCRIPT,Number=1,Type=String,Description="Transcript of HGVSC">',
    '##INFO=<ID=HGVSC,Number=1,Type=String,Description="Coding change, percent-encoded">',
    '##INFO=<ID=HGVSP,Number=1,Type=String,Description="Protein change, percent-encoded">',
    '##INFO=<ID=WHY,Number=1,Type=String,Description="Why it is there, percent-encoded">',
)
SEGMENT_COLUMNS = (
    "chrom", "start", "end", "name", "haplotype_1", "haplotype_2", "clone", "clone_fraction",
    "sample_copies", "call", "why",
)  # fmt: skip


@dataclass(frozen=True)
class TruthVariant:
    """A true variant or a made artefact; ``pos`` is 1-based, alleles are left-aligned.

    ``vaf`` is expected in the tumour, ``normal_vaf`` in the normal (None without one).
    ``planted`` ones were chosen, the others drawn at random. Names are None off the exons.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    origin: str
    vaf: float
    normal_vaf: float | None
    planted: bool
    clone: str | None
    gene: str | None
    transcript: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    why: str

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What names the variant everywhere."""
        return self.chrom, self.pos, self.ref, self.alt


@dataclass(frozen=True)
class TruthSegment:
    """A copy-number event: 0-based half-open, copies of either haplotype in cells of ``clone``.

    ``sample_copies`` is what the average cell of the tumour sample has.
    """

    chrom: str
    start: int
    end: int
    name: str
    haplotype_1: int
    haplotype_2: int
    clone: str
    clone_fraction: float
    sample_copies: float
    call: str
    why: str


@dataclass(frozen=True)
class CaseTruth:
    """All that is known of a case."""

    expected: ExpectedCase
    variants: tuple[TruthVariant, ...]
    copy_numbers: tuple[TruthSegment, ...]

    @cached_property
    def planted(self) -> tuple[TruthVariant, ...]:
        """The variants that the recipe chose."""
        return tuple(variant for variant in self.variants if variant.planted)


def write_variants(path: Path, genome: Genome, variants: Iterable[TruthVariant]) -> None:
    """Write the truth VCF of a case."""
    rows = []
    for number, item in enumerate(variants, start=1):
        info: dict[str, str | tuple[str, ...] | None] = {
            "ORIGIN": item.origin,
            "EVAF": f"{item.vaf:.6g}",
            "NVAF": None if item.normal_vaf is None else f"{item.normal_vaf:.6g}",
            "PLANTED": "1" if item.planted else None,
            "CLONE": item.clone,
            "GENE": item.gene,
            "TRANSCRIPT": item.transcript,
            "HGVSC": item.hgvs_c,
            "HGVSP": item.hgvs_p,
            "WHY": item.why,
        }
        known = {key: value for key, value in info.items() if value is not None}
        allele = Allele(item.chrom, item.pos, item.ref, item.alt)
        rows.append(Row(allele, f"synthetic_t{number:03d}", known))
    write_vcf(path, genome, TRUTH_INFO, rows)


def write_copy_numbers(path: Path, segments: Sequence[TruthSegment]) -> None:
    """Write the copy-number BED of a case, with a header line."""
    lines = ["#" + "\t".join(SEGMENT_COLUMNS)]
    lines += ["\t".join(str(getattr(s, name)) for name in SEGMENT_COLUMNS) for s in segments]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_expected(path: Path, expected: Expected) -> None:
    """Write what is expected beside variants and copy numbers."""
    text = yaml.safe_dump(expected.model_dump(mode="json"), sort_keys=False, width=100)
    path.write_text(text, encoding="utf-8")


def load_expected(directory: Path) -> Expected:
    """What is expected of every case of the demo in ``directory``."""
    path = directory / "truth" / "expected.yaml"
    if not path.is_file():
        raise UserError(f"{path}: file not found; 'dugnad demo' makes it")
    return load(path, Expected)


def load_truth(directory: Path, case: str) -> CaseTruth:
    """The whole truth about ``case`` of the demo in ``directory``.

    Raises UserError when the demo or the case is not there.
    """
    cases = {item.case: item for item in load_expected(directory).cases}
    if case not in cases:
        raise UserError(f"{directory}: the demo has no case {case}; it has {', '.join(cases)}")
    with pysam.VariantFile(str(directory / "truth" / f"{case}.variants.vcf.gz")) as records:
        variants = tuple(_variant(record) for record in records)
    return CaseTruth(cases[case], variants, _segments(directory / f"truth/{case}.copy_numbers.bed"))


def _segments(path: Path) -> tuple[TruthSegment, ...]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return tuple(
        TruthSegment(
            chrom=row[0],
            start=int(row[1]),
            end=int(row[2]),
            name=row[3],
            haplotype_1=int(row[4]),
            haplotype_2=int(row[5]),
            clone=row[6],
            clone_fraction=float(row[7]),
            sample_copies=float(row[8]),
            call=row[9],
            why=row[10],
        )
        for row in rows
    )


def _variant(record: pysam.VariantRecord) -> TruthVariant:
    def text(key: str) -> str | None:
        return unquote(cast(str, record.info[key])) if key in record.info else None

    return TruthVariant(
        chrom=record.chrom,
        pos=record.pos,
        ref=cast(str, record.ref),
        alt=cast(tuple[str, ...], record.alts)[0],
        origin=text("ORIGIN") or "",
        vaf=round(record.info["EVAF"], 6),
        normal_vaf=round(record.info["NVAF"], 6) if "NVAF" in record.info else None,
        planted="PLANTED" in record.info,
        clone=text("CLONE"),
        gene=text("GENE"),
        transcript=text("TRANSCRIPT"),
        hgvs_c=text("HGVSC"),
        hgvs_p=text("HGVSP"),
        why=text("WHY") or "",
    )
