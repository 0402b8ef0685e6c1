"""The page that lists a run's cases: what it says, its order, and that it works in a browser."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from meanings import HOSTILE, classified, evidence, finding, item, lung

import records
from dugnad.cli import main
from dugnad.record import CaseRecord
from dugnad.record_interpretation import Classification, TrialMatch
from dugnad.report.index_rows import IndexRow, row_of
from dugnad.report.index_run import render
from dugnad.report.likeness import Likeness
from dugnad.report.words import Language, words_of
from dugnad.site import Site

CHROMIUM = Path("/usr/bin/chromium")


class Page(HTMLParser):
    """The table's rows as lists of texts, and all links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.inside = True
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "table"
        if tag == "p" and self.rows and self.rows[-1]:
            self.rows[-1][-1] += "\n"

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    @property
    def heads(self) -> list[str]:
        return [cell.strip() for cell in self.rows[0]]

    @property
    def cases(self) -> list[list[str]]:
        return [[cell.strip() for cell in row] for row in self.rows[1:]]


def signed_up() -> CaseRecord:
    """A case with two findings that matter, a referral, and a trial that matches."""
    trial = TrialMatch(
        trial="IMPRESS", title="t", cohort="c", drugs=(), as_of="2026", verify=False,
        match="match", reasons=(),
    )  # fmt: skip
    referral = Classification(scheme="germline", category="consider_referral")
    return classified(
        records.lung(findings=(finding(),), case="C3"),
        item(
            "small_variant", "chr7-100-T-G", name="EGFR p.(Leu858Arg)", gene="EGFR",
            evidence=(evidence(),), trials=(trial,), germline=referral,
        ),
        item("copy_number", "MET copies", name="MET amplification", gene="MET"),
    )  # fmt: skip


def failed() -> CaseRecord:
    sample = records.sample(
        verdict="fail", blocked_by=("contamination",), reasons=("contamination 0.3",)
    )
    return records.record(case="C2", verdict="fail", samples=(sample,))


def page_of(*found: CaseRecord, language: Language = "en", site: Site | None = None) -> str:
    words = words_of(language)
    return render([row_of(one, (), words) for one in found], words, site or Site())


@pytest.mark.parametrize("language", ["en", "nb"])
def test_samples_that_are_like_another_cases_are_told_as_text(language: Language) -> None:
    words = words_of(language)
    plain = render([row_of(lung(), (), words)], words, Site())
    assert words("index.uncompared") in plain
    assert words("index.unlike") in render([], words, Site(), Likeness(True))
    hostile = "<img src=x onerror=alert(1)>"
    told = render([], words, Site(), Likeness(True, (f"{hostile} is like C2-T",), 3))
    assert "&lt;" in told
    assert hostile not in told
    assert words("index.more", n=3) in told
    assert words("index.alike_means") in told
    assert words("index.uncompared") not in told


def test_cases_stand_with_what_one_looks_for_them_by() -> None:
    shown = Page(page_of(lung(), failed(), signed_up())).cases
    assert [row[0] for row in shown] == ["C2", "C1", "C3"]
    assert shown[0][1].startswith("fail gate not passed")
    assert "contamination 0.3" in shown[0][1]
    case = dict(zip(Page(page_of(lung())).heads, shown[2], strict=True))
    assert case["Tumour type"] == "Lung (LUAD)"
    assert case["Findings of tier I and II (AMP · ESCAT), drugs"].splitlines() == [
        "EGFR p.(Leu858Arg) IA · IA osimertinib",
        "MET amplification IA · IA",
    ]
    assert case["TMB per Mb, MSI"] == "TMB 7.4\nMSI high"
    assert case["Germline"] == "EGFR p.(Leu858Arg)"
    assert case["Trials"] == "IMPRESS"
    assert case["Made, status"] == "2026-01-01 DRAFT"


def test_counts_add_up() -> None:
    text = page_of(lung(), failed(), signed_up())
    counts = re.findall(r"<strong>(\d+)</strong> ([^<]+)</li>", text)
    assert [(int(n), name) for n, name in counts] == [
        (3, "cases"),
        (2, "pass"),
        (1, "fail"),
        (2, "with findings of tier I or II"),
        (1, "to consider for genetic counselling"),
        (0, "signed"),
    ]


def test_nothing_found_and_nothing_assessable_are_said() -> None:
    rows = Page(page_of(records.record(), records.blind())).cases
    assert [row[3] for row in rows] == ["none of tier I or II"] * 2
    assert rows[0][4] == "TMB –\nMSI –"  # noqa: RUF001
    assert rows[1][4] == "TMB not assessable\nMSI not assessable"


def test_a_row_has_room_for_some_and_counts_the_rest() -> None:
    variants = tuple(finding(pos=n) for n in range(1, 401))
    items = (item("small_variant", f"chr7-{n}-T-G", gene="EGFR") for n in range(1, 401))
    text = page_of(classified(records.record(findings=variants), *items))
    assert Page(text).cases[0][3].splitlines()[-1] == "396 more"
    assert len(text) < 20_000


def test_both_languages() -> None:
    shown = Page(page_of(failed(), language="nb")).cases[0]
    assert shown[1].startswith("ikke godkjent")
    assert "UTKAST" in shown[8]
    assert page_of(failed(), language="nb").startswith('<!doctype html>\n<html lang="nb">')


def write(folder: Path, record: CaseRecord) -> Path:
    path = folder / record.case / "report" / f"{record.case}.case.json"
    path.parent.mkdir(parents=True)
    path.write_text(record.model_dump_json())
    return path


def indexed(folder: Path, *words: str) -> Path:
    made = folder / "run/index.html"
    words = ("--language", "en", *words) if "--site" not in words else words
    assert main(["index-run", *words, "--output", str(made)]) == 0
    return made


def test_a_case_without_a_record_stands_there_too(tmp_path: Path) -> None:
    good, gone, odd = write(tmp_path, lung()), tmp_path / "gone.json", tmp_path / "odd.json"
    odd.write_text('{"record_version": "9.0.0"}')
    under = odd / "x.json"  # below a file
    words = ["--records", *map(str, (good, gone, odd, under)), "--cases", "C1", "C7", "C8", "C9"]
    rows = Page(indexed(tmp_path, *words).read_text()).cases
    assert [row[:2] for row in rows] == [
        ["C7", "no record"], ["C8", "no record"], ["C9", "no record"], ["C1", "pass"],
    ]  # fmt: skip
    assert rows[0][2] == "The run made no record of it; its logs tell why."
    assert "later version of dugnad" in rows[1][2]


def test_links_lead_to_the_forms_that_the_site_wants_and_no_others(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text("languages: [nb, en]\noutputs: [html, pptx, fhir]\ncontact: the <desk>\n")
    path = write(tmp_path, lung())
    made = indexed(tmp_path, "--records", str(path), "--site", str(site))
    links = [unquote(link) for link in Page(made.read_text()).links if not link.startswith("#")]
    assert not any(re.match(r"/|\w+:", link) for link in links)
    names = {(made.parent / link).resolve().relative_to(tmp_path).as_posix() for link in links}
    assert {name.removeprefix("C1/report/C1.") for name in names} >= {
        "nb.pptx", "en.pptx", "fhir.json", "case.json",
    }  # fmt: skip
    assert not any(name.endswith((".pdf", ".xlsx", ".tsv", ".parquet")) for name in names)
    assert "the &lt;desk&gt;" in made.read_text()


def test_after_a_failed_run_links_lead_to_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path, lung())
    path.with_name("C1.en.html").touch()
    made = indexed(tmp_path, "--existing", "--records", str(path))
    links = [link for link in Page(made.read_text()).links if not link.startswith("#")]
    assert [(made.parent / unquote(link)).resolve().name for link in links] == [
        "C1.en.html", "C1.en.html", "C1.case.json",
    ]  # fmt: skip
    assert Page(made.read_text()).cases[0][-1].split() == ["HTML", "en", "record"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(text: str) -> None:
    samples = (records.sample(reasons=(text,)),)
    record = records.record(case=text, tumour_type=text, findings=(finding(),), samples=samples)
    harm = item(
        "small_variant", "chr7-100-T-G", gene=text, name=text, evidence=(evidence(drugs=(text,)),)
    )
    done = classified(record, harm)
    page = Page(page_of(done, site=Site(name="a")))
    assert page.tags == Page(page_of(signed_up(), site=Site(name="a"))).tags - {"a"} | {"a"}
    assert len(page.cases) == 1
    assert len(page.cases[0]) == 10
    assert len(max(page.cases[0], key=len)) < 1_000


def test_only_the_pages_own_script_and_style_are_allowed() -> None:
    text = page_of(lung())
    for kind in ("script", "style"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert not re.search(r"\son\w+=|\sstyle=|https?://", text)


def test_a_thousand_cases_are_a_small_page() -> None:
    words = words_of("nb")
    row = row_of(signed_up(), (), words)
    rows = [IndexRow(**{**vars(row), "case": f"IPX{n:04}"}) for n in range(1000)]
    assert len(render(rows, words, Site())) < 1_000_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


def shown_cases(page: Any) -> list[str]:
    return [one.inner_text() for one in page.locator("tbody tr:not([hidden]) th").all()]


def test_it_searches_and_sorts_by_keyboard_and_stays_at_home(browser: Any, tmp_path: Path) -> None:
    paths = [write(tmp_path, one) for one in (lung(), failed(), signed_up())]
    made = indexed(tmp_path, "--records", *map(str, paths))
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    page.goto(made.as_uri())
    assert said == [made.as_uri()]
    assert shown_cases(page) == ["C2", "C1", "C3"]
    page.fill("#search", "osimertinib impress")
    assert shown_cases(page) == ["C3"]
    assert page.inner_text("#shown") == "1 of 3 shown"
    page.fill("#search", "")
    page.focus("thead th:first-child button")
    page.keyboard.press("Enter")
    assert shown_cases(page) == ["C1", "C2", "C3"]
    page.keyboard.press("Space")
    assert shown_cases(page) == ["C3", "C2", "C1"]
    assert page.get_attribute("thead th:first-child", "aria-sort") == "descending"
    page.click("thead th:nth-child(5) button")  # TMB: what is not known comes first
    assert shown_cases(page)[0] == "C2"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.emulate_media(media="print")
    assert not page.is_visible("#search")
    assert page.is_visible("tbody tr:last-child th")
    assert said == [made.as_uri()]
    page.close()


def test_it_has_no_serious_accessibility_fault(browser: Any, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    paths = [write(tmp_path, one) for one in (lung(), failed(), signed_up())]
    made = indexed(tmp_path, "--records", *map(str, [*paths, tmp_path / "none.json"]))
    context = browser.new_context(bypass_csp=True)  # axe's own script
    page = context.new_page()
    page.goto(made.as_uri())
    found = Axe().run(page).response["violations"]
    bad = [(one["id"], [n["html"] for n in one["nodes"]]) for one in found]
    assert bad == [], json.dumps(bad, indent=1)
    context.close()


def test_without_script_all_is_there(browser: Any, tmp_path: Path) -> None:
    made = indexed(
        tmp_path, "--records", *(str(write(tmp_path, one)) for one in (lung(), failed()))
    )
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made.as_uri())
    assert shown_cases(page) == ["C2", "C1"]
    assert not page.is_visible("#search")
    context.close()
