"""The demo's known sites: a population resource and a clinical one, both synthetic."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pysam

from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.hgvs import Allele
from dugnad.demo.recipe import Change, GenomeRecipe
from dugnad.demo.sequence import BASES
from dugnad.demo.targets import Hotspot, Interval
from dugnad.demo.variants import Resolved

ALLELE_NUMBER = 150_000
CLEARANCE = 10

POPULATION_INFO = (
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count (synthetic)">',
    '##INFO=<ID=AN,Number=1,Type=Integer,Description="Allele number (synthetic)">',
    '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency (synthetic)">',
)
CLINICAL_INFO = (
    '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="Clinical significance (synthetic)">',
    '##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="Review status (synthetic)">',
    '##INFO=<ID=CLNDN,Number=.,Type=String,Description="Disease name (synthetic)">',
    '##INFO=<ID=GENEINFO,Number=1,Type=String,Description="Gene symbol and Entrez identifier">',
)


@dataclass(frozen=True)
class Row:
    """A VCF row without samples; ``info`` values (several as a tuple) are encoded when written."""

    allele: Allele
    id: str
    info: dict[str, str | tuple[str, ...]]


REVIEW_STATUS = ("criteria_provided", "_multiple_submitters", "_no_conflicts")


def encode(value: str | tuple[str, ...]) -> str:
    """An INFO value with what it cannot hold percent-encoded (VCF 4.3, section 1.2)."""
    values = (value,) if isinstance(value, str) else value
    return ",".join(quote(item, safe="/:+*()?>_|'[]&") for item in values)


def write_vcf(path: Path, genome: Genome, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write ``path`` (.vcf.gz) sorted and block-compressed, with its .tbi index."""
    plain = path.with_suffix("")
    lines = ["##fileformat=VCFv4.3", "##source=dugnad demo: synthetic data, of nobody"]
    lines += header
    lines += [f"##contig=<ID={name},length={len(s)}>" for name, s in genome.contigs.items()]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    for row in sorted(rows, key=lambda r: (contig_order(r.allele.contig), r.allele.position)):
        info = ";".join(f"{key}={encode(value)}" for key, value in row.info.items())
        place = row.allele
        fields = (place.contig, place.position, row.id, place.ref, place.alt, ".", ".", info)
        lines.append("\t".join(map(str, fields)))
    plain.write_text("\n".join(lines) + "\n", encoding="ascii")
    pysam.tabix_index(str(plain), preset="vcf", force=True)


def population_rows(
    listed: Iterable[Resolved[Change]], background: Iterable[tuple[Allele, float]]
) -> list[Row]:
    """Rows of the population resource: the recipe's sites with a frequency, and background."""
    sites = [(v.allele, v.claim.population) for v in listed if v.claim.population is not None]
    sites += background
    rows = []
    for number, (allele, frequency) in enumerate(sites, start=1):
        count = round(frequency * ALLELE_NUMBER)
        info: dict[str, str | tuple[str, ...]] = {
            "AC": str(count),
            "AN": str(ALLELE_NUMBER),
            "AF": f"{count / ALLELE_NUMBER:.6g}",
        }
        rows.append(Row(allele, f"synthetic_p{number:04d}", info))
    return rows


def clinical_rows(listed: Iterable[Resolved[Change]], recipe: GenomeRecipe) -> list[Row]:
    """Rows of the clinical resource: the recipe's sites with a significance."""
    entrez = {gene.name: gene.entrez for gene in recipe.genes}
    rows = []
    sites = [variant for variant in listed if variant.claim.clinvar is not None]
    for number, variant in enumerate(sites, start=1):
        info: dict[str, str | tuple[str, ...]] = {
            "CLNSIG": str(variant.claim.clinvar),
            "CLNREVSTAT": REVIEW_STATUS,
            "CLNDN": "Synthetic_condition",
            "GENEINFO": f"{variant.claim.gene}:{entrez[variant.claim.gene]}",
        }
        rows.append(Row(variant.allele, f"synthetic_c{number:04d}", info))
    return rows


def background_sites(
    genome: Genome,
    regions: Sequence[Interval],
    avoid: Iterable[Resolved[Change]],
    hotspots: Iterable[Hotspot],
    number: int,
    seed: int,
) -> list[tuple[Allele, float]]:
    """``number`` random SNVs on ``regions`` with frequencies from 1e-5 to 0.5 (log-uniform).

    They keep ``CLEARANCE`` bases from the variants to ``avoid`` and off the hotspots.
    """
    rng = random.Random(f"{seed}:background")
    taken: set[tuple[str, int]] = set()
    for variant in avoid:
        start, end = variant.allele.position, variant.allele.position + len(variant.allele.ref)
        near = range(start - CLEARANCE, end + CLEARANCE)
        taken |= {(variant.allele.contig, position) for position in near}
    for spot in hotspots:
        place = spot.interval
        taken |= {(place.contig, p) for p in range(place.start + 1, place.end + 1)}
    sizes = [region.end - region.start for region in regions]
    sites: list[tuple[Allele, float]] = []
    while len(sites) < number:
        region = rng.choices(regions, sizes)[0]
        position = rng.randrange(region.start + 1, region.end + 1)
        ref = genome.contigs[region.contig][position - 1]
        alt = rng.choice([base for base in BASES if base != ref])
        frequency = 10 ** rng.uniform(-5, -0.3)
        if (region.contig, position) not in taken:
            taken.add((region.contig, position))
            sites.append((Allele(region.contig, position, ref, alt), frequency))
    return sites
