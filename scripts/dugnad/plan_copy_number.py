"""What the rules that measure copy numbers read and are told."""

from pathlib import Path
from typing import Any

from dugnad.plan_calling import CallingPlan


class CopyNumberPlan(CallingPlan):
    """The part of the Plan that is about copy numbers.

    A case whose panel has no rules for them, or that came as calls, has none.
    """

    def has_copy_numbers(self, wildcards: Any) -> bool:
        """Whether the case's copy numbers are assessed."""
        return self.panel(wildcards).copy_number is not None and self.case(wildcards).has_reads

    def _if_assessed(self, wildcards: Any, ending: str) -> list[str]:
        case = self.case(wildcards).id
        path = f"results/{case}/copy_number/{case}.{ending}"
        return [path] if self.has_copy_numbers(wildcards) else []

    def copy_number_part(self, wildcards: Any) -> list[str]:
        """The record's part, if the case has one."""
        return self._if_assessed(wildcards, "copy_number.json")

    def copy_number_option(self, wildcards: Any) -> str:
        """``--copy-number JSON``, for the record."""
        return " ".join(f"--copy-number {path}" for path in self.copy_number_part(wildcards))

    def copy_normals(self, wildcards: Any) -> list[Path]:
        """The panel's reference of normals, if it has one."""
        rules = self.panel(wildcards).copy_number
        return [rules.normals] if rules and rules.normals else []

    def depth_options(self, wildcards: Any) -> str:
        """``--sample ID BED`` for each DNA sample of the case, tumour first."""
        case = self.case(wildcards)
        return " ".join(
            f"--sample {sample.id} results/{case.id}/qc/{sample.id}.per-base.bed.gz"
            for sample in case.samples
        )

    def local_copies(self, wildcards: Any) -> list[str]:
        """Purity and segments, by which a variant's origin is told."""
        ends = ("purity.json", "segments.parquet")
        return [path for end in ends for path in self._if_assessed(wildcards, end)]

    def local_copy_options(self, wildcards: Any) -> str:
        """``--fit JSON --segments PARQUET`` where they are."""
        files = self.local_copies(wildcards)
        names = ("--fit", "--segments")[: len(files)]
        return " ".join(f"{name} {path}" for name, path in zip(names, files, strict=True))
