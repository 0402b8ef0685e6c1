"""What each rule reads and is told: the workflow's input functions, on one validated run.

Each takes Snakemake's wildcards (``case``, ``sample``, ``chunk``) and returns paths or
parameters; names are never parsed back out of paths.
"""

import json
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dugnad.plan_alignment import AlignmentPlan
from dugnad.plan_annotation import AnnotationPlan
from dugnad.plan_biomarkers import BiomarkerPlan
from dugnad.plan_copy_number import CopyNumberPlan
from dugnad.plan_interpretation import InterpretationPlan
from dugnad.plan_msi import MsiPlan
from dugnad.plan_qc import QcPlan
from dugnad.plan_reads import ReadViewPlan
from dugnad.plan_rearrangements import RearrangementPlan
from dugnad.plan_report import ReportPlan
from dugnad.qc.metric_names import OF_RUN
from dugnad.run import Sample
from dugnad.wildcards import one_of

# SAM flags of reads that do not count: unmapped, secondary, failed; and duplicates if marked
_UNCOUNTED, _DUPLICATE = 772, 1024


@dataclass(frozen=True)
class Plan(
    AlignmentPlan,
    AnnotationPlan,
    BiomarkerPlan,
    CopyNumberPlan,
    InterpretationPlan,
    MsiPlan,
    QcPlan,
    RearrangementPlan,
    ReadViewPlan,
    ReportPlan,
):
    """Answers for one run; ``genome`` is the prepared FASTA."""

    def __repr__(self) -> str:
        """Short: Snakemake writes down each method that a rule marks as ``ancient``."""
        return f"{type(self).__name__}({len(self.run.cases)} cases)"

    @property
    def genome(self) -> str:
        """The FASTA that every rule reads."""
        return f"results/run/genome/{self.run.config.genome.name}.fa"

    @property
    def bwa_prefix(self) -> str:
        """Prefix of bwa's index: the site's own, or the one that is made."""
        return str(self.run.config.genome.bwa_index or self.genome)

    @property
    def star_index(self) -> str:
        """STAR's index, a folder."""
        return f"results/run/genome/{self.run.config.genome.name}.star"

    @property
    def transcripts(self) -> str:
        """Prefix of the files of the annotation's transcripts."""
        return f"results/run/genome/{self.run.config.genome.name}.transcripts"

    # constraints, so that each sample and case comes in by its own door

    def samples_by(self, door: str, analytes: Container[str] = ("dna",)) -> str:
        """A wildcard constraint: the samples that came as fastq, bam or vcf, of DNA or of RNA."""
        found = (s for s in self._samples.values() if s.door == door and s.analyte in analytes)
        return one_of((s.id for s in found), self._samples)

    def cases_by(self, has_reads: bool) -> str:
        """A wildcard constraint: the cases that came with reads, or as calls."""
        cases = self.run.cases
        return one_of((c.id for c in cases.values() if c.has_reads == has_reads), cases)

    # files of a panel

    def panel_file(self, wildcards: Any) -> Path:
        """The panel's YAML."""
        return self.run.config.panels / self.panel(wildcards).id / "panel.yaml"

    def hotspots(self, wildcards: Any) -> list[Path]:
        """The panel's hotspots, if it has them."""
        path = self.panel(wildcards).hotspots
        return [path] if path else []

    def merged_targets(self, wildcards: Any) -> str:
        """The panel's targets, sorted and without overlaps."""
        return f"results/run/targets/{self.panel(wildcards).id}.bed"

    def normals(self, wildcards: Any) -> list[Path]:
        """The panel of normals, if the panel has one."""
        path = self.panel(wildcards).normals
        return [path] if path else []

    # files of samples and cases

    def asked_in(self, wildcards: Any) -> list[Path]:
        """What people wrote that the case is of: config, sheet, its panel, and the site's file."""
        config, site = self.run.config, self.run.config.site
        panel = self.panel_file(wildcards)
        return [self.run.files[0], config.samples, panel, *([site] if site else [])]

    def of_samples(self, pattern: str) -> Callable[[Any], list[str]]:
        """A file of each sample of the case, tumour first; none when it came as calls."""

        def paths(wildcards: Any) -> list[str]:
            case = self.case(wildcards)
            return _of(pattern, case.samples if case.has_reads else ())

        return paths

    def of_run(self, pattern: str) -> list[str]:
        """A file of each DNA sample of the run that came with reads."""
        return _of(pattern, [s for s in self.run.samples.values() if s.door != "vcf"])

    def rna_of_run(self, pattern: str) -> list[str]:
        """A file of each RNA sample of the run."""
        return _of(pattern, self.run.rna)

    def all_of_run(self, pattern: str) -> list[str]:
        """A file of each sample of the run that came with reads, DNA and RNA."""
        return self.of_run(pattern) + self.rna_of_run(pattern)

    def all_of_case(self, pattern: str) -> Callable[[Any], list[str]]:
        """A file of each sample of the case that came with reads, DNA and RNA."""
        dna = self.of_samples(pattern)

        def paths(wildcards: Any) -> list[str]:
            rna = self.case(wildcards).rna
            return dna(wildcards) + _of(pattern, [rna] if rna else [])

        return paths

    def run_quality(self) -> list[str]:
        """The run's quality page and table; none when all cases came as calls."""
        return self.with_reads("results/run/multiqc.html", "results/run/qc.parquet")

    def with_reads(self, *paths: str) -> list[str]:
        """Files of the whole run that are only made when a sample came with reads."""
        return list(paths) if self.all_of_run("{sample}") else []

    @property
    def results(self) -> list[str]:
        """What the manifest lists of a run's results, the records first."""
        of_case = [
            *self.report_files,
            "results/{case}/interpretation/{case}.findings.parquet",
            "results/{case}/small_variants/{case}.calls.vcf.gz",
        ]
        return [
            *self.records,
            *(path.format(case=case) for case in self.run.cases for path in of_case),
            *self.read_views,
            *self.all_of_run("results/{case}/alignment/{sample}.bam"),
            *self.metrics_of_run,
            *self.run_quality(),
        ]

    # parameters

    def uncounted_flags(self, wildcards: Any) -> int:
        """SAM flags of reads that do not count towards depth."""
        return _UNCOUNTED | (_DUPLICATE if self.marks_duplicates(wildcards) else 0)

    def normal_option(self, wildcards: Any) -> str:
        """``--normal ID`` when the case has a normal."""
        normal = self.case(wildcards).normal
        return f"--normal {normal.id}" if normal else ""

    def rna_option(self, wildcards: Any) -> str:
        """``--rna ID`` when the case has RNA."""
        rna = self.case(wildcards).rna
        return f"--rna {rna.id}" if rna else ""

    def purity_option(self, wildcards: Any) -> str:
        """``--purity FRACTION`` when the sheet states it."""
        purity = self.case(wildcards).tumour.purity
        return f"--purity {purity}" if purity is not None else ""

    def population_options(self) -> str:
        """``--source ID KEY VCF`` for each population source."""
        return " ".join(
            f"--source {source.id} {source.frequency} {source.path}"
            for source in self.run.config.sources
            if source.kind == "population"
        )

    def par_option(self) -> str:
        """``--par`` with the pseudoautosomal stretches."""
        return " ".join(["--par", *self.run.config.genome.par])

    def report_options(self, wildcards: Any) -> str:
        """``--fastp ID FOLDER`` for each of the case's samples that came as FASTQ."""
        return " ".join(
            f"--fastp {sample.id} {path}"
            for sample in self.sequenced(wildcards)
            for path in self.reports(SimpleNamespace(case=sample.case, sample=sample.id))
        )

    def asked(self, wildcards: Any) -> str:
        """What config and sheet say of the case: a change of it, and of nothing else, counts."""
        case = self.case(wildcards)
        given = (*case.samples, *((case.rna,) if case.rna else ()))
        samples = [[s.id, s.role, s.analyte, s.sex, s.purity] for s in given]
        sources = [[source.id, source.release] for source in self.run.config.sources]
        named = {sample.id for sample in given}
        accepted = [
            a.model_dump()
            for a in self.run.config.accepted
            if a.sample in named and a.metric not in OF_RUN
        ]
        about = [case.tumour_type, case.consent, case.age_band]
        return json.dumps([*about, samples, sources, accepted])


def _of(pattern: str, samples: Iterable[Sample]) -> list[str]:
    """A file of each sample."""
    return [pattern.format(case=sample.case, sample=sample.id) for sample in samples]
