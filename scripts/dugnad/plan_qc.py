"""What the rules of quality read and are told, sample by sample of a case."""

import json
from typing import Any

from dugnad.plan_calling import CallingPlan
from dugnad.qc.metric_names import OF_RUN
from dugnad.run import Sample
from dugnad.wildcards import one_of

_QC = "results/{case}/qc/{sample}."


class QcPlan(CallingPlan):
    """The part of the Plan that is about quality.

    The options name a case's samples with reads; a case that came as calls has none, and its
    tables are empty.
    """

    def samples_with_reads(self, analyte: str) -> str:
        """A wildcard constraint: the samples of DNA or of RNA that came with reads."""
        samples = self.run.rna if analyte == "rna" else self.run.samples.values()
        every = [*self.run.samples, *(sample.id for sample in self.run.rna)]
        return one_of((s.id for s in samples if s.door != "vcf"), every)

    @property
    def metrics_of_run(self) -> list[str]:
        """The metrics of each case that has a sample with reads."""
        cases = (c.id for c in self.run.cases.values() if c.has_reads or c.rna)
        return [f"results/{case}/qc/{case}.metrics.parquet" for case in cases]

    def sequenced(self, wildcards: Any) -> tuple[Sample, ...]:
        """The samples of a case that came with reads: tumour, normal, RNA."""
        case = self.case(wildcards)
        return (*(case.samples if case.has_reads else ()), *((case.rna,) if case.rna else ()))

    def measures(self, wildcards: Any) -> list[str]:
        """What was measured of each sample of a case, by itself."""
        kinds = {"dna": ("targets", "artefacts"), "rna": ("rna",)}
        return [
            _path(f"{kind}.measures.json", sample)
            for sample in self.sequenced(wildcards)
            for kind in kinds[sample.analyte]
        ]

    def calls_beside_normal(self, wildcards: Any) -> list[str]:
        """The case's calls, if it has a normal with reads."""
        case = self.case(wildcards)
        path = f"results/{case.id}/small_variants/{case.id}.calls.vcf.gz"
        return [path] if case.normal and case.has_reads else []

    def identity_options(self, wildcards: Any) -> str:
        """``--sample ID ROLE ANALYTE COUNTS`` for each."""
        return " ".join(
            f"--sample {s.id} {s.role} {s.analyte} {_path('sites.parquet', s)}"
            for s in self.sequenced(wildcards)
        )

    def contamination_options(self, wildcards: Any) -> str:
        """``--sample ID COUNTS`` for each of DNA, and which of them is the normal."""
        words = [f"--sample {s.id} {_path('sites.parquet', s)}" for s in self._dna(wildcards)]
        words += [f"--normal {s.id}" for s in self._dna(wildcards) if s.role == "normal"]
        return " ".join(words)

    def sex_options(self, wildcards: Any) -> str:
        """``--sample ID ROLE STATED COUNTS COVERAGE`` for each of DNA."""
        return " ".join(
            f"--sample {s.id} {s.role} {s.sex} {_path('sites.parquet', s)}"
            f" {_path('coverage.parquet', s)}"
            for s in self._dna(wildcards)
        )

    def tumour_in_normal_option(self, wildcards: Any) -> str:
        """``--case CALLS TUMOUR NORMAL``, if the case has a normal with reads."""
        names = self.sample_names(wildcards)
        return " ".join(f"--case {path} {names}" for path in self.calls_beside_normal(wildcards))

    def stats_options(self, wildcards: Any) -> str:
        """``--sample ID ROLE ANALYTE --stats ID TEXT`` for each."""
        return " ".join(
            f"--sample {s.id} {s.role} {s.analyte} --stats {s.id} {_path('stats.txt', s)}"
            for s in self.sequenced(wildcards)
        )

    def _dna(self, wildcards: Any) -> list[Sample]:
        return [sample for sample in self.sequenced(wildcards) if sample.analyte == "dna"]

    def accepted_of_run(self) -> str:
        """What the config accepts of the comparison across the run."""
        accepted = (a for a in self.run.config.accepted if a.metric in OF_RUN)
        return json.dumps([a.model_dump() for a in accepted])


def _path(ending: str, sample: Sample) -> str:
    return _QC.format(case=sample.case, sample=sample.id) + ending
