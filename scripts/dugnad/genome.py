"""What the reference genome's files say of themselves."""

import re
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes

_NAME = re.compile(rb"(?:^|;)Name=([^;\r\n]+)")


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


def contigs_and_genes(annotation: Path) -> tuple[set[str], set[str]]:
    """The contigs and the gene names of a GFF3, in one pass."""
    contigs: set[bytes] = set()
    genes: set[str] = set()
    with open_bytes(annotation) as lines:
        for line in lines:
            if line.startswith(b"#"):
                continue
            cells = line.split(b"\t", 8)
            if len(cells) == 9:
                contigs.add(cells[0])
                if cells[2].endswith(b"gene") and (name := _NAME.search(cells[8])):
                    genes.add(name[1].decode())
    return {contig.decode() for contig in contigs}, genes
