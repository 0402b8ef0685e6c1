"""Every form of the report says what the record says, finding by finding, in both languages."""

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from openpyxl import load_workbook
from pptx import Presentation
from pydantic import BaseModel
from pypdf import PdfReader

import records
from dugnad.cli import VERBS, main
from dugnad.interpretation.named import subject_of
from dugnad.record import CaseRecord, Finding
from dugnad.report.view import Line, ReportView
from dugnad.report.words import Language, words_of
from reads_shown import finding, interpreted

LANGUAGES: tuple[Language, ...] = get_args(Language)
WRITERS = {
    "html": "render-report",
    "pdf": "write-pdf",
    "pptx": "write-deck",
    "xlsx": "write-workbook",
    "fhir": "write-fhir",
    "tsv": "tabulate-findings",
}


def write(form: str, record: Path, language: Language, *site: str) -> Path:
    """Make a form; the test is skipped where its verb is not there."""
    if WRITERS[form] not in VERBS:
        pytest.skip(f"there is no verb {WRITERS[form]}")
    output = record.with_name(f"C1.{language}.{form}")
    told = [WRITERS[form], "--record", str(record)]
    if form == "tsv":
        told += ["--tsv", str(output), "--parquet", str(output.with_suffix(".parquet"))]
    else:
        told += ["--language", language, *site, "--output", str(output)]
    assert main(told) == 0
    return output


@pytest.fixture(scope="module")
def record() -> CaseRecord:
    """A case with key findings of each kind, flagged ones, and some of tier III."""
    others = [subject_of(f"TP53 {name}") for name in ("R175H", "P72R")]
    found = [one for one in others if isinstance(one, Finding)]
    variants = (
        finding(),
        finding("EGFR T790M", pos=700, start=699, end=700, filters=("low_vaf",), vaf=0.02),
        *(one.model_copy(update={"chrom": "chr2", "pos": 50 + n}) for n, one in enumerate(found)),
    )
    return interpreted(records.lung(findings=variants))


@pytest.fixture(scope="module")
def written(record: CaseRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "case.json"
    path.write_text(record.model_dump_json(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(written: Path) -> Callable[[str, Language], Path]:
    """A form of the record, made once."""
    done: dict[tuple[str, Language], Path] = {}

    def form(name: str, language: Language) -> Path:
        if (name, language) not in done:
            done[name, language] = write(name, written, language)
        return done[name, language]

    return form


def plain(words: str) -> str:
    """Text with simple spaces."""
    return re.sub(r"\s+", " ", words).strip()


# what each form says, as rows of text


class _Rows(HTMLParser):
    """Text of a page's table rows, and all of its text; styles and scripts are none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in {"style", "script"}
        if tag == "tr":
            self.rows.append("")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)
            if self.rows:
                self.rows[-1] += data


def rows_of_html(path: Path) -> list[str]:
    return [plain(row) for row in _Rows(path.read_text(encoding="utf-8")).rows]


def rows_of_pptx(path: Path) -> list[str]:
    return [
        plain(" | ".join(cell.text for cell in row.cells))
        for slide in Presentation(str(path)).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
    ]


def rows_of_xlsx(path: Path) -> list[str]:
    return [
        plain(" | ".join(str(cell) for cell in row if cell is not None))
        for sheet in load_workbook(path)
        for row in sheet.iter_rows(values_only=True)
    ]


def rows_of_tsv(path: Path) -> list[str]:
    return [plain(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows_of_fhir(path: Path) -> list[str]:
    """Of each entry all texts, with those of what it is derived from."""
    entries = json.loads(path.read_text(encoding="utf-8"))["entry"]
    by_name = {one["fullUrl"]: one["resource"] for one in entries}
    found = []
    for one in by_name.values():
        sources = [by_name[ref["reference"]] for ref in one.get("derivedFrom", [])]
        found.append(plain(" | ".join(text for part in (one, *sources) for text in texts(part))))
    return found


def texts(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)
    elif isinstance(part, str | int | float):
        yield str(part)


@cache
def text_of_pdf(path: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


ROWS: dict[str, Callable[[Path], list[str]]] = {
    "html": rows_of_html,
    "pptx": rows_of_pptx,
    "xlsx": rows_of_xlsx,
    "tsv": rows_of_tsv,
    "fhir": rows_of_fhir,
}


@dataclass(frozen=True)
class Fact:
    """What tells a finding in every language, and what must be said of it."""

    name: tuple[str, ...]
    tiers: tuple[str, ...]
    drugs: tuple[str, ...]

    @classmethod
    def of(cls, line: Line) -> "Fact":
        if line.variant:
            name: tuple[str, ...] = (line.item.gene or "", line.variant.notation)
        elif line.copies:
            name = (line.copies.gene, f"{line.copies.copies:.1f}".removesuffix(".0"))
        else:
            name = (line.item.id.removesuffix(" exon 14 skipping"),)
        tiers = (line.item.amp.name, line.item.escat.name)
        return cls(name, tiers, line.sensitive[:1])


def holds(row: str, *words: str) -> bool:
    """Whether a row says all of these, numbers with either decimal sign."""
    return all(word in row or word.replace(".", ",") in row for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ROWS)
def test_each_key_finding_has_its_tiers_and_drugs(
    form: str, language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    rows = ROWS[form](made(form, language))
    lines = ReportView.of(record).key
    assert len(lines) == 5
    for line in lines:
        fact = Fact.of(line)
        own = [row for row in rows if holds(row, *fact.name)]
        assert own, fact
        assert any(holds(row, *fact.name, *fact.tiers) for row in rows), (fact, own)
        assert any(holds(row, *fact.name, *fact.drugs) for row in rows), (fact, own)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pptx", "xlsx", "fhir"])
def test_shares_are_the_records(
    form: str, language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    words = words_of(language)
    rows = ROWS[form](made(form, language))
    for line in ReportView.of(record).key:
        vaf = line.variant.vaf if line.variant else None
        if vaf is None:
            continue
        told = {plain(words.percent(vaf)), f"{vaf:.5f}", f"{vaf:.3f}", f"{vaf:.2g}"}
        own = [row for row in rows if holds(row, *Fact.of(line).name)]
        assert any(share in row for row in own for share in told), (line.name, told, own)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ROWS)
def test_what_a_filter_doubts_is_said_to_be_doubted(
    form: str, language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    words = words_of(language)
    rows = ROWS[form](made(form, language))
    flagged = ReportView.of(record).flagged
    assert {line.name for line in flagged} == {"CCDC6::RET", "EGFR p.(Thr790Met)"}
    flags = {
        "low_vaf",
        "few_reads",
        words.term("filter", "low_vaf"),
        words.term("filter", "few_reads"),
    }
    doubts = (*flags, *(word for word in ("flagg", "filter") if form == "fhir"))
    for line in flagged:
        own = [row for row in rows if holds(row, *Fact.of(line).name)]
        assert any(doubt.lower() in row.lower() for row in own for doubt in doubts), (
            line.name,
            own,
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_tells_each_key_finding(
    language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    told = re.sub(r"\s+", "", text_of_pdf(made("pdf", language)))
    for line in (*ReportView.of(record).key, *ReportView.of(record).flagged):
        fact = Fact.of(line)
        missing = [
            word
            for word in (*fact.name, *fact.tiers, *fact.drugs)
            if not holds(told, re.sub(r"\s+", "", word))
        ]
        assert missing == [], line.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [*ROWS, "pdf"])
def test_no_form_knows_a_protein_change_that_the_record_does_not(
    form: str, language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    path = made(form, language)
    told = text_of_pdf(path) if form == "pdf" else " ".join(ROWS[form](path))
    named = set(re.findall(r"p\.\([A-Z][a-z]{2}\d+[A-Za-z]+\)", told))
    assert named
    assert named <= {one.hgvs_p for one in record.findings}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pdf", "pptx", "xlsx", "fhir"])
def test_what_could_not_be_seen_is_told_everywhere(
    form: str, language: Language, record: CaseRecord, made: Callable[[str, Language], Path]
) -> None:
    path = made(form, language)
    told = _all_text(form, path)
    genes = {one.alteration.split()[0] for one in ReportView.of(record).not_assessable}
    assert genes
    assert {gene for gene in genes if gene not in told} == set()
    assert words_of(language)("report.draft").lower() in told.lower()


def _all_text(form: str, path: Path) -> str:
    """All that a form says, and not in tables alone."""
    if form == "html":
        return plain(" ".join(_Rows(path.read_text(encoding="utf-8")).text))
    if form == "pdf":
        return plain(text_of_pdf(path))
    if form == "pptx":
        shapes = (shape for slide in Presentation(str(path)).slides for shape in slide.shapes)
        free = " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
        return f"{free} {' '.join(rows_of_pptx(path))}"
    return " ".join(ROWS[form](path))


# what people wrote stays text in every form

EVIL = '=HYPERLINK("http://x.example","y")<script>alert(1)</script>{{7*7}}\u202eevil'
LONG = EVIL + "x" * 10_000
KEPT = {"id", "case", "chrom", "chrom_1", "chrom_2", "ref", "alt", "strand", "rna_chrom_1"}
KEPT |= {"rna_chrom_2", "strand_1", "strand_2", "sample", "gene", "criterion", "record_version"}
KEPT |= {"genome", "analyte", "metric", "code", "sha256", "date", "age_band", "log", "head"}


def spoiled(part: Any, number: Iterator[int] = count()) -> Any:  # noqa: B008  # one for all
    """A part of a record with hostile text in each field that may hold any, each time another."""
    if isinstance(part, BaseModel):
        changes = {}
        for name, about in type(part).model_fields.items():
            value = getattr(part, name)
            if name in KEPT or value is None:
                continue
            if about.annotation in (str, str | None) and not about.metadata:
                changes[name] = f"{EVIL} {next(number)}"
            elif about.annotation in (tuple[str, ...], tuple[str, ...] | None) and value:
                changes[name] = (f"{EVIL} {next(number)}", *value[1:])
            else:
                changes[name] = spoiled(value)
        return part.model_copy(update=changes)
    if isinstance(part, tuple) and part and isinstance(part[0], BaseModel):
        return tuple(spoiled(one) for one in part)
    return part


@pytest.fixture(scope="module")
def hostile(record: CaseRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record with hostile text wherever text is free, and a site that is no better."""
    bad = spoiled(record)
    panel = bad.panel.model_copy(update={"name": LONG})
    bad = bad.model_copy(update={"panel": panel})
    assert bad.interpretation
    assert bad.interpretation.items[0].name.startswith(EVIL)
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "case.json").write_text(bad.model_dump_json(), encoding="utf-8")
    site = {"name": LONG, "contact": EVIL, "disclaimer": EVIL}
    (folder / "site.yaml").write_text(yaml.safe_dump(site), encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", WRITERS)
def test_hostile_text_stays_text(form: str, hostile: Path) -> None:
    path = write(form, hostile / "case.json", "nb", "--site", str(hostile / "site.yaml"))
    CHECKS[form](path)


def test_hostile_text_stays_text_in_the_list_of_cases(hostile: Path) -> None:
    output = hostile / "index.html"
    told = ["--records", str(hostile / "case.json"), "--site", str(hostile / "site.yaml")]
    assert main(["index-run", *told, "--language", "nb", "--output", str(output)]) == 0
    _html_is_calm(output)


def _html_is_calm(path: Path) -> None:
    page = _Rows(path.read_text(encoding="utf-8"))
    assert "<script>alert(1)</script>{{7*7}}" in " ".join(page.text)
    assert sum(tag == "script" for tag, _ in page.tags) <= 1
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    away = [str(attributes.get("href")) for tag, attributes in page.tags if tag == "a"]
    assert not [link for link in away if "x.example" in link or link.startswith("javascript")]


def _pdf_is_calm(path: Path) -> None:
    told = re.sub(r"\s+", "", text_of_pdf(path))
    assert "alert(1)" in told
    assert "{{7*7}}" in told


def _pptx_is_calm(path: Path) -> None:
    told = _all_text("pptx", path)
    assert "<script>alert(1)</script>{{7*7}}" in told
    names = zipfile.ZipFile(path).namelist()
    assert not [name for name in names if "vba" in name.lower() or "embeddings" in name]
    relations = (zipfile.ZipFile(path).read(name).decode() for name in names if ".rels" in name)
    assert not [text for text in relations if "x.example" in text]


def _xlsx_is_calm(path: Path) -> None:
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("<script>alert(1)</script>{{7*7}}" in str(cell.value) for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    start = [cell for cell in cells if str(cell.value or "")[:1] in tuple("=+-@\t\r")]
    assert not [c.coordinate for c in start if c.data_type == "s" and not c.quotePrefix]
    sheets = zipfile.ZipFile(path)
    xml = [sheets.read(name).decode() for name in sheets.namelist() if "worksheets/sheet" in name]
    assert not [text for text in xml if "<f>" in text]


def _tsv_is_calm(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter="\t") for cell in row]
    assert any("<script>alert(1)</script>{{7*7}}" in cell for cell in cells)
    starts = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and cell]
    assert [cell for cell in starts if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)] == []


def _fhir_is_calm(path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    divs = [one["resource"]["text"]["div"] for one in told["entry"] if "text" in one["resource"]]
    assert divs
    assert not [div for div in divs if "<script" in div]
    assert any("{{7*7}}" in text for text in texts(told))


CHECKS: dict[str, Callable[[Path], None]] = {
    "html": _html_is_calm,
    "pdf": _pdf_is_calm,
    "pptx": _pptx_is_calm,
    "xlsx": _xlsx_is_calm,
    "fhir": _fhir_is_calm,
    "tsv": _tsv_is_calm,
}
