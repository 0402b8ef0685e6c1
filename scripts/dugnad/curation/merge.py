"""What a workbook adds to the log: its own changes, held against each other and against others'.

Three states are compared: the log when the workbook was written, the log as it is, and the
workbook. What the workbook left as it was is not touched; what two people judged differently is
refused.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from dugnad.curation.apply import head_of, judgements
from dugnad.curation.log import Chained, Entry
from dugnad.curation.read_back import Row, Sheet
from dugnad.curation.sheet import JUDGEMENT_COLUMNS
from dugnad.errors import UserError
from dugnad.record_curation import Judgement, Signature
from dugnad.report.view import STRONG, Line

Texts = tuple[str, ...]


def new_entries(
    sheet: Sheet,
    lines: Mapping[str, Line],
    found: Sequence[Chained],
    initials: str,
    now: dt.datetime,
    sign: bool = False,
) -> list[Entry]:
    """The entries that the workbook adds; number and previous are the log's to set.

    Args:
        sheet: the workbook; its own faults are told first, and its faulty rows not looked at.
        lines: the record's findings by the id in the sheet.
        found: the log as it is, the workbook's head among it.
        initials: of who hands it in, and signs.
        now: UTC.
        sign: add a signature, if nothing speaks against it.

    Raises UserError with all problems at once, each with its cell.
    """
    base = judgements(found[: int(sheet.about["log_entries"])])
    last = judgements(found)
    problems = list(sheet.problems)
    made: list[Judgement] = []
    unseen: list[str] = []
    for row in sheet.rows:
        if row.number in sheet.faulty:
            continue
        line = lines[row.finding]
        mine = tuple(row.judged[key] for key in JUDGEMENT_COLUMNS)
        was, now_is = _texts(base.get(line.item.id)), _texts(last.get(line.item.id))
        if mine != now_is and mine == was:
            unseen.append(_others(sheet, row, last[line.item.id]))
        elif mine != now_is and now_is != was:
            problems.append(_others(sheet, row, last[line.item.id]))
        elif mine != now_is:
            faults = list(_conflicts(sheet, row, line, base.get(line.item.id)))
            problems += faults
            made += [] if faults else [_judgement(sheet, row, line, now)]
    if sign:
        problems += [*unseen, *_unjudged(sheet, lines)]
    if problems:
        raise UserError(problems)
    entries = [_entry(sheet, found, initials, now, judgement=one) for one in made]
    signature = Signature(initials=initials, date=now.date(), record=sheet.about["record"])
    if sign and (entries or not _is_signed(found, signature)):
        entries.append(_entry(sheet, found, initials, now, signature=signature))
    return entries


def _texts(one: Judgement | None) -> Texts:
    """A judgement as its cells."""
    if one is None:
        return ("",) * len(JUDGEMENT_COLUMNS)
    return tuple(getattr(one, key) or "" for key in JUDGEMENT_COLUMNS)


def _others(sheet: Sheet, row: Row, one: Judgement) -> str:
    shown = ", ".join(text for text in _texts(one)[:3] if text) or "taken back"
    text = f"{one.initials} judged otherwise since this workbook was written (got {shown!r} in"
    return (
        f"{sheet.cell(row.number, 'class_judgement')}: {text} the log);"
        " run the workflow again, write a new workbook and agree"
    )


def _conflicts(sheet: Sheet, row: Row, line: Line, was: Judgement | None) -> Iterator[str]:
    """What in a changed row does not go together."""
    igv, judged, reporting, comment, initials = (row.judged[key] for key in JUDGEMENT_COLUMNS)

    def problem(key: str, text: str) -> str:
        return f"{sheet.cell(row.number, key)}: {key}: {text}"

    if row.is_blank:
        before = f"was judged by {was.initials}" if was else "was judged"
        text = f"{before} and is empty; to take it back, say why in the comment, with initials"
        yield problem("class_judgement", text)
        return
    if not initials:
        yield problem("initials", "are missing; each row that is judged needs them")
    if not (igv or judged or reporting or comment):
        yield problem("initials", "stand without a judgement; judge the finding or remove them")
    if igv == "Not OK" and judged != "exclude":
        text = f"is {judged!r} though IGV_QC is 'Not OK'" if judged else "is missing"
        yield problem("class_judgement", f"{text}; what the reads do not bear out is 'exclude'")
    if reporting and judged == "exclude":
        text = f"is {reporting!r} though the finding is excluded; empty one of them"
        yield problem("reporting_judgement", text)
    if reporting and not judged:
        yield problem("class_judgement", "is missing, and a part of the report is chosen; judge it")
    if judged == "exclude" and not comment:
        yield problem("comment", "is missing; say why the finding is excluded")
    if judged and judged not in {"exclude", "incon"} and not line.item.reported and not comment:
        yield problem("comment", "is missing; a filter flags the finding: say why it counts")


def _unjudged(sheet: Sheet, lines: Mapping[str, Line]) -> Iterator[str]:
    """Findings of tier I and II without a judgement: nobody signs for those."""
    judged = {row.finding for row in sheet.rows if row.judged["class_judgement"]}
    numbers = {row.finding: row.number for row in sheet.rows}
    for name, line in lines.items():
        if line.item.amp.category not in STRONG or name in judged:
            continue
        tier = f"tier {line.item.amp.name}"
        if name in numbers:
            where = sheet.cell(numbers[name], "class_judgement")
            yield f"{where}: {line.name}, {tier}, is not judged; judge it before you sign"
        else:
            yield f"{sheet.path.name}: {line.name}, {tier}, has no row; write the workbook anew"


def _judgement(sheet: Sheet, row: Row, line: Line, now: dt.datetime) -> Judgement:
    return Judgement.model_validate(
        {
            "finding": line.item.id,
            "name": line.name,
            **row.codes,
            "comment": row.judged["comment"],
            "initials": row.judged["initials"],
            "at": now,
            "record": sheet.about["record"],
        }
    )


def _entry(
    sheet: Sheet,
    found: Sequence[Chained],
    initials: str,
    now: dt.datetime,
    judgement: Judgement | None = None,
    signature: Signature | None = None,
) -> Entry:
    return Entry(
        number=len(found) + 1,
        previous=head_of(found),
        at=now,
        by=initials,
        case=sheet.about["case"],
        workbook=sheet.digest,
        judgement=judgement,
        signature=signature,
    )


def _is_signed(found: Sequence[Chained], signature: Signature) -> bool:
    """Whether the log ends with the same person's signature of the same record."""
    last = found[-1].entry.signature if found else None
    return last is not None and (last.initials, last.record) == (
        signature.initials,
        signature.record,
    )
