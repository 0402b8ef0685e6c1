"""The ends of logs, fit for a terminal, and what they say of a failure."""

import re
from collections.abc import Iterable
from pathlib import Path

LINES = 15
WHOLE = 40
"""A log of up to so many lines is shown whole: it is one message, such as the word on the gates."""
BYTES = 64 * 1024
"""So much is read from the end of a log."""

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KILLED = re.compile(
    r"oom.kill|out of memory|slurmstepd: error|DUE TO|CANCELLED AT|NODE_FAIL|TIMEOUT"
    r"|No space left|Disk quota|Bus error|Killed",
    re.IGNORECASE,
)
_EXIT = re.compile(
    r"Command '(?P<command>.*)' (?:returned non-zero exit status (?P<status>\d+)"
    r"|died with <Signals\.(?P<signal>\w+): \d+>)",
    re.DOTALL,
)
_STRICT = "set -euo pipefail;"


def plain(text: str) -> str:
    """Text without control characters, in which a line keeps what a progress bar wrote last."""
    text = _SEQUENCE.sub("", text).replace("\r\n", "\n")
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return _CONTROL.sub("", "\n".join(lines)).replace("\t", "    ")


def tail(path: str | Path, lines: int = LINES) -> list[str]:
    """The last lines of a log, or all of a short one; empty where it cannot be read."""
    try:
        with Path(path).open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - BYTES))
            text = log.read().decode(errors="replace")
    except OSError:
        return []
    found = plain(text).rstrip().split("\n")
    if found == [""]:
        return []
    if size <= BYTES and len(found) <= WHOLE:
        return found
    return found[-lines:]


def reasons(path: str | Path) -> list[str]:
    """Lines of a cluster's log that tell why a job was ended from outside, at most three."""
    return [line for line in tail(path, lines=200) if _KILLED.search(line)][-3:]


def broken(path: str | Path) -> list[str]:
    """Paths of rules' logs that a group's log calls those of failed jobs."""
    text = "\n".join(tail(path, lines=2000))
    found = re.findall(r"^\s*log: (.+) \(check log file", text, re.MULTILINE)
    return [path for paths in found for path in paths.split(", ")]


def exit_of(message: str) -> tuple[str, str] | None:
    """Command and exit of Snakemake's message on a failed command, or None for another message."""
    if found := _EXIT.search(message):
        command = found["command"].removeprefix(_STRICT).strip()
        return command, f"exit {found['status']}" if found[
            "status"
        ] else f"killed, {found['signal']}"
    return None


def take_exit(ends: list[tuple[str, str]], command: str | None) -> str | None:
    """Take the exit of this command out of those that were seen and not yet told."""
    for index, (seen, end) in enumerate(ends):
        if command and seen == command.strip():
            del ends[index]
            return end
    return None


def present(paths: Iterable[str]) -> list[str]:
    """Those logs that can be read."""
    return [path for path in dict.fromkeys(paths) if Path(path).is_file()]


def latest(paths: Iterable[str]) -> list[str]:
    """The log that was written last: of a group that was killed, that of the step it was in."""
    return sorted(present(paths), key=lambda path: Path(path).stat().st_mtime_ns)[-1:]
