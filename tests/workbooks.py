"""A classified case for the workbook, and the workbook filled in as a person does it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

import records
from dugnad.cli import main as dugnad
from dugnad.curation.apply import curated
from dugnad.curation.log import read_log
from dugnad.interpretation.named import subject_of
from dugnad.reading import read_record
from dugnad.record import CaseRecord, Finding
from dugnad.record_interpretation import (
    Classification,
    Evidence,
    Interpretation,
    Interpretations,
    Knowledge,
    TumourType,
)
from dugnad.report.workbook_sheets import KEYS

Cells = Mapping[str, str | int | None]
"""Texts by column key."""


def tier(name: str) -> Classification:
    levels = {"IA": ("I", "A"), "IIC": ("II", "C"), "III": ("III", None), "IV": ("IV", None)}
    category, level = levels[name]
    return Classification(scheme="AMP/ASCO/CAP 2017", category=category, level=level)


def item(kind: str, key: str, name: str, amp: str, **changes: Any) -> Interpretation:
    given = {
        "kind": kind,
        "id": key,
        "name": name,
        "gene": name.split()[0],
        "reported": True,
        "amp": tier(amp),
        "escat": Classification(scheme="ESCAT 2018", category="X"),
    }
    return Interpretation.model_validate(given | changes)


@lru_cache
def named(text: str) -> Finding:
    """A variant by its name; the knowledge that names it is read once."""
    found = subject_of(text)
    assert isinstance(found, Finding)
    return found


def variant(text: str, pos: int, **changes: Any) -> Finding:
    found = named(text)
    place = {"chrom": "chr7", "pos": pos, "ref": "A", "alt": "T", "start": pos - 1, "end": pos}
    measured = {"depth": 512, "alt_reads": 159, "vaf": 0.31, "normal_vaf": 0.0, "filters": ()}
    return found.model_copy(update=place | measured | changes)


def evidence(drug: str, **changes: Any) -> Evidence:
    given = {
        "id": f"lung-{drug}",
        "resource": "dugnad",
        "alteration": "EGFR p.Leu858Arg",
        "tumour_types": ("NSCLC",),
        "here": True,
        "effect": "sensitivity",
        "drugs": (drug,),
        "statement": "It responds.",
        "source": ("PMID:29151359",),
        "date": "2018",
        "reason": "the same change",
    }
    return Evidence.model_validate(given | changes)


def case(more: int = 0, **changes: Any) -> CaseRecord:
    """EGFR L858R (I), MET amplified (II), TP53 (III), BRAF V600E (I, flagged); ``more`` of IV."""
    flagged = {"filters": ("low_vaf",), "vaf": 0.012}
    findings = [
        variant("EGFR L858R", 100),
        variant("TP53 R175H", 200),
        variant("BRAF V600E", 300, **flagged),
        *(variant("KRAS G13D", 1000 + n) for n in range(more)),
    ]
    items = [
        item(
            "small_variant",
            "chr7-100-A-T",
            "EGFR p.(Leu858Arg)",
            "IA",
            evidence=(evidence("osimertinib"),),
        ),
        item("copy_number", "MET copies", "MET amplification", "IIC"),
        item("small_variant", "chr7-200-A-T", "TP53 p.(Arg175His)", "III"),
        *(
            item("small_variant", f"chr7-{1000 + n}-A-T", f"KRAS p.(Gly13Asp) {n}", "IV")
            for n in range(more)
        ),
        item("small_variant", "chr7-300-A-T", "BRAF p.(Val600Glu)", "IA", reported=False),
        item("small_variant", "chr7-301-A-T", "BRAF p.(Asp594Gly)", "III", reported=False),
    ]
    done = Interpretations(
        knowledge=(Knowledge(id="dugnad", release="2026.11", date="2026-11-25"),),
        tumour_type=TumourType(code="LUAD", name="Lung Adenocarcinoma", path=(), group="solid"),
        items=tuple(items),
    )
    given = {"findings": tuple(findings), "interpretation": done}
    return records.lung(**(given | changes))


def fill(path: Path, rows: Mapping[str, Cells], save: Path | None = None) -> Path:
    """Write cells into the candidates' rows, by finding id; saved as openpyxl saves."""
    book = load_workbook(path)
    sheet = book.worksheets[1]
    numbers = {row[KEYS.index("id")].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for finding, values in rows.items():
        for key, value in values.items():
            sheet.cell(numbers[finding], KEYS.index(key) + 1).value = value
    book.save(save or path)
    return save or path


def judged(
    code: str | None, comment: str | None = None, initials: str | None = "KN", **more: str
) -> dict[str, str | int | None]:
    """A row's judgement."""
    return {"class_judgement": code, "comment": comment, "initials": initials, **more}


EGFR, MET, TP53, BRAF = "chr7-100-A-T", "MET copies", "chr7-200-A-T", "chr7-300-A-T"
ALL = {
    EGFR: judged("SOM", "clear", igv_qc="OK", reporting_judgement="BioMar"),
    MET: judged("include", reporting_judgement="BioMar"),
    TP53: judged("incon", "see IGV"),
    BRAF: judged("exclude", "two reads of one fragment", igv_qc="Not OK"),
}


class Bench:
    """A folder with a case, its workbook and its log."""

    def __init__(self, folder: Path, record: CaseRecord) -> None:
        self.folder = folder
        self.case = folder / "C1.case.json"
        self.book = folder / "C1.xlsx"
        self.log = folder / "curation/C1.curation.jsonl"
        self.save(record)

    def save(self, record: CaseRecord) -> None:
        self.case.write_text(record.model_dump_json())

    def write(self, language: str = "en", *more: str) -> Path:
        words = ["write-workbook", "--record", str(self.case), "--output", str(self.book)]
        assert dugnad([*words, "--language", language, *more]) == 0
        return self.book

    def curate(self, *more: str, book: Path | None = None, initials: str = "KN") -> int:
        words = ["curate", "--case", str(self.case), "--workbook", str(book or self.book)]
        return dugnad([*words, "--log", str(self.log.parent), "--initials", initials, *more])


def classified(bench: Bench) -> CaseRecord:
    """The case after another run, its log applied."""
    record = curated(read_record(bench.case), read_log(bench.log))
    bench.save(record)
    return record
