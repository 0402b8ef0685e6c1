"""The store: ``<store>/<id>/<release>/`` with the files and ``resource.json``.

A release is in the store when its resource.json is: that is written last, after all files of it
are whole and checked. Names that begin with a dot are work in progress.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dugnad.border import Lines, Model, build, read_text
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.resources.catalogue import ROOT

STORE = ROOT / "resources" / "store"
RECORD = "resource.json"
PARTIAL, CARRIED = ".partial", ".carried"  # what is being fetched, and imported
COMING = ".coming"  # in it, files that are not whole
_BLOCK = 1 << 20

Trust = Literal["published", "first_seen"]


class StoredFile(Model):
    """A file in the store. ``trust``: against whose checksum it was held when it came."""

    name: str
    url: str | None
    sha256: str
    size: int
    trust: Trust
    etag: str | None = None
    last_modified: str | None = None


class StoredResource(Model):
    """``resource.json``: one release of a resource."""

    id: str
    name: str
    release: str
    release_from: str
    """Who says that it is this release: the catalogue, the file, the server or the day."""
    genome: str
    loader: str
    licence: str
    date: str
    """When it came, as 2026-11-02T10:00:00Z."""
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class Installed:
    """What the record of a case says of a resource.

    ``sha256`` is that of the file, or, of several, that of the lines ``sha256  name`` in the order
    of names, as sha256sum writes them.
    """

    id: str
    release: str
    sha256: str
    date: str
    licence: str
    folder: Path
    files: tuple[str, ...]
    trust: Trust


def installed(store: Path = STORE) -> tuple[Installed, ...]:
    """All releases of all resources in the store, by id and when they came; none without a store.

    Raises UserError for a resource.json that cannot be read.
    """
    found = [
        (path.parent, read_record(path.parent))
        for path in store.glob(f"*/*/{RECORD}")
        if not path.parent.name.startswith(".")
    ]
    found.sort(key=lambda item: (item[1].id, item[1].date, item[1].release))
    rows = [
        Installed(
            record.id,
            record.release,
            _sha256_of_all(record.files),
            record.date[:10],
            record.licence,
            folder,
            tuple(file.name for file in record.files),
            "published" if all(f.trust == "published" for f in record.files) else "first_seen",
        )
        for folder, record in found
    ]
    return tuple(rows)


def newest(store: Path, resource: str, release: str | None = None) -> Installed:
    """The release of a resource that is to be used: the named one, else the latest to come.

    Raises UserError when it is not in the store.
    """
    rows = [row for row in installed(store) if row.id == resource]
    rows = [row for row in rows if release in (None, row.release)]
    if not rows:
        wanted = f"{resource} {release}" if release else resource
        raise UserError(
            f"{store}: has no {wanted}; run: dugnad resources fetch {resource}, or import it"
        )
    return rows[-1]


def read_record(folder: Path) -> StoredResource:
    """What a folder's resource.json says; UserError when it cannot be read."""
    path = folder / RECORD
    try:
        data = json.loads(read_text(path))
    except ValueError as error:
        raise UserError(f"{path}: is not JSON ({error}); fetch or import it again") from None
    return build(StoredResource, data, Lines(path, {}))


def write_record(folder: Path, record: StoredResource) -> None:
    """Write resource.json, whole or not at all."""
    write_text(folder / RECORD, record.model_dump_json(indent=1) + "\n")


def install(partial: Path, folder: Path, record: StoredResource) -> None:
    """Put the files that lie whole in ``partial`` into the store, resource.json last.

    A release that is not there comes with one rename. To one that is, files are added.
    """
    if not folder.exists():
        kept = {file.name for file in record.files}
        for path in partial.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in kept:
                path.unlink()
        write_record(partial, record)
        partial.replace(folder)
    else:
        for file in record.files:
            if (partial / file.name).exists():
                (partial / file.name).replace(folder / file.name)
        write_record(folder, record)
    shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def only_one(store: Path, resource: str) -> Iterator[Path]:
    """Hold a resource's folder for this process, and give it.

    Raises UserError when another process has it, or it cannot be written.
    """
    home = store / resource
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UserError(f"{home}: cannot be written ({error.strerror}); choose --store") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(f"{home}: another process fetches or imports it; wait") from None
        yield home
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """A file's sha256 in hexadecimal digits."""
    return digest_of(path, "sha256")


def digest_of(path: Path, name: str) -> str:
    """A file's digest (md5, sha256) in hexadecimal digits."""
    digest = hashlib.new(name, usedforsecurity=name != "md5")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sha256_of_all(files: tuple[StoredFile, ...]) -> str:
    if len(files) == 1:
        return files[0].sha256
    lines = "".join(f"{f.sha256}  {f.name}\n" for f in sorted(files, key=lambda f: f.name))
    return hashlib.sha256(lines.encode()).hexdigest()
