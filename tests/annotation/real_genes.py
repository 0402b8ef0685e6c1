"""Real annotations with their sequence, where the shared data are."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from dugnad.annotation.hgvs import HgvsNamer
from dugnad.annotation.transcripts import Transcripts, read_transcripts

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@dataclass(frozen=True)
class Real:
    """A real annotation with its sequence."""

    folder: Path
    fasta: Path
    gff3: Path
    transcripts: Transcripts
    namer: HgvsNamer


def load_real(folder: str, fasta: str, gff3: str) -> Real:
    """Read one; skips the test, with the reason, where the data are absent."""
    base = DATA / folder
    if not base.is_dir():
        pytest.skip(f"real data are absent: no folder shared/data/{folder} beside the project")
    transcripts = read_transcripts(base / gff3)
    namer = HgvsNamer(base / fasta, transcripts)
    return Real(base, base / fasta, base / gff3, transcripts, namer)
