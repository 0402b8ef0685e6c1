"""How long normals show the microsatellites of a panel: learnt, written and read.

The file is a table parted by tabs, one row a locus, with these columns: ``name``, ``chrom``,
``start`` (0-based), ``end``, ``unit``, ``repeats``; ``normals`` with enough fragments, and all of
their ``reads``; ``lost``, mean over normals of the repeats lost per fragment; ``between``, its SD
between normals beyond sampling; ``variance`` of one fragment; ``first_length``, and ``shares`` of
the lengths from there on, parted by commas.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dugnad.biomarkers.msi_loci import Locus
from dugnad.biomarkers.msi_statistics import Expected, Row, aligned, lost_repeats, mean_lost
from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.files import write_text

COLUMNS = (
    "name", "chrom", "start", "end", "unit", "repeats",
    "normals", "reads", "lost", "between", "variance", "first_length", "shares",
)  # fmt: skip
FEWEST = 5  # normals; of fewer, no spread can be told


def learn(tables: Sequence[Sequence[Row]], min_reads: int) -> list[dict[str, Any]]:
    """The rows of the file, from the normals' tables of lengths.

    Args:
        tables: of each normal the rows of MICROSATELLITES, all of the same panel.
        min_reads: a normal with fewer fragments at a locus says nothing of it; the panel's
            ``biomarkers.msi.min_reads``.

    Loci that fewer than ``FEWEST`` normals show are left out: they are not usable. Raises
    UserError when that leaves none.
    """
    by_name: dict[str, list[Row]] = {}
    for row in (row for table in tables for row in table):
        rows = by_name.setdefault(row["name"], [])
        if row["reads"] >= min_reads:
            rows.append(row)
    learnt = [_learn(rows) for rows in by_name.values() if len(rows) >= FEWEST]
    if not learnt:
        raise UserError(
            f"normals: no microsatellite has {min_reads} fragments in {FEWEST} normals or more"
            f" (got {len(tables)} normals); give more or deeper normals"
        )
    return learnt


def _learn(rows: Sequence[Row]) -> dict[str, Any]:
    """What the normals show at one locus.

    The variance of a fragment has one fragment more than was seen, with one repeat lost: what no
    normal shows can still happen.
    """
    depths = np.array([row["reads"] for row in rows], dtype=np.float64)
    means = np.array([mean_lost(row) for row in rows])
    squares = sum(float(lost_repeats(row) ** 2 @ np.array(row["counts"])) for row in rows) + 1
    fragments = depths.sum() + 1
    pooled = (float(means @ depths) + 1) / fragments
    variance = squares / fragments - pooled**2
    beyond = means.var(ddof=1) - variance * float((1 / depths).mean())
    counts = aligned(rows)
    shares = np.mean([count / count.sum() for count in counts], axis=0)
    where = {name: rows[0][name] for name in COLUMNS[:6]}
    return where | {
        "normals": len(rows),
        "reads": int(depths.sum()),
        "lost": float(means.mean()),
        "between": float(np.sqrt(max(0.0, beyond))),
        "variance": variance,
        "first_length": min(row["first_length"] for row in rows),
        "shares": shares.tolist(),
    }


def write_normals(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write what was learnt."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(_cell(row[name]) for name in COLUMNS) for row in rows]
    write_text(path, "\n".join(lines) + "\n")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(f"{share:.5g}" for share in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def read_normals(path: Path, loci: Iterable[Locus]) -> dict[str, Expected]:
    """What normals show, by the locus' name.

    Raises UserError for a file that is not such a table, or that is of other places than the
    panel's loci.
    """
    lines = read_text(path).splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise UserError(f"{path}:1: is not a table of normals; make it with 'dugnad panel normals'")
    places = {locus.label: (locus.chrom, locus.start, locus.end, locus.unit) for locus in loci}
    found: dict[str, Expected] = {}
    problems = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            row = dict(zip(COLUMNS, line.split("\t"), strict=True))
            place = (row["chrom"], int(row["start"]), int(row["end"]), row["unit"])
            expected = _expected(row)
        except ValueError:
            problems.append(f"{path}:{number}: is damaged; make it with 'dugnad panel normals'")
            continue
        if places.get(row["name"]) != place:
            problems.append(
                f"{path}:{number}: {row['name']}: is not so in the panel's loci; make it anew with"
                " 'dugnad panel normals'"
            )
        found[row["name"]] = expected
    if problems:
        raise UserError(problems)
    return found


def _expected(row: dict[str, str]) -> Expected:
    return Expected(
        normals=int(row["normals"]),
        reads=int(row["reads"]),
        lost=float(row["lost"]),
        between=float(row["between"]),
        variance=float(row["variance"]),
        first_length=int(row["first_length"]),
        shares=tuple(map(float, row["shares"].split(","))),
    )
