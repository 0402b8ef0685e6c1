"""Which statistic tells unstable microsatellites at low purity: a tumour mixed with normals.

Called by hand; prints the table of docs/msi.md. Lengths of the tumour's cells are what its sample
shows less the normals' part; fragments are then drawn anew at each purity.

    python -m benchmarks.msi_mixing --tumour T.parquet --purity 0.55 --normals N1.parquet ...
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dugnad.biomarkers.msi_loci import Locus
from dugnad.biomarkers.msi_normals import learn, read_normals, write_normals
from dugnad.biomarkers.msi_statistics import Expected, aligned, mean_lost, score
from dugnad.tables import MICROSATELLITES, read_table

Row = dict[str, Any]
PURITIES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8)
FRAGMENTS = (308, 77)  # that span a run at depth 400 and 100
REPEATS, MIN_READS, PEAK = 20, 20, 0.05
METHODS = ("lost repeats, with sampling", "lost repeats, mean + 3 SD", "peaks, mean + 2 SD")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tumour", type=Path, required=True)
    parser.add_argument("--purity", type=float, required=True)
    parser.add_argument("--unstable", type=Path, required=True, help="names of unstable loci")
    parser.add_argument("--normals", type=Path, nargs="+", required=True)
    args = parser.parse_args()
    tumour = read_table(args.tumour, MICROSATELLITES)
    tables = [read_table(path, MICROSATELLITES) for path in args.normals]
    unstable = set(args.unstable.read_text().split())
    loci = [
        Locus(r["chrom"], r["start"], r["end"], r["name"], unit=r["unit"], repeats=r["repeats"])
        for r in tumour
    ]
    path = args.unstable.with_suffix(".normals.tsv")
    write_normals(path, learn(tables, MIN_READS))
    expected = read_normals(path, loci)
    rng = np.random.default_rng(1)
    for fragments in FRAGMENTS:
        print(f"\n{fragments} fragments: share of unstable loci called, and of stable ones")
        print("| purity | " + " | ".join(METHODS) + " |\n|---|" + "---|" * len(METHODS))
        for purity in PURITIES:
            calls = {True: np.zeros(len(METHODS)), False: np.zeros(len(METHODS))}
            for row in tumour:
                shown = [one for table in tables for one in table if one["name"] == row["name"]]
                chances = mixture(row, shown, args.purity, purity)
                for _ in range(REPEATS):
                    mixed = drawn(row, shown, chances, fragments, rng)
                    calls[row["name"] in unstable] += called(mixed, shown, expected[row["name"]])
            found = calls[True] / (REPEATS * len(unstable))
            wrong = calls[False] / (REPEATS * (len(tumour) - len(unstable)))
            cells = [f"{100 * f:.0f} %, {100 * w:.1f} %" for f, w in zip(found, wrong, strict=True)]
            print(f"| {purity:.2f} | " + " | ".join(cells) + " |")


def mixture(tumour: Row, normals: Sequence[Row], purity: float, wanted: float) -> Any:
    """Shares of the lengths at the purity that is wanted."""
    mixed, *pure = (counts / max(1, counts.sum()) for counts in aligned([tumour, *normals]))
    normal = np.mean(pure, axis=0)
    cells = np.clip(mixed - (1 - purity) * normal, 0, None)
    shares = wanted * cells / cells.sum() + (1 - wanted) * normal
    return shares / shares.sum()


def drawn(tumour: Row, normals: Sequence[Row], chances: Any, fragments: int, rng: Any) -> Row:
    """A sample of so many fragments."""
    first = min(row["first_length"] for row in (tumour, *normals) if row["counts"])
    counts = rng.multinomial(fragments, chances).tolist()
    return tumour | {"first_length": first, "counts": counts, "reads": fragments}


def called(row: Row, normals: Sequence[Row], expected: Expected) -> Any:
    """Whether each method calls the locus unstable."""
    deep = [normal for normal in normals if normal["reads"] >= MIN_READS]
    lost = [mean_lost(normal) for normal in deep]
    high = [peaks(normal) for normal in deep]
    more, deviations = score(row, expected)
    return np.array(
        [
            deviations > 3 and more > 0.05,
            mean_lost(row) > np.mean(lost) + 3 * np.std(lost, ddof=1),
            peaks(row) > np.mean(high) + 2 * np.std(high, ddof=1),
        ]
    )


def peaks(row: Mapping[str, Any]) -> int:
    """Lengths with more than a twentieth of the most frequent one's fragments (mSINGS)."""
    counts = np.array(row["counts"])
    return int((counts > PEAK * counts.max()).sum())


if __name__ == "__main__":
    main()
