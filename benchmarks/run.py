"""Measure, and write build/bench.json and docs/performance.md.

Every figure stands beside an alternative that ran in the same call, on the same machine.
"""

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


def main() -> None:
    demo = ROOT / "build/bench-demo"
    say("the demo, finished")
    seconds(["dugnad", "demo", "--output", demo, *DEMO], ROOT)
    seconds([*workflow.WORKFLOW, "--directory", demo], ROOT)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as room:
        for module in (
            workflow,
            steps,
            calling,
            annotation,
            stages,
            msi,
            identity,
            trends,
            recurrence,
            forms,
            planning,
        ):
            say(module.__doc__ or module.__name__)
            rows += module.rows(demo, Path(room))
    path = ROOT / "build/bench.json"
    path.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")
    text = HEAD + table(rows) + workflow.per_rule(demo)
    (ROOT / "docs/performance.md").write_text(text)
    print(table(rows))


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)


def table(rows: list[Row]) -> str:
    lines = ["| what | value | beside | value | ratio | n |", "|---|---|---|---|---|---|"]
    for r in rows:
        figures = f"{r.value} {r.unit} | {r.what} | {r.baseline} {r.unit} | {r.ratio:.2f} | {r.n}"
        lines.append(f"| {r.name} | {figures} |")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join(lines) + f"\n\nMeasured on {machine}.\n"


if __name__ == "__main__":
    main()
