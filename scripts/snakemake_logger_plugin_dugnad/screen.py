"""Where lines are written: above a live block on a terminal, else one after the other."""

import contextlib
import os
import threading
from typing import Any, TextIO

from . import tell
from .logs import plain
from .progress import Progress, now

BEAT = 60.0
"""Seconds between two lines of counts where there is no terminal."""
REST = 10
"""After so many beats a line is written even if nothing has changed."""
REFRESH = 1.0
"""Seconds between two pictures of the live block."""


class Screen:
    """A stream that people read."""

    def __init__(self, stream: TextIO, progress: Progress, *, live: bool, colour: bool) -> None:
        """Nothing is written, and no thread runs, before `start`."""
        self.stream = stream
        self.progress = progress
        self.submits = False
        self.begun = now()
        self.wanted = live
        self.block: Any = None
        self.console: Any = None
        self.stop = threading.Event()
        self.lock = threading.RLock()
        self.beats: threading.Thread | None = None
        if stream.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb"):
            from rich.console import Console

            plain_colour = None if colour and not os.environ.get("NO_COLOR") else True
            self.console = Console(file=stream, highlight=False, no_color=plain_colour)

    @property
    def is_live(self) -> bool:
        """A live block stands at the end of the terminal."""
        return self.block is not None

    def start(self) -> None:
        """Show the live block, or begin to write counts; at most once."""
        if not self.wanted or self.beats is not None:
            return
        if self.console is not None:
            from rich.live import Live

            self.block = Live(
                console=self.console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self.block.start()
            self.console.show_cursor(True)
            self._draw()
        self.beats = threading.Thread(target=self._beat, name="dugnad-watch", daemon=True)
        self.beats.start()

    def say(self, text: str, style: str = "") -> None:
        """Write one text, of one or more lines, as it is but without control characters."""
        self.say_all([(text, style)])

    def say_all(self, lines: list[tuple[str, str]]) -> None:
        """Write several texts at once, each with its style."""
        if self.console is not None:
            from rich.text import Text

            shown = Text("\n").join(Text(plain(text), style=style) for text, style in lines)
            self.console.print(shown, soft_wrap=True)
            return
        try:
            self.stream.write("".join(f"{plain(text)}\n" for text, _ in lines))
            self.stream.flush()
        except (OSError, ValueError):  # nobody reads any longer
            return

    def close(self) -> None:
        """Take the live block away."""
        with self.lock:
            self.stop.set()
            block, self.block, self.wanted = self.block, None, False
            if block is not None:
                block.stop()

    def _beat(self) -> None:
        """Draw the block each second, or write the counts each minute."""
        said: tuple[int, ...] = ()
        rests = 0
        while not self.stop.wait(REFRESH if self.console is not None else BEAT):
            with self.lock, contextlib.suppress(Exception):  # a picture lost is not a run lost
                if self.stop.is_set():
                    return
                if self.console is not None:
                    self._draw()
                    continue
                state, rests = (self.progress.done, *self.progress.counts().values()), rests + 1
                if state != said or rests >= REST:
                    text = tell.counts(self.progress, submits=self.submits)
                    self.say(f"after {tell.span(now() - self.begun)}: {text}")
                    said, rests = state, 0

    def _draw(self) -> None:
        from rich.text import Text

        block = self.block
        if block is None:
            return
        seconds = now() - self.begun
        lines = tell.block(self.progress, seconds, submits=self.submits)
        body = Text(no_wrap=True, overflow="ellipsis")
        for text, style in lines:
            body.append(f"{plain(text)}\n", style)
        block.update(body, refresh=True)
