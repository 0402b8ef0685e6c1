"""Quality over runs: the store, the robust statistics, the signs and the page."""

import argparse
import html
import random
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from dugnad.errors import UserError
from dugnad.qc import trends
from dugnad.qc.robust import centre_and_spread, mann_kendall, modified_z, quantiles, theil_sen
from dugnad.qc.series import Key, Series, gather
from dugnad.qc.signs import signs
from dugnad.qc.store import RUN_QC, add_runs, read_store, select
from dugnad.qc.trend_figure import day_axis, day_ticks, value_axis, value_ticks
from dugnad.qc.trend_page import render
from dugnad.tables import write_table

FIRST = date(2024, 1, 8)
Rows = list[dict[str, Any]]
Depth = Callable[[int, int, random.Random], float]


def row(run: str = "R1", day: date = FIRST, **cells: Any) -> dict[str, Any]:
    """One metric of one sample; whatever is named otherwise."""
    base = {
        "run": run, "date": day, "site": "Oslo", "panel": "panel-a", "panel_version": "1.0",
        "analyte": "dna", "role": "tumour", "case": "C1", "sample": "C1-T", "metric": "depth",
        "value": 400.0, "unit": "reads", "lower": 200.0, "upper": None, "status": "pass",
        "source": "test",
    }  # fmt: skip
    return base | cells


def judged(value: float) -> dict[str, Any]:
    """Value, limit and status as a panel would: warn below 200, fail below 100."""
    status = "fail" if value < 100 else "warn" if value < 200 else "pass"
    return {"value": value, "lower": 100.0 if status == "fail" else 200.0, "status": status}


def steady(_run: int, _sample: int, chance: random.Random) -> float:
    """Depths of about 400."""
    return 400 + chance.gauss(0, 20)


def run_rows(run: int, depth: Depth, samples: int = 8, **cells: Any) -> Rows:
    """One run of the site, every week."""
    chance = random.Random(f"test:{run}")
    day = FIRST + timedelta(weeks=run)
    return [
        row(f"R{run:03d}", day, case=f"C{run:03d}", sample=f"S{run:03d}-{sample}",
            **judged(depth(run, sample, chance)), **cells)
        for sample in range(samples)
    ]  # fmt: skip


def fill(folder: Path, runs: list[Rows]) -> Path:
    """A store of these runs."""
    files = []
    for number, rows in enumerate(runs):
        files.append(folder / f"in{number}.parquet")
        write_table(files[-1], rows, RUN_QC)
    add_runs(folder / "store", files)
    return folder / "store"


def series_of(folder: Path, depth: Depth, runs: int = 45) -> Series:
    table = read_store(fill(folder, [run_rows(run, depth) for run in range(runs)]))
    (series,) = gather(table, table)
    return series


def page_of(folder: Path, depth: Depth, runs: int = 45, **cells: Any) -> str:
    table = read_store(fill(folder, [run_rows(run, depth, **cells) for run in range(runs)]))
    return render(table, table)


def call(*words: object) -> None:
    """The verb, as the command line calls it."""
    parser = argparse.ArgumentParser()
    trends.register(parser)
    trends.main(parser.parse_args([str(word) for word in words]))


# robust statistics


def test_modified_z_finds_the_outlier_that_a_mean_hides() -> None:
    values = np.array([10.0, 11, 9, 10, 12, 8, 10, 11, 9, 100])
    centre, spread = centre_and_spread(values)
    assert (centre, spread) == (10.0, pytest.approx(1 / 0.6745))
    z = modified_z(values, centre, spread)
    assert z[-1] == pytest.approx(0.6745 * 90)
    assert np.abs(z[:-1]).max() < 3.5


def test_mean_deviation_stands_in_where_most_values_are_the_same() -> None:
    values = np.array([0.0] * 9 + [5.0])
    centre, spread = centre_and_spread(values)
    assert spread == pytest.approx(1.253314 * 0.5)
    assert modified_z(values, centre, spread)[-1] > 3.5
    assert modified_z(np.zeros(5), 0.0, 0.0).tolist() == [0.0] * 5


def test_mann_kendall() -> None:
    rising = np.arange(10.0)
    assert mann_kendall(rising) == pytest.approx(8.303e-5, rel=1e-3)  # S 45, variance 125
    assert mann_kendall(rising[::-1]) == mann_kendall(rising)
    assert mann_kendall(np.ones(10)) == 1.0
    assert mann_kendall(np.array([1.0, 9, 2, 8, 3, 7, 4, 6, 5, 5])) > 0.5
    tied = np.array([1.0, 1, 1, 1, 1, 2, 2, 2, 2, 2])  # S 25, variance 125 - 2 * 300 / 18
    assert mann_kendall(tied) == pytest.approx(0.012186, rel=1e-3)


def test_theil_sen_ignores_one_bad_value() -> None:
    values = 3.0 * np.arange(10)
    values[4] = 1000
    assert theil_sen(values) == 3.0


def test_quantiles_by_group_are_those_of_numpy() -> None:
    groups = [np.sort(np.random.default_rng(n).normal(size=n)) for n in (1, 2, 7, 30)]
    counts = np.array([len(group) for group in groups])
    starts = np.cumsum(counts) - counts
    for share in (0.1, 0.5, 0.9):
        expected = [np.quantile(group, share) for group in groups]
        assert quantiles(np.concatenate(groups), starts, counts, share) == pytest.approx(expected)


# the store


def test_adding_again_replaces_the_run(tmp_path: Path) -> None:
    store = fill(tmp_path, [run_rows(1, steady), run_rows(2, steady)])
    before = (store / "R001.qc.parquet").read_bytes()
    fill(tmp_path, [run_rows(1, steady)])
    assert (store / "R001.qc.parquet").read_bytes() == before
    fill(tmp_path, [run_rows(1, steady, samples=3)])
    table = read_store(store)
    assert table["run"].to_pylist() == ["R001"] * 3 + ["R002"] * 8
    assert sorted(path.name for path in store.iterdir()) == ["R001.qc.parquet", "R002.qc.parquet"]


def test_runs_come_in_order_of_date_whatever_their_names(tmp_path: Path) -> None:
    late, early = row("A", date(2025, 5, 1)), row("Z", date(2024, 5, 1))
    assert read_store(fill(tmp_path, [[late], [early]]))["run"].to_pylist() == ["Z", "A"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row("R1"), row("R2", sample="C2")], "holds 2 values of run"),
        ([row(), row(day=date(2024, 2, 1), sample="C2")], "holds 2 values of date"),
        ([row("../R1")], "cannot name a file"),
        ([row(status="good")], "has status good"),
        ([row(value=float("inf"))], "has a value that is not a finite number"),
        ([row(), row()], "sample C1-T has depth 2 times"),
        ([row(site=None)], "has rows without site"),
        ([row(sample="01010112377")], "looks like a national identity number (***********)"),
        ([], "holds no sample"),
    ],
)
def test_unfit_run_is_refused(tmp_path: Path, rows: Rows, told: str) -> None:
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    write_table(good, run_rows(1, steady), RUN_QC)
    write_table(bad, rows, RUN_QC)
    with pytest.raises(UserError) as error:
        add_runs(tmp_path / "store", [good, bad])
    assert all(problem.startswith(f"{bad}: ") for problem in error.value.problems)
    assert told in str(error.value)
    assert not (tmp_path / "store").exists()


def test_files_that_are_no_runs_are_all_named(tmp_path: Path) -> None:
    store = fill(tmp_path, [run_rows(1, steady)])
    (store / "torn.qc.parquet").write_bytes((store / "R001.qc.parquet").read_bytes()[:500])
    (store / "renamed.qc.parquet").write_bytes((store / "R001.qc.parquet").read_bytes())
    foreign = pq.read_table(store / "R001.qc.parquet").drop_columns(["site"])
    pq.write_table(foreign, store / "foreign.qc.parquet")
    (store / ".R009.qc.parquet.1.tmp").write_text("half written")
    (store / "README.txt").write_text("of no concern")
    with pytest.raises(UserError) as error:
        read_store(store)
    assert len(error.value.problems) == 3
    told = str(error.value)
    assert f"{store}/torn.qc.parquet: cannot be read as Parquet" in told
    assert f"{store}/foreign.qc.parquet: is not a run's quality table of this version" in told
    assert f"{store}/renamed.qc.parquet: holds run 'R001'" in told


def test_empty_store_and_wrong_choices_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        read_store(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no run"):
        read_store(tmp_path / "empty")
    table = read_store(fill(tmp_path, [run_rows(1, steady)]))
    with pytest.raises(UserError, match="no panel x; the store has panel-a\nno site Bergen"):
        select(table, panels=["x"], sites=["Bergen"])
    with pytest.raises(UserError, match="no run is left"):
        select(table, since=date(2030, 1, 1))
    assert select(table, ["panel-a"], ["Oslo"], FIRST + timedelta(weeks=1)).num_rows == 8


# series and signs


def test_series_holds_runs_limits_and_flagged_samples(tmp_path: Path) -> None:
    def one_low(run: int, sample: int, chance: random.Random) -> float:
        return 90.0 if (run, sample) == (20, 3) else steady(run, sample, chance)

    series = series_of(tmp_path, one_low)
    assert series.key == Key("panel-a", "dna", "tumour", "depth", "reads", "Oslo")
    assert [run.name for run in series.runs] == [f"R{run:03d}" for run in range(45)]
    assert all(run.low <= run.median <= run.high for run in series.runs)
    assert {(x.side, x.value, x.breach) for x in series.limits} == {
        ("lower", 200.0, ""),
        ("lower", 100.0, "fail"),
    }
    (point,) = series.points
    assert (point.sample, point.status, point.outlier) == ("S020-3", "fail", True)
    assert point.z == pytest.approx((90 - series.centre) / series.spread)


def test_each_group_is_a_series_of_its_own(tmp_path: Path) -> None:
    cells = [
        {}, {"site": "Bergen"}, {"panel": "panel-b"}, {"role": "normal"}, {"analyte": "rna"},
        {"metric": "reads"}, {"unit": "ratio"},
    ]  # fmt: skip
    rows = [row(sample=f"S{n}", value=float(n), **cell) for n, cell in enumerate(cells)]
    rows.append(row(sample="S9", value=None, status="not_measured"))
    table = read_store(fill(tmp_path, [rows]))
    found = gather(table, table)
    assert sorted(series.centre for series in found) == [0, 1, 2, 3, 4, 5, 6]
    assert {series.centre: series.not_measured for series in found if series.not_measured} == {0: 1}


def test_steady_series_has_no_sign(tmp_path: Path) -> None:
    assert signs(series_of(tmp_path, steady)) == []


def kinds(series: Series) -> Mapping[str, bool]:
    return {sign.kind: sign.up for sign in signs(series)}


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (lambda r, s, c: steady(r, s, c) - 8 * max(0, r - 34), {"trend": False}),
        (lambda r, s, c: steady(r, s, c) + 8 * max(0, r - 34), {"trend": True}),
        (lambda r, s, c: steady(r, s, c) - 45 * (r > 34), {"shift": False}),
        (lambda r, s, c: steady(r, s, c) / (2.5 if r == 44 else 1), {"outside": False}),
        (lambda r, s, c: steady(r, s, c) * (2 if r == 44 else 1), {"unusual": True}),
    ],
)
def test_signs_name_what_changed(tmp_path: Path, depth: Depth, expected: dict[str, bool]) -> None:
    found = kinds(series_of(tmp_path, depth))
    assert expected.items() <= found.items()


def test_a_failed_last_run_comes_before_all_else(tmp_path: Path) -> None:
    series = series_of(tmp_path, lambda r, s, c: steady(r, s, c) / (5 if r == 44 else 1))
    ranks = [(sign.kind, sign.rank) for sign in signs(series)]
    assert ranks[0] == ("outside", 0)
    assert ("unusual", 2) in ranks


def test_few_runs_are_not_judged(tmp_path: Path) -> None:
    table = read_store(fill(tmp_path, [run_rows(run, falling) for run in range(9)]))
    (series,) = gather(table, table)
    assert signs(series) == []
    assert not any(run.unusual for run in series.runs)
    assert "1 series has fewer than 10 runs here" in render(table, table)


def falling(run: int, _sample: int, _chance: random.Random) -> float:
    return 400.0 - 20 * run


def test_few_samples_are_not_judged(tmp_path: Path) -> None:
    rows = [row(sample=f"S{n}", **judged(value)) for n, value in enumerate((400, 401, 402, 50))]
    table = read_store(fill(tmp_path, [rows]))
    (series,) = gather(table, table)
    assert [(point.sample, point.outlier) for point in series.points] == [("S3", False)]
    page = render(table, table)
    assert "too few samples to say what is usual" in page
    assert 'class="usual"' not in page
    assert ">fail below 100<" in page


# the picture and the page


def facet(page: str, title: str) -> str:
    """The SVG with this title."""
    found = [svg for svg in re.findall(r"<svg class=\"plot\".*?</svg>", page, re.DOTALL)
             if re.search(rf"<title[^>]*>{title}</title>", svg)]  # fmt: skip
    assert len(found) == 1
    return found[0]


def value_at(svg: str, y: float) -> float:
    """What the ticks of a picture say of a height."""
    ticks = re.findall(r'y="([\d.]+)" text-anchor="end">([\d,.]+)</text>', svg)
    heights = [float(at) - 3.5 for at, _ in ticks]
    values = [float(text.replace(",", "")) for _, text in ticks]
    slope = (values[-1] - values[0]) / (heights[-1] - heights[0])
    return values[0] + (y - heights[0]) * slope


def test_limits_are_drawn_where_the_axis_says(tmp_path: Path) -> None:
    def low(run: int, sample: int, chance: random.Random) -> float:
        return {(10, 0): 150.0, (30, 0): 80.0}.get((run, sample), steady(run, sample, chance))

    svg = facet(page_of(tmp_path, low), "depth, tumour DNA, panel-a, Oslo")
    lines = re.findall(r'<line class="limit (\w*)" data-value="([\d.]+)".*? y1="([\d.]+)"', svg)
    assert {(breach, float(value)) for breach, value, _ in lines} == {("warn", 200), ("fail", 100)}
    for _, value, y in lines:
        assert value_at(svg, float(y)) == pytest.approx(float(value), abs=1.5)
    assert ">warn below 200<" in svg
    marks = re.findall(r'<use href="#m-(\w+)" x="([\d.]+)" y="([\d.]+)"><title>(\S+),', svg)
    heights = {(kind, name): value_at(svg, float(y)) for kind, _, y, name in marks}
    assert heights["warn", "S010-0"] == pytest.approx(150, abs=1.5)
    assert heights["fail", "S030-0"] == pytest.approx(80, abs=1.5)


def test_limits_follow_the_panel_version(tmp_path: Path) -> None:
    runs = [run_rows(run, steady) for run in range(20)]
    for rows in runs[10:]:
        for one in rows:
            one.update(panel_version="2.0", lower=300.0)
    table = read_store(fill(tmp_path, runs))
    svg = facet(render(table, table), "depth, tumour DNA, panel-a, Oslo")
    lines = re.findall(r'data-value="([\d.]+)" x1="([\d.]+)" x2="([\d.]+)"', svg)
    (old, new) = sorted(tuple(map(float, line)) for line in lines)
    assert (old[0], new[0]) == (200, 300)
    assert old[1] < old[2] == new[1] < new[2]


def test_far_limit_is_told_in_words(tmp_path: Path) -> None:
    page = page_of(tmp_path, lambda _r, _s, c: 90_000 + c.gauss(0, 20))
    assert "needs at least 200 reads: off the scale" in page
    assert 'class="limit' not in page


def test_page_names_outlier_bad_run_and_drift(tmp_path: Path) -> None:
    def depth(run: int, sample: int, chance: random.Random) -> float:
        if (run, sample) == (5, 2):
            return 640.0
        return steady(run, sample, chance) - 8 * max(0, run - 34) - 120 * (run == 15)

    page = page_of(tmp_path, depth)
    parts = dict(re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL))
    looks = parts["looks"]
    assert re.search(r"falls by [\d.]+ reads over the last ten runs, towards the lower", looks)
    assert "R015" in parts["runs"] and "R016" not in parts["runs"]
    assert re.search(r"S005-2</td>.*?640 reads.*?<strong>\+\d", parts["samples"], re.DOTALL)
    svg = facet(page, "depth, tumour DNA, panel-a, Oslo")
    assert re.search(r'<text class="name"[^>]*>S005-2</text>', svg)
    assert re.search(r'#m-run"[^>]*><title>run R015, 2024-04-22: median', svg)
    assert re.search(r"<desc[^>]*>360 samples in 45 runs from 2024-01-08", svg)


def test_quiet_page_says_so(tmp_path: Path) -> None:
    page = page_of(tmp_path, lambda _r, _s, _c: 400.0)
    assert "No last run lies outside a limit or is unusual, and no metric drifts." in page
    assert "all values are the same" in page


def test_all_text_is_escaped_and_nothing_is_fetched(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script>'
    rows = run_rows(1, steady)
    texts = (
        "site",
        "panel",
        "panel_version",
        "analyte",
        "role",
        "case",
        "sample",
        "metric",
        "unit",
    )
    for number, one in enumerate(rows):
        one |= {name: f"{name}{evil}" for name in texts} | {"source": evil}
        one["sample"] = f"sample{number}{evil}"
        one.update(judged(50.0))
    table = read_store(fill(tmp_path, [rows]))
    page = render(table, table)
    assert "<script" not in page.lower()
    shown = html.escape(evil, quote=False).replace('"', "&#34;")
    assert all(f"{name}{shown}" in page for name in ("site", "panel", "metric", "unit", "role"))
    assert f"sample3{shown}" in page
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|url\(|@import|\ssrc=|<iframe|<object|\son\w+=", page)


def test_page_is_the_same_each_time(tmp_path: Path) -> None:
    assert page_of(tmp_path / "a", steady, runs=12) == page_of(tmp_path / "b", steady, runs=12)


def test_part_of_the_store_knows_what_its_limits_mean(tmp_path: Path) -> None:
    def early(run: int, sample: int, chance: random.Random) -> float:
        return 150.0 if (run, sample) == (0, 0) else steady(run, sample, chance)

    history = read_store(fill(tmp_path, [run_rows(run, early) for run in range(20)]))
    late = select(history, since=FIRST + timedelta(weeks=5))
    assert "warn below 200" in render(late, history)
    assert "warn below 200" not in render(late, late)


def test_verb_adds_and_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, page = tmp_path / "store", tmp_path / "trends.html"
    for run in (1, 2):
        write_table(tmp_path / f"{run}.parquet", run_rows(run, steady), RUN_QC)
    call("--store", store, "--add", tmp_path / "1.parquet", tmp_path / "2.parquet")
    assert capsys.readouterr().out.split() == [
        "added", f"{store}/R001.qc.parquet", "added", f"{store}/R002.qc.parquet",
    ]  # fmt: skip
    call("--store", store, "--output", page, "--since", FIRST + timedelta(weeks=2))
    assert "<dt>runs</dt><dd>1</dd>" in page.read_text()
    with pytest.raises(UserError, match="nothing to do"):
        call("--store", store)
    with pytest.raises(SystemExit):
        call("--store", store, "--output", page, "--since", "yesterday")
    assert "'yesterday' is not a date such as" in capsys.readouterr().err


# axes


@pytest.mark.parametrize("days", [1, 10, 45, 200, 400, 1100, 4000])
def test_days_have_few_ticks_in_place(days: int) -> None:
    axis = day_axis([19_000, 19_000 + days])
    ticks = day_ticks(axis)
    assert 1 <= len(ticks) <= 8
    assert all(46 <= tick.at <= 394 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)


@pytest.mark.parametrize("value", [0.0, 0.002, 0.97, 1.0])
@pytest.mark.parametrize("noise", [0.0, 0.0004, 0.03])
def test_values_have_few_ticks_in_place(tmp_path: Path, value: float, noise: float) -> None:
    def share(_run: int, _sample: int, chance: random.Random) -> float:
        return min(1.0, max(0.0, value + chance.gauss(0, noise)))

    table = read_store(fill(tmp_path, [run_rows(run, share, unit="fraction") for run in range(12)]))
    (series,) = gather(table, table)
    axis = value_axis([series])
    ticks = value_ticks(axis, "fraction")
    assert axis.low >= 0 and axis.high <= 200
    assert 2 <= len(ticks) <= 8
    assert all(8 <= tick.at <= 148 and tick.text.endswith("%") for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)
