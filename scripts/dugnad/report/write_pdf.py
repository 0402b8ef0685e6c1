"""Write the report as PDF (A4, tagged, fonts embedded), from the page's own templates."""

import argparse
import os
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import replacing
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.page.document import Edition, render
from dugnad.report.words import LANGUAGES
from dugnad.site import load_site


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--site", type=Path, help="the site's YAML; default: no name, no logo")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's first")
    parser.add_argument("--output", type=Path, required=True, help="PDF")


def main(args: argparse.Namespace) -> None:
    """Write the document."""
    site = load_site(args.site)
    edition = Edition(args.language or site.language, site, paged=True)
    made = pdf(read_record(args.record), edition)
    with replacing(args.output) as path:
        path.write_bytes(made)


def pdf(record: CaseRecord, edition: Edition) -> bytes:
    """The document; the same record makes the same bytes, and nothing is fetched.

    Raises UserError where Pango, which WeasyPrint sets text with, is not installed.
    """
    # the time that the document says it was made: the record's
    os.environ["SOURCE_DATE_EPOCH"] = str(int(record.created.timestamp()))
    try:
        from weasyprint import HTML
    except OSError as error:
        raise UserError(
            f"PDF needs the library Pango ({error}); install libpango-1.0-0, libpangoft2-1.0-0 and"
            " libharfbuzz-subset0, or take pdf out of the site's outputs"
        ) from error
    document = HTML(string=render(record, edition), url_fetcher=_refuse)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=record.case.encode())
    return made


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    """Logos lie within the page: no address is ever opened."""
    if url.startswith("data:"):
        from weasyprint import default_url_fetcher

        found: dict[str, object] = default_url_fetcher(url)
        return found
    raise ValueError(f"{url[:60]}: a report fetches nothing")
