"""What the rules that annotate variants read and are told."""

import shlex
from pathlib import Path
from typing import Any

from dugnad.config import LEDGER
from dugnad.plan_calling import CallingPlan


class AnnotationPlan(CallingPlan):
    """The part of the Plan that is about what variants do, and who has seen them."""

    @property
    def annotation(self) -> list[Path]:
        """The gene annotation, if one is configured."""
        annotation = self.run.config.genome.annotation
        return [annotation] if annotation else []

    @property
    def annotation_option(self) -> str:
        """``--annotation GFF3``, if one is configured."""
        return " ".join(f"--annotation {shlex.quote(str(path))}" for path in self.annotation)

    def calls_to_annotate(self, wildcards: Any) -> str:
        """The case's calls; with VEP's consequences where VEP is the engine."""
        case = wildcards.case
        if self.run.config.annotation.engine == "vep":
            return f"results/{case}/annotation/{case}.vep.vcf.gz"
        return f"results/{case}/small_variants/{case}.calls.vcf.gz"

    def case_genes(self, wildcards: Any) -> list[str]:
        """The annotation of a case's genes, if one is configured."""
        case = wildcards.case
        return [f"results/{case}/annotation/{case}.genes.gff3"] if self.annotation else []

    @property
    def vep_cache(self) -> list[Path]:
        """The folder of VEP's cache, if it is named."""
        cache = self.run.config.annotation.vep_cache
        return [cache] if cache else []

    @property
    def recurrence(self) -> list[Path]:
        """The ledger of the register of earlier runs, if the site keeps one."""
        register = self.run.config.recurrence
        return [register / LEDGER] if register else []

    @property
    def recurrence_option(self) -> str:
        """``--recurrence FOLDER`` when there is one."""
        register = self.run.config.recurrence
        return f"--recurrence {register}" if register else ""

    def source_options(self) -> str:
        """``--source ID KIND FILE KEY=VALUE...`` for each source of known sites."""
        return " ".join(
            shlex.join(["--source", *source.words]) for source in self.run.config.sources
        )
