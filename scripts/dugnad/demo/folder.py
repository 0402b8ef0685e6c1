"""The demo's directory: whether it is up to date, and how a new demo takes its place."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dugnad.errors import UserError

CASE_FOLDERS = ("cases", "accuracy")
OWNED = ("config", "genome", "known", "reads", "truth")
MARKER = ".dugnad-demo"
INCOMPLETE = "incomplete"


def digest(files: Iterable[Path], *words: object) -> str:
    """SHA-256 (first 16 hex digits) of ``words`` and of the files' names and contents."""
    total = hashlib.sha256(repr(words).encode())
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def is_current(directory: Path, wanted: str) -> bool:
    """Whether ``directory`` holds a whole demo with digest ``wanted``: every file it had."""
    try:
        lines = (directory / MARKER).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return lines[:1] == [wanted] and all((directory / line).is_file() for line in lines[1:])


def check_replaceable(directory: Path) -> None:
    """Raise UserError when making a demo in ``directory`` would overwrite what is not a demo's."""
    if directory.exists() and not directory.is_dir():
        raise UserError(f"{directory}: is a file; --output takes a directory")
    if (directory / MARKER).exists():
        return
    foreign = [name for name in OWNED if (directory / name).exists()]
    if foreign:
        names = ", ".join(foreign)
        raise UserError(
            f"{directory}: has {names} that 'dugnad demo' did not make; choose another --output"
        )


@contextmanager
def staging(directory: Path) -> Iterator[Path]:
    """A new hidden directory to make the demo in; gone at the end, whatever happens.

    It lies in ``directory`` when that exists (it may be a file system of its own, in a parent
    that cannot be written), else beside it. Raises UserError when it cannot be made.
    """
    place = directory if directory.exists() else directory.parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=place))
    except OSError as error:
        raise UserError(f"{place}: cannot write there: {error.strerror}") from error
    try:
        made.chmod(0o777 & ~_umask())
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def install(made: Path, directory: Path, wanted: str) -> None:
    """Move the demo in ``made`` to ``directory``.

    An older demo's folders are replaced; results and anything else there stay. A demo that is
    killed halfway is marked incomplete and is made again next time.
    """
    files = sorted(p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file())
    marker = "\n".join([wanted, *files]) + "\n"
    if not directory.exists():
        (made / MARKER).write_text(marker, encoding="utf-8")
        made.rename(directory)
        return
    try:
        (directory / MARKER).write_text(INCOMPLETE + "\n", encoding="utf-8")
        for name in OWNED:
            old = made / f"old-{name}"
            if (directory / name).exists():
                (directory / name).rename(old)
            (made / name).rename(directory / name)
        part = made / MARKER
        part.write_text(marker, encoding="utf-8")
        part.rename(directory / MARKER)
    except OSError as error:
        raise UserError(f"{directory}: cannot write there: {error.strerror}") from error
