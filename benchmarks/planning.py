"""What planning and starting cost, up to a thousand cases, beside plain Snakemake.

Plain means: the same rules with the same inputs and outputs, and nothing else. ``python -m
benchmarks.planning`` measures this alone; ``python -m benchmarks.planning 100`` fewer cases.
"""

import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import ROOT, Row, Spent, seconds, spent
from benchmarks.plain import BARE, Job, planned, snakefile, unused

SIZES = (100, 300, 1000)
EXECUTED = 20  # cases of some 24 jobs each: about 500
DRY = ["--dry-run", "--quiet", "all", *BARE]
PLAIN = "plain Snakemake, the same rules and files"
# what our rules run instead of their commands: they make their files, with a word in each
MAKE_FILES = (
    '        "for path in {output}; do case $path in *.fastp | *.star) mkdir -p $path ;;"\n'
    '        " *) echo made > $path ;; esac; done"\n'
)


def rows(_demo: Path, room: Path) -> list[Row]:
    return measured(room, SIZES)


def measured(room: Path, sizes: tuple[int, ...]) -> list[Row]:
    """Dry runs of each size, what they grow by, cases one by one, and jobs that are run."""
    found: list[Row] = []
    models: list[Job] = []
    idle: dict[str, list[str]] = {}
    pairs: dict[int, tuple[Spent, Spent]] = {}
    for size in sizes:
        folder = stub(room, size)
        names = cases(folder)
        models = models or planned(folder, names[:2])
        idle = idle or unused(folder, models)
        plain = room / f"plain{size}.smk"
        plain.write_text(snakefile(models, idle, names))
        pairs[size] = _dry_runs(folder, plain, n=3 if size < 1000 else 1)
        found += _dry_run(size, *pairs[size])
    if len(sizes) > 1:
        found.append(_growth(sizes, pairs))
    found += _by_case(stub(room, sizes[-1]), pairs[sizes[-1]][0])
    return [*found, _executed(room, models, idle)]


def stub(room: Path, size: int) -> Path:
    """A folder with as many cases, for planning."""
    folder = room / f"stub{size}"
    seconds(["dugnad", "demo", "--output", folder, "--stub", str(size)], ROOT)
    return folder


def cases(folder: Path) -> list[str]:
    lines = (folder / "config/samples.tsv").read_text().splitlines()[2:]
    return list(dict.fromkeys(line.partition("\t")[0] for line in lines))


def _dry_runs(folder: Path, plain: Path, n: int) -> tuple[Spent, Spent]:
    return beside(
        lambda: spent([*_snakemake(ROOT / "Snakefile"), *DRY], folder),
        lambda: spent([*_snakemake(plain), *DRY], folder),
        n,
    )


def beside(ours: Callable[[], Spent], theirs: Callable[[], Spent], n: int) -> tuple[Spent, Spent]:
    """Medians of ``n`` turns of both."""
    turns = [(ours(), theirs()) for _ in range(n)]
    return _median([our for our, _ in turns]), _median([their for _, their in turns])


def _median(turns: list[Spent]) -> Spent:
    wall, processor, memory = zip(*((t.wall, t.processor, t.memory) for t in turns), strict=True)
    return Spent(*map(statistics.median, (wall, processor, memory)))


def _snakemake(path: Path) -> list[str | Path]:
    return ["snakemake", "--snakefile", path]


def row(name: str, unit: str, value: float, baseline: float, n: int, what: str) -> Row:
    return Row(name, round(value, 2), unit, round(baseline, 2), round(value / baseline, 3), n, what)


def _dry_run(size: int, ours: Spent, theirs: Spent) -> list[Row]:
    n, name = (3 if size < 1000 else 1), f"dry run of {size} tumour/normal cases"
    return [
        row(name, "s", ours.wall, theirs.wall, n, PLAIN),
        row(f"{name}, processor time", "s", ours.processor, theirs.processor, n, PLAIN),
        row(f"{name}, peak memory", "MB", ours.memory, theirs.memory, n, PLAIN),
    ]


def _growth(sizes: tuple[int, ...], pairs: dict[int, tuple[Spent, Spent]]) -> Row:
    """Time for each further case, at the end of the scale beside its beginning; 1 is linear."""
    (a, *_, b), (first, *_, last) = sizes[:2], sizes[-2:]
    early, late = (
        1000 * (pairs[y][0].processor - pairs[x][0].processor) / (y - x)
        for x, y in ((a, b), (first, last))
    )
    name = f"planning each case between {first} and {last}, processor time"
    return row(name, "ms", late, early, 1, f"each case between {a} and {b}")


def _by_case(folder: Path, whole: Spent) -> list[Row]:
    """The same cases, each as one submission with a Snakemake of its own."""
    size, first = len(cases(folder)), cases(folder)[0]
    outer = spent([*_snakemake(ROOT / "by_case.smk"), *DRY], folder)
    inner = spent([*_snakemake(ROOT / "Snakefile"), "cases", *DRY], folder, DUGNAD_CASES=first)
    what = "a dry run of all their jobs"
    return [
        row(f"planning {size} cases as one submission each", "s", outer.wall, whole.wall, 1, what),
        row("the same, peak memory", "MB", outer.memory, whole.memory, 1, what),
        row(f"planning one case of {size} on its node", "s", inner.wall, whole.wall, 1, what),
    ]


def _executed(room: Path, models: list[Job], idle: dict[str, list[str]]) -> Row:
    """Jobs that only make empty files, with all that belongs to our rules, and without."""
    folder = stub(room, EXECUTED)
    names = cases(folder)
    touched, plain = _without_commands(room / "touched"), room / "touched-plain.smk"
    plain.write_text(snakefile(models, idle, names))

    def run(path: Path, target: str) -> Spent:
        for name in ("results", ".snakemake", "benchmarks", "logs"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return spent([*_snakemake(path), target, "--quiet", "all", *BARE], folder)

    ours, theirs = beside(lambda: run(touched, "all"), lambda: run(plain, "all_0"), n=1)
    per_case = sum("case" in dict(job.wildcards) for job in models) / 2
    total = per_case * EXECUTED + sum("case" not in dict(job.wildcards) for job in models)
    name = f"each of {total:.0f} jobs that only make their files"
    return row(name, "ms", 1000 * ours.wall / total, 1000 * theirs.wall / total, 1, PLAIN)


def _without_commands(folder: Path) -> Path:
    """Our Snakefile as it is, but for its rules' commands and the check of the reads."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in (ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")):
        text = re.sub(
            r"^    shell:\n(?:        .*\n)+",
            f"    shell:\n{MAKE_FILES}",
            path.read_text(),
            flags=re.M,
        )
        text = re.sub(r"^on\w+:\n(?:    .*\n)+", "", text, flags=re.M)
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
    for name in ("resources", "envs"):  # looked for in the Snakefile's folder
        (folder / name).symlink_to(ROOT / name)
    return folder / "Snakefile"


def main() -> None:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    with tempfile.TemporaryDirectory() as room:
        for found in measured(Path(room), sizes):
            print(f"{found.name}: {found.value} {found.unit}; {found.baseline} ({found.ratio})")


if __name__ == "__main__":
    main()
