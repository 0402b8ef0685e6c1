"""People with common variants, and the reads that a sample of them has."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.qc.sites import COUNTS, Counts

CONTIGS = 22
SPACING = 2_000_000  # bases between sites: each is a locus of its own


@dataclass(frozen=True)
class Sites:
    """Sites on the autosomes, in order: contig number and frequency of the alternative allele."""

    contig: np.ndarray[Any, np.dtype[np.int64]]
    frequency: np.ndarray[Any, np.dtype[np.float64]]
    change: np.ndarray[Any, np.dtype[np.str_]]


def make_sites(rng: np.random.Generator, number: int) -> Sites:
    changes = np.array(["CT", "GA", "AG", "TC", "AC", "GT"])
    return Sites(
        contig=np.sort(rng.integers(1, CONTIGS + 1, number)),
        frequency=rng.uniform(0.05, 0.95, number),
        change=changes[rng.integers(0, len(changes), number)],
    )


def born(rng: np.random.Generator, sites: Sites) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A stranger's two haplotypes, shape (2, sites): 1 where they have the alternative allele."""
    return (rng.random((2, len(sites.frequency))) < sites.frequency).astype(float)


def child(
    rng: np.random.Generator, sites: Sites, parent: np.ndarray[Any, np.dtype[np.float64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One haplotype of the parent, site by site, and one of a stranger."""
    inherited = parent[rng.integers(0, 2, parent.shape[1]), np.arange(parent.shape[1])]
    return np.stack([inherited, born(rng, sites)[0]])


def share_of_alt(
    person: np.ndarray[Any, np.dtype[np.float64]],
    copies: np.ndarray[Any, np.dtype[np.float64]] | None = None,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Share of the alternative allele, with copies of each haplotype of shape (2, sites)."""
    weight = np.ones_like(person) if copies is None else copies
    share: np.ndarray[Any, np.dtype[np.float64]] = (person * weight).sum(0) / weight.sum(0)
    return share


def lost(
    rng: np.random.Generator, sites: Sites, purity: float, contigs: float
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Copies after loss of haplotype 1 on a share of the contigs, half of it copy-neutral."""
    copies = np.ones((2, len(sites.contig)))
    for contig in range(1, CONTIGS + 1):
        there = sites.contig == contig
        if rng.random() < contigs:
            copies[0, there] = 1 - purity
            if rng.random() < 0.5:
                copies[1, there] = 1 + purity
    return copies


def reads(
    rng: np.random.Generator,
    sites: Sites,
    share: np.ndarray[Any, np.dtype[np.float64]],
    depth: float,
    who: tuple[str, str, str, str] = ("S", "C", "tumour", "dna"),
    damage: float = 0.0,
    error: float = 0.0002,
) -> Counts:
    """Reads at the sites: binomial at an uneven depth, with errors and deamination."""
    number = len(share)
    to_alt = error + damage * np.isin(sites.change, ["CT", "GA"])
    to_ref = error + damage * np.isin(sites.change, ["TC", "AG"])
    seen = share * (1 - to_ref) + (1 - share) * to_alt
    depths = rng.poisson(depth * rng.lognormal(0, 0.28, number))
    alt = rng.binomial(depths, seen)
    return Counts(
        *who,
        chrom=np.array([f"chr{contig}" for contig in sites.contig]),
        pos=np.arange(number, dtype=np.int64) * SPACING + 1,
        change=sites.change,
        frequency=sites.frequency,
        kind=np.full(number, "autosome"),
        ref=depths - alt,
        alt=alt,
        other=rng.binomial(depths, 2 * error),
    )


def added(counts: Counts, more: Counts) -> Counts:
    """The reads of two samples in one tube, at the same sites."""
    return replace(
        counts,
        ref=counts.ref + more.ref,
        alt=counts.alt + more.alt,
        other=counts.other + more.other,
    )


def write_counts(path: Any, counts: Counts) -> None:
    """A counts table as count-sites writes it."""
    number = len(counts.pos)
    who = [counts.sample, counts.case, counts.role, counts.analyte]
    ref, alt = zip(*counts.change.tolist(), strict=True)
    columns = [
        *([name] * number for name in who),
        *(counts.chrom.tolist(), counts.pos, ref, alt, counts.frequency, counts.kind.tolist()),
        *(counts.ref, counts.alt, counts.other),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=COUNTS), path)
