"""What the rules that look for fusions and splice variants in RNA read and are told."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dugnad.panel_rna import RnaRules
from dugnad.plan_calling import CallingPlan
from dugnad.wildcards import one_of


class RnaPlan(CallingPlan):
    """The part of the Plan that is about RNA."""

    def rna_rules(self, wildcards: Any) -> RnaRules | None:
        """The panel's rules; None where nothing is looked for in RNA, or there is none."""
        case = self.case(wildcards)
        rules = case.panel.rearrangements
        return rules.rna if rules and case.rna else None

    def rna_methods(self, wildcards: Any) -> tuple[str, ...]:
        """Who proposes fusions from the case's RNA: nobody without a gene annotation."""
        rules = self.rna_rules(wildcards)
        return rules.methods if rules and self.run.config.genome.annotation else ()

    def cases_by_star(self, is_asked: bool) -> str:
        """A wildcard constraint: the cases whose fusions STAR's reads are asked for, or not."""
        found = (
            case
            for case in self.run.cases
            if ("star" in self.rna_methods(SimpleNamespace(case=case))) == is_asked
        )
        return one_of(found, self.run.cases)

    def rna_junctions(self, wildcards: Any) -> list[str]:
        """What these propose."""
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        return [f"{home}.{method}.junctions.parquet" for method in self.rna_methods(wildcards)]

    def rna_versions(self, wildcards: Any) -> list[str]:
        """The versions of the programs that propose fusions from RNA, beside STAR's."""
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        programs = {"pizzly": ("kallisto", "pizzly"), "arriba": ("arriba",)}
        return [
            f"{home}.{program}.version.txt"
            for method in self.rna_methods(wildcards)
            for program in programs.get(method, ())
            if self.case(wildcards).has_reads
        ]

    def rna_versions_option(self, wildcards: Any) -> str:
        """``--versions FILE...`` for the record."""
        files = self.rna_versions(wildcards)
        return f"--versions {' '.join(files)}" if files else ""

    def splice_variants(self, wildcards: Any) -> list[str]:
        """The splice variants, where RNA is looked at."""
        path = "results/{case}/rearrangements/{case}.splice_variants.parquet"
        return [path.format(case=wildcards.case)] if self.rna_rules(wildcards) else []

    def rna_notes(self, wildcards: Any) -> list[str]:
        """What of the RNA could not be assessed, where it is looked at."""
        path = "results/{case}/rearrangements/{case}.rna_notes.json"
        return [path.format(case=wildcards.case)] if self.rna_rules(wildcards) else []

    def splice_events(self, wildcards: Any) -> list[Path]:
        """The panel's list of splice variants, if it has one."""
        rules = self.rna_rules(wildcards)
        return [rules.splice.events] if rules and rules.splice else []

    def known_fusions(self, wildcards: Any) -> list[Path]:
        """The panel's list of known fusions, if it has one."""
        rules = self.panel(wildcards).rearrangements
        return [rules.known_fusions] if rules and rules.known_fusions else []

    def of_rna(self, pattern: str) -> Callable[[Any], str]:
        """A file of the case's RNA sample."""

        def path(wildcards: Any) -> str:
            rna = self.case(wildcards).rna
            assert rna is not None
            return pattern.format(case=rna.case, sample=rna.id)

        return path

    def rna_lanes(self, wildcards: Any) -> list[str]:
        """The trimmed reads of the case's RNA, all lanes in one file."""
        rna = self.case(wildcards).rna
        assert rna is not None
        return [f"results/{rna.case}/reads/{rna.id}.fastq.gz"]

    def rna_sample(self, wildcards: Any) -> str:
        """The case's RNA sample."""
        rna = self.case(wildcards).rna
        assert rna is not None
        return rna.id
