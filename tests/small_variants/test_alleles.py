"""Alleles in their shortest form, left-aligned, and as VCF writes them."""

import random

import pytest

from dugnad.alleles import Change, as_vcf, base_beside, left_align, placements, trim


def applied(text: str, change: Change) -> str:
    assert text[change.start : change.end] == change.ref
    return text[: change.start] + change.alt + text[change.end :]


@pytest.mark.parametrize("seed", range(200))
def test_left_alignment_reads_the_same_and_nothing_lies_further_left(seed: int) -> None:
    """In a text of two letters, where most indels have several placements."""
    rng = random.Random(seed)
    offset = rng.choice((0, 1000))
    text = "".join(rng.choices("AC", k=30))
    start, size = rng.randrange(1, 25), rng.randint(1, 5)
    change = (
        Change(start, start + size, text[start : start + size], "")
        if rng.random() < 0.5
        else Change(start, start, "", "".join(rng.choices("AC", k=size)))
    )
    moved = Change(change.start + offset, change.end + offset, change.ref, change.alt)
    aligned = left_align(moved, text, offset)
    home = Change(aligned.start - offset, aligned.end - offset, aligned.ref, aligned.alt)
    target = applied(text, change)
    assert applied(text, home) == target

    def same_at(place: int) -> bool:
        """Whether some indel of that size at the place makes the same."""
        if change.ref:
            return text[:place] + text[place + len(change.ref) :] == target
        return text[:place] == target[:place] and text[place:] == target[place + len(change.alt) :]

    size_of_ref = len(change.ref)
    places = [place for place in range(len(text) - size_of_ref + 1) if same_at(place)]
    assert home.start == min(places)
    assert placements(moved, text, offset) == (
        min(places) + offset,
        max(places) + size_of_ref + offset,
    )
    assert left_align(aligned, text, offset) == aligned


@pytest.mark.parametrize(
    ("vcf", "change"),
    [
        ((10, "A", "T"), Change(9, 10, "A", "T")),
        ((10, "AC", "AT"), Change(10, 11, "C", "T")),
        ((10, "ACG", "TCC"), Change(9, 12, "ACG", "TCC")),
        ((10, "CAAA", "CAA"), Change(10, 11, "A", "")),
        ((10, "CA", "CAA"), Change(10, 10, "", "A")),
        ((10, "c", "cgt"), Change(10, 10, "", "GT")),
        ((10, "CAG", "CTTG"), Change(10, 11, "A", "TT")),
        ((1, "AC", "C"), Change(0, 1, "A", "")),
        ((1, "C", "GGC"), Change(0, 0, "", "GG")),
    ],
)
def test_trimming(vcf: tuple[int, str, str], change: Change) -> None:
    assert trim(*vcf) == change


@pytest.mark.parametrize(
    ("change", "vcf"),
    [
        (Change(9, 10, "A", "T"), (10, "A", "T")),
        (Change(10, 12, "AC", ""), (10, "GAC", "G")),
        (Change(10, 10, "", "TT"), (10, "G", "GTT")),
        (Change(10, 12, "AC", "T"), (11, "AC", "T")),
        # at a contig's start the base behind is written, for want of one before
        (Change(0, 2, "AC", ""), (1, "ACG", "G")),
        (Change(0, 0, "", "TT"), (1, "G", "TTG")),
        (Change(0, 1, "A", "T"), (1, "A", "T")),
    ],
)
def test_as_vcf_writes_it_and_back(change: Change, vcf: tuple[int, str, str]) -> None:
    assert as_vcf(change, "G") == vcf
    assert trim(*vcf) == change
    start, end = base_beside(change)
    assert (start, end) == (
        (change.start - 1, change.start) if change.start else (change.end, change.end + 1)
    )
