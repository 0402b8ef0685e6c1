"""Gene annotation in GFF3, of Ensembl and GENCODE; transcripts are read by the annotation stage."""

import re
from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.loaders.genomes import check_genome, header_lines


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not GFF3, or is of another genome."""
    head = header_lines(path)
    if not head or not head[0].startswith("##gff-version 3"):
        raise UserError(f"{path}: is not GFF3; it must begin with ##gff-version 3")
    check_genome(path, head, genome)


def release_of(path: Path) -> str | None:
    """GENCODE's version, as its description gives it; Ensembl's stands in the file's name alone."""
    for line in header_lines(path):
        if found := re.match(r"##description:.*version (\d+)", line):
            return found[1]
    found = re.search(r"\.GRCh3[78]\.(\d+)\.", path.name)
    return found[1] if found else None
