"""What an alteration means for treatment, diagnosis or prognosis: our own table, row by row."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from dugnad.errors import UserError
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.tsv import Row, read_rows
from dugnad.record_interpretation import Effect

AmpLevel = Literal["A", "B", "C", "D"]
ESCAT = ("IA", "IB", "IC", "IIA", "IIB", "IIIA", "IIIB", "IVA", "IVB", "V", "X")
ANYWHERE = ("any", "any_solid")
COLUMNS = (
    "id", "alteration", "requires", "unless", "tumour_types", "not_tumour_types", "effect",
    "drugs", "amp_level", "escat", "setting", "statement", "source", "date",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?(?:-\d\d)?")


@dataclass(frozen=True)
class Therapy:
    """One row: an alteration in some tumour types, what follows from it, and who says so."""

    id: str
    alteration: Alteration
    requires: tuple[Alteration, ...]
    unless: tuple[Alteration, ...]
    tumour_types: tuple[str, ...]
    not_tumour_types: tuple[str, ...]
    effect: Effect
    drugs: tuple[str, ...]
    amp_level: AmpLevel | None
    escat: str | None
    setting: str | None
    statement: str
    source: tuple[str, ...]
    date: str
    resource: str = "dugnad"


def read_therapies(folder: Path, codes: Collection[str]) -> tuple[Therapy, ...]:
    """All rows of a folder's tables; UserError with the faults of all files at once.

    Args:
        folder: holds ``*.tsv`` of one schema.
        codes: tumour types that are known.
    """
    rows: list[Therapy] = []
    problems: list[str] = []
    places: dict[str, list[str]] = defaultdict(list)

    def build(row: Row) -> Therapy:
        places[row["id"]].append(f"{row.path}:{row.line}")
        return _therapy(row, codes)

    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise UserError(f"{folder}: holds no table; name a folder of knowledge")
    for path in paths:
        try:
            rows += read_rows(path, COLUMNS, build)
        except UserError as error:
            problems += error.problems
    problems += _twice(places)
    if problems:
        raise UserError(problems)
    return tuple(rows)


def _twice(places: dict[str, list[str]]) -> Iterator[str]:
    for name, where in places.items():
        for place in where[1:]:
            yield f"{place}: id: is also at {where[0]} (got '{name}'); rename one"


def _therapy(row: Row, codes: Collection[str]) -> Therapy:
    if not _ID.fullmatch(row["id"]):
        raise row.fault("id", "may hold a to z, digits and hyphens only")
    alteration = _alterations(row, "alteration")
    if len(alteration) != 1 or alteration[0].kind == "wild_type":
        raise row.fault("alteration", "must be one alteration, not wild_type")
    effect: Effect = row.among("effect", get_args(Effect))  # type: ignore[assignment]
    drugs = row.listed("drugs")
    if (effect in {"sensitivity", "resistance"}) != bool(drugs):
        raise row.fault("drugs", f"of {effect}: drugs belong to sensitivity and resistance")
    if not _DATE.fullmatch(row["date"]):
        raise row.fault("date", "must be YYYY or YYYY-MM")
    if not row["statement"]:
        raise row.fault("statement", "is missing; say in one sentence what follows")
    level: AmpLevel = row.among("amp_level", get_args(AmpLevel))  # type: ignore[assignment]
    return Therapy(
        id=row["id"],
        alteration=alteration[0],
        requires=_alterations(row, "requires"),
        unless=_alterations(row, "unless"),
        tumour_types=_codes(row, "tumour_types", {*codes, *ANYWHERE}, required=True),
        not_tumour_types=_codes(row, "not_tumour_types", {*codes, *ANYWHERE}),
        effect=effect,
        drugs=drugs,
        amp_level=level,
        escat=row.among("escat", (*ESCAT, "")) or None,
        setting=row["setting"] or None,
        statement=row["statement"],
        source=row.sources(),
        date=row["date"],
    )


def _alterations(row: Row, column: str) -> tuple[Alteration, ...]:
    try:
        return tuple(parse_alteration(text) for text in row.listed(column))
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _codes(
    row: Row, column: str, known: Collection[str], required: bool = False
) -> tuple[str, ...]:
    found = row.listed(column)
    if required and not found:
        raise row.fault(column, "is missing; write OncoTree codes, any or any_solid")
    if unknown := [code for code in found if code not in known]:
        raise row.fault(column, f"{', '.join(unknown)} is not in tumour_types.tsv")
    return found


def of_gene(rows: Iterable[Therapy]) -> dict[str, tuple[Therapy, ...]]:
    """The rows by each gene or biomarker that their alteration names."""
    found: dict[str, list[Therapy]] = defaultdict(list)
    for row in rows:
        for name in row.alteration.genes or (row.alteration.biomarker or "",):
            found[name].append(row)
    return {name: tuple(listed) for name, listed in found.items()}
