"""OncoTree's JSON, as its interface gives it; read by ``knowledge.tumour_types``."""

from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.tumour_types import TumourTypes


def load_oncotree(path: Path) -> TumourTypes:
    """The tumour types of a release; UserError when it is another file."""
    return TumourTypes.read(path)


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not a release of OncoTree."""
    del genome  # tumour types are of no genome
    if len(load_oncotree(path).nodes) < 2:
        raise UserError(f"{path}: has no tumour types; get it again")


def release_of(path: Path) -> str | None:
    """None: the file does not state its release, and its name is the catalogue's."""
    del path
    return None
