"""Case records: old ones are read as today's, and every fault is told with its place."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

import records
from dugnad.cli import main
from dugnad.curation.digest import digest
from dugnad.errors import UserError
from dugnad.reading import read_record
from dugnad.record import RECORD_VERSION, CaseRecord
from dugnad.record_interpretation import Classification, Interpretation, Interpretations, TumourType
from dugnad.record_migration import migrate
from dugnad.schemas import schemas

# what the first records of 0.1.0 had, and nothing since
FIRST = {
    "record_version",
    "case",
    "status",
    "created",
    "tumour_type",
    "consent",
    "verdict",
    "panel",
    "samples",
    "findings",
    "places",
    "depth_known",
    "annotated",
    "sources",
    "software",
    "code",
}


def data(record: CaseRecord) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record.model_dump_json())
    return found


def old(record: CaseRecord | None = None) -> dict[str, Any]:
    """A record as it was written before copy numbers, biomarkers and interpretation."""
    whole = data(record or records.record()) | {"record_version": "0.1.0"}
    return {key: value for key, value in whole.items() if key in FIRST}


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def tier(category: str = "I", level: str | None = "A") -> Classification:
    return Classification(scheme="AMP/ASCO/CAP 2017", category=category, level=level)


def item(kind: str, name: str, **changes: Any) -> Interpretation:
    given = {"kind": kind, "id": name, "name": name, "gene": None, "reported": True}
    tiers = {"amp": tier(), "escat": tier()}
    return Interpretation.model_validate(given | tiers | changes)


def classified(*items: Interpretation) -> CaseRecord:
    done = Interpretations(
        knowledge=(),
        tumour_type=TumourType(code="LUAD", name="Lung", path=(), group="solid"),
        items=items,
    )
    return records.lung(interpretation=done)


SOUND = (
    item("rearrangement", "EML4::ALK"),
    item("copy_number", "MET copies"),
    item("biomarker", "TMB", amp=tier("III", None), escat=tier("X", None)),
)


def faults(path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["record", "validate", str(path)]) == 2
    return capsys.readouterr().err.splitlines()


def test_an_old_record_is_read_as_todays_and_says_so(tmp_path: Path) -> None:
    record = read_record(written(tmp_path / "old.json", old()))
    assert (record.record_version, record.migrated_from) == (RECORD_VERSION, "0.1.0")
    assert record.interpretation is None
    assert record.model_copy(update={"migrated_from": None}) == records.record()


def test_where_a_record_came_from_is_kept(tmp_path: Path) -> None:
    first = read_record(written(tmp_path / "old.json", old()))
    again = read_record(written(tmp_path / "again.json", data(first)))
    assert again == first
    assert migrate(data(records.record()))["migrated_from"] is None


def test_migrate_writes_it_for_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, made = written(tmp_path / "old.json", old()), tmp_path / "new.json"
    assert main(["record", "migrate", "--record", str(given), "--output", str(made)]) == 0
    assert "migrated from 0.1.0" in capsys.readouterr().err
    jsonschema.validate(json.loads(made.read_text()), json.loads(schemas()["case"]))


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.0.1", "newer than this program"),
        ("2.0.0", "read it with a later version of dugnad"),
        ("0.0.1", "not a version that was ever written"),
        ("next", "not a version that was ever written"),
        (7, "not a version that was ever written"),
        (None, "this is not a case record"),
    ],
)
def test_versions_that_are_not_known_are_refused(
    version: object, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "x.json", data(records.record()) | {"record_version": version})
    with pytest.raises(UserError, match=text):
        read_record(path)
    assert [text in line and f"{path}: $.record_version: " in line for line in faults(path, capsys)]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_record_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert "name a case.json" in faults(path, capsys)[0]


def test_sound_records_are_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [
        written(tmp_path / f"{n}.json", data(record))
        for n, record in enumerate((records.lung(), records.blind(), classified(*SOUND)))
    ]
    assert main(["record", "validate", *map(str, paths)]) == 0
    assert capsys.readouterr().out.count(": is sound\n") == 3


def test_all_faults_of_form_are_told_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = data(records.lung())
    broken["samples"][1]["role"] = "father"
    broken["colour"] = "red"
    del broken["consent"]
    broken["copy_number"]["genes"][0]["bins"] = "many"
    shown = faults(written(tmp_path / "x.json", broken), capsys)
    places = [line.split(": ")[1] for line in shown]
    assert sorted(places) == [
        "$.colour",
        "$.consent",
        "$.copy_number.genes[0].bins",
        "$.samples[1].role",
    ]
    assert all("; " in line for line in shown)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (item("small_variant", "chr1-1-A-T"), "[3].id: the record has no small variant 'chr1-1"),
        (item("copy_number", "ERBB2 copies"), "[3].id: the record has no copy number"),
        (item("rearrangement", "BCR::ABL1"), "[3].id: the record has no rearrangement"),
        (item("biomarker", "mood"), "[3].id: the record has no biomarker 'mood'"),
        (item("biomarker", "MSI", amp=tier("V", "A")), "[3].amp.category: 'V' is none of I, II"),
        (item("biomarker", "MSI", amp=tier("II", "A")), "[3].amp.level: tier II is one of C, D"),
        (item("biomarker", "MSI", amp=tier("III", "A")), "[3].amp.level: tier III has no level"),
        (item("biomarker", "MSI", escat=tier("VI")), "[3].escat.category: 'VI' is none of"),
        (
            item("biomarker", "MSI", oncogenicity=tier("bad", None)),
            "[3].oncogenicity.category: 'bad' is none of",
        ),
    ],
)
def test_parts_that_do_not_fit_are_told(
    wrong: Interpretation, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "x.json", data(classified(*SOUND, wrong)))
    assert any(f"$.interpretation.items{text}" in line for line in faults(path, capsys))


def test_verdict_code_and_samples_are_held_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = (records.sample(verdict="fail"), records.sample())
    record = records.record(samples=twice, code="as it was")
    shown = "\n".join(faults(written(tmp_path / "x.json", data(record)), capsys))
    assert "$.code: is not a digest" in shown
    assert "$.samples: 'C1-T' is there 2 times" in shown
    assert "$.verdict: is 'pass', and the worst sample's is 'fail'" in shown


def test_a_signature_must_bear_the_record_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    bare = records.record(status="SIGNED")
    shown = faults(written(path, data(bare)), capsys)
    assert any("$.status: is 'SIGNED', which its signature" in line for line in shown)
    signed = records.lung()
    given = {"initials": "ABC", "date": "2026-01-01", "record": digest(signed)}
    log = {"signed": given, "log_head": "0" * 64, "entries": 1}
    whole = data(signed) | {"status": "SIGNED", "curation": log}
    assert main(["record", "validate", str(written(path, whole))]) == 0
    shown = faults(written(path, whole | {"consent": "research"}), capsys)
    assert any("$.curation.signed.record: the record was changed" in line for line in shown)


def test_the_schema_is_published_with_its_version() -> None:
    schema = json.loads(schemas()["case"])
    assert schema["$id"] == f"urn:dugnad:schema:case:{RECORD_VERSION}"
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data(records.lung()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(old(), schema)
