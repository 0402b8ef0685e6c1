"""Which forms of the report a site wants, and what their rules are told of the site."""

from dataclasses import dataclass

from dugnad.plan_calling import CallingPlan
from dugnad.report.forms import OPENED_PAGE, files_of


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
    def report_files(self) -> list[str]:
        """What ``write-report`` makes of a case, with ``{case}`` for its name.

        The forms that the site wants, in its languages, and the page that is opened.
        """
        wanted = files_of(self.run.site, "{case}")
        names = [name for form, _, name in wanted if form != "reads"]
        return [f"results/{{case}}/report/{name}" for name in (OPENED_PAGE, *names)]

    @property
    def records(self) -> list[str]:
        """The record of each case, in the sheet's order."""
        return [f"results/{case}/report/{case}.case.json" for case in self.run.cases]
