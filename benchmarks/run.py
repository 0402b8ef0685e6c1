"""Measure, and write build/bench/PART.json and, when all parts are there, docs/performance.md.

Every figure stands beside an alternative that ran in the same call, on the same machine.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    annotation,
    calling,
    forms,
    identity,
    msi,
    planning,
    recurrence,
    stages,
    steps,
    trends,
    workflow,
)
from benchmarks.measure import ROOT, Row, seconds

DEMO = ("--cases", "IPX0001", "--scale", "0.5")  # one case at half its depth

HEAD = """# Performance

Made by `make bench`: medians, each beside an alternative that ran in the same call. A ratio says
more than a time, since it holds on other machines too.

"""


PARTS = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(workflow, steps, calling, annotation, stages, msi),
        *(identity, trends, recurrence, forms, planning),
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "part", nargs="*", metavar="PART", default=list(PARTS), help=" ".join(PARTS)
    )
    wanted = parser.parse_args().part
    if unknown := sorted(set(wanted) - set(PARTS)):
        parser.error(f"no such part: {' '.join(unknown)}; there are {' '.join(PARTS)}")
    demo, results = ROOT / "build/bench-demo", ROOT / "build/bench"
    results.mkdir(parents=True, exist_ok=True)
    say("the demo, finished")
    seconds(["dugnad", "demo", "--output", demo, *DEMO], ROOT)
    seconds([*workflow.WORKFLOW, "--directory", demo], ROOT)
    for name in wanted:
        say(f"{name}: {PARTS[name].__doc__}")
        with tempfile.TemporaryDirectory() as room:
            rows = PARTS[name].rows(demo, Path(room))
        print(table(rows))
        found = json.dumps([row.as_dict() for row in rows], indent=1)
        (results / f"{name}.json").write_text(f"{found}\n")
    if missing := [name for name in PARTS if not (results / f"{name}.json").exists()]:
        say(f"docs/performance.md is not written: not yet measured: {' '.join(missing)}")
        return
    rows = [
        Row(**row) for name in PARTS for row in json.loads((results / f"{name}.json").read_text())
    ]
    (ROOT / "docs/performance.md").write_text(HEAD + table(rows) + workflow.per_rule(demo))


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def table(rows: list[Row]) -> str:
    lines = ["| what | value | beside | value | ratio | n |", "|---|---|---|---|---|---|"]
    for r in rows:
        figures = f"{r.value} {r.unit} | {r.what} | {r.baseline} {r.unit} | {r.ratio:.2f} | {r.n}"
        lines.append(f"| {r.name} | {figures} |")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join(lines) + f"\n\nMeasured on {machine}.\n"


if __name__ == "__main__":
    main()
