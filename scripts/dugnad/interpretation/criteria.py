"""Criteria as rows of data: what each asks of the facts of a finding, and what follows.

A criterion's ``when`` is conditions joined by `` & ``, each ``fact operator value``; all must hold.
A fact that is not known makes it not assessable, unless another condition fails. ``unless`` names
criteria that switch this one off when they are met, as "cannot be used if OM1 applies"; one that
is itself switched off switches nothing off. :func:`score` adds points and reads the class from
rows about the fact ``points``; :func:`first` takes the first row that is met.
"""

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.knowledge.tsv import Row, read_rows
from dugnad.record_interpretation import Classification, Reason, State

Facts = Mapping[str, str | float | bool | None]
"""What is known of a finding; a fact that is absent or None is not known.

``fact.source`` may say where a fact comes from, or more of it; it is told beside the value.
"""

POINTS = "points"
_TEXTUAL = ("=", "!=", "in")
_NUMERIC: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
COLUMNS = ("id", "when", "unless", "points", "outcome", "level", "text", "source")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_INTEGER = re.compile(r"-?\d+")
_CONDITION = re.compile(r"(\w+)\s+(\S+)\s+(.*\S)")


@dataclass(frozen=True)
class Condition:
    """One comparison of a fact; several values are alternatives."""

    fact: str
    operator: str
    values: tuple[str, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Whether it holds; None when the fact is not known."""
        value = facts.get(self.fact)
        if value is None:
            return None
        if self.operator in _NUMERIC:
            return _NUMERIC[self.operator](float(value), float(self.values[0]))
        return (shown(value) in self.values) != (self.operator == "!=")


@dataclass(frozen=True)
class Criterion:
    """One row: what it asks, and the points, or outcome and level, that follow."""

    id: str
    when: tuple[Condition, ...]
    unless: tuple[str, ...]
    points: int | None
    outcome: str | None
    level: str | None
    text: str
    source: str

    def state(self, facts: Facts) -> State:
        """Met, not met or not assessable, by its own conditions alone."""
        held = [condition.holds(facts) for condition in self.when]
        if False in held:
            return "not_met"
        return "not_assessable" if None in held else "met"

    def reason(self, state: State, facts: Facts) -> Reason:
        """As the record has it."""
        names = dict.fromkeys(condition.fact for condition in self.when)
        values = tuple(f"{name}: {_told(name, facts)}" for name in names)
        return Reason(
            criterion=self.id,
            state=state,
            values=values,
            points=self.points,
            text=self.text,
            source=self.source,
        )


def conditions_of(text: str) -> tuple[Condition, ...]:
    """The conditions of a ``when``; none of an empty one. Raises ValueError."""
    return tuple(_condition(part.strip()) for part in text.split(" & ")) if text else ()


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not 'fact operator value'; put spaces between the three")
    fact, sign, value = found.groups()
    if sign in _NUMERIC:
        try:
            float(value)
        except ValueError:
            raise ValueError(f"'{text}' compares with no number; write e.g. 0.01") from None
    elif sign not in _TEXTUAL:
        known = ", ".join((*_TEXTUAL, *_NUMERIC))
        raise ValueError(f"'{sign}' is no operator; known are {known}")
    values = value.split("|") if sign == "in" else [value]
    return Condition(fact, sign, tuple(part.strip() for part in values))


def shown(value: str | float | bool | None) -> str:
    """A fact's value in words: yes, no, a number, or not known."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.6g}"


def _told(name: str, facts: Facts) -> str:
    source = facts.get(f"{name}.source")
    return shown(facts.get(name)) + (f" ({source})" if source else "")


def read_criteria(path: Path, facts: Collection[str]) -> tuple[Criterion, ...]:
    """The criteria of a TSV, in its order; ``facts`` are the names that conditions may use.

    Raises UserError with all faulty lines, then with what is wrong across lines.
    """
    known = {*facts, POINTS}
    criteria = read_rows(path, COLUMNS, lambda row: _criterion(row, known))
    ids = [row.id for row in criteria]
    problems = [f"{path}: {name} is there twice; rename one" for name in _twice(ids)]
    for row in criteria:
        for other in row.unless:
            if other not in ids:
                text = f"no such criterion {got(other)}; mend the id"
                problems.append(f"{path}: {row.id}: unless: {text}")
    if problems := problems or list(_circles(path, criteria)):
        raise UserError(problems)
    return tuple(criteria)


def _criterion(row: Row, known: Collection[str]) -> Criterion:
    if not _ID.fullmatch(row["id"]):
        raise row.fault("id", "must be letters, digits, hyphens and underscores")
    try:
        when = conditions_of(row["when"])
    except ValueError as error:
        raise ValueError(f"when: {error}") from None
    for condition in when:
        if condition.fact not in known:
            text = f"no such fact {got(condition.fact)}; known are {', '.join(sorted(known))}"
            raise ValueError(f"when: {text}")
    if row["points"] and not _INTEGER.fullmatch(row["points"]):
        raise row.fault("points", "must be a whole number")
    if bool(row["points"]) == bool(row["outcome"]):
        raise row.fault("points", "needs either points or an outcome; fill in one")
    if not row["text"]:
        raise row.fault("text", "is missing; say what it asks")
    return Criterion(
        id=row["id"],
        when=when,
        unless=row.listed("unless"),
        points=int(row["points"]) if row["points"] else None,
        outcome=row["outcome"] or None,
        level=row["level"] or None,
        text=row["text"],
        source="; ".join(row.sources()),
    )


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _circles(path: Path, criteria: Iterable[Criterion]) -> Iterable[str]:
    """Criteria that would switch each other off, so that neither counts."""
    try:
        TopologicalSorter({row.id: row.unless for row in criteria}).prepare()
    except CycleError as error:
        circle = " unless ".join(error.args[1])
        yield f"{path}: unless: goes in a circle {got(circle)}; let one of them stand"


def score(
    criteria: Sequence[Criterion], facts: Facts, scheme: str, told: bool = True
) -> Classification:
    """The class by the sum of points of what is met.

    Criteria have points; the other rows, about the fact ``points``, are the classes. The note
    says which other classes are possible when what is not assessable were met.
    """
    rows = [row for row in criteria if row.points is not None]
    states = _states(rows, facts)
    total = sum(row.points or 0 for row in rows if states[row.id] == "met")
    chosen = _class(criteria, total)
    if not told:
        return Classification(
            scheme=scheme, category=chosen.outcome or "", level=chosen.level, points=total
        )
    reasons = tuple(row.reason(states[row.id], facts) for row in rows)
    return Classification(
        scheme=scheme,
        category=chosen.outcome or "",
        level=chosen.level,
        points=total,
        reasons=reasons,
        note=_open(criteria, reasons, total, chosen),
    )


def _states(rows: Iterable[Criterion], facts: Facts) -> dict[str, State]:
    """The state of each; of those that may switch others off, theirs goes first."""
    by_id = {row.id: row for row in rows}
    states: dict[str, State] = {}

    def judge(row: Criterion) -> State:
        if row.id not in states:
            state = row.state(facts)
            off = state != "not_met" and any(judge(by_id[o]) == "met" for o in row.unless)
            states[row.id] = "overruled" if off else state
        return states[row.id]

    for row in by_id.values():
        judge(row)
    return states


def _class(criteria: Iterable[Criterion], total: int) -> Criterion:
    for row in criteria:
        if row.points is None and row.state({POINTS: total}) == "met":
            return row
    raise ValueError(f"no class for {total} points")


def _open(
    criteria: Sequence[Criterion], reasons: Iterable[Reason], total: int, chosen: Criterion
) -> str | None:
    """What is not assessable, when it could change the class; each way taken by itself."""
    unknown = [reason for reason in reasons if reason.state == "not_assessable" and reason.points]
    ends = []
    for sign in (1, -1):
        side = [reason for reason in unknown if (reason.points or 0) * sign > 0]
        end = _class(criteria, total + sum(reason.points or 0 for reason in side))
        if end != chosen:
            names = ", ".join(f"{reason.criterion} ({reason.points:+d})" for reason in side)
            ends.append(f"{names}: as far as {end.outcome}")
    return f"not assessable, and could change the class: {'; '.join(ends)}" if ends else None


def first(
    criteria: Sequence[Criterion], facts: Facts, scheme: str, told: bool = True
) -> Classification:
    """The outcome and level of the first row that is met and not switched off.

    Rows after it that hold as well are overruled. Without any: ``not_assessable`` when a row is
    so, else ``none``. The note names the earlier rows that could not be assessed. ``told`` false:
    without reasons.
    """
    judged = _states(criteria, facts)
    states = [judged[row.id] for row in criteria]
    place = states.index("met") if "met" in states else len(states)
    states[place + 1 :] = [
        "overruled" if state == "met" else state for state in states[place + 1 :]
    ]
    unknown = [
        row.id
        for row, state in zip(criteria[:place], states, strict=False)
        if state == "not_assessable"
    ]
    winner = criteria[place] if place < len(criteria) else None
    category = winner.outcome if winner else "not_assessable" if unknown else "none"
    return Classification(
        scheme=scheme,
        category=category or "",
        level=winner.level if winner else None,
        reasons=tuple(
            row.reason(state, facts) for row, state in zip(criteria, states, strict=True) if told
        ),
        note=f"not assessable: {', '.join(unknown)}" if unknown else None,
    )
