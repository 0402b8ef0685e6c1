"""Learn the lengths of a panel's microsatellites from alignments of normals."""

from collections.abc import Sequence
from pathlib import Path

import pysam

from dugnad.biomarkers.count_microsatellites import count
from dugnad.biomarkers.msi_loci import read_loci
from dugnad.biomarkers.msi_normals import learn, write_normals
from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.small_variants.counting import counting_of_panel


def learn_msi(panel: Panel, bams: Sequence[Path], fasta: Path, output: Path) -> int:
    """Write what normals show at the panel's microsatellites; the number of loci learnt.

    Args:
        panel: with ``biomarkers.msi``; the reads that count are those that count in a tumour.
        bams: indexed BAM or CRAM of each normal.
        fasta: the genome, indexed.
        output: the file that the panel names as ``biomarkers.msi.normals``.

    Raises UserError when the panel has no microsatellites, a file lacks its index, or the normals
    are too few or too shallow.
    """
    rules = panel.biomarkers.msi
    if rules is None:
        raise UserError(f"panel {panel.id}: has no biomarkers.msi; add it")
    loci, counting = read_loci(rules.loci), counting_of_panel(panel)
    tables = []
    with pysam.FastaFile(str(fasta)) as genome:
        for path in bams:
            with pysam.AlignmentFile(str(path), reference_filename=str(fasta)) as bam:
                if not bam.has_index():
                    raise UserError(f"{path}: has no index; make it with 'samtools index'")
                tables.append(list(count(bam, genome, loci, rules.anchor.value, counting)))
    rows = learn(tables, rules.min_reads.value)
    write_normals(output, rows)
    return len(rows)
