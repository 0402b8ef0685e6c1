"""Quality of RNA: toy alignments by hand."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pysam
import pytest
import yaml

from builders import panel, panel_data
from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.errors import UserError
from dugnad.qc import measure_rna
from dugnad.qc.measure_rna import alignment_measures, log_measures, look
from dugnad.qc.rna_genes import (
    depth_of,
    evenness_of,
    fragment_lengths,
    gene_measures,
    read_blocks,
    union,
    union_of,
)

EXONS = ((100, 200), (300, 400), (600, 700))
LOG = """\
                          Number of input reads |\t{pairs}
                   Uniquely mapped reads number |\t{unique}
                        Uniquely mapped reads % |\t80.00%
        Number of reads mapped to multiple loci |\t{several}
        Number of reads mapped to too many loci |\t7
"""


def transcript(gene: str, strand: str = "+", chrom: str = "chr1", offset: int = 0) -> Transcript:
    exons = [(start + offset, end + offset) for start, end in EXONS]
    return Transcript(
        id=f"T{gene}",
        version=None,
        gene=gene,
        gene_id=f"G{gene}",
        chrom=chrom,
        strand=strand,
        biotype="protein_coding",
        exons=tuple(exons if strand == "+" else exons[::-1]),
    )


Pair = tuple[int, str, int, str, int]
"""First mate's 0-based start and CIGAR, the second's, and flags besides those of a pair."""


def bam_of(path: Path, pairs: Sequence[Pair]) -> pysam.AlignmentFile:
    """A sorted, indexed alignment on chr1 of 10,000 bases."""
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": n, "LN": 10_000} for n in ("chr1", "chr2")]}
    unsorted = path.with_suffix(".unsorted.bam")
    with pysam.AlignmentFile(str(unsorted), "wb", header=header) as out:
        for number, (start, cigar, mate, mate_cigar, flags) in enumerate(pairs):
            for flag, own, words, other in (
                (99, start, cigar, mate),
                (147, mate, mate_cigar, start),
            ):
                read = pysam.AlignedSegment(out.header)
                read.query_name, read.flag, read.reference_id = f"R{number}", flag | flags, 0
                read.reference_start, read.cigarstring, read.mapping_quality = own, words, 255
                read.query_sequence = "A" * int(read.infer_query_length() or 0)
                read.next_reference_id, read.next_reference_start = 0, other
                out.write(read)
    # template lengths as an aligner writes them
    fixed = path.with_suffix(".fixed.bam")
    pysam.fixmate("-m", str(unsorted), str(fixed))
    pysam.sort("-o", str(path), str(fixed))
    pysam.index(str(path))
    return pysam.AlignmentFile(str(path))


def test_a_union_counts_each_base_once() -> None:
    whole = union([(300, 400), (100, 200), (150, 250), (250, 260), (320, 330)])
    assert whole.starts.tolist() == [100, 300]
    assert whole.ends.tolist() == [260, 400]
    starts = np.array([0, 0, 90, 255, 260, 390, 500])
    ends = np.array([50, 1000, 110, 305, 300, 410, 600])
    assert whole.shared(starts, ends).tolist() == [0, 260, 10, 10, 0, 10, 0]


def test_depth_follows_the_strand_and_leaves_out_introns() -> None:
    ends = np.array([[50, 150], [190, 310], [600, 700]])
    plus = depth_of(transcript("A"), ends)
    assert plus.shape == (300,)
    assert plus[:50].tolist() == [1] * 50
    assert plus[50:90].sum() == 0
    assert plus[90:110].tolist() == [1] * 20
    assert plus[200:].tolist() == [1] * 100
    assert depth_of(transcript("A", "-"), ends).tolist() == plus[::-1].tolist()


def test_evenness() -> None:
    flat = evenness_of(np.full(100, 7))
    assert (flat.mean, flat.variation, flat.three_prime) == (7, 0, 1)
    bent = evenness_of(np.r_[np.zeros(80), np.full(20, 10)].astype(np.int64))
    assert (bent.mean, bent.three_prime) == (2, 5)
    assert bent.variation == pytest.approx(2)
    assert evenness_of(np.zeros(10, np.int64)).three_prime == 0


def test_a_fragment_has_the_length_of_the_message() -> None:
    """Introns do not count, also where no mate shows them; an end in an intron is no message."""
    pairs = np.array([[150, 180], [150, 350], [150, 650], [210, 350], [150, 250]])
    assert fragment_lengths(transcript("A"), pairs).tolist() == [30, 100, 200]


def test_what_counts_as_read(tmp_path: Path) -> None:
    bam = bam_of(
        tmp_path / "a.bam",
        [
            (150, "50M100N50M", 320, "80M", 0),  # spliced first mate, all exon
            (190, "100M", 220, "100M", 1024),  # 10 and 20 bases of exons, a duplicate
            (5000, "100M", 5050, "100M", 0),  # of no gene
            (150, "50M", 160, "40M", 256),  # another place of a read
        ],
    )
    genes = Transcripts([transcript("GENE1")])
    found = look(bam, union_of(genes))
    assert (found.mapped, found.duplicates, found.reads, found.spliced) == (6, 2, 6, 1)
    assert (found.bases, found.exonic) == (100 + 80 + 4 * 100, 100 + 80 + 10 + 20)
    blocks = read_blocks(bam, "chr1", 100, 700, 0)
    assert sorted(blocks.pairs.tolist()) == [[150, 400], [190, 320]]
    measures = gene_measures(bam, genes, panel())
    assert measures["rna_on_target"].value == 4
    assert measures["rna_insert_size"].value is None
    assert measures["rna_insert_size"].source == "too few fragments: 2 of at least 100"
    assert measures["rna_cv_gene_coverage"].value is None
    assert "0 of at least 5" in measures["rna_three_prime_bias"].source


def test_every_nth_read_stands_for_all(tmp_path: Path) -> None:
    pairs = [(150, "50M100N50M", 5000, "100M", 0)] * 300
    bam = bam_of(tmp_path / "a.bam", pairs)
    part = look(bam, union_of([transcript("GENE1")]), looked_at=60)
    assert (part.mapped, part.reads) == (600, 60)
    assert part.spliced / part.reads == pytest.approx(0.5, abs=0.05)
    assert part.exonic / part.bases == pytest.approx(0.5, abs=0.05)


def test_reads_over_two_genes_count_once(tmp_path: Path) -> None:
    """Spliced from one gene into the next, and in genes that lie on top of each other."""
    near = transcript("NEAR", "-", offset=50)
    far = transcript("FAR", offset=2000)
    bam = bam_of(tmp_path / "a.bam", [(180, "20M1920N80M", 2120, "60M", 0)])
    genes = Transcripts([transcript("GENE1"), near, far])
    measures = gene_measures(bam, genes, panel(genes=["GENE1", "NEAR", "FAR"]))
    assert measures["rna_on_target"].value == 2


def test_medians_are_over_genes_with_depth(tmp_path: Path) -> None:
    """Five genes of even coverage, and one whose two reads say nothing of its evenness."""
    names = [f"GENE{number}" for number in range(6)]
    genes = Transcripts(
        [transcript(name, "+-"[n % 2], offset=1000 * n) for n, name in enumerate(names)]
    )
    pairs: list[Pair] = []
    for number in range(5):
        at = 1000 * number
        pairs += [(at + 100, "100M100N10M", at + 300, "100M200N100M", 0)] * 25
    pairs.append((5600, "50M", 5600, "50M", 0))
    bam = bam_of(tmp_path / "a.bam", pairs)
    measures = gene_measures(bam, genes, panel(genes=names))
    depth = np.r_[np.full(100, 25), np.full(10, 50), np.full(190, 25)]
    assert measures["rna_cv_gene_coverage"].value == pytest.approx(depth.std() / depth.mean())
    assert measures["rna_three_prime_bias"].value == pytest.approx(25 / depth.mean())
    assert measures["rna_insert_size"].value == 300
    assert "5 genes" in measures["rna_cv_gene_coverage"].source


def test_what_cannot_be_measured_is_null_with_its_reason(tmp_path: Path) -> None:
    bam = bam_of(tmp_path / "a.bam", [(150, "50M", 160, "50M", 0)])
    without = alignment_measures(bam, None, panel()) | gene_measures(bam, None, panel())
    missing = {name for name, item in without.items() if item.value is None}
    assert missing == {
        "rna_exonic",
        "rna_on_target",
        "rna_insert_size",
        "rna_cv_gene_coverage",
        "rna_three_prime_bias",
    }
    assert {without[name].source for name in missing} == {"no gene annotation is configured"}
    assert without["rna_duplicates"].value == 0
    amplicons = panel(library={"kind": "amplicon", "duplicates": "keep"})
    kept = alignment_measures(bam, None, amplicons)["rna_duplicates"]
    assert (kept.value, kept.source) == (None, "the panel keeps duplicates")
    strange = gene_measures(bam, Transcripts([transcript("OTHER")]), panel())
    assert strange["rna_on_target"].source == "the annotation has no gene of the panel"
    empty = alignment_measures(bam_of(tmp_path / "b.bam", []), Transcripts(), panel())
    assert empty["rna_spliced"].value is None
    assert empty["rna_exonic"].source == "no aligned bases"


def test_the_log_of_star(tmp_path: Path) -> None:
    path = tmp_path / "x.Log.final.out"
    path.write_text(LOG.format(pairs=1000, unique=800, several=50))
    found = log_measures(path)
    assert {name: item.value for name, item in found.items()} == {
        "rna_reads": 2000,
        "rna_mapped": 0.85,
        "rna_unique": 0.8,
    }
    path.write_text(LOG.format(pairs=0, unique=0, several=0))
    assert log_measures(path)["rna_mapped"].value is None
    path.write_text("something else\n")
    with pytest.raises(UserError, match=r"x\.Log\.final\.out: has no row 'Number of input reads'"):
        log_measures(path)


def test_the_verb_names_a_faulty_log(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "panel.yaml").write_text(yaml.safe_dump(panel_data(), sort_keys=False))
    (tmp_path / "log").write_text("nothing\n")
    parser = argparse.ArgumentParser()
    measure_rna.register(parser)
    words = ["--sample", "S", "--bam", "no.bam", "--star-log", str(tmp_path / "log")]
    args = parser.parse_args(
        [*words, "--panel", str(folder / "panel.yaml"), "--output", str(tmp_path / "out.json")]
    )
    with pytest.raises(UserError, match=r"log: has no row .*; give STAR's Log\.final\.out"):
        measure_rna.main(args)
    assert not (tmp_path / "out.json").exists()
