"""Take over the fusions that kallisto and pizzly see in RNA, lifted to the genome.

pizzly tells where in two transcripts a fusion breaks; the annotation says where on the genome that
is. It counts reads; here they are counted as fragments, of which those with the same ends are one.
What pizzly itself filters is taken over with the filter ``pizzly_filtered``. Reads of the unbroken
transcripts at both ends are counted in STAR's alignment of the same reads.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysam

from dugnad.annotation.transcripts import Transcript, Transcripts, read_transcripts
from dugnad.errors import UserError
from dugnad.panel import load_panel
from dugnad.rearrangements.extract_transcripts import written_name
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_evidence import Evidence, Sequences, flags, junction, references
from dugnad.rearrangements.rna_genes import Genes
from dugnad.rearrangements.rna_rules import counted_of, known_fusions, register_fusions, rules_of
from dugnad.tables import JUNCTIONS, write_table

FILTERED = "pizzly_filtered"
FRAGMENT = 400  # bases: how far apart pizzly lets two mates be, as the rule tells it
ENDS = 25  # first bases of both reads that tell fragments apart


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--fusions", type=Path, required=True, help="pizzly's JSON")
    parser.add_argument("--unfiltered", type=Path, required=True, help="pizzly's unfiltered JSON")
    register_fusions(parser)


def main(args: argparse.Namespace) -> None:
    """Write the junctions."""
    panel, _ = load_panel(args.panel)
    rules, known = rules_of(panel), known_fusions(panel)
    transcripts = read_transcripts(args.annotation)
    genes = Genes(transcripts, panel.genes)
    keep = panel.library.duplicates == "keep"
    kept = fusions(args.fusions, transcripts, genes, keep)
    found = fusions(args.unfiltered, transcripts, genes, keep)
    found = {
        joint: item if joint in kept else replace(item, own_filters=(FILTERED,))
        for joint, item in (found | kept).items()
        if item.split_reads + item.pairs >= rules.min_fragments.value
    }
    rows = []
    with pysam.AlignmentFile(str(args.bam)) as bam, pysam.FastaFile(str(args.fasta)) as fasta:
        sequences = Sequences(fasta, genes)
        for joint in sorted(found):
            item = found[joint]
            item = replace(
                item,
                references=references(bam, joint, counted_of(panel)),
                triplets=sequences.triplets(joint),
                shared_words=sequences.shared_words(joint, item.five, item.three),
            )
            rows.append(junction("pizzly", item, flags(item, rules, known)))
    write_table(args.output, rows, JUNCTIONS)


def fusions(
    path: Path, transcripts: Transcripts, genes: Genes, keep_duplicates: bool = False
) -> dict[Joint, Evidence]:
    """The fusions of a file by their joined bases, each of several transcripts' once.

    Where no read runs across a junction, pizzly guesses the ends of exons that mates allow.

    Raises UserError when the file is not pizzly's or names transcripts of another annotation.
    """
    named = {written_name(one): one for one in transcripts}
    found: dict[Joint, Evidence] = {}
    try:
        for entry in json.loads(path.read_text(encoding="utf-8"))["genes"]:
            split, pairs = fragments(entry["readpairs"], keep_duplicates)
            for joint, reach in joints(entry["transcripts"], named):
                five, three = genes.at(joint.five, True), genes.at(joint.three, False)
                found[joint] = Evidence(
                    joint,
                    five,
                    three,
                    len(split),
                    len(pairs - split),
                    read_starts=len(split) or None,
                    reach=0 if split else reach,
                )
    except KeyError as error:
        text = f"names {error}, which is not in the annotation or not pizzly's"
        raise UserError(f"{path}: {text}; make the index and the fusions anew") from None
    except (json.JSONDecodeError, TypeError):
        raise UserError(f"{path}: is not pizzly's JSON; run pizzly anew") from None
    return found


def fragments(
    readpairs: Iterable[Mapping[str, Any]], keep_duplicates: bool
) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The fragments read across the junction, and those around it, each by what tells it apart.

    That is the first bases of both reads, in either order; with ``keep_duplicates`` the name.
    """
    found: dict[str, set[tuple[str, ...]]] = {"SPLIT": set(), "PAIR": set()}
    for pair in readpairs:
        reads = pair["read1"], pair["read2"]
        ends = tuple(sorted(read["seq"][:ENDS] for read in reads))
        found[pair["type"]].add((reads[0]["name"],) if keep_duplicates else ends)
    return found["SPLIT"], found["PAIR"]


def joints(
    entries: Iterable[Mapping[str, Any]], named: Mapping[str, Transcript]
) -> Iterator[tuple[Joint, int]]:
    """Where each pair of transcripts is joined, on the genome, and how far a fragment reaches
    there, with its introns.

    One part is kept from its transcript's first base on, the other to its last; a part that is
    read against its transcript's direction makes no fusion of both, and is passed over.
    """
    for entry in entries:
        parts = entry["transcriptA"], entry["transcriptB"]
        if not all(part["strand"] for part in parts):
            continue
        first = [part for part in parts if part["startPos"] == 0]
        second = [part for part in parts if part["startPos"] > 0]
        if len(first) != 1 or len(second) != 1 or first[0]["endPos"] < 1:
            continue
        ends = (
            (named[first[0]["id"]], first[0]["endPos"] - 1),
            (named[second[0]["id"]], second[0]["startPos"]),
        )
        reach = max(_reach(transcript, base) for transcript, base in ends)
        yield Joint(*(place_of(transcript, base) for transcript, base in ends)), reach


def _reach(transcript: Transcript, base: int) -> int:
    """Bases of the genome that a fragment's length takes, up or down from a transcript's base."""
    ends = (place_of(transcript, max(0, base + step)) for step in (-FRAGMENT, FRAGMENT))
    return max(abs(end.pos - place_of(transcript, base).pos) for end in ends)


def place_of(transcript: Transcript, base: int) -> Place:
    """Where a transcript's base, 0-based, lies on the genome; beyond its end the last one."""
    for start, end in transcript.exons:
        if base < end - start:
            pos = start + base if transcript.strand == "+" else end - 1 - base
            return Place(transcript.chrom, pos + 1, transcript.strand)
        base -= end - start
    start, end = transcript.exons[-1]
    return Place(
        transcript.chrom, end if transcript.strand == "+" else start + 1, transcript.strand
    )
