"""The command line: one verb per step that is ours, imported only when it is called."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from dugnad import __version__
from dugnad.errors import UserError


@dataclass(frozen=True)
class Verb:
    """A verb's module (with ``register(parser)`` and ``main(args)``) and its one-line help."""

    module: str
    help: str


VERBS: dict[str, Verb] = {
    "cancel-jobs": Verb(
        "dugnad.cancel_jobs", "cancel what an earlier run of a folder left in SLURM's queue"
    ),
    "check": Verb("dugnad.check", "check config, sample sheet, panels and input files"),
    "demo": Verb("dugnad.demo.make_demo", "make the synthetic demo data with its truth"),
    "schemas": Verb("dugnad.schemas", "write the JSON Schemas of what people edit and read"),
    "trim-reads": Verb("dugnad.reads.trim_reads", "check and trim a sample's reads, as one stream"),
    "assess-coverage": Verb(
        "dugnad.qc.assess_coverage", "say where a sample can be assessed and where not"
    ),
    "gather-metrics": Verb("dugnad.qc.gather_metrics", "join a case's metrics with the limits"),
    "tabulate-metrics": Verb("dugnad.qc.tabulate_metrics", "give a run's metrics to MultiQC"),
    "locate-exons": Verb("dugnad.qc.locate_exons", "find the exons of a panel's genes"),
    "pick-sites": Verb("dugnad.qc.pick_sites", "pick common SNPs inside a panel's targets"),
    "count-sites": Verb("dugnad.qc.count_sites", "count alleles at common SNPs"),
    "compare-samples": Verb(
        "dugnad.qc.compare_samples", "say which samples of a run are of one person"
    ),
    "measure-identity": Verb(
        "dugnad.qc.measure_identity", "measure whether a case's samples are of one person"
    ),
    "estimate-contamination": Verb(
        "dugnad.qc.estimate_contamination", "estimate how much DNA is another person's"
    ),
    "infer-sex": Verb("dugnad.qc.infer_sex", "say of which sex a sample is"),
    "tumour-in-normal": Verb(
        "dugnad.qc.tumour_in_normal", "estimate how much of the tumour is in its normal"
    ),
    "measure-artefacts": Verb(
        "dugnad.qc.measure_artefacts", "measure oxidation and deamination of a library"
    ),
    "measure-rna": Verb("dugnad.qc.measure_rna", "measure whether a sample's RNA can be trusted"),
    "gate": Verb("dugnad.qc.gate", "say of a case's samples whether they can be trusted"),
    "gather-run": Verb("dugnad.qc.gather_run", "gather a run's metrics for the trends"),
    "tabulate-run": Verb("dugnad.qc.tabulate_run", "give gates and identity to MultiQC"),
    "release-run": Verb("dugnad.qc.release_run", "end a run in error when a gate is not passed"),
    "trends": Verb("dugnad.qc.trends", "keep the quality of runs, and show it over time"),
    "recurrence": Verb("dugnad.recurrence.recurrence", "keep how often each variant is seen"),
    "merge-targets": Verb(
        "dugnad.small_variants.merge_targets", "join a panel's targets where they overlap"
    ),
    "split-targets": Verb(
        "dugnad.small_variants.split_targets", "write one chunk of a case's targets, of even load"
    ),
    "call-pileup": Verb(
        "dugnad.small_variants.call_pileup", "propose variants from the reads' own bases"
    ),
    "recount-variants": Verb(
        "dugnad.small_variants.recount_variants", "count all callers' variants by the same rules"
    ),
    "learn-normals": Verb(
        "dugnad.small_variants.learn_normals", "make a panel of normals from their alignments"
    ),
    "search-fusions": Verb(
        "dugnad.rearrangements.search_fusions", "search DNA for a panel's fusions"
    ),
    "import-junctions": Verb(
        "dugnad.rearrangements.import_junctions", "take over a caller's structural variants"
    ),
    "join-rearrangements": Verb(
        "dugnad.rearrangements.join_rearrangements", "join all that is seen of rearrangements"
    ),
    "extract-transcripts": Verb(
        "dugnad.rearrangements.extract_transcripts", "write the annotation's transcripts"
    ),
    "find-rna-fusions": Verb(
        "dugnad.rearrangements.find_rna_fusions", "find fusions among RNA's chimeric reads"
    ),
    "import-pizzly": Verb(
        "dugnad.rearrangements.import_pizzly", "take over what kallisto and pizzly see in RNA"
    ),
    "import-arriba": Verb(
        "dugnad.rearrangements.import_arriba", "take over what Arriba sees in RNA"
    ),
    "find-splice-variants": Verb(
        "dugnad.rearrangements.find_splice_variants", "find a panel's splice variants in RNA"
    ),
    "measure-bins": Verb(
        "dugnad.copy_number.measure_bins", "measure depth in bins, against a panel's normals"
    ),
    "call-copy-numbers": Verb(
        "dugnad.copy_number.call_copy_numbers", "say which genes are amplified, lost or neither"
    ),
    "panel": Verb("dugnad.panel_normals", "make what a panel learns from its normals"),
    "select-genes": Verb(
        "dugnad.annotation.select_genes", "select the annotation's genes that a case needs"
    ),
    "annotate-variants": Verb(
        "dugnad.annotation.annotate_variants", "add HGVS, known sites and frequencies to calls"
    ),
    "interpret-variants": Verb(
        "dugnad.interpretation.interpret_variants", "filter, and say whose and what a variant is"
    ),
    "count-microsatellites": Verb(
        "dugnad.biomarkers.count_microsatellites", "count the lengths of a panel's microsatellites"
    ),
    "measure-msi": Verb("dugnad.biomarkers.measure_msi", "measure microsatellite instability"),
    "locate-coding": Verb(
        "dugnad.biomarkers.locate_coding", "find the coding bases of a panel's targets"
    ),
    "measure-tmb": Verb(
        "dugnad.biomarkers.measure_tmb", "measure tumour mutational burden by a panel's rules"
    ),
    "measure-hrd": Verb(
        "dugnad.biomarkers.measure_hrd", "count scars of homologous recombination deficiency"
    ),
    "count-contexts": Verb(
        "dugnad.biomarkers.count_contexts", "count the base triplets of a genome and of targets"
    ),
    "assign-signatures": Verb(
        "dugnad.biomarkers.assign_signatures", "count contexts of mutations, assign signatures"
    ),
    "record-case": Verb("dugnad.interpretation.record_case", "join all that is known of a case"),
    "classify-case": Verb(
        "dugnad.interpretation.classify_case", "give classes, tiers, drugs and trials, with reasons"
    ),
    "explain": Verb("dugnad.interpretation.explain", "print why a finding has its class and tier"),
    "knowledge": Verb("dugnad.interpretation.consult", "check, ask and compare knowledge"),
    "write-report": Verb(
        "dugnad.report.write_report", "write all forms of a case's report that the site wants"
    ),
    "render-report": Verb("dugnad.report.render_report", "render the case record as HTML"),
    "write-pdf": Verb("dugnad.report.write_pdf", "write the report as PDF"),
    "write-workbook": Verb(
        "dugnad.report.write_workbook", "write the workbook in which findings are judged"
    ),
    "curate": Verb("dugnad.curation.curate", "read a workbook's judgements back, and sign"),
    "show-reads": Verb("dugnad.report.show_reads", "show the reads behind a case's findings"),
    "write-fhir": Verb("dugnad.report.write_fhir", "write the case record as a FHIR bundle"),
    "tabulate-findings": Verb(
        "dugnad.report.tabulate_findings", "write a case's findings as TSV and Parquet"
    ),
    "write-deck": Verb("dugnad.report.write_deck", "write the deck for the board as PPTX"),
    "index-run": Verb("dugnad.report.index_run", "write the page that lists a run's cases"),
    "write-manifest": Verb("dugnad.report.write_manifest", "write what made a run's results"),
    "report-efficiency": Verb(
        "dugnad.report.report_efficiency", "say what a run cost, and what to ask for next time"
    ),
    "record": Verb("dugnad.report.record_verb", "check case records, and migrate old ones"),
    "resources": Verb("dugnad.resources.resources", "fetch, import and verify what others publish"),
    "accuracy": Verb("dugnad.accuracy.accuracy", "compare small variants with a truth set"),
}


class _Parser(argparse.ArgumentParser):
    """Shows the verb's own help beside a usage error, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nTry '{self.prog} --help'.\n")


def _overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {name:<{width}}  {verb.help}" for name, verb in VERBS.items()]
    return "\n".join(
        [
            f"dugnad {__version__}: from reads to a molecular tumour-board report",
            "",
            "usage: dugnad VERB [options]        dugnad VERB --help explains a verb",
            "",
            *lines,
            "",
            "VERB ... --then VERB ... runs several in one process, up to the first that fails.",
            "A run is started with Snakemake, which calls these verbs:",
            "  snakemake --snakefile PATH/Snakefile --profile PATH/profiles/local",
        ]
    )


def parser_of(name: str) -> argparse.ArgumentParser:
    """The argument parser of one verb; imports the verb's module.

    Raises KeyError for an unknown verb.
    """
    module = importlib.import_module(VERBS[name].module)
    parser = _Parser(
        prog=f"dugnad {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.register(parser)
    parser.set_defaults(main=module.main)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb, or several in one process; returns the exit status.

    0: done, 2: what the user can mend. Any other failure is a bug and leaves as an exception
    (Python's exit status 1). ``VERB ... --then VERB ...`` stops at the first that fails.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help"}:
        print(_overview())
        return 0
    if words[0] == "--version":
        print(__version__)
        return 0
    commands = _commands(words)
    for name in (command[0] if command else "" for command in commands):
        if name not in VERBS:
            print(f"dugnad: no verb '{name}'; 'dugnad --help' lists them", file=sys.stderr)
            return 2
    return next((status for command in commands if (status := _run(*command))), 0)


def _commands(words: Sequence[str]) -> list[list[str]]:
    """The words of each verb, parted at ``--then``."""
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "--then":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


def _run(name: str, *words: str) -> int:
    """Run one verb; returns its exit status."""
    args = parser_of(name).parse_args(words)
    try:
        args.main(args)
    except UserError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
