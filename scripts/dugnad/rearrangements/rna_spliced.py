"""Fusions that STAR takes for introns: of two genes near each other on one strand.

STAR splices over up to 589,824 bases of a strand (its manual, ``--winBinNbits`` and
``--winAnchorDistNbins``), and only beyond that is a read chimeric. A deletion between two genes, as
GOPC::ROS1's of 240 kb, then lies in SJ.out.tab.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import pysam

from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_evidence import Evidence
from dugnad.rearrangements.rna_genes import Genes
from dugnad.rearrangements.rna_reads import BEST, Counted, gaps

_STRANDS = {1: "+", 2: "-"}  # 0: there is no splice signal that tells


def read_splices(path: Path) -> Iterator[tuple[Joint, bool, int, int]]:
    """Each splice whose strand is known: what it joins as it is read, whether the annotation has
    it, reads with one place, and their longest overhang.

    Raises UserError when the file is not STAR's SJ.out.tab.
    """
    with open_bytes(path) as lines:
        for number, line in enumerate(lines, 1):
            cells = line.decode("utf-8", "replace").split("\t")
            try:
                first, last, strand = int(cells[1]), int(cells[2]), _STRANDS.get(int(cells[3]))
                annotated, reads, overhang = cells[5] == "1", int(cells[6]), int(cells[8])
            except (ValueError, IndexError):
                text = f"{path}:{number}: is no row of STAR's SJ.out.tab; align the reads anew"
                raise UserError(text) from None
            if strand:
                ends = [Place(cells[0], pos, strand) for pos in (first - 1, last + 1)]
                yield Joint(*ends if strand == "+" else ends[::-1]), annotated, reads, overhang


def between_genes(path: Path, genes: Genes, enough: int, found: Collection[Joint]) -> list[Joint]:
    """Splices that the annotation lacks, from the end of an exon of one gene to the begin of one
    of another, with enough reads; none within a gene, and none that were found already."""
    joints = []
    for joint, annotated, reads, _ in read_splices(path):
        if annotated or reads < enough or joint in found:
            continue
        five, three = genes.at(joint.five, True), genes.at(joint.three, False)
        at_exons = five and three and five.at_boundary and three.at_boundary
        if at_exons and not genes.over(joint.five) & genes.over(joint.three):
            joints.append(joint)
    return joints


def weigh_splice(
    joint: Joint, genes: Genes, bam: pysam.AlignmentFile, counted: Counted
) -> Evidence:
    """The fragments that are spliced so, each once; mates around it cannot be told from others."""
    low, high = sorted((joint.five.pos, joint.three.pos))
    names: set[str] = set()
    starts: set[int] = set()
    qualities: list[int] = []
    anchor = 0
    for read in bam.fetch(joint.five.chrom, low - 1, low):
        if read.flag & counted.left_out:
            continue
        for begin, end, left, right in gaps(read, low):
            if (begin, end) == (low, high - 1):
                names.add(str(read.query_name))
                starts.add(read.reference_start)
                qualities.append(min(read.mapping_quality, BEST))
                anchor = max(anchor, min(left, right))
    return Evidence(
        joint=joint,
        five=genes.at(joint.five, True),
        three=genes.at(joint.three, False),
        split_reads=len(names),
        pairs=0,
        read_starts=len(starts),
        anchor=anchor,
        mapping_quality=sum(qualities) / len(qualities) if qualities else None,
    )
