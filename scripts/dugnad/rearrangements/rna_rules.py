"""What the verbs for RNA take from a panel."""

import argparse
from pathlib import Path

from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.panel_rna import RnaRules
from dugnad.rearrangements.gene_files import read_known_fusions
from dugnad.rearrangements.rna_evidence import Known
from dugnad.rearrangements.rna_reads import Counted

ANCHOR = 10  # bases of a read on either side of a reference junction, as of STAR's chimeric reads


def register_fusions(parser: argparse.ArgumentParser) -> None:
    """The arguments of each verb that weighs a method's fusions."""
    parser.add_argument("--bam", type=Path, required=True, help="RNA, sorted and indexed")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--annotation", type=Path, required=True, help="Ensembl-style GFF3")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of junctions")


def rules_of(panel: Panel) -> RnaRules:
    """The panel's rules for RNA; raises UserError without them."""
    rules = panel.rearrangements.rna if panel.rearrangements else None
    if rules is None:
        raise UserError(f"panel {panel.id} has no rearrangements.rna; add it, see config/README.md")
    return rules


def counted_of(panel: Panel, anchor: int = ANCHOR) -> Counted:
    """Which of the reads over a reference junction count."""
    return Counted(
        panel.calling.min_mapping_quality.value, anchor, panel.library.duplicates == "keep"
    )


def known_fusions(panel: Panel) -> Known:
    """The pairs of genes, first and second, that the panel lists as known."""
    path = panel.rearrangements.known_fusions if panel.rearrangements else None
    return read_known_fusions(path).keys() if path else ()
