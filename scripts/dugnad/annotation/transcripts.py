"""Transcripts of an Ensembl-style GFF3, and the choice of one transcript per gene.

Coordinates are 0-based half-open on the plus strand; a position that is 1-based says so.
"""

import gzip
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote

from dugnad.errors import UserError

Interval = tuple[int, int]  # start and end on the plus strand, 0-based half-open, bases
MAX_PROBLEMS = 20  # malformed lines named in one error

_VERSIONED = re.compile(r"(ENS\w*T\d+|[NX][MR]_\d+)\.(\d+)")


@dataclass(frozen=True)
class Feature:
    """Where in a transcript a position lies: "exon 15/18" or "intron 3/10", counted 5' to 3'."""

    kind: str
    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}/{self.total}"


@dataclass(frozen=True)
class Transcript:
    """One transcript.

    ``exons`` are in transcript order (5' to 3'). ``cds`` is the genomic span of the coding
    bases, stop codon included as Ensembl has it. ``cds_phase`` is the GFF3 phase of the first
    coding row: bases (0 to 2) before the first whole codon; other than 0, the 5' end is unknown.
    """

    id: str
    version: str | None
    gene: str
    gene_id: str
    chrom: str
    strand: str
    biotype: str
    exons: tuple[Interval, ...]
    cds: Interval | None = None
    cds_phase: int = 0
    is_mane: bool = False
    is_canonical: bool = False

    @property
    def name(self) -> str:
        """The identifier with its version, "ENST00000269305.9"; without when it is unknown."""
        return f"{self.id}.{self.version}" if self.version else self.id

    @property
    def start(self) -> int:
        """First base on the genome, 0-based."""
        return self.exons[0 if self.strand == "+" else -1][0]

    @property
    def end(self) -> int:
        """One past the last base on the genome, 0-based."""
        return self.exons[-1 if self.strand == "+" else 0][1]

    @cached_property
    def coding_exons(self) -> tuple[Interval, ...]:
        """The coding parts of the exons, in transcript order; empty without a coding sequence."""
        if self.cds is None:
            return ()
        clipped = ((max(a, self.cds[0]), min(b, self.cds[1])) for a, b in self.exons)
        return tuple((start, end) for start, end in clipped if start < end)

    @cached_property
    def coding_length(self) -> int:
        """Coding bases, stop codon included; 0 without a coding sequence."""
        return sum(end - start for start, end in self.coding_exons)

    def feature_at(self, pos: int) -> Feature | None:
        """The exon or intron at a genomic position (1-based); None outside the transcript."""
        base, total = pos - 1, len(self.exons)
        if self.start <= base < self.end:
            for number, (start, end) in enumerate(self.exons, 1):
                if start <= base < end:
                    return Feature("exon", number, total)
                if (base < start) if self.strand == "+" else (base >= end):
                    return Feature("intron", number - 1, total - 1)
        return None

    def touches_coding(self, start: int, end: int) -> bool:
        """Whether [start, end) has a coding base; where start == end, a base beside that point."""
        point = start == end
        return any(a < end + point and start - point < b for a, b in self.coding_exons)


def _preference(one: Transcript) -> tuple[bool, bool, int, int, str]:
    """The sort key of ``Transcripts.by_gene``."""
    length = sum(end - start for start, end in one.exons)
    return (not one.is_mane, not one.is_canonical, -one.coding_length, -length, one.id)


class Transcripts:
    """All transcripts of an annotation, by identifier, by gene and by place."""

    def __init__(self, transcripts: Iterable[Transcript] = ()) -> None:
        self._by_id: dict[str, Transcript] = {}
        by_gene: dict[str, list[Transcript]] = {}
        by_contig: dict[str, list[Transcript]] = {}
        for transcript in transcripts:
            self._by_id[transcript.id] = transcript
            for key in {transcript.gene, transcript.gene_id}:
                by_gene.setdefault(key, []).append(transcript)
            by_contig.setdefault(transcript.chrom, []).append(transcript)
        self._by_gene = {gene: sorted(own, key=_preference) for gene, own in by_gene.items()}
        self._contigs = {chrom: _by_place(members) for chrom, members in by_contig.items()}

    def __iter__(self) -> Iterator[Transcript]:
        return iter(self._by_id.values())

    def by_id(self, identifier: str) -> Transcript | None:
        """The transcript of an identifier, whose version (".9"), if any, is not looked at."""
        return self._by_id.get(split_version(identifier)[0])

    def by_gene(self, gene: str) -> tuple[Transcript, ...]:
        """The transcripts of a gene (symbol or identifier), best first.

        That is MANE Select, then Ensembl canonical, then the longest coding sequence; ties go
        to the longer transcript, then to the lower identifier.
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


def split_version(identifier: str) -> tuple[str, str | None]:
    """Split "ENST00000269305.9" into identifier and version; the version is None without one."""
    match = _VERSIONED.fullmatch(identifier)
    return (match[1], match[2]) if match else (identifier, None)


@dataclass
class _Draft:
    """A transcript while its rows, in whatever order, are gathered; ``line`` is for errors."""

    line: int
    chrom: str = ""
    strand: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    exons: list[tuple[int, int, str]] = field(default_factory=list)
    cds: list[tuple[int, int, str]] = field(default_factory=list)


def read_transcripts(path: Path) -> Transcripts:
    """Read an Ensembl-style GFF3 file, plain or gzipped; it may have no features at all.

    Raises UserError with one "file:line: ..." per malformed line, at most MAX_PROBLEMS.
    """
    genes: dict[str, str] = {}
    drafts: dict[str, _Draft] = {}
    transcripts: list[Transcript] = []
    problems: list[str] = []
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for number, line in enumerate(lines, 1):
                if line.startswith("##FASTA") or len(problems) >= MAX_PROBLEMS:
                    break
                try:
                    if line.strip() and not line.startswith("#"):
                        _read_line(number, line.rstrip("\r\n").split("\t"), genes, drafts)
                except ValueError as error:
                    problems.append(f"{path}:{number}: {error}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    for identifier, draft in {} if problems else drafts.items():
        try:
            transcripts.append(_finish(identifier, draft, genes))
        except ValueError as error:
            problems.append(f"{path}:{draft.line}: {error}")
    if problems:
        raise UserError(problems[:MAX_PROBLEMS])
    return Transcripts(transcripts)


def _read_line(
    number: int, columns: list[str], genes: dict[str, str], drafts: dict[str, _Draft]
) -> None:
    """Put one feature where it belongs; rows of no use here (UTRs, regions) are passed over."""
    if len(columns) != 9:
        raise ValueError(f"a GFF3 line has 9 columns separated by tabs (got {len(columns)})")
    chrom, _, kind, first, last, _, strand, phase, words = columns
    if kind in {"exon", "CDS"}:
        if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)):
            raise ValueError(f"start and end must be whole and 1 <= start <= end ({first}, {last})")
        if kind == "CDS" and phase not in ("0", "1", "2"):
            raise ValueError(f"phase of a CDS must be 0, 1 or 2 (got '{phase}')")
        for parent in _attributes(words).get("Parent", "").split(","):
            draft = drafts.setdefault(parent.removeprefix("transcript:"), _Draft(number))
            rows = draft.exons if kind == "exon" else draft.cds
            rows.append((int(first) - 1, int(last), phase))
    elif "ID=gene:" in words:
        attributes = _attributes(words)
        gene = attributes["ID"].removeprefix("gene:")
        genes[gene] = attributes.get("Name", gene)
    elif "ID=transcript:" in words:
        if strand not in {"+", "-"}:
            raise ValueError(f"strand of a transcript must be + or - (got '{strand}')")
        attributes = _attributes(words)
        identifier = attributes["ID"].removeprefix("transcript:")
        draft = drafts.setdefault(identifier, _Draft(number))
        if draft.attributes:
            raise ValueError(f"transcript {identifier} is already on line {draft.line}")
        draft.line, draft.chrom, draft.strand, draft.attributes = number, chrom, strand, attributes


def _attributes(words: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in words.split(";") if "=" in word)
    return {key.strip(): unquote(value) if "%" in value else value for key, _, value in pairs}


def _finish(identifier: str, draft: _Draft, genes: dict[str, str]) -> Transcript:
    if not draft.attributes:
        raise ValueError(
            f"no transcript row declares the parent '{identifier}'"
            " (Ensembl's identifiers are needed: ID=transcript:..., Parent=transcript:...)"
        )
    if not draft.exons:
        raise ValueError(f"transcript {identifier} has no exon rows")
    attributes = draft.attributes
    gene_id = attributes.get("Parent", "").removeprefix("gene:")
    if gene_id not in genes:
        raise ValueError(f"transcript {identifier}: no gene row declares its parent '{gene_id}'")
    bare, version = split_version(identifier)
    tags = set(attributes.get("tag", "").split(","))
    cds = sorted(draft.cds, reverse=draft.strand == "-")
    return Transcript(
        id=bare,
        version=attributes.get("version", version),
        gene=genes[gene_id],
        gene_id=gene_id,
        chrom=draft.chrom,
        strand=draft.strand,
        biotype=attributes.get("biotype", "unknown"),
        exons=tuple(sorted((row[:2] for row in draft.exons), reverse=draft.strand == "-")),
        cds=(min(row[0] for row in cds), max(row[1] for row in cds)) if cds else None,
        cds_phase=int(cds[0][2]) if cds else 0,
        is_mane="MANE_Select" in tags,
        is_canonical="Ensembl_canonical" in tags,
    )
