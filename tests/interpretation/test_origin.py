"""Whose a variant is, with reasons that state the numbers."""

from typing import Any

import pytest

from builders import panel, panel_data, quantity, variant
from dugnad.interpretation.origin import Normal, Verdict, origin_of
from dugnad.panel_rules import Origin

LIKELIHOOD = {
    "germline": quantity(0.5, "fraction"),
    "hotspot_germline": quantity(0.01, "fraction"),
    "decided": quantity(0.9, "fraction"),
    "dispersion": quantity(400, "ratio"),
    "copy_states": [
        {"copies": 2, "of_allele": 1, "weight": 0.75},
        {"copies": 1, "of_allele": 1, "weight": 0.25},
    ],
    "why": "test",
}
BARE = {"normal_depth": None, "normal_alt_reads": None, "normal_vaf": None}


def limits(**changes: Any) -> Origin:
    return panel(origin=panel_data()["origin"] | {"likelihood": LIKELIHOOD} | changes).origin


def alone(
    purity: float | None = None,
    is_hotspot: bool = False,
    rules: Origin | None = None,
    normal: Normal = "none",
    **changes: Any,
) -> Verdict:
    row = variant(**BARE | changes)
    return origin_of(row, rules or limits(), normal, purity, is_hotspot)


def at(vaf: float, depth: int = 400) -> dict[str, Any]:
    return {"depth": depth, "alt_reads": round(vaf * depth), "vaf": vaf}


@pytest.mark.parametrize(
    ("vaf", "purity", "hotspot", "origin"),
    [
        (0.5, 0.3, False, "likely_germline"),
        (0.5, 0.3, True, "likely_germline"),
        (0.15, 0.3, False, "somatic"),
        (0.05, 0.6, False, "somatic"),
        (0.05, None, False, "somatic"),
        (1.0, 0.5, False, "likely_germline"),
        (0.5, None, False, "likely_germline"),
        (0.5, None, True, "uncertain"),
        (0.5, 0.95, False, "uncertain"),
        (0.29, 0.6, False, "uncertain"),
        (0.29, 0.6, True, "somatic"),
    ],
)
def test_by_vaf_purity_and_hotspot(
    vaf: float, purity: float | None, hotspot: bool, origin: str
) -> None:
    assert alone(purity, hotspot, **at(vaf)).origin == origin


@pytest.mark.parametrize("purity", [None, 0.2, 0.6])
@pytest.mark.parametrize("vaf", [0.01, 0.1, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("hotspot", [False, True])
@pytest.mark.parametrize("normal", ["none", "foreign", "own"])
def test_nothing_is_somatic_without_a_population_source(
    vaf: float, purity: float | None, hotspot: bool, normal: Normal
) -> None:
    """A variant that no one was asked about may be common."""
    found = alone(purity, hotspot, normal=normal, population_source=None, **at(vaf))
    assert found.origin in {"likely_germline", "uncertain"}
    assert "no population source covers the contig" in found.reason
    asked = alone(purity, hotspot, normal=normal, **at(vaf))
    assert found.origin == asked.origin or (asked.origin, found.origin) == ("somatic", "uncertain")


def test_the_reason_states_the_numbers() -> None:
    assert alone(0.3, **at(0.15)) == Verdict(
        "somatic",
        "no normal; not listed in population; VAF 0.15, purity 0.30:"
        " germline with probability 0.00",
    )
    reason = alone(None, population_frequency=0.00042, **at(0.5)).reason
    assert reason.startswith("no normal; rare (0.00042) in population; VAF 0.50, purity not stated")
    assert alone(0.5, **at(0.2) | {"vaf": None}).reason.count("VAF not given") == 1


@pytest.mark.parametrize(
    ("normal", "lead"),
    [
        ("none", "no normal; "),
        ("own", "the normal's reads are too few or not given; "),
        ("foreign", "the normal is not of this person; "),
    ],
)
def test_the_reason_says_why_the_normal_does_not_decide(normal: Normal, lead: str) -> None:
    assert alone(0.3, normal=normal, **at(0.15)).reason.startswith(lead)
    assert alone(0.3, normal=normal, population_frequency=0.2).reason.startswith(lead)


@pytest.mark.parametrize(
    ("changes", "rules", "origin", "words"),
    [
        ({"population_frequency": 0.001}, {}, "germline", "frequency 0.001 in population, needs"),
        ({"population_frequency": 0.00099}, {}, "somatic", "rare (0.00099) in population"),
        ({"recurrence_normals": 0.1}, {}, "somatic", "not listed"),
        ({"recurrence_normals": 0.1}, {"rec": 0.1}, "germline", "10% of the normals of earlier"),
        ({"recurrence_normals": 0.09}, {"rec": 0.1}, "somatic", "not listed"),
        (
            {"normals_share": 0.25},
            {"rec": 0.1},
            "germline",
            "25% of the panel of normals, needs 10%",
        ),
        ({"normals_share": 0.05}, {"rec": 0.1}, "somatic", "not listed"),
    ],
)
def test_frequencies_decide_before_the_vaf(
    changes: dict[str, Any], rules: dict[str, float], origin: str, words: str
) -> None:
    recurrence = {"germline_recurrence": quantity(rules["rec"], "fraction")} if rules else {}
    found = alone(0.6, rules=limits(**recurrence), **at(0.05) | changes)
    assert found.origin == origin
    assert words in found.reason


@pytest.mark.parametrize(
    ("maximum", "group", "origin", "words"),
    [
        (0.001, "eas", "germline", "frequency 0.001 in the group eas, needs 0.001"),
        (0.002, None, "germline", "in the group with most"),
        (0.0009, "eas", "somatic", "rare (0.0001) in population"),
        (None, None, "somatic", "rare (0.0001) in population"),
    ],
)
def test_a_group_may_tell_what_the_whole_population_does_not(
    maximum: float | None, group: str | None, origin: str, words: str
) -> None:
    rules = limits(germline_population_maximum=quantity(0.001, "fraction"))
    changes = {"population_maximum": maximum, "population_group": group}
    found = alone(0.6, rules=rules, **at(0.05), population_frequency=0.0001, **changes)
    assert found.origin == origin
    assert words in found.reason
    plain = alone(0.6, **at(0.05), population_frequency=0.0001, **changes)
    assert plain.origin == "somatic"


@pytest.mark.parametrize("missing", ["depth", "alt_reads", "model"])
def test_without_reads_or_a_model_the_vaf_says_nothing(missing: str) -> None:
    rules = limits(likelihood=None) if missing == "model" else limits()
    changes = {} if missing == "model" else {missing: None}
    found = alone(0.6, rules=rules, **at(0.05) | changes)
    assert found == Verdict("uncertain", "no normal; not listed in population; may be germline")


def test_no_depth_is_no_evidence() -> None:
    assert alone(0.6, depth=0, alt_reads=0, vaf=None).origin == "uncertain"


@pytest.mark.parametrize(
    ("normal_reads", "tumour", "origin"),
    [
        # a thin normal says nothing, neither way: the VAF does
        ((0, 19), at(0.05), "somatic"),
        ((10, 19), at(0.5), "likely_germline"),
        ((10, 19), at(0.05), "somatic"),
        # a deep one decides, whatever the VAF
        ((0, 20), at(0.5), "somatic"),
        ((10, 20), at(0.05), "germline"),
    ],
)
def test_a_thin_normal_falls_back_to_the_vaf(
    normal_reads: tuple[int, int], tumour: dict[str, Any], origin: str
) -> None:
    alt, depth = normal_reads
    row = variant(normal_depth=depth, normal_alt_reads=alt, normal_vaf=alt / depth, **tumour)
    found = origin_of(row, limits(), "own", 0.3)
    assert found.origin == origin
    assert found.reason.startswith("the normal's reads are too few") == (depth < 20)


def test_a_foreign_normal_never_decides() -> None:
    """It is as if there were none: whatever its reads show."""
    for vaf in (0.0, 0.5):
        row = variant(normal_depth=500, normal_alt_reads=int(500 * vaf), normal_vaf=vaf, **at(0.5))
        assert origin_of(row, limits(), "foreign", 0.3).origin == "likely_germline"
