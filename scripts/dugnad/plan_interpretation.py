"""What the rules of interpretation read: knowledge, resources and trials."""

from collections.abc import Iterable
from pathlib import Path

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


def _files(folder: Path | None, patterns: Iterable[str]) -> list[Path]:
    found = (path for pattern in patterns for path in folder.rglob(pattern)) if folder else ()
    return sorted(path for path in found if path.is_file())
