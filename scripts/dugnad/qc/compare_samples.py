"""Say which samples of a run are of one person, from the reads at common sites.

Genotypes are called where the depth allows it and each pair of samples is compared by relatedness
as somalier defines it (doi:10.1186/s13073-020-00761-2): heterozygous sites that both share, less
two for each site where they are homozygous for different alleles (IBS0), over the heterozygous
sites of the sample that has fewer. It is about 1 for one person, 0.5 between first-degree
relatives and 0 for strangers. What a tumour lost and what RNA expresses of one allele only lowers
both sides of that fraction, and makes no IBS0. A pair with too few heterozygous sites is judged by
IBS0 alone, against what strangers are expected to have.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.files import replacing
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.sites import Bools, Counts, Floats, Ints, loci, read_counts

SOURCE = "dugnad compare-samples"
HOMOZYGOUS, HETEROZYGOUS = 0.05, 0.15
"""Share of the rarer allele at most, and at least: own choice, so that loss in an impure tumour
and little contamination leave the genotype right or open."""
MIN_HETEROZYGOUS = 5  # sites, for relatedness to mean something
VERDICTS = ("same", "different", "too_few_sites")
MIN_EXPECTED = 3.0  # IBS0 sites of strangers; none is then seen by chance in 5 % (Poisson)

IDENTITY = pa.schema(
    [
        ("sample_a", pa.string()),
        ("sample_b", pa.string()),
        ("case_a", pa.string()),
        ("case_b", pa.string()),
        # sites where both have a genotype, and the loci of 1 Mb that these lie in
        ("sites", pa.int64()),
        ("loci", pa.int64()),
        ("ibs0", pa.int64()),
        ("concordance", pa.float64()),
        # null with too few sites
        ("relatedness", pa.float64()),
        ("verdict", pa.string()),
    ]
)


@dataclass(frozen=True)
class Needs:
    """What a comparison needs and where its limit lies."""

    depth: int = 10
    sites: int = 20
    loci: int = 8
    relatedness: float = 0.75


@dataclass(frozen=True)
class Pairs:
    """Every sample beside every other; each array has shape (samples, samples)."""

    sites: Ints
    loci: Ints
    ibs0: Ints
    concordance: Floats
    relatedness: Floats
    enough: Bools


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--counts", type=Path, nargs="+", required=True, help="by count-sites")
    add_needs(parser)
    parser.add_argument("--output", type=Path, required=True, help="Parquet of identity")
    parser.add_argument("--measures", type=Path, required=True, help="JSON of measures")


def add_needs(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what a comparison needs."""
    needs = Needs()
    parser.add_argument("--min-depth", type=int, default=needs.depth, help="reads for a genotype")
    parser.add_argument("--min-sites", type=int, default=needs.sites)
    parser.add_argument("--min-loci", type=int, default=needs.loci, help="of 1 Mb, with a site")
    parser.add_argument(
        "--min-relatedness", type=float, default=needs.relatedness, help="for one person"
    )


def needs_of(args: argparse.Namespace) -> Needs:
    """What these options say."""
    return Needs(args.min_depth, args.min_sites, args.min_loci, args.min_relatedness)


def main(args: argparse.Namespace) -> None:
    """Write the table of pairs, and how alike each sample is to those of other cases."""
    needs = needs_of(args)
    samples = [read_counts(path).autosomal() for path in args.counts]
    pairs = compare(samples, needs)
    with replacing(args.output) as temporary:
        pq.write_table(table(samples, pairs, needs), temporary)
    write_measures(args.measures, elsewhere(samples, pairs))


def genotypes(counts: Counts, depth: int) -> Ints:
    """Alternative alleles at each site, 0 to 2, and -1 where the reads leave it open."""
    share = counts.alt / np.maximum(counts.depth, 1)
    called = np.full(len(share), -1)
    called[share <= HOMOZYGOUS] = 0
    called[share >= 1 - HOMOZYGOUS] = 2
    called[(share >= HETEROZYGOUS) & (share <= 1 - HETEROZYGOUS)] = 1
    called[counts.depth < depth] = -1
    return called


def compare(samples: Sequence[Counts], needs: Needs) -> Pairs:
    """Compare all samples at the autosomal sites that they share, by matrix products."""
    called, frequency, locus = _aligned(samples, needs.depth)
    zero, one, two, any_ = (
        (called == 0).astype(np.float32),
        (called == 1).astype(np.float32),
        (called == 2).astype(np.float32),
        (called >= 0).astype(np.float32),
    )
    opposite = zero @ two.T
    ibs0 = opposite + opposite.T
    sites, shared = any_ @ any_.T, one @ one.T
    equal = shared + zero @ zero.T + two @ two.T
    heterozygous = one @ any_.T
    fewer = np.minimum(heterozygous, heterozygous.T)
    stranger = 2 * frequency**2 * (1 - frequency) ** 2
    expected = (any_ * stranger.astype(np.float32)) @ any_.T
    by_hets = fewer >= MIN_HETEROZYGOUS
    related = np.where(
        by_hets,
        (shared - 2 * ibs0) / np.maximum(fewer, 1),
        1 - ibs0 / np.maximum(expected, 1e-9),
    )
    found = _shared_loci(any_, locus)
    enough = (sites >= needs.sites) & (found >= needs.loci)
    return Pairs(
        sites=sites.astype(np.int64),
        loci=found,
        ibs0=ibs0.astype(np.int64),
        concordance=(equal / np.maximum(sites, 1)).astype(np.float64),
        relatedness=np.clip(related, -1, 1).astype(np.float64),
        enough=enough & (by_hets | (expected >= MIN_EXPECTED)),
    )


def _aligned(samples: Sequence[Counts], depth: int) -> tuple[Ints, Floats, Ints]:
    """Genotypes at the union of all sites, shape (samples, sites); frequency and locus of these."""
    index: dict[tuple[str, int, str], int] = {}
    columns: list[Ints] = []
    seen: dict[bytes, Ints] = {}
    for counts in samples:
        mark = counts.chrom.tobytes() + counts.pos.tobytes() + counts.change.tobytes()
        if mark not in seen:
            new = [index.setdefault(key, len(index)) for key in counts.keys()]  # noqa: SIM118
            seen[mark] = np.array(new, dtype=np.int64)
        columns.append(seen[mark])
    called = np.full((len(samples), len(index)), -1)
    frequency = np.zeros(len(index))
    for number, (counts, places) in enumerate(zip(samples, columns, strict=True)):
        called[number, places] = genotypes(counts, depth)
        frequency[places] = counts.frequency
    chrom = np.array([key[0] for key in index], dtype=np.str_)
    pos = np.array([key[1] for key in index], dtype=np.int64)
    return called, frequency, loci(chrom, pos)


def _shared_loci(called: np.ndarray[Any, np.dtype[np.float32]], locus: Ints) -> Ints:
    """Loci in which both samples of a pair have a common site."""
    found = np.zeros((len(called), len(called)), dtype=np.int64)
    for number in range(locus.max(initial=-1) + 1):
        part = called[:, locus == number]
        found += part @ part.T > 0
    return found


def verdict(pairs: Pairs, a: int, b: int, needs: Needs) -> str:
    """``same``, ``different`` or ``too_few_sites`` for two samples by their numbers."""
    if not pairs.enough[a, b]:
        return VERDICTS[2]
    return VERDICTS[0] if pairs.relatedness[a, b] >= needs.relatedness else VERDICTS[1]


def table(samples: Sequence[Counts], pairs: Pairs, needs: Needs) -> pa.Table:
    """The identity table: each pair of samples that have sites, once; whole columns at a time."""
    named = np.array([n for n, counts in enumerate(samples) if counts.sample], dtype=np.int64)
    first, second = np.triu_indices(len(named), 1)
    a, b = named[first], named[second]
    enough, related = pairs.enough[a, b], pairs.relatedness[a, b]
    verdicts = np.where(related >= needs.relatedness, 0, 1)
    verdicts[~enough] = 2

    def word(words: Sequence[str], places: Ints) -> pa.Array:
        return pa.DictionaryArray.from_arrays(places.astype(np.int32), list(words))

    names, cases = [c.sample for c in samples], [c.case for c in samples]
    columns = [
        *(word(names, a), word(names, b), word(cases, a), word(cases, b)),
        *(pairs.sites[a, b], pairs.loci[a, b], pairs.ibs0[a, b], pairs.concordance[a, b]),
        pa.array(related, mask=~enough),
        word(VERDICTS, verdicts),
    ]
    return pa.table(columns, names=IDENTITY.names).cast(IDENTITY)


def elsewhere(samples: Sequence[Counts], pairs: Pairs) -> dict[str, dict[str, Measured]]:
    """``identity_elsewhere`` by sample: the highest relatedness with a sample of another case."""
    cases = np.unique([counts.case for counts in samples], return_inverse=True)[1]
    others = pairs.enough & (cases[:, None] != cases[None, :])
    closest = np.where(others, pairs.relatedness, -2.0).argmax(axis=1)
    found: dict[str, dict[str, Measured]] = {}
    for index, counts in enumerate(samples):
        if not counts.sample:
            continue
        measured = Measured(None, "ratio", "no other case has enough sites")
        if len(set(cases)) == 1:
            measured = Measured(0.0, "ratio", "the run has no other case")
        elif others[index, closest[index]]:
            source = f"{SOURCE}: {samples[closest[index]].sample}"
            value = float(pairs.relatedness[index, closest[index]])
            measured = Measured(value, "ratio", source)
        found[counts.sample] = {"identity_elsewhere": measured}
    return found
