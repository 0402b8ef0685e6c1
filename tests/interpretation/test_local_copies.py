"""Measured copies at a variant's place, used to tell germline from somatic."""

import pytest
from test_vaf_model import model

from dugnad.copy_number.places import LocalCopies
from dugnad.interpretation.vaf_model import posterior_of


def germline(vaf: float, measured: LocalCopies | None, trust: float = 0.9) -> float:
    rules = model(measured_copies=trust)
    return posterior_of(round(400 * vaf), 400, 0.6, rules, False, measured).germline


LOST = LocalCopies(1.0, 1, 0, 2)


# at purity 0.6 with one copy left: germline 1/1.4 or 0.4/1.4, somatic 0.6/1.4
@pytest.mark.parametrize(
    ("vaf", "is_germline"), [(1 / 1.4, True), (0.4 / 1.4, True), (0.43, False)]
)
def test_copies_tell_what_vaf_alone_cannot(vaf: float, is_germline: bool) -> None:
    found = germline(vaf, LOST)
    assert (found > 0.7) == is_germline
    assert (found < 0.3) != is_germline


def test_a_place_with_one_copy_makes_a_half_somatic() -> None:
    assert germline(0.43, LOST) < 0.2 < germline(0.43, None)


def test_without_weight_copies_change_nothing() -> None:
    assert germline(0.43, LOST, trust=0.0) == pytest.approx(germline(0.43, None))


def test_unknown_minor_copies_spread_over_all() -> None:
    one = germline(0.66, LocalCopies(3.0, 3, 1, 2))
    none = germline(0.66, LocalCopies(3.0, 3, 0, 2))
    both = germline(0.66, LocalCopies(3.0, 3, None, 2))
    assert min(one, none) <= both <= max(one, none)


def test_one_copy_in_normal_cells_leaves_no_heterozygous_variant() -> None:
    man = LocalCopies(1.0, 1, 0, 1)
    assert germline(0.98, man) > 0.5
    assert germline(0.60, man) < 0.05
