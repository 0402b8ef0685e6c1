"""Native shapes with their text: nothing here knows what it draws."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from dugnad.report.deck.look import INK, WHITE, Box
from dugnad.report.deck.measure import cut, height, shown

ALIGN = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
INSET = 0.06


def rgb(colour: str) -> RGBColor:
    """A colour written as six hexadecimal digits."""
    return RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]


def describe(shape: Any, text: str) -> None:
    """Give a shape its alternative text."""
    shape._element._nvXxPr.cNvPr.set("descr", shown(text))


def text(
    shapes: Any,
    box: Box,
    words: str,
    size: float = 12,
    *,
    bold: bool = False,
    colour: str = INK,
    align: str = "left",
    anchor: str = "top",
) -> str:
    """A text box; what does not go in is cut and given back whole, else nothing is given back."""
    shape = shapes.add_textbox(*_place(box))
    return write(shape, box, words, size, bold=bold, colour=colour, align=align, anchor=anchor)


def write(
    shape: Any,
    box: Box,
    words: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    align: str = "left",
    anchor: str = "middle",
) -> str:
    """Put text in a shape of that size; see ``text``."""
    words = shown(words)
    room = (box.width - 2 * INSET) * 72
    most = max(1, int((box.height + 0.02) / height(1, size)))
    told, _ = cut(words, size, room, most, bold)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(INSET)
    frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = ANCHOR[anchor]
    put(frame, told, size, bold=bold, colour=colour, align=align)
    return "" if told == words else words


def put(frame: Any, words: str, size: float, *, bold: bool, colour: str, align: str) -> None:
    """One paragraph in a text frame."""
    paragraph = frame.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    run = paragraph.add_run()
    run.text = words
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.color.rgb = rgb(colour)


def block(
    shapes: Any,
    box: Box,
    fill: str | None = None,
    *,
    edge: str | None = None,
    shape: Any = MSO_SHAPE.RECTANGLE,
    name: str = "",
) -> Any:
    """A filled or edged shape without a shadow."""
    made = shapes.add_shape(shape, *_place(box))
    made.shadow.inherit = False
    if fill is None:
        made.fill.background()
    else:
        made.fill.solid()
        made.fill.fore_color.rgb = rgb(fill)
    if edge is None:
        made.line.fill.background()
    else:
        made.line.color.rgb = rgb(edge)
        made.line.width = Pt(1)
    if name:
        made.name = name
    return made


def pill(
    shapes: Any, box: Box, words: str, fill: str, size: float = 12, colour: str = WHITE
) -> Any:
    """A coloured label."""
    made = block(shapes, box, fill, shape=MSO_SHAPE.ROUNDED_RECTANGLE)
    made.adjustments[0] = 0.25
    write(made, box, words, size, bold=True, colour=colour, align="centre")
    return made


def bar(shapes: Any, left: float, top: float, wide: float, high: float, fill: str) -> Any:
    """A plain rectangle; one too thin to be seen is a hair wide."""
    return block(shapes, Box(left, top, max(wide, 0.01), high), fill)


def _place(box: Box) -> tuple[Any, Any, Any, Any]:
    return Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height)
