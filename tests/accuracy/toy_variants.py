"""A small genome and small variant files for the tests of the comparison."""

from collections.abc import Sequence
from pathlib import Path

import pysam

from dugnad.accuracy.comparing import Comparison, compare
from dugnad.accuracy.variants import CalledVariant, TrueVariant
from dugnad.regions import Region

# 1-based: 11-20 are ten A, 25-32 four times CA, 40-44 GATTC
TOY = "GTCAGTCTGC" + "AAAAAAAAAA" + "GTTG" + "CACACACA" + "TTGTCGG" + "GATTC" + "TGCCGTAGCTTAACGGTC"
WHOLE = [Region("chr1", 0, len(TOY), "all")]


def fasta(folder: Path, **contigs: str) -> Path:
    """An indexed FASTA; the toy genome without contigs."""
    path = folder / "genome.fa"
    contigs = contigs or {"chr1": TOY}
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in contigs.items()))
    pysam.faidx(str(path))
    return path


def true(text: str, vaf: float | None = 0.1, scored: bool = True) -> TrueVariant:
    """A true variant on chr1 from ``POS REF ALT``; ``-`` is no base."""
    return TrueVariant("chr1", *_alleles(text), vaf=vaf, scored=scored)


def call(text: str, vaf: float | None = 0.1, called: bool = True, **more: object) -> CalledVariant:
    """A call on chr1 from ``POS REF ALT``."""
    return CalledVariant("chr1", *_alleles(text), vaf=vaf, called=called, **more)  # type: ignore[arg-type]


def _alleles(text: str) -> tuple[int, str, str]:
    pos, ref, alt = text.split()
    return int(pos), ref, alt


def held(
    folder: Path,
    truth: Sequence[str | TrueVariant],
    calls: Sequence[str | CalledVariant],
    regions: Sequence[Region] = WHOLE,
    unscored: Sequence[Region] = (),
) -> Comparison:
    """The calls against the truth, on the toy genome."""
    return compare(
        [true(item) if isinstance(item, str) else item for item in truth],
        [call(item) if isinstance(item, str) else item for item in calls],
        regions,
        fasta(folder),
        unscored,
    )


def counts(comparison: Comparison) -> tuple[int, int, int]:
    """True positives, false negatives, false positives."""
    return (
        len(comparison.true_positives),
        len(comparison.false_negatives),
        len(comparison.false_positives),
    )


def write_vcf(
    path: Path, records: Sequence[str], samples: Sequence[str] = (), contigs: str = "chr1"
) -> Path:
    """A VCF whose records are columns parted by spaces, from CHROM."""
    header = [
        "##fileformat=VCFv4.2",
        *(f"##contig=<ID={name},length={len(TOY)}>" for name in contigs.split(",")),
        '##FILTER=<ID=low_power,Description="too few reads">',
        '##FILTER=<ID=weak,Description="weak">',
        '##INFO=<ID=EVAF,Number=1,Type=Float,Description="expected VAF">',
        '##INFO=<ID=AF,Number=A,Type=Float,Description="frequency">',
        '##FORMAT=<ID=AF,Number=A,Type=Float,Description="VAF">',
        '##FORMAT=<ID=VF,Number=1,Type=Float,Description="VAF">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads of each allele">',
        '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="reads of the alternative">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="depth">',
    ]
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO"
    if samples:
        columns += " FORMAT " + " ".join(samples)
    lines = [*header, *(line.replace(" ", "\t") for line in (columns, *records))]
    path.write_text("\n".join(lines) + "\n")
    return path
