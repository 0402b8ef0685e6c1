"""Measures and colours of the deck. Colours are told apart by colour-blind people (Okabe-Ito)."""

from dataclasses import dataclass

WIDE, HIGH = 13.333, 7.5
FONT = "Arial"
TABLE_SIZES = (18.0, 16.0, 14.0, 13.0, 12.0)
"""Of letters in tables, in points; the last is the least that is read from three metres."""
ROWS = 14

INK = "1F2A37"
SOFT = "5B6673"
RULE = "C9D1DA"
PALE = "F3F6F9"
WHITE = "FFFFFF"
NAVY = "0B3C5D"
BLUE = "0072B2"
SKY = "56B4E9"
ORANGE = "D55E00"
AMBER = "E69F00"
GREEN = "00795A"
RED = "A61C1C"
GREY = "8A94A0"

FRAMES = {"DRAFT": ORANGE, "SIGNED": BLUE}
VERDICTS = {"pass": GREEN, "warn": "8F6200", "fail": RED, "not_assessed": SOFT}
TIERS = {"I": NAVY, "II": "2F6690", "III": "5B6673", "IV": GREY}


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide, in inches from its left upper corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def below(self, used: float) -> "Box":
        """What is left when so much of its height is taken from the top."""
        return Box(self.left, self.top + used, self.width, max(0.0, self.height - used))

    def row(self, top: float, height: float) -> "Box":
        """A stripe over its whole width, so far from its top."""
        return Box(self.left, self.top + top, self.width, height)

    def columns(self, *shares: float, gap: float = 0.25) -> tuple["Box", ...]:
        """Side by side, with widths in such proportions."""
        room = self.width - gap * (len(shares) - 1)
        boxes, left = [], self.left
        for share in shares:
            wide = room * share / sum(shares)
            boxes.append(Box(left, self.top, wide, self.height))
            left += wide + gap
        return tuple(boxes)

    def inset(self, by: float) -> "Box":
        """Smaller on every side."""
        return Box(self.left + by, self.top + by, self.width - 2 * by, self.height - 2 * by)
