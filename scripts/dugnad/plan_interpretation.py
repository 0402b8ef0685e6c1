"""What the rules of interpretation read: knowledge, resources and trials."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dugnad.curation.log import log_path
from dugnad.knowledge import SHIPPED
from dugnad.plan_calling import CallingPlan


class InterpretationPlan(CallingPlan):
    """The part of the Plan that is about interpretation."""

    @property
    def knowledge(self) -> Path:
        """The folder of knowledge tables: the site's, or those that Dugnad ships."""
        return self.run.config.knowledge or SHIPPED

    @property
    def knowledge_files(self) -> list[Path]:
        """All that a class or tier may rest on, so that new knowledge reruns it."""
        return [
            *_files(self.knowledge, ("*.tsv", "*.yaml")),
            *_files(self.run.config.resources, ("resource.json",)),
            *_files(self.run.config.trials, ("*.yaml",)),
        ]

    def classify_options(self) -> str:
        """Options of ``classify-case`` that name what it consults besides the knowledge."""
        config = self.run.config
        words = [f"--trials {config.trials}"] if config.trials else []
        words += [f"--resources {config.resources}"] if config.resources else []
        return " ".join(words)

    def curation(self, wildcards: Any) -> list[Path]:
        """The log of what people judged of the case, once there is one."""
        folder = self.run.config.curation
        path = log_path(folder, wildcards.case) if folder else None
        return [path] if path and path.is_file() else []

    def curation_option(self, wildcards: Any) -> str:
        """``--curation LOG`` when the case has one."""
        return " ".join(f"--curation {path}" for path in self.curation(wildcards))


def _files(folder: Path | None, patterns: Iterable[str]) -> list[Path]:
    found = (path for pattern in patterns for path in folder.rglob(pattern)) if folder else ()
    return sorted(path for path in found if path.is_file())
