"""The sources of known sites that a run is given, open and ready to be asked."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dugnad.annotation.said import Reader, Said
from dugnad.annotation.table_source import RegionSource, TableSource
from dugnad.annotation.vcf_source import VcfSource
from dugnad.errors import UserError
from dugnad.known_sites import Finder
from dugnad.source import Source, source_of
from dugnad.source_check import remark, source_problems
from dugnad.vcf import Call
from dugnad.walk import names_of, open_table


class Sources:
    """Sources and the genome by which alleles are looked up in them."""

    def __init__(self, sources: Iterable[Source], fasta: Path) -> None:
        self._finder = Finder(fasta)
        self._open = [(source, self._reader(source)) for source in sources]

    def _reader(self, source: Source) -> Reader:
        with open_table(source.path) as table:
            names, _ = names_of(table.contigs, list(self._finder.lengths))
        return open_source(source, names)

    def ask(self, call: Call) -> Iterator[tuple[Source, Said | None]]:
        """Each source's word on a call; None where it covers the contig and does not list it.

        A source that has nothing on the contig is passed over. Calls may come in any order; in the
        genome's it is fast.
        """
        wanted = self._finder.wanted(call.chrom, call.pos, call.ref, call.alt)
        for source, reader in self._open:
            if reader.covers(call.chrom):
                yield source, reader.say(wanted)


def open_sources(given: Iterable[Sequence[str]], fasta: Path) -> Sources:
    """The sources that a verb is given as words, checked against the genome.

    What is matched in spite of other names of contigs is said on standard error.
    Raises UserError with all faults of all sources at once.
    """
    sources = [source_of(words) for words in given]
    lengths = Finder(fasta).lengths
    problems = [p for source in sources for p in source_problems(source, lengths, fasta)]
    if problems:
        raise UserError(problems)
    for source in sources:
        if text := remark(source, lengths):
            print(text, file=sys.stderr)
    return Sources(sources, fasta)


def open_source(source: Source, names: Mapping[str, str]) -> Reader:
    """The reader of a source.

    Args:
        source: as configured.
        names: the file's name of each of the genome's contigs that it has.

    Raises UserError when the file is not what the source says.
    """
    if source.kind == "regions":
        return RegionSource(source.path, source.columns, names)
    if source.kind == "table":
        return TableSource(source.path, source.show, names)
    return VcfSource(source, names)
