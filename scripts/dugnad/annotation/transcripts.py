"""The transcripts of an annotation, and the choice of one per gene."""

import csv
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from dugnad.annotation.gff import MAX_PROBLEMS, Wanted, read_models
from dugnad.annotation.transcript import Feature, Interval, Transcript, split_version
from dugnad.errors import UserError
from dugnad.knowledge import SHIPPED

__all__ = [
    "MAX_PROBLEMS",
    "Feature",
    "Interval",
    "Transcript",
    "Transcripts",
    "read_transcripts",
    "split_version",
]

PREFERRED = SHIPPED / "transcripts.tsv"


def _preference(one: Transcript, listed: str | None) -> tuple[object, ...]:
    """The sort key of ``Transcripts.by_gene``."""
    is_listed = one.id == listed
    sizes = (-one.coding_length, -one.length)
    return (not one.is_mane, not is_listed, not one.is_canonical, *sizes, one.id)


class Transcripts:
    """All transcripts of an annotation, by identifier, by gene and by place."""

    def __init__(
        self, transcripts: Iterable[Transcript] = (), listed: Mapping[str, str] | None = None
    ) -> None:
        """``listed``: by gene symbol, the transcript to prefer where none is MANE Select."""
        listed = listed or {}
        self._by_id: dict[str, Transcript] = {}
        by_gene: dict[str, list[Transcript]] = {}
        by_contig: dict[str, list[Transcript]] = {}
        for transcript in transcripts:
            self._by_id[transcript.id] = transcript
            for key in {transcript.gene, transcript.gene_id}:
                by_gene.setdefault(key, []).append(transcript)
            by_contig.setdefault(transcript.chrom, []).append(transcript)
        self._by_gene = {
            gene: sorted(own, key=lambda one: _preference(one, listed.get(one.gene)))
            for gene, own in by_gene.items()
        }
        self._contigs = {chrom: _by_place(members) for chrom, members in by_contig.items()}

    def __iter__(self) -> Iterator[Transcript]:
        return iter(self._by_id.values())

    def by_id(self, identifier: str) -> Transcript | None:
        """The transcript of an identifier, whose version (".9"), if any, is not looked at."""
        return self._by_id.get(split_version(identifier)[0])

    def by_gene(self, gene: str) -> tuple[Transcript, ...]:
        """The transcripts of a gene (symbol or identifier), best first.

        That is MANE Select, then the listed one, then Ensembl canonical, then the longest coding
        sequence; ties go to the longer transcript, then to the lower identifier.
        """
        return tuple(self._by_gene.get(gene, ()))

    def overlapping(self, chrom: str, start: int, end: int, margin: int = 0) -> list[Transcript]:
        """Transcripts with a base in [start - margin, end + margin), by start, then identifier.

        0-based; ``start == end`` is the point between two bases, where an insertion lies, and
        belongs to the transcripts on both its sides.
        """
        if chrom not in self._contigs:
            return []
        members, starts, furthest = self._contigs[chrom]
        lower, upper = start - margin, end + margin
        if lower == upper:
            lower, upper = lower - 1, upper + 1
        found: list[Transcript] = []
        for index in range(bisect_left(starts, upper) - 1, -1, -1):
            if furthest[index] <= lower:
                break
            if members[index].end > lower:
                found.append(members[index])
        return found[::-1]

    def preferred(self, gene: str, panel_choice: str | None = None) -> Transcript | None:
        """The transcript to report a gene on; None when the annotation does not have the gene.

        The panel's choice goes before the order of ``by_gene``. Raises UserError when it is not
        in the annotation, is there in another version, or belongs to another gene.
        """
        if panel_choice is None:
            return next(iter(self.by_gene(gene)), None)
        identifier, version = split_version(panel_choice)
        chosen = self._by_id.get(identifier)
        asked = f"{gene}: the panel asks for transcript {panel_choice}"
        if chosen is None:
            raise UserError(f"{asked}, which the annotation does not have")
        if gene not in {chosen.gene, chosen.gene_id}:
            raise UserError(f"{asked}, which in the annotation belongs to {chosen.gene}")
        if version and chosen.version and version != chosen.version:
            raise UserError(f"{asked}, but the annotation has {chosen.name}")
        return chosen


def _by_place(members: list[Transcript]) -> tuple[list[Transcript], list[int], list[int]]:
    """The transcripts of a contig by start, their starts, and the furthest end up to each."""
    members = sorted(members, key=lambda member: (member.start, member.id))
    furthest = accumulate((member.end for member in members), max)
    return members, [member.start for member in members], list(furthest)


def read_transcripts(
    path: Path, wanted: Wanted | None = None, listed: Mapping[str, str] | None = None
) -> Transcripts:
    """Read a GFF3 file of Ensembl or GENCODE; it may have no features at all.

    ``wanted`` keeps some genes only. ``listed``: see ``Transcripts``; absent: the shipped list.
    Raises UserError as ``read_models``.
    """
    return Transcripts(
        read_models(path, wanted), read_preferred(PREFERRED) if listed is None else listed
    )


def read_preferred(path: Path) -> dict[str, str]:
    """The transcript of each gene in a table with ``gene`` and ``ensembl``; none without a file."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["gene"]: split_version(row["ensembl"])[0] for row in rows if row["ensembl"]}
