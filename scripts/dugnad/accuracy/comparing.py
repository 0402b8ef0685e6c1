"""Say which true variants are called, which are missed, and which calls are false."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from dugnad.accuracy.matching import Match, match
from dugnad.accuracy.places import Places, Scope
from dugnad.accuracy.variants import (
    Allele,
    CalledVariant,
    Placed,
    Reference,
    TrueVariant,
    V,
    unique,
)
from dugnad.alleles import Change
from dugnad.errors import UserError
from dugnad.regions import Region, outside

NEAR = 1000  # bases from a region within which an allele can be part of a match inside


class Labels(NamedTuple):
    """How errors name the inputs."""

    truth: str = "truth"
    calls: str = "calls"
    regions: str = "regions"


LABELS = Labels()


@dataclass(frozen=True)
class Judged:
    """A true variant, with the calls that give its sequence, alone or with others.

    Of a missed one, not all of those are ``called``: they say why it is missed.
    ``overlapping`` are the called alleles that change its bases otherwise.
    """

    truth: TrueVariant
    calls: tuple[CalledVariant, ...]
    overlapping: tuple[CalledVariant, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What is found, missed and called falsely where it is scored, over so many megabases."""

    true_positives: tuple[Judged, ...]
    false_negatives: tuple[Judged, ...]
    false_positives: tuple[CalledVariant, ...]
    megabases: float


def compare(
    truth: Iterable[TrueVariant],
    calls: Iterable[CalledVariant],
    regions: Sequence[Region],
    fasta_path: Path,
    unscored: Sequence[Region] = (),
    labels: Labels = LABELS,
) -> Comparison:
    """Hold the calls against the truth.

    Args:
        truth: true alleles; those that are not scored only excuse calls, by giving the same
            sequence or by changing the same bases.
        calls: the caller's alleles; those that are not called only explain.
        regions: where both are scored, by all their changed bases, left-aligned; an insertion by
            the base before it. Alleles outside, up to NEAR bases, can still be part of a match.
        fasta_path: the reference, indexed.
        unscored: parts of the regions that are left out.
        labels: names of the inputs for errors.

    An allele that is written twice counts once. Raises UserError where the reference lacks the
    contigs or bases of the regions, the truth or the calls.
    """
    scope = Scope(Places(regions), Places(unscored))
    with Reference(fasta_path) as reference:
        _check_regions(regions, reference, labels.regions)
        true = _true(reference.place(_near(truth, scope, reference, labels.truth), labels.truth))
        rows = reference.place(_near(calls, scope, reference, labels.calls), labels.calls)
        called = [row for row in rows if row.variant.called]
        matches = match(_alleles(true), _alleles(called), reference.bases)
        scored = [item for item in true if item.variant.scored and scope.scores(item.allele)]
        best = _smallest(matches, true)
        missed = unique([item for item in scored if item.allele.key not in best])
        explained = tuple(_explained(missed, rows, reference))
    matched = {called[index].allele.key for item in matches for index in item.calls}
    unmatched = [item for item in unique(called) if item.allele.key not in matched]
    found = unique([item for item in scored if item.allele.key in best])
    return Comparison(
        true_positives=tuple(
            Judged(item.variant, _called(best[item.allele.key], called)) for item in found
        ),
        false_negatives=explained,
        false_positives=tuple(_false(unmatched, true, scope)),
        megabases=scope.bases / 1e6,
    )


def _check_regions(regions: Sequence[Region], reference: Reference, label: str) -> None:
    faults = [fault for _, fault in outside(list(regions), reference.lengths)]
    if faults:
        raise UserError(
            [f"{label}: {fault} {reference.path}; give the one that belongs" for fault in faults]
        )


def _near(variants: Iterable[V], scope: Scope, reference: Reference, label: str) -> list[V]:
    """The variants that can have a part in what is scored.

    Raises UserError where there are variants, but all on contigs that the reference has not.
    """
    near: list[V] = []
    unknown, known = None, False
    for variant in variants:
        if variant.chrom not in reference.lengths:
            unknown = unknown or variant.chrom
            continue
        known = True
        start = variant.pos - 1
        if scope.inside.touches(variant.chrom, start - NEAR, start + len(variant.ref) + NEAR):
            near.append(variant)
    if unknown is not None and not known:
        raise UserError(
            f"{label}: contig {unknown!r} is not in the reference {reference.path}; "
            "give the reference of this file, with the same names of contigs"
        )
    return near


def _true(placed: Sequence[Placed[TrueVariant]]) -> list[Placed[TrueVariant]]:
    """The true alleles, not scored where any record of the same change is not."""
    unscored = {item.allele.key for item in placed if not item.variant.scored}
    return [
        replace(item, variant=replace(item.variant, scored=item.allele.key not in unscored))
        for item in placed
    ]


def _alleles(placed: Sequence[Placed[V]]) -> list[Allele]:
    return [item.allele for item in placed]


def _smallest(
    matches: Iterable[Match], true: Sequence[Placed[TrueVariant]]
) -> dict[tuple[str, Change], Match]:
    """The smallest match of each true change that has one; the smallest matches come first."""
    best: dict[tuple[str, Change], Match] = {}
    for item in matches:
        for index in item.truth:
            best.setdefault(true[index].allele.key, item)
    return best


def _called(item: Match, rows: Sequence[Placed[CalledVariant]]) -> tuple[CalledVariant, ...]:
    return tuple(rows[index].variant for index in item.calls)


def _false(
    unmatched: Iterable[Placed[CalledVariant]],
    true: Iterable[Placed[TrueVariant]],
    scope: Scope,
) -> Iterator[CalledVariant]:
    """Those that are scored, and change no base of a true variant that is not."""
    excused = Places(_region(item.allele) for item in true if not item.variant.scored)
    for item in unmatched:
        if scope.scores(item.allele) and not excused.touches(*item.allele.footprint):
            yield item.variant


def _explained(
    missed: Sequence[Placed[TrueVariant]],
    rows: Sequence[Placed[CalledVariant]],
    reference: Reference,
) -> Iterator[Judged]:
    """Each missed variant with the rows that give its sequence, and the calls in its place."""
    reasons = _smallest(match(_alleles(missed), _alleles(rows), reference.bases), missed)
    overlapping = _overlapping(missed, [row for row in rows if row.variant.called])
    for index, item in enumerate(missed):
        reason = reasons.get(item.allele.key)
        calls = _called(reason, rows) if reason else ()
        yield Judged(item.variant, calls, tuple(overlapping.get(index, ())))


def _overlapping(
    missed: Sequence[Placed[TrueVariant]], called: Sequence[Placed[CalledVariant]]
) -> dict[int, list[CalledVariant]]:
    """The calls that change a base of a missed variant, by the index of this."""
    at: dict[tuple[str, int], list[int]] = {}
    for index, item in enumerate(missed):
        chrom, start, end = item.allele.footprint
        for base in range(start, end):
            at.setdefault((chrom, base), []).append(index)
    found: dict[int, list[CalledVariant]] = {}
    for row in called:
        chrom, start, end = row.allele.footprint
        for index in {index for base in range(start, end) for index in at.get((chrom, base), [])}:
            found.setdefault(index, []).append(row.variant)
    return found


def _region(allele: Allele) -> Region:
    chrom, start, end = allele.footprint
    return Region(chrom, start, end, "")
