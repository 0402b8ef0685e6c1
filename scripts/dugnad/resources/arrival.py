"""What is asked of a file before it may enter the store, and what is recorded of it."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.knowledge import loaders
from dugnad.knowledge.loaders.wholeness import check_whole
from dugnad.resources.catalogue import Resource, Wanted
from dugnad.resources.store import (
    RECORD,
    StoredFile,
    StoredResource,
    Trust,
    digest_of,
    install,
    read_record,
    sha256_of,
)

_INDEXES = (".tbi", ".csi")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_arrival(
    resource: Resource, wanted: Wanted, path: Path, md5: str | None
) -> tuple[str, Trust]:
    """The sha256 of a file that may enter the store, and against whose checksum it was held.

    It must be whole, agree with the published sha256 and MD5, and be what its loader reads, of the
    right genome. Raises UserError with the first of these that fails.
    """
    check_whole(path)
    found = sha256_of(path)
    if wanted.sha256 and found != wanted.sha256:
        raise UserError(
            f"{wanted.name}: wrong checksum: sha256 is {found}, published is {wanted.sha256};"
            " get it again, and ask its publisher if it stays"
        )
    if md5 and (own := digest_of(path, "md5")) != md5:
        raise UserError(
            f"{wanted.name}: wrong checksum: MD5 is {own}, published is {md5}; get it again"
        )
    if not wanted.name.endswith(_INDEXES):
        loaders.check(resource.loader, path, resource.genome)
    return found, "published" if wanted.sha256 or md5 else "first_seen"


def stored(
    wanted: Wanted, path: Path, checked: tuple[str, Trust], etag: str | None, modified: str | None
) -> StoredFile:
    """What resource.json says of a file."""
    return StoredFile(
        name=wanted.name,
        url=wanted.url,
        sha256=checked[0],
        size=path.stat().st_size,
        trust=checked[1],
        etag=etag,
        last_modified=modified,
    )


def release_of(
    resource: Resource, asked: str | None, paths: list[Path], modified: list[str]
) -> tuple[str, str]:
    """The release of what arrived, and who says so.

    Of a rolling resource: the file itself, else the server's date, else today.
    """
    if asked or not resource.rolling:
        return asked or resource.release, "catalogue" if not asked else "asked for"
    data = [path for path in paths if not path.name.endswith(_INDEXES)]
    stated = {text for path in data if (text := loaders.release_of(resource.loader, path))}
    if len(stated) > 1:
        shown = ", ".join(sorted(stated))
        raise UserError(f"{resource.id}: its files are of several releases {got(shown)}; fetch all")
    if stated:
        text = re.sub(r"[^A-Za-z0-9._-]+", "-", stated.pop()).strip("-.")
        if _SAFE.fullmatch(text):
            return text, "file"
    days = [day for text in modified if (day := _day(text))]
    return (max(days), "server") if days else (now()[:10], "day of arrival")


def now() -> str:
    """The time, UTC, as 2026-11-02T10:00:00Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(text: str) -> str | None:
    try:
        found: date = parsedate_to_datetime(text).date()
    except ValueError:
        return None
    return found.isoformat()


def enter(
    resource: Resource,
    partial: Path,
    arrived: list[tuple[StoredFile, Path]],
    asked: str | None,
    again: bool,
) -> str:
    """Put files that lie checked in ``partial`` into the store; a line on what was done.

    Args:
        resource: what they are of.
        partial: the folder of work in progress, beside the releases.
        arrived: each file, and where it lies.
        asked: the release, when somebody named it.
        again: replace what the store has.

    Raises UserError when the store has the same release with other bytes, unless ``again``.
    """
    paths = [path for _, path in arrived]
    modified = [file.last_modified for file, _ in arrived if file.last_modified]
    release, source = release_of(resource, asked, paths, modified)
    folder = partial.parent / release
    files = {file.name: file for file, _ in arrived}
    if (folder / RECORD).is_file():
        held = {file.name: file for file in read_record(folder).files}
        changed = [n for n in files if n in held and held[n].sha256 != files[n].sha256]
        if changed and not again:
            raise UserError(
                f"{folder / name}: is in the store with sha256 {held[name].sha256}, and"
                f" {files[name].sha256} arrives as the same release; ask its publisher,"
                " then give --again to replace it"
                for name in changed
            )
        files = held | files
    record = StoredResource(
        id=resource.id,
        name=resource.name,
        release=release,
        release_from=source,
        genome=resource.genome,
        loader=resource.loader,
        licence=resource.licence,
        date=now(),
        files=tuple(files[name] for name in sorted(files)),
    )
    install(partial, folder, record)
    unpinned = sum(file.trust == "first_seen" for file, _ in arrived)
    text = f"{resource.id} {release}: {len(arrived)} files came to {folder}"
    return text + (f"; {unpinned} have no published checksum: first seen now" if unpinned else "")
