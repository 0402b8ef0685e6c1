"""VCFs that give a variant a name: dbSNP's rs numbers and COSMIC's numbers."""

import re
from pathlib import Path

from dugnad.knowledge.loaders.genomes import check_vcf, header_lines


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not a VCF of the genome."""
    check_vcf(path, genome)


def release_of(path: Path) -> str | None:
    """dbSNP's build (``b157``), or COSMIC's version (``v103``)."""
    for line in header_lines(path):
        if found := re.match(r"##dbSNP_BUILD_ID=(\d+)", line):
            return f"b{found[1]}"
        if found := re.match(r"##source=COSMIC_?(v\d+)", line, re.IGNORECASE):
            return found[1]
    return None
