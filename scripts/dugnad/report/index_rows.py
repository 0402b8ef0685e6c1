"""The rows of a run's index: what one looks for a case by, and where its report is."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dugnad.errors import UserError
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.forms import files_of
from dugnad.report.view import Line, ReportView
from dugnad.report.words import DASH, Words
from dugnad.site import Site

LONGEST = 160  # characters of a name or a drug; the report has it whole
SHOWN = 4  # findings, and drugs of one, that a row has room for
_ORDER = {"none": 0, "fail": 1, "warn": 2, "not_assessed": 3, "pass": 4}


@dataclass(frozen=True)
class Link:
    """A file of a form; ``name`` is heard where the text alone is too short."""

    text: str
    name: str
    address: str


@dataclass(frozen=True)
class FormLinks:
    """A form of a report, with a file for each language, or one."""

    text: str
    files: tuple[Link, ...]


@dataclass(frozen=True)
class Key:
    """A finding that matters, with the drugs that it responds to here."""

    name: str
    tiers: str
    drugs: str


@dataclass(frozen=True)
class IndexRow:
    """A case. ``verdict`` none: there is no record, and ``reason`` says why."""

    case: str
    verdict: str
    reason: str = ""
    blocked: bool = False
    status: str = ""
    tumour_type: str = ""
    made: str = ""
    made_shown: str = ""
    keys: tuple[Key, ...] = ()
    more: int = 0
    tier: str = ""
    tmb: str = DASH
    tmb_value: float = -1
    msi: str = DASH
    unseen: int = 0
    germline: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    forms: tuple[FormLinks, ...] = ()

    @property
    def first(self) -> str | None:
        """The address of the form that is opened."""
        return self.forms[0].files[0].address if self.forms else None

    @property
    def order(self) -> int:
        """For sorting by verdict: the worst first."""
        return _ORDER[self.verdict]


@dataclass(frozen=True)
class Target:
    """Where the index will be, in which words, and the forms that it links to.

    ``existing``: only those that are there, as after a run that failed.
    """

    folder: Path
    site: Site
    words: Words
    existing: bool = False


def rows_of(paths: Sequence[Path], cases: Sequence[str], target: Target) -> Iterator[IndexRow]:
    """One row per record; ``cases`` are their names, for those that cannot be read."""
    for n, path in enumerate(paths):
        try:
            record = read_record(path)
        except (UserError, OSError) as error:
            name = cases[n] if n < len(cases) else str(path)
            told = error.problems[0] if isinstance(error, UserError) else str(error.strerror)
            is_there = path.is_file()
            why = told.removeprefix(f"{path}: ") if is_there else target.words("index.not_made")
            yield IndexRow(short(name), "none", reason=short(why))
            continue
        yield row_of(record, tuple(_forms(record, path, target)), target.words)


def row_of(record: CaseRecord, forms: tuple[FormLinks, ...], words: Words) -> IndexRow:
    """The row of a record."""
    view = ReportView.of(record)
    key = view.key
    tmb, tmb_value = _tmb(record, words)
    first = key[0].item.amp.name if key else ""
    return IndexRow(
        case=short(record.case),
        verdict=record.verdict,
        reason=short(_reasons(record)),
        blocked=record.blocked,
        status=record.status,
        tumour_type=short(view.tumour_type),
        made=record.created.isoformat(),
        made_shown=words.day(record.created),
        keys=tuple(_key(line) for line in key[:SHOWN]),
        more=max(0, len(key) - SHOWN),
        tier=first,
        tmb=tmb,
        tmb_value=tmb_value,
        msi=_msi(record, words),
        unseen=len(view.not_assessable),
        germline=_names(line.name for line in view.referral),
        matches=_names(offer.trial.trial for offer in view.matches),
        near=_names(offer.trial.trial for offer in view.near),
        forms=forms,
    )


def short(text: str) -> str:
    """Text of a row's length, without characters that a page cannot hold."""
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _names(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(short(text) for text in dict.fromkeys(texts))


def _key(line: Line) -> Key:
    drugs = [short(drug) for drug in line.sensitive[:SHOWN]]
    left = len(line.sensitive) - len(drugs)
    shown = ", ".join(drugs) + (f" +{left}" if left else "")
    tiers = f"{line.item.amp.name} · {line.item.escat.name.replace('_', ' ')}"
    return Key(short(line.name), tiers, shown)


def _reasons(record: CaseRecord) -> str:
    return "; ".join(reason for sample in record.samples for reason in sample.reasons)


def _tmb(record: CaseRecord, words: Words) -> tuple[str, float]:
    tmb = record.biomarkers.tmb
    if tmb is None or not tmb.rules:
        return DASH, -1
    value = tmb.rules[0].value
    if value is None:
        return words("index.not_assessable"), -1
    return words.number(value, 1), value


def _msi(record: CaseRecord, words: Words) -> str:
    msi = record.biomarkers.msi
    return words(f"index.msi_status.{msi.status}") if msi else DASH


def _forms(record: CaseRecord, path: Path, target: Target) -> Iterator[FormLinks]:
    """The forms that the site wants of a case, and its record."""
    words, base = target.words, path.resolve().parent
    found: dict[str, list[Link]] = {}
    listed = [
        (str(form), language, name) for form, language, name in files_of(target.site, record.case)
    ]
    for form, language, name in (*listed, ("json", None, path.name)):
        if target.existing and not (base / name).is_file():
            continue
        kind = "parquet" if name.endswith(".parquet") else form
        text = words(f"index.form.{kind}")
        told = f"{text} {language}" if language else text
        address = relative(base / name, target.folder)
        link = Link(language or text, told, address)
        found.setdefault(text, []).append(link)
    for text, files in found.items():
        yield FormLinks(text, tuple(files))


def relative(path: Path, folder: Path) -> str:
    """The address of a file as seen from a folder, quoted for a page."""
    return quote(Path(os.path.relpath(path, folder.resolve())).as_posix())
