"""The recipe of the sequencing libraries: what resources/demo says of them, validated."""

from typing import Annotated

from pydantic import Field

from dugnad.demo.recipe import Dna, Strict

Share = Annotated[float, Field(ge=0, lt=1)]


class Lengths(Strict):
    """Fragment lengths in bases; their logarithm is normally distributed."""

    mean: float = Field(gt=0)
    sd: float = Field(gt=0)


class UmiRecipe(Strict):
    """Inline UMIs at the start of both reads.

    ``length`` random bases, then ``skip`` times a ``T``; ``family`` is the mean number of read
    pairs per fragment.
    """

    length: int = Field(ge=1, le=12)
    skip: int = Field(default=0, ge=0, le=20)
    family: float = Field(ge=1)

    @property
    def prefix(self) -> int:
        """Bases of a read that are not the fragment's."""
        return self.length + self.skip


class LibraryRecipe(Strict):
    """Reads (bases, ART profile), fragment lengths by kind of sample, capture and duplicates.

    ``unevenness`` is the standard deviation of the logarithm of the targets' capture;
    ``off_target`` the fraction of fragments from anywhere; ``duplicates`` the fraction of all
    pairs that repeat another.
    """

    length: int = Field(default=100, ge=50, le=150)
    profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$")] = "HS25"
    fragment: Lengths = Lengths(mean=190, sd=55)
    ffpe_fragment: Lengths = Lengths(mean=150, sd=45)
    rna_fragment: Lengths = Lengths(mean=180, sd=50)
    degraded_fragment: Lengths = Lengths(mean=90, sd=25)
    unevenness: float = Field(default=0.25, ge=0)
    off_target: Share = 0.10
    duplicates: Share = 0.10
    ffpe_duplicates: Share = 0.25
    umi: UmiRecipe = UmiRecipe(length=6, skip=1, family=3.0)
    adapters: tuple[Dna, Dna] = (
        "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
        "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT",
    )
