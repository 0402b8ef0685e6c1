"""The page as a whole: what its templates are given."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from dugnad.record import CaseRecord
from dugnad.report.biomarker_section import BiomarkerSection
from dugnad.report.copy_number_section import CopyNumberSection
from dugnad.report.key_events import unassessed, why_unassessed
from dugnad.report.page.follow_up import follow_up
from dugnad.report.page.groups import Groups
from dugnad.report.page.markers import markers
from dugnad.report.page.negatives import Negatives
from dugnad.report.page.quality import bullet
from dugnad.report.page.rows import KeyRows
from dugnad.report.page.text import environment_of
from dugnad.report.page.trust import Trust
from dugnad.report.page.variants import VariantTable
from dugnad.report.pictures import coverage, lollipop, vaf_depth
from dugnad.report.reads.places import anchor, with_reads
from dugnad.report.rearrangement_section import RearrangementSection
from dugnad.report.standing import curation_notes, standing
from dugnad.report.view import ReportView
from dugnad.report.words import LANGUAGES, Language, Words, words_of
from dugnad.site import Site

FOLDER = Path(__file__).parents[1] / "templates"
IMAGES = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Edition:
    """How the page is made: for whom, in which language, for screen or for paper.

    ``reads``: address of the page with the reads, as seen from this page; None: there is none.
    """

    language: Language = "en"
    site: Site = field(default_factory=Site)
    reads: str | None = None
    paged: bool = False


def render(record: CaseRecord, edition: Edition | None = None) -> str:
    """The page as text, in English for the screen by default; all that people wrote is escaped."""
    edition = edition or Edition()
    t = words_of(edition.language)
    view = ReportView.of(record)
    groups = Groups.of(record)
    rows = KeyRows.of(view, t)
    absent = [t(f"page.parts.{name}") for name in unassessed(record)]
    style, script = _asset("report.css"), _asset("report.js")
    if edition.paged:
        style += _asset("paged.css")
    sections = {
        "copy_number": CopyNumberSection.of(record, t),
        "rearrangements": RearrangementSection.of(record, t),
        "biomarkers": BiomarkerSection.of(record.biomarkers, t),
    }
    return (
        environment_of(edition.language)
        .get_template("report.html")
        .render(
            **sections,
            record=record,
            view=view,
            edition=edition,
            site=edition.site,
            readable=readable(view, edition),
            standing=standing(record, t),
            curation_notes=curation_notes(view, t),
            others=tuple(_other_languages(record, edition)),
            logo=_logo(edition.site),
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
            groups=groups,
            trust=tuple(Trust.of(sample, record, t) for sample in record.samples),
            rows=rows,
            untraced=sum(not row.anchor for row in rows.more),
            markers=tuple(markers(record.biomarkers, t)),
            absent=unassessed(record),
            absent_names=", ".join(absent),
            absent_all=", ".join([*absent, *(() if view.done else [t("page.limits.tiers")])]),
            knowledge=_knowledge(view, t),
            notes=tuple(_notes(view)),
            why_absent=why_unassessed(record, t),
            negatives=Negatives.of(view, t),
            germline=tuple(follow_up(view, groups, t)),
            table=VariantTable.of(view, groups, edition.paged),
            proteins=tuple(lollipop.draw_all(view, t)),
            scatter=vaf_depth.draw(record, t),
            strip=coverage.draw(record, t),
            bullet=bullet,
        )
    )


def _knowledge(view: ReportView, t: Words) -> str:
    """What was consulted, with release and date."""
    used = view.done.knowledge if view.done else ()
    return "; ".join(t("page.release", id=k.id, release=k.release, date=k.date) for k in used)


def readable(view: ReportView, edition: Edition) -> dict[str, str]:
    """Of each finding with a read view, by its id, the address of that."""
    lines = with_reads(view) if edition.reads else ()
    return {line.item.id: f"{edition.reads}#{anchor(line.item.id)}" for line in lines}


def _notes(view: ReportView) -> Iterator[str]:
    """The interpretation's notes, without what the page says of a blocked case in its own words."""
    for note in view.done.notes if view.done else ():
        if not (view.record.blocked and note.startswith("A blocking limit")):
            yield note


def _other_languages(record: CaseRecord, edition: Edition) -> Iterator[tuple[Language, str]]:
    """All languages of the site's reports with the file of each; this page's own without."""
    offered = [one for one in LANGUAGES if one in edition.site.languages]
    for language in offered:
        own = language == edition.language
        yield language, "" if own else f"{record.case}.{language}.html"


def _logo(site: Site) -> str | None:
    """The logo within the page."""
    if site.logo is None or site.logo.suffix.lower() not in IMAGES:
        return None
    data = base64.b64encode(Path(site.logo).read_bytes()).decode("ascii")
    return f"data:{IMAGES[site.logo.suffix.lower()]};base64,{data}"


def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """As a content security policy names an inline style or script."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
