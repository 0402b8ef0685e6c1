"""What each rule reads and is told: the workflow's input functions, on one validated run.

Each takes Snakemake's wildcards (``case``, ``sample``, ``lane``, ``chunk``) and returns paths or
parameters; names are never parsed back out of paths.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dugnad.panel import Panel
from dugnad.reads.pair_reads import UMI_IN_NAME
from dugnad.run import Case, FastqPair, Run, Sample

# SAM flags of reads that do not count: unmapped, secondary, failed; and duplicates if marked
_UNCOUNTED, _DUPLICATE = 772, 1024
_NOTHING = "(?!)"  # a pattern that no name matches
_REPORT = "results/{case}/reads/{sample}.{lane}.fastp.json"


@dataclass(frozen=True)
class Plan:
    """Answers for one run; ``genome`` is the prepared FASTA."""

    run: Run

    @property
    def genome(self) -> str:
        """The FASTA that every rule reads."""
        return f"results/run/genome/{self.run.config.genome.name}.fa"

    @property
    def bwa_prefix(self) -> str:
        """Prefix of bwa's index: the site's own, or the one that is made."""
        return str(self.run.config.genome.bwa_index or self.genome)

    @property
    def annotation(self) -> list[Path]:
        """The gene annotation, if one is configured."""
        annotation = self.run.config.genome.annotation
        return [annotation] if annotation else []

    # the wildcards' objects

    def case(self, wildcards: Any) -> Case:
        """The case of a job."""
        return self.run.cases[wildcards.case]

    def sample(self, wildcards: Any) -> Sample:
        """The sample of a job."""
        return self.run.samples[wildcards.sample]

    def lane(self, wildcards: Any) -> FastqPair:
        """The FASTQ pair of a job."""
        return next(pair for pair in self.sample(wildcards).lanes if pair.lane == wildcards.lane)

    def panel(self, wildcards: Any) -> Panel:
        """The panel of a job's case."""
        return self.case(wildcards).panel

    # constraints, so that each sample and case comes in by its own door

    def samples_by(self, door: str) -> str:
        """A wildcard constraint: the samples that came as fastq, bam or vcf."""
        return "|".join(s.id for s in self.run.samples.values() if s.door == door) or _NOTHING

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

    def chunk(self, wildcards: Any) -> str:
        """One chunk of the panel's targets."""
        return f"results/run/targets/{self.panel(wildcards).id}.{wildcards.chunk}.bed"

    # files of samples and cases

    def lanes(self, wildcards: Any) -> list[str]:
        """A sample's trimmed reads, lane by lane."""
        return _of_lanes("results/{case}/reads/{sample}.{lane}.fastq.gz", [self.sample(wildcards)])

    def lane_reports(self, wildcards: Any) -> list[str]:
        """fastp's report of each lane of a sample."""
        return _of_lanes(_REPORT, [self.sample(wildcards)])

    def case_reports(self, wildcards: Any) -> list[str]:
        """fastp's report of each lane of a case."""
        return _of_lanes(_REPORT, self.case(wildcards).samples)

    def of_samples(self, pattern: str) -> Callable[[Any], list[str]]:
        """A file of each sample of the case, tumour first; none when it came as calls."""

        def paths(wildcards: Any) -> list[str]:
            case = self.case(wildcards)
            samples = case.samples if case.has_reads else ()
            return [pattern.format(case=case.id, sample=sample.id) for sample in samples]

        return paths

    def of_run(self, pattern: str) -> list[str]:
        """A file of each sample, or of each lane, of the run that came with reads."""
        samples = [s for s in self.run.samples.values() if s.door != "vcf"]
        if "{lane}" in pattern:
            return _of_lanes(pattern, samples)
        return [pattern.format(case=s.case, sample=s.id) for s in samples]

    def multiqc(self) -> list[str]:
        """The run's quality page; none when all cases came as calls."""
        return ["results/run/multiqc.html"] if self.of_run("{sample}") else []

    def annotated_calls(self, wildcards: Any) -> str:
        """Calls with consequences; without a gene annotation the calls as they are."""
        case = wildcards.case
        if self.annotation:
            return f"results/{case}/annotation/{case}.consequences.vcf.gz"
        return f"results/{case}/small_variants/{case}.calls.vcf.gz"

    # parameters

    def read_groups(self, wildcards: Any) -> str:
        """SAM header lines, one per lane, as bwa wants them: with two-character tabs."""
        sample = self.sample(wildcards)
        return r"\n".join(
            rf"@RG\tID:{sample.id}.{pair.lane}\tSM:{sample.id}\tLB:{sample.id}\tPL:ILLUMINA"
            for pair in sample.lanes
        )

    def marks_duplicates(self, wildcards: Any) -> bool:
        """Whether reads with the same ends are one molecule in the panel's library."""
        return self.panel(wildcards).library.duplicates == "mark"

    def umi_in_name(self, wildcards: Any) -> str:
        """``pair-reads`` option: each read's name must end in its UMI."""
        return "--umi-in-name" if self.panel(wildcards).library.names_umi else ""

    def umi_to_name(self, wildcards: Any) -> str:
        """fastp options that move an inline UMI into the read's name."""
        umi = self.panel(wildcards).library.umi
        if umi is None or umi.where != "inline":
            return ""
        return f"--umi --umi_loc=per_read --umi_len={umi.length} --umi_skip={umi.skip}"

    def umi_of_duplicates(self, wildcards: Any) -> str:
        """markdup option: the UMI of the read's name must be the same too.

        Not ``--barcode-name``: it knows some names only, and no more than warns of others.
        """
        return f"--barcode-rgx '{UMI_IN_NAME}'" if self.panel(wildcards).library.umi else ""

    def uncounted_flags(self, wildcards: Any) -> int:
        """SAM flags of reads that do not count towards depth."""
        return _UNCOUNTED | (_DUPLICATE if self.marks_duplicates(wildcards) else 0)

    def calling(self, name: str) -> Callable[[Any], float | int]:
        """A calling number of the case's panel."""

        def value(wildcards: Any) -> float | int:
            number: float | int = getattr(self.panel(wildcards).calling, name).value
            return number

        return value

    def normal_option(self, wildcards: Any) -> str:
        """``--normal ID`` when the case has a normal."""
        normal = self.case(wildcards).normal
        return f"--normal {normal.id}" if normal else ""

    def called_by(self, wildcards: Any) -> str:
        """Who called the case's variants."""
        case = self.case(wildcards)
        return ",".join(case.panel.callers) if case.has_reads else "imported"

    def source_options(self) -> str:
        """``--source ID KIND KEY VCF`` for each source of known sites."""
        return " ".join(
            f"--source {source.id} {source.kind} {source.key} {source.path}"
            for source in self.run.config.sources
        )

    def asked(self, wildcards: Any) -> str:
        """What config and sheet say of the case: a change of it, and of nothing else, counts."""
        case = self.case(wildcards)
        given = (*case.samples, *((case.rna,) if case.rna else ()))
        samples = [[s.id, s.role, s.analyte, s.sex, s.purity] for s in given]
        sources = [[source.id, source.release] for source in self.run.config.sources]
        return json.dumps([case.tumour_type, case.consent, samples, sources])


def _of_lanes(pattern: str, samples: Iterable[Sample]) -> list[str]:
    return [
        pattern.format(case=sample.case, sample=sample.id, lane=pair.lane)
        for sample in samples
        for pair in sample.lanes
    ]
