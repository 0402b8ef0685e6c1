"""Small genomes, and files of known sites on them."""

from pathlib import Path
from typing import Any

import pysam

from builders import sequence
from dugnad.annotation.seen import seen
from dugnad.annotation.sources import Sources, open_sources
from dugnad.vcf import Call, Support

REPEAT = 1000  # 0-based begin of CACACACACA in chr1 of the small genome
SEQUENCES = {
    "chr1": sequence(REPEAT, 11)[:-1] + "G" + "CA" * 5 + "T" + sequence(2000, 12),
    "chr2": sequence(2000, 13),
}
INFO = (
    "AF=A,Float AF_afr=A,Float AF_nfe=A,Float AF_popmax=A,Float popmax=A,String"
    " CLNSIG=.,String CLNREVSTAT=.,String CLNDN=.,String ONC=.,String SCI=.,String"
    " CNT=1,Integer FLAG=0,Flag TEXT=.,String"
)


def genome(folder: Path, sequences: dict[str, str] | None = None) -> Path:
    """A FASTA with its index."""
    path = folder / "genome.fa"
    path.write_text("".join(f">{n}\n{s}\n" for n, s in (sequences or SEQUENCES).items()))
    pysam.faidx(str(path))
    return path


def base(chrom: str, pos: int, length: int = 1) -> str:
    """The genome's bases from a 1-based position on."""
    return SEQUENCES[chrom][pos - 1 : pos - 1 + length]


def other(letter: str) -> str:
    """Another base."""
    return "ACGTA"["ACGT".index(letter) + 1]


def sites(path: Path, *records: str, header: str = "", info: str = INFO) -> Path:
    """A VCF, compressed and indexed; records have spaces for tabs, and seven fields."""
    declared = ""
    for word in info.split():
        key, _, number = word.partition("=")
        count, _, kind = number.partition(",")
        declared += f'##INFO=<ID={key},Number={count},Type={kind},Description="x">\n'
    lines = ["#CHROM POS ID REF ALT QUAL FILTER INFO", *records]
    table = "".join(line.replace(" ", "\t") + "\n" for line in lines)
    path.write_text("##fileformat=VCFv4.2\n" + header + declared + table)
    return Path(pysam.tabix_index(str(path), preset="vcf", force=True))


def table(path: Path, *rows: str, pos: int = 2, **index: Any) -> Path:
    """A TSV, compressed and indexed; spaces for tabs."""
    path.write_text("".join(row.replace(" ", "\t") + "\n" for row in rows))
    columns = {"seq_col": 0, "start_col": pos - 1, "end_col": pos - 1, **index}
    return Path(pysam.tabix_index(str(path), force=True, **columns))


def bed(path: Path, *rows: str) -> Path:
    """A BED, compressed and indexed; spaces for tabs."""
    path.write_text("".join(row.replace(" ", "\t") + "\n" for row in rows))
    return Path(pysam.tabix_index(str(path), preset="bed", force=True))


def call(text: str) -> Call:
    """A call from ``chrom pos ref alt``."""
    chrom, pos, ref, alt = text.split()
    return Call(chrom, int(pos), ref, alt, Support(), None)


def opened(fasta: Path, *sources: str) -> Sources:
    """Sources from words as verbs take them."""
    return open_sources([words.split() for words in sources], fasta)


def told(fasta: Path, source: str, allele: str) -> dict[str, Any]:
    """The columns of a call by one source, those that are empty left out."""
    row = seen(call(allele), opened(fasta, source))
    return {key: value for key, value in row.items() if value not in (None, [])}
