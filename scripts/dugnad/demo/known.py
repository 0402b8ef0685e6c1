"""The demo's known sites: synthetic population, identifier and clinical resources."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pysam

from dugnad.demo.gene import Gene
from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.hgvs import Allele, Edit, protein_change
from dugnad.demo.interval import Interval
from dugnad.demo.loci import MSI_LABEL, SNP_LABEL, Snp, site_id
from dugnad.demo.recipe import Change
from dugnad.demo.sequence import BASES, reverse_complement
from dugnad.demo.targets import Hotspot
from dugnad.demo.variants import Resolved

ALLELE_NUMBER = 150_000
CLEARANCE = 30

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
        info = ";".join(f"{key}={encode(value)}" for key, value in row.info.items()) or "."
        place = row.allele
        fields = (place.contig, place.position, row.id, place.ref, place.alt, ".", ".", info)
        lines.append("\t".join(map(str, fields)))
    plain.write_text("\n".join(lines) + "\n", encoding="ascii")
    pysam.tabix_index(str(plain), preset="vcf", force=True)


def population_rows(
    listed: Iterable[Resolved[Change]],
    snps: Iterable[Snp],
    background: Iterable[tuple[Allele, float]],
) -> list[Row]:
    """Rows of the population resource: SNP backbone, background and listed sites with a frequency.

    ``listed``: variants that the recipes name, each allele once.
    """
    sites = [(snp.allele, snp.frequency) for snp in snps]
    sites += background
    sites += [(v.allele, v.claim.population) for v in listed if v.claim.population is not None]
    rows = []
    for allele, frequency in sites:
        count = round(frequency * ALLELE_NUMBER)
        info: dict[str, str | tuple[str, ...]] = {
            "AC": str(count),
            "AN": str(ALLELE_NUMBER),
            "AF": f"{count / ALLELE_NUMBER:.6g}",
        }
        rows.append(Row(allele, site_id(allele.contig, allele.position), info))
    return rows


def dbsnp_rows(population: Iterable[Row]) -> list[Row]:
    """The population's sites with nothing but their identifiers."""
    return [Row(row.allele, row.id, {}) for row in population]


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
    spots: Iterable[Hotspot],
    number: int,
    seed: int,
) -> list[tuple[Allele, float]]:
    """``number`` random SNVs on the genes' ``regions``, with frequencies.

    Frequencies are log-uniform from 1e-5 to 0.5. The sites keep ``CLEARANCE`` bases from each
    other and from the variants to ``avoid``, off the hotspots, chrY and what the genome has
    twice, and make no stop, splice or start change.
    """
    rng = random.Random(f"{seed}:background")
    taken = taken_positions((variant.allele for variant in avoid), spots, genome.duplicated)
    wanted = of_genes(regions)
    sizes = [region.end - region.start for region in wanted]
    sites: list[tuple[Allele, float]] = []
    while len(sites) < number:
        region = rng.choices(wanted, sizes)[0]
        position = rng.randrange(region.start + 1, region.end + 1)
        ref = genome.contigs[region.contig][position - 1]
        alt = rng.choice([base for base in BASES if base != ref])
        frequency = 10 ** rng.uniform(-5, -0.3)
        allele = Allele(region.contig, position, ref, alt)
        if (region.contig, position) not in taken and not truncates(genome, allele):
            taken |= taken_positions([allele])
            sites.append((allele, frequency))
    return sites


def of_genes(regions: Iterable[Interval]) -> list[Interval]:
    """The regions that are no SNP or microsatellite target, and not on chrY."""
    return [
        region
        for region in regions
        if region.contig != "chrY" and not region.label.startswith((SNP_LABEL, MSI_LABEL))
    ]


def taken_positions(
    alleles: Iterable[Allele], spots: Iterable[Hotspot] = (), intervals: Iterable[Interval] = ()
) -> set[tuple[str, int]]:
    """Contig and 1-based position of all within ``CLEARANCE`` of ``alleles``, of all hotspot
    bases and of all bases in ``intervals``."""
    taken: set[tuple[str, int]] = set()
    for allele in alleles:
        end = allele.position + len(allele.ref)
        near = range(allele.position - CLEARANCE, end + CLEARANCE)
        taken |= {(allele.contig, position) for position in near}
    for place in (*(spot.interval for spot in spots), *intervals):
        taken |= {(place.contig, p) for p in range(place.start + 1, place.end + 1)}
    return taken


def truncates(genome: Genome, allele: Allele) -> bool:
    """Whether a single-base change makes a stop, or changes a splice site, start or stop."""
    for gene in genome.genes:
        place = gene.from_genome(allele.position - 1)
        if gene.contig == allele.contig and 0 <= place < len(gene.sequence):
            return _changes_length(gene, place, allele.alt)
    return False


def _changes_length(gene: Gene, place: int, alt: str) -> bool:
    base = alt if gene.strand == "+" else reverse_complement(alt)
    edit = Edit(place, place + 1, base)
    changes = [protein_change(gene, transcript, edit) for transcript in gene.transcripts]
    return any(text is not None and ("Ter" in text or text == "p.?") for text in changes)
