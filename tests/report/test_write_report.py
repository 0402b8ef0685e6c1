"""All forms of a case by one verb: which files there are, and what happens when one fails."""

from pathlib import Path

import pytest

import records
from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.record import CaseRecord
from dugnad.report.forms import FILES
from dugnad.report.write_report import WRITERS, Told, Writer, write_forms
from dugnad.site import FORMS, Form, Language, Site
from reads_shown import interpreted

NAMES = {
    "C1.html", "C1.nb.html", "C1.en.html", "C1.nb.pdf", "C1.en.pdf", "C1.nb.pptx", "C1.en.pptx",
    "C1.nb.xlsx", "C1.en.xlsx", "C1.fhir.json", "C1.findings.tsv", "C1.findings.parquet",
}  # fmt: skip


@pytest.fixture
def record() -> CaseRecord:
    return interpreted(records.lung())


def _name(_: Told, language: Language, path: Path) -> None:
    path.write_text(language)


NAMED: dict[Form, Writer] = dict.fromkeys(WRITERS, _name)


def made(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_each_form_but_the_reads_has_a_writer() -> None:
    assert set(WRITERS) == set(FORMS) - {"reads"} == set(FILES) - {"reads"}


def test_all_forms_in_all_languages_and_the_page_that_is_opened(
    record: CaseRecord, tmp_path: Path
) -> None:
    write_forms(Told(record, Site()), tmp_path, NAMED)
    found = made(tmp_path)
    assert found.keys() == NAMES
    assert {found[f"C1.nb.{end}"] for end in ("html", "pdf", "pptx", "xlsx")} == {"nb"}
    assert {found[f"C1.en.{end}"] for end in ("html", "pdf", "pptx", "xlsx")} == {"en"}
    assert found["C1.html"] == found["C1.fhir.json"] == "nb"


def test_what_a_site_does_not_want_is_not_made(record: CaseRecord, tmp_path: Path) -> None:
    site = Site(languages=("en",), outputs=("tsv", "pptx"))
    write_forms(Told(record, site), tmp_path, NAMED)
    assert made(tmp_path).keys() == {
        "C1.html", "C1.en.pptx", "C1.findings.tsv", "C1.findings.parquet",
    }  # fmt: skip
    assert (tmp_path / "C1.html").read_text() == "en"


def test_the_verb_makes_what_the_single_verbs_make(record: CaseRecord, tmp_path: Path) -> None:
    """The light forms: the others' own tests compare them as read, not as bytes."""
    given, out = tmp_path / "case.json", tmp_path / "out"
    given.write_text(record.model_dump_json(), encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text("languages: [en, nb]\noutputs: [html, tsv, fhir]\nname: Lab\n")
    told = ["--record", str(given), "--site", str(site)]
    assert main(["write-report", *told, "--reads", "--folder", str(out)]) == 0
    alone = tmp_path / "alone"
    for language in ("nb", "en"):
        page = ["--language", language, "--reads", f"C1.{language}.reads.html"]
        assert main(["render-report", *told, *page, "--output", f"{alone}.{language}.html"]) == 0
        assert f"C1.{language}.reads.html#" in (out / f"C1.{language}.html").read_text()
    assert main(["write-fhir", *told, "--output", f"{alone}.fhir.json"]) == 0
    tables = ["--tsv", f"{alone}.findings.tsv", "--parquet", f"{alone}.findings.parquet"]
    assert main(["tabulate-findings", "--record", str(given), *tables]) == 0
    ends = ("nb.html", "en.html", "fhir.json", "findings.tsv", "findings.parquet")
    assert {path.name for path in out.iterdir()} == {"C1.html", *(f"C1.{end}" for end in ends)}
    for end in ends:
        assert (out / f"C1.{end}").read_bytes() == Path(f"{alone}.{end}").read_bytes(), end
    assert (out / "C1.html").read_bytes() == (out / "C1.en.html").read_bytes()


def failing(error: Exception) -> Writer:
    def fail(_: Told, language: Language, path: Path) -> None:
        if language == "en":
            raise error
        path.write_text("whole")

    return fail


def test_a_form_that_fails_is_named(record: CaseRecord, tmp_path: Path) -> None:
    writers = NAMED | {"pdf": failing(ValueError("broken"))}
    with pytest.raises(ValueError, match="broken") as caught:
        write_forms(Told(record, Site()), tmp_path, writers)
    assert caught.value.__notes__ == ["form pdf of the report failed: C1.en.pdf is not written"]
    assert made(tmp_path).keys() == {"C1.html", "C1.nb.html", "C1.en.html", "C1.nb.pdf"}


def test_what_a_user_can_mend_is_said_of_its_file(record: CaseRecord, tmp_path: Path) -> None:
    writers = NAMED | {"pdf": failing(UserError(["PDF needs Pango", "and fonts"]))}
    with pytest.raises(UserError) as caught:
        write_forms(Told(record, Site()), tmp_path, writers)
    assert caught.value.problems == ["C1.en.pdf: PDF needs Pango", "C1.en.pdf: and fonts"]


@pytest.mark.parametrize("form", ["html", "pptx", "xlsx", "tsv"])
def test_no_half_written_file_stays(
    form: Form, record: CaseRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, __: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_forms(Told(record, Site(outputs=(form,))), tmp_path, {form: WRITERS[form]})
    assert f"form {form} of the report failed" in caught.value.__notes__[0]
    assert list(tmp_path.iterdir()) == []
