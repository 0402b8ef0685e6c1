"""Choose the panel's common single-base sites, at which samples are told apart.

From the population sources: SNVs inside the targets with a frequency of 0.05 to 0.95 and no other
common allele within 10 bases, on the autosomes, X and Y.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pysam

from dugnad.errors import UserError
from dugnad.qc.sites import Site, Stretch, add_sources, kind_of, stretch, write_sites
from dugnad.regions import Region, merge, read_targets

FREQUENCY = (0.05, 0.95)  # of a chosen site
COMMON = 0.01  # an allele as frequent as this spoils its neighbours
SPACING = 10  # bases between chosen sites, and from another common allele
_MISPLACED = 0.1  # share of sites with another reference base that means another genome


class Allele(NamedTuple):
    """A common allele of a source; 1-based position."""

    pos: int
    ref: str
    alt: str
    frequency: float

    @property
    def is_snv(self) -> bool:
        """Whether one plain base stands for another."""
        return {len(self.ref), len(self.alt)} == {1} and {self.ref, self.alt} <= set("ACGT")

    def is_near(self, other: "Allele") -> bool:
        """Whether the other's bases come within ``SPACING`` of its own."""
        ends = self.pos + len(self.ref), other.pos + len(other.ref)
        return self.pos < ends[1] + SPACING - 1 and other.pos < ends[0] + SPACING - 1


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--targets", type=Path, required=True, help="BED of the panel's targets")
    add_sources(parser)
    parser.add_argument("--fasta", type=Path, required=True, help="the reference genome")
    parser.add_argument(
        "--par", nargs="*", default=[], help="pseudoautosomal stretches, e.g. chrX:10001-2781479"
    )
    parser.add_argument("--output", type=Path, required=True, help="TSV of sites")


def main(args: argparse.Namespace) -> None:
    """Write the sites."""
    targets, par = merge(read_targets(args.targets)), [stretch(text) for text in args.par]
    chosen: dict[tuple[str, int], Site] = {}
    for _, key, vcf in args.source:
        for site in sites_of(Path(vcf), key, targets, par):
            chosen.setdefault((site.chrom, site.pos), site)
    with pysam.FastaFile(str(args.fasta)) as fasta:
        sites = placed(list(chosen.values()), fasta)
    order = {region.chrom: number for number, region in enumerate(targets)}
    sites.sort(key=lambda site: (order[site.chrom], site.pos))
    print(f"{len(sites)} common sites in {len(targets)} targets", file=sys.stderr)
    write_sites(args.output, sites)


def sites_of(
    path: Path, key: str, targets: Iterable[Region], par: Sequence[Stretch]
) -> Iterator[Site]:
    """The sites of one source; its contigs may be named with or without ``chr``.

    Raises UserError when the source has no such INFO key or it is not a frequency.
    """
    with pysam.VariantFile(str(path)) as vcf, pysam.TabixFile(str(path)) as table:
        if key not in vcf.header.info:
            raise UserError(f"{path}: has no INFO key {key!r}; name the right key in the config")
        known = set(table.contigs)
        for region in targets:
            plain = region.chrom.removeprefix("chr")
            chrom = next((c for c in (region.chrom, plain, f"chr{plain}") if c in known), None)
            if chrom is None:
                continue
            records = vcf.fetch(chrom, max(region.start - SPACING, 0), region.end + SPACING)
            alleles = [allele for record in records for allele in common(record, key, path)]
            for site in apart(alleles):
                kind = kind_of(region.chrom, site.pos, par)
                if kind and region.start < site.pos <= region.end:
                    yield Site(region.chrom, *site, kind)


def common(record: Any, key: str, path: Path) -> Iterator[Allele]:
    """The alleles of a record that are common, by the INFO ``key``."""
    values = record.info[key] if key in record.info else ()  # noqa: SIM401
    values = values if isinstance(values, tuple) else (values,)
    alts = record.alts or ()
    for alt, value in zip(alts, values[len(values) - len(alts) :], strict=False):
        try:
            frequency = 0.0 if value in (None, ".") else float(value)
        except ValueError:
            place = f"{path}: {record.chrom}:{record.pos}"
            raise UserError(f"{place}: {key} is not a number for each allele") from None
        if frequency >= COMMON:
            yield Allele(record.pos, record.ref.upper(), alt.upper(), round(frequency, 6))


def apart(alleles: Sequence[Allele]) -> list[Allele]:
    """SNVs of a fitting frequency, in order, clear of each other and of all other alleles.

    Of two such SNVs too close to each other the first stays; an indel, a second allele at the
    same place or a SNV of another frequency rules its neighbours out.
    """
    low, high = FREQUENCY
    ordered = sorted(set(alleles))
    fitting = [a for a in ordered if a.is_snv and low <= a.frequency <= high]
    places = [a.pos for a in fitting]
    fitting = [a for a in fitting if places.count(a.pos) == 1]
    spoilers = [a for a in ordered if a not in fitting]
    chosen: list[Allele] = []
    for allele in fitting:
        near = chosen[-1:] + [s for s in spoilers if s.is_near(allele)]
        if not any(allele.is_near(other) for other in near):
            chosen.append(allele)
    return chosen


def placed(sites: Sequence[Site], fasta: pysam.FastaFile) -> list[Site]:
    """The sites whose reference base the genome has.

    Raises UserError when so many differ that the source must be of another genome.
    """
    known = set(fasta.references)
    sound = [
        s
        for s in sites
        if s.chrom in known and fasta.fetch(s.chrom, s.pos - 1, s.pos).upper() == s.ref
    ]
    if len(sites) - len(sound) > _MISPLACED * len(sites):
        raise UserError(
            f"{len(sites) - len(sound)} of {len(sites)} population sites have another reference"
            " base than the genome; name a source of the same genome in the config"
        )
    return sound
