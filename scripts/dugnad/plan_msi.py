"""What the rules that measure microsatellite instability read and are told."""

from pathlib import Path
from typing import Any

from dugnad.panel_biomarkers import MsiRules
from dugnad.plan_calling import CallingPlan


class MsiPlan(CallingPlan):
    """The part of the Plan that is about microsatellites."""

    def _msi(self, wildcards: Any) -> MsiRules:
        """The panel's rules; jobs are asked for only where it has these."""
        rules = self.panel(wildcards).biomarkers.msi
        assert rules is not None
        return rules

    def has_msi(self, wildcards: Any) -> bool:
        """Whether microsatellites are measured: the panel asks for it, and there are reads."""
        asked = self.panel(wildcards).biomarkers.msi is not None
        return asked and self.case(wildcards).has_reads

    def msi(self, wildcards: Any) -> list[str]:
        """The record's part, where microsatellites are measured."""
        case = wildcards.case
        return [f"results/{case}/biomarkers/{case}.msi.json"] if self.has_msi(wildcards) else []

    def msi_option(self, wildcards: Any) -> str:
        """``--msi JSON`` for the record."""
        return " ".join(f"--msi {path}" for path in self.msi(wildcards))

    def msi_purity(self, wildcards: Any) -> list[str]:
        """The purity that is used, where copy numbers are assessed."""
        case, asked = wildcards.case, self.panel(wildcards).copy_number is not None
        return [f"results/{case}/copy_number/{case}.purity.json"] if asked else []

    def msi_loci(self, wildcards: Any) -> Path:
        """The panel's microsatellites."""
        return self._msi(wildcards).loci

    def msi_normals(self, wildcards: Any) -> list[Path]:
        """What normals show, if the panel has it."""
        normals = self._msi(wildcards).normals
        return [normals] if normals else []

    def msi_counting(self, wildcards: Any) -> str:
        """Which reads count at microsatellites."""
        panel = self.panel(wildcards)
        duplicates = "" if self.marks_duplicates(wildcards) else " --use-duplicates"
        return (
            f"--anchor {self._msi(wildcards).anchor.value}"
            f" --min-mapping-quality {panel.calling.min_mapping_quality.value}{duplicates}"
        )

    def msi_bams(self, wildcards: Any) -> str:
        """``--sample ID BAM`` for each DNA sample of the case, tumour first."""
        case = self.case(wildcards)
        path = f"results/{case.id}/alignment"
        return " ".join(f"--sample {one.id} {path}/{one.id}.bam" for one in case.samples)

    def tumour_coverage(self, wildcards: Any) -> str:
        """The coverage table of the tumour."""
        case = self.case(wildcards)
        return f"results/{case.id}/qc/{case.tumour.id}.coverage.parquet"

    def msisensor_pro(self, wildcards: Any) -> list[str]:
        """MSIsensor-pro's result, if the panel asks for it."""
        case = self.case(wildcards).id
        asked = "msisensor_pro" in self._msi(wildcards).cross_check
        return [f"results/{case}/biomarkers/{case}.msisensor_pro.tsv"] if asked else []

    def msisensor_pro_options(self, wildcards: Any) -> str:
        """MSIsensor-pro's command and the alignments: with a normal or without."""
        case = self.case(wildcards)
        bams = [f"results/{case.id}/alignment/{sample.id}.bam" for sample in case.samples]
        return f"msi -t {bams[0]} -n {bams[1]}" if case.normal else f"pro -i 0.1 -t {bams[0]}"
