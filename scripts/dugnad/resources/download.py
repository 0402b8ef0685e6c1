"""Fetch one file by HTTP so that it can be broken off at any byte and goes on from there.

The bytes go to a partial file, with a small state file beside it that holds what the server said
of them (ETag, Last-Modified). Going on asks for the rest on the condition that nothing changed
(RFC 9110: Range, If-Range); a server that cannot, or whose file changed, sends it whole again.
"""

import base64
import errno
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.knowledge.loaders.wholeness import is_markup

Tell = Callable[[int, int | None], None]
"""Told of bytes so far and in all (None: the server does not say)."""

_BLOCK = 1 << 16
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # of these a later attempt may succeed
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Patience:
    """How long to try: attempts without a new byte, seconds before the first of them is repeated,
    doubled each time up to ``longest``, and seconds without an answer before one is given up."""

    attempts: int = 6
    pause: float = 2.0
    longest: float = 60.0
    timeout: float = 60.0


@dataclass(frozen=True)
class Received:
    """What the server said of a whole file."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    md5: str | None = None
    size: int | None = None

    @property
    def validator(self) -> str | None:
        """What If-Range may carry: a strong ETag, else the date."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified


class _BrokenError(Exception):
    """An attempt failed in a way that another may not."""


def download(
    url: str, part: Path, tell: Tell | None = None, patience: Patience | None = None
) -> Received:
    """Fetch ``url`` into ``part``, going on from what lies there already.

    Proxies and certificates are taken from the environment (HTTPS_PROXY, NO_PROXY,
    REQUESTS_CA_BUNDLE). Raises UserError when it cannot be had; ``part`` stays, to go on from.
    """
    tell = tell or _silent
    if urlsplit(url).scheme == "file":
        return _copy(url, part, tell)
    patience = patience or Patience()
    attempt, most = 0, size_of(part)
    with requests.Session() as session:
        while True:
            try:
                received = _attempt(session, url, part, tell, patience)
                _refuse_more(session, received, part, patience)
                return received
            except (_BrokenError, requests.RequestException) as error:
                if isinstance(error, requests.exceptions.InvalidSchema | requests.TooManyRedirects):
                    raise UserError(f"{url}: {error}; check the address") from None
                attempt = 1 if size_of(part) > most else attempt + 1
                most = max(most, size_of(part))
                if attempt >= patience.attempts:
                    raise UserError(_gave_up(url, part, error)) from None
                time.sleep(min(patience.pause * 2 ** (attempt - 1), patience.longest))
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                raise UserError(_no_room(part, size_of(part))) from None


def _silent(_done: int, _total: int | None) -> None:
    """Tell nothing."""


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def state_path(part: Path) -> Path:
    """Where the state of a partial file is kept."""
    return part.with_name(f"{part.name}.state")


def read_state(part: Path) -> Received | None:
    """What the server said of the bytes in a partial file; None when nobody knows."""
    try:
        return Received(**json.loads(state_path(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _attempt(
    session: requests.Session, url: str, part: Path, tell: Tell, patience: Patience
) -> Received:
    state = read_state(part)
    offset = size_of(part) if state and state.url == url and state.validator else 0
    if state and offset and offset == state.size:
        return state
    headers = {"Accept-Encoding": "identity"}
    if state and state.validator and offset:
        headers |= {"Range": f"bytes={offset}-", "If-Range": state.validator}
    wait = (min(15.0, patience.timeout), patience.timeout)
    with session.get(url, headers=headers, stream=True, timeout=wait) as answer:
        _check_answer(answer, url, part)
        if answer.status_code == 206 and not _continues(answer, offset, state):
            part.unlink(missing_ok=True)
            raise _BrokenError("the file changed between attempts")
        offset = offset if answer.status_code == 206 else 0
        received = _said(answer, url, offset)
        if received.size is not None and shutil.disk_usage(part.parent).free < (
            received.size - offset
        ):
            raise UserError(_no_room(part, offset))
        write_text(state_path(part), json.dumps(asdict(received)) + "\n")
        _take(answer, part, offset, received, tell)
    return received


def _check_answer(answer: requests.Response, url: str, part: Path) -> None:
    """Raise _BrokenError for what passes, UserError for what does not."""
    steps = [urlsplit(step.url).scheme for step in (*answer.history, answer)]
    if "https" in steps and steps[-1] == "http":
        raise UserError(f"{url}: leads from https to http; give the right address")
    status = answer.status_code
    if status == 416:
        part.unlink(missing_ok=True)
        raise _BrokenError("the server has fewer bytes than came before")
    if status in _PASSING:
        raise _BrokenError(f"the server answers {status} {answer.reason}")
    if status not in {200, 206}:
        remedy = {401: "it needs a login", 403: "it needs a login", 404: "check the release"}
        raise UserError(
            f"{url}: the server answers {status} {answer.reason};"
            f" {remedy.get(status, 'check the address')}"
        )
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise UserError(f"{url}: is a web page, not data; check the address or the proxy")


def _continues(answer: requests.Response, offset: int, state: Received | None) -> bool:
    """Whether a partial answer is the rest of the very file that we have the start of."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", answer.headers.get("Content-Range", ""))
    if not found or int(found[1]) != offset or state is None:
        return False
    etag = answer.headers.get("ETag")
    return (not etag or not state.etag or etag == state.etag) and (
        found[3] == "*" or state.size is None or int(found[3]) == state.size
    )


def _said(answer: requests.Response, url: str, offset: int) -> Received:
    """What a server says of the whole file."""
    headers = answer.headers
    length = headers.get("Content-Length", "")
    size = offset + int(length) if length.isdecimal() else None
    found = re.search(r"/(\d+)$", headers.get("Content-Range", ""))
    if found:
        size = int(found[1])
    if _is_encoded(answer):
        return Received(url, None, None, None, None)
    return Received(url, headers.get("ETag"), headers.get("Last-Modified"), _md5(answer), size)


def _md5(answer: requests.Response) -> str | None:
    """The MD5 of the whole file, as Google's storage gives it with each answer."""
    found = re.search(r"md5=([A-Za-z0-9+/]{22}==)", answer.headers.get("x-goog-hash", ""))
    return base64.b64decode(found[1]).hex() if found else None


def _is_encoded(answer: requests.Response) -> bool:
    """Whether the body is compressed for the way, though we asked that it be not."""
    return answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}


def _take(
    answer: requests.Response, part: Path, offset: int, received: Received, tell: Tell
) -> None:
    """Write the body behind the first ``offset`` bytes; _BrokenError when it ends too early."""
    done = offset
    with part.open("r+b" if offset else "wb") as file:
        file.seek(offset)
        for block in answer.iter_content(_BLOCK):
            if not done and is_markup(block):
                file.truncate(0)
                raise UserError(f"{received.url}: is a web page, not data; check the address")
            file.write(block)
            done += len(block)
            tell(done, received.size)
        file.truncate()
    expected = answer.headers.get("Content-Length", "")
    if _is_encoded(answer) and expected.isdecimal() and answer.raw.tell() != int(expected):
        raise _BrokenError(f"{answer.raw.tell()} of {expected} bytes came")
    if received.size is not None and done < received.size:
        raise _BrokenError(f"{done} of {received.size} bytes came")
    if received.size is not None and done > received.size:
        part.unlink()
        raise _BrokenError(f"{done} bytes came of a file of {received.size}")


def _refuse_more(
    session: requests.Session, received: Received, part: Path, patience: Patience
) -> None:
    """Raise UserError when the server has bytes behind the end that it told of.

    A client reads no further than Content-Length; so the byte behind the end is asked for, which
    a sound server refuses (416).
    """
    size = size_of(part)
    if received.size is None or not size:
        return
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={size}-"}
    try:
        with session.get(
            received.url, headers=headers, stream=True, timeout=patience.timeout
        ) as answer:
            more = answer.status_code == 206
    except requests.RequestException:
        return
    if more:
        part.unlink()
        raise UserError(
            f"{received.url}: the server has more than the {size} bytes that it tells of;"
            " its length is wrong, so fetch it another way and import it"
        )


def _copy(url: str, part: Path, tell: Tell) -> Received:
    """A file of this machine or of a mounted disk."""
    source = Path(url2pathname(urlsplit(url).path))
    try:
        shutil.copyfile(source, part)
    except OSError as error:
        if error.errno in _FULL:
            raise UserError(_no_room(part, 0)) from None
        raise UserError(f"{source}: cannot be read ({error.strerror}); check the path") from None
    tell(size_of(part), size_of(part))
    return Received(url, size=size_of(part))


def _no_room(part: Path, done: int) -> str:
    return f"{part.parent}: the disk is full (at {done} bytes); free some, then fetch goes on"


def _gave_up(url: str, part: Path, error: Exception) -> str:
    text = (
        str(error) if isinstance(error, _BrokenError) else f"{type(error).__name__}: {error}"[:200]
    )
    return (
        f"{url}: the connection failed again and again at {size_of(part)} bytes ({text});"
        " fetch again, it goes on from there"
    )
