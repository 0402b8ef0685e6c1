"""Sequence a shelf of fragments with ART, block by block, into FASTQ files."""

import math
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dugnad.demo.fastq import digits, fastq_member, read_names, text_rows
from dugnad.demo.library import Bytes, Ints, derived_seed, stream
from dugnad.demo.library_recipe import LibraryRecipe
from dugnad.demo.shelf import Shelf
from dugnad.errors import UserError

BLOCK = 50_000
WORKERS = 2
DIGITS = 7


@dataclass(frozen=True)
class _Block:
    """Templates sequenced together: their rows on the shelf, and where they stand in a lane."""

    number: int
    rows: Ints
    lane: int
    first: int


def sequence(
    shelf: Shelf,
    copies: Ints,
    paths: Sequence[tuple[Path, Path]],
    seed: int,
    workers: int = WORKERS,
) -> int:
    """Write ``copies`` read pairs of each fragment in random order; the number of pairs.

    ``paths`` has the two files of each lane; lanes have equal shares. The files depend on the
    shelf and the seed alone. UserError without ART, RuntimeError when it fails.
    """
    if shutil.which("art_illumina") is None:
        raise UserError(
            "demo reads: art_illumina is not installed; install it with 'apt-get install "
            "art-nextgen-simulation-tools' or 'conda install -c bioconda art'"
        )
    order = np.repeat(np.arange(len(copies)), copies)
    stream(seed, "order").shuffle(order)
    blocks = _blocks(order, len(paths))
    with ExitStack() as stack:
        files = [[stack.enter_context(path.open("wb")) for path in pair] for pair in paths]
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dugnad-reads-")))
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        made = pool.map(lambda block: _sequence_block(shelf, block, seed, work), blocks)
        for block, members in zip(blocks, made, strict=True):
            for file, member in zip(files[block.lane - 1], members, strict=True):
                file.write(member)
    return len(order)


def _blocks(order: Ints, lanes: int) -> list[_Block]:
    size = math.ceil(len(order) / lanes)
    blocks: list[_Block] = []
    for lane in range(lanes):
        share = order[lane * size : (lane + 1) * size]
        for first in range(0, len(share), BLOCK):
            rows = share[first : first + BLOCK]
            blocks.append(_Block(len(blocks), rows, lane + 1, first))
    return blocks


def _sequence_block(shelf: Shelf, block: _Block, seed: int, work: Path) -> tuple[bytes, bytes]:
    """The gzip members of both reads of one block."""
    templates = shelf.templates(block.rows, stream(seed, "tails", block.number))
    prefix = work / f"block{block.number}"
    ends = _run_art(templates, prefix, shelf.recipe, derived_seed(seed, "art", block.number))
    names = read_names(block.first, len(block.rows), block.lane)
    one, two = (
        fastq_member(names, bases, qualities, end)
        for end, (bases, qualities) in enumerate(ends, start=1)
    )
    return one, two


def _run_art(
    templates: Bytes, prefix: Path, recipe: LibraryRecipe, seed: int
) -> list[tuple[Bytes, Bytes]]:
    """Bases and qualities (templates x read length) of read 1 and read 2."""
    count = len(templates)
    fasta = Path(f"{prefix}.fa")
    numbers = digits(np.arange(count), DIGITS)
    line = text_rows("\n", count)
    np.hstack([text_rows(">", count), numbers, line, templates, line]).tofile(fasta)
    command = [
        "art_illumina", "-ss", recipe.profile, "-amp", "-p", "-na", "-q", "-nf", "0", "-c", "1",
        "-l", str(recipe.length), "-rs", str(seed), "-i", str(fasta), "-o", str(prefix),
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    fasta.unlink()
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return [_read_fastq(Path(f"{prefix}{end}.fq"), count, recipe.length) for end in (1, 2)]


def _read_fastq(path: Path, count: int, length: int) -> tuple[Bytes, Bytes]:
    """Bases and qualities of ART's FASTQ, whose records are all of one width, in order."""
    data = np.fromfile(path, np.uint8)
    path.unlink()
    width = len(data) // count
    name = width - 2 * length - 5
    if width * count != len(data) or name < DIGITS + 1:
        raise RuntimeError(f"{path.name}: {len(data)} bytes are not {count} records of one width")
    records = data.reshape(count, width)
    newlines = [name, name + length + 1, name + length + 3, width - 1]
    if not (records[:, newlines] == ord("\n")).all() or not np.array_equal(
        records[:, 1 : DIGITS + 1], digits(np.arange(count), DIGITS)
    ):
        raise RuntimeError(f"{path.name}: not one record per template, in order")
    bases = records[:, name + 1 : name + 1 + length]
    return bases, records[:, name + length + 4 : width - 1]
