"""Simulate a sample's read pairs: dwgsim on each haploid genome, then mixed and written."""

import gzip
import math
import subprocess
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from dugnad.demo.recipe import ReadsRecipe
from dugnad.demo.sequence import write_fasta
from dugnad.demo.targets import Interval
from dugnad.demo.variants import Haploid, lift, mutate

JOBS = 2
LEVEL = 3
CHUNK = 50_000
SPOTS_PER_TILE = 40_000

# dwgsim forgets -x when it shares -N out to the last contig, so that one is a decoy whose pairs
# are dropped.
DECOY = "decoy"
DECOY_SEQUENCE = "ACGTTGCATCAGGATC" * 64

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Pairs:
    """Read pairs as byte matrices (pairs x read length): bases and qualities of either read."""

    bases: tuple[Bytes, Bytes]
    qualities: tuple[Bytes, Bytes]

    def __len__(self) -> int:
        return len(self.bases[0])

    def take(self, rows: npt.NDArray[np.int64]) -> "Pairs":
        """The pairs with these row numbers, in this order."""
        one, two = ((m[0][rows], m[1][rows]) for m in (self.bases, self.qualities))
        return Pairs(one, two)


@dataclass(frozen=True)
class Library:
    """A sample to be sequenced: where fragments come from, how many, and who contributes."""

    recipe: ReadsRecipe
    contigs: dict[str, str]
    captured: tuple[Interval, ...]
    genomes: tuple[Haploid, ...]
    depth: float
    seed: int


@dataclass(frozen=True)
class _Job:
    prefix: Path
    fasta: Path
    bed: Path | None
    pairs: int
    seed: int


def pairs_for_depth(recipe: ReadsRecipe, captured: Sequence[Interval], depth: float) -> int:
    """Read pairs inside the captured intervals that cover a target's middle ``depth`` times.

    A fragment lies wholly inside an interval, so an interval offers its length less a
    fragment's as start places; a pair covers the expected union of its two reads.
    """
    places = sum(max(1, i.end - i.start - recipe.fragment_mean + 1) for i in captured)
    both = 2 * recipe.length
    short = NormalDist(recipe.fragment_mean, recipe.fragment_sd)
    z = (both - short.mean) / short.stdev
    overlap = (both - short.mean) * NormalDist().cdf(z) + short.stdev * NormalDist().pdf(z)
    return round(depth * places / (both - overlap))


def simulate(library: Library, work: Path) -> Pairs:
    """All read pairs of a library in random order, PCR duplicates included.

    ``work`` is an empty directory for intermediate files. The same library gives the same
    pairs. Raises FileNotFoundError without dwgsim, RuntimeError when it fails.
    """
    jobs = _plan(library, work)
    with ThreadPoolExecutor(JOBS) as pool:
        parts = list(pool.map(lambda job: _run(job, library.recipe), jobs))
    joined = Pairs(
        *(
            (
                np.concatenate([getattr(p, field)[0] for p in parts]),
                np.concatenate([getattr(p, field)[1] for p in parts]),
            )
            for field in ("bases", "qualities")
        )
    )
    rng = np.random.default_rng(library.seed)
    share = library.recipe.duplicates
    copies = rng.integers(0, len(joined), round(len(joined) * share / (1 - share)))
    rows = np.concatenate([np.arange(len(joined)), copies])
    return joined.take(rng.permutation(rows))


def _plan(library: Library, work: Path) -> list[_Job]:
    """One job on target and one off target for each haploid genome, with files prepared."""
    on_target = pairs_for_depth(library.recipe, library.captured, library.depth)
    off_target = on_target * library.recipe.off_target / (1 - library.recipe.off_target)
    captured = sum(item.end - item.start for item in library.captured)
    whole = sum(map(len, library.contigs.values()))
    jobs = []
    for number, genome in enumerate(library.genomes):
        fasta, bed = work / f"{genome.name}.fa", work / f"{genome.name}.bed"
        write_fasta(fasta, mutate(library.contigs, genome.alleles) | {DECOY: DECOY_SEQUENCE})
        bed.write_text(_lifted_bed(library.captured, genome), encoding="ascii")
        for kind, pairs, regions, bases in (
            ("on", on_target, bed, captured),
            ("off", off_target, None, whole),
        ):
            seed = library.seed * 1000 + 2 * number + (kind == "off")
            wanted = pairs * genome.weight * (1 + len(DECOY_SEQUENCE) / bases)
            prefix = work / f"{genome.name}.{kind}"
            jobs.append(_Job(prefix, fasta, regions, round(wanted), seed))
    return sorted((job for job in jobs if job.pairs), key=lambda job: -job.pairs)


def _lifted_bed(captured: Sequence[Interval], genome: Haploid) -> str:
    """The captured intervals where they lie in ``genome``, and the decoy (1-based as -x wants)."""
    rows = []
    for item in captured:
        start, end = (lift(p, item.contig, genome.alleles) for p in (item.start, item.end))
        rows.append(f"{item.contig}\t{start + 1}\t{end}\n")
    return "".join(rows) + f"{DECOY}\t1\t{len(DECOY_SEQUENCE)}\n"


def _run(job: _Job, recipe: ReadsRecipe) -> Pairs:
    """Run dwgsim without mutations or random reads of its own, and read what it made."""
    command = [
        "dwgsim", "-N", str(job.pairs), "-z", str(job.seed),
        "-1", str(recipe.length), "-2", str(recipe.length),
        "-d", str(recipe.fragment_mean), "-s", str(recipe.fragment_sd),
        "-e", recipe.errors_first, "-E", recipe.errors_second,
        "-H", "-r", "0", "-R", "0", "-y", "0", "-c", "0", "-o", "1",
    ]  # fmt: skip
    if job.bed is not None:
        command += ["-x", str(job.bed)]
    command += [str(job.fasta), str(job.prefix)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
    ends = [_read_fastq(Path(f"{job.prefix}.bwa.read{end}.fastq.gz"), recipe) for end in (1, 2)]
    return Pairs((ends[0][0], ends[1][0]), (ends[0][1], ends[1][1]))


def _read_fastq(path: Path, recipe: ReadsRecipe) -> tuple[Bytes, Bytes]:
    """Base and quality matrices of a FASTQ file, without the decoy's reads."""
    lines = gzip.decompress(path.read_bytes()).split(b"\n")
    path.unlink()
    count = len(lines) // 4
    decoy = f"@{DECOY}_".encode()
    kept = np.array([not name.startswith(decoy) for name in lines[: 4 * count : 4]], dtype=bool)
    bases, qualities = (
        np.frombuffer(b"".join(lines[first : 4 * count : 4]), dtype=np.uint8).reshape(
            count, recipe.length
        )[kept]
        for first in (1, 3)
    )
    return bases, qualities


def read_names(first: int, count: int, lane: int) -> Bytes:
    """Illumina-like names of equal width (rows x characters) for spots ``first`` onwards.

    They say lane, tile and place of a spot, and nothing of where the read comes from.
    """
    spot = np.arange(first, first + count)
    tile, within = 1101 + spot // SPOTS_PER_TILE, spot % SPOTS_PER_TILE
    x, y = 1000 + 37 * (within % 200), 1000 + 53 * (within // 200)
    parts = [_text(f"@DEMO:1:DUGNADDEMO:{lane}:", count), _digits(tile, 4), _text(":", count)]
    parts += [_digits(x, 5), _text(":", count), _digits(y, 5)]
    return np.hstack(parts)


def _text(text: str, rows: int) -> Bytes:
    return np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (rows, 1))


def _digits(numbers: npt.NDArray[np.int64], width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def write_fastq(path: Path, pairs: Pairs, end: int, lane: int) -> None:
    """Write read ``end`` (1 or 2) of ``pairs`` as gzip FASTQ, byte-identical for the same pairs."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as out:
        for first in range(0, len(pairs), CHUNK):
            bases = pairs.bases[end - 1][first : first + CHUNK]
            qualities = pairs.qualities[end - 1][first : first + CHUNK]
            count = len(bases)
            names = read_names(first, count, lane)
            head = _text(f" {end}:N:0:SYNTHETIC\n", count)
            rows = [names, head, bases, _text("\n+\n", count), qualities, _text("\n", count)]
            out.write(np.hstack(rows).tobytes())


def write_lanes(pairs: Pairs, paths: Sequence[tuple[Path, Path]]) -> None:
    """Share ``pairs`` evenly between lanes; ``paths`` has the two files of each lane."""
    size = math.ceil(len(pairs) / len(paths))
    tasks = []
    for number, files in enumerate(paths):
        rows = np.arange(number * size, min(len(pairs), (number + 1) * size))
        tasks += [(files[end - 1], pairs.take(rows), end, number + 1) for end in (1, 2)]
    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(lambda task: write_fastq(*task), tasks))


def derived_seed(*words: object) -> int:
    """A positive seed below 2**20 that depends on all ``words``."""
    return zlib.crc32(":".join(map(str, words)).encode()) % 2**20 + 1
