"""Hold everything in the store against what was recorded when it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.resources.catalogue import Catalogue
from dugnad.resources.store import RECORD, StoredFile, StoredResource, read_record, sha256_of


@dataclass(frozen=True)
class Verdict:
    """Of one file: does it pass, and why."""

    path: Path
    passes: bool
    why: str

    def line(self) -> str:
        """``pass  clinvar/2026-11-02/clinvar.vcf.gz: ...``."""
        return f"{'pass' if self.passes else 'FAIL'}  {self.path}: {self.why}"


def verify(store: Path, catalogue: Catalogue, ids: list[str]) -> Iterator[Verdict]:
    """A verdict on each file of the store, or of some resources of it."""
    catalogue.chosen(ids)
    for path in sorted(store.glob(f"*/*/{RECORD}")):
        folder = path.parent
        if folder.name.startswith(".") or (ids and folder.parent.name not in ids):
            continue
        try:
            record = read_record(folder)
        except UserError as error:
            yield Verdict(path, False, "; ".join(error.problems))
            continue
        yield from _of_folder(folder, record, catalogue)


def _of_folder(folder: Path, record: StoredResource, catalogue: Catalogue) -> Iterator[Verdict]:
    pinned = {
        file.name: file.sha256
        for resource in catalogue.resources
        if resource.id == record.id and resource.release == record.release
        for file in resource.wanted()
        if file.sha256
    }
    for file in record.files:
        yield _of_file(folder / file.name, file, record, pinned.get(file.name))
    known = {file.name for file in record.files} | {RECORD}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield Verdict(path, False, f"is not in {RECORD}; remove it, or import it")


def _of_file(
    path: Path, file: StoredFile, record: StoredResource, published: str | None
) -> Verdict:
    if not path.is_file():
        return Verdict(path, False, "is gone; fetch or import it again")
    found, day = sha256_of(path), record.date[:10]
    if found != file.sha256:
        why = f"sha256 is {found}, was {file.sha256} on {day}; fetch or import it again"
        return Verdict(path, False, why)
    if published and found != published:
        return Verdict(path, False, f"sha256 is {found}, published is {published}; get it again")
    if file.trust == "published":
        return Verdict(path, True, "as published")
    return Verdict(path, True, f"as first seen on {day}; its publisher gave no checksum")
