"""What a run cost: from benchmarks and sacct's words to the page, the table and the suggestions."""

import csv
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from builders import row, workspace
from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.report.efficiency import accounting
from dugnad.report.efficiency.jobs import Job, read_jobs
from dugnad.report.efficiency.page import Cost, bar, render, standing
from dugnad.report.efficiency.suggest import (
    Policy,
    as_yaml,
    duration,
    percentile,
    suggestions,
)
from dugnad.report.efficiency.usage import by, usage_of

PLAIN = [
    "s",
    "h:m:s",
    "max_rss",
    "max_vms",
    "max_uss",
    "max_pss",
    "io_in",
    "io_out",
    "mean_load",
    "cpu_time",
]
EXTENDED = [
    *PLAIN, "jobid", "rule_name", "wildcards", "params", "threads", "cpu_usage", "resources",
    "input_size_mb",
]  # fmt: skip


def bench(
    folder: Path, name: str, s: float, rss: object = "NA", cpu: object = "NA", **more: object
) -> Path:
    """A benchmark file; extended when there is ``more``."""
    header = EXTENDED if more else PLAIN
    told = {"s": s, "max_rss": rss, "cpu_time": cpu, **more}
    path = folder / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    line = [str(told.get(key, "NA")) for key in header]
    path.write_text("\t".join(header) + "\n" + "\t".join(line) + "\n")
    return path


def asked(mb: int, minutes: int, case: str | None = None, threads: int = 1) -> dict[str, object]:
    """What an extended benchmark tells besides."""
    return {
        "wildcards": {"case": case, "sample": "S"} if case else {},
        "params": "<function at 0x7f>",
        "threads": threads,
        "resources": {"tmpdir": "/tmp", "mem_mb": mb, "runtime": minutes, "_cores": threads},
        "input_size_mb": {"a.bam": 10.0, "b.bed": 2.5},
    }


# reading


def test_an_extended_benchmark_tells_what_was_asked_for(tmp_path: Path) -> None:
    bench(tmp_path, "align/C1.T", 100, 1000, 150, **asked(4000, 60, "C1", threads=4))
    (job,), broken = read_jobs(tmp_path, ())
    assert broken == []
    assert (job.rule, job.case, job.seconds, job.threads) == ("align", "C1", 100, 4)
    assert (job.asked_mb, job.asked_minutes, job.cpu_seconds) == (4000, 60, 150)
    assert job.peak_mb == pytest.approx(1048.576)
    assert job.input_mb == pytest.approx(13.1072)


def test_a_plain_benchmark_tells_what_was_used_and_its_name_the_case(tmp_path: Path) -> None:
    bench(tmp_path, "align/C1.T", 100, 1000, 150)
    bench(tmp_path, "pick/demo-560", 5, 90, 4)
    jobs, _ = read_jobs(tmp_path, ("C1", "C2"))
    assert [(job.case, job.asked_mb, job.threads) for job in jobs] == [
        ("C1", None, 1),
        (None, None, 1),
    ]


@pytest.mark.parametrize("rss", ["NA", "-", 0.0, 3.2])
def test_what_was_too_brief_is_not_measured(rss: object, tmp_path: Path) -> None:
    bench(tmp_path, "copy/C1", 0.3, rss, 0)
    (job,), _ = read_jobs(tmp_path, ("C1",))
    assert (job.seconds, job.peak_mb, job.cpu_seconds) == (0.3, None, None)


def test_a_long_job_that_could_not_be_read_is_not_measured(tmp_path: Path) -> None:
    bench(tmp_path, "copy/C1", 30, "NA", "NA")
    (job,), _ = read_jobs(tmp_path, ("C1",))
    assert job.peak_mb is None


@pytest.mark.parametrize("text", ["", "s\th:m:s\nabc\t0\n", "s\th:m:s\n1.0\n", "x\ty\n1\t2\n"])
def test_a_half_written_benchmark_is_named_and_left_out(text: str, tmp_path: Path) -> None:
    bench(tmp_path, "align/C1.T", 10, 100, 9)
    bad = tmp_path / "align/C2.T.tsv"
    bad.write_text(text)
    jobs, broken = read_jobs(tmp_path, ())
    assert len(jobs) == 1
    assert broken == [bad]


# adding up

ALIGN = Job("align", "C1", 3600, 1000, 3600, threads=4, asked_mb=4000, asked_minutes=90)
SMALL = Job("gate", "C1", 36, 100, 36, asked_mb=200, asked_minutes=10)
BRIEF = Job("gate", "C2", 0.5, asked_mb=200, asked_minutes=10)


def test_sums_are_of_cores_and_of_memory_times_time() -> None:
    found = usage_of("run", [ALIGN, SMALL, BRIEF])
    assert (found.jobs, found.measured) == (3, 2)
    assert found.core_seconds == 4 * 3600 + 36 + 0.5
    assert found.cpu_seconds == 3636
    assert found.idle_core_seconds == 3 * 3600
    assert found.cpu_share == pytest.approx(3636 / (4 * 3600 + 36))
    assert found.unused_mb_seconds == 3000 * 3600 + 100 * 36
    assert (found.peak_mb, found.asked_mb, found.ratio) == (1000, 4000, 4)


def test_the_largest_waster_comes_first_and_jobs_of_the_run_are_of_no_case() -> None:
    whole = Job("manifest", None, 10, 50, 9, asked_mb=100)
    jobs = [SMALL, BRIEF, whole, ALIGN]
    assert [one.name for one in by(lambda job: job.rule, jobs)] == ["align", "gate", "manifest"]
    assert [one.name for one in by(lambda job: job.case, jobs)] == ["C1", "C2"]


def test_what_nobody_measured_has_no_figures() -> None:
    found = usage_of("gate", [BRIEF])
    assert found.peak_mb is None
    assert found.cpu_share is None
    assert found.ratio is None


@pytest.mark.parametrize(
    ("asked_mb", "peak", "word"),
    [(4000, 1000, "too_much"), (2900, 1000, ""), (1050, 1000, "tight"), (150, 5, "")],
)
def test_rules_are_marked_by_what_they_asked_for(asked_mb: int, peak: float, word: str) -> None:
    assert standing(usage_of("r", [Job("r", None, 5, peak, 5, asked_mb=asked_mb)])) == word


def test_what_a_jobs_own_snakemake_needs_is_not_too_much() -> None:
    """It stands in the request of a job of its own, and nobody measures it."""
    alone = usage_of("gather_run", [Job("gather_run", None, 5, 147, 5, asked_mb=752)])
    assert standing(alone) == "too_much"
    assert standing(alone, beside=500) == ""


# suggesting


def jobs_of(peaks: list[float], mb: int | None = 4000, minutes: int | None = 60) -> list[Job]:
    return [
        Job("r", f"C{n}", 90, peak, 90, asked_mb=mb, asked_minutes=minutes, input_mb=n)
        for n, peak in enumerate(peaks)
    ]


@pytest.mark.parametrize(
    ("count", "percent", "expected"), [(1, 99, 1), (99, 99, 99), (100, 99, 99), (200, 99, 198)]
)
def test_percentiles_are_by_nearest_rank(count: int, percent: float, expected: float) -> None:
    assert percentile(list(range(count, 0, -1)), percent) == expected


def test_a_suggestion_is_the_largest_and_head_room() -> None:
    (found,) = suggestions(jobs_of([400, 610, 500]), Policy())
    assert (found.mb, found.minutes, found.jobs, found.peak_mb) == (950, 10, 3, 610)
    assert found.input_mb == 2
    (more,) = suggestions(jobs_of([400, 610, 500]), Policy(memory=1))
    assert more.mb == 1300


def test_a_rare_peak_of_many_jobs_is_left_to_a_second_attempt() -> None:
    (found,) = suggestions(jobs_of([400.0] * 199 + [3000.0]), Policy())
    assert (found.mb, found.peak_mb) == (600, 3000)


def test_little_is_never_suggested() -> None:
    (found,) = suggestions(jobs_of([5, 5, 5]), Policy())
    assert found.mb == 100


def test_what_is_well_is_left_alone_and_what_is_tight_is_not() -> None:
    assert suggestions(jobs_of([1000] * 3, mb=1500, minutes=10), Policy()) == []
    assert suggestions(jobs_of([1000] * 3, mb=2250, minutes=15), Policy()) == []
    (wide,) = suggestions(jobs_of([1000] * 3, mb=2300, minutes=10), Policy())
    assert (wide.mb, wide.minutes) == (1500, None)
    (tight,) = suggestions(jobs_of([1000] * 3, mb=1400, minutes=10), Policy())
    assert tight.mb == 1500


def test_few_jobs_and_unmeasured_ones_suggest_nothing() -> None:
    assert suggestions(jobs_of([400, 400]), Policy()) == []
    assert suggestions([*jobs_of([400, 400]), Job("r", "C9", 0.2)], Policy()) == []
    assert len(suggestions(jobs_of([400, 400]), Policy(jobs=2))) == 1


def test_the_lines_for_a_profile_are_yaml_with_their_reasons() -> None:
    text = as_yaml(suggestions(jobs_of([400, 610, 500]), Policy()))
    assert yaml.safe_load(text) == {
        "set-resources": {"r": {"mem_mb": "attempt * 950 + 500", "runtime": "attempt * 10"}}
    }
    assert "# 3 jobs, inputs up to 2.0 MB" in text
    assert "# 610 MB at most; asked for 4,000 MB" in text
    alone = yaml.safe_load(as_yaml(suggestions(jobs_of([400] * 3, None, None), Policy()), 0))
    assert alone["set-resources"]["r"]["mem_mb"] == "attempt * 600"
    assert as_yaml([]) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.24, "4.2 s"), (35, "35 s"), (720, "12 min"), (11100, "3 h 05 min"), (7190, "2 h 00 min")],
)
def test_times_are_told_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# SLURM

RUN = "2f9e4a1c-0b7d-4a58-9c3e-5d6f7a8b9c0d"
SACCT = f"""\
JobID|JobName|Comment|WorkDir|State|ElapsedRaw|TotalCPU|AllocCPUS|ReqMem|MaxRSS|TimelimitRaw
7|{RUN}|rule_align_wildcards_C1_T|/run|OUT_OF_MEMORY|100|03:20.500|2|1000M||60
7.batch|batch|||OUT_OF_MEMORY|100|03:20.500|2||990.50M|
8|{RUN}|rule_align_wildcards_C1_T|/run|COMPLETED|200|1-00:00:01|2|2000M||120
8.batch|batch|||COMPLETED|200|05:00|2||12.00M|
8.0|python|||COMPLETED|190|05:00|2||1500.00M|
9|{RUN}|rule_case|/run|CANCELLED by 0|10|00:01|1|600M||30
"""


def test_sacct_tells_of_failed_attempts_and_of_the_largest_step() -> None:
    align, case = accounting.submissions(SACCT, "sacct.txt")
    assert (align.name, align.count, align.others) == ("align", 2, "1 out_of_memory")
    assert (align.core_seconds, align.longest) == (600, 200)
    assert align.cpu_seconds == pytest.approx(200.5 + 86401)
    assert (align.asked_mb, align.peak_mb, align.asked_minutes) == (2000, 1500, 120)
    assert (case.name, case.others, case.peak_mb) == ("case", "1 cancelled", None)


def test_other_columns_are_refused_with_the_command() -> None:
    with pytest.raises(UserError, match=r"sacct.txt:1: lacks Comment, .*sacct --parsable2"):
        accounting.submissions("JobID|JobName\n7|x\n", "sacct.txt")


@pytest.mark.parametrize(
    ("text", "mb"), [("1000M", 1000), ("2.5G", 2500), ("812K", 0.812), ("4Gn", 4000), ("", None)]
)
def test_sizes_of_slurm(text: str, mb: float | None) -> None:
    assert accounting.megabytes(text) == mb


def sacct(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name, first on the path."""
    path = folder / "bin/sacct"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")


def test_sacct_is_asked_for_the_jobs_of_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"10|{RUN}|rule_other|/else|COMPLETED|10|00:01|1|600M||30\n"
    (tmp_path / "told").write_text(
        SACCT + other + other.replace(RUN, "mine").replace("else", "run")
    )
    sacct(tmp_path, f"cat {tmp_path}/told", monkeypatch)
    text, reason = accounting.ask(Path("/run"), 0)
    assert reason == ""
    assert [one.name for one in accounting.submissions(text, "sacct")] == ["align", "case"]
    assert accounting.ask(Path("/nowhere"), 0)[1] == (
        "sacct knows of no job that was submitted from this folder"
    )


def test_without_accounting_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sacct(tmp_path, "echo 'Slurm accounting storage is disabled' >&2; exit 1", monkeypatch)
    assert accounting.ask(tmp_path, 0) == ("", "sacct says: Slurm accounting storage is disabled")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert accounting.ask(tmp_path, 0) == ("", "there is no sacct here")


# the page and the table


class Shown(HTMLParser):
    """The cells of a page's tables, its text, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.text = ""
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
        assert "style" not in dict(attrs)  # the page's policy forbids it

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def told(folder: Path, *words: str) -> tuple[Shown, list[dict[str, str]]]:
    """The page and the table of a run's folder."""
    page, table = folder / "efficiency.html", folder / "efficiency.tsv"
    assert main(["report-efficiency", *words, "--output", str(page), "--table", str(table)]) == 0
    with table.open() as file:
        return Shown(page.read_text()), list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder with benchmarks of two cases."""
    workspace(tmp_path, [row("C1-T"), row("C2-T", case="C2")])
    monkeypatch.chdir(tmp_path)
    for case in ("C1", "C2", "C3"):
        more = asked(4000, 60, case, threads=4)
        bench(tmp_path / "benchmarks", f"align_reads/{case}.T", 3600, 1000, 3600, **more)
        bench(tmp_path / "benchmarks", f"gate_case/{case}", 5, 100, 4, **asked(200, 10, case))
    bench(tmp_path / "benchmarks", "write_manifest/run", 0.2, 0, 0, **asked(150, 20))
    return tmp_path


def test_the_page_and_the_table_say_the_same(run: Path) -> None:
    page, table = told(run)
    rows = {cells[0]: cells for cells in page.rows}
    assert rows["align_reads"][1:2] + rows["align_reads"][3:7] == [
        "3", "4,000", "1,049", "3.8", "8.9",
    ]  # fmt: skip
    assert rows["write_manifest"][4:7] == ["–", "–", "–"]  # noqa: RUF001
    assert [cells[0] for cells in page.rows if cells and cells[0] in {"C1", "C2", "C3"}] == [
        "C1", "C2", "C3",
    ]  # fmt: skip
    by_name = {(line["kind"], line["name"]): line for line in table}
    align = by_name["rule", "align_reads"]
    assert (align["asked_mb"], align["peak_mb"], align["suggested_mb"]) == (
        "4000",
        "1048.6",
        "1600",
    )
    assert (align["core_hours"], align["cpu_hours"], align["cpu_share"]) == ("12.0", "3.0", "0.25")
    assert by_name["rule", "gate_case"]["suggested_mb"] == ""
    assert by_name["rule", "write_manifest"]["peak_mb"] == ""
    assert by_name["case", "C2"]["jobs"] == "2"
    assert by_name["run", "run"]["jobs"] == "7"
    assert "mem_mb: attempt * 1600 + 500" in page.text
    assert "script" not in page.tags


def test_the_suggestion_can_be_asked_for_otherwise(run: Path) -> None:
    page, _ = told(run, "--headroom", "1", "--beside", "0")
    assert "mem_mb: attempt * 2100  #" in page.text
    page, table = told(run, "--least-jobs", "4")
    assert "set-resources" not in page.text
    assert "no rule has 4 jobs that were measured" in page.text
    assert {line["suggested_mb"] for line in table} == {""}


def test_sacct_can_be_given_as_a_file(run: Path) -> None:
    (run / "sacct.txt").write_text(SACCT)
    page, _ = told(run, "--accounting", "sacct.txt")
    rows = {cells[0]: cells for cells in page.rows}
    assert rows["align"][1:3] == ["2", "1 out_of_memory"]


def test_plain_benchmarks_are_told_with_what_is_missing(run: Path) -> None:
    for path in (run / "benchmarks").glob("*/*.tsv"):
        path.unlink()
    bench(run / "benchmarks", "align_reads/C1.T", 3600, 1000, 3600)
    page, table = told(run)
    assert "do not tell what jobs asked for" in page.text
    assert "--benchmark-extended" in page.text
    assert {line["name"] for line in table if line["kind"] == "case"} == {"C1"}


def test_a_broken_benchmark_is_told(run: Path) -> None:
    (run / "benchmarks/gate_case/C9.tsv").write_text("s\n")
    (run / "benchmarks/gate_case/C8.tsv").write_text("")
    page, _ = told(run)
    assert "1 benchmark is not readable and left out, benchmarks/gate_case/C8.tsv" in page.text


def test_no_benchmarks_is_a_fault(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--benchmarks", "nowhere", "--output", "x.html"]
    assert main(["report-efficiency", *words]) == 2
    assert "nowhere: has no benchmarks of jobs" in capsys.readouterr().err
    assert not (run / "x.html").exists()


def test_what_a_submission_holds_counts_once(run: Path) -> None:
    """Run case by case, a case's job holds all its steps; it is a rule, and in no sum."""
    before = {(line["kind"], line["name"]): line for line in told(run)[1]}
    more = asked(16000, 1440, "C1", threads=4)
    bench(run / "benchmarks", "run_case/C1", 4000, 1500, 3700, **more)
    page, table = told(run)
    after = {(line["kind"], line["name"]): line for line in table}
    assert after.pop(("rule", "run_case"))["asked_mb"] == "16000"
    assert after == before
    assert "submissions that hold the other jobs" in page.text


def test_many_cases_are_told_in_the_table_alone() -> None:
    jobs = [Job("r", f"C{n}", 5, 100, 4, asked_mb=n) for n in range(1000)]
    whole, cases = usage_of("run", jobs), by(lambda job: job.case, jobs)
    page = Shown(render(Cost("", whole, by(lambda job: job.rule, jobs), cases, "", Policy())))
    assert sum(cells[:1] != [] and cells[0].startswith("C9") for cells in page.rows) == 50
    assert "50 of 1,000 cases" in page.text


def test_hostile_text_stays_text() -> None:
    evil = '<script>alert("1")</script>{{7*7}}'
    jobs = [Job(evil, evil, 5, 100, 4, asked_mb=900)]
    usage = by(lambda job: job.rule, jobs)
    found = accounting.submissions(SACCT.replace("rule_case", evil), "sacct")
    text = f"set-resources:\n  {evil}:\n"
    page = Shown(render(Cost(evil, usage[0], usage, usage, text, Policy(), found, evil)))
    assert page.text.count(evil) >= 4
    assert "script" not in page.tags


def test_a_bar_is_as_long_as_its_figures() -> None:
    assert 'class="asked" x="0" y="0" width="100.00"' in bar(500, 250, 1000)
    assert 'class="used" x="0" y="3" width="50.00"' in bar(500, 250, 1000)
    assert "rect" not in bar(None, None, 1000)
