"""The verdict: unstable loci, their share with its interval, and what may not be said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from microsatellites import lengths

from builders import msi_data, panel_data, quantity, variant
from dugnad.biomarkers.msi_cross_check import read_msisensor_pro
from dugnad.biomarkers.msi_statistics import (
    Expected,
    chi_square,
    differing,
    mean_lost,
    score,
    wilson,
)
from dugnad.biomarkers.msi_verdict import SHOWN, beside_normal, homopolymer_indels, judge, verdict
from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.panel_biomarkers import MsiRules
from dugnad.record_biomarkers import Msi

STABLE, UNSTABLE = (5, 95), (40, 60)
NORMAL = Expected(20, 2000, 0.05, 0.0, 0.0475, 11, (0.05, 0.95))


def rules(**changes: Any) -> MsiRules:
    return MsiRules.model_validate(msi_data(**changes))


def part(unstable: int, stable: int, purity: float | None = 0.5, **changes: Any) -> Msi:
    rows = [
        lengths(f"M{i}", counts=UNSTABLE if i < unstable else STABLE)
        for i in range(unstable + stable)
    ]
    normals = {row["name"]: NORMAL for row in rows}
    found = rules(**changes)
    return verdict(judge(rows, normals, found), found, purity)


@pytest.mark.parametrize(
    ("unstable", "stable", "status"),
    [
        (0, 40, "stable"),
        (4, 36, "stable"),
        (5, 35, "indeterminate"),
        (7, 33, "indeterminate"),
        (8, 32, "high"),
        (40, 0, "high"),
        (24, 0, "not_assessable"),
    ],
)
def test_status_by_the_limits(unstable: int, stable: int, status: str) -> None:
    found = part(unstable, stable)
    assert (found.status, found.unstable, found.usable) == (status, unstable, unstable + stable)
    if status == "not_assessable":
        assert (found.value, found.lower, found.upper) == (None, None, None)
        assert found.reason == (
            "24 of 24 loci have 20 fragments and enough normals; the panel asks for 25"
        )
    else:
        assert found.value == unstable / found.usable
        assert f"{unstable} of {found.usable} usable loci are unstable" in found.reason


def test_wilson_interval() -> None:
    assert wilson(28, 40) == pytest.approx((0.5457, 0.8193), abs=1e-4)
    assert wilson(0, 40) == pytest.approx((0, 0.0876), abs=1e-4)
    assert wilson(40, 40)[1] == 1


def test_low_purity_is_never_called_stable() -> None:
    assert part(0, 40, purity=0.1).status == "stable"
    low = part(0, 40, purity=0.05)
    assert low.status == "indeterminate"
    assert "purity 0.05 is below 0.1, where instability is missed" in low.reason
    assert "purity is not known" in part(0, 40, purity=None).reason
    high = part(20, 20, purity=0.05)
    assert "(50 %, 95 % interval 35 % to 65 %; high from 20 %)" in high.reason
    assert high.status == "high"
    assert "missed" not in high.reason


def test_loci_without_reads_or_normals_are_not_usable() -> None:
    rows = [lengths("M0"), lengths("M1", counts=(1, 18)), lengths("M2", counts=()), lengths("M3")]
    judged = judge(rows, {name: NORMAL for name in ("M0", "M1", "M2")}, rules())
    assert [one.score is not None for one in judged] == [True, False, False, False]


def test_score_is_of_the_depth() -> None:
    shallow, deep = lengths(counts=(3, 27)), lengths(counts=(100, 900))
    assert mean_lost(shallow) == mean_lost(deep) == 0.1
    assert score(shallow, NORMAL)[1] < 3 < score(deep, NORMAL)[1]
    assert score(lengths(counts=(300, 700)), NORMAL)[0] == pytest.approx(0.25)


def test_small_shifts_are_no_instability_however_deep() -> None:
    rows = [lengths(counts=(900, 9100))]
    (one,) = judge(rows, {"M1": NORMAL}, rules())
    assert one.score is not None
    assert one.score > 3
    assert not one.is_unstable


def test_normals_of_one_rate_are_rarely_unstable() -> None:
    rng = np.random.default_rng(3)
    rows = [
        lengths(f"M{i}", counts=(k, 60 - k)) for i, k in enumerate(rng.binomial(60, 0.05, 4000))
    ]
    judged = judge(rows, {row["name"]: NORMAL for row in rows}, rules())
    assert sum(one.is_unstable for one in judged) / 4000 < 0.02


def test_shown_are_the_most_telling_with_aligned_shares() -> None:
    found = part(5, 30)
    assert len(found.shown) == SHOWN
    assert [locus.status for locus in found.shown[:6]] == ["unstable"] * 5 + ["stable"]
    rows = [lengths(f"M{i}", first=9, counts=(30, 0, 10, 60)) for i in range(30)]
    normals = {row["name"]: NORMAL for row in rows}
    locus = verdict(judge(rows, normals, rules()), rules(), 0.5).shown[0]
    assert locus.first_length == 9
    assert locus.shares == (0.3, 0, 0.1, 0.6)
    assert locus.normal_shares == (0, 0, 0.05, 0.95)


def test_own_normal_is_evidence() -> None:
    other = [lengths(f"M{i}", counts=UNSTABLE if i < 10 else STABLE) for i in range(40)]
    same = [lengths(f"M{i}") for i in range(40)]
    assert "10 of 40 loci have other lengths" in beside_normal(other, same, rules())
    assert "0 of 40 loci have other lengths" in beside_normal(same, same, rules())
    few = [lengths(f"M{i}", counts=(1, 9)) for i in range(40)]
    assert "0 of 0 loci" in beside_normal(other, few, rules())


def test_chi_square() -> None:
    assert chi_square(lengths(), lengths()) == pytest.approx(1)
    # 35.13 on one degree of freedom
    p_value = chi_square(lengths(counts=UNSTABLE), lengths(counts=STABLE))
    assert p_value == pytest.approx(3.1e-9, rel=0.02)
    assert chi_square(lengths(first=12, counts=(50,)), lengths(first=12, counts=(40,))) == 1
    rare = lengths(first=8, counts=(1, 1, 0, 0, 98))
    same = lengths(first=12, counts=(100,))
    assert chi_square(rare, same) == pytest.approx(0.155, abs=0.001)  # 2 of 100, taken together
    assert differing([]) == 0


def test_indels_in_homopolymers() -> None:
    indel = {"ref": "CA", "alt": "C", "origin": "somatic", "filters": [], "homopolymer": 8}
    rows = [
        variant(**indel),
        variant(**indel | {"homopolymer": 3}),
        variant(**indel | {"filters": ["low_vaf"]}),
        variant(**indel | {"origin": "germline"}),
        variant(**indel | {"ref": "C", "alt": "T"}),
        variant(**indel | {"homopolymer": None}),
    ]
    assert homopolymer_indels(rows) == 1


@pytest.mark.parametrize("name", ["Number_of_Unstable_Sites", "Number_of_Somatic_Sites"])
def test_msisensor_pro_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "msi"
    path.write_text(f"Total_Number_of_Sites\t{name}\t%\n38\t24\t63.16\n")
    assert read_msisensor_pro(path).words == "MSIsensor-pro finds 24 of 38 sites unstable (63 %)"
    path.write_text(f"# version 1.3.0\nTotal_Number_of_Sites\t{name}\t%\n38\t0\t0.00\n")
    assert (
        read_msisensor_pro(path).words == "MSIsensor-pro 1.3.0 finds 0 of 38 sites unstable (0 %)"
    )
    path.write_text(f"Total_Number_of_Sites\t{name}\t%\n0\t0\t0.00\n")
    assert read_msisensor_pro(path).words == "MSIsensor-pro found no site with enough reads"
    for text in ("\n", "a\tb\tc\n1\t2\t3\n", f"Total_Number_of_Sites\t{name}\t%\nx\t1\t2\n"):
        path.write_text(text)
        with pytest.raises(UserError, match="MSIsensor-pro"):
            read_msisensor_pro(path)
    path.write_text(f"Total_Number_of_Sites\t{name}\t%\n38\t2")
    with pytest.raises(UserError, match="ends in the middle"):
        read_msisensor_pro(path)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"stable": quantity(0.3, "fraction")}, "stable is not below high; exchange them"),
        ({"anchor": quantity(3, "bases")}, "anchor is below 5 bases"),
        ({"min_loci": quantity(5, "reads")}, "Input should be 'loci'"),
        ({"cross_check": ["mantis"]}, "Input should be 'msisensor_pro'"),
    ],
)
def test_contradicting_rules_are_told(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        rules(**change)


def test_panel_names_its_files() -> None:
    panel = Panel.model_validate(panel_data(biomarkers={"msi": msi_data()}))
    assert {Path("msi_loci.bed"), Path("msi_normals.tsv")} <= set(panel.files)
