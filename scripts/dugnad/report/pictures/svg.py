"""Elements of SVG as text: all text escaped, numbers short and finite."""

import math
import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from dugnad.report.pictures.colours import INK

SIZE = 12.0
# what XML 1.0 does not allow in text
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | float | None


def element(name: str, *children: str, **attributes: Value) -> Markup:
    """An element; ``stroke_width`` is written stroke-width, None leaves an attribute out.

    Children that are Markup stay as they are, other text is escaped. A number that is not finite
    is a ValueError: a picture shows what is known, or leaves it out.
    """
    given = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(_clean(_value(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(_escaped(child) for child in children)
    start = f"<{name}{''.join(given)}"
    # the page's author writes these names, no user does
    return Markup(f"{start}>{inner}</{name}>" if children else f"{start}/>")


def group(children: Iterable[str], **attributes: Value) -> Markup:
    """Elements that share attributes."""
    return element("g", *children, **attributes)


def picture(width: float, height: float, title: str, description: str, *parts: str) -> Markup:
    """A whole SVG with the words that a screen reader says of it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        role="img",
        aria_label=f"{title}. {description}",
        font_size=SIZE,
        fill=INK,
    )


def text(x: float, y: float, words: str, anchor: str | None = None, **attributes: Value) -> Markup:
    """Text whose baseline starts, ends or is centred (``anchor``) at a place."""
    return element("text", words, x=x, y=y, text_anchor=anchor, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: Value) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def box(x: float, y: float, width: float, height: float, **attributes: Value) -> Markup:
    """A rectangle; none is narrower than can be seen."""
    attributes.setdefault("fill", "none")
    shape = {"x": x, "y": y, "width": max(width, 0.3), "height": max(height, 0)}
    title = attributes.pop("title", None)
    children = [element("title", str(title))] if title else []
    return element("rect", *children, **shape, **attributes)


def dots(places: Iterable[tuple[float, float]], size: float, **attributes: Value) -> Markup:
    """Round dots as one path, each half pixel at most once, so that its size is bounded."""
    seen = sorted({(round(2 * x), round(2 * y)) for x, y in places})
    path = "".join(f"M{x / 2:g} {y / 2:g}h0" for x, y in seen)
    style: dict[str, Value] = {"stroke_width": size, "stroke_linecap": "round", "fill": "none"}
    return element("path", d=path, **(style | attributes)) if seen else Markup("")


def width_of(words: str, size: float = SIZE) -> float:
    """About how wide a text is; fonts differ."""
    return len(words) * size * 0.58


def shortened(words: str, length: int) -> str:
    """A text of at most so many characters, with an ellipsis where some are left out."""
    return words if len(words) <= length else f"{words[: length - 1]}\N{HORIZONTAL ELLIPSIS}"


def _escaped(child: str) -> str:
    return child if isinstance(child, Markup) else escape(_clean(child))


def _clean(words: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", words)


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise ValueError(f"{value} has no place in a picture")
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short
