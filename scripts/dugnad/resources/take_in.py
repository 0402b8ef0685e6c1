"""Take in what was carried to a machine without internet: a folder, a file, or another store."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.resources.arrival import check_arrival, enter, stored
from dugnad.resources.catalogue import Catalogue, Resource, Wanted
from dugnad.resources.store import CARRIED, RECORD, StoredFile, only_one, read_record, sha256_of


@dataclass(frozen=True)
class Carried:
    """A file that belongs to a resource. ``release``: None when the file must tell it itself.

    ``sha256`` is what the store that it came from says of it, if it came from one.
    """

    path: Path
    resource: Resource
    wanted: Wanted
    release: str | None
    sha256: str | None = None


@dataclass(frozen=True)
class Choice:
    """What the caller says of the files: of which resource and release they are."""

    resource: str | None = None
    release: str | None = None
    again: bool = False


def take_in(paths: Sequence[Path], catalogue: Catalogue, store: Path, choice: Choice) -> list[str]:
    """Import files and folders; a line on each resource that came in.

    A file is known by its name, or by a published sha256; with ``choice.resource`` alone it need
    not be. All is checked before anything enters the store. Raises UserError with all faults.
    """
    problems: list[str] = []
    carried: list[Carried] = []
    for path in _files(paths, problems):
        found = _known(path, catalogue, choice)
        carried += found
        if not found:
            problems.append(f"{path}: is no file of a resource that we know; remove it or --id it")
    problems += _lost(paths)
    groups: dict[tuple[str, str | None], list[Carried]] = {}
    for item in carried:
        groups.setdefault((item.resource.id, item.release), []).append(item)
    checked: list[tuple[Resource, str | None, list[tuple[StoredFile, Carried]]]] = []
    for (_, release), items in groups.items():
        problems += _incomplete(items, store)
        checked.append((items[0].resource, release, _checked(items, problems)))
    if not carried and not problems:
        problems.append(f"{', '.join(map(str, paths))}: has no file; name the folder with the data")
    if problems:
        raise UserError(problems)
    return [_enter(*group, store, choice.again) for group in checked]


def _files(paths: Iterable[Path], problems: list[str]) -> list[Path]:
    """All files, hidden ones and resource.json left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                item
                for item in path.rglob("*")
                if item.is_file()
                and item.name != RECORD
                and not any(part.startswith(".") for part in item.relative_to(path).parts)
            )
        elif path.is_file():
            found.append(path)
        else:
            problems.append(f"{path}: no such file or folder; check the path")
    return found


def _lost(paths: Iterable[Path]) -> Iterator[str]:
    """Files that another store's resource.json lists and that were not carried."""
    for record in (found for path in paths if path.is_dir() for found in path.rglob(RECORD)):
        for file in read_record(record.parent).files:
            if not (record.parent / file.name).is_file():
                yield f"{record}: lists {file.name}, which is not there; carry it too"


def _known(path: Path, catalogue: Catalogue, choice: Choice) -> list[Carried]:
    """The resource of a file; none when nobody knows it."""
    if choice.resource:
        resource = catalogue.chosen([choice.resource])[0]
        return [_as_file_of(path, resource, choice.release)]
    if (path.parent / RECORD).is_file():
        record = read_record(path.parent)
        of_id = [resource for resource in catalogue.resources if resource.id == record.id]
        held = [file for file in record.files if file.name == path.name]
        if of_id and held:
            one = _as_file_of(path, of_id[0], choice.release or record.release)
            return [Carried(path, one.resource, one.wanted, one.release, held[0].sha256)]
    for resource in catalogue.resources:
        if release := resource.release_in(path.name):
            return [_as_file_of(path, resource, choice.release or release)]
    pinned = [(r, w) for r in catalogue.resources for w in r.wanted() if w.sha256]
    digest = sha256_of(path) if pinned else ""
    return [Carried(path, r, w, r.release) for r, w in pinned if w.sha256 == digest][:1]


def _as_file_of(path: Path, resource: Resource, release: str | None) -> Carried:
    release = None if release == "rolling" else release
    given = release or resource.release_in(path.name) or resource.release
    known = [file for file in resource.wanted(given) if file.name == path.name]
    wanted = known[0] if known else Wanted(path.name, None, None, None, False)
    fixed = None if resource.rolling and release is None else given
    return Carried(path, resource, wanted, fixed)


def _incomplete(items: list[Carried], store: Path) -> list[str]:
    """What lacks of a resource's files. Of chromosomes, one is enough."""
    resource, release = items[0].resource, items[0].release
    if resource.chromosomes or resource.access != "open":
        return []
    names = {item.path.name for item in items}
    if release and (store / resource.id / release / RECORD).is_file():
        names |= {f.name for f in read_record(store / resource.id / release).files}
    lacking = [f.name for f in resource.wanted(release) if not f.optional and f.name not in names]
    if names and lacking and not names.isdisjoint({f.name for f in resource.wanted(release)}):
        return [f"{resource.id}: lacks {name}; carry it too" for name in lacking]
    return []


def _checked(items: list[Carried], problems: list[str]) -> list[tuple[StoredFile, Carried]]:
    """The files that may enter; what is wrong with the others goes to ``problems``."""
    found = []
    for item in items:
        try:
            checked = check_arrival(item.resource, item.wanted, item.path, None)
        except UserError as error:
            problems += error.problems
            continue
        if item.sha256 and checked[0] != item.sha256:
            fault = f"wrong checksum: sha256 is {checked[0]}, where it came from it was"
            problems.append(f"{item.path}: {fault} {item.sha256}; carry it again")
            continue
        found.append((stored(item.wanted, item.path, checked, None, None), item))
    return found


def _enter(
    resource: Resource,
    release: str | None,
    files: list[tuple[StoredFile, Carried]],
    store: Path,
    again: bool,
) -> str:
    """Copy into the partial folder, check the copies, and put them into the store."""
    with only_one(store, resource.id) as home:
        partial = home / CARRIED
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        arrived = []
        for file, item in files:
            target = partial / file.name
            try:
                shutil.copyfile(item.path, target)
            except OSError as error:
                shutil.rmtree(partial, ignore_errors=True)
                raise UserError(f"{target}: cannot be written ({error.strerror})") from None
            if sha256_of(target) != file.sha256:
                raise UserError(f"{item.path}: changed while it was copied; import it again")
            arrived.append((file, target))
        return enter(resource, partial, arrived, release, again)
