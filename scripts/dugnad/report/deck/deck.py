"""A deck in the making: slides with frame, head, foot, the gate's warning and speaker notes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx.util import Pt

from dugnad.report.deck import draw, grid, template
from dugnad.report.deck.look import FRAMES, NAVY, RED, RULE, SOFT, VERDICTS, Box
from dugnad.report.deck.measure import shown, width
from dugnad.report.view import ReportView
from dugnad.report.words import Words
from dugnad.site import Site

FRAME = 0.09
TITLE_SIZES = (26, 24, 22, 20, 18)
PICTURES = {".png", ".jpg", ".jpeg"}
PROPERTY = 255  # characters of a document's property, the most that python-pptx takes


@dataclass
class Sheet:
    """A slide and the area that is left on it."""

    slide: Any
    area: Box
    title: Any
    notes: list[str] = field(default_factory=list)

    @property
    def shapes(self) -> Any:
        """Its shapes, to add to."""
        return self.slide.shapes

    def note(self, lines: Iterable[str]) -> None:
        """Add lines to the speaker notes; empty ones that a cut text left are passed over."""
        self.notes += [shown(line) for line in lines]

    def keep(self, heading: str, rest: str) -> None:
        """Put what was cut from a text into the notes."""
        if rest:
            self.note([f"{heading}: {rest}"])


@dataclass
class Deck:
    """All slides of one report in one language."""

    source: template.Source
    view: ReportView
    words: Words
    site: Site
    sheets: list[Sheet] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)

    def say(self, key: str, **values: object) -> str:
        """A text of the deck."""
        return self.words(f"deck.{key}", **values)

    @property
    def status(self) -> str:
        """DRAFT or SIGNED, in the language."""
        told = self.words(f"report.{self.view.record.status.lower()}")
        signed = self.view.record.curation and self.view.record.curation.signed
        return f"{told} {signed.initials} {self.words.day(signed.date)}" if signed else told

    @property
    def frame(self) -> str:
        """The colour that tells a draft from a signed report."""
        return FRAMES.get(self.view.record.status, FRAMES["DRAFT"])

    def sheet(self, title: str, layout: str = "content") -> Sheet:
        """A new slide: title, frame, case, status, and the warning of a gate that failed."""
        made = self.source.layouts[layout]
        slide = self.source.presentation.slides.add_slide(made)
        page = self.source.page
        if self.source.ours:
            area, holder = self._head(slide, title, page), slide.shapes.title
        else:
            area, holder = self._filled(slide, made, title)
        self._framed(slide, page)
        if self.view.record.blocked:
            strip = area.row(0, 0.36)
            warning = draw.block(slide.shapes, strip, RED, name="gate")
            draw.write(
                warning, strip, self.say("gate_failed"), 14, bold=True, colour="FFFFFF",
                align="centre",
            )  # fmt: skip
            area = area.below(0.46)
        sheet = Sheet(slide, area, holder)
        self.sheets.append(sheet)
        return sheet

    def table(
        self,
        title: str,
        columns: Sequence[grid.Column],
        rows: Sequence[grid.Row],
        *,
        lead: str = "",
        none: str = "",
    ) -> None:
        """A table over as many slides as it needs; ``none`` is said where there is no row."""
        if not rows:
            sheet = self.sheet(title)
            sheet.keep(title, draw.text(sheet.shapes, sheet.area.row(0, 1.2), none, 20))
            return
        first = self.sheet(title)
        used = 0.34 if lead else 0.0
        pages = grid.pages(columns, rows, first.area.below(used))
        for page in pages:
            told = title if page.of == 1 else f"{title} {self.part(page)}"
            sheet = first if page.number == 1 else self.sheet(title)
            self._entitle(sheet.title, told)
            if lead:
                rest = draw.text(sheet.shapes, sheet.area.row(0, 0.3), lead, 13, colour=SOFT)
                sheet.keep(title, rest)
            alt = self.say("alt_table", title=told, n=len(page.rows))
            grid.place(sheet.shapes, columns, page, sheet.area.below(used), alt)
            sheet.note(grid.notes(page))

    def part(self, page: grid.Page) -> str:
        """Which part of a table that goes on."""
        return self.say("part", number=page.number, of=page.of)

    def save(self, path: Path) -> None:
        """Number the pages, write the notes, and write the file."""
        for number, (sheet, holder) in enumerate(zip(self.sheets, self.pages, strict=True), 1):
            if holder is not None:
                holder.text_frame.paragraphs[0].runs[0].text = self.say(
                    "page", number=number, of=len(self.sheets)
                )
            text = "\n".join(sheet.notes).strip()
            sheet.slide.notes_slide.notes_text_frame.text = text or self.say("no_notes")
        core = self.source.presentation.core_properties
        record = self.view.record
        core.title = f"{record.case} {self.words('report.title')}"
        core.author = (self.site.name or "Dugnad")[:PROPERTY]
        core.language = self.words.language
        core.subject = self.view.tumour_type[:PROPERTY]
        core.created = core.modified = record.created.replace(tzinfo=None)
        made = BytesIO()
        self.source.presentation.save(made)
        path.write_bytes(made.getvalue())

    def values(self) -> Mapping[str, str]:
        """What a template's placeholders may be filled with, by their names."""
        record = self.view.record
        return {
            "case": record.case,
            "tumour_type": self.view.tumour_type,
            "status": self.status,
            "created": self.words.day(record.created),
            "panel": f"{record.panel.name} {record.panel.version}",
            "site": self.site.name,
            "disclaimer": self.site.disclaimer,
            "verdict": self.words.term("verdict", record.verdict),
            "page": "0",
        }

    def _head(self, slide: Any, title: str, page: Box) -> Box:
        """Title, case and status above, and the foot below, of our own design."""
        self._entitle(slide.shapes.title, title)
        shapes, record = slide.shapes, self.view.record
        wide = 1.3 if len(self.status) < 9 else 2.9
        mark = Box(page.right - 0.42 - wide, 0.32, wide, 0.36)
        draw.pill(shapes, mark, self.status, self.frame, 14).name = "status"
        case = Box(mark.left - 1.7, 0.3, 1.6, 0.4)
        draw.text(shapes, case, record.case, 16, bold=True, align="right", anchor="middle")
        draw.bar(shapes, 0.42, 0.96, page.width - 0.84, 0.015, RULE)
        foot = Box(0.36, page.height - 0.42, page.width - 0.72, 0.24)
        left, middle, right = foot.columns(4, 5, 1.2, gap=0.1)
        value = self.values()
        panel = record.panel
        words = f"{record.tumour_type} · {panel.id} {panel.version} · {value['created']}"
        draw.text(shapes, left, words, 10, colour=SOFT)
        told = self.site.disclaimer or self.words("report.aid")
        draw.text(shapes, middle, told, 10, colour=SOFT, align="centre")
        draw.text(shapes, right, "0", 10, colour=SOFT, align="right")
        self.pages.append(shapes[len(shapes) - 1])
        return Box(0.42, 1.12, page.width - 0.84, page.height - 1.12 - 0.52)

    def _entitle(self, holder: Any, title: str) -> None:
        """Write a slide's title; in our own design as large as one line takes it."""
        holder.text_frame.text = shown(title)
        if self.source.ours:
            font = holder.text_frame.paragraphs[0].runs[0].font
            room = template.TITLE.width * 72
            sizes = (size for size in TITLE_SIZES if width(shown(title), size, True) <= room)
            font.size = Pt(next(sizes, TITLE_SIZES[-1]))
            font.color.rgb = draw.rgb(NAVY)

    def _filled(self, slide: Any, layout: Any, title: str) -> tuple[Box, Any]:
        """Fill a template's placeholders: where tables and shapes go, and the title's."""
        found = template.holders(slide, layout)
        value = {**self.values(), "title": title}
        area = next(template.box_of(found[name]) for name in template.AREAS if name in found)
        number = None
        for name, holder in found.items():
            if name in template.AREAS:
                holder._element.getparent().remove(holder._element)
            elif name in value:
                holder.text_frame.text = shown(value[name])
                number = holder if name == "page" else number
        self.pages.append(number)
        return area, found["title"]

    def _framed(self, slide: Any, page: Box) -> None:
        """The frame around the slide, in the colour of its status."""
        sides = (
            Box(0, 0, page.width, FRAME),
            Box(0, page.height - FRAME, page.width, FRAME),
            Box(0, 0, FRAME, page.height),
            Box(page.width - FRAME, 0, FRAME, page.height),
        )
        for side in sides:
            draw.block(slide.shapes, side, self.frame, name="frame")


def verdict_colour(verdict: str) -> str:
    """Of a quality verdict."""
    return VERDICTS.get(verdict, SOFT)


def logo(site: Site) -> Path | None:
    """The site's logo, where slides can show it: PowerPoint takes no SVG from python-pptx."""
    shown_as = site.logo
    return shown_as if shown_as and shown_as.suffix.lower() in PICTURES else None
