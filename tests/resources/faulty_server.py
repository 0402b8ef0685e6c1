"""A web server with the faults that real ones have."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


@dataclass
class Site:
    """What the server sends for one path, and how it misbehaves."""

    body: bytes
    etag: str | None = '"one"'
    modified: str | None = "Mon, 02 Nov 2026 10:00:00 GMT"
    statuses: list[int] = field(default_factory=list)  # answers before the right one
    breaks: list[int] = field(default_factory=list)  # bytes after which an answer breaks off
    length_off: int = 0  # added to Content-Length
    ranges: bool = True
    honours_condition: bool = True
    content_type: str = "application/octet-stream"
    location: str | None = None
    later: list[tuple[bytes, str]] = field(default_factory=list)  # body, etag after each answer
    slow: float = 0.0  # seconds between blocks
    asked: list[dict[str, str]] = field(default_factory=list)
    encoding: str | None = None


class Server:
    """The sites of a running server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sites: dict[str, Site] = {}

    def add(self, path: str, site: Site) -> str:
        self.sites[path] = site
        return f"{self.address}{path}"


class _Handler(BaseHTTPRequestHandler):
    sites: ClassVar[dict[str, Site]] = {}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def do_HEAD(self) -> None:
        site = self.sites.get(self.path)
        self.send_response(200 if site else 404)
        if site and site.etag:
            self.send_header("ETag", site.etag)
        self.end_headers()

    def do_GET(self) -> None:
        site = self.sites.get(self.path)
        if site is None:
            self.send_error(404)
            return
        site.asked.append({key.lower(): value for key, value in self.headers.items()})
        if site.statuses:
            self.send_error(site.statuses.pop(0))
            return
        if site.location:
            self.send_response(302)
            self.send_header("Location", site.location)
            self.end_headers()
            return
        self._send(site)
        if site.later:
            site.body, site.etag = site.later.pop(0)

    def _send(self, site: Site) -> None:
        start = self._start(site)
        if start > 0 and start >= len(site.body):
            self.send_response(416)
            self.end_headers()
            return
        body = site.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", site.content_type)
        self.send_header("Content-Length", str(len(body) + site.length_off))
        if start:
            total = len(site.body)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        for name, value in (("ETag", site.etag), ("Last-Modified", site.modified),
                            ("Content-Encoding", site.encoding)):  # fmt: skip
            if value:
                self.send_header(name, value)
        self.end_headers()
        if site.breaks:
            body = body[: site.breaks.pop(0)]
        try:
            for at in range(0, len(body), 1 << 14):
                self.wfile.write(body[at : at + (1 << 14)])
                time.sleep(site.slow)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _start(self, site: Site) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not found or not site.ranges:
            return 0
        condition = self.headers.get("If-Range")
        if site.honours_condition and condition not in (None, site.etag, site.modified):
            return 0
        return int(found[1])


@contextmanager
def serving() -> Iterator[Server]:
    """A server in a thread, on a free port of this machine."""
    server = Server("")
    handler = type("Handler", (_Handler,), {"sites": server.sites})
    web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.address = f"http://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
