"""Make everything that a panel learns from the alignments of healthy people's samples.

``dugnad panel normals`` writes the files of normals that panel.yaml names: the background of small
variants (``normals``), the depth of each bin (``copy_number.normals``, a CNVkit reference) and the
lengths of microsatellites (``biomarkers.msi.normals``). Twenty normals are a start, of both sexes,
made as the tumours' samples are.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pysam

from dugnad.biomarkers import count_microsatellites, msi_normals
from dugnad.biomarkers.msi_loci import read_loci
from dugnad.border import got, read_text
from dugnad.copy_number.bins import Bins, Floats, Texts, cut_targets, depth_of, gc_content
from dugnad.copy_number.reference import write_reference
from dugnad.errors import UserError
from dugnad.genome import contig_lengths
from dugnad.panel import Panel, load_panel
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.qc.depth_track import read_track
from dugnad.qc.infer_sex import Witnesses, answer_of
from dugnad.qc.sites import Stretch, stretch
from dugnad.regions import Region, bed, merge, read_targets
from dugnad.small_variants.counting import counting_of_panel
from dugnad.small_variants.learn_normals import learn_panel, missing_alignments

FEWEST, ENOUGH = 2, 5  # normals: for any spread at all, and for one that is worth much
_UNCOUNTED, _DUPLICATE = 772, 1024  # SAM flags, as the workflow's depth has them


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    normals = what.add_parser("normals", help="the files of normals that panel.yaml names")
    normals.add_argument("--panel", type=Path, required=True, help="the panel's folder or YAML")
    normals.add_argument("--fasta", type=Path, required=True, help="reference genome, indexed")
    normals.add_argument(
        "--bams", type=Path, required=True, help="text file, a sorted and indexed BAM a line"
    )
    normals.add_argument("--par", nargs="*", default=[], help="pseudoautosomal stretches")


def main(args: argparse.Namespace) -> None:
    """Write what the panel's normals show."""
    path = args.panel / "panel.yaml" if args.panel.is_dir() else args.panel
    panel, _ = load_panel(path)
    bams = read_list(args.bams)
    if problems := list(problems_of(bams, args.bams, args.fasta)):
        raise UserError(problems)
    if len(bams) < ENOUGH:
        _say(f"warning: {len(bams)} normals tell little of their spread; give {ENOUGH} or more")
    rules, msi = panel.copy_number, panel.biomarkers.msi
    if not (panel.normals or (rules and rules.normals) or (msi and msi.normals)):
        raise UserError(f"{path}: names no file of normals; see config/README.md")
    if panel.normals:
        learn_panel(bams, panel, args.fasta, panel.normals)
        _say(f"wrote {panel.normals}")
    if rules and rules.normals:
        learn_depth(bams, panel, rules, args.fasta, [stretch(text) for text in args.par])
        _say(f"wrote {rules.normals}")
    if msi and msi.normals:
        learn_lengths(bams, panel, args.fasta)
        _say(f"wrote {msi.normals}")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def read_list(path: Path) -> list[Path]:
    """The files that a list names, one a line; empty lines and those with # are passed over."""
    lines = (line.strip() for line in read_text(path).splitlines())
    return [Path(line) for line in lines if line and not line.startswith("#")]


def problems_of(bams: Sequence[Path], listed: Path, fasta: Path) -> list[str]:
    """What is wrong with the normals: too few, missing, without an index, of another genome."""
    if len(bams) < FEWEST:
        return [f"{listed}:1: names {len(bams)} alignments; name {ENOUGH} or more"]
    if len(set(bams)) < len(bams):
        return [f"{listed}:1: names an alignment twice; remove it"]
    if not Path(f"{fasta}.fai").is_file():
        return [f"{fasta}: has no index; run: samtools faidx {fasta}"]
    if missing := missing_alignments(bams):
        return missing
    lengths = contig_lengths(fasta)
    problems = []
    for path in bams:
        with pysam.AlignmentFile(str(path), reference_filename=str(fasta)) as bam:
            own = dict(zip(bam.references, bam.lengths, strict=True))
        shared = own.keys() & lengths.keys()
        other = next((c for c in sorted(shared) if own[c] != lengths[c]), None)
        if other:
            fault = f"is of another genome: {other} has {own[other]} bases, not {lengths[other]}"
            problems.append(f"{path}: {fault}; align it to {fasta}")
        elif not shared:
            shown = got(next(iter(own), ""))
            problems.append(f"{path}: shares no contig with {fasta} {shown}; use one genome")
    return problems


def learn_depth(
    bams: Sequence[Path], panel: Panel, rules: CopyNumberRules, fasta: Path, par: list[Stretch]
) -> None:
    """Write the CNVkit reference of the panel's bins."""
    from dugnad.copy_number import cnvkit  # imported late: it takes seconds

    targets = read_targets(panel.targets)
    bins = cut_targets(targets, rules.bin_size.value)
    kinds = bins.kinds(par)
    depths = [bin_depths(path, panel, targets, bins) for path in bams]
    sexes = [sex_of(depth, kinds) for depth in depths]
    for path, sex in zip(bams, sexes, strict=True):
        if sex == "unknown":
            _say(f"warning: {path}: the sex is not clear from its depth; left out on X and Y")
    with pysam.FastaFile(str(fasta)) as genome:
        gc = gc_content(bins, genome)
    if rules.normals is not None:
        write_reference(rules.normals, cnvkit.pool(bins, depths, gc, kinds, sexes))


def bin_depths(path: Path, panel: Panel, targets: list[Region], bins: Bins) -> Floats:
    """Mean depth of each bin, by mosdepth as in the workflow."""
    marks = panel.library.duplicates == "mark"
    with tempfile.TemporaryDirectory(prefix="dugnad-normals-") as folder:
        regions = Path(folder) / "targets.bed"
        regions.write_text(bed(merge(targets)), encoding="utf-8")
        command = [
            "mosdepth", "--threads", "1", "--by", str(regions),
            "--flag", str(_UNCOUNTED | (_DUPLICATE if marks else 0)),
            "--mapq", str(panel.calling.min_mapping_quality.value),
            f"{folder}/one", str(path),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise UserError("mosdepth is not installed; see docs/setup.md") from None
        if done.returncode:
            raise UserError(f"{path}: mosdepth cannot read it: {done.stderr.strip()[:200]}")
        return depth_of(bins, read_track(Path(folder) / "one.per-base.bed.gz", targets))


def sex_of(depth: Floats, kinds: Texts) -> str:
    """Of which sex a normal is, by depth on X and Y: female, male or unknown."""
    whole = float(np.median(depth[kinds == "autosome"])) if (kinds == "autosome").any() else 0.0
    x, y = (
        median((depth[kinds == kind] / whole).tolist()) if whole and (kinds == kind).sum() >= 3
        else None
        for kind in ("x", "y")
    )  # fmt: skip
    return answer_of(Witnesses(x, y, 0, 0, 0.0), "normal").observed


def learn_lengths(bams: Sequence[Path], panel: Panel, fasta: Path) -> None:
    """Write how long the normals show the panel's microsatellites."""
    rules = panel.biomarkers.msi
    if rules is None or rules.normals is None:
        return
    counting = counting_of_panel(panel)
    loci = read_loci(rules.loci)
    tables = []
    with pysam.FastaFile(str(fasta)) as genome:
        for path in bams:
            with pysam.AlignmentFile(str(path), reference_filename=str(fasta)) as bam:
                tables.append(
                    list(
                        count_microsatellites.count(bam, genome, loci, rules.anchor.value, counting)
                    )
                )
    msi_normals.write_normals(rules.normals, msi_normals.learn(tables, rules.min_reads.value))
