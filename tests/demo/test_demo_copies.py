"""Copies along the genome, and the scars that they amount to by the published definitions."""

from collections import Counter
from typing import Any

import pytest
from toy_cells import SUBCLONE, TOY, event, toy_case

from dugnad.demo.copies import (
    Segment,
    clone_segments,
    copies_at,
    germline_segments,
    overlay,
    region_of,
)
from dugnad.demo.interval import Interval
from dugnad.demo.scars import scars
from dugnad.errors import UserError


def test_sex_chromosomes_from_birth() -> None:
    woman, man = germline_segments(TOY, "female"), germline_segments(TOY, "male")
    for place, female, male in (
        (("chr1", 0), (1, 1), (1, 1)),
        (("chrX", 1999), (1, 1), (1, 1)),
        (("chrX", 2000), (1, 1), (1, 0)),
        (("chrY", 3999), (0, 0), (0, 1)),
    ):
        assert (copies_at(woman, *place), copies_at(man, *place)) == (female, male), place
    with pytest.raises(ValueError, match="chr1:9000 is in no segment"):
        copies_at(woman, "chr1", 9000)


def test_overlay_changes_the_region_alone() -> None:
    segments = [Segment("chr1", 0, 50, (1, 1)), Segment("chr1", 50, 90, (2, 1))]
    segments.append(Segment("chr2", 0, 90, (1, 1)))
    assert overlay(segments, Interval("chr1", 40, 60), (0, 3)) == [
        Segment("chr1", 0, 40, (1, 1)),
        Segment("chr1", 40, 50, (0, 3)),
        Segment("chr1", 50, 60, (0, 3)),
        Segment("chr1", 60, 90, (2, 1)),
        Segment("chr2", 0, 90, (1, 1)),
    ]
    assert overlay(segments, Interval("chr1", 50, 90), (0, 3))[:2] == [
        Segment("chr1", 0, 50, (1, 1)),
        Segment("chr1", 50, 90, (0, 3)),
    ]
    assert overlay(segments, Interval("chr3", 0, 90), (0, 3)) == segments
    assert segments[1].total == 3


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("chr1", 0, 9000), ("chr1:1.5-2", 1500, 2000), ("chr1:3-400", 3000, 9000), ("TOY", 0, 3600)],
)
def test_regions(text: str, start: int, end: int) -> None:
    assert region_of(TOY, text) == Interval("chr1", start, end, text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("chr1:9-12", "region chr1:9-12 is empty; chr1 has 9000 bases"),
        ("chr1:5-5", "region chr1:5-5 is empty"),
        ("chr9", "no gene 'chr9'"),
        ("KRAS", "no gene 'KRAS' in genome.yaml"),
    ],
)
def test_regions_that_are_nowhere(text: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        region_of(TOY, text)


def test_clone_segments_take_the_clones_events_in_order() -> None:
    events = [event(2, 1), event(3, 0, "B", "chr1:4-5"), event(9, 1, region="TOY")]
    case = toy_case(clones=SUBCLONE, copy_numbers=events)

    def at(position: int, *clones: str, focal: bool = True) -> tuple[int, int]:
        return copies_at(clone_segments(TOY, case, clones, focal), "chr1", position)

    assert [at(p, "A") for p in (100, 4500, 8000)] == [(9, 1), (2, 1), (2, 1)]
    assert [at(p, "A", "B") for p in (100, 4500, 8000)] == [(9, 1), (3, 0), (2, 1)]
    assert at(100, "A", focal=False) == (2, 1)
    assert at(100) == (1, 1)


EVEN, GAIN, LOST, GONE, TWICE = (1, 1), (2, 1), (1, 0), (0, 0), (2, 0)


@pytest.mark.parametrize(
    ("stretches", "loh", "lst", "tai"),
    [
        ([(100, EVEN)], 0, 0, 0),
        ([(100, LOST)], 0, 0, 0),
        ([(5, EVEN), (15, LOST), (80, EVEN)], 0, 1, 0),
        ([(5, EVEN), (16, LOST), (79, EVEN)], 1, 1, 0),
        ([(5, EVEN), (8, LOST), (8, TWICE), (79, EVEN)], 1, 0, 0),
        ([(5, EVEN), (16, GONE), (79, EVEN)], 0, 1, 0),
        ([(12, EVEN), (12, GAIN), (76, EVEN)], 0, 2, 0),
        ([(9, EVEN), (12, GAIN), (79, EVEN)], 0, 1, 0),
        ([(10, EVEN), (10, GAIN), (20, EVEN), (60, EVEN)], 0, 2, 0),
        ([(12, EVEN), (2, LOST), (86, EVEN)], 0, 0, 0),
        ([(12, EVEN), (2, LOST), (86, GAIN)], 0, 1, 0),
        ([(12, EVEN), (4, LOST), (84, GAIN)], 0, 0, 0),
        ([(12, EVEN), (2, LOST), (2, TWICE), (84, GAIN)], 0, 0, 0),
        ([(40, EVEN), (60, LOST)], 1, 0, 1),
        ([(39, GAIN), (61, EVEN)], 0, 0, 1),
        ([(41, GAIN), (59, EVEN)], 0, 0, 0),
        ([(20, GAIN), (50, EVEN), (30, LOST)], 1, 2, 2),
        ([(20, (2, 2)), (80, EVEN)], 0, 1, 0),
    ],
)  # fmt: skip
def test_scars_by_their_definitions(stretches: Any, loh: int, lst: int, tai: int) -> None:
    """A chromosome of 100 kb for 100 Mb, whose centromere is at 40."""
    segments, start = [], 0
    for length, copies in stretches:
        segments.append(Segment("chr1", start, start + 1000 * length, copies))
        start += 1000 * length
    centromeres = {"chr1": 40_000, "chr2": 40_000, "chrX": 40_000}
    expected = Counter({"loh": loh, "lst": lst, "tai": tai})
    assert scars(segments, centromeres) == expected
    again = [Segment("chr2", s.start, s.end, s.copies) for s in segments]
    on_x = [Segment("chrX", s.start, s.end, s.copies) for s in segments]
    doubled = {key: 2 * number for key, number in expected.items()}
    assert scars([*segments, *again, *on_x], centromeres) == doubled
