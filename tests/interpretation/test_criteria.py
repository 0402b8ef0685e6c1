"""The engine of criteria: states, points, classes, tiers, and the faults of a file."""

from pathlib import Path

import pytest

from dugnad.errors import UserError
from dugnad.interpretation.criteria import (
    Criterion,
    Facts,
    conditions_of,
    first,
    read_criteria,
    score,
)
from dugnad.record_interpretation import Classification

HEADER = "id\twhen\tunless\tpoints\toutcome\tlevel\ttext\tsource\n"
FACTS = ("frequency", "hotspot", "kind", "null")

SCORED = (
    "VS\tnull = yes & kind != silent\t\t8\t\t\tnull variant\tPMID:1\n"
    "S1\thotspot >= 50\t\t4\t\t\tstrong hotspot\tPMID:1\n"
    "M1\tkind in missense|inframe\tS1; VS\t2\t\t\tdomain\tPMID:1\n"
    "P1\thotspot > 0\tM1\t1\t\t\thotspot\tPMID:1\n"
    "B1\tfrequency > 0.05\t\t-8\t\t\tcommon\tPMID:1\n"
    "high\tpoints >= 10\t\t\thigh\t\tsum\tPMID:1\n"
    "middle\tpoints >= 0\t\t\tmiddle\t\tsum\tPMID:1\n"
    "low\tpoints < 0\t\t\tlow\t\tsum\tPMID:1\n"
)

TIERS = (
    "one\tkind = drug & frequency <= 0.01\t\t\tI\tA\tapproved\tPMID:1\n"
    "two\tkind in drug|trial\t\t\tII\tC\telsewhere\tPMID:1\n"
    "three\thotspot = yes\ttwo\t\tIII\t\tunknown\tPMID:1\n"
)


def _read(folder: Path, rows: str) -> tuple[Criterion, ...]:
    path = folder / "criteria.tsv"
    path.write_text("# a comment\n" + HEADER + rows)
    return read_criteria(path, FACTS)


def _states(result: Classification) -> dict[str, str]:
    return {reason.criterion: reason.state for reason in result.reasons}


@pytest.mark.parametrize(
    ("when", "facts", "state"),
    [
        ("", {}, "met"),
        ("kind = drug", {"kind": "drug"}, "met"),
        ("kind = drug", {"kind": "trial"}, "not_met"),
        ("kind = drug", {"kind": None}, "not_assessable"),
        ("kind = drug", {}, "not_assessable"),
        ("kind != drug", {"kind": "trial"}, "met"),
        ("kind != drug", {"kind": "drug"}, "not_met"),
        ("kind != drug", {}, "not_assessable"),
        ("kind in drug|trial", {"kind": "trial"}, "met"),
        ("kind in drug | trial", {"kind": "drug"}, "met"),
        ("kind in drug|trial", {"kind": "d"}, "not_met"),
        ("null = yes", {"null": True}, "met"),
        ("null = no", {"null": False}, "met"),
        ("null = yes", {"null": False}, "not_met"),
        ("hotspot >= 50", {"hotspot": 50}, "met"),
        ("hotspot >= 50", {"hotspot": 49.9}, "not_met"),
        ("hotspot <= 50", {"hotspot": 50}, "met"),
        ("hotspot > 50", {"hotspot": 50}, "not_met"),
        ("hotspot < 50", {"hotspot": 50}, "not_met"),
        ("hotspot < 50", {"hotspot": 0}, "met"),
        ("hotspot < 50", {"hotspot": None}, "not_assessable"),
        ("frequency > 0.01", {"frequency": 0.010001}, "met"),
        # one that fails decides, whatever is not known beside it
        ("kind = drug & hotspot >= 1", {"kind": "trial"}, "not_met"),
        ("kind = drug & hotspot >= 1", {"hotspot": 0}, "not_met"),
        ("kind = drug & hotspot >= 1", {"kind": "drug"}, "not_assessable"),
        ("kind = drug & hotspot >= 1", {"kind": "drug", "hotspot": 1}, "met"),
    ],
)
def test_the_state_of_a_criterion(when: str, facts: Facts, state: str) -> None:
    row = Criterion("X", conditions_of(when), (), 1, None, None, "text", "PMID:1")
    assert row.state(facts) == state


def test_points_are_summed_and_overruled_ones_do_not_count(tmp_path: Path) -> None:
    facts: Facts = {"null": True, "kind": "missense", "hotspot": 60, "frequency": 0.0}
    result = score(_read(tmp_path, SCORED), facts, "scheme")
    assert (result.category, result.points, result.note) == ("high", 13, None)
    # M1 would switch P1 off, but is switched off itself
    expected = {"VS": "met", "S1": "met", "M1": "overruled", "P1": "met", "B1": "not_met"}
    assert _states(result) == expected
    weaker = score(_read(tmp_path, SCORED), {**facts, "null": False, "hotspot": 49}, "scheme")
    expected = {"VS": "not_met", "S1": "not_met", "M1": "met", "P1": "overruled", "B1": "not_met"}
    assert _states(weaker) == expected


def test_every_criterion_tells_what_it_looked_at(tmp_path: Path) -> None:
    facts: Facts = {"null": True, "kind": "missense", "hotspot": 60, "frequency": None}
    reasons = score(_read(tmp_path, SCORED), facts, "scheme").reasons
    assert [reason.values for reason in reasons] == [
        ("null: yes", "kind: missense"),
        ("hotspot: 60",),
        ("kind: missense",),
        ("hotspot: 60",),
        ("frequency: not known",),
    ]
    assert {reason.source for reason in reasons} == {"PMID:1"}
    assert [reason.points for reason in reasons] == [8, 4, 2, 1, -8]


def test_what_is_not_assessable_and_could_change_the_class_is_said(tmp_path: Path) -> None:
    criteria = _read(tmp_path, SCORED)
    facts: Facts = {"null": False, "kind": "missense", "hotspot": 0}
    result = score(criteria, facts, "scheme")
    assert (result.category, result.points) == ("middle", 2)
    assert result.note == "not assessable, and could change the class: B1 (-8): as far as low"
    unknown = score(criteria, {"kind": "missense", "frequency": 0.0}, "scheme")
    assert unknown.note == (
        "not assessable, and could change the class: VS (+8), S1 (+4): as far as high"
    )
    # what could not change the class is left to the reasons
    assert score(criteria, {**facts, "null": True, "hotspot": 60}, "scheme").category == "high"
    assert score(criteria, {**facts, "frequency": 0.0, "null": None}, "s").note is not None
    assert score(criteria, {**facts, "frequency": 0.0}, "scheme").note is None


@pytest.mark.parametrize(
    ("facts", "name", "states", "note"),
    [
        (
            {"kind": "drug", "frequency": 0.0, "hotspot": True},
            "IA",
            ("met", "overruled", "overruled"),
            None,
        ),
        (
            {"kind": "drug", "hotspot": True},
            "IIC",
            ("not_assessable", "met", "overruled"),
            "not assessable: one",
        ),
        (
            {"kind": "trial", "hotspot": None},
            "IIC",
            ("not_met", "met", "overruled"),
            None,
        ),
        (
            {"kind": "other", "hotspot": True},
            "III",
            ("not_met", "not_met", "met"),
            None,
        ),
        (
            {"kind": "other", "hotspot": False},
            "none",
            ("not_met", "not_met", "not_met"),
            None,
        ),
        (
            {"kind": "other"},
            "not_assessable",
            ("not_met", "not_met", "not_assessable"),
            "not assessable: three",
        ),
    ],
)
def test_the_first_that_is_met(
    tmp_path: Path, facts: Facts, name: str, states: tuple[str, ...], note: str | None
) -> None:
    result = first(_read(tmp_path, TIERS), facts, "scheme")
    assert (result.name, result.note) == (name, note)
    assert tuple(_states(result).values()) == states


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    rows = (
        "A\tkind ~ drug\t\t1\t\t\ttext\tPMID:1\n"
        "B\tkind = drug\t\t1\t\t\ttext\t\n"
        "C\tfrequensy > 0.1\t\t1\t\t\ttext\tPMID:1\n"
        "D\tfrequency > high\t\t1\t\t\ttext\tPMID:1\n"
        "E\tkind\t\t1\t\t\ttext\tPMID:1\n"
        "F\t\t\t1\t\t\t\tPMID:1\n"
        "G g\t\t\t1\t\t\ttext\tPMID:1\n"
        "H\t\t\t\t\t\ttext\tPMID:1\n"
        "I\t\t\t1\tclass\t\ttext\tPMID:1\n"
        "J\t\t\tx\t\t\ttext\tPMID:1\n"
    )
    with pytest.raises(UserError) as raised:
        _read(tmp_path, rows)
    path = tmp_path / "criteria.tsv"
    assert [problem.removeprefix(f"{path}:") for problem in raised.value.problems] == [
        "3: when: '~' is no operator; known are =, !=, in, >=, <=, >, <",
        "4: source: is missing; name a PMID, or a document and its year (got '')",
        "5: when: no such fact (got 'frequensy'); known are frequency, hotspot, kind, null, points",
        "6: when: 'frequency > high' compares with no number; write e.g. 0.01",
        "7: when: 'kind' is not 'fact operator value'; put spaces between the three",
        "8: text: is missing; say what it asks (got '')",
        "9: id: must be letters, digits, hyphens and underscores (got 'G g')",
        "10: points: needs either points or an outcome; fill in one (got '')",
        "11: points: needs either points or an outcome; fill in one (got '1')",
        "12: points: must be a whole number (got 'x')",
    ]


def test_what_is_wrong_across_lines(tmp_path: Path) -> None:
    rows = "F\t\tZ\t1\t\t\ttext\tPMID:1\nF\t\t\t1\t\t\ttext\tPMID:1\n"
    with pytest.raises(UserError) as raised:
        _read(tmp_path, rows)
    path = tmp_path / "criteria.tsv"
    assert raised.value.problems == [
        f"{path}: F is there twice; rename one",
        f"{path}: F: unless: no such criterion (got 'Z'); mend the id",
    ]


def test_where_a_fact_comes_from_is_told_beside_it(tmp_path: Path) -> None:
    facts: Facts = {"null": True, "kind": None, "null.source": "PMID:9", "kind.source": "table"}
    reasons = score(_read(tmp_path, SCORED), facts, "scheme").reasons
    assert reasons[0].values == ("null: yes (PMID:9)", "kind: not known (table)")


def test_criteria_that_switch_each_other_off_are_a_fault(tmp_path: Path) -> None:
    rows = "A\t\tB\t1\t\t\ttext\tPMID:1\nB\t\tA\t1\t\t\ttext\tPMID:1\n"
    with pytest.raises(UserError, match="goes in a circle"):
        _read(tmp_path, rows)


def test_a_file_without_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "criteria.tsv"
    path.write_text("id\twhen\tunless\toutcome\tlevel\ttext\nA\t\t\t\t\t\n")
    with pytest.raises(UserError, match="the header must be id, when, unless, points, outcome"):
        read_criteria(path, FACTS)


def test_a_sum_that_no_class_has_is_a_bug(tmp_path: Path) -> None:
    criteria = _read(tmp_path, SCORED.replace("points < 0", "points < -9"))
    with pytest.raises(ValueError, match="no class for -8 points"):
        score(criteria, {"null": False, "kind": "x", "hotspot": 0, "frequency": 0.1}, "scheme")
