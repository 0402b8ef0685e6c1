"""The verdict on a sample's microsatellites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dugnad.biomarkers.msi_loci import Locus
from dugnad.biomarkers.msi_statistics import Expected, Row, differing, score, wilson
from dugnad.panel_biomarkers import MsiRules
from dugnad.record_biomarkers import Msi, MsiLocus

SHOWN = 20  # loci, for pictures
LEAST_RUN = 4  # bases of a homopolymer: of random indels too many lie beside shorter runs

Status = Literal["high", "indeterminate", "stable", "not_assessable"]


@dataclass(frozen=True)
class Judged:
    """A locus of the sample; ``more`` and ``score`` are None where it is not usable."""

    row: Row
    expected: Expected | None
    more: float | None
    score: float | None
    is_unstable: bool


def judge(rows: Iterable[Row], normals: Mapping[str, Expected], rules: MsiRules) -> list[Judged]:
    """Each locus of a sample's table, held against the normals."""
    return [_judged(row, normals.get(row["name"]), rules) for row in rows]


def _judged(row: Row, expected: Expected | None, rules: MsiRules) -> Judged:
    if expected is None or not row["reads"] or row["reads"] < rules.min_reads.value:
        return Judged(row, expected, None, None, False)
    more, deviations = score(row, expected)
    is_unstable = deviations > rules.deviations.value and more > rules.min_shift.value
    return Judged(row, expected, more, deviations, is_unstable)


def share(judged: Sequence[Judged], rules: MsiRules) -> tuple[Status, int, int]:
    """The status by the panel's limits, usable and unstable loci."""
    usable = sum(one.score is not None for one in judged)
    unstable = sum(one.is_unstable for one in judged)
    if usable < rules.min_loci.value:
        return "not_assessable", usable, unstable
    if unstable / usable >= rules.high.value:
        return "high", usable, unstable
    return (
        "stable" if unstable / usable <= rules.stable.value else "indeterminate",
        usable,
        unstable,
    )


def verdict(
    judged: Sequence[Judged], rules: MsiRules, purity: float | None, evidence: Sequence[str] = ()
) -> Msi:
    """The record's part, without the small variants' indels.

    Args:
        judged: the panel's loci.
        rules: of the panel.
        purity: tumour fraction, if known.
        evidence: what else is told beside, in words.
    """
    status, usable, unstable = share(judged, rules)
    words = _reason(status, usable, unstable, len(judged), rules)
    known = status != "not_assessable"
    if known and status != "high":
        status, warning = _by_purity(status, purity, rules)
        words += warning
    lower, upper = wilson(unstable, usable) if known else (None, None)
    counted = [one.expected.normals for one in judged if one.expected]
    return Msi(
        loci=len(judged),
        usable=usable,
        unstable=unstable,
        value=unstable / usable if known else None,
        lower=lower,
        upper=upper,
        status=status,
        method=_method(rules, max(counted, default=0)),
        reason="; ".join([*words, *evidence]),
        shown=tuple(_shown(judged)),
    )


def _method(rules: MsiRules, normals: int) -> str:
    return (
        f"repeats lost per fragment, held against {normals} normals at each locus (after"
        f" MSIsensor-pro, PMID:32171661); unstable: {rules.deviations.value:g} standard deviations"
        f" and {rules.min_shift.value:g} repeats above them"
    )


def _reason(status: Status, usable: int, unstable: int, loci: int, rules: MsiRules) -> list[str]:
    if status == "not_assessable":
        return [
            f"{usable} of {loci} loci have {rules.min_reads.value} fragments and enough normals;"
            f" the panel asks for {rules.min_loci.value}"
        ]
    low, high = (_percent(limit.value) for limit in (rules.stable, rules.high))
    limit = {
        "high": f"high from {high}",
        "stable": f"stable up to {low}",
        "indeterminate": f"stable up to {low}, high from {high}",
    }[status]
    lower, upper = map(_percent, wilson(unstable, usable))
    return [
        f"{unstable} of {usable} usable loci are unstable ({_percent(unstable / usable)}, 95 %"
        f" interval {lower} to {upper}; {limit})"
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _by_purity(status: Status, purity: float | None, rules: MsiRules) -> tuple[Status, list[str]]:
    """What few tumour cells leave of a status that is not high."""
    least = rules.min_purity.value
    if purity is None:
        return status, [f"purity is not known: below {least:g} instability is missed"]
    if purity >= least:
        return status, []
    return "indeterminate", [
        f"purity {purity:g} is below {least:g}, where instability is missed: not called stable"
    ]


def beside_normal(tumour: Iterable[Row], normal: Iterable[Row], rules: MsiRules) -> str:
    """In words, at how many loci the tumour differs from the case's own normal."""
    normals = {row["name"]: row for row in normal}
    least = rules.min_reads.value
    pairs = [
        (row, normals[row["name"]])
        for row in tumour
        if row["name"] in normals and min(row["reads"], normals[row["name"]]["reads"]) >= least
    ]
    return (
        f"beside the own normal, {differing(pairs)} of {len(pairs)} loci have other lengths"
        " (chi-square, 5 % false discoveries)"
    )


def _shown(judged: Sequence[Judged]) -> Iterable[MsiLocus]:
    """The loci with the highest scores, best first."""
    scored = [one for one in judged if one.score is not None]
    for one in sorted(scored, key=lambda one: -(one.score or 0))[:SHOWN]:
        if one.expected is None:
            continue
        row, normal = one.row, one.expected
        first = min(row["first_length"], normal.first_length)
        counts = [0] * (row["first_length"] - first) + list(row["counts"])
        shares = [0.0] * (normal.first_length - first) + list(normal.shares)
        yield MsiLocus(
            name=row["name"],
            chrom=row["chrom"],
            start=row["start"],
            end=row["end"],
            unit=row["unit"],
            reads=row["reads"],
            first_length=first,
            shares=tuple(round(count / row["reads"], 5) for count in counts),
            normal_shares=tuple(shares),
            score=one.score,
            status="unstable" if one.is_unstable else "stable",
        )


def homopolymer_indels(findings: Iterable[Row]) -> int:
    """Somatic indels in homopolymers that pass all filters."""
    return sum(
        row["origin"] == "somatic"
        and not row["filters"]
        and len(row["ref"]) != len(row["alt"])
        and (row["homopolymer"] or 0) >= LEAST_RUN
        for row in findings
    )


def same_loci(rows: Iterable[Row], loci: Iterable[Locus]) -> bool:
    """Whether a table is of these loci."""
    places = [(locus.label, locus.chrom, locus.start, locus.end) for locus in loci]
    return places == [(row["name"], row["chrom"], row["start"], row["end"]) for row in rows]
