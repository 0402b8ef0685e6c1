"""What each rule reads and is told: the workflow's input functions, on one validated run.

Each takes Snakemake's wildcards (``case``, ``sample``, ``lane``, ``chunk``) and returns paths or
parameters; names are never parsed back out of paths.
"""

import json
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dugnad.panel import Umi
from dugnad.plan_annotation import AnnotationPlan
from dugnad.plan_biomarkers import BiomarkerPlan
from dugnad.plan_copy_number import CopyNumberPlan
from dugnad.plan_interpretation import InterpretationPlan
from dugnad.plan_msi import MsiPlan
from dugnad.plan_reads import ReadViewPlan
from dugnad.plan_rearrangements import RearrangementPlan
from dugnad.plan_report import ReportPlan
from dugnad.reads.pair_reads import UMI_IN_NAME
from dugnad.run import FastqPair, Sample

# SAM flags of reads that do not count: unmapped, secondary, failed; and duplicates if marked
_UNCOUNTED, _DUPLICATE = 772, 1024
_NOTHING = "(?!)"  # a pattern that no name matches


@dataclass(frozen=True)
class Plan(
    AnnotationPlan,
    BiomarkerPlan,
    CopyNumberPlan,
    InterpretationPlan,
    MsiPlan,
    RearrangementPlan,
    ReadViewPlan,
    ReportPlan,
):
    """Answers for one run; ``genome`` is the prepared FASTA."""

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

    @cached_property
    def _samples(self) -> dict[str, Sample]:
        return {**self.run.samples, **{sample.id: sample for sample in self.run.rna}}

    # the wildcards' objects

    def sample(self, wildcards: Any) -> Sample:
        """The sample of a job, DNA or RNA."""
        return self._samples[wildcards.sample]

    def lane(self, wildcards: Any) -> FastqPair:
        """The FASTQ pair of a job."""
        return next(pair for pair in self.sample(wildcards).lanes if pair.lane == wildcards.lane)

    # constraints, so that each sample and case comes in by its own door

    def samples_by(self, door: str, analytes: Container[str] = ("dna",)) -> str:
        """A wildcard constraint: the samples that came as fastq, bam or vcf, of DNA or of RNA."""
        found = (s for s in self._samples.values() if s.door == door and s.analyte in analytes)
        return "|".join(s.id for s in found) or _NOTHING

    def any_sample(self) -> str:
        """A wildcard constraint: every sample."""
        return "|".join(self._samples)

    def cases_by(self, has_reads: bool) -> str:
        """A wildcard constraint: the cases that came with reads, or as calls."""
        cases = self.run.cases.values()
        return "|".join(case.id for case in cases if case.has_reads == has_reads) or _NOTHING

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

    def lanes(self, wildcards: Any) -> list[str]:
        """A sample's trimmed reads, lane by lane."""
        return _of("results/{case}/reads/{sample}.{lane}.fastq.gz", [self.sample(wildcards)])

    def reports(self, wildcards: Any) -> list[str]:
        """fastp's report of each lane of a sample."""
        return _of("results/{case}/reads/{sample}.{lane}.fastp.json", [self.sample(wildcards)])

    def of_samples(self, pattern: str) -> Callable[[Any], list[str]]:
        """A file of each sample of the case, tumour first; none when it came as calls."""

        def paths(wildcards: Any) -> list[str]:
            case = self.case(wildcards)
            return _of(pattern, case.samples if case.has_reads else ())

        return paths

    def of_run(self, pattern: str) -> list[str]:
        """A file of each DNA sample, or of each lane, of the run that came with reads."""
        return _of(pattern, [s for s in self.run.samples.values() if s.door != "vcf"])

    def rna_of_run(self, pattern: str) -> list[str]:
        """A file of each RNA sample, or of each of their lanes, of the run."""
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

    def of_normal(self, pattern: str) -> Callable[[Any], list[str]]:
        """A file of the normal, for the tumour of a case that has one; none for other samples."""

        def paths(wildcards: Any) -> list[str]:
            case, sample = self.case(wildcards), self.sample(wildcards)
            if case.normal is None or sample is not case.tumour:
                return []
            return [pattern.format(case=case.id, sample=case.normal.id)]

        return paths

    def coverage(self, wildcards: Any) -> list[str]:
        """The coverage table of a DNA sample; none of RNA."""
        case, sample = self.case(wildcards), self.sample(wildcards)
        path = f"results/{case.id}/qc/{sample.id}.coverage.parquet"
        return [path] if sample.analyte == "dna" else []

    def measures(self, wildcards: Any) -> list[str]:
        """What the verbs that measure say of a sample."""
        case, sample = self.case(wildcards), self.sample(wildcards)
        kinds = ["identity", "rna"]
        if sample.analyte == "dna":
            kinds = ["targets", "artefacts", "identity", "contamination", "sex"]
            kinds += ["tumour_in_normal"] if sample is case.normal else []
        return [f"results/{case.id}/qc/{sample.id}.{kind}.measures.json" for kind in kinds]

    def run_quality(self) -> list[str]:
        """The run's quality page and table; none when all cases came as calls."""
        paths = ["results/run/multiqc.html", "results/run/qc.parquet"]
        return paths if self.all_of_run("{sample}") else []

    # parameters

    def star_memory(self, fasta: str, attempt: int) -> int:
        """Megabytes for STAR: of its index, nine bytes a base and a little more, and of itself."""
        return (3000 + 10 * Path(fasta).stat().st_size // 1_000_000) * attempt

    def read_groups(self, wildcards: Any) -> str:
        """SAM header lines, one per lane, as bwa wants them: with two-character tabs."""
        sample = self.sample(wildcards)
        return r"\n".join(
            rf"@RG\tID:{sample.id}.{pair.lane}\tSM:{sample.id}\tLB:{sample.id}\tPL:ILLUMINA"
            for pair in sample.lanes
        )

    def umi_in_name(self, wildcards: Any) -> str:
        """``pair-reads`` option: each read's name must end in its UMI, if DNA has one."""
        umi = self._umi(wildcards)
        return "--umi-in-name" if umi and umi.where == "read_name" else ""

    def umi_to_name(self, wildcards: Any) -> str:
        """fastp options that move an inline UMI into the read's name, if DNA has one."""
        umi = self._umi(wildcards)
        if umi is None or umi.where != "inline":
            return ""
        return f"--umi --umi_loc=per_read --umi_len={umi.length} --umi_skip={umi.skip}"

    def _umi(self, wildcards: Any) -> Umi | None:
        """The panel's UMI, which is of its DNA library; None for RNA."""
        is_dna = self.sample(wildcards).analyte == "dna"
        return self.panel(wildcards).library.umi if is_dna else None

    def umi_of_duplicates(self, wildcards: Any) -> str:
        """markdup option: the UMI of the read's name must be the same too.

        Not ``--barcode-name``: it knows some names only, and no more than warns of others.
        """
        return f"-t --barcode-rgx '{UMI_IN_NAME}'" if self.panel(wildcards).library.umi else ""

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

    def sex_options(self, wildcards: Any) -> str:
        """``--sex SAMPLE JSON`` for each DNA sample with reads."""
        case = self.case(wildcards)
        path = "results/{case}/qc/{sample}.sex.json"
        samples = case.samples if case.has_reads else ()
        return " ".join(
            f"--sex {sample.id} {path.format(case=case.id, sample=sample.id)}" for sample in samples
        )

    def asked(self, wildcards: Any) -> str:
        """What config and sheet say of the case: a change of it, and of nothing else, counts."""
        case = self.case(wildcards)
        given = (*case.samples, *((case.rna,) if case.rna else ()))
        samples = [[s.id, s.role, s.analyte, s.sex, s.purity] for s in given]
        sources = [[source.id, source.release] for source in self.run.config.sources]
        named = {sample.id for sample in given}
        accepted = [a.model_dump() for a in self.run.config.accepted if a.sample in named]
        about = [case.tumour_type, case.consent, case.age_band]
        return json.dumps([*about, samples, sources, accepted])


def _of(pattern: str, samples: Iterable[Sample]) -> list[str]:
    """A file of each sample; of each of its lanes, if the pattern names one."""
    return [
        pattern.format(case=sample.case, sample=sample.id, lane=lane)
        for sample in samples
        for lane in ([pair.lane for pair in sample.lanes] if "{lane}" in pattern else [""])
    ]
