"""A workbook goes out and comes back: all is kept, and every fault is named by its cell."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dugnad.curation.log import log_path, read_log
from dugnad.errors import UserError
from dugnad.report.workbook_sheets import KEYS
from workbooks import (
    ALL,
    BRAF,
    EGFR,
    MET,
    TP53,
    Bench,
    Cells,
    case,
    classified,
    fill,
    judged,
    variant,
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, case())


def letter(key: str) -> str:
    return chr(ord("A") + KEYS.index(key))


@pytest.mark.parametrize("language", ["en", "nb"])
def test_all_that_is_judged_is_kept(bench: Bench, language: str) -> None:
    fill(bench.write(language), ALL)
    assert bench.curate() == 0
    found = {one.entry.judgement.finding: one.entry.judgement for one in read_log(bench.log)
             if one.entry.judgement}  # fmt: skip
    assert found.keys() == ALL.keys()
    for finding, cells in ALL.items():
        shown = found[finding].model_dump(exclude={"finding", "name", "at", "record"})
        assert {key: value for key, value in shown.items() if value} == {
            key: value for key, value in cells.items() if value
        }
    first = read_log(bench.log)[0].entry
    assert (first.by, first.case) == ("KN", "C1")
    assert first.workbook == hashlib.sha256(bench.book.read_bytes()).hexdigest()


def test_same_workbook_twice_adds_nothing(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate() == 0
    before = bench.log.read_bytes()
    assert bench.curate() == 0
    assert bench.log.read_bytes() == before


def test_an_untouched_workbook_leaves_no_log(bench: Bench) -> None:
    bench.write()
    assert bench.curate() == 0
    assert not bench.log.exists()


def test_sorted_rows_are_read_by_their_id(bench: Bench) -> None:
    fill(bench.write(), ALL)
    book = load_workbook(bench.book)
    sheet = book.worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(rows), start=2):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value
    book.save(bench.book)
    assert bench.curate() == 0
    assert len(read_log(bench.log)) == 4


CONFLICTS: dict[str, tuple[Cells, str, str]] = {
    "IGV not OK but included": (
        judged("include", igv_qc="Not OK"), "class_judgement", "is 'include' though IGV_QC"
    ),
    "IGV not OK and no class": (
        judged(None, igv_qc="Not OK"), "class_judgement", "is missing; what the reads"
    ),
    "excluded but reported": (
        judged("exclude", "artefact", reporting_judgement="BioMar"),
        "reporting_judgement",
        "though the finding is excluded",
    ),
    "reported but not judged": (
        judged(None, reporting_judgement="AddRes"), "class_judgement", "is missing, and a part"
    ),
    "excluded without a reason": (judged("exclude"), "comment", "say why the finding is excluded"),
    "no initials": (judged("include", initials=None), "initials", "are missing"),
    "initials alone": (judged(None), "initials", "stand without a judgement"),
    "unknown IGV": (judged("SOM", igv_qc="ok"), "igv_qc", "not an allowed value (got 'ok')"),
    "unknown class": (judged("somatic"), "class_judgement", "write include, exclude, SOM"),
    "unknown report": (
        judged("SOM", reporting_judgement="Main"), "reporting_judgement", "not an allowed value"
    ),
    "initials in small letters": (judged("SOM", initials="kn"), "initials", "are no initials"),
    "formula": (judged("SOM", "=1+1"), "comment", "is a formula (got '=1+1')"),
    "formula as code": (judged("=A1"), "class_judgement", "is a formula"),
    "too long": (judged("SOM", "x" * 2001), "comment", "has 2001 characters; write at most 2000"),
    "identity number": (judged("SOM", "pas. 01010112377"), "comment", "national identity number"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_contradiction_is_refused_with_its_cell(
    bench: Bench, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cells, key, text = CONFLICTS[name]
    fill(bench.write(), {EGFR: cells, MET: judged("include")})
    assert bench.curate() == 2
    told = capsys.readouterr().err
    assert f"C1.xlsx: Candidates!{letter(key)}2: {key}: " in told
    assert text in told
    assert "01010112377" not in told
    assert not bench.log.exists()


def test_flagged_finding_needs_a_reason_to_count(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(bench.write(), {BRAF: judged("LikSOM")})
    assert bench.curate() == 2
    assert "Candidates!L5: comment: is missing; a filter flags" in capsys.readouterr().err
    fill(bench.book, {BRAF: judged("LikSOM", "in RNA too")})
    assert bench.curate() == 0


def test_all_faults_are_told_at_once(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {EGFR: judged("maybe"), MET: judged("exclude"), TP53: judged("SOM", initials=None)}
    fill(bench.write(), rows)
    assert bench.curate() == 2
    told = capsys.readouterr().err
    assert re.findall(r"Candidates!(\w+):", told) == ["J2", "L3", "M4"]


def _set(cell: str, value: object) -> Callable[[Worksheet], None]:
    def tamper(sheet: Worksheet) -> None:
        sheet[cell] = value

    return tamper


def _copy_row(sheet: Worksheet) -> None:
    for number, cell in enumerate(list(sheet[2]), start=1):
        sheet.cell(9, number).value = cell.value


def _add_row(sheet: Worksheet) -> None:
    _copy_row(sheet)
    sheet.cell(9, len(KEYS)).value = "chr1-1-A-T"


def _hidden(cell: str, value: str) -> Callable[[Worksheet], None]:
    def tamper(sheet: Worksheet) -> None:
        assert sheet.parent
        sheet.parent["_dugnad"][cell] = value

    return tamper


def _without_hidden(sheet: Worksheet) -> None:
    assert sheet.parent
    del sheet.parent["_dugnad"]


ID = "AM"
TAMPERED: dict[str, tuple[Callable[[Worksheet], None], str]] = {
    "name": (_set("A2", "EGFR p.(Thr790Met)"), "Candidates!A2: finding: was changed"),
    "tier": (_set("B4", "IA"), "Candidates!B4: amp: was changed (got 'IA')"),
    "VAF": (_set("D2", 0.5), "Candidates!D2: vaf: was changed (got '0.5')"),
    "VAF emptied": (_set("D2", None), "Candidates!D2: vaf: was changed (got '')"),
    "filters": (_set("H5", "PASS"), "Candidates!H5: filters: was changed"),
    "HGVS": (_set("P2", "c.1A>T"), "Candidates!P2: hgvs_c: was changed"),
    "formula": (_set("A2", "=B2"), "Candidates!A2: finding: was changed"),
    "identity number": (_set("A2", "01010112377"), "(got '***********')"),
    "id": (_set(f"{ID}2", "chr7-200-A-T"), f"Candidates!{ID}4: id: stands in row 2 too"),
    "unknown id": (_set(f"{ID}2", "chr1-1-A-T"), f"Candidates!{ID}2: id: is no finding"),
    "row gone": (lambda sheet: sheet.delete_rows(3), "the row of 'MET copies' is gone"),
    "row twice": (_copy_row, f"Candidates!{ID}9: id: stands in row 2 too"),
    "row added": (_add_row, f"Candidates!{ID}9: id: is no finding of this workbook"),
    "header": (_set("J1", "Klasse"), "Candidates!J1: the header was changed (got 'Klasse')"),
    "column gone": (lambda sheet: sheet.delete_cols(2), "Candidates!B1: the header was changed"),
    "beyond": (_set("AN3", "mine"), "Candidates!AN3: stands beyond the last column"),
    "sheet renamed": (lambda sheet: setattr(sheet, "title", "X"), "has no sheet 'Candidates'"),
    "hidden marks": (
        _hidden("B12", "00000000"), "was changed"
    ),
    "hidden case": (_hidden("B2", "C2"), "was changed"),
    "no hidden sheet": (
        _without_hidden, "was not written by"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_refused_with_its_cell(
    bench: Bench, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper, text = TAMPERED[name]
    fill(bench.write(), {EGFR: judged("SOM")})
    book = load_workbook(bench.book)
    tamper(book.worksheets[1])
    book.save(bench.book)
    assert bench.curate() == 2
    assert text in capsys.readouterr().err
    assert not bench.log.exists()


def test_text_made_a_formula_is_found(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    text = '=HYPERLINK("x")'
    bench.save(case(findings=(variant("EGFR L858R", 100, hgvs_c=text),)))
    fill(bench.write(), {EGFR: judged("SOM")})
    assert bench.curate() == 0
    cell = load_workbook(bench.book).worksheets[1]["P2"]
    assert (cell.value, cell.data_type) == (text, "s")
    fill(bench.book, {EGFR: {"hgvs_c": text}})
    assert bench.curate() == 2
    assert "Candidates!P2: hgvs_c: was changed" in capsys.readouterr().err


def test_comment_may_be_a_number(bench: Bench) -> None:
    fill(bench.write(), {EGFR: {**judged("SOM"), "comment": 42}})
    assert bench.curate() == 0
    record = classified(bench)
    assert record.curation
    assert record.curation.judgements[0].comment == "42"
    bench.write()
    assert bench.curate() == 0
    assert len(read_log(bench.log)) == 1


def test_workbook_of_another_case_or_state_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(bench.write(), ALL)
    bench.save(case(tumour_type="COAD"))
    assert bench.curate() == 2
    assert "was written from another state of the case" in capsys.readouterr().err
    bench.save(case(case="C2"))
    assert bench.curate() == 2
    assert "is of case 'C1'" in capsys.readouterr().err


def test_time_and_code_alone_are_no_other_state(bench: Bench) -> None:
    fill(bench.write(), ALL)
    bench.save(case(code="1" * 8, created="2026-02-02T00:00:00Z"))
    assert bench.curate() == 0


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(
    bench: Bench, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.book.write_bytes(data)
    assert bench.curate() == 2
    assert "XLSX" in capsys.readouterr().err


def test_two_people_at_once(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Each began from the same workbook; other rows go together, the same row is refused."""
    bench.write()
    first = fill(bench.book, {EGFR: judged("SOM")}, bench.folder / "a.xlsx")
    same = {EGFR: judged("exclude", "artefact", "AB"), MET: judged("include", None, "AB")}
    second = fill(bench.book, same, bench.folder / "b.xlsx")
    third = fill(bench.book, {MET: judged("include", None, "AB")}, bench.folder / "c.xlsx")
    assert bench.curate(book=first) == 0
    assert bench.curate(book=second, initials="AB") == 2
    told = capsys.readouterr().err
    assert "b.xlsx: Candidates!J2: KN judged otherwise since this workbook was written" in told
    assert len(read_log(bench.log)) == 1
    assert bench.curate(book=third, initials="AB") == 0
    assert [one.entry.by for one in read_log(bench.log)] == ["KN", "AB"]
    # who has not seen the other's judgement cannot sign over it
    assert bench.curate("--sign", book=third, initials="AB") == 2
    assert "c.xlsx: Candidates!J2: KN judged" in capsys.readouterr().err


def test_a_judgement_is_taken_back_only_with_a_reason(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(bench.write(), ALL)
    assert bench.curate() == 0
    empty: Mapping[str, Cells] = {
        EGFR: dict.fromkeys(
            ("igv_qc", "class_judgement", "reporting_judgement", "comment", "initials")
        )
    }
    classified(bench)
    fill(bench.write(), empty)
    assert bench.curate() == 2
    assert "Candidates!J2: class_judgement: was judged by KN" in capsys.readouterr().err
    fill(bench.book, {EGFR: judged(None, "the wrong patient's IGV", "AB")})
    assert bench.curate() == 0
    last = read_log(bench.log)[-1].entry.judgement
    assert last
    assert (last.class_judgement, last.initials) == (None, "AB")


def test_signing_needs_tier_one_and_two(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    fill(bench.write(), {EGFR: ALL[EGFR], MET: ALL[MET]})
    assert bench.curate("--sign") == 2
    told = capsys.readouterr().err
    assert "Candidates!J5: BRAF p.(Val600Glu), tier IA, is not judged" in told
    assert not bench.log.exists()


def test_nobody_signs_what_was_not_classified(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.save(case(interpretation=None))
    bench.write()
    assert bench.curate("--sign") == 2
    assert "is not classified" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../C1", "", "a/b"])
def test_a_log_stays_in_its_folder(name: str) -> None:
    with pytest.raises(UserError, match="no log has such a case's name"):
        log_path(Path("curation"), name)


HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "'; DROP TABLE x; --",
    "line one\nline two",
    '\N{PILE OF POO} \N{LINE SEPARATOR} \\u0000 "quoted"',
    "+47 22 00 00 00",
    "-1",
    "@SUM(A1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_comment_stays_text(bench: Bench, text: str) -> None:
    fill(bench.write(), {EGFR: judged("SOM", text)})
    assert bench.curate() == 0
    record = classified(bench)
    assert record.curation
    assert record.curation.judgements[0].comment == text
    sheet = load_workbook(bench.write()).worksheets[1]
    cell = sheet.cell(2, KEYS.index("comment") + 1)
    assert (cell.value, cell.data_type) == (text, "s")
    assert bench.curate() == 0
    assert len(read_log(bench.log)) == 1
