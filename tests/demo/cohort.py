"""A demo with everything but its reads, for tests that look at the rest."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dugnad.demo import assemble, case, make_normals
from dugnad.demo.case import Setting
from dugnad.demo.library import DnaLibrary, RnaLibrary
from dugnad.demo.make_demo import Request, make_demo

SEED = 1
SCALE = 0.01


class Cohort:
    """Cases and normals with their truth, but one read pair in each pair of FASTQ files.

    ``libraries`` are what would have been sequenced, by sample.
    """

    def __init__(self, directory: Path, cases: str = "full") -> None:
        self.directory = directory
        self.libraries: dict[str, DnaLibrary | RnaLibrary] = {}
        self.settings: list[Setting] = []
        with pytest.MonkeyPatch.context() as patch:
            for module, name in (
                (case, "sequence_dna"),
                (case, "sequence_rna"),
                (make_normals, "sequence_dna"),
            ):
                patch.setattr(module, name, self._sequence)
            patch.setattr(assemble, "make_case", self._make_case)
            patch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
            assert make_demo(Request(directory, cases, SEED, SCALE))

    def _sequence(
        self, library: DnaLibrary | RnaLibrary, paths: Sequence[tuple[Path, Path]]
    ) -> int:
        self.libraries[library.id] = library
        for number, pair in enumerate(paths, start=1):
            for end, path in enumerate(pair, start=1):
                read = f"@SYN:{number} {end}:N:0:SYNTHETIC\n{'ACGT' * 25}\n+\n{'I' * 100}\n"
                path.write_bytes(gzip.compress(read.encode()))
        return len(paths)

    def _make_case(self, directory: Path, setting: Setting, *others: Any) -> Any:
        self.settings.append(setting)
        return case.make_case(directory, setting, *others)
