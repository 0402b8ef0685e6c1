"""From a DNA library to its FASTQ files."""

from collections.abc import Sequence
from pathlib import Path

from dugnad.demo.capture import capture_profile, fragments_for_depth, length_chances
from dugnad.demo.damage import all_edits, artefact_edits, damage_edits, with_stutter
from dugnad.demo.fragments import draw_fragments
from dugnad.demo.library import DnaLibrary, copies_per_fragment
from dugnad.demo.sequencer import WORKERS, sequence
from dugnad.demo.shelf import Shelf, umi_prefixes
from dugnad.demo.templates import class_genomes
from dugnad.errors import UserError


def sequence_dna(
    library: DnaLibrary, paths: Sequence[tuple[Path, Path]], workers: int = WORKERS
) -> int:
    """Write the library's read pairs; ``paths`` has the two files of each lane. How many pairs.

    The same library gives the same bytes, whatever the number of ``workers``. UserError without
    ART or when nothing can be captured; ValueError when the alleles do not fit the genome.
    """
    if len(paths) != library.lanes:
        raise ValueError(f"{library.id}: {len(paths)} pairs of files for {library.lanes} lanes")
    shelf = make_shelf(library)
    copies = copies_per_fragment(
        len(shelf.fragments), library.duplicates, library.umi, library.seed
    )
    return sequence(shelf, copies, paths, library.seed, workers)


def make_shelf(library: DnaLibrary) -> Shelf:
    """The distinct fragments of the library with artefacts, stutter, damage and UMIs."""
    if not library.targets:
        raise UserError(f"demo reads: {library.id}: no target regions")
    seed = library.seed
    profile = capture_profile(
        library.contigs, library.captured, library.fragment, library.recipe, library.genome_seed
    )
    number = fragments_for_depth(library, profile)
    genomes, pool = class_genomes(library.contigs, library.molecules)
    chances = length_chances(library.fragment)
    drawn = draw_fragments(genomes, pool, profile, chances, number, seed)
    artefacts = artefact_edits(drawn, pool, genomes, library.artefacts, seed)
    fragments, pool = with_stutter(drawn, pool, genomes, library.stutter, seed)
    unmoved = artefacts.where(fragments.start == drawn.start)
    damage = damage_edits(fragments, pool, library.damage, seed)
    prefixes = umi_prefixes(number, library.umi, seed)
    return Shelf(pool, fragments, all_edits([damage, unmoved]), prefixes, library.recipe)
