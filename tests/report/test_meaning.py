"""The report's section on what findings mean."""

from html import unescape
from re import DOTALL, findall, sub

import pytest

import records
from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import classify
from dugnad.interpretation.named import subject_of
from dugnad.knowledge import SHIPPED
from dugnad.record import CaseRecord, Finding
from dugnad.report.page.document import Edition, render


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
    html = sub(r"<(svg|style|script)\b.*?</\1>", "", html, flags=DOTALL)
    return " ".join(unescape(sub(r"<[^>]+>", " ", html)).split())


def section(page: str, start: str, end: str) -> str:
    return text_of(page.split(f'id="{start}"')[1].split(f'id="{end}"')[0])


def test_finding_shows_tiers_drugs_and_why(page: str) -> None:
    first = section(page, "matters", "markers")
    assert "EGFR p.(Leu858Arg)" in first
    assert "AMP IA" in first
    assert "ESCAT IA" in first
    assert "+ Responds to: amivantamab + lazertinib" in first
    told = section(page, "meaning", "guideline")
    assert "I-A Biomarker of response" in told
    assert (
        '<a class="source" rel="noreferrer" href="https://pubmed.ncbi.nlm.nih.gov/27993330/">'
        in page
    )


def test_why_leads_to_the_reasons(page: str) -> None:
    places = set(findall(r'href="#(why-\d+)"', page))
    assert places
    assert places <= set(findall(r'id="(why-\d+)"', page))


def test_flagged_finding_is_apart_and_says_so(page: str) -> None:
    first = section(page, "matters", "markers")
    assert (
        "EGFR p.(Thr790Met) not measured AMP IA ESCAT IA low VAF"
        in first.split("would matter but are flagged by a filter")[1]
    )
    apart = section(page, "meaning", "guideline").split("flagged by a filter")[1]
    assert "EGFR p.(Thr790Met)" in apart
    assert "not to be acted on without a look at the reads" in apart


def test_knowledge_is_named_with_its_date(page: str) -> None:
    told = section(page, "meaning", "guideline")
    assert "Knowledge: dugnad 2026.11 of 2026-11-25" in told


def test_negatives_say_what_was_looked_at(page: str) -> None:
    told = section(page, "guideline", "copy-number")
    assert "not assessable" in told
    assert "KRAS is not a reportable gene of the panel" in told


def test_the_same_findings_in_both_languages() -> None:
    found = subject_of("EGFR L858R")
    assert isinstance(found, Finding)
    record = interpreted(records.lung(findings=(found,)))
    told = text_of(render(record, Edition("nb")))
    for words in (
        "Det viktigste",
        "EGFR p.(Leu858Arg)",
        "osimertinib",
        "MET amplifikasjon",
        "UTKAST",
    ):
        assert words in told
    assert "What matters" not in told


def test_what_people_wrote_stays_text() -> None:
    record = interpreted(records.lung())
    done = record.interpretation
    assert done
    item = done.items[0].model_copy(update={"name": "<script>alert(1)</script>"})
    hostile = done.model_copy(update={"items": (item,), "notes": ("<b>x</b>",)})
    page = render(record.model_copy(update={"interpretation": hostile}))
    assert page.count("<script") == 1
    assert "<b>x</b>" not in page
