"""What the rule that shows reads is told, and which of its pages a run asks for."""

from dataclasses import dataclass
from typing import Any

from dugnad.plan_calling import CallingPlan
from dugnad.run import Case, Sample
from dugnad.wildcards import one_of


@dataclass(frozen=True)
class ReadViewPlan(CallingPlan):
    """The part of the Plan that is about read views; each case has a page per language."""

    @property
    def read_view_cases(self) -> str:
        """A wildcard constraint: the cases of which DNA or RNA came as reads."""
        return one_of((case.id for case in self._with_reads()), self.run.cases)

    @property
    def read_views(self) -> list[str]:
        """The pages that the site wants, and the sessions of IGV."""
        if "reads" not in self.run.site.outputs:
            return []
        return [
            f"results/{case.id}/report/{case.id}.{kind}"
            for case in self._with_reads()
            for kind in (*(f"{name}.reads.html" for name in self.run.site.languages), "igv.xml")
        ]

    def read_view_samples(self, wildcards: Any) -> str:
        """``--sample ID BAM`` for each sample with reads: tumour, normal, RNA."""
        case = self.case(wildcards)
        return " ".join(
            f"--sample {sample.id} results/{case.id}/alignment/{sample.id}.bam"
            for sample in _read(case)
        )

    def read_view_pages(self, wildcards: Any) -> str:
        """``--page LANGUAGE HTML`` for each of the site's languages."""
        path = f"results/{wildcards.case}/report/{wildcards.case}"
        names = self.run.site.languages
        return " ".join(f"--page {name} {path}.{name}.reads.html" for name in names)

    def reads_option(self, wildcards: Any) -> str:
        """``--reads``, where there are pages with the case's reads."""
        wanted = "reads" in self.run.site.outputs and _read(self.case(wildcards))
        return "--reads" if wanted else ""

    def _with_reads(self) -> list[Case]:
        return [case for case in self.run.cases.values() if _read(case)]


def _read(case: Case) -> list[Sample]:
    """The samples of a case that came with reads."""
    given = (*case.samples, *((case.rna,) if case.rna else ()))
    return [sample for sample in given if sample.door != "vcf"]
