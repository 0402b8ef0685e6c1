"""Whether GATK has a site by which it can estimate contamination."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pysam

from dugnad.regions import Region

COMMON = (0.01, 0.2)
"""Allele frequencies of the sites that GATK's GetPileupSummaries takes."""


def has_common_snp(path: Path, regions: Iterable[Region]) -> bool:
    """Whether an indexed VCF with INFO AF has a common SNP in one of the regions."""
    with pysam.VariantFile(str(path)) as vcf:
        contigs = set(vcf.header.contigs)
        return any(
            len(str(record.ref)) == 1 and any(map(_is_common, _values(record.info.get("AF"))))
            for region in regions
            if region.chrom in contigs
            for record in vcf.fetch(region.chrom, region.start, region.end)
        )


def _values(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


def _is_common(frequency: Any) -> bool:
    return isinstance(frequency, float) and COMMON[0] <= frequency <= COMMON[1]
