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
        sums.append(
            sum(float(row["s"]) for path in folder.glob("benchmarks/*/*.tsv") for row in read(path))
        )
    value, baseline = sorted(walls)[1], sorted(sums)[1]
    name, what = "the whole demo", "sum of its jobs' own times"
    return Row(name, round(value, 1), "s", round(baseline, 1), round(value / baseline, 3), 3, what)


def fresh(demo: Path, folder: Path) -> Path:
    """The demo's inputs in a folder without results."""
    for part in ("config", "genome", "known", "reads"):
        shutil.copytree(demo / part, folder / part)
    return folder


def per_rule(demo: Path) -> str:
    """The demo's rules with their jobs' time and memory, as the run itself measured them."""
    lines = [
        "",
        "## The demo, rule by rule",
        "",
        "As the run's own `benchmarks/` measured it: jobs, wall time of all of them, and the",
        "largest resident memory of one.",
        "",
        "| rule | jobs | wall, s | peak memory, MB |",
        "|---|---|---|---|",
    ]
    rules = sorted(path.name for path in demo.glob("benchmarks/*"))
    for rule in rules:
        jobs = [row for path in demo.glob(f"benchmarks/{rule}/*.tsv") for row in read(path)]
        wall = sum(float(row["s"]) for row in jobs)
        peaks = [float(row["max_rss"]) for row in jobs if row["max_rss"] not in {"-", "NA"}]
        lines.append(f"| {rule} | {len(jobs)} | {wall:.1f} | {max(peaks, default=0):.0f} |")
    return "\n".join(lines) + "\n"


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))
