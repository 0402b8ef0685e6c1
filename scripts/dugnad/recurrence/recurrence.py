"""Keep in how many samples each small variant is seen, and look it up.

  dugnad recurrence --register recurrence --add runs/2026-01 runs/2026-02
  dugnad recurrence --register recurrence --lookup calls.vcf.gz --output recurrence.tsv
  dugnad recurrence --register recurrence --remove IPX0001-D01-P01-A15
  dugnad recurrence --register recurrence --summary

The register is a folder. It takes the DNA samples of finished runs that came as reads, with
consent research or quality, and that the gate does not block; each once. A look-up gives
X:A+B+C+D=M/N for tumours (T), normals (N) and all (A): of N samples in which the place is callable
(depth of at least 20) M have the variant, A to D of them with a VAF below 0.01, below 0.05, below
0.35, and from 0.35 on.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from dugnad.config import LEDGER
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.recurrence.counts import ROLES

Given = TypeVar("Given")
Found = TypeVar("Found")

MIN_ALT_READS = 3
"""One or two reads are what errors of sequencing give at any deep place; three are a pattern."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--register", type=Path, required=True, help="folder of counts; made by --add"
    )
    parser.add_argument(
        "--add", type=Path, nargs="+", default=[], metavar="RUN", help="folders of finished runs"
    )
    parser.add_argument(
        "--min-alt-reads",
        type=_positive,
        help="reads with which a variant counts in a sample; told once, when the register is made"
        f" (default: {MIN_ALT_READS}, since fewer are what errors give at any deep place)",
    )
    parser.add_argument(
        "--remove", nargs="+", default=[], metavar="SAMPLE", help="take samples out again"
    )
    parser.add_argument(
        "--lookup", type=Path, help="VCF, or Parquet of variants or findings; left-aligned"
    )
    parser.add_argument("--output", type=Path, help="TSV of what --lookup finds")
    parser.add_argument("--summary", action="store_true", help="print what is in the register")


def main(args: argparse.Namespace) -> None:
    """Remove, add, look up, sum up: what is asked, in this order."""
    if not (args.add or args.remove or args.lookup or args.summary):
        raise UserError("nothing to do: give --add, --remove, --lookup or --summary")
    if (args.lookup is None) != (args.output is None):
        raise UserError("--lookup and --output go together; give both")
    if args.remove:
        from dugnad.recurrence.changes import remove_samples

        remove_samples(args.register, args.remove)
        print(f"removed {_of_number(len(set(args.remove)), 'sample')}")
    if args.add:
        add_runs(args.register, args.add, args.min_alt_reads, date.today())
    if args.lookup:
        look_up(args.register, args.lookup, args.output)
    if args.summary:
        print("\n".join(summary(args.register)))


def add_runs(path: Path, folders: Sequence[Path], min_alt_reads: int | None, day: date) -> None:
    """Add the samples of finished runs, of all or of none, and say what became of them.

    Raises UserError with the problems of all runs.
    """
    from dugnad.recurrence.changes import add_samples, check_fits
    from dugnad.recurrence.ledger import read_ledger
    from dugnad.recurrence.observations import FinishedRun, Harvest, harvest, open_run

    ledger = read_ledger(path) if (path / LEDGER).is_file() else None
    runs: list[FinishedRun] = _of_all(open_run, folders)
    reads = min_alt_reads or (ledger.min_alt_reads if ledger else MIN_ALT_READS)
    if len(genomes := sorted({run.genome for run in runs})) > 1:
        raise UserError(f"the runs are of genomes {', '.join(genomes)}; a register is of one")
    if ledger:
        check_fits(path, ledger, genomes[0], reads)
    known = ledger.ids if ledger else set()

    def gather(run: FinishedRun) -> Harvest:
        return harvest(run, known, reads)

    harvests: list[Harvest] = _of_all(gather, runs)
    samples = [item for one in harvests for item in one.samples]
    added = {id(item) for item in add_samples(path, genomes[0], reads, samples, day)}
    for run, one in zip(runs, harvests, strict=True):
        roles = [item.role for item in one.samples if id(item) in added]
        passed = Counter(one.passed_over)
        passed["already in"] += len(one.samples) - len(roles)
        print(f"{run.folder}: added {_kinds(roles)}{_passed_over(passed)}")
    cases = {item.case for item in samples if id(item) in added}
    for warning in several(read_ledger(path).samples.to_pylist(), cases):
        print(warning, file=sys.stderr)


def several(rows: Iterable[dict[str, str]], cases: set[str]) -> list[str]:
    """A warning for each of the cases with several tumours or several normals in the ledger."""
    found = defaultdict(list)
    for row in rows:
        if row["case"] in cases:
            found[row["case"], row["role"]].append(row["sample"])
    return [
        f"warning: case {case} has {len(samples)} {role}s in the register"
        f" ({', '.join(sorted(samples))}); one counts a person once, so --remove the others"
        for (case, role), samples in sorted(found.items())
        if len(samples) > 1
    ]


def look_up(path: Path, variants: Path, output: Path) -> None:
    """Write how often each allele of a file was seen."""
    from dugnad.recurrence.lookup import as_table, read_alleles
    from dugnad.recurrence.register import open_register

    held = open_register(path)
    alleles = read_alleles(variants)
    found = held.look_up_all(alleles)
    write_text(output, as_table(alleles, found))
    seen = sum(item.all.samples > 0 for item in found)
    unseen = sum(item.all.callable == 0 for item in found)
    print(
        f"{_of_number(len(found), 'variant')}: {seen} seen before, {unseen} callable in no sample"
    )
    if alleles and not {allele[0] for allele in alleles} & held.contigs:
        text = f"none of its contigs is in the register, of genome {held.genome}"
        print(f"warning: {variants}: {text}; is it of that genome?", file=sys.stderr)


def summary(path: Path) -> list[str]:
    """What is in a register, as lines."""
    from dugnad.recurrence.register import open_register

    held = open_register(path)
    rows = held.ledger.samples.to_pylist()
    panels = defaultdict(list)
    for row in rows:
        panels[row["panel"]].append(row["role"])
    runs = len({row["run"] for row in rows})
    return [
        f"genome {held.genome}",
        f"{_kinds([row['role'] for row in rows])}, of {_of_number(runs, 'run')}",
        *(f"  of panel {panel}: {_kinds(roles)}" for panel, roles in sorted(panels.items())),
        f"{_of_number(held.variants, 'variant')} with at least"
        f" {_of_number(held.ledger.min_alt_reads, 'alternative read')}",
        f"{_of_number(held.callable_bases, 'base')} callable in at least one sample",
        f"last added {held.ledger.last_added or 'never'}",
    ]


def _of_all(function: Callable[[Given], Found], given: Iterable[Given]) -> list[Found]:
    """The function of each; raises UserError with the problems of all."""
    found: list[Found] = []
    problems: list[str] = []
    for item in given:
        try:
            found.append(function(item))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    return found


def _kinds(roles: Sequence[str]) -> str:
    """``3 samples (2 tumours, 1 normal)``."""
    parts = [_of_number(roles.count(role), role) for role in ROLES if role in roles]
    return _of_number(len(roles), "sample") + (f" ({', '.join(parts)})" if parts else "")


def _passed_over(passed: Counter[str]) -> str:
    parts = [f"{count} {reason}" for reason, count in sorted(passed.items()) if count]
    return f"; passed over {', '.join(parts)}" if parts else ""


def _of_number(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of reads from 1 on")
    return int(text)
