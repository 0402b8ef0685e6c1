"""What the rules that call small variants read and are told."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dugnad.errors import UserError
from dugnad.panel import Panel
from dugnad.run import Case, Run

WHOLE = ("mutect2",)  # callers that judge all calls of a case together


@dataclass(frozen=True)
class CallingPlan:
    """The part of the Plan that is about callers."""

    run: Run

    def case(self, wildcards: Any) -> Case:
        """The case of a job; UserError when the run has none of that name."""
        try:
            return self.run.cases[wildcards.case]
        except KeyError:
            raise UserError(f"no case {wildcards.case!r} in {self.run.config.samples}") from None

    def panel(self, wildcards: Any) -> Panel:
        """The panel of a job's case."""
        return self.case(wildcards).panel

    def sample_names(self, wildcards: Any) -> str:
        """The DNA samples of the case, tumour first."""
        return " ".join(sample.id for sample in self.case(wildcards).samples)

    def proposals(self, wildcards: Any) -> str:
        """The least evidence at which a variant is proposed."""
        calling = self.panel(wildcards).calling
        return f"--min-vaf {calling.min_vaf.value} --min-alt-reads {calling.min_alt_reads.value}"

    def counting(self, wildcards: Any) -> str:
        """Which reads and bases count."""
        calling = self.panel(wildcards).calling
        duplicates = "" if self.marks_duplicates(wildcards) else " --use-duplicates"
        return (
            f"--min-base-quality {calling.min_base_quality.value}"
            f" --min-mapping-quality {calling.min_mapping_quality.value}{duplicates}"
        )

    def _caller_files(self, wildcards: Any) -> list[tuple[str, str]]:
        """Each caller of the case's panel, with the files that it writes."""
        case = self.case(wildcards)
        home = f"results/{case.id}/small_variants/{case.id}"
        return [
            (caller, f"{home}.{caller}.{chunk}.bcf")
            for caller in case.panel.callers
            for chunk in (range(self.run.config.chunks) if caller not in WHOLE else ("all",))
        ]

    def calls(self, wildcards: Any) -> list[str]:
        """What the panel's callers propose."""
        return [path for _, path in self._caller_files(wildcards)]

    def call_options(self, wildcards: Any) -> str:
        """``--calls CALLER FILE`` for each of these."""
        return " ".join(f"--calls {name} {path}" for name, path in self._caller_files(wildcards))

    def bam_options(self, wildcards: Any) -> str:
        """``--sample ID BAM`` for each sample of the case, tumour first, then normal and RNA."""
        case = self.case(wildcards)
        given = (*case.samples, *((case.rna,) if case.rna else ()))
        path = "results/{case}/alignment/{sample}.bam"
        return " ".join(
            f"--sample {sample.id} {path.format(case=case.id, sample=sample.id)}"
            for sample in given
        )

    def mutect2(self, key: str) -> list[Path]:
        """A file of the config's ``mutect2``, if it is named."""
        found = self.run.config.mutect2.files.get(key) if self.run.config.mutect2 else None
        return [found] if found else []

    def mutect2_chunks(self, ending: str) -> list[str]:
        """A file of each chunk of Mutect2's calls, with the case left open."""
        path = "results/{{case}}/small_variants/{{case}}.mutect2.{chunk}.{ending}"
        return [path.format(chunk=n, ending=ending) for n in range(self.run.config.chunks)]

    def gatk_normal(self, wildcards: Any) -> str:
        """Which of Mutect2's samples is the normal, if the case has one."""
        normal = self.case(wildcards).normal
        return f"--normal-sample {normal.id}" if normal else ""

    def gatk_duplicates(self, wildcards: Any) -> str:
        """What lets GATK read duplicates, where they count."""
        marked = self.marks_duplicates(wildcards)
        return "" if marked else "--disable-read-filter NotDuplicateReadFilter"

    def vardict_test(self, wildcards: Any) -> str:
        """VarDict's statistics, of a pair or of one sample."""
        return "testsomatic.R" if self.case(wildcards).normal else "teststrandbias.R"

    def vardict_to_vcf(self, wildcards: Any) -> str:
        """VarDict's writer of VCF, of a pair or of one sample; without END, which is no length."""
        return "var2vcf_paired.pl" if self.case(wildcards).normal else "var2vcf_valid.pl -E"

    def calling(self, name: str) -> Callable[[Any], float | int]:
        """A calling number of the case's panel."""

        def value(wildcards: Any) -> float | int:
            number: float | int = getattr(self.panel(wildcards).calling, name).value
            return number

        return value

    def marks_duplicates(self, wildcards: Any) -> bool:
        """Whether reads with the same ends are one molecule in the panel's library."""
        return self.panel(wildcards).library.duplicates == "mark"
