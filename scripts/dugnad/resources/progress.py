"""How far a download is, on standard error: one line that changes, or plain lines in a log."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_EVERY = 0.2  # seconds between changes of the line
_LOG_EVERY = 30.0  # seconds between plain lines


class Progress:
    """Tells of one file; call it with bytes so far and in all, and ``end`` it."""

    def __init__(
        self,
        name: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._stream = stream or sys.stderr
        self._clock = clock
        self._live = self._stream.isatty()
        self._started = self._last = clock()
        self._first: int | None = None
        self._tenth = -1

    def __call__(self, done: int, total: int | None) -> None:
        """So many bytes are here, of so many (None: not known)."""
        now = self._clock()
        if self._first is None:
            self._first = done
        tenth = done * 10 // total if total else -1
        due = now - self._last >= (_EVERY if self._live else _LOG_EVERY)
        whole = total is not None and done >= total
        if not (due or whole or (not self._live and tenth > self._tenth)):
            return
        self._tenth, self._last = tenth, now
        text = f"{self._name}: {self._amount(done, total)}, {self._rate(done, now):.1f} MB/s"
        self._stream.write(f"\r\x1b[K{text}" if self._live else f"{text}\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._live:
            self._stream.write("\n")

    def _amount(self, done: int, total: int | None) -> str:
        if total:
            return f"{100 * done / total:.0f} % of {megabytes(total)}"
        return megabytes(done)

    def _rate(self, done: int, now: float) -> float:
        return (done - (self._first or 0)) / 1e6 / max(now - self._started, 1e-3)


def megabytes(size: int) -> str:
    """A size as people read it: 1.2 GB, 34 MB, 0.5 kB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e3:.1f} kB"
