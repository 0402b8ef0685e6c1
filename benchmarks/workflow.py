"""What the workflow costs beside its tools: planning, and the whole demo."""

import csv
import shutil
from pathlib import Path

from benchmarks.measure import ROOT, Row, compare, seconds

EMPTY = 'rule all:\n    output:\n        "done"\n    shell:\n        "touch {output}"\n'
WORKFLOW = ["snakemake", "--snakefile", ROOT / "Snakefile", "--profile", ROOT / "profiles/local"]


def rows(demo: Path, room: Path) -> list[Row]:
    return [dry_run(demo, room), overhead(demo, room)]


def dry_run(demo: Path, room: Path) -> Row:
    """Planning the demo beside planning a workflow of one empty rule."""
    folder = fresh(demo, room / "plan")
    (room / "empty").mkdir()
    (room / "empty/Snakefile").write_text(EMPTY)
    return compare(
        "dry run of the demo",
        "dry run of a workflow with one rule",
        lambda: seconds([*WORKFLOW, "--dry-run"], folder),
        lambda: seconds(["snakemake", "--dry-run", "--cores", "2"], room / "empty"),
        n=5,
    )


def overhead(demo: Path, room: Path) -> Row:
    """The whole demo's wall time beside the sum of its jobs' own times, as benchmarked."""
    walls, sums = [], []
    for turn in range(3):
        folder = fresh(demo, room / f"whole{turn}")
        walls.append(seconds(WORKFLOW, folder))
        sums.append(sum(job_seconds(path) for path in folder.glob("benchmarks/*/*.tsv")))
    value, baseline = sorted(walls)[1], sorted(sums)[1]
    name, what = "the whole demo", "sum of its jobs' own times"
    return Row(name, round(value, 1), "s", round(baseline, 1), round(value / baseline, 3), 3, what)


def job_seconds(path: Path) -> float:
    with path.open() as file:
        return sum(float(row["s"]) for row in csv.DictReader(file, delimiter="\t"))


def fresh(demo: Path, folder: Path) -> Path:
    """The demo's inputs in a folder without results."""
    for part in ("config", "genome", "known", "reads"):
        shutil.copytree(demo / part, folder / part)
    return folder
