"""A toy genome of two contigs, and small libraries of it."""

import random
from dataclasses import replace
from pathlib import Path

from dugnad.demo.hgvs import Allele
from dugnad.demo.library import DnaLibrary, RnaLibrary
from dugnad.demo.library_recipe import Lengths, LibraryRecipe
from dugnad.demo.molecules import Copies, Damage, Molecules, RnaTranscript
from dugnad.demo.targets import Interval

RECIPE = LibraryRecipe(unevenness=0.1)
UNKNOWN = Interval("chr2", 12_000, 14_000)
RUN = Interval("chr1", 20_050, 20_064, "A")


def _random_bases(length: int) -> str:
    return "".join(random.Random(f"toy:{length}").choices("ACGT", k=length))


def _contigs() -> dict[str, str]:
    one, two = _random_bases(32_000), _random_bases(28_000)
    run = "C" + "A" * (RUN.end - RUN.start) + "C"
    one = one[: RUN.start - 1] + run + one[RUN.end + 1 :]
    two = two[: UNKNOWN.start] + "N" * (UNKNOWN.end - UNKNOWN.start) + two[UNKNOWN.end :]
    return {"chr1": one, "chr2": two}


CONTIGS = _contigs()
TARGETS = (
    *(Interval("chr1", s, s + 400, f"one{s}") for s in range(2_000, 30_000, 2_000)),
    *(Interval("chr2", s, s + 400, f"two{s}") for s in range(2_000, 12_000, 2_000)),
    Interval("chr2", 13_800, 14_300, "edge"),
)


def whole(number: int = 2) -> tuple[Copies, ...]:
    """So many copies of every base."""
    return tuple(Copies(name, 0, len(s), number) for name, s in CONTIGS.items())


REFERENCE = Molecules("reference", 1.0, whole())


def snv(contig: str, position: int) -> Allele:
    """A transition at a 1-based position."""
    ref = CONTIGS[contig][position - 1]
    return Allele(contig, position, ref, {"A": "G", "G": "A", "C": "T", "T": "C"}[ref])


def deletion(contig: str, position: int, bases: int) -> Allele:
    """The loss of so many bases after a 1-based position."""
    ref = CONTIGS[contig][position - 1 : position + bases]
    return Allele(contig, position, ref, ref[0])


def insertion(contig: str, position: int, bases: str) -> Allele:
    """``bases`` after a 1-based position."""
    ref = CONTIGS[contig][position - 1]
    return Allele(contig, position, ref, ref + bases)


def library(molecules: tuple[Molecules, ...] = (REFERENCE,), **changes: object) -> DnaLibrary:
    """A DNA library of depth 100; ``changes`` are fields with other values."""
    plain = DnaLibrary(
        id="toy", contigs=CONTIGS, targets=TARGETS, captured=TARGETS, molecules=molecules,
        depth=100, recipe=RECIPE, lanes=1, artefacts=(), damage=Damage(), stutter=(), umi=None,
        fragment=Lengths(mean=190, sd=55), duplicates=0.0, genome_seed=1, seed=5,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def rna(
    transcripts: tuple[RnaTranscript, ...], molecules: tuple[Molecules, ...], **changes: object
) -> RnaLibrary:
    """An RNA library of 4,000 pairs without background; ``changes`` are other fields."""
    plain = RnaLibrary(
        id="toy-rna", contigs=CONTIGS, transcripts=transcripts, loci=(), molecules=molecules,
        pairs=4_000, recipe=RECIPE, degraded=False, fragment=Lengths(mean=180, sd=50),
        duplicates=0.0, seed=5,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def lanes(directory: Path, number: int = 1) -> list[tuple[Path, Path]]:
    """The two files of each lane."""
    directory.mkdir(exist_ok=True)
    return [
        (directory / f"L00{n}_R1.fastq.gz", directory / f"L00{n}_R2.fastq.gz")
        for n in range(1, number + 1)
    ]
