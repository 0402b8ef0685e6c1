"""The reader of gene annotations: GFF3 of Ensembl or of GENCODE, plain or gzipped.

One pass, in whatever order the rows are. Of a whole genome only the genes that are ``Wanted`` are
kept, so memory is bounded by these.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from dugnad.annotation.scan import OddFileError, rows_of_genes
from dugnad.annotation.transcript import Interval, Transcript, merged, split_version
from dugnad.errors import UserError
from dugnad.files import open_bytes

MAX_PROBLEMS = 20  # malformed lines named in one error

_PARTS = frozenset({b"exon", b"CDS", b"stop_codon"})
_PHASES = frozenset({b"0", b"1", b"2"})
_TAGS = frozenset({b"MANE_Select", b"MANE_Plus_Clinical", b"Ensembl_canonical"})
_REFSEQ = re.compile(rb"(?:ID|Parent)=(?:rna|gene|cds|exon)-")


class Wanted:
    """Which genes to keep: those that a place falls on, or beside, and those named.

    Args:
        places: bases [start, end) of each contig, 0-based, in any order.
        names: gene symbols, and identifiers of transcripts without version.
        margin: bases beside a gene that count as on it.
    """

    def __init__(
        self, places: Mapping[str, Iterable[Interval]], names: Collection[str], margin: int
    ) -> None:
        self._names = frozenset(names)
        self._places = {chrom: merged(spans, margin) for chrom, spans in places.items()}

    def __call__(self, chrom: str, start: int, end: int, names: Iterable[str]) -> bool:
        """Whether a gene at a place, known by some names, is wanted."""
        if not self._names.isdisjoint(names):
            return True
        spans = self._places.get(chrom, ())
        index = bisect_left(spans, (start, start))
        if index and spans[index - 1][1] > start:
            return True
        return index < len(spans) and spans[index][0] < end


@dataclass(slots=True)
class _Draft:
    """A transcript while its rows are gathered; ``line`` is for errors."""

    line: int
    chrom: str = ""
    strand: str = ""
    gene: bytes = b""
    version: str | None = None
    biotype: str = ""
    tags: frozenset[bytes] = frozenset()
    exons: list[Interval] = field(default_factory=list)
    cds: list[tuple[int, int, int]] = field(default_factory=list)


def read_models(path: Path, wanted: Wanted | None = None) -> list[Transcript]:
    """The transcripts of a GFF3 file, which may have none; of the wanted genes, if so asked.

    Raises UserError with one "file:line: ..." per malformed line, at most MAX_PROBLEMS.
    """
    if wanted:
        try:
            return _read_wanted(path, wanted)
        except (OddFileError, ValueError):
            pass  # read line by line, to say which line is amiss
    return _read_lines(path, wanted)


def _read_lines(path: Path, wanted: Wanted | None) -> list[Transcript]:
    reader = _Reader(wanted)
    problems: list[str] = []
    try:
        with open_bytes(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.startswith(b"#"):
                    if line.startswith(b"##FASTA"):
                        break
                    continue
                if reader.passes_over(line):
                    continue
                try:
                    reader.read(number, line.rstrip(b"\r\n").split(b"\t"))
                except ValueError as error:
                    problems.append(f"{path}:{number}: {error}")
                    if len(problems) >= MAX_PROBLEMS:
                        break
    except (OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    found = [] if problems else list(reader.finish(path, problems))
    if problems:
        raise UserError(problems[:MAX_PROBLEMS])
    return found


def _read_wanted(path: Path, wanted: Wanted) -> list[Transcript]:
    def keep(chrom: str, start: int, end: int, words: bytes) -> bool:
        return wanted(chrom, start, end, _names(words))

    reader, problems = _Reader(wanted), list[str]()
    for columns in rows_of_genes(path, keep):
        reader.read(0, columns)
    found = list(reader.finish(path, problems))
    if problems:
        raise OddFileError(problems[0])
    return found


class _Reader:
    """Rows into transcripts; parents may come after their children."""

    def __init__(self, wanted: Wanted | None) -> None:
        self._wanted = wanted
        self._genes: dict[bytes, str] = {}
        self._drafts: dict[bytes, _Draft] = {}
        self._dropped: set[bytes] = set()

    def passes_over(self, line: bytes) -> bool:
        """Whether a row is a part of a transcript that is not wanted; told without reading it."""
        at = line.find(b"Parent=") if self._dropped else -1
        if at < 0:
            return False
        end = line.find(b";", at)
        parent = line[at + 7 : None if end < 0 else end].rstrip().removeprefix(b"transcript:")
        return parent in self._dropped and line.split(b"\t", 3)[2] in _PARTS

    def read(self, number: int, columns: Sequence[bytes]) -> None:
        """Put one feature where it belongs; rows of no use here (UTRs, regions) are passed over.

        Raises ValueError for a malformed row, and for one of RefSeq's style.
        """
        if len(columns) != 9:
            if columns == [b""]:
                return
            raise ValueError(f"a GFF3 line has 9 columns separated by tabs (got {len(columns)})")
        kind, words = columns[2], columns[8]
        if kind in _PARTS:
            self._part(number, columns)
        elif words.startswith(b"ID=gene:") or kind == b"gene":
            self._gene(columns)
        elif words.startswith(b"ID=transcript:") or kind in (b"transcript", b"mRNA"):
            self._transcript(number, columns)

    def _gene(self, columns: Sequence[bytes]) -> None:
        symbol, name = _names(columns[8])
        identifier = name.encode()
        if self._wanted:
            start, end = _interval(columns[3], columns[4])
            if not self._wanted(columns[0].decode(), start, end, (symbol, name)):
                self._dropped.add(identifier)
                return
        self._genes[identifier] = symbol

    def _transcript(self, number: int, columns: Sequence[bytes]) -> None:
        words = columns[8]
        identifier, gene = _identifier(words, b"ID="), _identifier(words, b"Parent=")
        if gene in self._dropped:
            self._dropped.add(identifier)
            self._drafts.pop(identifier, None)
            return
        if columns[6] not in (b"+", b"-"):
            raise ValueError(f"strand of a transcript must be + or - (got '{columns[6].decode()}')")
        draft = self._drafts.setdefault(identifier, _Draft(number))
        if draft.chrom:
            name = identifier.decode()
            raise ValueError(f"transcript {name} is already on line {draft.line}")
        draft.line, draft.gene = number, gene
        draft.chrom, draft.strand = sys.intern(columns[0].decode()), sys.intern(columns[6].decode())
        draft.version = _value(words, b"version=").decode() or None
        kind = _value(words, b"biotype=") or _value(words, b"transcript_type=") or b"unknown"
        draft.biotype = sys.intern(kind.decode())
        draft.tags = frozenset(_TAGS.intersection(_value(words, b"tag=").split(b",")))

    def _part(self, number: int, columns: Sequence[bytes]) -> None:
        words, kind = columns[8], columns[2]
        for parent in _value(words, b"Parent=").split(b","):
            name = parent.removeprefix(b"transcript:")
            if name in self._dropped:
                continue
            interval = _interval(columns[3], columns[4])
            draft = self._drafts.get(name)
            if draft is None:
                _refuse_refseq(words)
                draft = self._drafts[name] = _Draft(number)
            if kind == b"exon":
                draft.exons.append(interval)
            elif columns[7] in _PHASES:
                draft.cds.append((*interval, int(columns[7])))
            elif kind == b"CDS":
                raise ValueError(f"phase of a CDS must be 0, 1 or 2 (got '{columns[7].decode()}')")

    def finish(self, path: Path, problems: list[str]) -> Iterator[Transcript]:
        """The transcripts; what is amiss with them is added to ``problems``."""
        for name in list(self._drafts):
            draft = self._drafts.pop(name)
            if draft.gene in self._dropped:
                continue
            try:
                yield _finish(name.decode(), draft, self._genes)
            except ValueError as error:
                problems.append(f"{path}:{draft.line}: {error}")


def _names(words: bytes) -> tuple[str, str]:
    """Symbol and identifier of a gene."""
    identifier = _identifier(words, b"ID=")
    name = _value(words, b"Name=") or _value(words, b"gene_name=") or identifier
    return unquote(name.decode()), identifier.decode()


def _value(words: bytes, key: bytes) -> bytes:
    """The value of an attribute, whose key ends in "="; empty without it."""
    at = 0 if words.startswith(key) else words.find(b";" + key) + 1
    if not at and not words.startswith(key):
        return b""
    return words[at + len(key) :].partition(b";")[0].strip()


def _identifier(words: bytes, key: bytes) -> bytes:
    """An identifier without Ensembl's "gene:" and "transcript:"; ValueError for RefSeq's."""
    _refuse_refseq(words)
    return _value(words, key).removeprefix(b"gene:").removeprefix(b"transcript:")


def _refuse_refseq(words: bytes) -> None:
    if _REFSEQ.match(words):
        shown = words.partition(b";")[0].decode()
        raise ValueError(
            f"is of RefSeq's style (got '{shown}'); give Ensembl's or GENCODE's GFF3 of this genome"
        )


def _interval(first: bytes, last: bytes) -> Interval:
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last)):
        ends = f"{first.decode()}, {last.decode()}"
        raise ValueError(f"start and end must be whole and 1 <= start <= end ({ends})")
    return int(first) - 1, int(last)


def _finish(identifier: str, draft: _Draft, genes: Mapping[bytes, str]) -> Transcript:
    if not draft.chrom:
        raise ValueError(
            f"no transcript row declares the parent '{identifier}' (Ensembl's identifiers are"
            " needed, ID=transcript:..., Parent=transcript:..., or GENCODE's)"
        )
    if not draft.exons:
        raise ValueError(f"transcript {identifier} has no exon rows")
    gene_id = draft.gene.decode()
    if draft.gene not in genes:
        raise ValueError(f"transcript {identifier}: no gene row declares its parent '{gene_id}'")
    bare, version = split_version(identifier)
    cds = sorted(draft.cds, reverse=draft.strand == "-")
    return Transcript(
        id=bare,
        version=draft.version or version,
        gene=genes[draft.gene],
        gene_id=gene_id,
        chrom=draft.chrom,
        strand=draft.strand,
        biotype=draft.biotype,
        exons=tuple(sorted(draft.exons, reverse=draft.strand == "-")),
        cds=(min(row[0] for row in cds), max(row[1] for row in cds)) if cds else None,
        cds_phase=cds[0][2] if cds else 0,
        is_mane=b"MANE_Select" in draft.tags,
        is_canonical=b"Ensembl_canonical" in draft.tags,
        is_mane_plus=b"MANE_Plus_Clinical" in draft.tags,
    )
