"""What is wrong with files of known sites: their form, their index, their keys, their genome."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pysam

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.genome import assembly_of
from dugnad.source import Source, header_of
from dugnad.walk import names_of, open_table, renamed

_ALLELE = ("chrom", "pos", "ref", "alt")
_INDEX = {"regions": "tabix -p bed {path}", "table": "tabix -s {chrom} -b {pos} -e {pos} {path}"}
_STATED = re.compile(r"^##(?:reference|contig)=.*?(GRCh3[78]|hg19|hg38|hs37|hs38|b37)", re.M)
_PARTS = (0.0, 0.2, 0.4, 0.6, 0.8)  # of a contig, where REF is compared
_LINES = 5  # at each
_CONTIGS = 12  # of which REF is compared
_ENOUGH = 10  # compared, to trust them above what the header states
_MISPLACED = 0.2  # share with another REF that means another genome


def source_problems(source: Source, lengths: Mapping[str, int], fasta: Path) -> Iterator[str]:
    """Faults of a source's file.

    Args:
        source: as configured.
        lengths: of the genome's contigs, bases.
        fasta: the genome; if it has an index, bases are compared.
    """
    if not source.path.is_file():
        yield f"{source.path}: no such file; check the path of source {source.id!r}"
        return
    if source.is_vcf:
        needed = dict.fromkeys(source.info_keys, "name the right key in the config")
        found = list(sites_problems(source.path, needed, lengths, fasta, renames=True))
        columns = [1, 3]
    elif source.kind == "table":
        header = [name.lower() for name in header_of(source.path)]
        found = list(_table_problems(source, header, lengths, fasta))
        columns = [header.index(name) for name in ("pos", "ref") if name in header]
    else:
        found, columns = list(_contig_problems(source, lengths, fasta)), [1]
    try:
        yield from found or _place_problems(source, columns, lengths, fasta)
    except (OSError, ValueError, IndexError) as error:
        yield f"{source.path}: is damaged: {error}; fetch it anew"


def remark(source: Source, lengths: Mapping[str, int]) -> str:
    """What should be said of a source without fault; empty for most."""
    with open_table(source.path) as table:
        text = names_of(table.contigs, list(lengths))[1]
    return f"{source.path}: {text}" if text else ""


def sites_problems(
    path: Path,
    needed: Mapping[str, str],
    lengths: Mapping[str, int],
    fasta: Path,
    renames: bool = False,
) -> Iterator[str]:
    """Faults of an indexed VCF of sites.

    Args:
        path: the VCF.
        needed: its INFO keys, each with the remedy.
        lengths: of the genome's contigs, bases.
        fasta: the genome, for the message.
        renames: whether contigs may be named with ``chr`` where the genome's are not.
    """
    try:
        with pysam.VariantFile(str(path)) as vcf:
            keys = set(vcf.header.info)
            stated = stated_lengths(vcf)
        with pysam.TabixFile(str(path)) as table:
            contigs = set(table.contigs)
    except (OSError, ValueError, NotImplementedError):
        yield f"{path}: is not a VCF with its index; run: tabix -p vcf {path}"
        return
    for key, remedy in needed.items():
        if key not in keys:
            yield f"{path}: has no INFO key {key!r}; {remedy}"
    names = names_of(contigs, list(lengths))[0]
    if contigs and not (names if renames else contigs & set(lengths)):
        yield foreign(path, contigs, lengths, fasta)
        return
    if renames and not contigs & set(lengths):
        stated = {renamed(name): length for name, length in stated.items()}
    if other := other_length(stated, lengths):
        yield f"{path}: is of another genome: {other}; use files of one genome"


def stated_lengths(vcf: pysam.VariantFile) -> dict[str, int]:
    """Contigs whose length the header states."""
    found = ((name, vcf.header.contigs[name].length) for name in vcf.header.contigs)
    return {name: length for name, length in found if length}


def other_length(stated: Mapping[str, int], lengths: Mapping[str, int]) -> str | None:
    """The first contig whose length differs from the genome's, in words."""
    for name in sorted(stated.keys() & lengths.keys()):
        if stated[name] != lengths[name]:
            return f"contig {name!r} has {stated[name]} bases, the config's genome {lengths[name]}"
    return None


def foreign(path: Path, contigs: set[str], lengths: Mapping[str, int], fasta: Path) -> str:
    """That a file and the genome have no contig in common, in words."""
    mine, theirs = sorted(contigs)[0], next(iter(lengths))
    return (
        f"{path}: shares no contig with {fasta} (got {mine!r}, the genome has {theirs!r});"
        " use files of one genome, with or without 'chr' throughout"
    )


def _table_problems(
    source: Source, header: list[str], lengths: Mapping[str, int], fasta: Path
) -> Iterator[str]:
    path = source.path
    lacking = [name for name in _ALLELE if name not in header]
    if lacking:
        remedy = "name them in its first line"
        yield f"{path}:1: has no column {', '.join(lacking)} {got(', '.join(header))}; {remedy}"
    own = header_of(path)
    for name in source.show:
        if name not in own:
            yield f"{path}:1: has no column {name!r} (it has {', '.join(own)}); mend 'show'"
    if not lacking:
        yield from _contig_problems(source, lengths, fasta)


def _contig_problems(source: Source, lengths: Mapping[str, int], fasta: Path) -> Iterator[str]:
    path = source.path
    try:
        with open_table(path) as table:
            contigs = set(table.contigs)
    except UserError:
        places = {"path": str(path)}
        if source.kind == "table":
            header = [name.lower() for name in header_of(path)]
            places |= {name: str(header.index(name) + 1) for name in _ALLELE}
        run = _INDEX[source.kind].format(**places)
        yield f"{path}: is not compressed by bgzip and indexed; run bgzip, and {run}"
        return
    if contigs and not names_of(contigs, list(lengths))[0]:
        yield foreign(path, contigs, lengths, fasta)


def _place_problems(
    source: Source, columns: list[int], lengths: Mapping[str, int], fasta: Path
) -> Iterator[str]:
    """Lines beyond a contig's end, or with another reference base: of another genome."""
    path, remedy = source.path, "use files of one genome"
    compared = differing = 0
    with open_table(path) as table:
        names = names_of(table.contigs, list(lengths))[0]
        for chrom, name in names.items():
            if next(table.fetch(name, lengths[chrom]), None) is not None:
                end = f"{chrom!r} has {lengths[chrom]} bases in the genome, and the file more"
                yield f"{path}: is of another genome: contig {end}; {remedy}"
                return
        if len(columns) == 2:
            compared, differing = _compare(table, names, columns, lengths, fasta)
    if differing == compared > 0 or differing > max(_MISPLACED * compared, 2):
        text = f"REF of {differing} of {compared} records is not the genome's base"
        yield f"{path}: is of another genome: {text}; {remedy}"
    elif source.is_vcf and compared < _ENOUGH and (other := _other_assembly(path, lengths)):
        yield f"{path}: is of another genome: {other}; {remedy}"


def _compare(
    table: pysam.TabixFile,
    names: Mapping[str, str],
    columns: list[int],
    lengths: Mapping[str, int],
    fasta: Path,
) -> tuple[int, int]:
    """Of some records all over the genome: how many have a base to compare, and how many differ."""
    if not Path(f"{fasta}.fai").is_file():
        return 0, 0
    compared = differing = 0
    with pysam.FastaFile(str(fasta)) as genome:
        for chrom, name in list(names.items())[:_CONTIGS]:
            for part in _PARTS:
                lines = table.fetch(name, int(lengths[chrom] * part))
                for line in (text for text, _ in zip(lines, range(_LINES), strict=False)):
                    cells = line.split("\t")
                    start, ref = int(cells[columns[0]]) - 1, cells[columns[1]].upper()
                    bases = genome.fetch(chrom, max(start, 0), start + len(ref)).upper()
                    if start >= 0 and ref and set(ref + bases) <= set("ACGT"):
                        compared += 1
                        differing += bases != ref
    return compared, differing


def _other_assembly(path: Path, lengths: Mapping[str, int]) -> str | None:
    """The assembly that the header names, in words, where the genome is known to be another."""
    own = assembly_of(lengths)
    with pysam.VariantFile(str(path)) as vcf:
        named = _STATED.search(str(vcf.header))
    if own is None or named is None:
        return None
    theirs = "GRCh37" if named[1] in {"hg19", "hs37", "b37", "GRCh37"} else "GRCh38"
    return None if theirs == own else f"its header names {named[1]}, the genome is {own}"
