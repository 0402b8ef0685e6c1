"""A metric over the runs of one site: each run's median, the limits, and who lies outside.

A series is one metric of one panel, analyte, role and site. Samples are held against the limits of
their day and against their own series, runs against the other runs of their series.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dugnad.qc.robust import OUTLIER, Floats, Ints, centre_and_spread, modified_z, quantiles

# fewer values than these say too little of what is usual
ENOUGH_SAMPLES = 10
ENOUGH_RUNS = 10


class Key(NamedTuple):
    """What a series is of."""

    panel: str
    analyte: str
    role: str
    metric: str
    unit: str
    site: str


class Run(NamedTuple):
    """A run in a series: day (days since 1970), its samples' quantiles, and z among the runs."""

    name: str
    day: int
    samples: int
    low: float
    median: float
    high: float
    z: float

    @property
    def unusual(self) -> bool:
        """Whether its median is an outlier among the medians of the series."""
        return abs(self.z) > OUTLIER


class Limit(NamedTuple):
    """One side of a panel's limit; ``breach`` is empty while no sample has shown what it means."""

    version: str
    side: str
    value: float
    breach: str


class Point(NamedTuple):
    """A sample that breaches a limit or is an outlier of its series."""

    case: str
    sample: str
    run: str
    day: int
    value: float
    z: float
    status: str
    lower: float | None
    upper: float | None

    @property
    def outlier(self) -> bool:
        """Whether the modified z-score is beyond the limit."""
        return abs(self.z) > OUTLIER


@dataclass(frozen=True)
class Series:
    """One metric of one panel, analyte, role and site over its runs, in order of time."""

    key: Key
    runs: tuple[Run, ...]
    points: tuple[Point, ...]
    limits: tuple[Limit, ...]
    versions: tuple[tuple[str, int], ...]  # of the panel at the site, each with its first day
    centre: float
    spread: float
    samples: int
    not_measured: int

    @property
    def medians(self) -> Floats:
        """The runs' medians, shape (runs,)."""
        return np.array([run.median for run in self.runs])

    @property
    def judged(self) -> bool:
        """Whether it has values enough to say what is usual for a sample."""
        return self.samples >= ENOUGH_SAMPLES

    @property
    def usual(self) -> tuple[float, float]:
        """Between which values a sample is no outlier."""
        return self.centre - OUTLIER * self.spread, self.centre + OUTLIER * self.spread

    @property
    def limits_now(self) -> list[Limit]:
        """The limits of the panel's latest version at the site."""
        return [limit for limit in self.limits if limit.version == self.versions[-1][0]]


def gather(table: pa.Table, history: pa.Table) -> list[Series]:
    """All series of a table that have a value, by panel and in the order of the metrics.

    The table is part of a store's ``history``, which also says what a breach of a limit means;
    both have the columns of RUN_QC, in order of date and run (as ``read_store`` gives them).
    """
    table = table.combine_chunks()
    rows = _Rows.of(table)
    limits, versions = _limits(history), _versions(table)
    found = []
    for key, part in rows.series():
        values = rows.value[part]
        centre, spread = centre_and_spread(values)
        z = modified_z(values, centre, spread if len(values) >= ENOUGH_SAMPLES else 0.0)
        used = versions[key.panel, key.site]
        flagged = np.flatnonzero((np.abs(z) > OUTLIER) | rows.breached[part])
        series = Series(
            key=key,
            runs=tuple(rows.runs(part)),
            points=tuple(rows.point(part.start + int(i), float(z[i])) for i in flagged),
            limits=tuple(x for x in limits.get(key[:-1], ()) if x.version in dict(used)),
            versions=tuple(used),
            centre=centre,
            spread=spread,
            samples=len(values),
            not_measured=rows.not_measured.get(key, 0),
        )
        found.append(series)
    return found


def _limits(table: pa.Table) -> dict[tuple[str, ...], list[Limit]]:
    """The limits by panel, analyte, role, metric and unit.

    A row states the limit that its value breaches, or the strictest that it meets; so what a
    breach of a limit means is known from the samples that breach it, at any site.
    """
    names = [*Key._fields[:-1], "panel_version", "lower", "upper", "status"]
    breaches: dict[tuple[Any, ...], set[str]] = {}
    for row in table.group_by(names).aggregate([]).to_pylist():
        *key, status = (row[name] for name in names)
        breaches.setdefault(tuple(key), set()).add(status)
    known: dict[tuple[Any, ...], set[str]] = {}
    for (*key, _, lower, upper), statuses in breaches.items():
        known.setdefault((*key, lower, upper), set()).update(statuses)
    found: dict[tuple[str, ...], list[Limit]] = {}
    for *key, version, lower, upper in breaches:
        statuses = known[*key, lower, upper]
        breach = next((word for word in ("fail", "warn") if word in statuses), "")
        for side, value in (("lower", lower), ("upper", upper)):
            if value is not None:
                found.setdefault(tuple(key), []).append(Limit(version, side, value, breach))
    return {key: sorted(limits) for key, limits in found.items()}


def _versions(table: pa.Table) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """The versions of each panel at each site in order of their first days."""
    names = ["panel", "site", "panel_version"]
    rows = table.group_by(names).aggregate([("date", "min")])
    rows = rows.set_column(3, "day", rows["date_min"].cast(pa.int32())).to_pylist()
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in sorted(rows, key=lambda row: (row["day"], row["panel_version"])):
        place = (row["panel"], row["site"])
        found.setdefault(place, []).append((row["panel_version"], row["day"]))
    return found


def _codes(table: pa.Table, name: str) -> tuple[Ints, list[str]]:
    """A text column as numbers in order of first appearance, shape (rows,), and their texts."""
    encoded = table[name].combine_chunks().dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    return encoded.indices.to_numpy().astype(np.int64), texts


@dataclass(frozen=True)
class _Rows:
    """Measured rows, sorted by series, run and value; arrays of shape (rows,)."""

    table: pa.Table  # all rows, as they came
    row: Ints  # where in the table
    series_code: Ints
    run: Ints
    day: Ints
    value: Floats
    breached: np.ndarray[Any, np.dtype[np.bool_]]
    run_names: list[str]
    not_measured: dict[Key, int]

    @classmethod
    def of(cls, table: pa.Table) -> "_Rows":
        """Encode and sort a store's table."""
        series = np.zeros(table.num_rows, dtype=np.int64)
        for name in Key._fields:
            codes, texts = _codes(table, name)
            series = series * len(texts) + codes
        run, run_names = _codes(table, "run")
        value = table["value"].to_numpy()
        missing = np.isnan(value)
        _, first, counts = np.unique(series[missing], return_index=True, return_counts=True)
        absent = [_key(table, int(row)) for row in np.flatnonzero(missing)[first]]
        row = np.lexsort((value, run, series))
        row = row[~missing[row]]
        return cls(
            table=table,
            row=row,
            series_code=series[row],
            run=run[row],
            day=table["date"].cast(pa.int32()).to_numpy()[row],
            value=value[row],
            breached=np.isin(table["status"].to_numpy(zero_copy_only=False), ["warn", "fail"])[row],
            run_names=run_names,
            not_measured=dict(zip(absent, counts.tolist(), strict=True)),
        )

    def series(self) -> Iterator[tuple[Key, slice]]:
        """Each series with its rows."""
        for start, end in _groups(self.series_code):
            yield _key(self.table, int(self.row[start])), slice(start, end)

    def runs(self, part: slice) -> Iterator[Run]:
        """The runs of a series in order of time."""
        groups = np.array(list(_groups(self.run[part])))
        starts, counts = groups[:, 0], groups[:, 1] - groups[:, 0]
        values, codes, days = self.value[part], self.run[part][starts], self.day[part][starts]
        low, median, high = (quantiles(values, starts, counts, q) for q in (0.1, 0.5, 0.9))
        centre, spread = centre_and_spread(median)
        z = modified_z(median, centre, spread if len(median) >= ENOUGH_RUNS else 0.0)
        columns = (codes, days, counts, low, median, high, z)
        for code, day, count, *figures in zip(*columns, strict=True):
            yield Run(self.run_names[code], int(day), int(count), *map(float, figures))

    def point(self, place: int, z: float) -> Point:
        """A sample as a point; ``place`` counts the sorted rows."""
        names = ("case", "sample", "status", "lower", "upper")
        cells = {name: self.table[name][int(self.row[place])].as_py() for name in names}
        run, day = self.run_names[self.run[place]], int(self.day[place])
        return Point(run=run, day=day, value=float(self.value[place]), z=z, **cells)


def _groups(codes: Ints) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of equal codes."""
    edges = np.flatnonzero(np.diff(codes)) + 1
    yield from zip([0, *edges.tolist()], [*edges.tolist(), len(codes)], strict=True)


def _key(table: pa.Table, row: int) -> Key:
    return Key(*(str(table[name][row]) for name in Key._fields))
