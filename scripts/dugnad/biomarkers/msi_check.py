"""What is wrong with a panel's microsatellites, before any work is done."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pysam

from dugnad.biomarkers.msi_loci import flanks, read_loci
from dugnad.biomarkers.msi_normals import read_normals
from dugnad.border import got
from dugnad.errors import UserError
from dugnad.panel_biomarkers import MsiRules
from dugnad.regions import outside


def msi_problems(rules: MsiRules | None, fasta: Path, lengths: Mapping[str, int]) -> Iterator[str]:
    """Faults of a panel's loci, and of what normals show of them.

    Args:
        rules: of the panel; None: it has no microsatellites.
        fasta: the genome. Its bases are looked at where it has an index; else counting will.
        lengths: its contigs, in bases.
    """
    if rules is None:
        return
    path = rules.loci
    try:
        loci = read_loci(path)
        if rules.normals:
            read_normals(rules.normals, loci)
    except UserError as error:
        yield from error.problems
        return
    faults = list(outside(list(loci), dict(lengths)))
    for locus, fault in faults:
        place = f"{locus.chrom}:{locus.start}-{locus.end}"
        yield f"{path}:{locus.line}: {fault} {got(place)}; use files of one genome"
    if faults or not Path(f"{fasta}.fai").is_file():
        return
    with pysam.FastaFile(str(fasta)) as genome:
        for locus in loci:
            try:
                flanks(genome, locus, rules.anchor.value)
            except UserError as error:
                yield f"{path}:{locus.line}: {error.problems[0]}"
