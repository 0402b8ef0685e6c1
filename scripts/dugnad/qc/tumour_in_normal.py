"""Estimate how much of a normal sample is tumour, from the case's raw calls.

In the spirit of deTiN (PMID:29941871), by its definition of the share: at somatic variants the
normal's VAF over the tumour's. Own method: candidates are substitutions that no population source
lists, well seen in the tumour, and far below heterozygous in the normal (no indels: what slips in
a repeat does so in both samples); the share is the most likely one, given the normal's reads at
all of them. Every candidate may also be something else (an artefact of both samples, a clone of
the blood), so that one odd call does not decide.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dugnad.known_sites import Population
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.sites import Floats, add_sources
from dugnad.vcf import Call, read_calls

SOURCE = "dugnad tumour-in-normal"
MIN_TUMOUR_VAF = 0.1
MIN_TUMOUR_READS = 8  # with the variant
MIN_NORMAL_DEPTH = 15
MAX_STRAND_ODDS = 3.0  # SOR above it: strand bias, as GATK documents StrandOddsRatio
RARE = 0.0001  # population frequency up to which a listed allele may be somatic
FAR = 1e-4  # chance at most of so few reads in the normal if it were heterozygous
ODD = 0.05  # share of candidates that are something else
ERROR = 0.001  # chance that a read of the normal shows the variant by error
HALF_95 = 1.92  # fall of the log-likelihood at the ends of a 95 % interval, chi-square of 1
SHARES: Floats = np.concatenate([[0.0], np.geomspace(0.001, 1.0, 300)])


class Candidate(NamedTuple):
    """A somatic variant: VAF in the tumour, reads with and without it in the normal."""

    vaf: float
    alt: int
    ref: int


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--case", nargs=3, metavar=("CALLS", "TUMOUR", "NORMAL"),
        help="VCF of the calls, and its columns; without it there is no normal, and no measure",
    )  # fmt: skip
    add_sources(parser)
    parser.add_argument("--min-candidates", type=int, default=5)
    parser.add_argument("--output", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the normal's measures; none when there is no normal."""
    if args.case is None:
        write_measures(args.output, {})
        return
    path, tumour, normal = args.case
    sources = [Population(Path(vcf), key) for _, key, vcf in args.source]
    found = list(candidates(read_calls(Path(path), tumour, normal), sources))
    write_measures(args.output, {normal: measures(found, args.min_candidates, bool(sources))})


def candidates(calls: Iterable[Call], sources: Iterable[Population]) -> Iterator[Candidate]:
    """The calls that are clearly somatic, whatever the tumour's share in the normal."""
    listed = tuple(sources)
    for call in calls:
        tumour, normal = call.tumour, call.normal
        if (
            len(call.ref) != len(call.alt)
            or tumour.vaf is None
            or tumour.alt_reads is None
            or normal is None
        ):
            continue
        if normal.depth is None or normal.alt_reads is None or normal.depth < MIN_NORMAL_DEPTH:
            continue
        if tumour.vaf < MIN_TUMOUR_VAF or tumour.alt_reads < MIN_TUMOUR_READS:
            continue
        odds = call.quality.strand_odds
        if odds is not None and odds > MAX_STRAND_ODDS:
            continue
        if is_heterozygous(normal.alt_reads, normal.depth) or is_common(call, listed):
            continue
        yield Candidate(tumour.vaf, normal.alt_reads, normal.depth - normal.alt_reads)


def is_heterozygous(alt: int, depth: int) -> bool:
    """Whether the normal's reads may be those of a heterozygous variant (binomial, 0.5)."""
    ways = np.cumsum(np.log(np.arange(1, depth + 1)))
    factorial = np.concatenate([[0.0], ways])
    few = np.arange(alt + 1)
    logs = factorial[depth] - factorial[few] - factorial[depth - few] - depth * np.log(2)
    return bool(np.exp(logs).sum() > FAR)


def is_common(call: Call, sources: Iterable[Population]) -> bool:
    """Whether a population source lists the allele as more than very rare."""
    allele = call.chrom, call.pos, call.ref, call.alt
    return any((source.frequency(*allele) or 0) > RARE for source in sources)


def measures(
    found: list[Candidate], min_candidates: int, has_population: bool
) -> dict[str, Measured]:
    """The share of tumour with its 95 % interval; null with too few candidates."""
    count = Measured(len(found), "variants", SOURCE)
    names = ("tumour_in_normal", "tumour_in_normal_lower", "tumour_in_normal_upper")
    why = ""
    if not has_population:
        why = "no population source to tell somatic from inherited variants"
    elif len(found) < min_candidates:
        why = f"too few somatic variants: {len(found)} of at least {min_candidates}"
    if why:
        return {name: Measured(None, "fraction", why) for name in names} | {
            "tumour_in_normal_variants": count
        }
    sources = (SOURCE, f"{SOURCE}; 95 % interval", f"{SOURCE}; 95 % interval")
    return {
        name: Measured(value, "fraction", source)
        for name, value, source in zip(names, share(found), sources, strict=True)
    } | {"tumour_in_normal_variants": count}


def share(found: list[Candidate]) -> tuple[float, float, float]:
    """The most likely share of tumour in the normal, and the ends of its 95 % interval."""
    table = np.array(found, dtype=np.float64)
    vaf, alt, ref = table[:, :1], table[:, 1:2], table[:, 2:]
    expected = np.clip(SHARES[None, :] * vaf + ERROR, 0, 0.999)
    # without the binomial's coefficient, which the flat alternative lacks too
    fits = alt * np.log(expected) + ref * np.log(1 - expected)
    each = np.logaddexp(np.log(1 - ODD) + fits, np.log(ODD) + _flat(alt, ref))
    total = each.sum(axis=0)
    best = int(total.argmax())
    within = np.flatnonzero(total >= total[best] - HALF_95)
    return float(SHARES[best]), float(SHARES[within[0]]), float(SHARES[within[-1]])


def _flat(alt: Floats, ref: Floats) -> Floats:
    """Logarithm of the reads' likelihood when the share may be anything."""
    most = int((alt + ref).max()) + 1
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    first, second = alt.astype(np.int64), ref.astype(np.int64)
    flat: Floats = factorial[first] + factorial[second] - factorial[first + second + 1]
    return flat
