"""Whether an annotation is of the genome it is used with.

Its own words are held against the genome (``##sequence-region``, ``#!genome-build``), then the
places of its genes, then the bases: coding sequences begin with ATG.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dugnad.annotation.reference import Reference
from dugnad.annotation.transcript import Transcript
from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.genome import assembly_of

TOLD = 3  # contigs that are named in one message
STARTS = 200  # coding sequences whose start codon is looked at
MIN_STARTS = 0.5  # share of ATG; 1 in 64 codons is ATG by chance

_NAME = re.compile(rb"(?:^|;)(?:Name|gene_name)=([^;\r\n]+)")
_BUILD = re.compile(r"GRCh3[78]|hg19|hg38")
_SAME = {"hg19": "GRCh37", "hg38": "GRCh38"}
_REMEDY = "give the annotation of this genome"


@dataclass
class Facts:
    """What an annotation says of its genome: lengths of contigs, assembly, furthest ends."""

    regions: dict[str, int] = field(default_factory=dict)
    assembly: str | None = None
    ends: dict[str, int] = field(default_factory=dict)
    genes: set[str] = field(default_factory=set)


def read_header(path: Path) -> Facts:
    """What the comments at the top of a GFF3 say. Raises UserError when it cannot be read."""
    facts = Facts()
    with _lines(path) as lines:
        for line in lines:
            if not line.startswith(b"#"):
                break
            _note_comment(facts, line)
    return facts


def read_facts(path: Path) -> Facts:
    """All that a GFF3 says of its genome and the names of its genes, in one pass."""
    facts = Facts()
    ends: dict[bytes, int] = {}
    with _lines(path) as lines:
        for line in lines:
            if line.startswith(b"#"):
                _note_comment(facts, line)
                continue
            cells = line.split(b"\t", 8)
            if len(cells) != 9 or not cells[4].isdigit():
                continue
            ends[cells[0]] = max(ends.get(cells[0], 0), int(cells[4]))
            if cells[2].endswith(b"gene") and (name := _NAME.search(cells[8])):
                facts.genes.add(name[1].decode())
    facts.ends = {name.decode(): end for name, end in ends.items()}
    return facts


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[bytes]]:
    try:
        with open_bytes(path) as lines:
            yield lines
    except (OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error


def _note_comment(facts: Facts, line: bytes) -> None:
    words = line.decode(errors="replace").split()
    if words[:1] == ["##sequence-region"] and len(words) == 4 and words[3].isdigit():
        facts.regions[words[1]] = int(words[3])
    elif words[:1] in (["#!genome-build"], ["#!genome-version"], ["##description:"]):
        found = _BUILD.search(" ".join(words[1:]))
        facts.assembly = facts.assembly or (_SAME.get(found[0], found[0]) if found else None)


def fit_problems(path: Path, facts: Facts, lengths: Mapping[str, int]) -> Iterator[str]:
    """Why an annotation cannot be of a genome with contigs of these lengths; none if it may be."""
    assembly = assembly_of(lengths)
    if facts.assembly and assembly and facts.assembly != assembly:
        yield f"{path}: is of {facts.assembly}, but the genome is {assembly}; {_REMEDY}"
        return
    shared = facts.regions.keys() & lengths.keys()
    if wrong := sorted(name for name in shared if facts.regions[name] != lengths[name]):
        shown = ", ".join(f"{name} {facts.regions[name]:,}" for name in wrong[:TOLD])
        own = ", ".join(f"{lengths[name]:,}" for name in wrong[:TOLD])
        yield f"{path}: has contigs of other lengths ({shown}) than the genome ({own}); {_REMEDY}"
        return
    for name in sorted(facts.ends.keys() & lengths.keys()):
        if facts.ends[name] > lengths[name]:
            end = f"{facts.ends[name]:,}"
            yield f"{path}: a feature ends beyond {name} of the genome {got(end)}; {_REMEDY}"


def check_transcripts(path: Path, transcripts: Iterable[Transcript], reference: Reference) -> None:
    """Raise UserError when transcripts lie beyond their contigs, or do not begin with ATG."""
    looked, begun = 0, 0
    for transcript in transcripts:
        length = reference.lengths.get(transcript.chrom)
        if length is None:
            continue
        if transcript.end > length:
            place = f"{transcript.chrom}:{transcript.end:,}"
            raise UserError(
                f"{path}: {transcript.name} ends beyond the genome {got(place)}; {_REMEDY}"
            )
        if looked < STARTS and transcript.cds and not transcript.cds_phase:
            looked += 1
            begun += reference.spliced(transcript).coding.startswith("ATG")
    if looked >= 10 and begun < looked * MIN_STARTS:
        raise UserError(
            f"{path}: only {begun} of {looked} coding sequences begin with ATG in"
            f" {reference.path}; {_REMEDY}"
        )
