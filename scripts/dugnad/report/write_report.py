"""Write every form of a case's report that the site wants, in each of its languages.

  dugnad write-report --record results/C1/report/C1.case.json --folder somewhere

makes the page ({case}.{language}.html, and {case}.html in the site's first language, which is made
for every site), PDF, PPTX, XLSX, the FHIR bundle and the tables of findings, as the site's file
names them. Record and site are read once; the verbs of single forms (render-report, write-pdf,
write-deck, write-workbook, write-fhir, tabulate-findings) write the same by hand. A file is
written whole or not at all, and a form that fails is named.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import replacing, write_text
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.forms import OPENED_PAGE, READS_PAGE, files_of
from dugnad.report.page.document import Edition, render
from dugnad.site import Form, Language, Site, load_site


@dataclass(frozen=True)
class Told:
    """What a form is made of: the record, for whom, and whether there are pages with reads."""

    record: CaseRecord
    site: Site
    reads: bool = False

    def edition(self, language: Language) -> Edition:
        """The page for the screen, in a language."""
        reads = READS_PAGE.format(case=self.record.case, language=language)
        return Edition(language, self.site, reads if self.reads else None)


Writer = Callable[[Told, Language, Path], None]
"""Makes one file; imports what only its form needs."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--site", type=Path, help="the site's YAML; default: all forms, nb and en")
    parser.add_argument(
        "--reads", action="store_true", help="link to the pages with the reads, made by show-reads"
    )
    parser.add_argument("--folder", type=Path, required=True, help="where the files are written")


def main(args: argparse.Namespace) -> None:
    """Write all forms."""
    told = Told(read_record(args.record), load_site(args.site), args.reads)
    write_forms(told, args.folder)


def write_forms(told: Told, folder: Path, writers: Mapping[Form, Writer] | None = None) -> None:
    """Each file that the site wants, and the page that is opened.

    ``writers``: who makes each form; default: ``WRITERS``. Raises what the first form that fails
    raises, with the name of the form; what was written before stays whole.
    """
    writers = WRITERS if writers is None else writers
    case, first = told.record.case, told.site.language
    opened: tuple[Form, Language | None, str] = ("html", first, OPENED_PAGE.format(case=case))
    for form, language, name in (opened, *files_of(told.site, case)):
        if form not in writers:  # the pages with the reads need the alignments
            continue
        try:
            writers[form](told, language or first, folder / name)
        except UserError as error:
            raise UserError([f"{name}: {problem}" for problem in error.problems]) from error
        except Exception as error:
            error.add_note(f"form {form} of the report failed: {name} is not written")
            raise


def _page(told: Told, language: Language, path: Path) -> None:
    write_text(path, render(told.record, told.edition(language)))


def _pdf(told: Told, language: Language, path: Path) -> None:
    from dugnad.report.write_pdf import pdf

    made = pdf(told.record, Edition(language, told.site, paged=True))
    with replacing(path) as temporary:
        temporary.write_bytes(made)


def _deck(told: Told, language: Language, path: Path) -> None:
    from dugnad.report.write_deck import made

    deck = made(told.record, language, told.site, told.site.template)
    with replacing(path) as temporary:
        deck.save(temporary)


def _workbook(told: Told, language: Language, path: Path) -> None:
    from dugnad.report.write_workbook import workbook

    book = workbook(told.record, language)
    with replacing(path) as temporary:
        book.save(temporary)


def _bundle(told: Told, language: Language, path: Path) -> None:
    from dugnad.report.write_fhir import render as render_bundle

    write_text(path, render_bundle(told.record, language, told.site))


def _table(told: Told, _: Language, path: Path) -> None:
    from dugnad.report.tabulate_findings import as_text, rows_of
    from dugnad.tables import REPORTED, write_table

    rows = rows_of(told.record)
    if path.suffix == ".parquet":
        write_table(path, rows, REPORTED)
    else:
        write_text(path, as_text(rows))


WRITERS: dict[Form, Writer] = {
    "html": _page,
    "pdf": _pdf,
    "pptx": _deck,
    "xlsx": _workbook,
    "fhir": _bundle,
    "tsv": _table,
}
