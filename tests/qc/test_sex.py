"""Sex from depth and heterozygous sites, and when it is not said."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import people
import pytest

from dugnad.qc import infer_sex
from dugnad.qc.infer_sex import Answer, Witnesses, answer_of, measures, with_normal, witnesses
from dugnad.qc.sites import COUNTS, Counts, stretch
from dugnad.tables import COVERAGE, write_table

PAR = [stretch("chrX:1-12000")]
WOMAN = Witnesses(x_ratio=1.0, y_ratio=0.0, x_sites=11, heterozygous=5, expected=4.9)
MAN = Witnesses(x_ratio=0.5, y_ratio=0.5, x_sites=11, heterozygous=0, expected=4.9)


@pytest.mark.parametrize(
    ("seen", "role", "observed", "sure"),
    [
        (WOMAN, "normal", "female", "clear"),
        (MAN, "tumour", "male", "clear"),
        # panels without targets on Y, or without sites on X
        (replace(WOMAN, y_ratio=None), "tumour", "female", "clear"),
        (replace(MAN, y_ratio=None), "tumour", "male", "clear"),
        (replace(MAN, x_sites=0, expected=0.0), "tumour", "male", "clear"),
        # a man's tumour that lost Y in 90 % of its cells, and one that gained X
        (replace(MAN, y_ratio=0.05), "tumour", "unknown", "no"),
        (replace(MAN, y_ratio=0.1), "tumour", "male", "clear"),
        (replace(MAN, x_ratio=1.0), "tumour", "male", "clear"),
        # a woman's tumour that lost an X
        (replace(WOMAN, heterozygous=0, x_ratio=0.6), "tumour", "unknown", "no"),
        (replace(WOMAN, x_ratio=0.6), "tumour", "female", "clear"),
        # 10 % of a man in a woman's sample; two X and a Y
        (replace(WOMAN, y_ratio=0.05), "tumour", "female", "clear"),
        (replace(WOMAN, y_ratio=0.5), "normal", "unknown", "no"),
        # X's depth alone
        (Witnesses(0.5, None, 0, 0, 0.0), "normal", "male", "likely"),
        (Witnesses(0.5, None, 0, 0, 0.0), "tumour", "unknown", "no"),
        (Witnesses(None, None, 0, 0, 0.0), "normal", "unknown", "no"),
        # Y against X's depth
        (Witnesses(1.0, 0.5, 0, 0, 0.0), "tumour", "male", "likely"),
    ],
)
def test_answers(seen: Witnesses, role: str, observed: str, sure: str) -> None:
    found = answer_of(seen, role)
    assert (found.observed, found.sure) == (observed, sure), found.reason


def test_the_normal_answers_where_the_tumour_does_not() -> None:
    normal = Answer("female", "clear", "n")
    assert with_normal(Answer("unknown", "no", "t"), normal).observed == "female"
    assert with_normal(Answer("male", "clear", "t"), normal).observed == "male"
    open_ = Answer("unknown", "no", "n")
    assert with_normal(Answer("male", "likely", "t"), open_).observed == "male"


def test_agreement_is_open_when_a_side_is() -> None:
    man = answer_of(MAN, "tumour")
    assert measures(MAN, man, "male")["sex_agrees"].value == 1
    assert measures(MAN, man, "female")["sex_agrees"].value == 0
    assert measures(MAN, man, "unknown")["sex_agrees"].value is None
    nothing = Answer("unknown", "no", "nothing seen")
    found = measures(MAN, nothing, "male")["sex_agrees"]
    assert found.value is None
    assert "nothing seen" in found.source


def target(chrom: str, start: int, depth: float) -> dict[str, Any]:
    place = {"sample": "S", "kind": "target", "chrom": chrom, "start": start, "end": start + 100}
    return place | {"label": "T", "mean_depth": depth}


def coverage(x: float, y: float, autosome: float = 100.0) -> list[dict[str, Any]]:
    rows = [target(f"chr{n}", 1000, autosome) for n in range(1, 23)]
    rows += [target("chrX", 20_000 + 1000 * n, x) for n in range(5)]
    rows += [target("chrX", 1000 * n, autosome) for n in range(9)]  # pseudoautosomal
    rows += [target("chrY", 20_000 + 1000 * n, y) for n in range(4)]
    return [*rows, {"sample": "S", "kind": "panel", "label": "p", "mean_depth": 1e6}]


def on_x(share: np.ndarray[Any, np.dtype[np.float64]]) -> Counts:
    rng = np.random.default_rng(1)
    counts = people.reads(rng, people.make_sites(rng, len(share)), share, 100)
    number = len(share)
    return replace(
        counts,
        chrom=np.full(number, "chrX"),
        kind=np.full(number, "x"),
        frequency=np.full(number, 0.5),
    )


def test_witnesses_leave_the_pseudoautosomal_stretch_out() -> None:
    seen = witnesses(on_x(np.array([0.0, 0.5, 1.0, 0.5])), coverage(50, 48), PAR)
    assert seen == Witnesses(0.5, 0.48, 4, 2, 2.0)


def test_shallow_samples_and_small_panels_have_no_ratio() -> None:
    assert witnesses(on_x(np.array([0.5])), coverage(2, 2, 4.0), PAR).y_ratio is None
    few = [row for row in coverage(50, 50) if row.get("chrom") != "chrY"]
    assert witnesses(on_x(np.array([0.5])), few, PAR).y_ratio is None
    assert witnesses(on_x(np.array([0.5])), [], PAR).x_ratio is None


def test_verb_writes_answer_and_measures(tmp_path: Path) -> None:
    people.write_counts(tmp_path / "c.parquet", on_x(np.array([0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0])))
    write_table(tmp_path / "coverage.parquet", coverage(50, 50), COVERAGE)
    answers, measured = called(tmp_path, ["T1", "tumour", "female", "c.parquet"])
    answer = answers["T1"]
    assert (answer["observed"], answer["stated"], answer["sure"]) == ("male", "female", "clear")
    assert "depth on Y 0.50 of the autosomes'" in answer["reason"]
    assert measured["T1"]["sex_agrees"]["value"] == 0
    assert measured["T1"]["x_heterozygosity"]["value"] == 0
    assert infer_sex.observed(tmp_path / "s.json", "T1") == "male"


def called(folder: Path, *samples: list[str]) -> list[dict[str, Any]]:
    """What the verb writes of samples with the coverage of a folder: answers, then measures."""
    parser = argparse.ArgumentParser()
    infer_sex.register(parser)
    words = ["--par", "chrX:1-12000", "--output", "s.json", "--measures", "m.json"]
    for sample in samples:
        words += ["--sample", *sample, "coverage.parquet"]
    words = [str(folder / word) if word.endswith(("json", "parquet")) else word for word in words]
    infer_sex.main(parser.parse_args(words))
    return [json.loads((folder / name).read_text()) for name in ("s.json", "m.json")]


def test_the_normal_answers_where_its_tumour_does_not(tmp_path: Path) -> None:
    """The order of the samples does not matter, and a case without reads has no answer."""
    write_table(tmp_path / "t.parquet", [], COUNTS)
    people.write_counts(tmp_path / "n.parquet", on_x(np.array([0.0, 1.0] * 5)))
    write_table(tmp_path / "coverage.parquet", coverage(75, 8), COVERAGE)
    tumour = ["T1", "tumour", "male", "t.parquet"]
    assert called(tmp_path, tumour)[0]["T1"]["observed"] == "unknown"
    answers, _ = called(tmp_path, tumour, ["N1", "normal", "male", "n.parquet"])
    assert {name: item["observed"] for name, item in answers.items()} == {
        "T1": "male",
        "N1": "male",
    }
    assert answers["T1"]["reason"].endswith("taken from the normal")
    assert called(tmp_path) == [{}, {}]
