"""IGV: a session file for the desktop, and links that move an open one to a place.

IGV desktop listens on port 60151 of the reader's own machine; a link is followed only when it is
clicked. Paths in a session are relative to its file.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from dugnad.report.reads.places import Place, Window

PORT = 60151
# what IGV calls the human assemblies
_HOSTED = {"GRCh38": "hg38", "GRCh37": "hg19"}


def goto(windows: Sequence[Window]) -> str:
    """The address that moves an open IGV desktop to the windows, side by side."""
    loci = " ".join(dict.fromkeys(window.locus for window in windows))
    return f"http://localhost:{PORT}/goto?locus={quote(loci)}"


def session(
    output: Path, genome: str, fasta: Path, bams: Sequence[Path], places: Sequence[Place]
) -> str:
    """The session as XML: the case's alignments, its findings as regions, and the first of them.

    Args:
        output: where it will stand.
        genome: the panel's name of it; GRCh37 and GRCh38 are loaded from IGV's own, others from
            the FASTA.
        fasta: indexed.
        bams: each with its index beside it.
        places: may be none.
    """
    folder = output.parent

    def beside(path: Path) -> str:
        return Path(os.path.relpath(path, folder)).as_posix()

    windows = [window for place in places for window in place.windows]
    root = ElementTree.Element(
        "Session",
        genome=_HOSTED.get(genome, beside(fasta)),
        hasGeneTrack="true",
        hasSequenceTrack="true",
        locus=windows[0].locus if windows else "All",
        version="8",
    )
    resources = ElementTree.SubElement(root, "Resources")
    for bam in bams:
        path = beside(bam)
        ElementTree.SubElement(resources, "Resource", path=path, index=f"{path}.bai", type="bam")
    regions = ElementTree.SubElement(root, "Regions")
    for place in places:
        for window in place.windows:
            ElementTree.SubElement(
                regions,
                "Region",
                chromosome=window.chrom,
                start=str(window.start),
                end=str(window.end),
                description=_plain(place.line.name),
            )
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n{text}\n'


def _plain(words: str) -> str:
    """Text without what XML does not allow."""
    return "".join(sign for sign in words if sign.isprintable())[:200]
