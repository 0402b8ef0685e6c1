"""Readers of what others publish, in the form in which they publish it.

Each loader's module has ``check(path, genome)``, which raises UserError for a file that is not what
it should be, and ``release_of(path)``, the release that the file states of itself, or None.
"""

import importlib
from pathlib import Path

_HERE = "dugnad.knowledge.loaders"

LOADERS: dict[str, str | None] = {
    "annotation": f"{_HERE}.annotation",
    "civic": f"{_HERE}.civic",
    "civic_vcf": f"{_HERE}.civic_vcf",
    "clingen": f"{_HERE}.gene_lists",
    "clinvar": f"{_HERE}.clinvar",
    "cosmic": f"{_HERE}.known_vcf",
    "dbsnp": f"{_HERE}.known_vcf",
    "gnomad": f"{_HERE}.gnomad",
    "hotspots": f"{_HERE}.hotspots",
    "mane": f"{_HERE}.mane",
    "oncotree": f"{_HERE}.oncotree",
    "none": None,
}
"""Loaders by the id that resources.yaml gives them; None: it is kept and not read."""


def check(loader: str, path: Path, genome: str) -> None:
    """Look at a file's head; UserError when it is another kind of file, or of another genome."""
    if module := LOADERS[loader]:
        importlib.import_module(module).check(path, genome)


def release_of(loader: str, path: Path) -> str | None:
    """The release that a file states of itself; None when it states none."""
    if module := LOADERS[loader]:
        found: str | None = importlib.import_module(module).release_of(path)
        return found
    return None
