"""Check config, sample sheet, panels and input files before any work is done.

Prints all problems at once, each as file:line: field: fault (got value); remedy, and exits
with 2; says what was checked and exits with 0 when all is well.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pysam

from dugnad.annotation.fit import fit_problems, read_facts
from dugnad.biomarkers.arms import arms_problems
from dugnad.biomarkers.msi_check import msi_problems
from dugnad.border import Lines, got
from dugnad.callers import NO_COLUMNS
from dugnad.copy_number.normals_check import reference_problems
from dugnad.curation.check import log_problems
from dugnad.errors import UserError
from dugnad.files import ends_early
from dugnad.genome import contig_lengths
from dugnad.interpretation.check import knowledge_problems
from dugnad.panel import Panel
from dugnad.qc.sites import stretch
from dugnad.reads.pair_reads import interleave
from dugnad.rearrangements.panel_check import fusion_problems, fusion_symbols
from dugnad.rearrangements.rna_check import splice_problems, unknown_splice_genes
from dugnad.regions import Region, merge, outside, read_hotspots, read_targets
from dugnad.run import CONFIG, Run, load_run, missing_files
from dugnad.sheet import Row
from dugnad.small_variants.common_sites import COMMON, has_common_snp
from dugnad.small_variants.normals import FIELDS as NORMALS_FIELDS
from dugnad.source_check import (
    foreign,
    other_length,
    remark,
    sites_problems,
    source_problems,
    stated_lengths,
)

pysam.set_verbosity(0)  # what htslib cannot read raises an error, and is told in our words


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--reads", action="store_true", help="read each FASTQ to its end as well")


def main(args: argparse.Namespace) -> None:
    """Check the run; raise all problems at once."""
    run = load_run(args.config)
    problems = missing_files(run) or list(problems_on_disk(run, deep=args.reads))
    if problems:
        raise UserError(problems)
    lengths = contig_lengths(run.config.genome.fasta)
    for text in filter(None, (remark(source, lengths) for source in run.config.sources)):
        print(text, file=sys.stderr)
    samples = len({item.row.sample for item in run.rows})
    summary = f"{len(run.cases)} cases, {samples} samples, {len(run.panels)} panels"
    print(f"checked: {summary}; all is well", file=sys.stderr)


def problems_on_disk(run: Run, deep: bool = False) -> Iterator[str]:
    """What only the files can show: of another genome, or not what they should be.

    Args:
        run: the validated run.
        deep: read each FASTQ to its end, not only its beginning.
    """
    try:
        lengths = contig_lengths(run.config.genome.fasta)
    except UserError as error:
        yield from error.problems
        return
    yield from _genome_problems(run, lengths)
    yield from _par_problems(run, lengths)
    yield from knowledge_problems(run)
    yield from log_problems(run)
    for panel in run.panels.values():
        yield from _panel_problems(panel, lengths)
        yield from fusion_problems(panel, lengths)
        yield from splice_problems(panel)
        yield from reference_problems(panel.copy_number, panel.targets)
        yield from msi_problems(panel.biomarkers.msi, run.config.genome.fasta, lengths)
        contigs = [region.chrom for region in _targets(panel)]
        yield from arms_problems(panel.biomarkers.hrd, lengths, contigs)
        if panel.normals:
            needed = dict.fromkeys(NORMALS_FIELDS, "make it with 'dugnad learn-normals'")
            yield from sites_problems(panel.normals, needed, lengths, run.config.genome.fasta)
    yield from _mutect2_problems(run, lengths)
    targeted = {
        panel.id: {region.chrom for region in _targets(panel)} for panel in run.panels.values()
    }
    for item in run.rows:
        if item.row.fastq_1 and item.row.fastq_2:
            yield from _fastq_problems(item.row, run.panels[item.row.panel], deep)
        else:
            yield from _row_problems(item.row, item.lines, lengths, targeted)


def _par_problems(run: Run, lengths: dict[str, int]) -> Iterator[str]:
    place = f"{run.files[0]}: genome.par"
    for text in run.config.genome.par:
        try:
            found = stretch(text)
        except UserError as error:
            yield f"{place}: {error.problems[0]}"
            continue
        if found.end > lengths.get(found.chrom, 0):
            yield f"{place}: is not in the genome {got(text)}; write a place of its contigs"


def _targets(panel: Panel) -> list[Region]:
    try:
        return read_targets(panel.targets)
    except UserError:
        return []


def _genome_problems(run: Run, lengths: dict[str, int]) -> Iterator[str]:
    genome = run.config.genome
    if genome.annotation:
        facts = read_facts(genome.annotation)
        if facts.ends and not facts.ends.keys() & lengths.keys():
            yield foreign(genome.annotation, set(facts.ends), lengths, genome.fasta)
        elif facts.genes:
            yield from fit_problems(genome.annotation, facts, lengths)
            yield from _gene_problems(run, genome.annotation, facts.genes)
    for source in run.config.sources:
        yield from source_problems(source, lengths, genome.fasta)


def _gene_problems(run: Run, annotation: Path, genes: set[str]) -> Iterator[str]:
    for panel in run.panels.values():
        path = run.config.panels / panel.id / "panel.yaml"
        for key, named in (
            ("genes", panel.genes),
            ("transcripts", panel.transcripts),
            ("rearrangements.fusion_genes", fusion_symbols(panel)),
        ):
            for gene in sorted(set(named) - genes):
                remedy = "write the symbol that the annotation has"
                yield f"{path}: {key}: not in {annotation} {got(gene)}; {remedy}"
        yield from unknown_splice_genes(panel, genes)


def _mutect2_problems(run: Run, lengths: dict[str, int]) -> Iterator[str]:
    """Faults of what Mutect2 reads; GATK stops where no common site lies in the targets."""
    if not run.config.mutect2:
        return
    for key, path in run.config.mutect2.files.items():
        with_af = {"AF": "name a VCF that has the allele frequency"}
        needed = with_af if key != "panel_of_normals" else {}
        if faults := list(sites_problems(path, needed, lengths, run.config.genome.fasta)):
            yield from faults
        elif key == "common_sites":
            for panel in run.panels.values():
                if "mutect2" in panel.callers and not has_common_snp(path, _targets(panel)):
                    fault = f"no SNP with AF of {COMMON[0]} to {COMMON[1]} is in the targets"
                    remedy = "name a VCF with more sites, or take mutect2 from its callers"
                    yield f"{path}: {fault} of panel {panel.id!r}; {remedy}"


def _panel_problems(panel: Panel, lengths: dict[str, int]) -> Iterator[str]:
    read: dict[Path, list[Region]] = {}
    for path, reader in ((panel.targets, read_targets), (panel.hotspots, read_hotspots)):
        if path is None:
            continue
        try:
            read[path] = list(reader(path))
        except UserError as error:
            yield from error.problems
            continue
        yield from _place_problems(path, read[path], lengths)
    if panel.hotspots in read and panel.targets in read:
        targets = [target for target in merge(read[panel.targets]) if target.chrom in lengths]
        for spot in read[panel.hotspots]:
            if targets and not any(target.contains(spot) for target in targets):
                text = "lies outside the targets, where nothing is called; extend the targets"
                yield f"{panel.hotspots}:{spot.line}: {spot.label}: {text} or remove it"


def _place_problems(path: Path, regions: list[Region], lengths: dict[str, int]) -> Iterator[str]:
    if not {region.chrom for region in regions} & set(lengths):
        theirs = next(iter(lengths))
        text = f"no contig of it is in the genome {got(regions[0].chrom)}"
        yield f"{path}:{regions[0].line}: {text}; the genome names them like {theirs!r}"
        return
    for region, fault in outside(regions, lengths):
        place = f"{region.chrom}:{region.start}-{region.end}"
        yield f"{path}:{region.line}: {fault} {got(place)}; mend the line"


def _fastq_problems(row: Row, panel: Panel, deep: bool) -> Iterator[str]:
    assert row.fastq_1
    assert row.fastq_2
    named = row.analyte == "dna" and panel.library.names_umi
    try:
        for _pair in interleave(row.fastq_1, row.fastq_2, "check", umi_in_name=named):
            if not deep:
                break
    except UserError as error:
        yield from error.problems


def _row_problems(
    row: Row, lines: Lines, lengths: dict[str, int], targeted: dict[str, set[str]]
) -> Iterator[str]:
    for column, path in (("bam", row.bam), ("vcf", row.vcf)):
        if path and ends_early(path):
            yield lines.problem((column,), f"ends in the middle {got(path)}; copy it once more")
            return
    if row.bam:
        yield from _bam_problems(row, lines, lengths, targeted.get(row.panel, set()))
    elif row.vcf:
        yield from _vcf_problems(row, lines, lengths)


def _bam_problems(
    row: Row, lines: Lines, lengths: dict[str, int], targeted: set[str]
) -> Iterator[str]:
    try:
        with pysam.AlignmentFile(str(row.bam), check_sq=False) as bam:
            contigs = dict(zip(bam.references, bam.lengths, strict=True))
            order = bam.header.to_dict().get("HD", {}).get("SO")
    except (OSError, ValueError):
        yield lines.problem(("bam",), f"is not a BAM or CRAM file {got(row.bam)}; name another")
        return
    if order != "coordinate":
        remedy = "run: samtools sort"
        yield lines.problem(("bam",), f"is not sorted by coordinate {got(order)}; {remedy}")
    if other := other_length(contigs, lengths):
        text = f"is aligned to another genome: {other} {got(row.bam)}; align the reads anew"
        yield lines.problem(("bam",), text)
        return
    missing = sorted(targeted - contigs.keys())
    if missing:
        text = (
            f"is aligned to another genome: it lacks the targets' contig {missing[0]!r}"
            f" {got(row.bam)}; use the panel's genome"
        )
        yield lines.problem(("bam",), text)


def _vcf_problems(row: Row, lines: Lines, lengths: dict[str, int]) -> Iterator[str]:
    try:
        with pysam.VariantFile(str(row.vcf)) as vcf:
            names = list(vcf.header.samples)
            first = next(iter(vcf), None)
            stated = stated_lengths(vcf)
            contigs = set(vcf.header.contigs) | ({first.chrom} if first else set())
    except NotImplementedError:
        text = f"is compressed by gzip {got(row.vcf)}; compress it by bgzip, or not at all"
        yield lines.problem(("vcf",), text)
        return
    except (OSError, ValueError):
        yield lines.problem(("vcf",), f"is not a VCF file {got(row.vcf)}; name another")
        return
    if not names:
        fault, remedy = NO_COLUMNS
        yield lines.problem(("vcf",), f"{fault} {got(row.vcf)}; {remedy}")
    elif row.sample not in names and not (len(names) == 1 and row.role == "tumour"):
        shown = ", ".join(names)
        text = f"has no column for sample {row.sample!r} (it has {shown}); rename the column"
        yield lines.problem(("vcf",), text)
    if contigs and not contigs & set(lengths):
        text = f"shares no contig with the genome {got(sorted(contigs)[0])}; use one genome"
        yield lines.problem(("vcf",), text)
    elif other := other_length(stated, lengths):
        text = f"is of another genome: {other} {got(row.vcf)}; call the variants anew"
        yield lines.problem(("vcf",), text)
