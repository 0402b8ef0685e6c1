"""The variants that are held against each other, placed on the reference that they change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Generic, Literal, Protocol, Self, TypeVar

import pysam

from dugnad.alleles import Change, trim
from dugnad.errors import UserError

Kind = Literal["SNV", "MNV", "insertion", "deletion", "complex"]
KINDS: tuple[Kind, ...] = ("SNV", "MNV", "insertion", "deletion", "complex")

_CHUNK = 100  # bases of the reference that are read at a time to shift an indel
_NAMED = 5  # most faults of one kind that an error lists


@dataclass(frozen=True)
class TrueVariant:
    """An allele of the truth; 1-based VCF position, VAF a fraction or None when not known.

    One that is not ``scored`` is neither required nor counted false.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    vaf: float | None = None
    scored: bool = True


@dataclass(frozen=True)
class CalledVariant:
    """An allele of the calls, one that is not ``called`` among them: it can explain a miss.

    1-based VCF position; ``origin`` is None in a VCF; ``depth`` and ``alt_reads`` in reads.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    vaf: float | None = None
    called: bool = True
    filters: tuple[str, ...] = ()
    origin: str | None = None
    depth: int | None = None
    alt_reads: int | None = None


class _Variant(Protocol):
    @property
    def chrom(self) -> str: ...
    @property
    def pos(self) -> int: ...
    @property
    def ref(self) -> str: ...
    @property
    def alt(self) -> str: ...


@dataclass(frozen=True)
class Allele:
    """What a variant changes: where its file places it, and shifted left as far as it goes."""

    chrom: str
    given: Change
    aligned: Change

    @property
    def start(self) -> int:
        """The first base of both placements, 0-based."""
        return self.aligned.start

    @property
    def end(self) -> int:
        """After the last base of both placements."""
        return self.given.end

    @property
    def key(self) -> tuple[str, Change]:
        """The same for all placements of one change."""
        return self.chrom, self.aligned

    @property
    def footprint(self) -> tuple[str, int, int]:
        """The changed bases [start, end), 0-based; of an insertion the base before it."""
        start, end = self.aligned.start, self.aligned.end
        return (self.chrom, start, end) if end > start else (self.chrom, max(start - 1, 0), end)


V = TypeVar("V", bound=_Variant)


@dataclass(frozen=True)
class Placed(Generic[V]):
    """A variant with its allele."""

    variant: V
    allele: Allele


def kind_of(variant: _Variant) -> Kind:
    """The type of the bases that a variant changes, without those that its alleles share."""
    change = trim(variant.pos, variant.ref, variant.alt)
    if not change.ref:
        return "insertion"
    if not change.alt:
        return "deletion"
    if len(change.ref) != len(change.alt):
        return "complex"
    return "SNV" if len(change.ref) == 1 else "MNV"


class Reference:
    """An indexed FASTA, to be used in a ``with`` block.

    Raises UserError when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = pysam.FastaFile(str(path))
        except (OSError, ValueError):
            raise UserError(
                f"{path}: cannot be read as an indexed FASTA; "
                "check the path, and index it with 'samtools faidx'"
            ) from None
        self.lengths = dict(zip(self._file.references, self._file.lengths, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def bases(self, chrom: str, start: int, end: int) -> str:
        """The bases [start, end), 0-based, in capitals; fewer at the ends of the contig."""
        text: str = self._file.fetch(chrom, max(start, 0), end)
        return text.upper()

    def place(self, variants: Iterable[V], label: str) -> list[Placed[V]]:
        """Each variant with its allele.

        Raises UserError, beginning with ``label``, where REF is not what the reference has.
        """
        listed = list(variants)
        faults = [fault for variant in listed if (fault := self._fault(variant))]
        if faults:
            raise UserError([f"{label}: {fault}" for fault in faults[:_NAMED]])
        return [Placed(variant, self._allele(variant)) for variant in listed]

    def _fault(self, variant: _Variant) -> str | None:
        start = variant.pos - 1
        found = self.bases(variant.chrom, start, start + len(variant.ref))
        pairs = zip(variant.ref.upper(), found, strict=False)
        same = all(a == b or b not in "ACGT" or a not in "ACGT" for a, b in pairs)
        if same and len(found) == len(variant.ref):
            return None
        shown = found[:20] or "no bases"
        return (
            f"{variant.chrom}:{variant.pos}: REF is not in the reference "
            f"(got {variant.ref[:20]!r}, {self.path} has {shown}); give the genome of the calls"
        )

    def _allele(self, variant: _Variant) -> Allele:
        alleles = variant.pos, variant.ref.upper(), variant.alt.upper()
        aligned = self._left(variant.chrom, trim(*alleles))
        return Allele(variant.chrom, _as_written(*alleles), aligned)

    def _left(self, chrom: str, change: Change) -> Change:
        """An insertion or deletion at the leftmost of its equal places."""
        if change.ref and change.alt:
            return change
        moved, text = change.ref or change.alt, ""
        shift = 0
        while shift < change.start:
            if shift == len(text):
                before = change.start - shift
                text += self.bases(chrom, before - _CHUNK, before)[::-1]
            if text[shift] != moved[-1 - shift % len(moved)]:
                break
            shift += 1
        cut = len(moved) - shift % len(moved)
        moved = moved[cut:] + moved[:cut]
        start, end = change.start - shift, change.end - shift
        return Change(start, end, moved, "") if change.ref else Change(start, end, "", moved)


def _as_written(pos: int, ref: str, alt: str) -> Change:
    """The change where its file places it: after the bases before it, as VCF anchors an indel."""
    head = 0
    while head < min(len(ref), len(alt)) and ref[head] == alt[head]:
        head += 1
    return trim(pos + head, ref[head:], alt[head:])


def unique(placed: Sequence[Placed[V]]) -> list[Placed[V]]:
    """The first of those with the same change."""
    kept: dict[tuple[str, Change], Placed[V]] = {}
    for item in placed:
        kept.setdefault(item.allele.key, item)
    return list(kept.values())
