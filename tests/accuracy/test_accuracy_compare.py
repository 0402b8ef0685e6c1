"""What matches what, and what is scored."""

from pathlib import Path

import pytest
from toy_variants import TOY, WHOLE, call, counts, held, true

from dugnad.accuracy.counting import missed
from dugnad.accuracy.variants import kind_of
from dugnad.errors import UserError
from dugnad.regions import Region


def test_exact_missed_and_false(tmp_path: Path) -> None:
    found = held(tmp_path, ["2 T C", "35 G A"], ["2 T C", "50 T G"])
    assert [item.truth.pos for item in found.true_positives] == [2]
    assert [item.calls[0].pos for item in found.true_positives] == [2]
    assert [item.truth.pos for item in found.false_negatives] == [35]
    assert [item.pos for item in found.false_positives] == [50]
    assert found.megabases == len(TOY) / 1e6


@pytest.mark.parametrize(
    ("truth", "calls"),
    [
        pytest.param(["41 AT GC"], ["41 A G", "42 T C"], id="MNV against SNVs"),
        pytest.param(["41 A G", "42 T C"], ["41 AT GC"], id="SNVs against MNV"),
        pytest.param(["41 ATT GTC"], ["41 A G", "43 T C"], id="MNV with an equal base"),
        pytest.param(["10 CA C"], ["19 AA A"], id="deletion at the other end of a repeat"),
        pytest.param(["10 C CA"], ["20 A AA"], id="insertion at the other end of a repeat"),
        pytest.param(["25 CACA CA"], ["30 ACA A"], id="deletion in a repeat of two bases"),
        pytest.param(["10 CAA C"], ["11 AA A", "18 AA A"], id="a long deletion against two"),
        pytest.param(["40 GAT C"], ["40 GAT G", "40 G C"], id="delins against deletion and SNV"),
        pytest.param(["40 GATTC GCC"], ["40 GATTC G", "44 C CCC"], id="deletion and insertion"),
        pytest.param(["41 ATT CAG"], ["40 GATT G", "40 G GCAG"], id="MNV, deleted and inserted"),
        pytest.param(["40 GATTCT GATT"], ["43 TCT T"], id="padded"),
        pytest.param(["40 G C", "41 AT A"], ["40 GAT CA"], id="SNV beside deletion"),
        pytest.param(["11 AAAA AC"], ["11 AA A", "12 AAA AC"], id="delins in a repeat"),
    ],
)
def test_same_sequence_matches(tmp_path: Path, truth: list[str], calls: list[str]) -> None:
    assert counts(held(tmp_path, truth, calls)) == (len(truth), 0, 0)


@pytest.mark.parametrize(
    ("truth", "calls"),
    [
        pytest.param(["41 AT GC"], ["41 A G"], id="half an MNV"),
        pytest.param(["41 A G"], ["41 AT GC"], id="a true SNV in a false MNV"),
        pytest.param(["41 A G"], ["41 A C"], id="another base"),
        pytest.param(["10 CA C"], ["10 CAA C"], id="another length"),
        pytest.param(["10 C CA"], ["10 C CG"], id="another inserted base"),
        pytest.param(["41 ATT GCG"], ["41 A G", "42 T C"], id="two of three"),
        pytest.param(["40 GAT C"], ["40 GAT G", "44 C G"], id="the SNV elsewhere"),
    ],
)
def test_other_sequence_does_not(tmp_path: Path, truth: list[str], calls: list[str]) -> None:
    assert counts(held(tmp_path, truth, calls)) == (0, len(truth), len(calls))


def test_neighbour_does_not_spoil_a_match(tmp_path: Path) -> None:
    found = held(tmp_path, ["41 AT GC", "50 T G"], ["41 A G", "42 T C", "45 T A", "50 T C"])
    assert counts(found) == (1, 1, 2)


def test_calls_that_undo_each_other_are_false(tmp_path: Path) -> None:
    found = held(tmp_path, ["41 A G"], ["41 A G", "10 C CA", "19 AA A"])
    assert counts(found) == (1, 0, 2)


def test_the_same_change_twice_counts_once(tmp_path: Path) -> None:
    assert counts(held(tmp_path, ["41 A G"], ["41 A G", "40 GA GG"])) == (1, 0, 0)
    assert counts(held(tmp_path, [], ["10 CA C", "19 AA A"])) == (0, 0, 1)
    assert counts(held(tmp_path, ["10 CA C", "19 AA A"], [])) == (0, 1, 0)


def test_overlapping_calls_of_one_change(tmp_path: Path) -> None:
    found = held(tmp_path, ["41 AT GC"], ["41 AT GC", "41 A G", "42 T C"])
    assert counts(found) == (1, 0, 0)
    half = held(tmp_path, ["41 AT GC"], ["41 AT GC", "41 A G"])
    assert counts(half) == (1, 0, 1)


def test_overlapping_alternatives(tmp_path: Path) -> None:
    """Subclones with other changes of one base: each is held on its own."""
    found = held(tmp_path, ["41 A G", "41 A C", "41 AT CC"], ["41 A G", "41 A T", "41 AT CC"])
    assert counts(found) == (2, 1, 1)


def test_unscored_truth_is_neither_required_nor_false(tmp_path: Path) -> None:
    unscored = true("10 CA C", scored=False)
    assert counts(held(tmp_path, [unscored], [])) == (0, 0, 0)
    assert counts(held(tmp_path, [unscored], ["19 AA A"])) == (0, 0, 0)
    mixed = [true("41 A G", scored=False), true("42 T C")]
    assert counts(held(tmp_path, mixed, ["41 AT GC"])) == (1, 0, 0)


def test_bases_of_an_unscored_variant_are_left_out(tmp_path: Path) -> None:
    unscored = true("41 ATT A", scored=False)
    assert counts(held(tmp_path, [unscored], ["42 T G"])) == (0, 0, 0)
    assert counts(held(tmp_path, [unscored], ["44 C G"])) == (0, 0, 1)
    assert counts(held(tmp_path, [unscored, "42 T C"], ["42 T C"])) == (1, 0, 0)
    assert counts(held(tmp_path, [unscored, "42 T C"], [])) == (0, 1, 0)


def test_unscored_wins_over_a_scored_record(tmp_path: Path) -> None:
    assert counts(held(tmp_path, ["41 A G", true("41 A G", scored=False)], [])) == (0, 0, 0)


def test_unscored_regions(tmp_path: Path) -> None:
    regions = [Region("chr1", 40, 45, "")]
    found = held(tmp_path, ["41 A G", "46 G A"], ["43 T C", "50 T C"], unscored=regions)
    assert counts(found) == (0, 1, 1)
    assert found.megabases == (len(TOY) - 5) / 1e6


@pytest.mark.parametrize(
    ("variant", "scored"),
    [
        ("40 G C", False),
        ("41 A G", True),
        ("44 C G", True),
        ("45 T A", False),
        ("40 GA CG", False),
        ("43 TC T", True),
        ("44 CT C", False),
        ("43 TCTG T", False),
        ("40 G GC", False),
        ("41 A AC", True),
        ("44 C CA", True),
    ],
)
def test_edges_of_a_region(tmp_path: Path, variant: str, scored: bool) -> None:
    """Bases 41 to 44 are scored; an insertion counts by the base before it."""
    regions = [Region("chr1", 40, 44, "")]
    assert counts(held(tmp_path, [variant], [], regions)) == (0, int(scored), 0)
    assert counts(held(tmp_path, [], [variant], regions)) == (0, 0, int(scored))
    assert counts(held(tmp_path, [variant], [variant], regions)) == (int(scored), 0, 0)


def test_match_across_the_edge_of_a_region(tmp_path: Path) -> None:
    regions = [Region("chr1", 41, 60, "")]
    assert counts(held(tmp_path, ["41 AT GC"], ["41 A G", "42 T C"], regions)) == (0, 0, 0)
    assert counts(held(tmp_path, ["41 A G", "42 T C"], ["41 AT GC"], regions)) == (1, 0, 0)
    repeat = [Region("chr1", 10, 20, "")]
    assert counts(held(tmp_path, ["20 A AA"], ["10 C CA"], repeat)) == (0, 0, 0)


def test_overlapping_regions_count_once(tmp_path: Path) -> None:
    regions = [Region("chr1", 0, 30, ""), Region("chr1", 20, 60, ""), Region("chr1", 40, 50, "")]
    assert held(tmp_path, [], [], regions).megabases == 60 / 1e6


def test_empty_truth_and_calls(tmp_path: Path) -> None:
    assert counts(held(tmp_path, [], [])) == (0, 0, 0)
    assert counts(held(tmp_path, [], ["41 A G"])) == (0, 0, 1)


def test_rows_that_do_not_pass_explain(tmp_path: Path) -> None:
    rows = [
        call("19 AA A", called=False, filters=("low_depth",), origin="somatic", depth=30),
        call("41 A G", origin="somatic"),
        call("42 T C", called=False, filters=(), origin="germline", depth=200, alt_reads=90),
        call("50 T G"),
    ]
    found = held(tmp_path, ["10 CA C", "41 AT GC", "50 T C", "58 C A"], rows)
    assert counts(found) == (0, 4, 2)
    told = {row["pos"]: row for row in missed(found)}
    assert [told[pos]["reason"] for pos in (10, 41, 50, 58)] == [
        *("filtered", "origin", "other_allele", "not_called"),
    ]
    assert (told[10]["filters"], told[10]["depth"]) == (["low_depth"], 30)
    assert (told[41]["origin"], told[41]["alt_reads"]) == ("germline,somatic", 90)
    assert told[50]["calls"] == ["chr1:50 T>G"]
    assert told[58]["filters"] is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("41 A G", "SNV"),
        ("40 GA GG", "SNV"),
        ("41 AT GC", "MNV"),
        ("41 ATT GTC", "MNV"),
        ("41 A AT", "insertion"),
        ("41 AT A", "deletion"),
        ("41 AT G", "complex"),
        ("41 A GC", "complex"),
    ],
)
def test_types(text: str, kind: str) -> None:
    assert kind_of(true(text)) == kind


def test_faults_of_the_reference(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"truth: chr1:41: REF is not in the reference \(got 'C'"):
        held(tmp_path, ["41 C G"], [])
    with pytest.raises(UserError, match=r"calls: chr1:60: REF is not .*has GTC"):
        held(tmp_path, [], ["60 CGGTCA C"])
    with pytest.raises(UserError, match="regions: contig 'chr9' is not in the genome"):
        held(tmp_path, [], [], [*WHOLE, Region("chr9", 0, 5, "")])
