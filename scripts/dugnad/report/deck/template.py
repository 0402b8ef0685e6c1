"""Where slides come from: a clean 16:9 design of our own, or a site's template.

A template is a PPTX whose slide master has two layouts, ``summary`` and ``content``, with
placeholders that are named (in PowerPoint: Slide Master, then Selection Pane).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from dugnad.errors import UserError
from dugnad.report.deck.look import FONT, HIGH, WIDE, Box

INCH = 914400
TITLE = Box(0.42, 0.26, WIDE - 5.5, 0.62)
"""Where a title stands in our own design."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "summary": ("title", "case", "tumour_type", "status", "key_findings"),
    "content": ("title", "case", "status", "content"),
}
"""The placeholders that each layout must have."""
OPTIONAL = ("created", "page", "panel", "site", "disclaimer", "tumour_type", "verdict")
"""Such as are filled where the layout has them."""
AREAS = ("key_findings", "content")
"""Placeholders that tables and shapes take the place of."""


@dataclass(frozen=True)
class Source:
    """A presentation without slides, and the layouts to make slides of."""

    presentation: Any
    layouts: Mapping[str, Any]
    ours: bool

    @property
    def page(self) -> Box:
        """The slide, in inches."""
        shown = self.presentation
        return Box(0, 0, shown.slide_width / INCH, shown.slide_height / INCH)


def own() -> Source:
    """An empty deck of our own design: a title, and nothing else."""
    shown = Presentation()
    shown.slide_width, shown.slide_height = Inches(WIDE), Inches(HIGH)
    layout = shown.slide_layouts.get_by_name("Title Only")
    assert layout is not None
    for other in list(shown.slide_layouts):
        if other is not layout:
            shown.slide_layouts.remove(other)
    for part in (shown.slide_master, layout):
        for holder in list(part.placeholders):
            if holder.placeholder_format.type == PP_PLACEHOLDER.TITLE:
                _style(holder)
            else:
                holder._element.getparent().remove(holder._element)
    _fonts(shown)
    return Source(shown, dict.fromkeys(NEEDED, layout), True)


def _style(holder: Any) -> None:
    """Where a slide's title stands, and how it looks."""
    holder.left, holder.top = Inches(TITLE.left), Inches(TITLE.top)
    holder.width, holder.height = Inches(TITLE.width), Inches(TITLE.height)
    frame = holder.text_frame
    frame.margin_left = frame.margin_right = Emu(0)


def _fonts(shown: Any) -> None:
    """A font that every office program has, and the style of titles."""
    style = shown.slide_master._element.find(".//" + qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", "2600")
    style.find(qn("a:defRPr")).set("b", "1")
    theme = shown.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'typeface="Calibri"', f'typeface="{FONT}"'.encode())


def theirs(path: Path) -> Source:
    """A site's template; its own slides are taken out.

    Raises UserError when it is no PPTX, or with each layout and placeholder that is missing.
    """
    try:
        shown = Presentation(str(path))
    except Exception as problem:  # whatever a file that is no PPTX makes python-pptx raise
        raise UserError(f"{path}: is no PPTX; save it as PowerPoint presentation") from problem
    layouts = {
        layout.name.strip().casefold(): layout
        for master in shown.slide_masters
        for layout in master.slide_layouts
    }
    problems = [
        problem
        for name, needed in NEEDED.items()
        for problem in _missing(path, layouts, name, needed)
    ]
    if problems:
        raise UserError(problems)
    slides = shown.slides._sldIdLst
    for one in list(slides):
        shown.part.drop_rel(one.rId)
        slides.remove(one)
    return Source(shown, {name: layouts[name] for name in NEEDED}, False)


def _missing(
    path: Path, layouts: Mapping[str, Any], name: str, needed: tuple[str, ...]
) -> list[str]:
    if name not in layouts:
        return [f"{path}: there is no layout {name}; add it to the slide master"]
    # a date, footer or page number is not taken over to slides by python-pptx
    usable = layouts[name].iter_cloneable_placeholders()
    have = {holder.name.strip().casefold() for holder in usable}
    return [
        f"{path}: layout {name}: there is no text placeholder {one};"
        " add it in the slide master and name it in the selection pane"
        for one in needed
        if one not in have
    ]


def holders(slide: Any, layout: Any) -> dict[str, Any]:
    """A new slide's placeholders by the names that they have in its layout."""
    names = {
        holder.placeholder_format.idx: holder.name.strip().casefold()
        for holder in layout.placeholders
    }
    return {
        names[holder.placeholder_format.idx]: holder
        for holder in slide.placeholders
        if holder.placeholder_format.idx in names
    }


def box_of(holder: Any) -> Box:
    """Where a placeholder stands, in inches."""
    return Box(*(side / INCH for side in (holder.left, holder.top, holder.width, holder.height)))
