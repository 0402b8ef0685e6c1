"""A run of each case in a pod of its own: what a pod is handed, and what it runs.

``cloud.smk`` uses this. What people write (config, sheet, panels: all below one folder) comes with
the workflow's sources; genome, known sites and reads come from the store.
"""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dugnad.errors import UserError
from dugnad.run import SCOPE, Run

_BWA = (".amb", ".ann", ".bwt", ".pac", ".sa")


class Cloud:
    """The pods of one run; raises UserError for a file that a pod cannot be handed."""

    def __init__(self, run: Run, home: Path) -> None:
        """``home``: the folder of the Snakefile."""
        self._run = run
        self._snakefile = home / "Snakefile"
        problems = [
            f"{path}: must lie below the run's folder, by a path without a leading / or ..;"
            " a pod has the store's files and no others"
            for path in dict.fromkeys([*run.inputs, *run.reads, *self._beside()])
            if path.is_absolute() or ".." in path.parts
        ]
        if problems:
            raise UserError(problems)

    @property
    def cases(self) -> list[str]:
        """The run's cases."""
        return list(self._run.cases)

    @property
    def sources(self) -> str:
        """The folder of what people write: config, sheet, panels, site."""
        return self._run.files[0].parts[0]

    def files(self, wildcards: Any) -> list[Path]:
        """What comes from the store for a case: what all cases share, and its own reads."""
        asked = self._run.cases[wildcards.case].given
        others = {path for case in self._run.cases.values() for path in case.given} - set(asked)
        shared = [path for path in self._run.inputs if path not in others]
        found = dict.fromkeys([*shared, *self._beside(), *asked])
        return [path for path in found if not self._comes_with_sources(path)]

    def command(self, wildcards: Any) -> str:
        """The case's own run, but for its folder, its cores and its target."""
        words = ["snakemake", "--snakefile", str(self._snakefile.resolve())]
        words += ["--configfile", str(self._run.files[0]), "--profile", "none"]
        return f"{SCOPE}={wildcards.case} {shlex.join(words)}"

    def _comes_with_sources(self, path: Path) -> bool:
        return path.is_relative_to(self.sources)

    def _beside(self) -> Iterable[Path]:
        """Indices that tools look for beside a file."""
        config = self._run.config
        yield from (Path(f"{source.path}.tbi") for source in config.sources)
        if config.genome.bwa_index:
            yield from (Path(f"{config.genome.bwa_index}{end}") for end in _BWA)
