"""What the rules that measure biomarkers read and are told."""

from pathlib import Path
from typing import Any

from dugnad.plan_copy_number import CopyNumberPlan


class BiomarkerPlan(CopyNumberPlan):
    """The part of the Plan that is about TMB, HRD and signatures.

    A biomarker that a case cannot have, or that its panel does not ask for, has no file, and the
    record says nothing of it.
    """

    def _biomarkers(self, wildcards: Any) -> list[str]:
        """The biomarkers of the case that are measured here."""
        rules = self.panel(wildcards).biomarkers
        annotated = self.run.config.genome.annotation is not None
        asked = {
            "tmb": rules.tmb is not None and annotated,
            "hrd": rules.hrd is not None and self.has_copy_numbers(wildcards),
            "signatures": rules.signatures is not None,
        }
        return [name for name, is_measured in asked.items() if is_measured]

    def biomarkers(self, wildcards: Any) -> list[str]:
        """The record's parts of the biomarkers that are measured."""
        case = self.case(wildcards).id
        names = self._biomarkers(wildcards)
        return [f"results/{case}/biomarkers/{case}.{name}.json" for name in names]

    def biomarker_options(self, wildcards: Any) -> str:
        """``--tmb JSON`` and so on, for the record."""
        files = self.biomarkers(wildcards)
        names = self._biomarkers(wildcards)
        return " ".join(f"--{name} {path}" for name, path in zip(names, files, strict=True))

    def tumour_depth(self, wildcards: Any) -> list[str]:
        """mosdepth's depth of each base of the tumour; none when the case came as calls."""
        case = self.case(wildcards)
        path = f"results/{case.id}/qc/{case.tumour.id}.per-base.bed.gz"
        return [path] if case.has_reads else []

    def arms(self, wildcards: Any) -> list[Path]:
        """The chromosomes' arms, if the panel asks for HRD."""
        rules = self.panel(wildcards).biomarkers.hrd
        return [rules.arms] if rules else []
