"""Check, trim and pass on the reads of a sample: all lanes, one after the other, as one stream.

Each lane's FASTQ pair is checked to its last read and goes interleaved through fastp, whose output
is this verb's own. Nothing is written but fastp's report of each lane.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, NoReturn

from dugnad.errors import UserError
from dugnad.files import replacing
from dugnad.reads.pair_reads import interleave, write

_FASTP = ("fastp", "--stdin", "--interleaved_in", "--stdout", "--thread", "1", "--html", os.devnull)
"""One thread: with more, fastp 0.23 writes the reads in an order that varies."""
_BUFFER = 1 << 20
_LAST_LINES = 5


@dataclass(frozen=True)
class Lane:
    """A FASTQ pair, the read group that its reads are given, and where fastp's report goes."""

    id: str
    first: Path
    second: Path
    report: Path


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--lane",
        action="append",
        nargs=4,
        required=True,
        metavar=("ID", "FASTQ_1", "FASTQ_2", "JSON"),
        help="read group, FASTQ pair (plain or gzip), fastp's report; repeated, in order",
    )
    umi = parser.add_mutually_exclusive_group()
    umi.add_argument(
        "--umi-in-name", action="store_true", help="each name must end in a UMI, as :ACGT+ACGT"
    )
    umi.add_argument(
        "--umi-inline",
        nargs=2,
        type=int,
        metavar=("LENGTH", "SKIP"),
        help="bases to move from the front of both reads into the name, and to remove after them",
    )


def main(args: argparse.Namespace) -> None:
    """Write the trimmed pairs of all lanes to standard output, interleaved."""
    signal.signal(signal.SIGTERM, _terminate)
    options = umi_options(args.umi_inline)
    for name, first, second, report in args.lane:
        lane = Lane(name, Path(first), Path(second), Path(report))
        try:
            count = trim(lane, options, args.umi_in_name)
        except UserError as error:
            raise UserError([f"{text} (lane {lane.id})" for text in error.problems]) from None
        print(f"{lane.id}: {count} read pairs", file=sys.stderr)


def umi_options(inline: Sequence[int] | None) -> list[str]:
    """fastp's options that move a UMI of ``(length, skip)`` bases into the read's name."""
    if inline is None:
        return []
    length, skip = inline
    return ["--umi", "--umi_loc=per_read", f"--umi_len={length}", f"--umi_skip={skip}"]


def trim(lane: Lane, options: Sequence[str] = (), umi_in_name: bool = False) -> int:
    """Pass a lane through fastp to standard output; returns the pairs as sequenced.

    The report is there only when the whole lane went through. Raises UserError for a fault of the
    input (see ``interleave``), and when fastp fails or cannot write its report; SystemExit when
    whoever reads the output ended early, so that its own message stands out.
    """
    pairs = interleave(lane.first, lane.second, lane.id, umi_in_name)
    with replacing(lane.report) as report:
        fastp = _start([*options, "--report_title", lane.id, "--json", str(report)])
        count, status, said = _feed(fastp, pairs)
        if status == -signal.SIGPIPE:
            sys.exit(f"lane {lane.id}: the program that reads the trimmed reads ended early")
        if status:
            reason = signal.strsignal(-status) if status < 0 else f"status {status}"
            raise UserError(f"fastp ended with {reason}; it said: {' / '.join(said) or 'nothing'}")
        _check_report(lane, report)
    return count


def _start(options: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*_FASTP, *options], stdin=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=_BUFFER
        )
    except FileNotFoundError:
        raise UserError("fastp: no such program; install it, as in envs/fastp.yaml") from None


def _feed(fastp: subprocess.Popen[bytes], pairs: Iterator[bytes]) -> tuple[int, int, list[str]]:
    """Give fastp the pairs; returns their number, its status and its last lines.

    Whatever is at fault with the pairs stops fastp, so that it ends no lane that was cut.
    """
    assert fastp.stdin and fastp.stderr
    said: deque[str] = deque(maxlen=_LAST_LINES)
    listener = Thread(target=_pass_on, args=(fastp.stderr, said))
    count = 0
    with fastp:
        listener.start()
        try:
            count = write(pairs, fastp.stdin)
            fastp.stdin.close()
        except BrokenPipeError:  # fastp ended: its status tells why
            pass
        except BaseException:
            fastp.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                fastp.stdin.close()
            listener.join()
        status = fastp.wait()
    return count, status, list(said)


def _pass_on(messages: IO[bytes], last: deque[str]) -> None:
    """Send fastp's messages on to standard error, and keep the last."""
    for line in messages:
        text = line.decode(errors="replace").rstrip()
        print(text, file=sys.stderr)
        if text:
            last.append(text)


def _check_report(lane: Lane, report: Path) -> None:
    """fastp ends with status 0 when it could not write its report."""
    try:
        json.loads(report.read_bytes())
    except (OSError, ValueError):
        raise UserError(
            f"{lane.report}: fastp did not write its report to the end; is the disk full?"
        ) from None


def _terminate(*_: object) -> NoReturn:
    """End by way of the clean-up: no temporary is left, and fastp ends no lane that was cut."""
    sys.exit(128 + signal.SIGTERM)
