"""Oncogenicity by ClinGen/CGC/VICC 2022: points, exclusions, facts and well-known variants."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import variant
from dugnad.errors import UserError
from dugnad.interpretation.criteria import Condition, Criterion, score
from dugnad.interpretation.oncogenicity import OncogenicityBase, classify_oncogenicity
from dugnad.interpretation.variant_facts import FACTS, facts_of
from dugnad.knowledge.alteration import parse_alteration
from dugnad.knowledge.missense import Predictor
from dugnad.knowledge.variant_tables import KnownVariant
from dugnad.record_interpretation import Classification

KNOWLEDGE = Path(__file__).parents[2] / "resources" / "knowledge"
BASE = OncogenicityBase.read(KNOWLEDGE)
CRITERIA = {row.id: row for row in BASE.criteria if row.points is not None}

# the published points, PMID:35101336, tables 2 and 3
POINTS = {
    "OVS1": 8, "OS1": 4, "OS2": 4, "OS3": 4, "OM1": 2, "OM2": 2, "OM3": 2, "OM4": 2,
    "OP1": 1, "OP2": 1, "OP3": 1, "OP4": 1,
    "SBVS1": -8, "SBS1": -4, "SBS2": -4, "SBP1": -1, "SBP2": -1,
}  # fmt: skip


def _examples() -> list[dict[str, str]]:
    text = (Path(__file__).parent / "oncogenicity_examples.tsv").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def _row(gene: str, protein: str | None, term: str = "missense_variant", **changes: Any) -> Any:
    row = variant(gene=gene, hgvs_p=protein, consequence=[term], place="exon 2/9")
    return row | {"hgvs_c": "c.1A>G", **changes}


def _met(result: Classification) -> list[str]:
    return [reason.criterion for reason in result.reasons if reason.state == "met"]


def _states(row: Mapping[str, Any], *types: str) -> dict[str, str]:
    result = classify_oncogenicity(row, BASE, types)
    return {reason.criterion: reason.state for reason in result.reasons}


@pytest.mark.parametrize("example", _examples(), ids=lambda e: f"{e['gene']} {e['hgvs_c']}")
def test_well_known_variants(example: dict[str, str]) -> None:
    frequency = float(example["frequency"]) if example["frequency"] else None
    row = variant(
        gene=example["gene"],
        consequence=[example["consequence"]],
        place=example["place"] or None,
        hgvs_c=example["hgvs_c"],
        hgvs_p=example["hgvs_p"] or None,
        population_frequency=frequency,
        population_maximum=frequency,
    )
    types = [example["tumour_type"]] if example["tumour_type"] else []
    result = classify_oncogenicity(row, BASE, types)
    assert (" ".join(_met(result)), result.points, result.category) == (
        example["met"],
        int(example["points"]),
        example["category"],
    )


def test_the_published_points() -> None:
    assert {name: row.points for name, row in CRITERIA.items()} == POINTS


@pytest.mark.parametrize(
    ("points", "category"),
    [
        (10, "oncogenic"),
        (9, "likely_oncogenic"),
        (6, "likely_oncogenic"),
        (5, "uncertain"),
        (0, "uncertain"),
        (-1, "likely_benign"),
        (-6, "likely_benign"),
        (-7, "benign"),
    ],
)
def test_the_published_cut_offs(points: int, category: str) -> None:
    one = Criterion("X", (), (), points, None, None, "text", "PMID:1")
    classes = [row for row in BASE.criteria if row.points is None]
    assert score([one, *classes], {}, "scheme").category == category


def _value(condition: Condition, holds: bool) -> str | float | bool:
    first = condition.values[0]
    if condition.operator in {"=", "in"}:
        if first in {"yes", "no"}:
            return (first == "yes") == holds
        return first if holds else "something else"
    if condition.operator == "!=":
        return "something else" if holds else first
    step = 1.0 if condition.operator in {">", ">="} else -1.0
    return float(first) + (step if holds else -step)


@pytest.mark.parametrize("name", POINTS)
def test_each_criterion_can_be_met_not_met_and_not_assessable(name: str) -> None:
    row = CRITERIA[name]
    # the last condition on a fact decides it: 0 < samples < 50
    facts: dict[str, Any] = {c.fact: _value(c, True) for c in row.when}
    assert row.state(facts) == "met"
    for condition in row.when:
        assert row.state(facts | {condition.fact: _value(condition, False)}) == "not_met"
        assert row.state(facts | {condition.fact: None}) == "not_assessable"


@pytest.mark.parametrize(
    ("off", "by"),
    [
        ("OS1", "OS3"),
        ("OM1", "OVS1"),
        ("OM1", "OS1"),
        ("OM1", "OS3"),
        ("OM2", "OVS1"),
        ("OM3", "OM1"),
        ("OM3", "OM4"),
        ("OM4", "OS1"),
        ("OM4", "OS3"),
        ("OM4", "OM1"),
        ("SBS1", "SBVS1"),
    ],
)
def test_what_may_not_be_counted_together(off: str, by: str) -> None:
    both = [replace(CRITERIA[name], when=()) for name in (by, off)]
    both = [replace(row, unless=tuple(o for o in row.unless if o in (by, off))) for row in both]
    classes = [row for row in BASE.criteria if row.points is None]
    states = {r.criterion: r.state for r in score([*both, *classes], {}, "scheme").reasons}
    assert states == {by: "met", off: "overruled"}


def test_hotspot_counts_on_either_side_of_their_limits() -> None:
    def met(samples: int, change: int) -> list[str]:
        facts = dict.fromkeys(FACTS) | {"hotspot_samples": samples, "hotspot_change": change}
        return _met(score(BASE.criteria, facts | {"hotspot_alike": True}, "scheme"))

    assert met(50, 10) == ["OS3"]
    assert met(49, 10) == ["OM3"]
    assert met(50, 9) == met(49, 9) == met(1, 0) == ["OP3"]
    assert met(0, 0) == []


def test_nothing_is_silent_without_annotation() -> None:
    row = variant(gene=None, consequence=None, population_source=None)
    result = classify_oncogenicity(row, BASE)
    assert {reason.state for reason in result.reasons} == {"not_assessable"}
    assert (result.category, result.points) == ("uncertain", 0)
    assert result.note is not None and "as far as oncogenic" in result.note
    assert "as far as benign" in result.note


def test_the_population_is_not_assessable_without_a_source_or_by_its_own_filter() -> None:
    bare: dict[str, Any] = {"population_frequency": None, "population_maximum": None}
    absent = _states(_row("KRAS", "p.(Gly12Asp)", **bare))
    assert (absent["OP4"], absent["SBVS1"], absent["SBS1"]) == ("met", "not_met", "not_met")
    unseen = _states(_row("KRAS", "p.(Gly12Asp)", **bare, population_source=None))
    rejected = _row("KRAS", "p.(Gly12Asp)", population_frequency=0.3, population_filter="g: AC0")
    for states in (unseen, _states(rejected)):
        assert {states[name] for name in ("OP4", "SBVS1", "SBS1")} == {"not_assessable"}


@pytest.mark.parametrize(
    ("overall", "highest", "met"),
    [
        (0.00009, None, ["OP4"]),
        (0.0001, None, []),
        (0.00009, 0.002, []),
        (0.01, None, []),
        (0.002, 0.011, ["SBS1"]),
        (0.002, 0.05, ["SBS1"]),
        (0.002, 0.051, ["SBVS1"]),
    ],
)
def test_frequency_is_the_highest_of_the_groups(
    overall: float, highest: float | None, met: list[str]
) -> None:
    row = _row("NOTCH1", "p.(Asn67Ser)", population_frequency=overall, population_maximum=highest)
    assert _met(classify_oncogenicity(row, BASE)) == met


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (_row("RB1", "p.(Arg100Ter)", "stop_gained", place="exon 3/27"), "met"),
        (_row("RB1", "p.(Met1?)", "start_lost", place="exon 1/27"), "met"),
        (_row("RB1", "p.?", "splice_donor_variant", place="intron 3/26"), "met"),
        (_row("RB1", "p.?", "splice_region_variant", place="intron 3/26"), "not_met"),
        # near the 3' end nobody knows, unless stops recur further on or a study says so
        (_row("MEN1", "p.(Arg527Ter)", "stop_gained", place="exon 10/10"), "not_assessable"),
        (_row("MEN1", "p.(Arg98Ter)", "stop_gained", place="exon 2/10"), "met"),
        # of one that says no exon, the residues of the last exon are known: MEN1 451 of 610
        (_row("MEN1", "p.(Arg98Ter)", "stop_gained", place=None), "met"),
        (_row("MEN1", "p.(Arg98Ter)", "stop_gained", place="exon 2/?"), "met"),
        (_row("MEN1", "p.(Arg433Ter)", "stop_gained", place=None), "met"),
        (_row("MEN1", "p.(Arg434Ter)", "stop_gained", place=None), "not_assessable"),
        (_row("MEN1", "p.(Arg434Ter)", "stop_gained", place="exon 9/10"), "met"),
        (_row("MEN1", "p.(Arg400GlyfsTer34)", "frameshift_variant", place=None), "met"),
        (_row("MEN1", "p.(Arg400GlyfsTer35)", "frameshift_variant", place=None), "not_assessable"),
        (_row("MEN1", "p.(Met1?)", "start_lost", place=None), "not_assessable"),
        (
            _row("MEN1", "p.?", "splice_donor_variant", place=None, hgvs_c="X.1:c.798+1G>A"),
            "met",
        ),
        (
            _row("MEN1", "p.?", "splice_acceptor_variant", place=None, hgvs_c="c.1351-1G>A"),
            "not_assessable",
        ),
        (_row("CEBPA", "p.(Gln83Ter)", "stop_gained", place=None), "not_assessable"),
        (_row("SMAD4", "p.(Gln534Ter)", "stop_gained", place="exon 12/12"), "met"),
        (_row("SMAD4", "p.(Leu535Ter)", "stop_gained", place="exon 12/12"), "not_assessable"),
        (_row("APC", "p.(Ser1400Ter)", "stop_gained", place="exon 16/16"), "met"),
        # not by loss of function
        (_row("KRAS", "p.(Arg41Ter)", "stop_gained"), "not_met"),
        (_row("SPOP", "p.(Arg41Ter)", "stop_gained"), "not_met"),
        (_row("UNHEARD1", "p.(Arg41Ter)", "stop_gained"), "not_met"),
    ],
)
def test_null_variants(row: dict[str, Any], state: str) -> None:
    assert _states(row)["OVS1"] == state


def test_the_reason_says_where_the_protein_ends() -> None:
    row = _row("BAP1", "p.(Arg385Ter)", "stop_gained", place=None)
    (reason,) = [r for r in classify_oncogenicity(row, BASE).reasons if r.criterion == "OVS1"]
    told = "yes (ends near residue 385 of 729, the last exon begins at 686: RefSeq NM_004656.4"
    assert any(told in value for value in reason.values)


def test_a_number_of_another_transcript_is_not_mistaken() -> None:
    assert "OS3" in _met(classify_oncogenicity(_row("BRAF", "p.(Val600Glu)"), BASE))
    other = classify_oncogenicity(_row("BRAF", "p.(Lys600Glu)"), BASE)
    assert not {"OS1", "OS2", "OS3", "OM3", "OP3", "OM4"} & set(_met(other))


def test_stops_do_not_make_a_hotspot_of_exchanges() -> None:
    # PTEN R233: 45 of 46 are stops
    states = _states(_row("PTEN", "p.(Arg233Gly)"))
    assert states["OP3"] == "not_met"
    assert _states(_row("PTEN", "p.(Arg233Ter)", "stop_gained"))["OM3"] == "met"
    # a frameshift is not what is recurrent at a residue
    assert _states(_row("TP53", "p.(Arg175fs)", "frameshift_variant"))["OP3"] == "not_met"


def test_single_cause_needs_the_tumour_type() -> None:
    row = _row("RB1", "p.(Arg251Ter)", "stop_gained")
    assert _states(row, "RBL", "EYE")["OP2"] == "met"
    assert _states(row, "LUAD", "LUNG")["OP2"] == "not_met"
    assert _states(row)["OP2"] == "not_assessable"
    assert _states(_row("BRAF", "p.(Val600Glu)"))["OP2"] == "not_met"


def _known(text: str, functional: Any = None) -> KnownVariant:
    alteration = parse_alteration(text)
    gene = alteration.gene or ""
    return KnownVariant(gene, alteration, "oncogenic", functional, None, ("PMID:1",))


def _with(*known: KnownVariant) -> OncogenicityBase:
    return replace(BASE, tables=replace(BASE.tables, variants={"GENE1": known}))


def test_the_standards_examples_of_same_change_and_same_residue() -> None:
    # Val>Leu by G>C or by G>T alike; Arg156His is oncogenic, Arg156Cys is seen
    base = _with(_known("GENE1 p.Val100Leu"), _known("GENE1 p.Arg156His"))
    for change in ("c.298G>C", "c.298G>T"):
        row = _row("GENE1", "p.(Val100Leu)", hgvs_c=change)
        assert _met(classify_oncogenicity(row, base)) == ["OS1", "OP4"]
    cys = classify_oncogenicity(_row("GENE1", "p.(Arg156Cys)"), base)
    assert _met(cys) == ["OM4", "OP4"]
    # a milder exchange than the known one does not follow
    lys = classify_oncogenicity(_row("GENE1", "p.(Arg156Lys)"), base)
    assert _met(lys) == ["OP4"]


def test_study_and_establishment_count_together_for_the_very_nucleotides_only() -> None:
    protein = _with(_known("GENE1 p.Val100Leu", "damaging"))
    row = _row("GENE1", "p.(Val100Leu)", hgvs_c="c.298G>C")
    assert _met(classify_oncogenicity(row, protein)) == ["OS2", "OP4"]
    exact = _with(_known("GENE1 c.298G>C", "damaging"))
    assert _met(classify_oncogenicity(row, exact)) == ["OS1", "OS2", "OP4"]
    other = row | {"hgvs_c": "c.298G>T"}
    assert _met(classify_oncogenicity(other, exact)) == ["OP4"]


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ("Oncogenic", True),
        ("Oncogenic; Oncogenic", True),
        ("Likely_oncogenic", False),
        ("Oncogenic; Uncertain_significance", False),
        (None, False),
    ],
)
def test_a_clinical_source_may_establish_it(said: str | None, met: bool) -> None:
    row = _row("NOTCH1", "p.(Asn67Ser)", clinical_oncogenicity=said)
    assert ("OS1" in _met(classify_oncogenicity(row, BASE))) is met


@pytest.mark.parametrize(
    ("notes", "said", "met"),
    [
        (["scores: REVEL=0.644"], "oncogenic", "OP1"),
        (["scores: REVEL=0.643"], "mixed", None),
        (["scores: REVEL=0.29"], "benign", "SBP1"),
        (["scores: REVEL=0.9", "scores: BayesDel_noAF=0.2"], "oncogenic", "OP1"),
        (["scores: REVEL=0.9", "scores: BayesDel_noAF=-0.3"], "mixed", None),
        (["scores: OTHER=0.9"], None, None),
        ([], None, None),
        (None, None, None),
    ],
)
def test_predictors_must_agree(notes: list[str] | None, said: str | None, met: str | None) -> None:
    row = _row("NOTCH1", "p.(Asn67Ser)", annotations=notes)
    assert facts_of(row, BASE.tables)["computational"] == said
    states = _states(row)
    assert [name for name in ("OP1", "SBP1") if states[name] == "met"] == ([met] if met else [])
    unknown = "not_assessable" if said is None else "not_met"
    assert {states[n] for n in ("OP1", "SBP1") if n != met} == {unknown}


def test_length_changes_and_stop_losses() -> None:
    states = _states(_row("KIT", "p.(Val559del)", "inframe_deletion"))
    assert states["OM2"] == "met"
    assert _states(_row("UNHEARD1", "p.(Val5del)", "inframe_deletion"))["OM2"] == "not_met"
    assert _states(_row("SMAD4", "p.(Ter553Glnext*?)", "stop_lost"))["OM2"] == "met"
    assert _states(_row("KIT", "p.(Ter977Glnext*?)", "stop_lost"))["OM2"] == "not_met"


def test_synonymous_variants_wait_for_a_splice_predictor() -> None:
    row = _row("ARID1A", "p.(Ser500=)", "synonymous_variant")
    assert _states(row)["SBP2"] == "not_assessable"
    assert _states(_row("ARID1A", "p.(Ser500Leu)"))["SBP2"] == "not_met"


def test_all_facts_are_given_and_asked_for() -> None:
    given = facts_of(_row("BRAF", "p.(Val600Glu)"), BASE.tables)
    asked = {condition.fact for row in CRITERIA.values() for condition in row.when}
    assert {name for name in given if "." not in name} == set(FACTS) == asked


def test_the_reasons_name_numbers_and_sources() -> None:
    row = _row("BRAF", "p.(Val600Glu)", population_frequency=4e-6, population_group="nfe")
    values = {r.criterion: r.values for r in classify_oncogenicity(row, BASE).reasons}
    assert values["OS2"] == ("functional: damaging (PMID:12068308, PMID:15035987)",)
    assert values["OS3"] == ("hotspot_samples: 897 (PMID:29247016)", "hotspot_change: 833")
    assert values["OM1"] == ("in_domain: yes (activation segment: PMID:29493581)",)
    assert values["OM4"] == ("same_residue: yes (BRAF p.Val600Arg, BRAF p.Val600Lys)",)
    assert values["OP4"] == ("frequency: 4e-06 (population nfe)",)


def test_the_tables_as_they_are_shipped() -> None:
    tables = BASE.tables
    spots = [spot for rows in tables.hotspots.values() for spot in rows]
    assert len(spots) > 1100
    assert all(spot.samples == sum(spot.changes.values()) for spot in spots)
    stretches = [row for rows in tables.inframe.values() for row in rows]
    assert all(row.samples == sum(n for _, n in row.changes) for row in stretches)
    assert all(c.touches(row.first, row.last) for row in stretches for c, _ in row.changes)
    classes = Counter(row.variant_class for rows in tables.variants.values() for row in rows)
    assert classes["oncogenic"] > 100
    assert set(tables.predictors) >= {"REVEL"}
    assert all(isinstance(row, Predictor) for row in tables.predictors.values())


def test_grantham_differences_as_published() -> None:
    acids = BASE.tables.acids
    assert len(acids) == 20
    for one, other, difference in (("Val", "Glu", 121), ("Leu", "Ile", 5), ("Arg", "Cys", 180)):
        assert round(acids[one].difference(acids[other])) == difference


def test_faults_of_all_tables_at_once(tmp_path: Path) -> None:
    for path in KNOWLEDGE.glob("*.tsv"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "criteria").mkdir()
    (tmp_path / "hotspots.tsv").write_text(
        "gene\tcodon\treference\tsamples\tchanges\tsource\nBRAF\t600\tV\t5\tE:9\tPMID:1\n"
    )
    with pytest.raises(UserError) as raised:
        OncogenicityBase.read(tmp_path)
    assert len(raised.value.problems) == 2
    assert any("hotspots.tsv:2: samples" in problem for problem in raised.value.problems)
    assert any("criteria/oncogenicity.tsv" in problem for problem in raised.value.problems)
