"""Write the page that lists a run's cases: verdicts, tumour types, tiers, biomarkers, links.

One file without network. Its small script searches and sorts; without it all is there to read.
"""

import argparse
import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dugnad.files import write_text
from dugnad.plan import Plan
from dugnad.report.index_rows import IndexRow, Target, rows_of
from dugnad.report.likeness import UNCOMPARED, Likeness, likeness_of
from dugnad.report.words import LANGUAGES, Language, Words, words_of
from dugnad.run import load_run
from dugnad.site import Site, load_site

TEMPLATES = Path(__file__).with_name("templates")
VERDICTS = ("pass", "warn", "fail", "not_assessed", "none")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--config", type=Path, help="a run's: its cases, and its site")
    given.add_argument("--records", type=Path, nargs="+", help="case.json files, of no one run")
    parser.add_argument(
        "--cases", nargs="*", default=[], help="their names, told where a record cannot be read"
    )
    parser.add_argument(
        "--existing", action="store_true", help="link only to what is there, after a failed run"
    )
    parser.add_argument("--identity", type=Path, help="by compare-samples, if there are reads")
    parser.add_argument("--site", type=Path, help="the site's file, beside --records")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's first")
    parser.add_argument("--output", type=Path, required=True, help="HTML page")


def main(args: argparse.Namespace) -> None:
    """Write the page."""
    if args.config:
        run = load_run(args.config)
        records = [Path(path) for path in Plan(run).records]
        cases, site = list(run.cases), run.site
    else:
        records, cases, site = args.records, args.cases, load_site(args.site)
    language: Language = args.language or site.language
    words = words_of(language)
    target = Target(args.output.parent, site, words, args.existing)
    rows = list(rows_of(records, cases, target))
    likeness = likeness_of(args.identity, words)
    write_text(args.output, render(rows, words, site, likeness))


def render(
    rows: Sequence[IndexRow], words: Words, site: Site, likeness: Likeness = UNCOMPARED
) -> str:
    """The page as text; all that a person wrote is escaped."""
    environment = Environment(
        loader=PackageLoader("dugnad.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _asset("index.css"), _asset("index.js")
    verdicts = Counter(row.verdict for row in rows)
    return environment.get_template("index.html").render(
        rows=sorted(rows, key=lambda row: (row.order, row.case)),
        words=words,
        site=site,
        likeness=likeness,
        style=Markup(style),
        script=Markup(script),
        style_hash=_digest(style),
        script_hash=_digest(script),
        verdicts=[(name, verdicts[name]) for name in VERDICTS if verdicts[name]],
        signed=sum(row.status == "SIGNED" for row in rows),
        strong=sum(row.tier.startswith("I") for row in rows),
        referred=sum(bool(row.germline) for row in rows),
        blocked=sum(row.blocked for row in rows),
    )


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a content security policy names a text."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
