"""The page of quality over runs: what asks for a look, who lies outside, a picture per series.

One self-contained HTML file: no script, no network, all texts escaped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from dugnad.qc.robust import OUTLIER
from dugnad.qc.series import ENOUGH_RUNS, Point, Run, Series, gather
from dugnad.qc.signs import Sign, signs
from dugnad.qc.trend_figure import Picture, day_axis, draw, value_axis
from dugnad.qc.trend_words import day_text, described, limits_text, quantity, score, told, words

# rows of a table that stand open, and rows of it at all
OPEN_ROWS, MOST_ROWS = 20, 1000


class Entry(NamedTuple):
    """A series on the page, with its number there and its signs, the gravest first."""

    number: int
    series: Series
    signs: tuple[Sign, ...]

    @property
    def rank(self) -> int:
        """The rank of the gravest sign; past all ranks where the series is steady."""
        return self.signs[0].rank if self.signs else 9

    @property
    def last(self) -> Run:
        """The last run."""
        return self.series.runs[-1]


class BadRun(NamedTuple):
    """A run with unusual medians, and where."""

    run: str
    day: int
    site: str
    found: tuple[tuple[Entry, Run], ...]


class Flagged(NamedTuple):
    """A sample that breaches a limit or is an outlier."""

    entry: Entry
    point: Point


class Figure(NamedTuple):
    """A metric of one panel, analyte and role: a picture per site."""

    entries: tuple[Entry, ...]
    pictures: tuple[Picture, ...]

    @property
    def metric(self) -> tuple[str, str]:
        """The metric and its unit."""
        key = self.entries[0].series.key
        return key.metric, key.unit

    @property
    def group(self) -> str:
        """The role and analyte, in words."""
        key = self.entries[0].series.key
        return f"{key.role} {key.analyte.upper()}"


@dataclass(frozen=True)
class PanelPart:
    """A panel's figures, and its table of last runs: metrics by role and analyte and by sites."""

    name: str
    figures: tuple[Figure, ...]

    @property
    def groups(self) -> dict[str, list[Figure]]:
        """The figures by group."""
        found: dict[str, list[Figure]] = {}
        for figure in self.figures:
            found.setdefault(figure.group, []).append(figure)
        return found

    @property
    def columns(self) -> dict[str, list[str]]:
        """The sites of each group."""
        return {
            group: sorted({entry.series.key.site for figure in figures for entry in figure.entries})
            for group, figures in self.groups.items()
        }

    @property
    def metrics(self) -> list[tuple[str, str]]:
        """The metrics with their units, in order of the figures."""
        return list(dict.fromkeys(figure.metric for figure in self.figures))

    @property
    def cells(self) -> dict[tuple[str, str, str, str], Entry]:
        """The series by metric, unit, group and site."""
        return {
            (*figure.metric, figure.group, entry.series.key.site): entry
            for figure in self.figures
            for entry in figure.entries
        }


@dataclass(frozen=True)
class Page:
    """What the template shows."""

    entries: tuple[Entry, ...]
    panels: tuple[PanelPart, ...]
    bad_runs: tuple[BadRun, ...]
    flagged: tuple[Flagged, ...]
    runs: int
    samples: int
    sites: tuple[str, ...]
    first: str
    last: str
    never_measured: tuple[str, ...]

    @property
    def few(self) -> int:
        """How many series have too few runs for some of the signs."""
        return sum(len(entry.series.runs) < ENOUGH_RUNS for entry in self.entries)

    @property
    def looks(self) -> list[Entry]:
        """The series that ask for a look, the gravest first."""
        return sorted((entry for entry in self.entries if entry.signs), key=lambda e: e.rank)


def render(table: pa.Table, history: pa.Table) -> str:
    """The page of a part of a store's history; both have RUN_QC's columns, in order of time."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("dugnad.qc"), PackageLoader("dugnad.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day_text,
        "words": words,
        "told": told,
        "score": score,
        "quantity": quantity,
        "described": described,
        "limits": limits_text,
    }
    page = compose(table, history)
    template = environment.get_template("trends.html")
    constants = {"open_rows": OPEN_ROWS, "most_rows": MOST_ROWS}
    return template.render(page=page, outlier=OUTLIER, enough=ENOUGH_RUNS, **constants)


def compose(table: pa.Table, history: pa.Table) -> Page:
    """What the page shows of a part of a store's history."""
    found = enumerate(gather(table, history), start=1)
    entries = tuple(Entry(number, series, tuple(signs(series))) for number, series in found)
    days = table["date"].unique().cast(pa.int32()).to_pylist()
    measured = {entry.series.key.metric for entry in entries}
    metrics = table["metric"].unique().to_pylist()
    samples = table.group_by(["run", "case", "sample"]).aggregate([])
    by_panel = groupby(entries, key=lambda entry: entry.series.key.panel)
    return Page(
        entries=entries,
        panels=tuple(PanelPart(panel, _figures(group, days)) for panel, group in by_panel),
        bad_runs=_bad_runs(entries),
        flagged=_flagged(entries),
        runs=len(table["run"].unique()),
        samples=samples.num_rows,
        sites=tuple(sorted(table["site"].unique().to_pylist())),
        first=day_text(min(days)),
        last=day_text(max(days)),
        never_measured=tuple(metric for metric in metrics if metric not in measured),
    )


def _figures(entries: Iterable[Entry], days: Sequence[int]) -> tuple[Figure, ...]:
    """A figure for each metric of a panel's entries, which lie metric by metric."""
    time = day_axis(days)
    figures = []
    for _, group in groupby(entries, key=lambda entry: entry.series.key[:-1]):
        sites = tuple(sorted(group, key=lambda entry: entry.series.key.site))
        values = value_axis([entry.series for entry in sites])
        pictures = tuple(draw(entry.series, time, values) for entry in sites)
        figures.append(Figure(sites, pictures))
    return tuple(figures)


def _bad_runs(entries: Sequence[Entry]) -> tuple[BadRun, ...]:
    """Runs with unusual medians: those with most of them first, then the newest."""
    found: dict[tuple[str, int, str], list[tuple[Entry, Run]]] = {}
    for entry in entries:
        for run in entry.series.runs:
            if run.unusual:
                found.setdefault((run.name, run.day, entry.series.key.site), []).append(
                    (entry, run)
                )
    runs = [BadRun(*key, tuple(pairs)) for key, pairs in found.items()]
    return tuple(sorted(runs, key=lambda bad: (-len(bad.found), -bad.day, bad.run)))


def _flagged(entries: Sequence[Entry]) -> tuple[Flagged, ...]:
    """Samples that breach a limit or are outliers: the newest first, fails before the rest."""
    rows = [Flagged(entry, point) for entry in entries for point in entry.series.points]
    ranks = {"fail": 0, "warn": 1}
    order = [
        (-row.point.day, ranks.get(row.point.status, 2), row.point.sample, row.entry.number)
        for row in rows
    ]
    return tuple(row for _, row in sorted(zip(order, rows, strict=True), key=itemgetter(0)))
