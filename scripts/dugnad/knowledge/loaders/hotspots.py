"""Cancer Hotspots, release 2: residues and in-frame indels that tumours change more than chance.

The release is an Excel workbook with the sheets SNV-hotspots and INDEL-hotspots. A sheet saved as
tab-separated text is read too; the workbook needs python-calamine. Counts stand behind colons:
``V:897`` is the residue with all its changes, ``E:833`` one change (PMID:29247016).
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.loaders.release_table import ReleaseTable

SOURCE = "PMID:29247016"
_COLUMNS = {
    "gene": ("Hugo_Symbol", "Hugo Symbol"),
    "position": ("Amino_Acid_Position", "Codon_Position"),
    "reference": ("Reference_Amino_Acid",),
    "variant": ("Variant_Amino_Acid", "Variant Amino Acid"),
}
_COUNTED = re.compile(r"(.+):(\d+)")
_SPLICE = re.compile(r"X\d+")
_SHEETS = ("SNV-hotspots", "INDEL-hotspots")
_WORKBOOK = {".xls", ".xlsx"}


@dataclass(frozen=True)
class Hotspot:
    """A residue: how often any change was seen, and each change by one letter (``*`` a stop)."""

    gene: str
    codon: int
    reference: str
    samples: int
    changes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class IndelHotspot:
    """A stretch of residues, both ends inclusive, with in-frame deletions, insertions or both."""

    gene: str
    first: int
    last: int
    kind: str
    """deletion, insertion or indel."""
    samples: int


@dataclass(frozen=True)
class Hotspots:
    """What a release has. ``splice`` are sites that are no residue, as gene and name: MET X1010."""

    residues: tuple[Hotspot, ...]
    indels: tuple[IndelHotspot, ...]
    splice: tuple[str, ...]


def load_hotspots(*paths: Path) -> Hotspots:
    """The hotspots of a workbook, or of its sheets as text; UserError when it is another file."""
    residues: dict[tuple[str, int], tuple[str, int, dict[str, int]]] = {}
    indels: dict[tuple[str, int, int], dict[str, int]] = defaultdict(dict)
    splice: set[str] = set()
    for path, cells, line in _rows(paths):
        position, gene = cells["position"].removesuffix(".0"), cells["gene"]
        if ends := re.fullmatch(r"(\d+)-(\d+)", position):
            kind, count = _change(path, line, cells["variant"])
            indels[gene, int(ends[1]), int(ends[2])][kind] = count
        elif cells["reference"].startswith("splice") or _SPLICE.fullmatch(position):
            splice.add(f"{gene} {position}")
        elif not position.isdecimal():
            raise UserError(f"{path}:{line}: '{position}' is not a residue; get it again")
        else:
            reference, total = _change(path, line, cells["reference"])
            entry = residues.setdefault((gene, int(position)), (reference, total, {}))
            for text in cells["variant"].split("|"):
                letter, count = _change(path, line, text)
                entry[2][letter] = count
    return Hotspots(
        tuple(
            Hotspot(gene, codon, reference, samples, tuple(sorted(found.items(), key=_often)))
            for (gene, codon), (reference, samples, found) in sorted(residues.items())
        ),
        tuple(
            IndelHotspot(gene, first, last, _kind(found), sum(found.values()))
            for (gene, first, last), found in sorted(indels.items())
        ),
        tuple(sorted(splice)),
    )


def _often(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _change(path: Path, line: int, text: str) -> tuple[str, int]:
    found = _COUNTED.fullmatch(text.strip())
    if not found:
        raise UserError(f"{path}:{line}: '{text}' is not a change and its count; get it again")
    return found[1], int(found[2])


def _kind(found: dict[str, int]) -> str:
    """Whether a stretch's indels all shorten, all lengthen, or do both."""
    lengthens = {_lengthens(name) for name in found}
    if lengthens == {True}:
        return "insertion"
    return "deletion" if lengthens == {False} else "indel"


def _lengthens(name: str) -> bool | None:
    """Of a delins the sizes decide; None where a name does not tell."""
    from dugnad.knowledge.protein import protein_change_of

    change = protein_change_of(name)
    growth = change.growth if change else None
    return None if not growth else growth > 0


def _rows(paths: tuple[Path, ...]) -> Iterator[tuple[Path, dict[str, str], int]]:
    for path in paths:
        if path.suffix in _WORKBOOK:
            with tempfile.TemporaryDirectory(prefix="dugnad-hotspots-") as folder:
                for sheet in _sheets(path, Path(folder)):
                    for line, cells in _table(sheet).rows():
                        yield path, cells, line
        else:
            for line, cells in _table(path).rows():
                yield path, cells, line


def _table(path: Path) -> ReleaseTable:
    return ReleaseTable(path, _COLUMNS, tuple(_COLUMNS), quoted=True)


def _sheets(path: Path, folder: Path) -> list[Path]:
    """The workbook's sheets as text."""
    import pandas as pd

    try:
        book = pd.read_excel(path, sheet_name=None, dtype=str, engine="calamine")
    except ImportError:
        raise UserError(
            f"{path}: needs python-calamine to be read; install it, or save the sheets"
            f" {' and '.join(_SHEETS)} as tab-separated text"
        ) from None
    except Exception as error:  # whatever a workbook's reader raises
        raise UserError(f"{path}: is not a workbook ({error}); get it again") from None
    found: list[Path] = []
    for sheet in book.values():
        if set(_COLUMNS["gene"]) & set(sheet.columns) and "Variant_Amino_Acid" in sheet.columns:
            target = folder / f"{len(found)}.tsv"
            sheet.to_csv(target, sep="\t", index=False)
            found.append(target)
    if not found:
        raise UserError(f"{path}: has no sheet {' or '.join(_SHEETS)}; is it the right workbook?")
    return found


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not a workbook, or not the table of hotspots."""
    del genome  # residues are of no genome
    if path.suffix in _WORKBOOK:
        with path.open("rb") as file:
            head = file.read(4)
        if head not in {b"\xd0\xcf\x11\xe0", b"PK\x03\x04"}:  # OLE2; zip
            raise UserError(f"{path}: is not an Excel workbook; get it again")
    else:
        _table(path)


def release_of(path: Path) -> str | None:
    """The release that the file's name states, as v2."""
    found = re.search(r"_(v\d+)", path.name)
    return found[1] if found else None
