"""Write the deck for the board: the slides of the case record in one language, all editable."""

import argparse
from pathlib import Path

from dugnad.files import replacing
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.deck import cover, findings, followup, genome, overview, quality, template
from dugnad.report.deck.deck import Deck
from dugnad.report.view import ReportView
from dugnad.report.words import LANGUAGES, Language, words_of
from dugnad.site import Site, load_site

SLIDES = (
    cover.cover,
    overview.summary,
    cover.divider,
    overview.clinical,
    quality.quality,
    findings.key,
    findings.markers,
    findings.evidence,
    findings.further,
    followup.trials,
    followup.germline,
    followup.negatives,
    genome.biomarkers,
    genome.fractions,
    findings.sequence,
    genome.copy_number,
    genome.rearrangements,
    quality.methods,
)
"""In the order in which a board reads them."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's first")
    parser.add_argument("--site", type=Path, help="the site's file; default: none")
    parser.add_argument("--template", type=Path, help="PPTX; default: the site's, or our own")
    parser.add_argument("--output", type=Path, required=True, help="PPTX")


def main(args: argparse.Namespace) -> None:
    """Write the deck."""
    site = load_site(args.site)
    deck = made(
        read_record(args.record),
        args.language or site.language,
        site,
        args.template or site.template,
    )
    with replacing(args.output) as temporary:
        deck.save(temporary)


def made(
    record: CaseRecord, language: Language, site: Site | None = None, path: Path | None = None
) -> Deck:
    """The deck of a record; UserError when the template at ``path`` lacks a placeholder."""
    source = template.theirs(path) if path else template.own()
    deck = Deck(source, ReportView.of(record), words_of(language), site or Site())
    for slide in SLIDES:
        slide(deck)
    return deck
