"""Purity is told where the genome tells it, with an honest interval, and not where it does not."""

import numpy as np
import pytest
from simulated_bins import SOME, Event, rules, simulate

from dugnad.copy_number.analysis import analyse
from dugnad.vcf import Call, Quality, Support

MANY = [
    Event("chr3", 0, 14, 1), Event("chr8", 10, 29, 4, 1), Event("chr9", 0, 9, 0),
    Event("chr13", 0, 29, 2, 0), Event("chr17", 0, 14, 1), Event("chr20", 15, 29, 3, 1),
]  # fmt: skip


@pytest.mark.parametrize("purity", [0.3, 0.5, 0.8])
def test_purity_is_found(purity: float) -> None:
    sample, sites = simulate(MANY, purity=purity, seed=3)
    found = analyse(sample, sites, [], None, rules()).purity
    assert found.estimated == pytest.approx(purity, abs=0.06)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= purity <= found.upper
    assert found.used == found.estimated
    assert found.ploidy == pytest.approx(2.1, abs=0.25)
    assert found.fits[0].purity == found.estimated


def test_flat_genome_tells_nothing_and_the_stated_purity_is_used() -> None:
    sample, sites = simulate([])
    found = analyse(sample, sites, [], 0.4, rules()).purity
    assert (found.estimated, found.lower, found.fits) == (None, None, ())
    assert (found.used, found.used_from) == (0.4, "stated")
    assert "cannot be told" in found.reason


def test_nothing_is_used_where_nothing_is_known() -> None:
    sample, sites = simulate([])
    found = analyse(sample, sites, [], None, rules())
    assert (found.purity.used, found.purity.used_from) == (None, "none")
    assert found.mixture.purity is None


def test_disagreement_is_told() -> None:
    sample, sites = simulate(MANY, purity=0.7)
    found = analyse(sample, sites, [], 0.3, rules()).purity
    assert found.used_from == "estimated"
    assert "differs from the stated 0.30" in found.reason


def test_low_estimate_does_not_go_before_the_stated_purity() -> None:
    sample, sites = simulate(MANY, purity=0.25, seed=2)
    found = analyse(sample, sites, [], 0.3, rules()).purity
    assert found.estimated == pytest.approx(0.25, abs=0.06)
    assert (found.used, found.used_from) == (0.3, "stated")
    assert "below the 0.35" in found.reason


def somatic(number: int, vaf: float) -> Call:
    reads = int(np.random.default_rng(number).binomial(400, vaf))
    return Call(
        chrom=SOME[number % 10], pos=1100 + 5000 * (number % 29), ref="C", alt="T",
        tumour=Support(400, reads, reads / 400), normal=Support(150, 0, 0.0),
        quality=Quality(base_quality=35.0, background_quality=90.0),
    )  # fmt: skip


def test_somatic_variants_tell_where_copies_do_not() -> None:
    """An amplification alone fits any purity; the highest cluster of VAF is taken as clonal."""
    sample, sites = simulate([Event("chr17", 10, 19, 20, 1)], purity=0.4)
    calls = [somatic(n, 0.2) for n in range(6)] + [somatic(n, 0.04) for n in range(6, 14)]
    found = analyse(sample, sites, calls, None, rules()).purity
    assert found.estimated == pytest.approx(0.4, abs=0.1)
    assert "somatic variants" in found.reason
