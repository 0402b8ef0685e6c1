"""Make the synthetic demo: a small genome, a panel, and a tumour/normal case with its truth.

Nothing in it is of a person. The recipe is data (resources/demo/*.yaml); the same recipe and
seed make the same files. A demo that is up to date is left as it is.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from dugnad.demo import folder
from dugnad.errors import UserError

RESOURCES = Path(__file__).parents[3] / "resources" / "demo"
RECIPES = ("genome.yaml", "cases.yaml")
COPIES = ("panel.yaml", "config.yaml")


@dataclass(frozen=True)
class Request:
    """What to make; ``resources`` holds the recipes and the files to copy."""

    output: Path
    seed: int = 1
    depth_scale: float = 1.0
    resources: Path = RESOURCES


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="directory to make or update"
    )
    parser.add_argument("--seed", type=_seed, default=1, help="of all random choices (default 1)")
    parser.add_argument(
        "--depth-scale",
        type=_scale,
        default=1.0,
        metavar="X",
        help="factor on the recipe's sequencing depths (default 1.0)",
    )


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 up")
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
    make_demo(Request(args.output, args.seed, args.depth_scale))


def make_demo(request: Request) -> bool:
    """Make or update a demo; returns False when it was up to date.

    Raises UserError for a missing tool or file, a recipe that contradicts itself, and an
    output directory that cannot be written or holds something else.
    """
    directory = request.output.absolute()
    inputs = [request.resources / name for name in (*RECIPES, *COPIES)]
    missing = [f"{path}: file not found" for path in inputs if not path.is_file()]
    if missing:
        raise UserError(missing)
    sources = sorted(Path(__file__).parent.glob("*.py"))
    wanted = folder.digest([*inputs, *sources], request.seed, request.depth_scale)
    if folder.is_current(directory, wanted):
        _say(f"{request.output}: up to date")
        return False
    if shutil.which("dwgsim") is None:
        raise UserError(
            "dwgsim: program not found; install it with 'apt-get install dwgsim' (Debian, Ubuntu)"
            " or 'conda install -c bioconda dwgsim'"
        )
    folder.check_replaceable(directory)
    with folder.staging(directory) as made:
        from dugnad.demo.assemble import assemble  # late: an up-to-date demo answers at once

        assemble(made, request.resources, request.seed, request.depth_scale, _say)
        folder.install(made, directory, wanted)
    _say(f"{request.output}: ready")
    return True


def _say(text: str) -> None:
    print(text, file=sys.stderr)
