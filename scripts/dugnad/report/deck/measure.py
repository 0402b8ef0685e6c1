"""How much room text takes, estimated without a font: so that nothing overflows its cell.

Widths are those of Helvetica, which Arial shares (Adobe Font Metrics), in thousandths of the size.
Office programs draw some letters wider; a margin of 4 % allows for that.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
LEADING = 1.2
_GROUPS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " ft.,:;/\\!I[]\N{NO-BREAK SPACE}",
    333: "r()-`",
    389: "*",
    500: "ckvxyzsJ",
    556: "abdeghnopqu0123456789L#$_?\N{EN DASH}",
    584: "+<>=~",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_WIDTHS = {char: width for width, chars in _GROUPS.items() for char in chars}
_MARGIN = 1.04
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_BOLD = 1.08


def shown(text: str) -> str:
    """Text that can be put on a slide as it is: white space is single, marks that hide are named.

    Control characters and marks of direction, which could turn a text around, become ``<U+202E>``.
    """
    return "".join(_visible(char) for char in _BLANKS.sub(" ", text).strip(" "))


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}
    return f"<U+{ord(char):04X}>" if hidden else char


def width(text: str, size: float, bold: bool = False) -> float:
    """Points that a text takes on one line. Letters that are not listed count as one em."""
    return _units(text) / 1000 * size * _MARGIN * (_BOLD if bold else 1)


@lru_cache(maxsize=100_000)
def _units(text: str) -> int:
    return sum(_WIDTHS.get(char) or _other(char) for char in text)


def _other(char: str) -> int:
    plain = unicodedata.normalize("NFD", char)[0]
    return _WIDTHS.get(plain, 278 if char == "\N{NARROW NO-BREAK SPACE}" else 1000)


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The lines of a text in so many points: broken at spaces, and inside words that are longer."""
    lines: list[str] = []
    line, used, space = "", 0.0, width(" ", size, bold)
    for word in _pieces(text, size, room, bold):
        wide = width(word, size, bold)
        if line and used + space + wide > room:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    return [*lines, line]


def _pieces(text: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """Words, those cut that do not go on a line of their own."""
    for word in text.split(" "):
        part = word
        while part and width(part, size, bold) > room:
            used, end = 0.0, 0
            while end < len(part) and (used := used + width(part[end], size, bold)) <= room:
                end += 1
            yield part[: max(1, end)]
            part = part[max(1, end) :]
        if part:
            yield part


def broken(text: str, size: float, room: float, bold: bool = False) -> int:
    """How many words of a text are too wide for a line of their own."""
    return sum(width(word, size, bold) > room for word in text[:400].split(" "))


def cut(text: str, size: float, room: float, most: int, bold: bool = False) -> tuple[str, int]:
    """A text in at most so many lines, and how many it takes; what is cut ends in an ellipsis."""
    # far more than any cell holds; the rest need not be measured
    head = text[: max(400, int(most * room / size * 4))]
    lines = wrapped(head, size, room, bold)
    if len(lines) <= most and head == text:
        return text, len(lines)
    kept = lines[:most]
    last = kept[-1]
    while last and width(last + ELLIPSIS, size, bold) > room:
        last = last[:-1]
    return " ".join([*kept[:-1], last.rstrip() + ELLIPSIS]), len(kept)


def height(lines: int, size: float) -> float:
    """Inches that so many lines take."""
    return lines * size * LEADING / 72
