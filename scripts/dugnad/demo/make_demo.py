"""Make the synthetic demo cohort: a small genome, panels, cases of cancer and their truth.

Nothing in it is of a person. The recipe is data (resources/demo/*.yaml); the same recipe and
seed make the same files. A demo that is up to date is left as it is.

With --stub N it makes N tumour/normal cases whose reads are empty files, in seconds. They are
for planning alone, to see how many jobs a large run has and how long planning takes
(snakemake --dry-run); nothing can be computed from them.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from dugnad.demo import folder
from dugnad.errors import UserError

RESOURCES = Path(__file__).parents[3] / "resources" / "demo"
RECIPES = ("genome.yaml", "cohort.yaml", "config.yaml")


@dataclass(frozen=True)
class Request:
    """What to make; ``resources`` holds the recipes and the files to copy."""

    output: Path
    cases: str = "standard"
    seed: int = 1
    scale: float = 1.0
    resources: Path = RESOURCES
    stub: int = 0
    """How many cases with empty reads, for planning alone; 0: real ones."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="directory to make or update"
    )
    parser.add_argument(
        "--cases",
        default="standard",
        metavar="WHICH",
        help="standard (default), full (all cases and 20 normals), accuracy (many variants of"
        " all kinds), normals (these alone), or names; several are parted by commas",
    )
    parser.add_argument("--seed", type=_seed, default=1, help="of all random choices (default 1)")
    parser.add_argument(
        "--scale",
        type=_scale,
        default=1.0,
        metavar="X",
        help="factor on the recipe's sequencing depths (default 1.0)",
    )
    parser.add_argument(
        "--stub",
        type=_number,
        default=0,
        metavar="N",
        help="instead: N cases with empty reads, for dry runs alone; they cannot be run",
    )


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of cases from 1 to 100000")
    return int(text)


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 20:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0 and up to 20")
    return value


def main(args: argparse.Namespace) -> None:
    """Run the verb."""
    make_demo(Request(args.output, args.cases, args.seed, args.scale, stub=args.stub))


def make_demo(request: Request) -> bool:
    """Make or update a demo; returns False when it was up to date.

    Raises UserError for a missing tool or file, a recipe that contradicts itself, and an
    output directory that cannot be written or holds something else.
    """
    directory = request.output.absolute()
    inputs = [request.resources / name for name in RECIPES]
    missing = [f"{path}: file not found" for path in inputs if not path.is_file()]
    if missing:
        raise UserError(missing)
    for kind in (*folder.CASE_FOLDERS, "panels", "trials"):
        inputs += sorted((request.resources / kind).glob("*.yaml"))
    sources = sorted(Path(__file__).parent.glob("*.py"))
    words = (request.cases, request.seed, request.scale, request.stub)
    wanted = folder.digest([*inputs, *sources], *words)
    if folder.is_current(directory, wanted):
        _say(f"{request.output}: up to date")
        return False
    if not request.stub and shutil.which("art_illumina") is None:
        raise UserError(
            "art_illumina: program not found; install it with"
            " 'apt-get install art-nextgen-simulation-tools' (Debian, Ubuntu)"
            " or 'conda install -c bioconda art'"
        )
    folder.check_replaceable(directory)
    with folder.staging(directory) as made:
        _assemble(made, request)
        folder.install(made, directory, wanted)
    _say(f"{request.output}: ready" + (" for planning only" if request.stub else ""))
    return True


def _assemble(made: Path, request: Request) -> None:
    # imported late: an up-to-date demo answers at once
    if request.stub:
        from dugnad.demo.stub import assemble_stub

        assemble_stub(made, request.resources, request.stub, request.seed, _say)
    else:
        from dugnad.demo.assemble import assemble

        assemble(made, request.resources, request.cases, request.seed, request.scale, _say)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
