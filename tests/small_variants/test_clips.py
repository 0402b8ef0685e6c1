"""Duplications and deletions from clipped ends."""

from collections.abc import Sequence
from pathlib import Path

import pysam
import pytest
from simulated import (
    COUNTING,
    Bam,
    Haplotype,
    Pair,
    bases,
    deletion,
    insertion,
    other_base,
    region,
    tiled,
)

from dugnad.alleles import Change, left_align
from dugnad.small_variants.clips import MAX_FILLER, SEED, long_changes
from dugnad.small_variants.pileup import ClippedEnd, count_region

REF = bases(2000, 4)
PLACE = 1000
FILLER = "GATTACA"


def clip(changed: str, at: int, size: int, is_right: bool) -> str:
    """What lies beyond a place of the changed molecule, the next base first."""
    return changed[at : at + size] if is_right else changed[at - size : at][::-1]


def found(clips: dict[ClippedEnd, Sequence[str]], offset: int = 0) -> list[tuple[Change, int]]:
    return list(long_changes(clips, REF[offset:], offset))


def applied(change: Change) -> str:
    return REF[: change.start] + change.alt + REF[change.end :]


SIZES = (40, 120, 300)


@pytest.mark.parametrize("filler", ["", "G", FILLER, FILLER + "CCATG"])
@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("offset", [0, 500])
def test_a_duplication_from_either_end(size: int, is_right: bool, filler: str, offset: int) -> None:
    """The molecule: up to the end of the first copy, filler, then the second copy and on."""
    changed = REF[: PLACE + size] + filler + REF[PLACE:]
    first_end, second_start = PLACE + size, PLACE + size + len(filler)
    at = first_end if is_right else second_start
    end = ClippedEnd(PLACE + size if is_right else PLACE, is_right)
    clips = {end: [clip(changed, at, n, is_right) for n in (30, 40, 26)]}
    ((change, reads),) = found(clips, offset)
    assert applied(change) == changed
    assert (change.ref, len(change.alt)) == ("", size + len(filler))
    assert reads == 3


@pytest.mark.parametrize("filler", ["", "A", "ATTACA"])  # not as the bases that are gone
@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_deletion_from_either_end(size: int, is_right: bool, filler: str) -> None:
    changed = REF[:PLACE] + filler + REF[PLACE + size :]
    at = PLACE if is_right else PLACE + len(filler)
    end = ClippedEnd(PLACE if is_right else PLACE + size, is_right)
    ((change, reads),) = found({end: [clip(changed, at, n, is_right) for n in (30, 40)]})
    assert applied(change) == changed
    assert (change.end - change.start, change.alt) == (size, filler)
    assert reads == 2


@pytest.mark.parametrize("size", [60, 75])
def test_the_ends_agree_and_the_change_is_left_aligned(size: int) -> None:
    """The base after the duplication is as its first, so that alignments run one base too far."""
    place = next(
        i for i in range(PLACE, 1900) if REF[i] == REF[i + size] and REF[i - 1] != REF[i + size - 1]
    )
    changed = REF[: place + size] + REF[place:]
    ran_on = place + size + 1
    right = {ClippedEnd(ran_on, True): [clip(changed, ran_on, 30, True)] * 2}
    left = {ClippedEnd(place, False): [clip(changed, place + size, 30, False)] * 2}
    expected = Change(place, place, "", REF[place : place + size])
    assert left_align(expected, REF, 0) == expected
    assert found(right) == found(left) == [(expected, 2)]
    assert found(right | left) == [(expected, 2), (expected, 2)]


def test_one_clip_alone_tells_nothing() -> None:
    changed = REF[: PLACE + 60] + REF[PLACE:]
    end = ClippedEnd(PLACE + 60, True)
    one = clip(changed, PLACE + 60, 40, True)
    assert found({end: [one]}) == []
    assert found({end: [one, one]}) != []
    assert found({}) == []


def test_a_clip_that_is_too_short_or_fits_nowhere_tells_nothing() -> None:
    changed = REF[: PLACE + 60] + REF[PLACE:]
    end = ClippedEnd(PLACE + 60, True)
    short = [clip(changed, PLACE + 60, SEED - 1, True)] * 5
    assert found({end: short}) == []
    # one long clip: only as far as two reach
    assert found({end: [*short, clip(changed, PLACE + 60, 40, True)]}) == []
    assert found({end: [clip(changed, PLACE + 60, SEED, True)] * 2}) != []
    assert found({end: [bases(40, 99)] * 4}) == []


def test_a_clip_that_fits_in_several_places_tells_nothing() -> None:
    unit = bases(SEED + 6, 77)
    repeated = (
        REF[: PLACE - 300] + unit + REF[PLACE - 300 : PLACE - 100] + unit + REF[PLACE - 100 :]
    )
    end = ClippedEnd(PLACE, True)
    clips = {end: [unit + REF[1500:1520]] * 4}
    assert list(long_changes(clips, repeated, 0)) == []
    once = REF[: PLACE - 300] + unit + REF[PLACE - 300 :]
    ((change, reads),) = long_changes(clips, once, 0)
    # the molecule goes from the clipped end back to the only place that fits
    assert change.alt == once[PLACE - 300 : PLACE]
    assert reads == 4


def test_filler_has_a_limit() -> None:
    for size, number in ((MAX_FILLER, 1), (MAX_FILLER + 1, 0)):
        filler = bases(size, 3)
        changed = REF[:PLACE] + filler + REF[PLACE + 100 :]
        clips = {ClippedEnd(PLACE, True): [clip(changed, PLACE, 50, True)] * 3}
        assert len(found(clips)) == number


def test_a_clip_that_goes_on_as_the_reference_is_no_change() -> None:
    clips = {
        ClippedEnd(PLACE, True): [REF[PLACE : PLACE + 30]] * 3,
        ClippedEnd(PLACE, False): [REF[PLACE - 30 : PLACE][::-1]] * 3,
    }
    assert found(clips) == []


def test_clips_of_something_else_and_errors_do_not_count_but_do_no_harm() -> None:
    changed = REF[: PLACE + 60] + REF[PLACE:]
    true = clip(changed, PLACE + 60, 40, True)
    wrong = true[:20] + other_base(true[20]) + true[21:]
    clips = {ClippedEnd(PLACE + 60, True): [true, wrong, true, bases(40, 8)]}
    ((change, reads),) = found(clips)
    assert applied(change) == changed
    assert reads == 3


@pytest.mark.parametrize(
    "change",
    [
        insertion(PLACE, REF[PLACE : PLACE + 60]),
        insertion(PLACE, REF[PLACE : PLACE + 150]),
        deletion(REF, PLACE, PLACE + 250),
    ],
    ids=["60 twice", "150 twice", "250 gone"],
)
def test_from_reads_as_they_are_aligned(tmp_path: Path, change: Change) -> None:
    """Reads of a molecule with the change, and as many without it."""
    expected = left_align(change, REF, 0)
    changed, plain = Haplotype("chr1", REF, (expected,)), Haplotype("chr1", REF)
    around = (PLACE, PLACE + 250)
    pairs: list[Pair] = [*tiled(changed, around), *tiled(plain, around)]
    path = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    where = region(PLACE - 100, PLACE + 300)
    with pysam.AlignmentFile(str(path)) as bam:
        pile = count_region(bam, where, COUNTING, SEED)
    by_change: dict[Change, int] = {}
    for one, reads in long_changes(pile.clips, REF, 0):
        by_change[one] = by_change.get(one, 0) + reads
    assert list(by_change) == [expected]
    # either mate, from either side, unless fewer than 12 bases lie beyond the change
    assert by_change[expected] > 90
