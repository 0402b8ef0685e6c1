"""What the rules that look for rearrangements read and are told."""

from pathlib import Path
from typing import Any

from dugnad.panel_rearrangements import RearrangementRules
from dugnad.plan_rna import RnaPlan

CALLERS = ("delly", "manta")  # methods whose VCF is taken over


class RearrangementPlan(RnaPlan):
    """The part of the Plan that is about rearrangements of DNA, and about joining them with RNA."""

    def _rules(self, wildcards: Any) -> RearrangementRules | None:
        """The panel's rules; None where it has none, or the case came as calls."""
        case = self.case(wildcards)
        return case.panel.rearrangements if case.has_reads else None

    def rearrangements(self, wildcards: Any) -> list[str]:
        """The record's part, where rearrangements are looked for."""
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        return [f"{home}.rearrangements.json"] if self._rules(wildcards) else []

    def rearrangements_option(self, wildcards: Any) -> str:
        """``--rearrangements JSON`` for the record."""
        return " ".join(f"--rearrangements {path}" for path in self.rearrangements(wildcards))

    def sv_calls(self, wildcards: Any) -> list[str]:
        """The VCF of each of the panel's callers of structural variants."""
        rules = self._rules(wildcards)
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        methods = rules.dna_methods if rules else ()
        return [f"{home}.{method}.vcf.gz" for method in methods if method in CALLERS]

    def sv_calls_option(self, wildcards: Any) -> str:
        """``--sv-calls VCF...`` for the record, which tells their versions."""
        calls = self.sv_calls(wildcards)
        return f"--sv-calls {' '.join(calls)}" if calls else ""

    def junctions(self, wildcards: Any) -> list[str]:
        """What each method proposes, DNA first."""
        rules = self._rules(wildcards)
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        methods = rules.dna_methods if rules else ()
        dna = [f"{home}.{method}.junctions.parquet" for method in methods]
        return dna + self.rna_junctions(wildcards)

    def rearrangement_notes(self, wildcards: Any) -> list[str]:
        """What the methods say of what they could not see."""
        home = f"results/{wildcards.case}/rearrangements/{wildcards.case}"
        rules = self._rules(wildcards)
        callers = [m for m in (rules.dna_methods if rules else ()) if m in CALLERS]
        return [f"{home}.{m}.notes.json" for m in callers] + self.rna_notes(wildcards)

    def fusion_genes(self, wildcards: Any) -> list[Path]:
        """The panel's fusion genes, and its known fusions if it lists them."""
        rules = self._rules(wildcards)
        paths = [rules.fusion_genes, rules.known_fusions] if rules else []
        return [path for path in paths if path]

    def search_options(self, wildcards: Any) -> str:
        """``--tumour BAM`` and ``--normal BAM``, if there is one."""
        case = self.case(wildcards)
        path = f"results/{case.id}/alignment"
        normal = f" --normal {path}/{case.normal.id}.bam" if case.normal else ""
        return f"--tumour {path}/{case.tumour.id}.bam{normal}"

    @property
    def annotation_option(self) -> str:
        """``--annotation GFF3``, if one is configured."""
        annotation = self.run.config.genome.annotation
        return f"--annotation {annotation}" if annotation else ""

    def pair_options(self, wildcards: Any) -> str:
        """``--tumour ID`` and ``--normal ID``, if there is one."""
        case = self.case(wildcards)
        normal = f" --normal {case.normal.id}" if case.normal else ""
        return f"--tumour {case.tumour.id}{normal}"

    def manta_bams(self, wildcards: Any) -> str:
        """Manta's alignments: a tumour alone, or with its normal."""
        case = self.case(wildcards)
        path = f"results/{case.id}/alignment"
        normal = f" --normalBam {path}/{case.normal.id}.bam" if case.normal else ""
        return f"--tumorBam {path}/{case.tumour.id}.bam{normal}"

    def manta_result(self, wildcards: Any) -> str:
        """The file that Manta writes of a tumour, with a normal or without."""
        return "somaticSV" if self.case(wildcards).normal else "tumorSV"

    def rna_reads(self, wildcards: Any) -> list[str]:
        """The alignment of the case's RNA and its index, if there is RNA."""
        rna = self.case(wildcards).rna
        path = f"results/{wildcards.case}/alignment/{rna.id}.bam" if rna else ""
        return [path, f"{path}.bai"] if rna else []

    def join_options(self, wildcards: Any) -> str:
        """What ``join-rearrangements`` is told of the case's normal, RNA, notes and splicing."""
        case = self.case(wildcards)
        words = [f"--normal {case.normal.id}"] if case.normal else []
        if case.rna:
            words.append(f"--rna {case.rna.id} {self.rna_reads(wildcards)[0]}")
        words += [f"--rna-methods {' '.join(self.rna_methods(wildcards))}"]
        words += [f"--splice {path}" for path in self.splice_variants(wildcards)]
        words += [f"--notes {' '.join(self.rearrangement_notes(wildcards))}"]
        return f"{' '.join(words)} {self.annotation_option}".strip()
