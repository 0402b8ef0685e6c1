"""How likely each place of the genome is to give a fragment, and the depth to expect of it."""

import math
import random
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from dugnad.demo.interval import Interval
from dugnad.demo.library import Bytes, DnaLibrary, Floats, Ints
from dugnad.demo.library_recipe import Lengths, LibraryRecipe
from dugnad.demo.molecules import Molecules
from dugnad.demo.templates import UNKNOWN, as_bytes

SHORTEST, LONGEST = 40, 600
PROBE = 120
GC_WINDOW = 200
GC_EFFECT = ((0.20, 0.5), (0.35, 1.0), (0.60, 1.0), (0.80, 0.35))

Profile = dict[str, npt.NDArray[np.float32]]


def length_chances(lengths: Lengths) -> Floats:
    """The chance of each fragment length from 0 to ``LONGEST``; sums to 1.

    A rounded log-normal distribution, cut to ``SHORTEST`` .. ``LONGEST`` bases.
    """
    variance = math.log1p((lengths.sd / lengths.mean) ** 2)
    normal = NormalDist(math.log(lengths.mean) - variance / 2, math.sqrt(variance))
    below = [normal.cdf(math.log(n + 0.5)) for n in range(SHORTEST - 1, LONGEST + 1)]
    chances = np.concatenate([np.zeros(SHORTEST), np.diff(below)])
    return np.asarray(chances / chances.sum(), np.float64)


def capture_profile(
    contigs: dict[str, str],
    captured: Sequence[Interval],
    fragment: Lengths,
    recipe: LibraryRecipe,
    seed: int,
) -> Profile:
    """The relative chance of a fragment with its middle at each reference position.

    On target: the expected overlap with the captured interval, of a probe's length at most,
    times the interval's own factor (log-normal, from ``seed`` and its place), times the effect
    of the GC content around. Everywhere else the background that gives ``off_target``. Zero
    where the reference is unknown. Without a captured interval it is all background.
    """
    typical = np.searchsorted(np.cumsum(length_chances(fragment)), np.arange(0.025, 1, 0.05))
    profile, suited, caught, room = {}, {}, 0.0, 0.0
    for name, sequence in contigs.items():
        bases = as_bytes(sequence)
        effect = gc_effect(bases)
        effect[bases == UNKNOWN] = 0
        profile[name] = np.zeros(len(bases), np.float32)
        for item in (i for i in captured if i.contig == name):
            _add_target(profile[name], item, typical, recipe.unevenness, seed)
        profile[name] *= effect
        suited[name] = effect
        caught += float(profile[name].sum(dtype=np.float64))
        room += float(effect.sum(dtype=np.float64))
    share = recipe.off_target
    background = share / (1 - share) * caught / room if caught else 1.0
    return {name: (on + background * suited[name]).astype(np.float32)
            for name, on in profile.items()}  # fmt: skip


def _add_target(
    profile: npt.NDArray[np.float32], item: Interval, typical: Ints, unevenness: float, seed: int
) -> None:
    """Raise ``profile`` in place to what ``item`` catches of fragments of ``typical`` lengths."""
    middles = np.arange(
        max(0, item.start - LONGEST // 2), min(len(profile), item.end + LONGEST // 2)
    )
    start = middles - typical[:, None] // 2
    within = np.minimum(item.end, start + typical[:, None]) - np.maximum(item.start, start)
    overlap = np.minimum(np.maximum(within, 0), PROBE).mean(axis=0) / PROBE
    z = random.Random(f"{seed}:capture:{item.contig}:{item.start}:{item.end}").gauss(0, 1)
    factor = math.exp(unevenness * z - unevenness**2 / 2)
    part = profile[middles[0] : middles[-1] + 1]
    np.maximum(part, (overlap * factor).astype(np.float32), out=part)


def gc_effect(bases: Bytes) -> npt.NDArray[np.float32]:
    """The effect on capture and amplification of the GC content of the bases around each one.

    The window is ``GC_WINDOW`` bases, less at a contig's ends; unknown bases do not count.
    """
    strong = np.isin(bases, np.frombuffer(b"GC", np.uint8))
    known = bases != UNKNOWN
    positions = np.arange(len(bases))
    low = np.maximum(positions - GC_WINDOW // 2, 0)
    high = np.minimum(positions + GC_WINDOW // 2, len(bases))
    sums = [np.concatenate([[0], np.cumsum(flags)]) for flags in (strong, known)]
    counts = [total[high] - total[low] for total in sums]
    content = counts[0] / np.maximum(counts[1], 1)
    known_contents, effects = np.array(GC_EFFECT).T
    effect = np.interp(content, known_contents, effects)
    return np.asarray(effect, np.float32)


def fragment_reach(chances: Floats, read: int) -> Floats:
    """The chance that a fragment's reads cover a base at each distance from its middle.

    Element ``LONGEST // 2 + d`` is for the base ``d`` after the middle; ``read`` is the number
    of the fragment's bases that a read shows. A base that both reads cover counts once.
    """
    reach = np.zeros(LONGEST + 1)
    for length in np.flatnonzero(chances):
        start = LONGEST // 2 - length // 2
        shown = min(read, int(length))
        covered = np.zeros(length, bool)
        covered[:shown] = covered[length - shown :] = True
        reach[start : start + length] += chances[length] * covered
    return reach


def _smeared(density: Floats, reach: Floats) -> Floats:
    """The expected number of fragments over each base, from that with their middle there."""
    size = len(density) + len(reach) - 1
    fast = 1 << (size - 1).bit_length()
    product = np.fft.rfft(density, fast) * np.fft.rfft(reach, fast)
    full = np.fft.irfft(product, fast)
    first = LONGEST // 2
    return np.asarray(full[first : first + len(density)], np.float64)


def genome_bases(library: DnaLibrary) -> int:
    """Bases of a read that are the fragment's own."""
    prefix = library.umi.prefix if library.umi is not None else 0
    return library.recipe.length - prefix


def fragments_for_depth(library: DnaLibrary, profile: Profile) -> int:
    """Distinct fragments of a library, at least one: a diploid sample would have ``depth``."""
    two = {name: 2.0 * values.astype(np.float64) for name, values in profile.items()}
    depths = _target_depths(library, two)
    bases = sum(item.end - item.start for item in library.targets)
    mean = sum(depth * (t.end - t.start) for t, depth in depths.items()) / bases
    return max(1, round(library.depth / mean))


def expected_depth(library: DnaLibrary) -> dict[Interval, float]:
    """The expected mean unique depth of each target, copies of the sample's molecules included.

    Read bases of one fragment count once, duplicates not at all. Alleles are taken to change no
    length and inversions no place; a target within a fragment's length of unknown bases or of a
    contig's end gets less than this.
    """
    profile = capture_profile(
        library.contigs, library.captured, library.fragment, library.recipe, library.genome_seed
    )
    density = {
        name: values * sum_copies(library.molecules, name, len(values))
        for name, values in profile.items()
    }
    fragments = fragments_for_depth(library, profile)
    return {t: fragments * depth for t, depth in _target_depths(library, density).items()}


def sum_copies(molecules: Sequence[Molecules], contig: str, length: int) -> Floats:
    """Mean number of copies per cell of each reference position of ``contig``."""
    total = np.zeros(length)
    for item in molecules:
        for copies in item.copies:
            if copies.contig == contig:
                total[copies.start : copies.end] += item.weight * copies.number
    return total


def _target_depths(library: DnaLibrary, density: dict[str, Floats]) -> dict[Interval, float]:
    """Mean depth of each target per fragment, the middles of fragments being so distributed."""
    reach = fragment_reach(length_chances(library.fragment), genome_bases(library))
    whole = sum(float(values.sum()) for values in density.values())
    depths: dict[Interval, float] = {}
    for name, values in density.items():
        wanted = [item for item in library.targets if item.contig == name]
        if wanted:
            smeared = _smeared(values / whole, reach)
            depths |= {t: float(smeared[t.start : t.end].mean()) for t in wanted}
    return depths


def draw_lengths(chances: Floats, number: int, rng: np.random.Generator) -> Ints:
    """``number`` fragment lengths."""
    found = np.searchsorted(np.cumsum(chances), rng.random(number), "right")
    return np.minimum(found, len(chances) - 1).astype(np.int64)
