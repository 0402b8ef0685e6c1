"""Filters, origin and relevance: each rule with the value on either side of its limit."""

from typing import Any

import pytest

from builders import filter_data, panel, panel_data, quantity, variant
from dugnad.interpretation.filters import Flags, flags
from dugnad.interpretation.interpret_variants import interpret, normal_of
from dugnad.interpretation.origin import origin_of
from dugnad.interpretation.relevance import hotspot_of, is_pathogenic, relevance_of
from dugnad.panel_rules import Filter
from dugnad.record import CaseGate, SampleGate
from dugnad.regions import Hotspot

PANEL = panel()
SPOT = Hotspot("chr1", 498, 501, "Val10", "GENE1", "PMID:1")


@pytest.mark.parametrize(
    ("changes", "hotspot", "flagged"),
    [
        ({}, False, []),
        ({"depth": 49}, False, ["low_depth"]),
        ({"depth": 50}, False, []),
        ({"depth": 30}, True, []),
        ({"depth": 29}, True, ["low_depth"]),
        ({"alt_reads": 4}, True, ["low_alt_reads"]),
        ({"strand_odds": 3.1}, False, ["strand_bias"]),
        ({"strand_odds": 3.1}, True, []),
        ({"population_frequency": 0.011}, False, ["population"]),
        ({"depth": 10, "alt_reads": 2}, False, ["low_depth", "low_alt_reads"]),
        ({"vaf": 1.0, "alt_reads": 400}, False, []),
    ],
)
def test_filters(changes: dict[str, Any], hotspot: bool, flagged: list[str]) -> None:
    found = flags(variant(**changes), PANEL.filters, hotspot, False, "somatic")
    assert (found.flagged, found.not_judged) == (flagged, [])


def test_population_filter_spares_germline_variants() -> None:
    common = variant(population_frequency=0.3)
    for origin, flagged in (("germline", []), ("likely_germline", []), ("somatic", ["population"])):
        found = flags(common, PANEL.filters, False, False, origin)
        assert found == Flags(flagged=flagged), origin


def test_a_filter_without_evidence_is_not_passed_silently() -> None:
    bare = variant(depth=None, alt_reads=None, strand_odds=None, population_source=None)
    found = flags(bare, PANEL.filters, False, False, "uncertain")
    assert found.flagged == []
    assert found.not_judged == ["low_depth", "low_alt_reads", "strand_bias", "population"]


def test_the_callers_own_filter_is_kept() -> None:
    rejected = variant(caller_filters=["LowQual", "germline_risk"], depth=5)
    found = flags(rejected, PANEL.filters, False, False, "somatic")
    assert found.flagged == ["caller:LowQual", "caller:germline_risk", "low_depth"]


@pytest.mark.parametrize(
    ("callers", "filters", "flagged"),
    [
        (["mutect2"], ["mutect2:weak", "mutect2:germline"], ["mutect2:weak", "mutect2:germline"]),
        # another caller lets it pass: it is judged by its own numbers
        (["mutect2", "pileup"], ["mutect2:weak"], []),
        (["mutect2", "lofreq"], ["mutect2:weak", "lofreq:sb"], ["mutect2:weak", "lofreq:sb"]),
        (["pileup"], [], []),
    ],
)
def test_callers_filters_count_when_no_caller_lets_the_variant_pass(
    callers: list[str], filters: list[str], flagged: list[str]
) -> None:
    row = variant(called_by=callers, caller_filters=filters)
    assert flags(row, PANEL.filters, False, False, "somatic").flagged == flagged


@pytest.mark.parametrize(
    ("hotspot", "pathogenic", "vaf", "flagged", "rescued"),
    [
        (False, False, 0.019, ["low_vaf"], []),
        (False, False, 0.02, [], []),
        (True, False, 0.019, [], ["low_vaf"]),
        (True, False, 0.009, ["low_vaf"], []),
        (False, True, 0.009, [], ["low_vaf"]),
        (False, True, 0.004, ["low_vaf"], []),
        # where both hold, the gentler limit does
        (True, True, 0.006, [], ["low_vaf"]),
        (True, True, 0.05, [], []),
    ],
)
def test_gentler_limits_and_what_they_rescue(
    hotspot: bool, pathogenic: bool, vaf: float, flagged: list[str], rescued: list[str]
) -> None:
    limits = filter_data("low_vaf", "vaf", below=0.02, hotspot=0.01, pathogenic=0.005)
    rows = panel(
        filters=[limits], calling=panel_data()["calling"] | {"min_vaf": quantity(0.001, "fraction")}
    ).filters
    found = flags(variant(vaf=vaf), rows, hotspot, pathogenic, "somatic")
    assert found == Flags(flagged=flagged, rescued=rescued)


def test_an_exempt_variant_is_rescued_and_one_without_the_value_is_not_judged_nor_rescued() -> None:
    rows = panel(filters=[filter_data("sor", "strand_odds", above=3.0, hotspot="exempt")]).filters
    biased, bare = variant(strand_odds=9.0), variant(strand_odds=None)
    assert flags(biased, rows, True, False, "somatic") == Flags(rescued=["sor"])
    assert flags(bare, rows, True, False, "somatic") == Flags()
    assert flags(bare, rows, False, False, "somatic") == Flags(not_judged=["sor"])


@pytest.mark.parametrize(
    ("field", "source"),
    [
        ("population_frequency", "population_source"),
        ("population_maximum", "population_source"),
        ("recurrence_normals", "recurrence"),
    ],
)
def test_not_listed_is_not_common_where_somebody_was_asked(field: str, source: str) -> None:
    rows = panel(filters=[filter_data("often", field, above=0.01)]).filters
    asked, nobody = variant(**{field: None, source: "x"}), variant(**{field: None, source: None})
    assert flags(asked, rows, False, False, "somatic") == Flags()
    assert flags(nobody, rows, False, False, "somatic") == Flags(not_judged=["often"])


def test_a_source_that_does_not_compare_groups_judges_no_maximum() -> None:
    rows = panel(filters=[filter_data("groups", "population_maximum", above=0.01)]).filters
    listed = variant(population_frequency=0.001)
    assert flags(listed, rows, False, False, "somatic") == Flags(not_judged=["groups"])
    listed["population_maximum"] = 0.02
    assert flags(listed, rows, False, False, "somatic") == Flags(["groups"])


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, "somatic"),
        ({"normal_vaf": 0.5, "normal_alt_reads": 100}, "germline"),
        ({"normal_vaf": 0.2}, "germline"),
        ({"normal_vaf": 0.199}, "uncertain"),
        ({"normal_vaf": 0.031, "vaf": 0.9}, "uncertain"),
        ({"normal_vaf": 0.03}, "somatic"),
        ({"normal_vaf": 0.02, "vaf": 0.1}, "somatic"),
        ({"normal_vaf": 0.021, "vaf": 0.1}, "uncertain"),
        ({"normal_depth": 19}, "uncertain"),
        ({"vaf": 1.0, "normal_vaf": 1.0}, "germline"),
        ({"vaf": None}, "uncertain"),
        # what the normal's reads do not say is not taken for their absence
        ({"normal_vaf": None, "normal_alt_reads": None}, "uncertain"),
        # rare in the normal's reads but common in the population: the normal decides
        ({"population_frequency": 0.3}, "somatic"),
    ],
)
def test_origin_by_the_normal(changes: dict[str, Any], origin: str) -> None:
    assert origin_of(variant(**changes), PANEL.origin, normal="own").origin == origin


@pytest.mark.parametrize(
    ("changes", "origin", "words"),
    [
        ({}, "uncertain", "not listed"),
        ({"population_frequency": 0.0009}, "uncertain", "rare"),
        ({"population_frequency": 0.001}, "germline", "0.001 in population"),
        ({"population_source": None}, "uncertain", "no population source covers the contig"),
        ({"vaf": 0.02}, "uncertain", "may be germline"),
    ],
)
def test_origin_without_a_normal_is_never_somatic(
    changes: dict[str, Any], origin: str, words: str
) -> None:
    alone = {"normal_depth": None, "normal_alt_reads": None, "normal_vaf": None}
    verdict = origin_of(variant(**alone | changes), PANEL.origin, normal="none")
    assert verdict.origin == origin
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("start", "end", "hit"),
    [(498, 499, True), (500, 501, True), (497, 498, False), (501, 502, False), (400, 600, True)],
)
def test_hotspot_by_the_bases_that_change(start: int, end: int, hit: bool) -> None:
    assert (hotspot_of(variant(start=start, end=end), [SPOT]) is SPOT) == hit


def test_no_hotspot_for_a_synonymous_variant_or_another_contig() -> None:
    assert hotspot_of(variant(consequence=["synonymous_variant"]), [SPOT]) is None
    assert hotspot_of(variant(chrom="chr2"), [SPOT]) is None
    assert hotspot_of(variant(consequence=None), [SPOT]) is SPOT


@pytest.mark.parametrize(
    ("changes", "spot", "relevance"),
    [
        ({}, SPOT, "hotspot"),
        ({"clinical_significance": "Pathogenic", "clinical_source": "c"}, None, "clinical"),
        # a non-coding pathogenic variant is not lost
        (
            {
                "clinical_significance": "Likely pathogenic",
                "clinical_source": "c",
                "impact": "MODIFIER",
            },
            None,
            "clinical",
        ),
        ({}, None, "altering"),
        ({"impact": "HIGH"}, None, "altering"),
        ({"impact": "LOW"}, None, "other"),
        ({"gene": "ELSEWHERE"}, None, "other"),
    ],
)
def test_relevance(changes: dict[str, Any], spot: Hotspot | None, relevance: str) -> None:
    assert relevance_of(variant(**changes), spot, PANEL.genes)[0] == relevance


@pytest.mark.parametrize(
    ("text", "pathogenic"),
    [
        ("Pathogenic", True),
        ("Pathogenic/Likely pathogenic", True),
        ("Likely_pathogenic", True),
        ("Benign|Pathogenic, low penetrance", True),
        ("non-pathogenic", False),
        ("Likely benign; not pathogenic", False),
        ("Conflicting classifications of pathogenicity", False),
        ("Benign", False),
        ("", False),
    ],
)
def test_significance(text: str, pathogenic: bool) -> None:
    assert is_pathogenic(text) == pathogenic


@pytest.mark.parametrize("chrom", [f"chr{n}" for n in (*range(1, 23), "X", "Y")])
def test_every_chromosome_is_judged_alike_and_nothing_is_removed(chrom: str) -> None:
    rows = [variant(chrom=chrom), variant(chrom=chrom, depth=5), variant(chrom=chrom, vaf=1.0)]
    found = list(interpret(rows, PANEL, [], normal="own"))
    assert [row["filters"] for row in found] == [[], ["low_depth"], []]
    assert [row["origin"] for row in found] == ["somatic"] * 3


def test_a_normal_of_another_person_makes_nothing_somatic() -> None:
    verdict = origin_of(variant(normal_depth=200, normal_vaf=0.0), PANEL.origin, normal="foreign")
    assert verdict.origin == "uncertain"
    assert "the normal is not of this person" in verdict.reason


def test_the_gate_says_whose_the_normal_is() -> None:
    def gate(blocked_by: tuple[str, ...]) -> CaseGate:
        sample = SampleGate(
            sample="N", verdict="fail", reasons=(), blocked_by=blocked_by, accepted=()
        )
        return CaseGate(case="C", verdict="fail", samples=(sample,))

    assert normal_of(gate(("identity",)), "N") == "foreign"
    assert normal_of(gate(("sex_agrees",)), "N") == "own"


def test_filters_on_the_normal_are_not_missed_where_there_is_none() -> None:
    rows = [Filter.model_validate(filter_data("in_normal", "normal_ratio", above=0.3))]
    alone = variant(normal_depth=None, normal_alt_reads=None, normal_vaf=None, normal_ratio=None)
    assert flags(alone, rows, False, False, "uncertain").not_judged == []
    unread = variant(normal_depth=50, vaf=None, normal_ratio=None)
    assert flags(unread, rows, False, False, "uncertain").not_judged == ["in_normal"]
