"""Write the case record as a bundle of HL7 FHIR R4, for electronic records.

It follows HL7's Genomics Reporting Implementation Guide, and is held against FHIR's models and the
guide's elements before it is written. docs/fhir.md tells what stands where.
"""

import argparse
import json
from pathlib import Path

from dugnad.files import write_text
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.fhir.bundle import bundle_of
from dugnad.report.fhir.check import faults_of
from dugnad.report.words import LANGUAGES, Language, words_of
from dugnad.site import Site, load_site


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--site", type=Path, help="the site's file")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's first")
    parser.add_argument("--output", type=Path, required=True, help="FHIR bundle, JSON")


def main(args: argparse.Namespace) -> None:
    """Write the bundle."""
    site = load_site(args.site)
    language: Language = args.language or site.language
    write_text(args.output, render(read_record(args.record), language, site))


def render(record: CaseRecord, language: Language, site: Site) -> str:
    """The bundle as text; RuntimeError when it is not sound, which is a bug."""
    bundle = bundle_of(record, words_of(language), site)
    if faults := faults_of(bundle):
        raise RuntimeError("the bundle is not sound:\n" + "\n".join(faults[:50]))
    return json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"
