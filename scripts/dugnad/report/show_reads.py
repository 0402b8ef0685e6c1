"""Show the reads behind a case's findings: a page in each language that opens offline.

Each finding that matters (key, flagged, to be followed up, of blood) has a picture of the reads of
tumour, normal and RNA. Only reads that calling counts are drawn. Also a session for IGV desktop.
"""

import argparse
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pysam
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dugnad.annotation.gff import Wanted
from dugnad.annotation.transcript import Transcript
from dugnad.annotation.transcripts import Transcripts, read_transcripts
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.reading import read_record
from dugnad.record import CaseRecord, SampleRecord
from dugnad.report.pictures.svg import shortened
from dugnad.report.reads import places as located
from dugnad.report.reads.codons import Codon, codons
from dugnad.report.reads.drawn import WindowReads, locus_of, reads_of_change, reads_of_join
from dugnad.report.reads.places import Place, Window
from dugnad.report.reads.session import goto, session
from dugnad.report.reads.track import Stacked, draw
from dugnad.report.view import Line, ReportView
from dugnad.report.words import LANGUAGES, Words, words_of
from dugnad.small_variants.counting import add_counting, counting_of
from dugnad.small_variants.pileup import Counting


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument(
        "--sample",
        nargs=2,
        action="append",
        required=True,
        metavar=("NAME", "BAM"),
        help="in the order in which they are shown: tumour, normal, RNA",
    )
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--annotation", type=Path, help="GFF3, for codons")
    parser.add_argument(
        "--families", action="store_true", help="duplicates count with the molecule they copy"
    )
    add_counting(parser)
    parser.add_argument(
        "--page",
        nargs=2,
        action="append",
        required=True,
        metavar=("LANGUAGE", "HTML"),
        help=f"a language ({', '.join(LANGUAGES)}) and its page",
    )
    parser.add_argument("--igv", type=Path, required=True, help="session for IGV desktop, XML")


def main(args: argparse.Namespace) -> None:
    """Write the pages and the session."""
    record = read_record(args.record)
    view = ReportView.of(record)
    named = {sample.id: sample for sample in record.samples}
    problems = [
        f"--sample: {name} is not a sample of this case; name one of {', '.join(named)}"
        for name, _ in args.sample
        if name not in named
    ]
    problems += [
        f"--page: there are no texts in {name!r}; name one of {', '.join(LANGUAGES)}"
        for name, _ in args.page
        if name not in LANGUAGES
    ]
    if problems:
        raise UserError(problems)
    with ExitStack() as stack:
        fasta = stack.enter_context(pysam.FastaFile(str(args.fasta)))
        lengths = dict(zip(fasta.references, fasta.lengths, strict=True))
        found = list(located.places(view, lengths))
        bams = [
            _Alignment(
                named[name],
                stack.enter_context(pysam.AlignmentFile(path, reference_filename=str(args.fasta))),
            )
            for name, path in args.sample
        ]
        counting = counting_of(args, keep_duplicates=args.families)
        genes = _transcripts(args.annotation, found)
        reader = _Reader(fasta, bams, counting, args.families, genes)
        shown = [reader.seen(place) for place in found]
    for language, path in args.page:
        others = {name: Path(page).name for name, page in args.page if name != language}
        text = page(view, shown, counting, words_of(language), others)
        write_text(Path(path), text)
    paths = [Path(path) for _, path in args.sample]
    write_text(args.igv, session(args.igv, record.panel.genome, args.fasta, paths, found))


def _transcripts(annotation: Path | None, found: Sequence[Place]) -> Transcripts:
    """Those of the genes that the places are of."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for place in found:
        for window in place.windows:
            spans.setdefault(window.chrom, []).append((window.start, window.end))
    if annotation is None or not spans:
        return Transcripts()
    return read_transcripts(annotation, Wanted(spans, (), 0))


@dataclass(frozen=True)
class _Alignment:
    sample: SampleRecord
    bam: pysam.AlignmentFile


@dataclass(frozen=True)
class SeenWindow:
    """A window with the reads of each sample that it shows, the reference, and codons."""

    window: Window
    reference: str
    reads: tuple[tuple[SampleRecord, WindowReads], ...]
    transcript: Transcript | None
    residues: tuple[Codon, ...]


@dataclass(frozen=True)
class Seen:
    """A finding and what its windows show."""

    place: Place
    windows: tuple[SeenWindow, ...]

    @property
    def line(self) -> Line:
        """The finding."""
        return self.place.line

    @property
    def igv(self) -> str:
        """Address that moves an open IGV desktop there."""
        return goto(self.place.windows)


@dataclass(frozen=True)
class _Reader:
    """Reads the alignments, place by place."""

    fasta: pysam.FastaFile
    alignments: Sequence[_Alignment]
    counting: Counting
    families: bool
    genes: Transcripts

    def seen(self, place: Place) -> Seen:
        return Seen(place, tuple(self._window(place, window) for window in place.windows))

    def _window(self, place: Place, window: Window) -> SeenWindow:
        reads = tuple(
            (one.sample, self._reads(one.bam, place, window))
            for one in self.alignments
            if window.analyte in {None, one.sample.analyte} and window.chrom in one.bam.references
        )
        transcript = self._transcript(place.line, window)
        residues = (
            tuple(codons(self.fasta, transcript, window.start, window.end)) if transcript else ()
        )
        bases = self.fasta.fetch(window.chrom, window.start, window.end).upper()
        return SeenWindow(window, bases, reads, transcript if residues else None, residues)

    def _reads(self, bam: pysam.AlignmentFile, place: Place, window: Window) -> WindowReads:
        if place.change is None:
            join = window.join
            if join is None:
                raise ValueError(f"{place.anchor}: neither a change nor a join")
            return reads_of_join(bam, window, join, self.counting)
        locus = locus_of(self.fasta, window.chrom, place.change)
        return reads_of_change(bam, window, locus, self.counting, self.families)

    def _transcript(self, line: Line, window: Window) -> Transcript | None:
        """The finding's own; at a breakpoint the gene's best that lies there."""
        if line.variant:
            name = line.variant.transcript or ""
            of_gene = self.genes.by_gene(line.variant.gene or "")
            own = (one for one in of_gene if name in {one.name, one.id})
            return next(own, self.genes.by_id(name))
        genes = (line.event.gene_5, line.event.gene_3) if line.event else ()
        for gene in genes:
            for one in self.genes.by_gene(gene) if gene else ():
                if one.chrom == window.chrom and one.start < window.end and window.start < one.end:
                    return one
        return None


def page(
    view: ReportView,
    shown: Sequence[Seen],
    counting: Counting,
    words: Words,
    others: Mapping[str, str],
) -> str:
    """The page in one language; ``others`` are the pages in other languages, by language."""
    environment = Environment(
        loader=PackageLoader("dugnad.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"w": words, "picture": lambda *given: _picture(words, counting, *given)}
    return environment.get_template("reads.html").render(
        view=view,
        record=view.record,
        shown=shown,
        left_out=located.left_out(view),
        counting=counting,
        others=others,
        numbers=lambda seen: _numbers(view.record, seen.line),
        doubt=lambda seen: _doubt(view.record, seen),
    )


def sample_name(sample: SampleRecord, words: Words) -> str:
    """Such as "tumour DNA, IPX0001-D01"."""
    return words(f"reads.sample.{sample.role}_{sample.analyte}", id=sample.id)


def _picture(words: Words, counting: Counting, seen: Seen, index: int) -> Markup:
    one = seen.windows[index]
    samples = [Stacked(sample_name(sample, words), reads) for sample, reads in one.reads]
    title = words("reads.picture", name=shortened(seen.line.name, 80), locus=one.window.locus)
    return draw(
        one.window,
        one.reference,
        samples,
        words,
        counting.base_quality,
        title,
        seen.place.change,
        one.residues,
    )


@dataclass(frozen=True)
class Measured:
    """What the record says of a finding in one sample: reads that show it, of how many."""

    sample: SampleRecord
    alt: int | None
    depth: int | None
    vaf: float | None


def _numbers(record: CaseRecord, line: Line) -> list[Measured]:
    """The record's counts of a small variant in each sample; none of a rearrangement."""
    if (found := line.variant) is None:
        return []
    given = {
        ("tumour", "dna"): (found.alt_reads, found.depth, found.vaf),
        ("normal", "dna"): (found.normal_alt_reads, found.normal_depth, found.normal_vaf),
        ("tumour", "rna"): (found.rna_alt_reads, found.rna_depth, found.rna_vaf),
    }
    return [
        Measured(sample, *given[sample.role, sample.analyte])
        for sample in record.samples
        if (sample.role, sample.analyte) in given
    ]


def _doubt(record: CaseRecord, seen: Seen) -> bool:
    """Whether the reads now count otherwise than the record says: it is then of other reads."""
    told = {one.sample.id: (one.alt, one.depth) for one in _numbers(record, seen.line)}
    return any(
        told.get(sample.id, (None, None))
        not in {(None, None), (reads.with_change, reads.molecules)}
        for window in seen.windows
        for sample, reads in window.reads
        if reads.molecules is not None
    )
