"""What the reference genome's files say of themselves."""

from collections.abc import Mapping
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes

_CHROMOSOMES = [*map(str, range(1, 23)), "X", "Y"]
_LENGTHS = {
    "GRCh37": """
        249250621 243199373 198022430 191154276 180915260 171115067 159138663 146364022
        141213431 135534747 135006516 133851895 115169878 107349540 102531392 90354753 81195210
        78077248 59128983 63025520 48129895 51304566 155270560 59373566
    """,
    "GRCh38": """
        248956422 242193529 198295559 190214555 181538259 170805979 159345973 145138636
        138394717 133797422 135086622 133275309 114364328 107043718 101991189 90338345 83257441
        80373285 58617616 64444167 46709983 50818468 156040895 57227415
    """,
}
ASSEMBLIES = {
    name: dict(zip(_CHROMOSOMES, map(int, text.split()), strict=True))
    for name, text in _LENGTHS.items()
}
"""Lengths of the chromosomes of the Genome Reference Consortium's assemblies, bases."""


def contig_lengths(fasta: Path) -> dict[str, int]:
    """Contigs of a FASTA and their lengths in bases, from its ``.fai`` or by reading it.

    Raises UserError when the file is not FASTA.
    """
    index = Path(f"{fasta}.fai")
    if index.is_file() and index.stat().st_mtime >= fasta.stat().st_mtime:
        rows = (line.split("\t") for line in index.read_text().splitlines())
        return {row[0]: int(row[1]) for row in rows}
    lengths: dict[str, int] = {}
    name = None
    with open_bytes(fasta) as lines:
        for line in lines:
            if line.startswith(b">"):
                name = line[1:].split(None, 1)[0].decode()
                lengths[name] = 0
            elif name is None:
                shown = got(line[:40].decode(errors="replace").strip())
                raise UserError(f"{fasta}:1: is not FASTA {shown}; begin it with '>' and a name")
            else:
                lengths[name] += len(line.strip())
    if not lengths:
        raise UserError(f"{fasta}:1: is empty; name the reference genome's FASTA")
    return lengths


def assembly_of(lengths: Mapping[str, int]) -> str | None:
    """The human assembly that chromosomes of these lengths are of; None where they fit none."""
    plain = {name.removeprefix("chr"): length for name, length in lengths.items()}
    for assembly, expected in ASSEMBLIES.items():
        shared = plain.keys() & expected.keys()
        if shared and all(plain[name] == expected[name] for name in shared):
            return assembly
    return None
