"""Fetch a resource: its files one after the other, then all of them into the store at once."""

import fnmatch
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from dugnad.errors import UserError
from dugnad.resources.arrival import check_arrival, enter, stored
from dugnad.resources.catalogue import Resource, Wanted
from dugnad.resources.download import (
    Patience,
    Received,
    download,
    read_state,
    state_path,
)
from dugnad.resources.progress import Progress
from dugnad.resources.store import (
    COMING,
    PARTIAL,
    RECORD,
    StoredFile,
    installed,
    only_one,
    read_record,
)


@dataclass(frozen=True)
class Request:
    """What is asked for: a release other than the catalogue's, some files, the optional ones."""

    release: str | None = None
    only: tuple[str, ...] = ()
    optional: bool = False
    again: bool = False


def fetch(
    resource: Resource, store: Path, request: Request, patience: Patience | None = None
) -> str:
    """Fetch a resource into the store, and say in one line what became of it.

    What was fetched before a break is used. Raises UserError when it cannot be had or is not what
    it should be; the store is then as it was.
    """
    if resource.access != "open":
        raise UserError(
            f"{resource.id}: is not fetched ({resource.licence_note}); get it from its publisher,"
            f" then run: dugnad resources import FOLDER --id {resource.id}"
        )
    patience = patience or Patience()
    wanted = _chosen(resource, request)
    with only_one(store, resource.id) as home:
        release = request.release or resource.release
        if not resource.rolling and not request.again:
            wanted, held = _missing(home / release, wanted)
            if not wanted:
                return f"{resource.id} {release}: is in the store already ({held} files)"
        if resource.rolling and not request.again and (current := _current(home, wanted)):
            return f"{resource.id} {current}: is in the store, and the server has no newer one"
        partial = home / PARTIAL
        (partial / COMING).mkdir(parents=True, exist_ok=True)
        arrived = [_one(resource, file, partial, patience) for file in wanted]
        return enter(resource, partial, arrived, request.release, request.again)


def _chosen(resource: Resource, request: Request) -> list[Wanted]:
    """The files that are asked for; UserError when the release or a file cannot be."""
    fixed = all("{release}" not in (file.url or "") for file in resource.files)
    if fixed and request.release not in (None, resource.release):
        raise UserError(f"{resource.id}: its address is of {resource.release} alone; no --release")
    files = [f for f in resource.wanted(request.release) if request.optional or not f.optional]
    if not request.only:
        return files
    found = [f for f in files if any(fnmatch.fnmatch(f.name, form) for form in request.only)]
    if not found:
        raise UserError(f"{resource.id}: has no file {', '.join(request.only)}; see its names")
    return found


def _missing(folder: Path, wanted: list[Wanted]) -> tuple[list[Wanted], int]:
    """The wanted files that the store has not, and how many it has."""
    if not (folder / RECORD).is_file():
        return wanted, 0
    held = {file.name for file in read_record(folder).files}
    return [file for file in wanted if file.name not in held], len(held)


def _one(
    resource: Resource, wanted: Wanted, partial: Path, patience: Patience
) -> tuple[StoredFile, Path]:
    """Fetch one file and check it; it lies in ``partial`` by its name then."""
    path = partial / wanted.name
    part = partial / COMING / wanted.name
    if wanted.url is None:  # of an open resource none is
        raise UserError(f"{resource.id}: {wanted.name} has no address")
    if path.exists():  # whole and checked, before a break
        path.replace(part)
    tell = Progress(wanted.name)
    if resource.rolling and not _unchanged(wanted.url, part):
        part.unlink(missing_ok=True)
    received = download(wanted.url, part, tell, patience)
    tell.end()
    md5 = _published_md5(wanted, patience) or received.md5
    try:
        checked = check_arrival(resource, wanted, part, md5)
    except UserError as error:
        part.unlink(missing_ok=True)
        state_path(part).unlink(missing_ok=True)
        raise UserError([text.replace(str(part), path.name) for text in error.problems]) from None
    file = stored(wanted, part, checked, received.etag, received.last_modified)
    part.replace(path)
    return file, path


def _unchanged(url: str, part: Path) -> bool:
    """Whether the bytes of an earlier attempt are still of what the server has."""
    state = read_state(part)
    if not part.exists() or state is None or state.url != url or not state.validator:
        return False
    told = _told(url)
    return told is None or told.validator in (None, state.validator)


def _current(home: Path, wanted: list[Wanted]) -> str | None:
    """The release in the store, when the server still has the same files; else None."""
    rows = [row for row in installed(home.parent) if row.folder.parent == home]
    if not rows:
        return None
    held = {file.name: file for file in read_record(rows[-1].folder).files}
    for file in wanted:
        old = held.get(file.name)
        told = _told(file.url) if old and file.url else None
        if old is None or told is None or told.validator is None:
            return None
        if told.validator != Received(file.url or "", old.etag, old.last_modified).validator:
            return None
    return rows[-1].release


def _told(url: str) -> Received | None:
    """What the server says of a file without sending it; None when it says nothing."""
    if not url.startswith("http"):
        return None
    try:
        headers = {"Accept-Encoding": "identity"}
        answer = requests.head(url, headers=headers, allow_redirects=True, timeout=30)
    except requests.RequestException:
        return None
    if answer.status_code != 200:
        return None
    return Received(url, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))


def _published_md5(wanted: Wanted, patience: Patience) -> str | None:
    """The MD5 that the publisher gives beside the file; a warning where it cannot be had."""
    if wanted.md5_url is None:
        return None
    try:
        answer = requests.get(wanted.md5_url, timeout=patience.timeout)
        answer.raise_for_status()
    except requests.RequestException as error:
        print(f"warning: {wanted.md5_url}: cannot be had ({error})", file=sys.stderr)
        return None
    found = re.search(r"\b[0-9a-f]{32}\b", answer.text.lower())
    return found[0] if found else None
