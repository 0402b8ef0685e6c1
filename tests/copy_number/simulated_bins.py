"""A simulated sample: bins, sites and genes of 24 contigs, with planted copies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from builders import quantity
from dugnad.copy_number.analysis import Analysis, Sample, analyse, sample_of
from dugnad.copy_number.baf import Site
from dugnad.copy_number.gene_table import Table
from dugnad.copy_number.genes import Gene, locate
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.qc.locate_exons import Exon
from dugnad.qc.sites import stretch

CONTIGS = [f"chr{name}" for name in (*range(1, 23), "X", "Y")]
SOME = ("chr1", "chr3", "chr5", "chr7", "chr8", "chr9", "chr11", "chr13", "chr17", "chr20", "chrX",
        "chrY")  # fmt: skip
BINS, WIDTH, SPACING = 30, 200, 5000
PAR = [stretch("chrX:1-12000")]


@dataclass(frozen=True)
class Event:
    """Copies of bins ``first`` to ``last`` of a contig, of which so many of the rarer parent."""

    chrom: str
    first: int
    last: int
    total: int
    minor: int = 0


def rules(**changes: object) -> CopyNumberRules:
    """The rules of the demo's panels, without normals."""
    numbers = {
        "bin_size": (200, "bases"), "min_bins": (3, "bins"), "site_depth": (20, "reads"),
        "baf_sites": (1, "sites"), "dispersion": (400, "ratio"), "segment_evidence": (20, "score"),
        "z_score": (4, "score"), "strong_z_score": (5, "score"), "exon_z_score": (7, "score"),
        "amplification": (6, "copies"), "amplification_ratio": (3, "ratio"),
        "gain": (2.6, "copies"), "loss": (1.4, "copies"), "homozygous_deletion": (0.5, "copies"),
        "mean_change": (0.1, "fraction"), "failed_probes": (0.6, "fraction"),
        "sure": (0.9, "fraction"), "focal": (30000, "bases"),
    }  # fmt: skip
    purity = {
        name: quantity(value, unit)
        for name, value, unit in (
            ("evidence", 12, "score"), ("interval", 0.3, "fraction"),
            ("least", 0.35, "fraction"), ("disagreement", 0.2, "fraction"),
        )
    }  # fmt: skip
    data = {name: quantity(*number) for name, number in numbers.items()}
    return CopyNumberRules.model_validate(data | {"purity": purity} | changes)


def normal_copies(chrom: str, start: int, sex: str) -> int:
    """Of a normal cell."""
    if chrom == "chrX" and start >= 12000:
        return 2 if sex == "female" else 1
    if chrom == "chrY":
        return 0 if sex == "female" else 1
    return 2


def simulate(
    events: Sequence[Event] = (),
    purity: float = 0.6,
    sex: str = "female",
    noise: float = 0.07,
    seed: int = 1,
    site_every: int = 5,
    spread: float | None = 0.15,
    contigs: Sequence[str] = SOME,
) -> tuple[Sample, list[Site]]:
    """Bins with their log2 and heterozygous sites, centred as CNVkit does, by the median."""
    rng = np.random.default_rng(seed)
    rows, sites = [], []
    for chrom in contigs:
        for number in range(BINS):
            start = 1000 + number * SPACING
            normal = normal_copies(chrom, start, sex)
            total, minor = normal, normal // 2
            for event in events:
                if event.chrom == chrom and event.first <= number <= event.last:
                    total, minor = event.total, event.minor
            mean = purity * total + (1 - purity) * normal
            log2 = None
            if normal:
                log2 = float(np.log2(max(mean, 0.01) / normal) + rng.normal(0, noise))
            label = f"G{chrom}_exon{number // 10 + 1}"
            rows.append(
                {"chrom": chrom, "start": start, "end": start + WIDTH, "label": label,
                 "depth": 200.0 * mean, "log2": log2, "weight": 0.5 if normal else 0.0,
                 "spread": spread}
            )  # fmt: skip
            if normal == 2 and site_every and number % site_every == 2:
                share = (purity * minor + 1 - purity) / mean
                share = share if rng.random() < 0.5 else 1 - share
                depth = max(int(200 * mean), 1)
                reads = int(
                    rng.binomial(depth, rng.beta(400 * share + 0.1, 400 * (1 - share) + 0.1))
                )
                sites.append(Site(chrom, start + 100, depth, reads, "normal"))
    known = [row["log2"] for row in rows if row["log2"] is not None and row["chrom"][3:].isdigit()]
    centre = float(np.median(known))
    for row in rows:
        row["log2"] = None if row["log2"] is None else row["log2"] - centre
    return sample_of(rows, sex, PAR), sites


def part_exons(chrom: str, gene: str, first: int, last: int) -> list[Exon]:
    """A gene of one bin an exon."""
    return [
        Exon(chrom, 1000 + n * SPACING, 1000 + n * SPACING + WIDTH, f"{gene} exon {n - first + 1}",
             gene, "T1")
        for n in range(first, last + 1)
    ]  # fmt: skip


def judged(
    events: Sequence[Event],
    genes: Sequence[Exon],
    stated: float | None = None,
    normal: Sample | None = None,
    **how: object,
) -> tuple[Analysis, dict[tuple[str, str | None], dict[str, object]]]:
    """The analysis, and rows of the genes by name and exons."""
    sample, sites = simulate(events, **how)  # type: ignore[arg-type]
    analysis = analyse(sample, sites, [], stated, rules())
    table = Table(analysis, normal, rules())
    found: list[Gene] = locate(dict.fromkeys(exon.gene for exon in genes), genes, sample.bins)
    rows = [table.row(one) for one in table.find(found)]
    return analysis, {(row["gene"], row["exons"]): row for row in rows}
