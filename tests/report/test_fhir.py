"""The FHIR bundle: sound by FHIR and by the guide's elements, and it says what the record says."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from meanings import HOSTILE, classified, evidence, finding, item, lung

import records
from dugnad.cli import main
from dugnad.record import CaseRecord, Place
from dugnad.record_curation import Curation, Signature
from dugnad.record_interpretation import Negative, TrialMatch
from dugnad.report.fhir import check
from dugnad.report.fhir.bundle import bundle_of
from dugnad.report.fhir.check import elements, faults_of
from dugnad.report.fhir.codes import assembly_of, chromosomes, codes
from dugnad.report.fhir.context import GUIDE
from dugnad.report.fhir.variants import change_type
from dugnad.report.words import Language, words_of
from dugnad.report.write_fhir import render
from dugnad.site import Site

LOINC = "http://loinc.org"
ROOT = Path(__file__).parents[2]

Resource = dict[str, Any]


def made(record: CaseRecord, language: Language = "en", **site: Any) -> Resource:
    bundle = bundle_of(record, words_of(language), Site.model_validate(site))
    assert faults_of(bundle) == []
    return bundle


def of_kind(bundle: Resource, kind: str) -> list[Resource]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def of_profile(bundle: Resource, profile: str) -> list[Resource]:
    url = f"{GUIDE}/{profile}"
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if url in one.get("meta", {}).get("profile", [])]


def values(resource: Resource, code: str) -> list[Any]:
    """The values of the components with a code."""
    return [
        next(value for key, value in one.items() if key.startswith("value"))
        for one in resource.get("component", [])
        if code in [coding["code"] for coding in one["code"].get("coding", [])]
    ]


def texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)
    elif isinstance(part, str):
        yield part


def named(bundle: Resource, profile: str, start: str) -> Resource:
    """The one resource of a profile whose narrative begins so."""
    found = [
        one
        for one in of_profile(bundle, profile)
        if "".join(ElementTree.fromstring(one["text"]["div"]).itertext()).startswith(start)
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("record", [records.record(), records.lung(), records.blind(), lung()])
def test_every_kind_of_case_is_sound(record: CaseRecord, language: Language) -> None:
    bundle = made(record, language, name="Example hospital")
    report = of_kind(bundle, "DiagnosticReport")[0]
    assert bundle["entry"][0]["resource"] is report
    told = {one["reference"] for one in report["result"]}
    assert told == {f"urn:uuid:{one['id']}" for one in of_kind(bundle, "Observation")}
    assert len(of_kind(bundle, "Specimen")) == len(record.samples)
    assert {one["language"] for one in of_kind(bundle, "Observation")} == {language}


def test_a_variant_is_told_whole() -> None:
    panel = lung().panel.model_copy(update={"genome": "GRCh38"})
    variant = finding(
        chrom="chr7", pos=55191822, transcript="ENST00000275493.7", hgvs_c="c.2573T>G",
        hgvs_g="chr7:g.55191822T>G", consequence=("missense_variant", "odd_term"),
    )  # fmt: skip
    done = classified(
        records.record(panel=panel, findings=(variant,)),
        item("small_variant", "chr7-55191822-T-G", gene="EGFR"),
    )
    bundle = made(done)
    told = of_profile(bundle, "variant")[0]
    assert told["valueCodeableConcept"]["coding"][0]["code"] == "LA9633-4"
    expected = {
        "48018-6": {"text": "EGFR"},
        "81254-5": {"low": {"value": 55191822}, "high": {"value": 55191822}},
        "69547-8": "T",
        "69551-0": "G",
    }
    assert {code: values(told, code)[0] for code in expected} == expected
    codings = {
        "48004-6": ("http://varnomen.hgvs.org", "ENST00000275493.7:c.2573T>G"),
        "81290-9": ("http://varnomen.hgvs.org", "NC_000007.14:g.55191822T>G"),
        "48013-7": ("http://www.ncbi.nlm.nih.gov/refseq", "NC_000007.14"),
        "51958-7": ("http://www.ensembl.org", "ENST00000275493.7"),
        "62374-4": (LOINC, "LA26806-2"),
        "48002-0": (LOINC, "LA6684-0"),
        "48019-4": ("http://www.sequenceontology.org", "SO:0001483"),
        "92822-6": (LOINC, "LA30102-0"),
    }
    for code, asked in codings.items():
        coding = values(told, code)[0]["coding"][0]
        assert (coding["system"], coding["code"]) == asked
    assert values(told, "48005-3") == [{"text": "p.(Leu858Arg)"}]
    assert values(told, "82121-5")[0]["value"] == 159
    assert values(told, "81258-6")[0] == {
        "value": 0.31, "system": "http://unitsofmeasure.org", "code": "1",
    }  # fmt: skip
    effect = values(of_profile(bundle, "molecular-consequence")[0], "feature-consequence")
    assert [one.get("coding", [one])[0].get("code", one.get("text")) for one in effect] == [
        "SO:0001583",
        "odd_term",
    ]


def test_names_without_an_accession_are_text_and_no_code() -> None:
    told = of_profile(made(lung()), "variant")[0]
    assert values(told, "81290-9") == values(told, "48013-7") == values(told, "62374-4") == []
    done = classified(
        records.record(findings=(finding(transcript="DEMO1", hgvs_c="c.1A>G", hgvs_g="7:g.1A>G"),)),
        item("small_variant", "chr7-100-T-G", gene="EGFR"),
    )
    told = of_profile(made(done), "variant")[0]
    assert values(told, "48004-6") == [{"text": "c.1A>G"}]
    assert values(told, "51958-7") == [{"text": "DEMO1"}]
    assert values(told, "81290-9") == [{"text": "7:g.1A>G"}]


def test_copies_and_fusions_are_variants_too() -> None:
    bundle = made(lung())
    met, fusion = named(bundle, "variant", "MET copies"), named(bundle, "variant", "EML4::ALK")
    assert values(met, "82155-3")[0]["value"] == 9.1
    assert values(met, "81302-2")[0] == {"low": {"value": 116_001}, "high": {"value": 124_000}}
    assert values(met, "48019-4")[0]["coding"][0]["code"] == "SO:0001742"
    assert values(fusion, "48018-6") == [{"text": "EML4"}, {"text": "ALK"}]
    assert values(fusion, "81258-6")[0]["value"] == 0.24
    assert any("RNA 98 reads" in note["text"] for note in fusion["note"])


def test_drugs_stand_with_what_keeps_them_from_holding_here() -> None:
    bundle = made(lung())
    drugs = of_profile(bundle, "therapeutic-implication")
    found = {values(one, "51963-7")[0]["text"]: one for one in drugs}
    shown = {
        drug: one["component"][0]["valueCodeableConcept"]["text"] for drug, one in found.items()
    }
    assert shown == {
        "osimertinib": "sensitivity",
        "sunvozertinib": "sensitivity in other tumour types, not known in this one",
        "gefitinib": "sensitivity, but it does not hold here because of EGFR p.Thr790Met",
    }
    of = of_profile(bundle, "variant")[0]
    assert found["osimertinib"]["derivedFrom"] == [{"reference": f"urn:uuid:{of['id']}"}]
    assert values(found["osimertinib"], "93044-6")[0]["text"] == "AMP/ASCO/CAP 2017: A"
    assert values(found["sunvozertinib"], "81259-4")[0]["text"] == "NSCLC"
    assert any("PMID:29151359" in note["text"] for note in found["osimertinib"]["note"])


def test_a_flagged_finding_is_not_present_and_offers_no_drug() -> None:
    trial = TrialMatch(
        trial="T", title="t", cohort="c", drugs=("x",), as_of="2026", verify=True,
        match="match", reasons=(),
    )  # fmt: skip
    given = {"gene": "EGFR", "evidence": (evidence(),), "trials": (trial,)}
    variants = (finding(filters=("low_depth",)),)
    doubted = item("small_variant", "chr7-100-T-G", reported=False, **given)
    bundle = made(classified(records.record(findings=variants), doubted))
    told = of_profile(bundle, "variant")[0]
    assert told["valueCodeableConcept"]["coding"][0]["code"] == "LA11884-6"
    assert "Flagged by: low_depth" in [note["text"] for note in told["note"]]
    assert of_profile(bundle, "therapeutic-implication") == []
    assert "flagged by a filter" in of_kind(bundle, "DiagnosticReport")[0]["conclusion"]
    sure = made(classified(records.record(findings=(finding(),)), doubted.model_copy(
        update={"reported": True})))  # fmt: skip
    assert len(of_profile(sure, "therapeutic-implication")) == 2


def test_biomarkers_have_values_or_say_why_not() -> None:
    bundle = made(records.lung())
    tmb, msi = of_profile(bundle, "tmb")[0], of_profile(bundle, "msi")[0]
    assert tmb["valueQuantity"] == {
        "value": 7.4, "unit": "mutations per megabase",
        "system": "http://unitsofmeasure.org", "code": "1/1000000{Base}",
    }  # fmt: skip
    assert msi["valueCodeableConcept"]["coding"][0]["code"] == "LA26203-2"
    for one in of_kind(made(records.blind()), "Observation"):
        if {"tmb", "msi"} & {
            url.rpartition("/")[2] for url in one.get("meta", {}).get("profile", [])
        }:
            assert one["dataAbsentReason"]["coding"][0]["code"] == "unknown"
            assert len(one["dataAbsentReason"]["text"]) > 10
    asked = made(records.record())
    for profile in ("tmb", "msi"):
        reason = of_profile(asked, profile)[0]["dataAbsentReason"]
        assert reason["coding"][0]["code"] == "not-performed"


def negative(alteration: str, status: str) -> Negative:
    return Negative.model_validate(
        {
            "alteration": alteration, "drugs": (), "effect": "sensitivity", "amp_level": "A",
            "escat": "IA", "source": (), "status": status, "reason": "what was looked at",
        }
    )  # fmt: skip


def test_negatives_are_absent_only_where_all_could_be_seen() -> None:
    done = lung()
    assert done.interpretation
    listed = (
        negative("EGFR p.Leu858Arg", "not_found"),
        negative("::RET fusion", "partly"),
        negative("ERBB2 exon 20 inframe_insertion", "not_assessable"),
        negative("TMB high", "not_found"),
        negative("KRAS mutation", "partly"),
        negative("KRAS mutation", "partly"),
    )
    meaning = done.interpretation.model_copy(update={"negatives": listed})
    bundle = made(done.model_copy(update={"interpretation": meaning}))
    absent = named(bundle, "variant", "EGFR p.Leu858Arg")
    assert absent["valueCodeableConcept"]["coding"][0]["code"] == "LA9634-2"
    partly = named(bundle, "variant", "::RET fusion")
    assert partly["valueCodeableConcept"]["coding"][0]["code"] == "LA11884-6"
    assert values(partly, "48018-6") == [{"text": "RET"}]
    unseen = named(bundle, "variant", "ERBB2 exon 20")
    assert "valueCodeableConcept" not in unseen
    assert unseen["dataAbsentReason"]["text"] == "not assessable: what was looked at"
    assert not any("TMB high" in text for text in texts(bundle))
    assert "ERBB2 exon 20" in of_kind(bundle, "DiagnosticReport")[0]["conclusion"]


def test_places_that_could_not_be_seen_stand_with_the_region() -> None:
    place = Place(
        kind="hotspot", label="BRAF Val600", gene="BRAF", chrom="chr7", start=9, end=12,
        mean_depth=3, min_depth=1, callable_fraction=0, status="not_assessable",
    )  # fmt: skip
    bundle = made(records.record(places=(place,), depth_known=False))
    region = [one for one in of_kind(bundle, "Observation") if "53041-0" in texts(one)]
    shown = [note["text"] for note in region[0]["note"]]
    assert any("BRAF Val600 (chr7:10-12)" in text for text in shown)
    assert any("came as calls" in text for text in shown)
    assert [one["text"] for one in values(region[0], "48018-6")] == list(records.GENES)


def test_a_draft_is_preliminary_and_a_signed_report_is_final() -> None:
    draft = made(lung())
    assert {one["status"] for one in of_kind(draft, "Observation")} == {"preliminary"}
    report = of_kind(draft, "DiagnosticReport")[0]
    assert report["status"] == "preliminary"
    assert report["conclusion"].startswith("DRAFT")
    signature = Signature(initials="ABC", date=date(2026, 11, 25), record="0" * 64)
    curation = Curation(signed=signature, log_head="0" * 64, entries=1)
    bundle = made(lung().model_copy(update={"status": "SIGNED", "curation": curation}))
    assert {one["status"] for one in of_kind(bundle, "Observation")} == {"final"}
    report = of_kind(bundle, "DiagnosticReport")[0]
    assert report["status"] == "final"
    assert report["resultsInterpreter"] == [{"display": "ABC, 2026-11-25"}]


def test_a_blocked_case_says_so_first() -> None:
    samples = (records.sample(verdict="fail", blocked_by=("contamination",), reasons=("dirty",)),)
    bundle = made(classified(records.record(samples=samples, verdict="fail")), "nb")
    assert of_kind(bundle, "DiagnosticReport")[0]["conclusion"].split("\n")[:2] == [
        "UTKAST",
        words_of("nb")("fhir.gate"),
    ]
    shown = [note["text"] for note in of_kind(bundle, "Specimen")[0]["note"]]
    assert "dirty" in shown


def test_nothing_of_a_blocked_case_looks_sure_to_a_program() -> None:
    gate = words_of("en")("fhir.gate")
    samples = (records.sample(verdict="fail", blocked_by=("identity",)),)
    done = lung()
    assert done.interpretation
    listed = (negative("BRAF p.Val600Glu", "not_found"), negative("::RET fusion", "partly"))
    meaning = done.interpretation.model_copy(update={"negatives": listed})
    changes = {"samples": samples, "verdict": "fail", "interpretation": meaning}
    bundle = made(done.model_copy(update=changes))
    for one in of_kind(bundle, "Observation"):
        assert one["note"][0]["text"] == gate
        value = one.get("valueCodeableConcept", {"coding": [{"code": "LA11884-6"}]})
        assert value["coding"][0]["code"] == "LA11884-6"
        assert "valueQuantity" not in one
    assert of_profile(bundle, "therapeutic-implication") == []
    variants = of_profile(bundle, "variant")
    assert sum("valueCodeableConcept" in one for one in variants) == 3
    assert sum(one.get("dataAbsentReason", {}).get("text") == gate for one in variants) == 2
    tmb = of_profile(bundle, "tmb")[0]
    assert "valueQuantity" not in tmb
    assert any("7.4 per megabase" in note["text"] for note in tmb["note"])
    assert all(values(one, "81258-6") for one in variants if "EGFR" in str(values(one, "48018-6")))


def test_what_people_judged_is_told() -> None:
    judged = {
        "finding": "chr7-100-T-G", "name": "EGFR", "initials": "ABC",
        "at": "2026-01-01T00:00:00Z", "record": "0" * 64,
    }  # fmt: skip
    out = judged | {"finding": "MET copies", "name": "MET", "class_judgement": "exclude"}
    kept = judged | {"class_judgement": "SOM", "comment": "seen in <IGV>"}
    lapsed = {"initials": "XYZ", "date": "2026-01-02", "changed": "record"}
    curation = Curation.model_validate(
        {"judgements": (kept, out), "lapsed": lapsed, "log_head": "0" * 64, "entries": 2}
    )
    bundle = made(lung().model_copy(update={"curation": curation}))
    shown = of_kind(bundle, "DiagnosticReport")[0]["conclusion"]
    assert "The signature of XYZ, 2026-01-02, holds no longer" in shown
    assert "MET copies: taken out by curation" in shown
    assert "Judged otherwise than the filters did: MET copies" in shown
    found = of_profile(bundle, "variant")
    assert not any("MET copies" in text for one in found for text in texts(one))
    assert [note["text"] for note in found[0]["note"]][-2:] == ["Judged by ABC", "seen in <IGV>"]


def test_the_same_record_gives_the_same_bundle_and_ids_outlive_a_rerun() -> None:
    first = render(lung(), "en", Site())
    assert render(lung(), "en", Site()) == first
    later = lung().model_copy(
        update={"created": datetime(2027, 1, 1, tzinfo=UTC), "code": "f" * 12}
    )
    assert [one["fullUrl"] for one in made(later)["entry"]] == [
        one["fullUrl"] for one in json.loads(first)["entry"]
    ]
    other = made(lung().model_copy(update={"case": "C2"}))
    urls = {one["fullUrl"] for one in json.loads(first)["entry"]}
    assert not urls & {one["fullUrl"] for one in other["entry"]}


def test_the_patient_is_a_pseudonym_alone() -> None:
    patient = of_kind(made(lung()), "Patient")[0]
    assert set(patient) == {"resourceType", "id", "language", "text", "identifier"}
    assert patient["identifier"] == [{"type": {"text": "Pseudonym"}, "value": "C1"}]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(text: str) -> None:
    variants = (finding(gene=text, hgvs_c=text, hgvs_p=text, hgvs_g=text, transcript=text),)
    done = classified(
        records.record(findings=variants, tumour_type=text, samples=(records.sample(text),)),
        item(
            "small_variant", "chr7-100-T-G", gene=text, name=text, cautions=(text,),
            evidence=(evidence(drugs=(text,), statement=text, id=text),),
        ),
    )  # fmt: skip
    bundle = made(done)
    for one in (entry["resource"] for entry in bundle["entry"]):
        tags = {
            part.tag.rpartition("}")[2]
            for part in ElementTree.fromstring(one["text"]["div"]).iter()
        }
        assert tags <= {"div", "p", "ul", "li"}
    if text.strip() and not re.search(r"[\x00-\x08]", text):
        gene = values(of_profile(bundle, "variant")[0], "48018-6")[0]["text"]
        assert gene == text


def test_four_hundred_findings() -> None:
    variants = tuple(finding(pos=n) for n in range(1, 401))
    items = (item("small_variant", f"chr7-{n}-T-G", gene="EGFR") for n in range(1, 401))
    bundle = made(classified(records.record(findings=variants), *items))
    assert len(of_profile(bundle, "variant")) == 400


def test_two_findings_of_one_name_are_two() -> None:
    events = records.rearrangements(found=(records.fusion(), records.fusion(pos_1=1)))
    done = classified(
        records.record(rearrangements=events),
        item("rearrangement", "EML4::ALK"),
        item("rearrangement", "EML4::ALK"),
    )
    assert len(of_profile(made(done), "variant")) == 2


@pytest.mark.parametrize(
    ("ref", "alt", "kind"),
    [
        ("A", "G", "snv"),
        ("AC", "GT", "mnv"),
        ("A", "AT", "insertion"),
        ("AT", "A", "deletion"),
        ("ATT", "GC", "delins"),
        ("A", "<DEL>", None),
        ("A", "*", None),
    ],
)
def test_kinds_of_change(ref: str, alt: str, kind: str | None) -> None:
    assert change_type(ref, alt) == kind


def luhn(number: str) -> int:
    """The check digit of LOINC's codes."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        twice = int(digit) * (2 - place % 2)
        total += twice - 9 if twice > 9 else twice
    return -total % 10


def test_codes_are_well_formed_and_each_stands_once() -> None:
    known = codes()
    assert len({(one.system, one.code) for one in known.values()}) == len(known)
    for name, one in known.items():
        number, _, digit = one.code.partition("-")
        if one.system == LOINC and number.isdigit():
            assert luhn(number) == int(digit), name
        if "sequenceontology" in one.system:
            assert re.fullmatch(r"SO:\d{7}", one.code), name
    with (ROOT / "scripts/dugnad/report/fhir/codes.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader((line for line in file if line[0] != "#"), delimiter="\t"))
    assert {len(row) for row in rows} == {5}
    assert all(row[4] for row in rows)


def test_chromosomes_of_both_assemblies() -> None:
    for assembly in ("GRCh37", "GRCh38"):
        assert len(set(chromosomes(assembly).values())) == 24
    assert chromosomes("demo") == {}
    assert [assembly_of(name) for name in ("hg19", "GRCh38.p14", "hs37", "hg19-to-hg38")] == [
        "GRCh37", "GRCh38", None, None,
    ]  # fmt: skip


def test_every_element_of_the_list_is_in_the_docs() -> None:
    text = (ROOT / "docs/fhir.md").read_text()
    for one in elements():
        assert f"`{one.profile}`" in text, one.profile
        assert f"`{one.path}`" in text, one.path
        assert one.source
        assert not one.code or one.code in codes()
        if one.path.startswith("component:"):
            assert one.path.partition(":")[2] in codes()


def broken(change: str) -> Resource:
    bundle = bundle_of(lung(), words_of("en"), Site())
    report = bundle["entry"][0]["resource"]
    variant = of_profile(bundle, "variant")[0]
    match change:
        case "code":
            variant["code"]["coding"][0]["code"] = "69547-8"
        case "category":
            variant["category"].pop()
        case "twice":
            variant["component"].append(
                next(one for one in variant["component"] if "69547-8" in texts(one))
            )
        case "reference":
            report["result"][0]["reference"] = "urn:uuid:nothing"
        case "status":
            variant["status"] = "certain"
        case "div":
            variant["text"]["div"] = variant["text"]["div"].replace("<p>", "<script/><p>")
        case "profile":
            variant["meta"]["profile"] = [f"{GUIDE}/verdict"]
        case "same":
            bundle["entry"].append(bundle["entry"][1])
    return bundle


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("code", "code: lacks http://loinc.org|69548-6"),
        ("category", "category: is there 1 times, asked are 2..*"),
        ("twice", "component:reference_allele: is there 2 times, asked are 0..1"),
        ("reference", "refers to urn:uuid:nothing: not here"),
        ("div", "text.div: holds other elements"),
        ("profile", "no elements are known of"),
        ("same", "fullUrl: not unique"),
    ],
)
def test_the_checker_finds(change: str, fault: str) -> None:
    assert any(fault in one for one in faults_of(broken(change)))


def test_what_is_not_sound_is_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_profile", lambda _: ["code: wrong"])
    with pytest.raises(RuntimeError, match="code: wrong"):
        render(records.record(), "en", Site())


def test_the_verb_writes_the_language_that_it_is_told(tmp_path: Path) -> None:
    given, out = tmp_path / "c.json", tmp_path / "c.fhir.json"
    given.write_text(lung().model_dump_json())
    (tmp_path / "site.yaml").write_text("name: Example hospital\nlanguages: [nb]\n")
    words = ["write-fhir", "--record", str(given), "--output", str(out)]
    assert main([*words, "--site", str(tmp_path / "site.yaml")]) == 0
    bundle = json.loads(out.read_text())
    assert bundle["language"] == "nb"
    assert of_kind(bundle, "Organization")[0]["name"] == "Example hospital"
    assert main([*words, "--language", "en"]) == 0
    assert json.loads(out.read_text())["language"] == "en"
