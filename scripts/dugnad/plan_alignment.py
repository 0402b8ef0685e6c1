"""What the rules that trim and align reads read and are told."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from dugnad.errors import UserError
from dugnad.panel import Umi
from dugnad.plan_calling import CallingPlan
from dugnad.reads.lane_reports import SUFFIX
from dugnad.reads.pair_reads import UMI_IN_NAME
from dugnad.run import Sample


class AlignmentPlan(CallingPlan):
    """The part of the Plan that is about reads and their alignment."""

    @cached_property
    def _samples(self) -> dict[str, Sample]:
        return {**self.run.samples, **{sample.id: sample for sample in self.run.rna}}

    def sample(self, wildcards: Any) -> Sample:
        """The sample of a job, DNA or RNA; UserError when the run has none of that name."""
        try:
            return self._samples[wildcards.sample]
        except KeyError:
            name = wildcards.sample
            raise UserError(f"no sample {name!r} in {self.run.config.samples}") from None

    def fastq(self, wildcards: Any) -> list[str]:
        """The FASTQ files of a sample, pair by pair."""
        lanes = self.sample(wildcards).lanes
        return [str(path) for pair in lanes for path in (pair.fastq_1, pair.fastq_2)]

    def reports(self, wildcards: Any) -> list[str]:
        """The folder of fastp's reports of a sample's lanes; none of what came aligned."""
        return _reports([self.sample(wildcards)])

    def reports_of_case(self, wildcards: Any) -> list[str]:
        """The folders of fastp's reports, of the case's samples that came as FASTQ."""
        case = self.case(wildcards)
        return _reports([*case.samples, *([case.rna] if case.rna else [])])

    def reports_of_run(self) -> list[str]:
        """The folders of fastp's reports, of all samples that came as FASTQ."""
        return _reports(self._samples.values())

    # parameters

    def lane_options(self, wildcards: Any) -> list[str]:
        """``--lane ID FASTQ_1 FASTQ_2 JSON`` for each lane, word by word."""
        sample = self.sample(wildcards)
        return [
            word
            for pair in sample.lanes
            for name in [f"{sample.id}.{pair.lane}"]
            for report in [f"{_folder(sample)}/{name}{SUFFIX}"]
            for word in ("--lane", name, str(pair.fastq_1), str(pair.fastq_2), report)
        ]

    def read_groups(self, wildcards: Any) -> str:
        """SAM header lines, one per lane, as bwa wants them: with two-character tabs."""
        sample = self.sample(wildcards)
        return r"\n".join(
            rf"@RG\tID:{sample.id}.{pair.lane}\tSM:{sample.id}\tLB:{sample.id}\tPL:ILLUMINA"
            for pair in sample.lanes
        )

    def umi_option(self, wildcards: Any) -> str:
        """``trim-reads`` option: where the UMIs of DNA are, if it has them."""
        umi = self._umi(wildcards)
        if umi is None:
            return ""
        inline = f"--umi-inline {umi.length} {umi.skip}"
        return inline if umi.where == "inline" else "--umi-in-name"

    def _umi(self, wildcards: Any) -> Umi | None:
        """The panel's UMI, which is of its DNA library; None for RNA."""
        is_dna = self.sample(wildcards).analyte == "dna"
        return self.panel(wildcards).library.umi if is_dna else None

    def umi_of_duplicates(self, wildcards: Any) -> str:
        """markdup option: the UMI of the read's name must be the same too.

        Not ``--barcode-name``: it knows some names only, and no more than warns of others.
        """
        return f"-t --barcode-rgx '{UMI_IN_NAME}'" if self.panel(wildcards).library.umi else ""


def _folder(sample: Sample) -> str:
    return f"results/{sample.case}/reads/{sample.id}.fastp"


def _reports(samples: Iterable[Sample]) -> list[str]:
    return [_folder(sample) for sample in samples if sample.lanes]
