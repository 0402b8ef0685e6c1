"""Random changes written in two random ways always match, and other sequences never do."""

import random
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from toy_variants import counts, fasta

from dugnad.accuracy.comparing import compare
from dugnad.accuracy.matching import match
from dugnad.accuracy.variants import Allele, CalledVariant, Reference, TrueVariant
from dugnad.regions import Region

LENGTH = 300
WHOLE = [Region("chr1", 0, LENGTH, "")]
BLOCKS = [range(start, start + 50) for start in range(0, 250, 50)]


@dataclass(frozen=True)
class Edit:
    """Bases [start, start + len(ref)) become ``alt``, 0-based."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        return self.start + len(self.ref)


def genome(dice: random.Random) -> str:
    """Random bases, half of them in short tandem repeats."""
    text = ""
    while len(text) < LENGTH:
        unit = "".join(dice.choices("ACGT", k=dice.choice((1, 1, 2, 3, 12))))
        text += unit * dice.choice((1, 2, 4, 8)) if len(unit) < 12 else unit
    return text[:LENGTH]


def edits(dice: random.Random, reference: str) -> list[Edit]:
    """A few changes close to each other, each with at least one base between."""
    found: list[Edit] = []
    at = dice.randrange(100, 120)
    for _ in range(dice.randint(1, 4)):
        at += dice.choice((1, 1, 2, 5, 15))
        ref = reference[at : at + dice.choice((0, 1, 1, 2, 4))]
        alt = "".join(dice.choices("ACGT", k=dice.choice((0, 1, 1, len(ref), 3))))
        if ref != alt:
            found.append(Edit(at, ref, alt))
            at += len(ref)
    return found or [Edit(110, reference[110], "A" if reference[110] != "A" else "C")]


def applied(reference: str, changes: list[Edit]) -> str:
    text, at = "", 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        assert change.start >= at
        text += reference[at : change.start] + change.alt
        at = change.end
    return text + reference[at:]


def rewritten(dice: random.Random, reference: str, changes: list[Edit]) -> list[Edit]:
    """The same changes written otherwise: joined, parted, moved in repeats."""
    written: list[Edit] = []
    for change in changes:
        if written and dice.random() < 0.3:
            last = written.pop()
            between = reference[last.end : change.start]
            ref, alt = last.ref + between + change.ref, last.alt + between + change.alt
            change = Edit(last.start, ref, alt)
        written.append(change)
    return [part for change in written for part in parted(dice, reference, change)]


def parted(dice: random.Random, reference: str, change: Edit) -> list[Edit]:
    if dice.random() < 0.4:
        return [change]
    if len(change.ref) == len(change.alt):
        bases = enumerate(zip(change.ref, change.alt, strict=True))
        return [Edit(change.start + i, a, b) for i, (a, b) in bases if a != b]
    if change.ref and change.alt:
        place = dice.choice((change.start, change.end))
        return [replace(change, alt=""), Edit(place, "", change.alt)]
    return [moved(dice, reference, change)]


def moved(dice: random.Random, reference: str, change: Edit) -> Edit:
    """A deletion or insertion at another of its equal places, if a neighbour leaves it room."""
    wanted = applied(reference, [change])
    places = range(change.start - 6, change.start + 7)
    length, bases = len(change.ref), len(change.alt)
    others = [Edit(at, reference[at : at + length], wanted[at : at + bases]) for at in places]
    return dice.choice([edit for edit in others if applied(reference, [edit]) == wanted])


def vcf(dice: random.Random, reference: str, change: Edit) -> tuple[str, int, str, str]:
    """As a VCF writes it, with more bases before or after it than it needs."""
    before = dice.choice((1, 1, 1, 3)) if not (change.ref and change.alt) else dice.choice((0, 2))
    after = dice.choice((0, 0, 0, 2)) if change.ref and change.alt else 0
    head = reference[change.start - before : change.start]
    tail = reference[change.end : change.end + after]
    return "chr1", change.start - before + 1, head + change.ref + tail, head + change.alt + tail


def tangled(reference: str, changes: list[Edit], wanted: str) -> bool:
    """Whether moved changes got in each other's way, so that they are other changes."""
    ordered = sorted(changes, key=lambda change: (change.start, change.end))
    pairs = list(pairwise(ordered))
    return (
        any(b.start < a.end or (a.start == a.end == b.start == b.end) for a, b in pairs)
        or applied(reference, ordered) != wanted
    )


def two_ways(seed: int) -> tuple[random.Random, str, list[Edit], list[Edit]]:
    dice = random.Random(seed)
    reference = genome(dice)
    changes = edits(dice, reference)
    while (wanted := applied(reference, changes)) == reference:
        changes = edits(dice, reference)
    ways: list[list[Edit]] = []
    while len(ways) < 2:
        way = rewritten(dice, reference, changes)
        if not tangled(reference, way, wanted):
            ways.append(way)
    return dice, reference, ways[0], ways[1]


def joined(reference: str, changes: list[Edit]) -> Edit:
    """All changes as one."""
    start, end = min(edit.start for edit in changes), max(edit.end for edit in changes)
    shift = [replace(edit, start=edit.start - start) for edit in changes]
    return Edit(start, reference[start:end], applied(reference[start:end], shift))


def changed(dice: random.Random, reference: str, changes: list[Edit]) -> list[Edit]:
    """With another or a further base in one of the changes, so that the sequence is another."""
    wanted = applied(reference, changes)
    while True:
        index = dice.randrange(len(changes))
        alt = changes[index].alt[: -1 if dice.random() < 0.5 else None] + dice.choice("ACGT")
        other = [*changes[:index], replace(changes[index], alt=alt), *changes[index + 1 :]]
        if applied(reference, other) != wanted and all(edit.ref != edit.alt for edit in other):
            return other


def held(
    folder: Path, dice: random.Random, reference: str, truth: list[Edit], calls: list[Edit]
) -> tuple[int, int]:
    """False negatives and false positives."""
    found = compare(
        [TrueVariant(*vcf(dice, reference, edit)) for edit in truth],
        [CalledVariant(*vcf(dice, reference, edit)) for edit in calls],
        WHOLE,
        fasta(folder, chr1=reference),
    )
    return counts(found)[1:]


@pytest.mark.parametrize("block", BLOCKS)
def test_two_ways_of_one_sequence_match(block: range, tmp_path: Path) -> None:
    for seed in block:
        dice, reference, one, two = two_ways(seed)
        assert held(tmp_path, dice, reference, one, two) == (0, 0), (reference, one, two)


@pytest.mark.parametrize("block", BLOCKS)
def test_another_sequence_never_matches(block: range, tmp_path: Path) -> None:
    """The truth is one change: its parts could each be called, and be true, on their own."""
    for seed in block:
        dice, reference, one, two = two_ways(seed)
        truth, calls = [joined(reference, one)], changed(dice, reference, two)
        assert held(tmp_path, dice, reference, truth, calls) != (0, 0), (reference, truth, calls)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_match_gives_one_sequence(block: range, tmp_path: Path) -> None:
    """Of changes that have nothing to do with each other, only equal sequences match."""
    for seed in block:
        dice = random.Random(seed)
        reference = genome(dice)
        with Reference(fasta(tmp_path, chr1=reference)) as opened:
            sides = [
                [
                    TrueVariant(*vcf(dice, reference, edit))
                    for _ in "ab"
                    for edit in edits(dice, reference)
                ]
                for _ in range(2)
            ]
            truth, calls = ([item.allele for item in opened.place(side, "")] for side in sides)
            for found in match(truth, calls, opened.bases):
                chosen = [truth[i] for i in found.truth], [calls[i] for i in found.calls]
                assert same(reference, *chosen), (reference, chosen)


def same(reference: str, one: list[Allele], two: list[Allele]) -> bool:
    """Whether they give one sequence, where they are placed or left-aligned."""
    for name in ("given", "aligned"):
        texts = []
        for side in (one, two):
            changes = [getattr(allele, name) for allele in side]
            written = [Edit(change.start, change.ref, change.alt) for change in changes]
            ordered = sorted(written, key=lambda edit: (edit.start, edit.end))
            clash = any(b.start < a.end for a, b in pairwise(ordered))
            texts.append(None if clash else applied(reference, ordered))
        if texts[0] is not None and texts[0] == texts[1]:
            return True
    return False
