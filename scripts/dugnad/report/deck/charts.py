"""Pictures of native shapes: scales and bars, each a group with an alternative text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import MSO_SHAPE

from dugnad.record_biomarkers import Msi, TmbLimit, TmbRule
from dugnad.report.deck import draw, told
from dugnad.report.deck.look import AMBER, BLUE, GREY, INK, NAVY, ORANGE, PALE, RULE, SKY, SOFT, Box
from dugnad.report.words import Words

BANDS = ("DCE6EE", "9DBBD3", "5B8DB3", "2F6690")


@contextmanager
def group(shapes: Any, alt: str) -> Iterator[None]:
    """Make one group, with an alternative text, of all shapes that are added meanwhile."""
    before = len(shapes)
    yield
    draw.describe(shapes.add_group_shape(list(shapes)[before:]), alt)


@dataclass(frozen=True)
class Scale:
    """TMB in bands of even width, one per category, so that 5 and 20 are told apart."""

    limits: tuple[TmbLimit, ...]
    top: float

    @classmethod
    def of(cls, rule: TmbRule) -> "Scale":
        """From the panel's limits; one band where it has none."""
        limits = tuple(sorted(rule.limits, key=lambda one: one.value))
        if not limits or limits[0].value > 0:
            limits = (TmbLimit(category="", value=0), *limits)
        highest = max(rule.value or 0, rule.upper or 0, 2 * limits[-1].value, 10)
        return cls(limits, highest)

    def at(self, value: float) -> float:
        """Where a value stands, from 0 at the left to 1."""
        ends = [*(one.value for one in self.limits[1:]), self.top]
        for n, (one, end) in enumerate(zip(self.limits, ends, strict=True)):
            if value < end or n == len(ends) - 1:
                within = (value - one.value) / (end - one.value) if end > one.value else 1
                return (n + min(1.0, max(0.0, within))) / len(ends)
        return 1.0


def tmb_scale(shapes: Any, box: Box, rule: TmbRule, words: Words, k: float = 1) -> None:
    """The scale with its ticks, the 95 % interval and a dot at the value.

    It is 0.75 inch high, times ``k``.
    """
    scale = Scale.of(rule)
    value = words.number(rule.value, 1)
    with group(shapes, words("deck.alt_tmb", value=value)):
        wide = box.width / len(scale.limits)
        high, top = 0.26 * k, box.top + 0.23 * k
        for n, one in enumerate(scale.limits):
            left = box.left + n * wide
            band = Box(left, top, wide, high)
            shape = draw.block(shapes, band, BANDS[min(n, len(BANDS) - 1)])
            dark = n >= 2
            draw.write(
                shape, band, told.term(words, "tmb", one.category), 12 * k,
                colour="FFFFFF" if dark else INK, align="centre",
            )  # fmt: skip
            tick = Box(left - 0.4, top + high + 0.02, 0.8, 0.22 * k)
            if n:
                draw.bar(shapes, left - 0.01, top - 0.04, 0.02, high + 0.08, INK)
                draw.text(
                    shapes, tick, words.number(one.value), 12 * k, colour=SOFT, align="centre"
                )
        draw.text(shapes, Box(box.left, top + high + 0.02, 0.6, 0.22 * k), "0", 12 * k, colour=SOFT)
        if rule.value is None:
            return
        if rule.lower is not None and rule.upper is not None:
            first, last = (box.left + box.width * scale.at(one) for one in (rule.lower, rule.upper))
            draw.bar(shapes, first, top - 0.13 * k, last - first, 0.04, INK)
        at = box.left + box.width * scale.at(rule.value)
        draw.block(
            shapes,
            Box(at - 0.1 * k, top - 0.21 * k, 0.2 * k, 0.2 * k),
            ORANGE,
            shape=MSO_SHAPE.OVAL,
        )


def msi_bar(shapes: Any, box: Box, msi: Msi, words: Words, k: float = 1) -> None:
    """The share of usable loci that are unstable, from 0 to 100 %.

    It is 0.5 inch high, times ``k``.
    """
    with group(shapes, words("deck.alt_msi", n=msi.unstable, of=msi.usable)):
        high = 0.22 * k
        draw.block(shapes, Box(box.left, box.top, box.width, high), PALE, edge=RULE)
        if msi.value is not None:
            draw.bar(shapes, box.left, box.top, box.width * msi.value, high, BLUE)
        if msi.lower is not None and msi.upper is not None:
            wide = box.width * (msi.upper - msi.lower)
            draw.bar(shapes, box.left + box.width * msi.lower, box.top + 0.09 * k, wide, 0.04, INK)
        for share, align in ((0, "left"), (0.5, "centre"), (1, "right")):
            left = box.left + box.width * share - {"left": 0, "centre": 0.4, "right": 0.8}[align]
            tick = Box(left, box.top + high + 0.02, 0.8, 0.22 * k)
            draw.text(shapes, tick, words.percent(share), 12 * k, colour=SOFT, align=align)


@dataclass(frozen=True)
class Bar:
    """One bar: its name, how long, what is written beside it, and its interval."""

    name: str
    value: float
    told: str
    lower: float | None = None
    upper: float | None = None
    colour: str = BLUE


def bars(
    shapes: Any, box: Box, all_bars: Sequence[Bar], top: float, mark: float | None, alt: str
) -> None:
    """Bars under each other, on a common scale from 0 to ``top``, with a line at ``mark``."""
    with group(shapes, alt):
        step = min(0.62, box.height / max(1, len(all_bars)))
        size = 16 if step > 0.5 else 13
        names, field, values = box.columns(3.4, 6, 2.2, gap=0.1)
        for n, one in enumerate(all_bars):
            level = box.top + n * step
            line = Box(names.left, level, names.width, step)
            draw.text(shapes, line, one.name, size, align="right", anchor="middle")
            draw.bar(shapes, field.left, level + 0.2 * step, field.width, 0.6 * step, PALE)
            long = field.width * min(1.0, one.value / top)
            draw.bar(shapes, field.left, level + 0.2 * step, long, 0.6 * step, one.colour)
            if one.lower is not None and one.upper is not None:
                first, last = (field.width * min(1.0, end / top) for end in (one.lower, one.upper))
                draw.bar(shapes, field.left + first, level + 0.47 * step, last - first, 0.03, INK)
            draw.text(
                shapes, Box(values.left, level, values.width, step), one.told, size, anchor="middle"
            )
        if mark is not None and mark < top:
            at = field.left + field.width * mark / top
            draw.bar(shapes, at - 0.01, box.top, 0.02, step * len(all_bars), GREY)


COLOURS = {
    "amplification": ORANGE,
    "gain": AMBER,
    "loss": SKY,
    "homozygous_deletion": NAVY,
}
