"""Render the case record as one self-contained HTML page that loads nothing."""

import argparse
from pathlib import Path

from dugnad.files import write_text
from dugnad.reading import read_record
from dugnad.report.page.document import Edition, render
from dugnad.report.words import LANGUAGES
from dugnad.site import load_site


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--site", type=Path, help="the site's YAML; default: no name, no logo")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's first")
    parser.add_argument("--reads", metavar="ADDRESS", help="page with the reads, to link to")
    parser.add_argument("--output", type=Path, required=True, help="HTML page")


def main(args: argparse.Namespace) -> None:
    """Write the page."""
    site = load_site(args.site)
    edition = Edition(args.language or site.language, site, args.reads)
    write_text(args.output, render(read_record(args.record), edition))
