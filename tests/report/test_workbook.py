"""The workbook shows the record, in two languages, and holds no formula."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

import records
from dugnad.curation.sheet import JUDGEMENT_COLUMNS
from dugnad.record import CaseRecord
from dugnad.report.words import Language, words_of
from dugnad.report.workbook_sheets import KEYS, candidates
from dugnad.report.write_workbook import workbook
from workbooks import case, variant

NASTY = (
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@x",
    "<script>",
    "{{7*7}}",
    "\x00\x1f",
    "y" * 40_000,
)


def saved(record: CaseRecord, path: Path, language: Language = "en") -> Path:
    workbook(record, language).save(path)
    return path


@pytest.mark.parametrize("language", ["en", "nb"])
def test_candidates_pass_or_would_matter(language: Language, tmp_path: Path) -> None:
    book = load_workbook(saved(case(), tmp_path / "x.xlsx", language))
    words = words_of(language)
    names = ("overview", "candidates", "variants", "negatives", "coverage")
    assert book.sheetnames[:5] == [words(f"workbook.sheet.{name}") for name in names]
    sheet = book.worksheets[1]
    shown = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert shown == [
        "EGFR p.(Leu858Arg)",
        "MET amplification",
        "TP53 p.(Arg175His)",
        "BRAF p.(Val600Glu)",
    ]
    egfr = dict(zip(KEYS, (cell.value for cell in sheet[2]), strict=True))
    assert (egfr["amp"], egfr["vaf"], egfr["depth"]) == ("IA", 0.31, 512)
    assert (egfr["responds"], egfr["sources"]) == ("osimertinib", "PMID:29151359")


def test_only_judgements_can_be_written(tmp_path: Path) -> None:
    sheet = load_workbook(saved(case(), tmp_path / "x.xlsx")).worksheets[1]
    assert sheet.protection.sheet
    row = zip(KEYS, sheet[2], strict=True)
    assert tuple(key for key, cell in row if not cell.protection.locked) == JUDGEMENT_COLUMNS
    lists = {
        str(rule.sqref): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {
        "I2:I5": '"OK,Not OK"',
        "J2:J5": '"include,exclude,SOM,LikSOM,LikGL,incon"',
        "K2:K5": '"BioMar,VUSpot,AddRes,GLrel"',
    }
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:AM5"


@pytest.mark.parametrize("language", ["en", "nb"])
def test_texts_of_the_drop_downs_are_no_longer_than_excel_takes(language: Language) -> None:
    sheet = workbook(case(), language).worksheets[1]
    for rule in sheet.data_validations.dataValidation:
        assert len(rule.prompt) <= 255
        assert len(rule.error) <= 225
        assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32
        assert len(rule.formula1) <= 255


def test_no_formula_whatever_a_field_holds(tmp_path: Path) -> None:
    findings = tuple(
        variant("EGFR L858R", n, hgvs_c=text, origin_reason=text, hgvs_p=text, hgvs_g=text)
        for n, text in enumerate(NASTY, start=100)
    )
    path = saved(case(findings=findings), tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    shown = {cell.value for cell in cells}
    assert set(NASTY[:6]) <= shown
    marked = {cell.value for cell in cells if cell.quotePrefix}
    assert set(NASTY[:4]) <= marked


def test_rest_of_interpreted_findings_on_request() -> None:
    assert len(candidates(case())) == 4
    assert len(candidates(case(), everything=True)) == 5


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("record", [records.record(), records.blind(), records.lung()])
def test_case_that_was_not_classified_says_so(
    record: CaseRecord, language: Language, tmp_path: Path
) -> None:
    book = load_workbook(saved(record, tmp_path / "x.xlsx", language))
    shown = {row[1].value for row in book.worksheets[0].iter_rows()}
    assert words_of(language)("workbook.not_classified") in shown
    assert book.worksheets[1].max_row == 1


def test_four_hundred_findings(tmp_path: Path) -> None:
    path = saved(case(more=397), tmp_path / "x.xlsx")
    assert load_workbook(path).worksheets[1].max_row == 402
    assert path.stat().st_size < 500_000
