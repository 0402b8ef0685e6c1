"""Cancer Hotspots, release 2: residues and in-frame indels that tumours change more than chance.

The release is an Excel workbook with the sheets SNV-hotspots and INDEL-hotspots. A sheet saved as
tab-separated text is read too; the workbook needs python-calamine. Counts stand behind colons:
``V:897`` is the residue with all its changes, ``E:833`` one change (PMID:29247016).
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dugnad.errors import UserError
from dugnad.knowledge.loaders.release_table import ReleaseTable
from dugnad.knowledge.protein import ProteinChange, protein_change_of
from dugnad.knowledge.variant_tables import SPLICE, Hotspot, InframeHotspot

SOURCE = ("PMID:29247016",)
_COLUMNS = {
    "gene": ("Hugo_Symbol", "Hugo Symbol"),
    "position": ("Amino_Acid_Position", "Codon_Position"),
    "reference": ("Reference_Amino_Acid",),
    "variant": ("Variant_Amino_Acid", "Variant Amino Acid"),
}
_COUNTED = re.compile(r"(.+):(\d+)")
_INDEL = re.compile(r"\d(?:del|ins|dup)")
_POSITION = re.compile(r"[A-Z]?(\d+)(?:\.0)?(?:-(\d+))?")
_SHEETS = ("SNV-hotspots", "INDEL-hotspots")
_WORKBOOK = {".xls", ".xlsx"}
_Row = TypeVar("_Row", Hotspot, InframeHotspot)


@dataclass(frozen=True)
class Hotspots:
    """What a release has, by gene, as our own tables ``hotspots`` and ``inframe_hotspots``."""

    residues: Mapping[str, tuple[Hotspot, ...]]
    indels: Mapping[str, tuple[InframeHotspot, ...]]


def load_hotspots(*paths: Path) -> Hotspots:
    """The hotspots of a workbook, or of its sheets as text; UserError when it is another file.

    Positions are of the transcripts that the release used, which are not all MANE Select.
    """
    residues: dict[tuple[str, int, str], tuple[int, dict[str, int]]] = {}
    indels: dict[tuple[str, int, int], dict[ProteinChange, int]] = defaultdict(dict)
    for path, cells, line in _rows(paths):
        place = _POSITION.fullmatch(cells["position"])
        if not place:
            raise UserError(f"{path}:{line}: '{cells['position']}' is not a residue; get it again")
        gene, first, last = cells["gene"], int(place[1]), int(place[2] or place[1])
        for text in cells["variant"].split("|"):
            name, count = _counted(path, line, text)
            if _INDEL.search(name):
                if (change := protein_change_of(name)) is None:
                    raise UserError(f"{path}:{line}: '{name}' is no protein change; get it again")
                indels[gene, first, last][change] = count
                continue
            letter, total = _counted(path, line, cells["reference"])
            if letter in {"X", SPLICE} or cells["position"].startswith("X"):
                letter, name = "X", SPLICE
            residues.setdefault((gene, first, letter), (total, {}))[1][name] = count
    return Hotspots(
        _by_gene(
            Hotspot(gene, codon, letter, max(total, sum(found.values())), found, SOURCE)
            for (gene, codon, letter), (total, found) in sorted(residues.items())
        ),
        _by_gene(
            InframeHotspot(
                gene, first, last, "indel", sum(found.values()), tuple(found.items()), SOURCE
            )
            for (gene, first, last), found in sorted(indels.items())
        ),
    )


def _by_gene(rows: Iterable[_Row]) -> dict[str, tuple[_Row, ...]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.gene].append(row)
    return {gene: tuple(listed) for gene, listed in found.items()}


def _counted(path: Path, line: int, text: str) -> tuple[str, int]:
    found = _COUNTED.fullmatch(text.strip())
    if not found:
        raise UserError(f"{path}:{line}: '{text}' is not a change and its count; get it again")
    return found[1], int(found[2])


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
