"""The libraries to be sequenced, and the random streams that belong to them."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dugnad.demo.interval import Interval
from dugnad.demo.library_recipe import Lengths, LibraryRecipe, UmiRecipe
from dugnad.demo.molecules import Artefact, Damage, Molecules, RnaTranscript

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DnaLibrary:
    """A captured DNA library.

    ``depth`` is the mean unique depth over ``targets`` that a diploid sample would have; it
    sets the number of fragments. ``captured`` is what the probes catch. ``stutter`` names
    microsatellites, whose label is the repeat unit. ``genome_seed`` belongs to the assay (one
    capture profile for all samples), ``seed`` to this library. ``duplicates`` counts when
    there are no UMIs; with ``umi`` its family size does.
    """

    id: str
    contigs: dict[str, str]
    targets: tuple[Interval, ...]
    captured: tuple[Interval, ...]
    molecules: tuple[Molecules, ...]
    depth: float
    recipe: LibraryRecipe
    lanes: int
    artefacts: tuple[Artefact, ...]
    damage: Damage
    stutter: tuple[Interval, ...]
    umi: UmiRecipe | None
    fragment: Lengths
    duplicates: float
    genome_seed: int
    seed: int


@dataclass(frozen=True)
class RnaLibrary:
    """An unstranded RNA library of ``pairs`` read pairs (duplicates included).

    ``loci`` are the stretches of the genome that immature RNA and remaining DNA come from.
    ``degraded`` RNA has a strong 3' bias and more of these.
    """

    id: str
    contigs: dict[str, str]
    transcripts: tuple[RnaTranscript, ...]
    loci: tuple[Interval, ...]
    molecules: tuple[Molecules, ...]
    pairs: int
    recipe: LibraryRecipe
    degraded: bool
    fragment: Lengths
    duplicates: float
    seed: int


def derived_seed(*words: object) -> int:
    """A positive seed of at most 2**20 that depends on all ``words``."""
    return zlib.crc32(":".join(map(str, words)).encode()) % 2**20 + 1


def stream(seed: int, *words: object) -> np.random.Generator:
    """The random stream of one purpose; what other purposes draw does not change it."""
    return np.random.default_rng([seed, zlib.crc32(":".join(map(str, words)).encode())])


def copies_per_fragment(
    fragments: int, duplicates: float, umi: UmiRecipe | None, seed: int
) -> Ints:
    """Read pairs of each fragment, at least one.

    Geometric, so that ``duplicates`` of all pairs repeat another; with UMIs one plus a negative
    binomial number (two successes) whose mean makes the family size.
    """
    rng = stream(seed, "copies")
    if umi is None:
        return rng.geometric(1 - duplicates, fragments).astype(np.int64)
    extra = rng.negative_binomial(2, 2 / (1 + umi.family), fragments)
    return 1 + extra.astype(np.int64)
