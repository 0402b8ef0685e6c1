"""Of which genome a VCF or GFF3 is, by what its header says."""

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import open_bytes

# bases of each chromosome (Genome Reference Consortium, GRCh38 and GRCh37)
_CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")
_LENGTHS = {
    "GRCh38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
        138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
        83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
    ),
    "GRCh37": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
        141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
        81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
    ),
}  # fmt: skip
_OF_LENGTH = {
    (name, length): genome
    for genome, lengths in _LENGTHS.items()
    for name, length in zip(_CHROMOSOMES, lengths, strict=True)
}
_NAMES = (
    ("GRCh38", re.compile(r"grch38|hg38|gcf_000001405\.(?:2[6-9]|[34]\d)")),
    ("GRCh37", re.compile(r"grch37|hg19|\bb37|\bhs37|gcf_000001405\.(?:1[3-9]|2[0-5])\b")),
)
_CONTIG = re.compile(r"##contig=<ID=(?:chr)?([\dXY]+),.*?length=(\d+)")
_REGION = re.compile(r"##sequence-region\s+(?:chr)?([\dXY]+)\s+1\s+(\d+)")
_STATED = re.compile(
    r"(?:##(?:reference|assembly|description|genome-build)|#!(?:genome-build|genome-version|assembly)"
    r"|##contig=<.*?assembly=)(.*)",
    re.IGNORECASE,
)
_MOST = 100_000  # lines of a header


def header_lines(path: Path) -> list[str]:
    """The lines at a file's head that begin with ``#``, without line breaks.

    Raises UserError when it is not text, or compressed and damaged.
    """
    try:
        with open_bytes(path) as lines:
            head: list[str] = []
            for line in islice(lines, _MOST):
                if not line.startswith(b"#"):
                    break
                head.append(line.decode("utf-8").rstrip("\r\n"))
            return head
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); get it again") from None


def genomes_of(head: Iterable[str]) -> set[str]:
    """The genomes that a header speaks of: GRCh38, GRCh37, both in a faulty one, or none.

    The lengths of chromosomes decide; what is stated in words counts only without them, since
    files that were moved from one genome to another keep the old words.
    """
    by_length: set[str] = set()
    by_word: set[str] = set()
    for line in head:
        for form in (_CONTIG, _REGION):
            place = form.match(line)
            if place and (genome := _OF_LENGTH.get((place[1], int(place[2])))):
                by_length.add(genome)
        if stated := _STATED.match(line):
            by_word |= {genome for genome, form in _NAMES if form.search(stated[1].lower())}
    return by_length or by_word


def check_genome(path: Path, head: Iterable[str], genome: str) -> None:
    """Raise UserError when a header speaks of another genome; one that speaks of none passes."""
    other = genomes_of(head) - {genome}
    if genome != "none" and other:
        fault = f"is of {' and '.join(sorted(other))}, not {genome}"
        raise UserError(f"{path}: {fault}; get the file of {genome}")


def check_vcf(path: Path, genome: str, keys: Iterable[str] = ()) -> list[str]:
    """The header of a VCF, which must be of the genome and declare the INFO keys.

    Raises UserError with all that is wrong.
    """
    head = header_lines(path)
    if not head or not head[0].startswith("##fileformat=VCF"):
        raise UserError(f"{path}: is not a VCF; it must begin with ##fileformat=VCF")
    if not head[-1].startswith("#CHROM\t"):
        raise UserError(f"{path}: has no line #CHROM after its header; get it again")
    check_genome(path, head, genome)
    declared = {found[1] for line in head if (found := re.match(r"##INFO=<ID=([^,]+),", line))}
    if lacking := [key for key in keys if key not in declared]:
        raise UserError(f"{path}: declares no INFO key {', '.join(lacking)}; is it the right VCF?")
    return head
