"""Whether a report is a draft or signed, by whom and when, and what people judged, in words."""

from collections.abc import Iterable

from dugnad.curation.digest import digest
from dugnad.record import CaseRecord
from dugnad.record_curation import Judgement
from dugnad.report.view import ReportView
from dugnad.report.words import Words

_NAMED = 10


def standing(record: CaseRecord, words: Words) -> str:
    """DRAFT, and whose signature lapsed and why; or SIGNED with initials, date and the log."""
    curation = record.curation
    if curation and curation.signed:
        one = curation.signed
        log = words("curation.log", n=curation.entries, head=curation.log_head[:12])
        return f"{words('report.signed')} {one.initials} {words.day(one.date)} ({log})"
    if curation and curation.lapsed:
        old = curation.lapsed
        text = words(
            f"curation.lapsed.{old.changed}", initials=old.initials, date=words.day(old.date)
        )
        return f"{words('report.draft')}: {text}"
    return words("report.draft")


def curation_notes(view: ReportView, words: Words) -> tuple[str, ...]:
    """What a reader must know of the judgements: every form shows it, beside what matters."""
    curation = view.record.curation
    if curation is None:
        return ()
    lapsed = (standing(view.record, words),) if curation.lapsed else ()
    now = digest(view.record)
    named = {
        "rematch": [line.name for line in view.rematch],
        "earlier": [one.name for one in curation.judgements if one.record != now],
        "gone": [one.name for one in curation.gone],
    }
    told = (words(f"curation.{key}", names=_listed(names)) for key, names in named.items() if names)
    return (*lapsed, *told)


def _listed(names: Iterable[str]) -> str:
    """The names, each once; the first ones and how many more where there are many."""
    once = tuple(dict.fromkeys(names))
    more = f" (+{len(once) - _NAMED})" if len(once) > _NAMED else ""
    return ", ".join(once[:_NAMED]) + more


def judged(one: Judgement, words: Words) -> str:
    """A judgement in one line: its codes, its comment, by whom and when."""
    codes = (one.igv_qc and f"IGV {one.igv_qc}", one.class_judgement, one.reporting_judgement)
    shown = ", ".join(code for code in codes if code) or words("curation.taken_back")
    comment = f": {one.comment}" if one.comment else ""
    return f"{shown}{comment} ({one.initials}, {words.day(one.at)})"
