"""The report's section on what findings mean."""

from html import unescape
from re import sub

import pytest

import records
from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import classify
from dugnad.interpretation.named import subject_of
from dugnad.knowledge import SHIPPED
from dugnad.record import CaseRecord, Finding
from dugnad.report.render_report import render


@pytest.fixture(scope="module")
def page() -> str:
    found = [subject_of(text) for text in ("EGFR L858R", "EGFR T790M", "TP53 P72R frequency 0.7")]
    variants = [one for one in found if isinstance(one, Finding)]
    flagged = variants[1].model_copy(update={"filters": ("low_vaf",), "pos": 2})
    record = records.lung(findings=(variants[0], flagged, variants[2]))
    return render(interpreted(record))


def interpreted(record: CaseRecord) -> CaseRecord:
    done = classify(record, load_base(SHIPPED, SHIPPED.parents[1] / "config/trials"))
    return record.model_copy(update={"interpretation": done})


def text_of(html: str) -> str:
    return " ".join(unescape(sub(r"<[^>]+>", " ", html)).split())


def section(page: str, start: str, end: str) -> str:
    return text_of(page.split(f'id="{start}"')[1].split(f'id="{end}"')[0])


def test_finding_shows_tiers_drugs_and_why(page: str) -> None:
    told = section(page, "meaning", "guideline")
    assert "EGFR p.(Leu858Arg) IA IA" in told
    assert "osimertinib" in told
    assert "I-A: Biomarker of response" in told
    assert "PMID:27993330" in told


def test_flagged_finding_is_apart_and_says_so(page: str) -> None:
    told = section(page, "meaning", "guideline")
    apart = told.split("flagged by a filter")[1]
    assert "EGFR p.(Thr790Met)" in apart
    assert "not to be acted on without a look at the reads" in apart


def test_knowledge_is_named_with_its_date(page: str) -> None:
    told = section(page, "meaning", "guideline")
    assert "Lung Adenocarcinoma (LUAD). Knowledge: dugnad 2026.11 of 2026-11-25" in told


def test_negatives_say_what_was_looked_at(page: str) -> None:
    told = section(page, "guideline", "not-assessable")
    assert "not assessable" in told
    assert "KRAS is not a reportable gene of the panel" in told


def test_what_people_wrote_stays_text() -> None:
    record = interpreted(records.lung())
    done = record.interpretation
    assert done
    item = done.items[0].model_copy(update={"name": "<script>alert(1)</script>"})
    hostile = done.model_copy(update={"items": (item,), "notes": ("<b>x</b>",)})
    page = render(record.model_copy(update={"interpretation": hostile}))
    assert "<script" not in page
    assert "<b>x</b>" not in page
