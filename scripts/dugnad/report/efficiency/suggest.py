"""What to ask for next time, of each rule that asked for much more or hardly enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from dugnad.memory import BESIDE
from dugnad.report.efficiency.jobs import Job


@dataclass(frozen=True)
class Policy:
    """How much is suggested: a percentile of what jobs used, and head-room.

    ``memory`` and ``time`` are shares of that; nothing is suggested of a rule with fewer jobs than
    ``jobs``, and never less than ``least_mb`` and ``least_minutes``. A rule is left alone while
    what it asks for is no more than ``slack`` times the suggestion, and no less than it.
    """

    percentile: float = 99
    memory: float = 0.5
    time: float = 1.0
    jobs: int = 3
    least_mb: int = 100
    least_minutes: int = 10
    slack: float = 1.5


@dataclass(frozen=True)
class Suggestion:
    """For a rule, what a first attempt should ask for; None: what it asks for now is well."""

    rule: str
    mb: int | None
    minutes: int | None
    jobs: int
    peak_mb: float
    longest: float
    asked_mb: int | None
    asked_minutes: int | None
    input_mb: float | None


def suggestions(jobs: Iterable[Job], policy: Policy) -> list[Suggestion]:
    """By rule, those that change something."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        if job.peak_mb is not None:
            groups.setdefault(job.rule, []).append(job)
    enough = {rule: them for rule, them in groups.items() if len(them) >= policy.jobs}
    found = (_suggestion(rule, them, policy) for rule, them in sorted(enough.items()))
    return [one for one in found if one.mb is not None or one.minutes is not None]


def _suggestion(rule: str, jobs: Sequence[Job], policy: Policy) -> Suggestion:
    used = percentile([job.peak_mb or 0 for job in jobs], policy.percentile)
    mb = max(policy.least_mb, _step(used * (1 + policy.memory), 50, 100))
    took = percentile([job.seconds for job in jobs], policy.percentile)
    minutes = max(policy.least_minutes, _step(took / 60 * (1 + policy.time), 5, 30))
    asked_mb = max((job.asked_mb for job in jobs if job.asked_mb), default=None)
    asked_minutes = max((job.asked_minutes for job in jobs if job.asked_minutes), default=None)
    return Suggestion(
        rule=rule,
        mb=None if _is_well(asked_mb, mb, policy) else mb,
        minutes=None if _is_well(asked_minutes, minutes, policy) else minutes,
        jobs=len(jobs),
        peak_mb=max(job.peak_mb or 0 for job in jobs),
        longest=max(job.seconds for job in jobs),
        asked_mb=asked_mb,
        asked_minutes=asked_minutes,
        input_mb=max((job.input_mb for job in jobs if job.input_mb is not None), default=None),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """By the nearest rank: of fewer than 100 values the 99th is the largest."""
    ordered = sorted(values)
    return ordered[max(1, ceil(len(ordered) * percent / 100)) - 1]


def _step(value: float, small: int, large: int) -> int:
    """Rounded up: to the small step, beyond ten large ones to the large."""
    step = large if value > 10 * large else small
    return ceil(value / step) * step


def _is_well(asked: int | None, wanted: int, policy: Policy) -> bool:
    """Whether what is asked for can stay; what was not recorded is none of that."""
    return asked is not None and wanted <= asked <= policy.slack * wanted


def as_yaml(found: Sequence[Suggestion], beside: int = BESIDE) -> str:
    """A profile's ``set-resources``, each value with what it rests on; empty for none."""
    if not found:
        return ""
    lines = ["set-resources:"]
    for one in found:
        lines.append(f"  {one.rule}:  # {_rests_on(one)}")
        if one.mb is not None:
            more = f" + {beside}" if beside else ""
            why = _why(f"{one.peak_mb:,.0f} MB", _asked(one.asked_mb, "MB"))
            lines.append(f"    mem_mb: attempt * {one.mb}{more}  # {why}")
        if one.minutes is not None:
            why = _why(duration(one.longest), _asked(one.asked_minutes, "min"))
            lines.append(f"    runtime: attempt * {one.minutes}  # {why}")
    return "\n".join(lines) + "\n"


def _rests_on(one: Suggestion) -> str:
    inputs = "" if one.input_mb is None else f", inputs up to {one.input_mb:,.1f} MB"
    return f"{one.jobs} job{'' if one.jobs == 1 else 's'}{inputs}"


def _why(used: str, asked: str) -> str:
    return f"{used} at most{asked}"


def _asked(number: int | None, unit: str) -> str:
    return "" if number is None else f"; asked for {number:,} {unit}"


def duration(seconds: float) -> str:
    """Time as people say it: 4.2 s, 35 s, 12 min, 3 h 05 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60:,} h {minutes % 60:02d} min"


def wanted_by_rule(found: Iterable[Suggestion]) -> Mapping[str, Suggestion]:
    """By the rule's name."""
    return {one.rule: one for one in found}
