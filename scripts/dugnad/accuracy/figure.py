"""The counts as a picture (SVG): recall and precision by VAF, with confidence intervals.

A row of two plots for each set; in each VAF bin the rules stand side by side, told apart by colour
(Okabe and Ito's palette) and by shape. Coordinates are pixels.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from dugnad.accuracy.counting import ALL
from dugnad.accuracy.page import share, vaf_text

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
SHAPES = (
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
    "M-4 -4h8v8h-8z",
    "M0 -5.5L5.5 0L0 5.5L-5.5 0z",
    "M0 -5L5 4H-5z",
    "M0 5L5 -4H-5z",
)
_CROSS = "M-3.5 -3.5L3.5 3.5M-3.5 3.5L3.5 -3.5"
_ABSENT = "nothing to count, or VAF not known"
MEASURES = ("recall", "precision")

PLOT, HEIGHT = 380.0, 190.0  # of the ground of one plot
LEFT, BETWEEN, RIGHT = 56.0, 64.0, 14.0
HEAD, FOOT = 44.0, 52.0  # above and below the ground, for the titles and the VAF
_LEGEND = 24.0  # height of a line of the legend
_LETTER = 7.2  # width of a letter
_STEP = 13.0  # most between the marks of two rules

WIDTH = LEFT + PLOT + BETWEEN + PLOT + RIGHT

_STYLE = (
    "text{font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12.5px;fill:#222}"
    ".set{font-size:15px;font-weight:600}.soft{fill:#555}.end{text-anchor:end}"
    ".mid{text-anchor:middle}.grid{stroke:#d9d9d9;stroke-width:1}.axis{stroke:#777}"
    ".apart{stroke:#999;stroke-dasharray:3 3}.bar{stroke-width:1.8}.mark{stroke:#fff}"
    ".absent{stroke:#767676;stroke-width:1.6}"
)

Row = Mapping[str, Any]


class _Ground(NamedTuple):
    """Where a plot stands, and what it shows."""

    left: float
    top: float
    measure: str
    bins: Sequence[str]
    rules: Sequence[str]

    def x(self, name: str, rule: str) -> float:
        """Of a rule's mark in a VAF bin."""
        slot = PLOT / len(self.bins)
        step = min(_STEP, 0.8 * slot / len(self.rules))
        aside = self.rules.index(rule) - (len(self.rules) - 1) / 2
        return self.left + (self.bins.index(name) + 0.5) * slot + aside * step

    def y(self, value: float) -> float:
        """Of a share between 0 and 1."""
        return self.top + (1 - value) * HEIGHT


def figure(rows: Sequence[Row], kind: str = ALL) -> str:
    """The rows of ``counting.rows`` of one type as SVG, with a text alternative.

    Rows of several sets and rules can be joined. Where a share is None a cross stands at the foot.
    """
    chosen = [row for row in rows if row["type"] == kind]
    sets, rules, bins = (_names(chosen, key) for key in ("set", "rule", "vaf_bin"))
    bins = [name for name in bins if name != ALL] + [name for name in bins if name == ALL]
    absent = any(row[measure] is None for row in chosen for measure in MEASURES)
    legend, top = _legend(rules, absent)
    height = top + len(sets) * (HEAD + HEIGHT + FOOT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}"'
        f' width="{WIDTH:g}" height="{height:g}" role="img"'
        ' aria-labelledby="accuracy-title accuracy-desc">',
        f'<title id="accuracy-title">{_title(kind)}</title>',
        f'<desc id="accuracy-desc">{escape(_description(chosen))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="#fff"/>',
        *legend,
    ]
    for name in sets:
        parts.append(f'<text class="set" x="{LEFT:g}" y="{top + 16:g}">{escape(name)}</text>')
        for number, measure in enumerate(MEASURES):
            left = LEFT + number * (PLOT + BETWEEN)
            ground = _Ground(left, top + HEAD, measure, bins, rules)
            parts += _axes(ground)
            parts += [_mark(ground, row) for row in chosen if row["set"] == name]
        top += HEAD + HEIGHT + FOOT
    return "\n".join([*parts, "</svg>"]) + "\n"


def _names(rows: Sequence[Row], key: str) -> list[str]:
    return list(dict.fromkeys(str(row[key]) for row in rows))


def _title(kind: str) -> str:
    what = "small variants" if kind == ALL else f"{kind}s"
    return f"Recall and precision of {escape(what)} by variant allele fraction"


def _description(rows: Sequence[Row]) -> str:
    """All that the picture shows, in words."""
    parts = [
        f"{row['set']}, {row['rule']}, VAF {vaf_text(row['vaf_bin'])}: "
        f"recall {share(row, 'recall')}, precision {share(row, 'precision')}."
        for row in rows
    ]
    return "Points with 95 % confidence intervals. " + " ".join(parts)


def _look(number: int) -> tuple[str, str]:
    return COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)]


def _legend(rules: Sequence[str], absent: bool) -> tuple[list[str], float]:
    """The rules with their marks, in as many lines as they need, and where the legend ends.

    ``absent``: whether the cross of a share that is None is among them.
    """
    parts: list[str] = []
    x, y = LEFT, 20.0
    marks = [(rule, f'd="{_look(n)[1]}" fill="{_look(n)[0]}"') for n, rule in enumerate(rules)]
    marks += [(_ABSENT, f'class="absent" d="{_CROSS}"')] if absent else []
    for text, mark in marks:
        width = 30 + _LETTER * len(text)
        if x > LEFT and x + width > WIDTH - RIGHT:
            x, y = LEFT, y + _LEGEND
        parts.append(f'<path {mark} transform="translate({x + 6:g} {y:g})"/>')
        parts.append(f'<text x="{x + 17:g}" y="{y + 4.5:g}">{escape(text)}</text>')
        x += width
    return parts, y + 14


def _axes(ground: _Ground) -> Iterator[str]:
    right, foot = ground.left + PLOT, ground.top + HEIGHT
    for percent in range(0, 101, 25):
        y = ground.y(percent / 100)
        yield f'<path class="grid" d="M{ground.left:g} {y:g}H{right:g}"/>'
        yield f'<text class="soft end" x="{ground.left - 7:g}" y="{y + 4:g}">{percent} %</text>'
    yield f'<path class="axis" d="M{ground.left:g} {foot:g}H{right:g}"/>'
    title = ground.measure.capitalize()
    yield f'<text x="{ground.left:g}" y="{ground.top - 10:g}">{title}</text>'
    slot = PLOT / max(len(ground.bins), 1)
    for number, name in enumerate(ground.bins):
        x = ground.left + (number + 0.5) * slot
        text = escape(vaf_text(name))
        yield f'<text class="mid" x="{x:g}" y="{foot + 18:g}">{text}</text>'
        if name == ALL and number:
            edge = ground.left + number * slot
            yield f'<path class="apart" d="M{edge:g} {ground.top:g}V{foot:g}"/>'
    middle = ground.left + PLOT / 2
    yield f'<text class="soft mid" x="{middle:g}" y="{foot + 37:g}">variant allele fraction</text>'


def _mark(ground: _Ground, row: Row) -> str:
    """A share with its interval; a cross at the foot where it is None."""
    measure, number = ground.measure, ground.rules.index(row["rule"])
    colour, shape = _look(number)
    x = ground.x(row["vaf_bin"], row["rule"])
    says = f"{row['rule']}, VAF {vaf_text(row['vaf_bin'])}: {measure} {share(row, measure)}"
    if row[measure] is None:
        foot = ground.y(0) - 6
        path = f'<path class="absent" d="{_CROSS}" transform="translate({x:.1f} {foot:.1f})"/>'
    else:
        low, high = (ground.y(row[f"{measure}_{end}"]) for end in ("low", "high"))
        path = (
            f'<path class="bar" d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>'
            f'<path class="mark" d="{shape}" fill="{colour}"'
            f' transform="translate({x:.1f} {ground.y(row[measure]):.1f})"/>'
        )
    return f"<g><title>{escape(says)}</title>{path}</g>"
