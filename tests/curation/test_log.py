"""The log is append-only and chained: any change of it is found, and the first line named."""

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dugnad.cli import main as dugnad
from dugnad.curation.apply import curated
from dugnad.curation.log import (
    BrokenLogError,
    Chained,
    Entry,
    append,
    line_of,
    read_log,
    require_head,
)
from dugnad.record_curation import Judgement, Signature
from workbooks import case

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)


def entry(comment: str, initials: str = "KN", **changes: object) -> Entry:
    judgement = Judgement(
        finding="chr7-100-A-T",
        name="EGFR p.(Leu858Arg)",
        class_judgement="SOM",
        comment=comment,
        initials=initials,
        at=NOW,
        record="0" * 64,
    )
    given = {
        "number": 0,
        "previous": "",
        "at": NOW,
        "by": initials,
        "case": "C1",
        "workbook": "0" * 64,
        "judgement": judgement,
    }
    return Entry.model_validate(given | changes)


def adding(*entries: Entry) -> Callable[[Sequence[Chained]], Sequence[Entry]]:
    return lambda _: entries


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "C1.curation.jsonl"
    for number in range(5):
        append(path, "C1", adding(entry(f"comment {number}")))
    return path


def test_each_line_has_the_digest_of_the_line_before(log: Path) -> None:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3, 4, 5]
    assert [line["previous"] for line in lines[1:]] == [line["digest"] for line in lines[:-1]]


def edited(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b"comment 2", b"comment 7"), *lines[3:]]


def edited_last(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4].replace(b'"SOM"', b'"exclude"')]


def redigested(lines: list[bytes]) -> list[bytes]:
    """Edited, with a digest that fits; the next line does not."""
    one = json.loads(lines[2])
    one.pop("digest")
    changed = Entry.model_validate(one).model_copy(update={"by": "AB"})
    return [*lines[:2], line_of(changed)[0][:-1], *lines[3:]]


BREAKS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int, str]] = {
    "edited": (edited, 3, "was changed: it does not fit its digest"),
    "last edited": (edited_last, 5, "was changed"),
    "edited with its digest": (redigested, 4, "does not continue"),
    "reordered": (lambda x: [x[0], x[2], x[1], *x[3:]], 2, "does not continue"),
    "taken out": (lambda x: [*x[:2], *x[3:]], 3, "does not continue"),
    "first taken out": (lambda x: x[1:], 1, "does not continue"),
    "put in twice": (lambda x: [*x, x[-1]], 6, "does not continue"),
    "no JSON": (lambda x: [*x[:1], b"hello", *x[1:]], 2, "is not an entry"),
    "empty line": (lambda x: [*x[:1], b"", *x[1:]], 2, "is not an entry"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_first_broken_line_is_named(
    log: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change, line, text = BREAKS[name]
    log.write_bytes(b"\n".join(change(log.read_bytes().splitlines())) + b"\n")
    assert dugnad(["curate", "--verify", str(log)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{log}:{line}: ")
    assert text in told
    before = log.read_bytes()
    with pytest.raises(BrokenLogError):
        append(log, "C1", adding(entry("more")))
    assert log.read_bytes() == before


def test_a_line_cut_short_is_found(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-20])
    with pytest.raises(BrokenLogError, match=r":5: is cut short"):
        read_log(log)


def test_lines_cut_off_show_against_the_record(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "case.json"
    path.write_text(curated(case(), read_log(log)).model_dump_json())
    words = ["curate", "--verify", str(log), "--case", str(path)]
    assert dugnad(words) == 0
    whole = log.read_bytes()
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    assert dugnad(words[:3]) == 0  # the chain alone cannot tell
    assert dugnad(words) == 2
    assert f"{log}:4: has 3 entries, but {path}" in capsys.readouterr().err


def test_a_chain_made_anew_shows_against_the_record(log: Path) -> None:
    found = read_log(log)
    head, entries = found[-1].digest, len(found)
    log.unlink()
    for number in range(6):
        append(log, "C1", adding(entry(f"other {number}")))
    with pytest.raises(BrokenLogError, match=r":5: is not the line that case.json remembers"):
        require_head(read_log(log), head, entries, "case.json", log)


def test_log_of_another_case_is_refused(log: Path) -> None:
    with pytest.raises(BrokenLogError, match="is of case 'C1', not 'C2'"):
        read_log(log, "C2")


def test_what_fails_halfway_is_taken_back(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = log.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        append(log, "C1", adding(entry("more")))
    assert log.read_bytes() == before


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "C1.curation.jsonl"
    people = ["AB", "CD", "EF", "GH"]

    def write(initials: str) -> None:
        for number in range(5):
            append(path, "C1", adding(entry(f"{initials} {number}", initials)))

    threads = [threading.Thread(target=write, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = read_log(path)
    assert len(found) == 20
    for one in people:
        own = [e.entry.judgement for e in found if e.entry.by == one]
        assert [j.comment for j in own if j] == [f"{one} {number}" for number in range(5)]


def test_an_entry_is_a_judgement_or_a_signature() -> None:
    signature = Signature(initials="KN", date=NOW.date(), record="0" * 64)
    line, digest = line_of(entry("x", judgement=None, signature=signature, number=1))
    assert json.loads(line)["digest"] == digest
    assert json.loads(line)["signature"]["initials"] == "KN"
