"""Estimate how much of a sample's DNA is another person's, from the reads at common sites.

Maximum likelihood over the share of foreign DNA, after verifyBamID (PMID:23103226): at each
autosomal site the person and the stranger have genotypes by Hardy-Weinberg from the population's
frequency, and the reads show their mixture with errors. Changed for tumours (own method): where
the person is heterozygous the share of the alleles may be anything, and neighbouring sites may
together have lost an allele, so that copy number and loss of heterozygosity, in a pure tumour too,
are not foreign DNA. Rates of error and of deamination (C>T, G>A: formalin) are fitted along.
A matched normal of the same person says which sites are homozygous.
"""

import argparse
from pathlib import Path

import numpy as np

from dugnad.qc.compare_samples import Needs, compare, genotypes, verdict
from dugnad.qc.contamination_model import Data, Fit, fit, prior_of, upper_tail
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.sites import Counts, loci, read_counts

SOURCE = "dugnad estimate-contamination"
MIN_DEPTH = 10  # reads of either allele, for a site to count
HOMOZYGOUS = 0.1  # share of the rarer allele at most, for the second witness
SIGNIFICANT = 0.001  # chance that errors alone give as many reads of the other allele


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--sample", nargs=2, action="append", default=[], metavar=("ID", "COUNTS"),
        help="a case's DNA sample, by count-sites; may be repeated",
    )  # fmt: skip
    parser.add_argument("--normal", help="which of them is the case's normal")
    parser.add_argument("--min-sites", type=int, default=30, help="with enough reads")
    parser.add_argument("--min-loci", type=int, default=10, help="of 1 Mb, with a site")
    parser.add_argument("--output", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the measures of all samples."""
    counts = {sample: read_counts(Path(path)) for sample, path in args.sample}
    normal = counts.get(args.normal)
    found = {
        sample: contamination(
            mine, None if sample == args.normal else normal, args.min_sites, args.min_loci
        )
        for sample, mine in counts.items()
    }
    write_measures(args.output, found)


def contamination(
    sample: Counts, normal: Counts | None, min_sites: int, min_loci: int
) -> dict[str, Measured]:
    """The measures of one sample; null where too few sites have reads.

    The normal's genotypes are used when it is of the same person and knows enough sites.
    """
    sample = sample.autosomal()
    sample = sample.where(sample.depth >= MIN_DEPTH)
    note = ""
    called = None
    if normal:
        called, note = normal_genotypes(sample, normal.autosomal())
        informative = (called == 0) | (called == 2)
        if informative.sum() >= min_sites:
            sample, called = sample.where(informative), called[informative]
        else:
            called = None
    sites = len(sample.pos)
    found = len(np.unique(loci(sample.chrom, sample.pos)))
    if sites < min_sites or found < min_loci:
        text = f"too few sites: {sites} of at least {min_sites}"
        return _nothing(f"{text}, in {found} loci of at least {min_loci}", sites)
    data = data_of(sample, called)
    return _measures(fit(data), low_level(data), sites, f"{SOURCE}{note}")


def normal_genotypes(
    sample: Counts, normal: Counts
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], str]:
    """The normal's genotype at each of the sample's sites, -1 where open, and how it was used."""
    needs = Needs()
    nothing = np.full(len(sample.pos), -1)
    found = verdict(compare([sample, normal], needs), 0, 1, needs)
    if found != "same":
        why = "of another person" if found == "different" else "with too few sites"
        return nothing, f"; normal {why}, not used"
    known = dict(zip(normal.keys(), genotypes(normal, needs.depth).tolist(), strict=True))
    called = np.array([known.get(key, -1) for key in sample.keys()], dtype=np.int64)  # noqa: SIM118
    return called, "; homozygous sites of the normal"


def data_of(sample: Counts, called: np.ndarray[tuple[int, ...], np.dtype[np.int64]] | None) -> Data:
    """What the model reads: counts, priors, and which errors deamination would make."""
    everything = int((sample.depth + sample.other).sum())
    to_alt = np.isin(sample.change, ["CT", "GA"])
    to_ref = np.isin(sample.change, ["TC", "AG"])
    return Data(
        ref=sample.ref,
        alt=sample.alt,
        prior=prior_of(sample.frequency, called),
        stranger=prior_of(sample.frequency, None),
        contig=np.unique(sample.chrom, return_inverse=True)[1].astype(np.int64),
        pos=sample.pos,
        deaminates=np.stack([to_alt, to_ref]).astype(np.float64),
        # two of three wrong bases are neither allele
        error=(int(sample.other.sum()) + 1) / (2 * everything + 2),
    )


def low_level(data: Data) -> float | None:
    """Share of the sites that look homozygous and still have more of the other allele than errors
    give: a second witness, without a model of the stranger."""
    depth = data.ref + data.alt
    rare = np.minimum(data.ref, data.alt)
    homozygous = rare <= HOMOZYGOUS * depth
    if not homozygous.any():
        return None
    tail = upper_tail(rare[homozygous], np.asarray(depth[homozygous] * data.error))
    return float((tail < SIGNIFICANT).mean())


def _measures(found: Fit, low: float | None, sites: int, source: str) -> dict[str, Measured]:
    return {
        "contamination": Measured(found.share, "fraction", source),
        "contamination_lower": Measured(found.lower, "fraction", f"{source}; 95 % interval"),
        "contamination_upper": Measured(found.upper, "fraction", f"{source}; 95 % interval"),
        "contamination_sites": Measured(sites, "sites", source),
        "low_level_sites": Measured(
            low, "fraction", source if low is not None else "no site looks homozygous"
        ),
    }


def _nothing(why: str, sites: int) -> dict[str, Measured]:
    names = ("contamination", "contamination_lower", "contamination_upper", "low_level_sites")
    return {name: Measured(None, "fraction", why) for name in names} | {
        "contamination_sites": Measured(sites, "sites", SOURCE)
    }
