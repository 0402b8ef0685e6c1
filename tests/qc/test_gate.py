"""The gate of a case: its verdict, its reasons, who may pass in spite of it, and who is told."""

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import row, workspace
from dugnad.cli import main
from dugnad.interpretation.record_case import Quality, build
from dugnad.qc.compare_samples import IDENTITY
from dugnad.qc.gate import judge_case, worst
from dugnad.qc.store import RUN_QC, read_store
from dugnad.record import Acceptance, CaseGate, CaseRecord, SampleGate, Verdict
from dugnad.report.page.document import render
from dugnad.run import Run, load_run
from dugnad.tables import METRICS, read_table, write_table

ROWS = [row("C1-T", purity="0.4"), row("C1-N", "normal"), row("C1-R", analyte="rna")]
HOSTILE = '<script>alert("1")</script> & {{7*7}}'
MARK = "Quality gate not passed"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(workspace(tmp_path, ROWS))
    return load_run()


def metric(sample: str = "C1-T", **changes: Any) -> dict[str, Any]:
    """A row of the metrics table that passes its limit."""
    row: dict[str, Any] = {
        "sample": sample,
        "metric": "identity",
        "value": 0.98,
        "unit": "ratio",
        "lower": 0.75,
        "upper": None,
        "status": "pass",
        "source": "dugnad compare-samples",
        "blocking": False,
        "why": "test",
    }
    return row | changes


def swapped(sample: str = "C1-N", **changes: Any) -> dict[str, Any]:
    """A row that blocks: the sample is of another person."""
    return metric(sample, value=0.03, status="fail", blocking=True) | changes


def taken(name: str = "identity", sample: str = "C1-N", reason: str = "seen twice") -> Acceptance:
    return Acceptance(sample=sample, metric=name, reason=reason, initials="AB")


def gate(run: Run, metrics: list[dict[str, Any]], *accepted: Acceptance) -> CaseGate:
    """The gate of C1; samples that ``metrics`` does not name pass."""
    named = {row["sample"] for row in metrics}
    rest = [metric(name) for name in ("C1-T", "C1-N", "C1-R") if name not in named]
    return judge_case(run.cases["C1"], [*metrics, *rest], accepted)


def of(found: CaseGate, sample: str) -> SampleGate:
    return next(item for item in found.samples if item.sample == sample)


LIMITED = {"status": "not_measured", "value": None, "source": "too few sites"}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([{}], "pass"),
        ([{"status": "info", "lower": None}], "pass"),
        ([{}, {"metric": "mapped", "status": "warn"}], "warn"),
        ([LIMITED], "warn"),
        ([LIMITED | {"lower": None}], "pass"),
        ([LIMITED | {"lower": None, "upper": 0.02}], "warn"),
        ([{"status": "warn"}, {"metric": "mapped", "status": "fail"}], "fail"),
        ([{"status": "fail", "blocking": True}], "fail"),
    ],
)
def test_verdict_of_a_sample(run: Run, changes: list[dict[str, Any]], verdict: str) -> None:
    found = gate(run, [metric(**change) for change in changes])
    assert (of(found, "C1-T").verdict, found.verdict) == (verdict, verdict)
    assert of(found, "C1-N").verdict == "pass"


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "not_assessed"], "not_assessed"),
        (["not_assessed", "warn"], "warn"),
        (["warn", "fail", "not_assessed", "pass"], "fail"),
    ],
)
def test_worst(verdicts: list[Verdict], answer: str) -> None:
    assert worst(verdicts) == answer


def test_the_case_is_as_good_as_its_worst_sample_and_rna_is_one(run: Run) -> None:
    found = gate(run, [metric("C1-R", metric="rna_reads", value=1e4, lower=1e6, status="fail")])
    assert found.verdict == "fail"
    assert [item.sample for item in found.samples] == ["C1-T", "C1-N", "C1-R"]
    assert [item.verdict for item in found.samples] == ["pass", "pass", "fail"]


def test_a_case_that_came_as_calls_is_not_assessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace(tmp_path, [row("C1-T", vcf="c.vcf"), ROWS[2]]))
    found = judge_case(load_run().cases["C1"], [metric("C1-R")], [])
    assert [item.verdict for item in found.samples] == ["not_assessed", "pass"]
    assert found.samples[0].reasons == ("came as calls: its reads were not seen",)
    assert found.verdict == "not_assessed"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"value": 0.0312}, "identity 0.0312, needs at least 0.75"),
        (
            {"metric": "contamination", "unit": "fraction", "value": 0.0412, "upper": 0.02}
            | {"lower": None},
            "contamination 4.1%, needs at most 2%",
        ),
        (
            {"metric": "insert_size", "value": 95.0, "lower": 120.0, "upper": 500.0},
            "insert size 95, needs at least 120 and at most 500",
        ),
        (
            {"metric": "callable_target", "unit": "fraction", "value": 0.9, "lower": 0.995},
            "callable target 90.0%, needs at least 99.5%",
        ),
        (LIMITED, "identity not measured (too few sites), needs at least 0.75"),
        (LIMITED | {"source": ""}, "identity not measured, needs at least 0.75"),
    ],
)
def test_a_reason_says_what_was_measured_and_needed(
    run: Run, changes: dict[str, Any], text: str
) -> None:
    found = gate(run, [metric(**{"status": "fail"} | changes)])
    assert of(found, "C1-T").reasons == (text,)


def test_only_a_failed_limit_that_blocks_blocks(run: Run) -> None:
    rows = [
        swapped(),
        metric("C1-N", metric="mapped", status="fail"),
        metric("C1-N", metric="sex_agrees", status="not_measured", value=None),
        swapped("C1-T", status="pass"),
    ]
    found = gate(run, rows)
    assert of(found, "C1-N").blocked_by == ("identity",)
    assert of(found, "C1-N").not_accepted == ("identity",)
    assert len(of(found, "C1-N").reasons) == 3
    assert of(found, "C1-T").blocked_by == ()


def test_an_accepted_sample_keeps_its_verdict(run: Run) -> None:
    sample = of(gate(run, [swapped()], taken()), "C1-N")
    assert (sample.verdict, sample.blocked_by) == ("fail", ("identity",))
    assert sample.accepted == (taken(),)
    assert sample.not_accepted == ()


@pytest.mark.parametrize("other", [taken("contamination"), taken(sample="C1-T"), taken("mapped")])
def test_an_acceptance_helps_nothing_else(run: Run, other: Acceptance) -> None:
    rows = [swapped(), metric("C1-N", metric="mapped", status="fail")]
    sample = of(gate(run, rows, other), "C1-N")
    assert sample.accepted == ()
    assert sample.not_accepted == ("identity",)


@pytest.mark.usefixtures("run")
def test_the_verb_reads_acceptances_from_the_config() -> None:
    write_table(Path("m.parquet"), [swapped(), metric(), metric("C1-R")], METRICS)
    words = ["gate", "--case", "C1", "--metrics", "m.parquet", "--output"]
    accept({"sample": "C1-N", "metric": "identity", "reason": "a twin", "initials": "AB"})
    assert main([*words, "g.json"]) == 0
    found = CaseGate.model_validate_json(Path("g.json").read_text())
    assert of(found, "C1-N").accepted == (taken(reason="a twin"),)
    assert found.verdict == "fail"


def accept(*items: dict[str, str]) -> None:
    config = Path("config/config.yaml")
    config.write_text(config.read_text() + yaml.safe_dump({"accepted": list(items)}))


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sample": "C9-T"}, "accepted: no such sample on the sheet (got 'C9-T')"),
        ({"metric": "identty"}, "is not a metric (got 'identty'); did you mean 'identity'?"),
        ({"initials": "Kari Nordmann"}, "initials"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_acceptance_is_a_problem_of_the_check(
    change: dict[str, str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    accept({"sample": "C1-N", "metric": "identity", "reason": "x", "initials": "AB"} | change)
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert "config/config.yaml" in told
    assert problem in told


# the end of the run


def release(*gates: CaseGate) -> int:
    paths = []
    for number, found in enumerate(gates):
        path = Path(f"{number}.gate.json")
        path.write_text(found.model_dump_json())
        paths.append(str(path))
    return main(["release-run", "--output", "gates.tsv", *paths])


def test_a_blocked_sample_ends_the_run_in_error(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release(gate(run, [swapped()]), gate(run, [])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("C1: C1-N: identity 0.03, needs at least 0.75; its report says so")
    assert "accept it under 'accepted' in config/config.yaml with a reason" in line
    assert not Path("gates.tsv").exists()


def test_the_reason_told_is_of_the_metric_that_blocks(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    share = {"unit": "fraction", "lower": None}
    rows = [
        metric("C1-N", metric="contamination_sites", value=40.0, lower=50.0, status="warn"),
        metric("C1-N", metric="contamination_lower", status="not_measured", value=None),
        metric("C1-N", metric="contamination_upper", value=0.05, upper=0.03, status="warn") | share,
        swapped(metric="contamination", value=0.04, upper=0.02) | share,
    ]
    assert release(gate(run, rows)) == 2
    assert "C1-N: contamination 4.0%, needs at most 2%;" in capsys.readouterr().err


def test_one_metric_accepted_of_two_is_not_enough(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [swapped(), swapped(metric="sex_agrees", value=0.0, lower=1.0)]
    assert release(gate(run, rows, taken())) == 2
    told = capsys.readouterr().err
    assert "sex agrees 0, needs at least 1" in told
    assert "identity" not in told


def test_an_accepted_run_has_a_table_of_its_gates(run: Run) -> None:
    assert release(gate(run, [swapped(), metric("C1-T", **LIMITED)], taken())) == 0
    head, *lines = (line.split("\t") for line in Path("gates.tsv").read_text().splitlines())
    found = {line[1]: dict(zip(head, line, strict=True)) for line in lines}
    assert found.keys() == {"C1-T", "C1-N", "C1-R"}
    assert found["C1-N"] == {
        "case": "C1",
        "sample": "C1-N",
        "verdict": "fail",
        "blocked_by": "identity",
        "accepted_by": "AB (identity)",
        "reasons": "identity 0.03, needs at least 0.75",
    }
    assert (found["C1-T"]["verdict"], found["C1-R"]["verdict"]) == ("warn", "pass")


# the run beside other runs


def gathered(**named: Any) -> list[dict[str, Any]]:
    if named:
        config = Path("config/config.yaml")
        config.write_text(config.read_text() + yaml.safe_dump({"sequencing": named}))
    write_table(Path("t.parquet"), [metric(), metric("C1-N", **LIMITED)], METRICS)
    write_table(Path("r.parquet"), [metric("C1-R", metric="rna_reads", value=1e6)], METRICS)
    Path("identity.json").write_text("{}")
    words = ["gather-run", "--measures", "identity.json", "--output", "qc.parquet"]
    assert main([*words, "t.parquet", "r.parquet"]) == 0
    return read_table(Path("qc.parquet"), RUN_QC)


@pytest.mark.usefixtures("run")
def test_a_run_is_taken_by_the_store() -> None:
    rows = gathered(id="run-7", date=date(2026, 3, 1), site="Lab A")
    assert {(r["run"], r["date"], r["site"]) for r in rows} == {
        ("run-7", date(2026, 3, 1), "Lab A")
    }
    assert [(r["sample"], r["analyte"], r["role"]) for r in rows] == [
        ("C1-T", "dna", "tumour"),
        ("C1-N", "dna", "normal"),
        ("C1-R", "rna", "tumour"),
    ]
    assert {(r["case"], r["panel"], r["panel_version"]) for r in rows} == {("C1", "tiny", "1.0.0")}
    assert rows[1]["value"] is None
    assert main(["trends", "--store", "store", "--add", "qc.parquet"]) == 0
    assert read_store(Path("store")).to_pylist() == rows
    assert main(["trends", "--store", "store", "--output", "trends.html"]) == 0
    assert "tiny" in Path("trends.html").read_text()


@pytest.mark.usefixtures("run")
def test_a_run_without_a_name_goes_by_its_folder(tmp_path: Path) -> None:
    rows = gathered()
    name = re.sub(r"[^A-Za-z0-9._-]", "-", tmp_path.name)
    assert {(r["run"], r["site"]) for r in rows} == {(name, "not stated")}
    assert {r["date"] for r in rows} == {date.today()}
    assert main(["trends", "--store", "store", "--add", "qc.parquet"]) == 0


def pair(a: str, b: str, relatedness: float | None, verdict: str) -> dict[str, Any]:
    return {
        "sample_a": a,
        "sample_b": b,
        "case_a": "C1",
        "case_b": "C1",
        "sites": 100,
        "loci": 50,
        "ibs0": 0,
        "concordance": 0.9,
        "relatedness": relatedness,
        "verdict": verdict,
    }


PAIRS = [
    pair("C1-T", "C1-N", 0.03, "different"),
    pair("C1-T", "C1-R", None, "too_few_sites"),
    pair("C1-N", "C1-R", 0.02, "different"),
]


def tabulated(found: CaseGate, pairs: list[dict[str, Any]]) -> dict[str, Any]:
    write_table(Path("identity.parquet"), pairs, IDENTITY)
    Path("identity.json").write_text("{}")
    Path("g.json").write_text(found.model_dump_json())
    words = ["tabulate-run", "--identity", "identity.parquet", "--measures", "identity.json"]
    words += ["--gate-output", "gate_mqc.json"]
    assert main([*words, "--identity-output", "identity_mqc.json", "g.json"]) == 0
    return {name: json.loads(Path(f"{name}_mqc.json").read_text()) for name in ("gate", "identity")}


def test_the_run_view_says_what_the_gates_say(run: Run) -> None:
    made = tabulated(gate(run, [swapped()], taken()), PAIRS)
    assert made["gate"]["data"]["C1-N"] == {
        "case": "C1",
        "verdict": "fail",
        "blocked": "identity",
        "accepted": "AB",
        "reasons": "identity 0.03, needs at least 0.75",
    }
    assert made["gate"]["data"]["C1-T"]["blocked"] == "-"
    assert made["identity"]["data"]["C1-T"] == {"C1-T": 1.0, "C1-N": 0.03, "C1-R": None}
    assert made["identity"]["data"]["C1-N"]["C1-T"] == 0.03


@pytest.mark.skipif(not shutil.which("multiqc"), reason="MultiQC is not installed")
@pytest.mark.parametrize("pairs", [PAIRS, PAIRS[1:2], []], ids=["three", "unknown", "one sample"])
def test_multiqc_takes_the_run_view(run: Run, pairs: list[dict[str, Any]]) -> None:
    tabulated(gate(run, [swapped()]), pairs)
    command = "multiqc --strict --no-ai --no-version-check --no-megaqc-upload --outdir view"
    files = ["gate_mqc.json", "identity_mqc.json"]
    done = subprocess.run([*command.split(), *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = Path("view/multiqc_report.html").read_text()
    assert "Dugnad gate" in page
    assert "identity 0.03, needs at least 0.75" in page
    assert ("dugnad_identity_heatmap" in page) is bool(pairs)
    shown = list(Path("view/multiqc_data").glob("*dugnad_gate*"))
    assert shown, sorted(path.name for path in Path("view/multiqc_data").iterdir())
    assert re.search(r"^C1-N\t.*\tfail\tidentity\t", shown[0].read_text(), re.MULTILINE)


# the report


def record(
    run: Run,
    found: CaseGate,
    coverage: list[dict[str, Any]] | None = None,
    sex: dict[str, dict[str, str]] | None = None,
) -> CaseRecord:
    return build(run, run.cases["C1"], [], Quality(found, [], coverage or [], sex or {}), {})


def banner(page: str) -> str:
    """What stands above all else, as an alert."""
    (found,) = re.findall(r'<body>\s*<[^>]+ role="alert">(.*?)<header', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found)


def test_a_blocked_report_says_so_first(run: Run) -> None:
    made = record(run, gate(run, [swapped()]))
    assert made.blocked
    page = render(made)
    told = banner(page)
    assert "Quality gate not passed: not for treatment decisions." in told
    assert "C1-N: identity" in told
    assert "C1-T" not in told
    assert CaseRecord.model_validate_json(made.model_dump_json()) == made


def test_a_fail_that_does_not_block_has_no_such_banner(run: Run) -> None:
    made = record(run, gate(run, [metric("C1-N", status="fail", value=0.1)]))
    assert made.verdict == "fail"
    assert not made.blocked
    assert MARK not in render(made)
    assert MARK not in render(record(run, gate(run, [])))


def test_an_accepted_report_still_says_so_and_by_whom(run: Run) -> None:
    page = render(record(run, gate(run, [swapped()], taken(reason="a known twin"))))
    assert "identity accepted by AB" in banner(page)
    trust = page[page.index("Can it be trusted?") : page.index("What matters")]
    assert "identity accepted by AB: a known twin" in trust


def test_the_reason_of_an_acceptance_stays_text(run: Run) -> None:
    page = render(record(run, gate(run, [swapped()], taken(reason=HOSTILE))))
    assert page.count("<script") == 1
    assert "accepted by AB: &lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; {{7*7}}" in page


@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdftotext")),
    reason="chromium and pdftotext are not both installed",
)
def test_a_blocked_report_says_so_on_every_printed_page(run: Run) -> None:
    rows = [metric(metric=f"target_{depth}x", value=0.5) for depth in range(1, 150)]
    found = gate(run, [*rows, swapped()], taken(reason="a long reason " * 30))
    made = build(run, run.cases["C1"], [], Quality(found, rows, [], {}), {})
    Path("report.html").write_text(render(made))
    command = "chromium --headless --no-sandbox --disable-gpu --print-to-pdf=report.pdf"
    page = Path("report.html").resolve().as_uri()
    subprocess.run([*command.split(), page], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", "report.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) >= 3
    for number, shown in enumerate(pages):
        # the header stands in lines of its own: nothing of the report is under it
        (line,) = [line for line in shown.splitlines() if MARK in line]
        assert "not for treatment decisions." in line, number
        assert "C1-N: identity; identity accepted by AB" in line, number
    assert sum("target 7x" in line for line in text.splitlines()) == 1


SPOT = {
    "sample": "C1-T",
    "gene": "GENE1",
    "start": 498,
    "end": 501,
    "targeted_fraction": 1.0,
    "mean_depth": 0.0,
    "min_depth": 0,
    "callable_fraction": 0.0,
    "status": "not_assessable",
}
GENE = {"kind": "gene", "chrom": None, "start": None, "end": None}
PLACES = [
    SPOT | {"kind": "hotspot", "label": "spot of X", "chrom": "chrX"},
    SPOT | {"kind": "target", "label": "ZFX", "gene": "ZFX", "chrom": "chrX"},
    SPOT | {"kind": "target", "label": "ZFY", "gene": "ZFY", "chrom": "chrY"},
    SPOT | {"kind": "hotspot", "label": "spot of Y", "gene": "SRY", "chrom": "Y"},
    SPOT | {"kind": "target", "label": "CRLF2 on X", "gene": "CRLF2", "chrom": "chrX"},
    SPOT | {"kind": "target", "label": "CRLF2 on Y", "gene": "CRLF2", "chrom": "chrY"},
    *(SPOT | GENE | {"label": name, "gene": name} for name in ("CRLF2", "SRY", "ZFX", "ZFY")),
]


@pytest.mark.parametrize(
    ("observed", "labels", "genes"),
    [
        ("female", ["spot of X", "ZFX", "CRLF2 on X"], ["CRLF2", "ZFX"]),
        ("male", [p["label"] for p in PLACES[:6]], ["CRLF2", "SRY", "ZFX", "ZFY"]),
        ("unknown", [p["label"] for p in PLACES[:6]], ["CRLF2", "SRY", "ZFX", "ZFY"]),
    ],
)
def test_a_woman_lacks_nothing_on_y(
    run: Run, observed: str, labels: list[str], genes: list[str]
) -> None:
    sex = {"C1-T": {"observed": observed, "reason": "depth on Y 0.00 of the autosomes'"}}
    made = record(run, gate(run, []), PLACES, sex)
    assert [place.label for place in made.places] == labels
    assert [gene.gene for gene in made.genes_unseen] == genes
    shown = render(made)
    assert ("spot of Y" in shown) is (observed != "female")


@pytest.mark.parametrize(
    ("observed", "told"), [("male", True), ("female", False), ("unknown", False)]
)
def test_a_sex_that_is_not_the_sheets_is_told(run: Run, observed: str, told: bool) -> None:
    reason = "depth on Y 0.48 of the autosomes'"
    sex = {"C1-N": {"observed": observed, "reason": reason}}
    made = record(run, gate(run, []), None, sex)
    sample = next(item for item in made.samples if item.id == "C1-N")
    assert (sample.sex, sample.sex_observed, sample.sex_reason) == ("female", observed, reason)
    page = render(made)
    assert ("sex male by the reads, female on the sheet: depth on Y 0.48" in page) is told
    assert ("by the reads" in page) is told
