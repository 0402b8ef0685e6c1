"""What the comparison across a run says of its samples, after all cases."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import panel_data, row, workspace
from dugnad.cli import main
from dugnad.qc.compare_samples import IDENTITY
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.store import RUN_QC
from dugnad.qc.tabulate_run import ROOM, heat_map, shown
from dugnad.record import CaseGate, SampleGate
from dugnad.report.likeness import SHOWN, likeness_of
from dugnad.report.words import words_of
from dugnad.tables import METRICS, read_table, write_table

ROWS = [row("C1-T"), row("C1-N", "normal"), row("C2-T", case="C2"), row("C3-T", case="C3", vcf="c")]
LIMIT = {"metric": "identity_elsewhere", "role": "any", "upper": 0.75, "breach": "fail"}
SOURCE = "dugnad compare-samples"
LIKE = {
    "C1-T": Measured(0.02, "ratio", f"{SOURCE}: C2-T"),
    "C1-N": Measured(0.98, "ratio", f"{SOURCE}: C2-T"),
    "C2-T": Measured(0.98, "ratio", f"{SOURCE}: C1-N"),
}
FILES = ["C1.json", "C2.json", "C3.json"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run whose cases have passed their own gates; its third case came as calls."""
    monkeypatch.chdir(workspace(tmp_path, ROWS))
    limit_at(blocking=True)
    measured(LIKE)
    gates = {"C1": ("pass", ("C1-T", "C1-N")), "C2": ("warn", ("C2-T",))}
    gates["C3"] = ("not_assessed", ("C3-T",))
    for case, (verdict, samples) in gates.items():
        told = {"verdict": verdict, "reasons": (), "blocked_by": (), "accepted": ()}
        found = tuple(SampleGate.model_validate({"sample": s, **told}) for s in samples)
        gate = CaseGate.model_validate({"case": case, "verdict": verdict, "samples": found})
        Path(f"{case}.json").write_text(gate.model_dump_json())
    return tmp_path


def limit_at(**changes: Any) -> None:
    limits = [LIMIT | {"why": "two cases are two persons"} | changes]
    text = yaml.safe_dump(panel_data(qc=limits), sort_keys=False)
    Path("config/panels/tiny/panel.yaml").write_text(text)


def measured(found: dict[str, Measured]) -> None:
    both = {sample: {"identity_elsewhere": item} for sample, item in found.items()}
    write_measures(Path("m.json"), both)


def accept(*samples: str) -> None:
    config = Path("config/config.yaml")
    told = {"metric": "identity_elsewhere", "reason": "one patient, two cases", "initials": "AB"}
    items = [{"sample": sample, **told} for sample in samples]
    config.write_text(config.read_text() + yaml.safe_dump({"accepted": items}))


def release() -> int:
    return main(["release-run", "--measures", "m.json", "--output", "gates.tsv", *FILES])


def test_samples_that_are_like_another_cases_end_the_run_in_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert release() == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{case}: {sample}: identity elsewhere 0.98, needs at most 0.75 (like {other}); the run's"
        " list of cases says so, its report cannot; find out whose it is, or accept it under"
        " 'accepted' in config/config.yaml with a reason"
        for case, sample, other in (("C1", "C1-N", "C2-T"), ("C2", "C2-T", "C1-N"))
    ]
    assert not Path("gates.tsv").exists()


def test_one_of_two_accepted_is_not_enough(capsys: pytest.CaptureFixture[str]) -> None:
    accept("C1-N")
    assert release() == 2
    assert [line[:9] for line in capsys.readouterr().err.splitlines()] == ["C2: C2-T:"]


def test_an_accepted_run_tells_it_in_the_table_of_gates() -> None:
    accept("C1-N", "C2-T")
    assert release() == 0
    head, *lines = (line.split("\t") for line in Path("gates.tsv").read_text().splitlines())
    found = {line[1]: dict(zip(head, line, strict=True)) for line in lines}
    assert found["C1-N"] == {
        "case": "C1",
        "sample": "C1-N",
        "verdict": "fail",
        "blocked_by": "identity_elsewhere",
        "accepted_by": "AB (identity_elsewhere)",
        "reasons": "identity elsewhere 0.98, needs at most 0.75 (like C2-T)",
    }
    verdicts = {name: line["verdict"] for name, line in found.items()}
    assert verdicts == {"C1-T": "pass", "C1-N": "fail", "C2-T": "fail", "C3-T": "not_assessed"}


def test_a_limit_that_does_not_block_is_told_and_the_run_ends_well() -> None:
    limit_at(breach="warn")
    assert release() == 0
    told = Path("gates.tsv").read_text()
    assert "C1-N\twarn\t\t\tidentity elsewhere 0.98, needs at most 0.75 (like C2-T)" in told


def test_a_limit_on_what_could_not_be_compared_warns() -> None:
    measured({"C1-N": LIKE["C1-T"]})
    assert release() == 0
    told = dict(line.split("\t")[1:3] for line in Path("gates.tsv").read_text().splitlines()[1:])
    assert told == {"C1-T": "warn", "C1-N": "pass", "C2-T": "warn", "C3-T": "not_assessed"}


def test_a_run_of_calls_alone_is_released_without_comparison() -> None:
    assert main(["release-run", "--output", "gates.tsv", *FILES]) == 0


def test_the_runs_table_has_the_comparison_in_place_of_the_cases_word() -> None:
    late = {"metric": "identity_elsewhere", "unit": "ratio", "status": "not_measured"}
    for case, samples in (("C1", ("C1-T", "C1-N")), ("C2", ("C2-T",))):
        rows = [{"sample": s, **late, "source": "compared at the end of the run"} for s in samples]
        rows += [{"sample": s, **late, "metric": "mapped", "value": 0.9} for s in samples]
        write_table(Path(f"{case}.parquet"), rows, METRICS)
    tables = ["C1.parquet", "C2.parquet"]
    assert main(["gather-run", "--measures", "m.json", "--output", "qc.parquet", *tables]) == 0
    rows = read_table(Path("qc.parquet"), RUN_QC)
    assert [row["metric"] for row in rows].count("mapped") == 3
    found = {r["sample"]: r for r in rows if r["metric"] == "identity_elsewhere"}
    assert {s: (r["value"], r["upper"], r["status"]) for s, r in found.items()} == {
        "C1-T": (0.02, 0.75, "pass"),
        "C1-N": (0.98, 0.75, "fail"),
        "C2-T": (0.98, 0.75, "fail"),
    }


def pair(a: str, b: str, verdict: str, relatedness: float | None = 0.98) -> dict[str, Any]:
    return {
        "sample_a": a,
        "sample_b": b,
        "case_a": a.split("-")[0],
        "case_b": b.split("-")[0],
        "relatedness": relatedness,
        "verdict": verdict,
    }


def identity(*pairs: dict[str, Any]) -> Path:
    write_table(Path("identity.parquet"), pairs, IDENTITY)
    return Path("identity.parquet")


def test_the_list_of_cases_says_whose_a_sample_looks_like() -> None:
    path = identity(
        pair("C1-T", "C1-N", "same"),
        pair("C1-T", "C2-T", "different", 0.1),
        pair("C1-N", "C2-T", "same"),
        pair("C1-T", "C3-T", "too_few_sites", None),
    )
    found = likeness_of(path, words_of("en"))
    assert found.told == ("C1-N of C1 is like C2-T of C2, relatedness 0.98.",)
    assert likeness_of(path, words_of("nb")).told == (
        "C1-N i C1 ligner C2-T i C2, slektskap 0,98.",
    )
    assert (found.compared, found.more) == (True, 0)
    alone = likeness_of(identity(pair("C1-T", "C1-N", "same")), words_of("en"))
    assert (alone.compared, alone.told) == (True, ())
    assert not likeness_of(Path("none.parquet"), words_of("en")).compared
    assert not likeness_of(None, words_of("en")).compared


def test_a_long_list_is_cut_and_says_so() -> None:
    path = identity(*(pair("C1-T", f"D{n}-T", "same") for n in range(SHOWN + 3)))
    found = likeness_of(path, words_of("en"))
    assert (len(found.told), found.more) == (SHOWN, 3)


def test_a_large_runs_picture_has_the_samples_that_raise_a_question() -> None:
    import pyarrow.parquet as pq

    strangers = [pair("C1-T", f"D{n}-T", "different", 0.0) for n in range(ROOM)]
    odd = [pair("D1-T", "D2-T", "same"), pair("D3-T", "D3-N", "different", 0.1)]
    small = pq.read_table(identity(*strangers[:3]))
    assert shown(small).num_rows == 3
    large = pq.read_table(identity(*strangers, *odd))
    kept = shown(large).to_pylist()
    assert [(r["sample_a"], r["sample_b"]) for r in kept] == [("D1-T", "D2-T"), ("D3-T", "D3-N")]
    made = heat_map(kept, ROOM + 2)
    assert made["data"].keys() == {"D1-T", "D2-T", "D3-T", "D3-N"}
    assert f"4 of {ROOM + 2} samples" in made["description"]
    none = heat_map(shown(pq.read_table(identity(*strangers))).to_pylist(), ROOM + 1)
    assert (none["plot_type"], "No sample" in none["data"]) == ("html", True)


def test_json_of_measures_is_by_sample() -> None:
    assert json.loads(Path("m.json").read_text())["C1-N"]["identity_elsewhere"]["value"] == 0.98
