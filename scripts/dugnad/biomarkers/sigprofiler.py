"""Reference signatures of COSMIC, and their assignment by SigProfilerAssignment.

Importing the library takes seconds: only where there is something to assign.
"""

import io
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from dugnad.biomarkers.contexts import CONTEXTS, Counts, Numbers


def tool() -> str:
    """The library's name and version."""
    return f"SigProfilerAssignment {version('SigProfilerAssignment')}"


def reference(release: str, build: str, exclude: Iterable[str] = ()) -> pd.DataFrame:
    """COSMIC's signatures of single-base substitutions that the library brings along.

    Rows are the 96 contexts in our order, columns the signatures, each summing to 1.
    """
    name = f"data/Reference_Signatures/{build}/COSMIC_v{release}_SBS_{build}.txt"
    with files("SigProfilerAssignment").joinpath(name).open(encoding="utf-8") as text:
        table = pd.read_csv(text, sep="\t", index_col=0).loc[list(CONTEXTS)]
    return table.drop(columns=[name for name in exclude if name in table.columns])


def brought_to(signatures: pd.DataFrame, ratios: Numbers) -> pd.DataFrame:
    """Signatures as they look where contexts are so many times as frequent as in the genome."""
    scaled = signatures.mul(ratios, axis=0)
    return scaled / scaled.sum()


def assign(samples: Counts, signatures: pd.DataFrame, threads: int = 1) -> Numbers:
    """How many mutations of each sample are of each signature.

    Args:
        samples: counts of the 96 contexts, shape (96, samples).
        signatures: as ``reference`` gives them.
        threads: processes to use.

    Returns shape (signatures, samples); zeros for a sample without mutations.
    """
    from SigProfilerAssignment import Analyzer

    names = [f"sample{index}" for index in range(samples.shape[1])]
    matrix = pd.DataFrame(samples, index=signatures.index, columns=names).sort_index()
    matrix.index.name = "MutationType"
    with (
        TemporaryDirectory() as folder,
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        database = Path(folder, "signatures.txt")
        # the library sorts the samples' contexts, but not those of a database
        signatures.sort_index().to_csv(database, sep="\t", index_label="Type")
        Analyzer.cosmic_fit(
            matrix,
            f"{folder}/fit",
            signature_database=str(database),
            make_plots=False,
            export_probabilities=False,
            cpu=threads,
        )
        written = Path(folder, "fit/Assignment_Solution/Activities")
        found = pd.read_csv(
            written / "Assignment_Solution_Activities.txt", sep="\t", index_col="Samples"
        )
    table = found.reindex(index=names, columns=signatures.columns).fillna(0.0)
    return np.asarray(table.to_numpy(dtype=float).T)
