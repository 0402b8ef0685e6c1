"""Downloads over a real connection to a server that does what servers do on bad days."""

import errno
import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Server, Site, serving

from dugnad.errors import UserError
from dugnad.resources.download import Patience, download, state_path

QUICK = Patience(attempts=3, pause=0.01, timeout=5)
BODY = random.Random(1).randbytes(300_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_whole_file_with_progress(server: Server, part: Path) -> None:
    told: list[tuple[int, int | None]] = []
    url = server.add("/whole", Site(BODY))
    received = download(url, part, lambda done, total: told.append((done, total)), QUICK)
    assert part.read_bytes() == BODY
    assert received.etag == '"one"'
    assert told[-1] == (len(BODY), len(BODY))


def test_broken_connection_goes_on_from_where_it_broke(server: Server, part: Path) -> None:
    site = Site(BODY, breaks=[100_000, 150_000])
    download(server.add("/breaks", site), part, None, QUICK)
    assert part.read_bytes() == BODY
    starts = [int(ask["range"].split("=")[1].strip("-")) for ask in site.asked[1:3]]
    assert 0 < starts[0] <= 100_000 < starts[1] <= 250_000
    assert site.asked[1]["if-range"] == '"one"'


def test_server_without_range_starts_again(server: Server, part: Path) -> None:
    site = Site(BODY, breaks=[100_000], ranges=False)
    download(server.add("/no-range", site), part, None, QUICK)
    assert part.read_bytes() == BODY


@pytest.mark.parametrize("honours", [True, False], ids=["if-range", "range-without-condition"])
def test_file_that_changes_between_attempts(server: Server, part: Path, honours: bool) -> None:
    new = BODY[::-1]
    site = Site(BODY, breaks=[100_000], later=[(new, '"two"')], honours_condition=honours)
    received = download(server.add(f"/changes-{honours}", site), part, None, QUICK)
    assert part.read_bytes() == new
    assert received.etag == '"two"'


def test_rest_without_any_validator_is_not_trusted(server: Server, part: Path) -> None:
    site = Site(BODY, etag=None, modified=None, breaks=[100_000])
    download(server.add("/nothing-said", site), part, None, QUICK)
    assert part.read_bytes() == BODY
    assert "range" not in site.asked[1]


def test_weak_etag_is_not_a_condition(server: Server, part: Path) -> None:
    site = Site(BODY, etag='W/"one"', breaks=[100_000])
    download(server.add("/weak", site), part, None, QUICK)
    assert part.read_bytes() == BODY
    assert site.asked[1]["if-range"] == site.modified


def test_length_that_promises_more_than_comes(server: Server, part: Path) -> None:
    url = server.add("/long", Site(BODY, length_off=1000))
    with pytest.raises(UserError, match=r"failed again and again.*goes on from there"):
        download(url, part, None, QUICK)


def test_length_that_promises_less_than_there_is(server: Server, part: Path) -> None:
    url = server.add("/short", Site(BODY, length_off=-1000))
    with pytest.raises(UserError, match=r"more than the 299000 bytes that it tells of"):
        download(url, part, None, QUICK)
    assert not part.exists()


def test_server_that_never_finishes(server: Server, part: Path) -> None:
    url = server.add("/never", Site(BODY, breaks=[1000] * 50, ranges=False))
    with pytest.raises(UserError, match="failed again and again"):
        download(url, part, None, QUICK)


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain"])
def test_web_page_instead_of_data(server: Server, part: Path, content_type: str) -> None:
    page = b"\n<!DOCTYPE html><html><body>Please log in</body></html>"
    url = server.add("/page", Site(page, content_type=content_type))
    with pytest.raises(UserError, match="is a web page, not data"):
        download(url, part, None, QUICK)
    assert not part.exists() or not part.read_bytes()


def test_404_is_not_tried_again(server: Server, part: Path) -> None:
    with pytest.raises(UserError, match=r"the server answers 404 .*; check the release"):
        download(f"{server.address}/missing", part, None, QUICK)


def test_busy_server_then_well(server: Server, part: Path) -> None:
    site = Site(BODY, statuses=[503, 429])
    download(server.add("/busy", site), part, None, QUICK)
    assert part.read_bytes() == BODY


def test_always_busy(server: Server, part: Path) -> None:
    url = server.add("/always-busy", Site(BODY, statuses=[503] * 9))
    with pytest.raises(UserError, match="the server answers 503"):
        download(url, part, None, QUICK)


def test_redirect(server: Server, part: Path) -> None:
    server.add("/there", Site(BODY))
    download(server.add("/here", Site(b"", location="/there")), part, None, QUICK)
    assert part.read_bytes() == BODY


@pytest.mark.parametrize("where", ["file:///etc/hostname", "/round"])
def test_redirect_to_a_file_or_in_a_circle(server: Server, part: Path, where: str) -> None:
    url = server.add("/round", Site(b"", location=where))
    with pytest.raises(UserError, match="check the address"):
        download(url, part, None, QUICK)
    assert not part.exists()


def test_nobody_there(part: Path) -> None:
    with pytest.raises(UserError, match="failed again and again"):
        download("http://127.0.0.1:9/x", part, None, QUICK)


def test_body_compressed_for_the_way(server: Server, part: Path) -> None:
    site = Site(gzip.compress(BODY), encoding="gzip")
    download(server.add("/encoded", site), part, None, QUICK)
    assert part.read_bytes() == BODY


def test_file_address(tmp_path: Path, part: Path) -> None:
    source = tmp_path / "a b"
    source.write_bytes(BODY)
    download(source.as_uri(), part, None, QUICK)
    assert part.read_bytes() == BODY
    with pytest.raises(UserError, match="cannot be read"):
        download((tmp_path / "none").as_uri(), part, None, QUICK)


def test_full_disk_keeps_what_came(
    server: Server, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = Path.open

    class Full:
        def __init__(self, file: Any) -> None:
            self._file, self._room = file, 100_000

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, block: bytes) -> int:
            if len(block) > self._room:
                self._file.write(block[: self._room])
                raise OSError(errno.ENOSPC, "No space left on device")
            self._room -= len(block)
            return int(self._file.write(block))

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    def opened(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        file = real_open(path, mode, *args, **more)
        return Full(file) if path == part and mode != "rb" else file

    site = Site(BODY)
    url = server.add("/full", site)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", opened)
        with pytest.raises(UserError, match="the disk is full"):
            download(url, part, None, QUICK)
    assert part.stat().st_size == 100_000
    download(url, part, None, QUICK)
    assert part.read_bytes() == BODY
    assert "bytes=100000-" in [ask.get("range") for ask in site.asked]


def test_no_room_is_said_before_the_first_byte(
    server: Server, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(UserError, match="the disk is full"):
        download(server.add("/no-room", Site(BODY)), part, None, QUICK)


def test_state_that_is_damaged_starts_again(server: Server, part: Path) -> None:
    part.write_bytes(b"x" * 1000)
    state_path(part).write_text("{")
    download(server.add("/damaged", Site(BODY)), part, None, QUICK)
    assert part.read_bytes() == BODY


CHILD = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from dugnad.resources.download import download
download({url!r}, Path({part!r}))
"""


def test_killed_process_is_resumed(server: Server, part: Path) -> None:
    site = Site(BODY, slow=0.05)
    url = server.add("/killed", site)
    code = CHILD.format(path=[path for path in sys.path if path], url=url, part=str(part))
    child = subprocess.Popen([sys.executable, "-c", code], env=os.environ)
    end = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size) and time.monotonic() < end:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    came = part.stat().st_size
    assert 0 < came < len(BODY)
    site.slow = 0
    download(url, part, None, QUICK)
    assert part.read_bytes() == BODY
    assert f"bytes={came}-" in [ask.get("range") for ask in site.asked]
