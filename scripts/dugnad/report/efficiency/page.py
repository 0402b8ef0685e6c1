"""The page that says what a run cost, for those who run it, in English: what its template gets."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dugnad.by_case import SUBMITTED
from dugnad.report.efficiency.accounting import COMMAND, Submissions
from dugnad.report.efficiency.suggest import Policy, duration
from dugnad.report.efficiency.usage import Usage
from dugnad.report.words import DASH

STYLE = Path(__file__).with_name("templates") / "efficiency.css"
CASES = 50
"""Cases that the page shows; its table has all."""
TOO_MUCH = 3.0
"""Memory asked for, as a multiple of what was used, beyond which a rule is marked."""
TIGHT = 1.1
"""The same, below which it is marked: the next job may not get by."""


@dataclass(frozen=True)
class Cost:
    """All that the page tells. ``accounting`` is empty where ``unaccounted`` says why.

    ``beside``: MB that a job of its own may have asked for beyond what is measured, for the
    Snakemake that runs it.
    """

    site: str
    whole: Usage
    rules: Sequence[Usage]
    cases: Sequence[Usage]
    yaml: str
    policy: Policy
    accounting: Sequence[Submissions] = ()
    unaccounted: str = ""
    broken: Sequence[Path] = ()
    beside: int = 0

    @property
    def has_asked(self) -> bool:
        """Whether any benchmark tells what its job asked for."""
        return self.whole.asked_mb is not None

    @property
    def is_by_case(self) -> bool:
        """Whether some rules' jobs held the jobs of others."""
        return any(one.name in SUBMITTED for one in self.rules)

    @property
    def has_enough(self) -> bool:
        """Whether any rule has so many measured jobs that something can be suggested of it."""
        return any(one.measured >= self.policy.jobs for one in self.rules)

    @property
    def largest_mb(self) -> float:
        """What the longest bar stands for."""
        return max(max(one.asked_mb or 0, one.peak_mb or 0) for one in self.rules) or 1

    @property
    def idlest(self) -> list[Usage]:
        """The rules whose cores idled most: those with over a tenth of all of it."""
        held = sum(one.idle_core_seconds for one in self.rules)
        found = sorted(self.rules, key=lambda one: -one.idle_core_seconds)
        return [one for one in found[:3] if held and one.idle_core_seconds > held / 10]

    @property
    def largest(self) -> list[Usage]:
        """The rules that held most memory for nothing: those with over a tenth of all of it."""
        held = sum(one.unused_mb_seconds for one in self.rules)
        return [one for one in self.rules[:3] if held and one.unused_mb_seconds > held / 10]


def render(cost: Cost) -> str:
    """The page as text; it loads nothing, and has no script."""
    environment = Environment(
        loader=PackageLoader("dugnad.report.efficiency"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"hours": hours, "gb_hours": gb_hours, "mb": mb, "share": share}
    environment.filters |= {"duration": duration}
    style = STYLE.read_text(encoding="utf-8")
    digest = hashlib.sha256(style.encode("utf-8")).digest()
    return environment.get_template("efficiency.html").render(
        cost=cost,
        style=Markup(style),
        style_hash=base64.b64encode(digest).decode("ascii"),
        shown=cost.cases[:CASES],
        standing=standing,
        bar=bar,
        part=part,
        too_much=TOO_MUCH,
        command=" ".join(COMMAND),
    )


def standing(one: Usage, beside: int = 0) -> str:
    """How a rule's memory is marked: too_much, tight, or nothing.

    Nothing is said of a request that is so small that nothing less would be suggested.
    """
    policy = Policy()
    small = policy.slack * policy.least_mb
    if one.ratio is None or one.asked_mb is None or one.peak_mb is None or one.asked_mb <= small:
        return ""
    if one.asked_mb - beside > TOO_MUCH * one.peak_mb:
        return "too_much"
    return "tight" if one.ratio < TIGHT else ""


def bar(asked: float | None, used: float | None, whole: float) -> Markup:
    """A bar as SVG: what was asked for, and over it what was used, as parts of ``whole``.

    It says nothing that the row does not say in figures, so it is hidden from screen readers.
    """
    parts = [
        f'<rect class="{name}" x="0" y="{y}" width="{value / whole * 200:.2f}" height="{height}"/>'
        for name, value, y, height in (("asked", asked, 0, 14), ("used", used, 3, 8))
        if value
    ]
    svg = '<svg viewBox="0 0 200 14" width="200" height="14" aria-hidden="true">{}</svg>'
    return Markup(svg.format("".join(parts)))


def part(used: float | None) -> Markup:
    """A short bar of a share of all."""
    width = min(1.0, used or 0) * 60
    inner = f'<rect class="used" width="{width:.2f}" height="8" y="3"/>' if used else ""
    svg = '<svg viewBox="0 0 60 14" width="60" height="14" aria-hidden="true">{}</svg>'
    return Markup(svg.format(f'<rect class="asked" width="60" height="14"/>{inner}'))


def hours(seconds: float) -> str:
    """Hours with as many digits as tell something."""
    found = seconds / 3600
    if 0 < found < 0.001:
        return "<0.001"
    digits = 0 if found >= 100 else 1 if found >= 1 else 3
    return f"{found:,.{digits}f}"


def gb_hours(mb_seconds: float) -> str:
    """Gigabytes times hours."""
    return hours(mb_seconds / 1000)


def mb(value: float | None) -> str:
    """Megabytes, or a dash."""
    return DASH if value is None else f"{value:,.0f}"


def share(value: float | None) -> str:
    """A percentage, or a dash."""
    return DASH if value is None else f"{value:.0%}"
