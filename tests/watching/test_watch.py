"""What a person reads of a run, from the events that Snakemake gives."""

import io
import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_dugnad import LogHandler
from snakemake_logger_plugin_dugnad.logs import broken, plain, reasons, tail
from snakemake_logger_plugin_dugnad.lost import Lost
from snakemake_logger_plugin_dugnad.plan import PLANNED
from snakemake_logger_plugin_dugnad.progress import Job, Progress
from snakemake_logger_plugin_dugnad.screen import Screen
from snakemake_logger_plugin_dugnad.tell import ROWS, block, counts, span


class Run:
    """Feeds events to the handler, as Snakemake does, and holds what was written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", self.stream)
        asked = {
            "printshellcmds": False,
            "nocolor": False,
            "quiet": None,
            "debug_dag": False,
            "verbose": False,
            "show_failed_logs": True,
            "stdout": False,
            "dryrun": False,
        }
        self.handler = LogHandler(SimpleNamespace(**asked | settings), None)

    def give(
        self, event: LogEvent | None, text: str = "", level: int = logging.INFO, **more: Any
    ) -> None:
        record = logging.LogRecord("snakemake", level, __file__, 1, text, None, None)
        record.__dict__.update(event=event, **more)
        self.handler.handle(record)

    def plan(self, total: int, cases: dict[str, int], attempts: int = 1, before: int = 0) -> None:
        self.give(LogEvent.RUN_INFO, "Job stats:", stats={"total": total})
        rules = dict.fromkeys(["align_reads", "call_freebayes"], attempts)
        told = {"cases": cases, "attempts": rules, "before": before}
        self.give(None, "Cases", **{PLANNED: told})

    def start(
        self,
        number: int,
        case: str,
        rule: str = "align_reads",
        *,
        log: Path | str = "",
        **more: Any,
    ) -> None:
        about = {
            "rule_name": rule,
            "wildcards": {"case": case} | more,
            "log": [str(log)] if log else [],
        }
        self.give(LogEvent.JOB_INFO, jobid=number, indent=False, **about)

    def finish(self, number: int) -> None:
        self.give(LogEvent.JOB_FINISHED, job_id=number)

    def fail(self, number: int, rule: str = "align_reads", command: str = "false") -> None:
        about = {"rule_name": rule, "rule_msg": None, "log": [], "shellcmd": command}
        self.give(LogEvent.JOB_ERROR, jobid=number, level=logging.ERROR, **about)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.handler.watch.progress.counts()
        return found


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(monkeypatch)


def test_a_case_is_done_with_its_last_planned_job(run: Run) -> None:
    run.plan(6, {"C1": 2, "C2": 2, "C3": 1}, before=4)
    run.start(1, "C1", sample="C1-T")
    run.start(2, "C2")
    assert run.counts() == {"done": 0, "running": 2, "failed": 0, "waiting": 1}
    run.finish(1)
    assert "case C1 done" not in run.text
    run.start(3, "C1")
    run.finish(3)
    assert run.counts() == {"done": 1, "running": 1, "failed": 0, "waiting": 1}
    lines = [line.partition("] ")[2] for line in run.text.splitlines()]
    assert lines == ["6 jobs to do", "case C1 started", "case C2 started", "case C1 done in 0 s"]
    assert "4 done before" in counts(run.handler.watch.progress, submits=False)


def test_a_failure_tells_what_where_why_and_what_next(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "C1.log"
    lines = [f"line {number}" for number in range(100)]
    log.write_text("\n".join([*lines, "[bold]no\x1b[31m memory\x1b[0m left[/bold]"]))
    run.plan(2, {"C1": 1, "C2": 1})
    run.start(1, "C1", sample="C1-T", log=log)
    command = "bwa mem 'a b' | samtools sort"
    error = f"Command 'set -euo pipefail;  {command}' returned non-zero exit status 137."
    run.give(
        LogEvent.ERROR, f"RuleException:\nCalledProcessError in file x:\n{error}", logging.ERROR
    )
    run.fail(1, command=command)
    told = run.text.partition("failed: ")[2]
    assert told.startswith("align_reads C1 C1-T, exit 137\n")
    assert f"log: {log}" in told
    assert "    [bold]no memory left[/bold]\n" in told
    assert "line 86" in told
    assert "line 85" not in told
    assert "run the same command again; finished steps stay" in told
    assert "CalledProcessError" not in run.text
    assert run.counts()["failed"] == 1


def test_a_job_that_is_tried_again_has_not_failed(run: Run) -> None:
    run.plan(2, {"C1": 1, "C2": 1}, attempts=3)
    run.start(1, "C1")
    run.fail(1)
    assert "align_reads C1 (attempt 1 of 3)\n  it is tried again\n" in run.text
    assert run.counts()["failed"] == 0
    run.start(1, "C1")
    assert "align_reads C1: attempt 2 of 3" in run.text
    run.finish(1)
    assert run.counts()["done"] == 1
    for _ in range(3):
        run.start(2, "C2")
        run.fail(2)
    assert "align_reads C2 (attempt 3 of 3)" in run.text
    assert run.counts() == {"done": 1, "running": 0, "failed": 1, "waiting": 0}


def test_without_a_plan_snakemakes_word_on_restarts_counts(run: Run) -> None:
    run.give(LogEvent.RUN_INFO, "Job stats:", stats={"total": 2})
    run.start(1, "C1")
    run.fail(1)
    run.give(None, "Trying to restart job 1.")
    assert run.counts() == {"done": 0, "running": 0, "failed": 0}


def test_a_group_names_the_job_that_failed_in_it(run: Run, tmp_path: Path) -> None:
    good, bad, cluster = (tmp_path / name for name in ("good.log", "bad.log", "23.log"))
    good.write_text("all is well\n")
    bad.write_text("cannot open file\n")
    cluster.write_text(
        f"Error in rule call_freebayes:\n    jobid: 1\n    log: {bad} (check log file(s) for"
        " error details)\nslurmstepd: error: *** JOB 23 CANCELLED AT 12:00 DUE TO TIME LIMIT ***\n"
    )
    run.plan(2, {"C1": 2})
    run.start(1, "C1", log=good)
    run.start(2, "C1", "call_freebayes", log=bad)
    info = [{"jobid": 1}, {"jobid": 2}]
    about = {"groupid": "calls", "aux_logs": [str(cluster)], "external_jobid": "23"}
    run.give(LogEvent.GROUP_ERROR, job_error_info=info, level=logging.ERROR, **about)
    run.fail(1)  # Snakemake then tells of each job of the group
    run.fail(2)
    assert run.text.count("failed:") == 1
    told = run.text.partition("failed: ")[2]
    assert told.startswith("group calls, call_freebayes C1\n  job 23 of the cluster\n")
    assert "cannot open file" in told
    assert "all is well" not in told
    assert "DUE TO TIME LIMIT" in told
    assert len(run.handler.watch.progress.failures) == 1


def test_of_a_killed_group_the_last_log_is_shown(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text("one\n")
    time.sleep(0.01)
    second.write_text("two\n")
    run.plan(2, {"C1": 2})
    run.start(1, "C1", log=second)
    run.start(2, "C1", "call_freebayes", log=first)
    about = {"groupid": "calls", "aux_logs": [str(tmp_path / "absent")]}
    run.give(LogEvent.GROUP_ERROR, job_error_info=[{"jobid": 1}, {"jobid": 2}], **about)
    assert "    two\n" in run.text
    assert "    one\n" not in run.text


def test_an_output_that_is_missing_is_a_failure_of_its_job(run: Run) -> None:
    run.plan(1, {"C1": 1})
    run.start(7, "C1")
    text = "MissingOutputException in rule align_reads:\nJob 7  completed successfully, but some"
    run.give(LogEvent.ERROR, f"{text} output files are missing. out.bam", logging.ERROR)
    assert "failed: align_reads C1\n" in run.text
    assert "out.bam" in run.text
    assert run.counts()["failed"] == 1


def test_errors_of_the_workflow_itself_are_written(run: Run) -> None:
    run.give(LogEvent.ERROR, "MissingInputException in rule x:\nabsent.fq", logging.ERROR)
    run.plan(1, {"C1": 1})
    run.give(LogEvent.ERROR, "WorkflowError:\nno space", logging.ERROR)
    run.give(None, "a warning", logging.WARNING)
    run.give(None, "Select jobs to execute...")
    assert "absent.fq" in run.text
    assert "no space" in run.text
    assert "a warning" in run.text
    assert "Select jobs" not in run.text


def test_the_last_lines_tell_the_sum_and_where_pages_are(run: Run, tmp_path: Path) -> None:
    for path in ("results/run/index.html", "results/C1/report/C1.html"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    run.plan(4, {"C1": 1, "C2": 1})
    run.start(1, "C1")
    run.finish(1)
    run.give(LogEvent.PROGRESS, done=1, total=4)
    run.start(2, "C2")
    run.fail(2)
    run.give(None, "Complete log(s): /w/.snakemake/log/x.log")
    run.handler.close()
    run.handler.close()
    end = run.text.partition("run ended: ")[2].splitlines()
    assert end[0] == "1 jobs done, 1 failed, 2 not run, 0 s"
    assert end[1] == "cases: 1 done, 0 running, 1 failed, 0 waiting"
    assert end[2] == "failed cases: C2"
    assert end[3] == f"all cases: {tmp_path}/results/run/index.html"
    assert end[4] == f"reports: {tmp_path}/results/{{case}}/report/{{case}}.html"
    assert end[-1].endswith("/w/.snakemake/log/x.log")


def test_an_error_in_here_ends_no_run(run: Run) -> None:
    run.plan(1, {"C1": 1})
    run.give(LogEvent.JOB_FINISHED, "Finished jobid: 1")  # without the number that it must have
    assert "Finished jobid: 1" in run.text
    run.give(LogEvent.ERROR, "WorkflowError: seen", logging.ERROR)
    assert "WorkflowError: seen" in run.text
    run.handler.close()


@pytest.mark.parametrize("setting", ["dryrun", "verbose", "debug_dag"])
def test_plans_and_details_are_snakemakes_own(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(monkeypatch, **{setting: True})
    run.give(LogEvent.RUN_INFO, "Job stats:\njob count", stats={"total": 2})
    assert run.text == "Job stats:\njob count\n"


def test_quiet_leaves_failures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from snakemake.settings.enums import Quietness

    monkeypatch.chdir(tmp_path)
    run = Run(monkeypatch, quiet={Quietness.PROGRESS, Quietness.RULES})
    run.plan(2, {"C1": 2})
    run.start(1, "C1")
    assert run.text == ""
    run.fail(1)
    run.handler.close()
    assert "failed: align_reads C1" in run.text
    assert "run ended: 0 jobs done, 1 failed" in run.text


def test_text_of_the_sheet_is_never_shown(run: Run) -> None:
    run.plan(1, {"C1": 1})
    run.start(1, "C1", sample="C1-T", comment="Kari Nordmann")
    run.fail(1)
    assert "C1-T" in run.text
    assert "Nordmann" not in run.text


def test_control_characters_are_removed_and_words_stay() -> None:
    text = "a\x1b[1;31mb\x1b]0;title\x07c\x00\x08d\ttab\r\nrow 1\rrow 2\n50 %\r100 %\r\nåø"
    assert plain(text) == "abcd    tab\nrow 2\n100 %\nåø"


def test_a_tail_is_short_unless_the_log_is(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert tail(log) == []
    log.write_text("")
    assert tail(log) == []
    log.write_text("\n".join(map(str, range(30))))
    assert len(tail(log)) == 30
    log.write_text("\n".join(map(str, range(50_000))))
    assert tail(log) == [str(number) for number in range(49_985, 50_000)]
    log.write_bytes(b"\xff\xfe broken\n")
    assert tail(log) == ["\ufffd\ufffd broken"]


def test_reasons_and_blame_in_a_clusters_log(tmp_path: Path) -> None:
    log = tmp_path / "9.log"
    log.write_text(
        "Error in rule a:\n    log: logs/a/C1.log (check log file(s) for error details)\n"
        "slurmstepd: error: Detected 1 oom_kill event in StepId=9.0\nothers\n"
    )
    assert reasons(log) == ["slurmstepd: error: Detected 1 oom_kill event in StepId=9.0"]
    assert broken(log) == ["logs/a/C1.log"]


def test_a_thousand_cases_cost_no_more_each() -> None:
    """What is kept of a job ends with it, and the picture stays small."""
    progress = Progress(total=24_000)
    progress.plan({f"C{number}": 24 for number in range(1000)}, {"align_reads": 3}, 0)
    for number in range(24_000):
        progress.start(Job(number, "align_reads", f"C{number // 24}", None, (), 0.0))
        if number >= 200:
            progress.finish(number - 200)
    assert len(progress.running) == 200
    assert progress.counts() == {"done": 991, "running": 9, "failed": 0, "waiting": 0}
    lines = [text for text, _ in block(progress, 61, submits=False)]
    assert len(lines) == 3 + ROWS + 1
    assert lines[-1] == "  and 192 more"


def test_counts_are_written_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snakemake_logger_plugin_dugnad.screen.BEAT", 0.01)
    stream = io.StringIO()
    progress = Progress(total=3)
    screen = Screen(stream, progress, live=True, colour=False)
    progress.start(Job(1, "align_reads", "C1", None, (), 0.0))
    screen.start()
    deadline = time.monotonic() + 10
    while "jobs: 0 of 3 done" not in stream.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    screen.close()
    assert "after 0 s: jobs: 0 of 3 done (0 %); cases: 0 done, 1 running" in stream.getvalue()
    assert "running jobs: 1, first of them align_reads C1, " in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_nobody_who_reads_is_no_error(tmp_path: Path) -> None:
    stream = (tmp_path / "x").open("w")
    screen = Screen(stream, Progress(), live=True, colour=False)
    stream.close()
    screen.say("text")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (190, "3 min 10 s"), (7500, "2 h 5 min")],
)
def test_spans(seconds: float, text: str) -> None:
    assert span(seconds) == text


class Queue:
    """What squeue would tell of the run's folder, one answer a question."""

    def __init__(self, *answers: list[str] | Exception) -> None:
        self.answers = list(answers)

    def __call__(self, _: Path) -> list[str]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def waiting(*answers: list[str] | Exception) -> tuple[Progress, Lost, list[str]]:
    progress, said = Progress(), list[str]()
    progress.start(Job(1, "call_delly", "C1", None, (), 0.0))
    return progress, Lost(progress, said.append, Queue(*answers)), said


def test_a_run_whose_jobs_slurm_forgot_is_told_of() -> None:
    _, lost, said = waiting(["26"], [], [])
    assert [lost.check() for _ in range(3)] == [False, False, True]
    (text,) = said
    assert "waits for one. Press Ctrl-C and start it again" in text


def test_a_job_that_ends_between_two_questions_is_not_lost() -> None:
    progress, lost, said = waiting([], [], [])
    assert not lost.check()
    progress.done += 1
    assert not lost.check()
    assert lost.check()
    assert len(said) == 1


def test_without_an_answer_nothing_is_lost() -> None:
    _, lost, said = waiting([], OSError("squeue"), ["26"], [])
    assert not any(lost.check() for _ in range(4))
    assert said == []


def test_a_run_that_waits_for_nothing_asks_nothing() -> None:
    progress, lost, _ = waiting()
    progress.finish(1)
    assert not lost.check()
    assert not lost.check()


def test_only_jobs_of_slurm_are_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Lost] = []
    monkeypatch.setattr(Lost, "start", lambda self: begun.append(self))
    run.plan(2, {"C1": 2})
    run.give(None, "Job 3 has been submitted (log: a).")
    assert begun == []
    run.give(None, "Job 3 has been submitted with SLURM jobid 26 (log: a).")
    assert begun == [run.handler.watch.lost]
    run.handler.close()
