"""Write the coding bases of a panel's targets, which tumour mutational burden is counted over.

They are those of the transcripts that the panel reports its genes on.
"""

import argparse
from pathlib import Path

from dugnad.annotation.gff import Wanted
from dugnad.annotation.transcript import Interval
from dugnad.annotation.transcripts import read_transcripts
from dugnad.biomarkers.coding import coding_targets
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.panel import load_panel
from dugnad.regions import bed, read_targets


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--annotation", type=Path, required=True, help="GFF3")
    parser.add_argument("--output", type=Path, required=True, help="BED of the coding bases")


def main(args: argparse.Namespace) -> None:
    """Write the BED; UserError when there are none, since nothing could be counted."""
    panel, _ = load_panel(args.panel)
    places: dict[str, list[Interval]] = {}
    for target in read_targets(panel.targets):
        places.setdefault(target.chrom, []).append((target.start, target.end))
    wanted = Wanted(places, panel.genes, margin=0)
    coding = coding_targets(read_transcripts(args.annotation, wanted), panel)
    if not coding.regions:
        raise UserError(
            f"{args.annotation}: has no coding base on the targets of {panel.id};"
            " name this genome's annotation, or remove biomarkers.tmb"
        )
    write_text(args.output, bed(coding.regions))
