"""What the reference genome's files say of themselves."""

from collections.abc import Iterator
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes


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


def share_contigs(annotation: Path, lengths: dict[str, int], fasta: Path) -> Iterator[str]:
    """One problem when a GFF3 has features and none on a contig of the genome."""
    first = None
    with open_bytes(annotation) as lines:
        for line in lines:
            if line.startswith(b"#") or b"\t" not in line:
                continue
            contig = line.split(b"\t", 1)[0].decode()
            if contig in lengths:
                return
            first = first or contig
    if first:
        theirs = next(iter(lengths))
        yield (
            f"{annotation}: shares no contig with {fasta} (got {first!r}, the genome has"
            f" {theirs!r}); use files of one genome, with or without 'chr' throughout"
        )
