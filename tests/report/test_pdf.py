"""The PDF tells what the record holds, on every page whose it is, and is the same each time."""

import io
import re

import pytest

import records
from dugnad.record import CaseRecord
from dugnad.report.page.document import Edition, render
from dugnad.site import Site

pypdf = pytest.importorskip("pypdf")
try:
    import weasyprint  # noqa: F401
except OSError as error:  # Pango is not installed
    pytest.skip(str(error), allow_module_level=True)

from dugnad.report.write_pdf import pdf  # noqa: E402

SITE = Site(name="Lab", disclaimer="Not yet validated.")


@pytest.fixture(scope="module")
def case() -> CaseRecord:
    blocked = records.sample(blocked_by=("contamination",), verdict="fail", reasons=("too much",))
    return records.lung(samples=(blocked, records.RNA), verdict="fail")


@pytest.fixture(scope="module")
def made(case: CaseRecord) -> bytes:
    return pdf(case, Edition("nb", SITE, paged=True))


def test_every_page_says_whose_it_is(made: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        assert "C1" in text
        assert "UTKAST" in text
        assert "Not yet validated." in text
        assert f"side {number} av {len(pages)}" in text
        assert "skal ikke brukes til behandlingsvalg" in text
        width, height = page.mediabox.width, page.mediabox.height
        assert (round(width), round(height)) == (595, 842)


def test_it_tells_the_findings_and_can_be_found_through(made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("EML4::ALK", "MET", "amplifikasjon", "Det viktigste", "Ordliste"):
        assert words in text
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert {"Kopitall", "Kvalitet", "Ordliste"} <= set(titles)


def test_it_is_tagged_embeds_its_fonts_and_names_nobody(made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb"
    assert set(reader.metadata) <= {"/Title", "/Producer", "/CreationDate", "/ModDate"}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (inner,) = font.get_object()["/DescendantFonts"]
            described = inner.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


def test_the_same_record_makes_the_same_document() -> None:
    small = records.record()
    edition = Edition("en", paged=True)
    assert pdf(small, edition) == pdf(small, edition)


def test_on_paper_all_is_open_and_nothing_runs(case: CaseRecord) -> None:
    page = render(case, Edition("en", paged=True))
    assert "<script" not in page
    assert "<input" not in page
    assert not re.search(r"<details(?! open)", page)
