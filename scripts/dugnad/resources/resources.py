"""Fetch, import, verify and list what others publish: CIViC, ClinVar, gnomAD, OncoTree and more.

  dugnad resources list
  dugnad resources fetch clinvar oncotree mane
  dugnad resources fetch civic --release 01-Nov-2026
  dugnad resources fetch gnomad-exomes --only '*chr7.*' '*chr17.*'
  dugnad resources verify
  dugnad resources import /media/usb/resources

The store is a folder. A fetch that was broken off goes on where it stopped, and nothing is in the
store before it is whole and checked. Proxies are taken from HTTPS_PROXY and NO_PROXY. See
docs/resources.md for a hospital without internet, and for the licences.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from dugnad.errors import UserError
from dugnad.resources.catalogue import CATALOGUE, Catalogue, load_catalogue
from dugnad.resources.store import STORE, StoredResource, installed, read_record


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = what.add_parser("list", help="say what there is, and what is in the store")
    fetching = what.add_parser("fetch", help="fetch resources into the store")
    fetching.add_argument("ids", nargs="+", metavar="ID", help="resources, by id")
    fetching.add_argument("--release", help="another release than the catalogue's")
    fetching.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="files by name; * stands for any text"
    )
    fetching.add_argument("--optional", action="store_true", help="optional files too")
    importing = what.add_parser("import", help="take in files that were carried here")
    importing.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    importing.add_argument("--id", help="of which resource they are, whatever their names")
    importing.add_argument("--release", help="of which release they are")
    verifying = what.add_parser("verify", help="hold the store against its checksums")
    verifying.add_argument("ids", nargs="*", metavar="ID", help="resources; all when none is named")
    for one in (fetching, importing):
        one.add_argument("--again", action="store_true", help="replace what is in the store")
    for one in (listing, fetching, importing, verifying):
        one.add_argument("--store", type=Path, default=STORE, help=f"folder ({STORE.name})")
        one.add_argument("--catalogue", type=Path, default=CATALOGUE, help="resources.yaml")


def main(args: argparse.Namespace) -> None:
    """List, fetch, import or verify."""
    catalogue = load_catalogue(args.catalogue)
    match args.what:
        case "list":
            print("\n".join(table(catalogue, args.store)))
        case "fetch":
            fetch_all(catalogue, args)
        case "import":
            from dugnad.resources.take_in import Choice, take_in

            choice = Choice(args.id, args.release, args.again)
            print("\n".join(take_in(args.paths, catalogue, args.store, choice)))
        case _:
            verify_all(catalogue, args.store, args.ids)


def fetch_all(catalogue: Catalogue, args: argparse.Namespace) -> None:
    """Fetch each; what fails does not keep the others. Raises UserError with all that failed."""
    from dugnad.resources.fetch import Request, fetch

    problems: list[str] = []
    for resource in catalogue.chosen(args.ids):
        try:
            request = Request(args.release, tuple(args.only), args.optional, args.again)
            print(fetch(resource, args.store, request), flush=True)
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)


def verify_all(catalogue: Catalogue, store: Path, ids: list[str]) -> None:
    """Print a line for each file; UserError with those that fail, or when there is none."""
    from dugnad.resources.verify import verify

    verdicts = []
    for verdict in verify(store, catalogue, ids):
        verdicts.append(verdict)
        if verdict.passes:
            print(verdict.line(), flush=True)
    if not verdicts:
        raise UserError(f"{store}: has nothing to verify; fetch or import something first")
    if failed := [verdict.line() for verdict in verdicts if not verdict.passes]:
        raise UserError(failed)


def table(catalogue: Catalogue, store: Path) -> list[str]:
    """All resources with what the store has of them, as lines."""
    from dugnad.resources.progress import megabytes

    held: dict[str, list[StoredResource]] = {}
    for row in installed(store):
        held.setdefault(row.id, []).append(read_record(row.folder))
    rows = [("resource", "release", "in the store", "size", "date", "genome", "licence", "for")]
    for resource in catalogue.resources:
        common = (resource.genome, resource.licence, resource.purpose)
        for record in held.get(resource.id, []):
            size = megabytes(sum(file.size for file in record.files))
            rows.append((resource.id, record.release, "yes", size, record.date[:10], *common))
        if resource.id not in held:
            how = "no" if resource.access == "open" else f"no, {resource.access}: import"
            rows.append((resource.id, resource.release, how, "", "", *common))
    return _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
