"""Which forms of the report a site wants, and what their rules are told of the site."""

from dataclasses import dataclass

from dugnad.plan_calling import CallingPlan
from dugnad.site import Form


@dataclass(frozen=True)
class ReportPlan(CallingPlan):
    """The part of the Plan that is about the report's forms."""

    @property
    def site_files(self) -> list[str]:
        """The site's file and those that it names; none without a site."""
        path = self.run.config.site
        return [str(file) for file in (path, *self.run.site.files) if file]

    @property
    def site_option(self) -> list[str]:
        """``--site FILE``, where there is a site."""
        path = self.run.config.site
        return ["--site", str(path)] if path else []

    @property
    def pages(self) -> list[str]:
        """A page for each case in each of the site's languages, if the site wants them."""
        return self._form("html")

    @property
    def documents(self) -> list[str]:
        """A PDF for each case in each of the site's languages, if the site wants them."""
        return self._form("pdf")

    @property
    def decks(self) -> list[str]:
        """A deck for each case in each of the site's languages, if the site wants them."""
        return self._form("pptx")

    @property
    def workbooks(self) -> list[str]:
        """A workbook for each case in each of the site's languages, if the site wants them."""
        return self._form("xlsx")

    @property
    def index_options(self) -> list[str]:
        """What ``index-run`` is told of all cases, those without a record among them."""
        records = [f"results/{case}/report/{case}.case.json" for case in self.run.cases]
        return ["--records", *records, "--cases", *self.run.cases, "--existing", *self.site_option]

    @property
    def bundles(self) -> list[str]:
        """A FHIR bundle for each case, if the site wants them."""
        return self._files("fhir", "fhir.json")

    @property
    def tables(self) -> list[str]:
        """Both tables of findings of each case, if the site wants them."""
        return self._files("tsv", "findings.tsv", "findings.parquet")

    def _files(self, form: Form, *ends: str) -> list[str]:
        if form not in self.run.site.outputs:
            return []
        return [f"results/{case}/report/{case}.{end}" for case in self.run.cases for end in ends]

    def _form(self, form: Form) -> list[str]:
        if form not in self.run.site.outputs:
            return []
        return [
            f"results/{case}/report/{case}.{language}.{form}"
            for case in self.run.cases
            for language in self.run.site.languages
        ]
