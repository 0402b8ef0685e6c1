"""The pages in a real browser: Chromium, driven by Playwright."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import records
from dugnad.cli import main
from dugnad.interpretation.named import subject_of
from dugnad.reading import read_record
from dugnad.record import Finding
from dugnad.report.view import Line, ReportView
from dugnad.report.words import words_of
from reads_shown import finding, interpreted, made

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

CHROMIUM = Path("/usr/bin/chromium")
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
LANGUAGES = ("nb", "en")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Seen:
    """A page that is open, what it complained of, and what it asked for beyond files."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Seen]]:
    """Opens a file in a window of some size; all but files is refused, and noted."""
    contexts = []

    def open_page(path: Path, size: dict[str, int] = LAPTOP, at: str = "") -> Seen:
        context = browser.new_context(viewport=size)
        contexts.append(context)
        context.set_default_timeout(5000)
        seen = Seen(context.new_page())

        def answer(route: Any) -> None:
            if route.request.url.startswith("file:"):
                route.continue_()
            else:
                seen.asked.append(route.request.url)
                route.abort()

        context.route("**/*", answer)
        seen.page.on("console", lambda said: _note(seen, said))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.goto(path.as_uri() + at)
        return seen

    yield open_page
    for context in contexts:
        context.close()


def _note(seen: Seen, said: Any) -> None:
    if said.type in {"error", "warning"}:
        seen.complaints.append(said.text)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a built case: key findings of each kind, flagged ones, many others."""
    folder = tmp_path_factory.mktemp("toy")
    others = [subject_of(f"TP53 {name}") for name in ("R175H", "R273H", "Y220C", "P72R")]
    found = [one for one in others if isinstance(one, Finding)]
    variants = (
        finding(),
        finding("EGFR T790M", pos=700, start=699, end=700, filters=("low_vaf",), vaf=0.02),
        *(one.model_copy(update={"pos": 100 + n, "vaf": 0.1 * n}) for n, one in enumerate(found)),
    )
    record = interpreted(records.lung(findings=variants))
    made(folder, record)
    render(folder, folder / "case.json", "C1")
    return folder


def render(folder: Path, record: Path, case: str) -> None:
    for language in LANGUAGES:
        output = folder / f"{case}.{language}.html"
        told = ["--record", str(record), "--output", str(output), "--language", language]
        told += ["--reads", f"{case}.{language}.reads.html"]
        assert main(["render-report", *told]) == 0


def pages_of(folder: Path, case: str = "C1") -> list[Path]:
    return sorted(folder.glob(f"{case}.*html"))


def held(seen: Seen) -> None:
    """What holds of every page."""
    assert seen.complaints == []
    assert seen.asked == []


def faults(page: Any) -> list[str]:
    """Serious and critical faults that axe-core finds."""
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]


@pytest.fixture(params=["nb.html", "en.html", "nb.reads.html", "en.reads.html"])
def page(request: pytest.FixtureRequest, toy: Path) -> Path:
    return toy / f"C1.{request.param}"


def test_nothing_leaves_the_page_and_nothing_fails(page: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(page)
    seen.page.mouse.wheel(0, 100_000)
    seen.page.wait_for_load_state("networkidle")
    held(seen)
    assert seen.page.title().startswith("C1")
    assert seen.page.locator("html").get_attribute("lang") == page.name.split(".")[1]


def test_no_serious_fault_for_who_does_not_see_or_point(
    page: Path, opened: Callable[..., Seen]
) -> None:
    assert faults(opened(page).page) == []


def test_a_phone_scrolls_one_way(page: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(page, PHONE)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert seen.page.evaluate(wide) <= 0


def within(locator: Any, size: dict[str, int]) -> bool:
    """Whether an element stands wholly in the window, without scrolling."""
    box = locator.bounding_box()
    return bool(
        box
        and box["y"] >= 0
        and box["y"] + box["height"] <= size["height"]
        and box["x"] + box["width"] <= size["width"]
    )


def shown_in_order(seen: Seen, lines: Sequence[Line]) -> None:
    """The key findings stand on the first screen, in their order, each with its tiers."""
    rows = seen.page.locator("table.key").first.locator("tbody tr")
    assert rows.count() == len(lines)
    for number, line in enumerate(lines):
        row = rows.nth(number)
        assert within(row, LAPTOP), line.name
        told = row.inner_text()
        assert (line.item.gene or line.item.id) in told
        assert line.item.amp.name in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_holds_what_matters(
    language: str, toy: Path, opened: Callable[..., Seen]
) -> None:
    words = words_of(language)  # type: ignore[arg-type]
    seen = opened(toy / f"C1.{language}.html")
    body = seen.page.locator("body")
    for key in ("trust", "matters", "biomarkers", "not_found", "not_assessable"):
        head = seen.page.get_by_role("heading", name=words(f"head.{key}"), exact=True)
        box = head.first.bounding_box()
        assert box and 0 <= box["y"] < LAPTOP["height"], key
    record = read_record(toy / "case.json")
    shown_in_order(seen, ReportView.of(record).key)
    assert "osimertinib" in body.inner_text()
    held(seen)


def test_variants_are_sorted_by_a_click_or_a_key(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    table = seen.page.locator("#variants")
    head = table.get_by_role("columnheader", name="VAF")

    shares = """(table) => {
        const heads = Array.from(table.querySelectorAll('th[data-sort]'));
        const at = heads.findIndex((one) => one.textContent.trim() === 'VAF');
        const told = Array.from(table.tBodies[0].rows).map((row) => row.cells[at].dataset.value);
        return told.map(parseFloat);
    }"""

    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    falling = table.evaluate(shares)
    assert len(falling) > 3
    assert falling == sorted(falling, reverse=True)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert table.evaluate(shares) == falling[::-1]
    held(seen)


def test_variants_are_filtered_by_words_and_kind(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    rows = seen.page.locator("#variants tbody tr:visible")
    count = rows.count()
    seen.page.get_by_role("searchbox").fill("egfr 790")
    assert rows.count() == 1
    assert "790" in rows.first.inner_text()
    seen.page.get_by_role("searchbox").fill("")
    assert rows.count() == count
    seen.page.locator("#filter-kind").select_option("flagged")
    assert 0 < rows.count() < count
    held(seen)


def test_the_other_language_is_a_link_away(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    seen.page.locator("a[hreflang=nb]").first.click()
    seen.page.wait_for_url("**/C1.nb.html")
    assert words_of("nb")("head.matters") in seen.page.locator("body").inner_text()
    held(seen)


def test_why_opens_the_reasons(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    words = words_of("en")
    row = seen.page.locator("table.key tr", has_text="Leu858Arg").first
    row.get_by_role("link", name=re.compile(words("page.why"), re.IGNORECASE)).click()
    target = seen.page.evaluate("location.hash").removeprefix("#")
    assert seen.page.locator(f"[id='{target}']").is_visible()
    held(seen)


def test_the_reads_are_a_link_away(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    row = seen.page.locator("table.key tr", has_text="Leu858Arg").first
    row.get_by_role("link", name=re.compile("reads", re.IGNORECASE)).click()
    seen.page.wait_for_url("**/C1.en.reads.html#*")
    target = seen.page.evaluate("decodeURIComponent(location.hash.slice(1))")
    view = seen.page.locator(f"[id='{target}']")
    assert "Leu858Arg" in view.inner_text()
    assert view.locator("svg").first.bounding_box()["height"] > 100
    held(seen)


def test_every_reads_link_leads_to_a_view(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    links = [
        one.get_attribute("href") for one in seen.page.locator("a[href*='.reads.html#']").all()
    ]
    assert links
    ids = set(re.findall(r'id="([^"]+)"', (toy / "C1.en.reads.html").read_text(encoding="utf-8")))
    assert {link.partition("#")[2] for link in links} <= ids


def test_all_links_within_a_page_lead_somewhere(page: Path, opened: Callable[..., Seen]) -> None:
    broken = """Array.from(document.querySelectorAll('a[href^="#"]'))
        .map((a) => a.getAttribute('href').slice(1))
        .filter((id) => !document.getElementById(decodeURIComponent(id)))"""
    assert opened(page).page.evaluate(broken) == []


def test_paper_shows_all_of_it_and_no_buttons(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    seen.page.emulate_media(media="print")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator("details:not([open])").count() == 0
    assert not seen.page.locator("form.filter").is_visible()
    assert seen.page.locator("#variants").is_visible()
    assert len(seen.page.pdf()) > 10_000
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    held(seen)


def test_keyboard_reaches_the_content_first(toy: Path, opened: Callable[..., Seen]) -> None:
    seen = opened(toy / "C1.en.html")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.getAttribute('href')") == "#main"


@pytest.fixture(scope="module")
def real(demo: Path) -> Path:
    """The report's folder of the demo's first case, from reads on."""
    return demo / "results/IPX0001/report"


def test_pages_of_a_case_from_reads_hold(real: Path, opened: Callable[..., Seen]) -> None:
    pages = pages_of(real, "IPX0001")
    assert pages
    for path in pages:
        seen = opened(path)
        held(seen)
        assert faults(seen.page) == [], path.name
    reads = real / "IPX0001.en.reads.html"
    assert 'class="doubt"' not in reads.read_text(encoding="utf-8")
    record = read_record(real / "IPX0001.case.json")
    name = "IPX0001.html" if (real / "IPX0001.html").exists() else "IPX0001.en.html"
    seen = opened(real / name)
    shown_in_order(seen, ReportView.of(record).key)
