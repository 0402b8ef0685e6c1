"""Reading an annotation, finding transcripts by place, and choosing one per gene."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from toy_gene import EXONS, TRANSCRIPTS, TSS, Toy

from dugnad.annotation.transcripts import (
    MAX_PROBLEMS,
    Transcript,
    Transcripts,
    read_transcripts,
    split_version,
)
from dugnad.errors import UserError

GENE = "1\te\tgene\t1\t90\t.\t+\t.\tID=gene:G1;Name=ABC"
MRNA = "1\te\tmRNA\t1\t90\t.\t+\t.\tID=transcript:T1;Parent=gene:G1;biotype=protein_coding"
EXON = "1\te\texon\t1\t90\t.\t+\t.\tParent=transcript:T1"
CDS = "1\te\tCDS\t31\t60\t.\t+\t0\tID=CDS:P1;Parent=transcript:T1"


def make(
    identifier: str, exons: tuple[tuple[int, int], ...] = ((0, 100),), **more: Any
) -> Transcript:
    fields: dict[str, Any] = {
        "version": None,
        "gene": "ABC",
        "gene_id": "G1",
        "chrom": "1",
        "strand": "+",
    }
    values = fields | {"id": identifier, "biotype": "protein_coding", "exons": exons} | more
    return Transcript(**values)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "x.gff3"
    path.write_text("\n".join(["##gff-version 3", *lines]) + "\n")
    return path


def test_a_transcript_is_read_whole(toy: Toy) -> None:
    plus, minus = (toy.transcripts.by_id(TRANSCRIPTS[strand]) for strand in "+-")
    assert plus is not None
    assert minus is not None
    assert (plus.name, plus.gene, plus.gene_id) == ("ENST00000000001.3", "TOY1", "ENSG1")
    assert (plus.chrom, plus.strand, plus.biotype) == ("1", "+", "protein_coding")
    assert plus.exons == EXONS
    assert (plus.start, plus.end) == (EXONS[0][0], EXONS[2][1])
    assert (plus.is_mane, plus.is_canonical, plus.cds_phase) == (True, True, 0)
    assert minus.exons[0][0] > minus.exons[2][0]
    assert plus.coding_length == minus.coding_length == 48
    lone = toy.transcripts.by_id("ENST00000000011")
    assert lone is not None
    assert (lone.name, lone.cds, lone.coding_length) == ("ENST00000000011", None, 0)
    assert lone.biotype == "lncRNA"


def test_exons_and_introns_are_counted_from_the_5_prime_end(toy: Toy) -> None:
    for strand, expected in (("+", ("exon 1/3", "intron 1/2")), ("-", ("exon 3/3", "intron 2/2"))):
        transcript = toy.transcripts.by_id(TRANSCRIPTS[strand])
        assert transcript is not None
        first = min(transcript.exons)
        assert str(transcript.feature_at(first[0] + 1)) == expected[0]
        assert str(transcript.feature_at(first[1])) == expected[0]
        assert str(transcript.feature_at(first[1] + 1)) == expected[1]
        assert transcript.feature_at(first[0]) is None
        assert transcript.feature_at(transcript.end + 1) is None


def test_what_touches_the_coding_sequence() -> None:
    transcript = make("T1", ((0, 10), (20, 30)), cds=(5, 25))
    assert transcript.coding_exons == ((5, 10), (20, 25))
    expected = {(0, 5): False, (4, 6): True, (5, 5): True, (4, 4): False, (10, 20): False}
    expected |= {(10, 10): True, (25, 25): True, (26, 26): False, (9, 21): True, (25, 30): False}
    assert {place: transcript.touches_coding(*place) for place in expected} == expected


def test_gzip_order_and_foreign_rows_do_not_matter(tmp_path: Path) -> None:
    region = "1\te\tbiological_region\t1\t9\t.\t.\t.\tlogic_name=x"
    path = tmp_path / "x.gff3.gz"
    with gzip.open(path, "wt") as out:
        out.write("\n".join(["##gff-version 3", EXON, "#!genome", CDS, "", region, MRNA, GENE]))
        out.write("\n##FASTA\n>1\nACGT\n")
    (transcript,) = read_transcripts(path)
    assert (transcript.id, transcript.cds, transcript.gene) == ("T1", (30, 60), "ABC")


def test_an_annotation_without_genes_is_empty(tmp_path: Path) -> None:
    transcripts = read_transcripts(write(tmp_path))
    assert list(transcripts) == []
    assert transcripts.overlapping("1", 0, 100) == []
    assert transcripts.preferred("TP53") is None
    with pytest.raises(UserError, match="TP53: the panel asks for transcript ENST1"):
        transcripts.preferred("TP53", "ENST1")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["1 e gene"], "x.gff3:2: a GFF3 line has 9 columns separated by tabs (got 1)"),
        ([EXON.replace("\t1\t90", "\tone\t90")], "x.gff3:2: start and end must be whole"),
        ([EXON.replace("\t1\t90", "\t0\t90")], "x.gff3:2: start and end must be whole"),
        ([CDS.replace("\t31\t60", "\t60\t31")], "x.gff3:2: start and end must be whole"),
        ([CDS.replace("\t0\tID", "\t.\tID")], "x.gff3:2: phase of a CDS must be 0, 1 or 2"),
        ([MRNA.replace("\t+\t", "\t.\t")], "x.gff3:2: strand of a transcript must be + or -"),
        ([GENE, MRNA], "x.gff3:3: transcript T1 has no exon rows"),
        ([MRNA, EXON], "x.gff3:2: transcript T1: no gene row declares its parent 'G1'"),
        ([GENE, EXON], "x.gff3:3: no transcript row declares the parent 'T1'"),
        ([GENE, MRNA, MRNA, EXON], "x.gff3:4: transcript T1 is already on line 3"),
    ],
)
def test_malformed_lines_are_named(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(UserError) as caught:
        read_transcripts(write(tmp_path, *lines))
    assert message in str(caught.value)


def test_every_problem_is_named_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_transcripts(write(tmp_path, "a", GENE, "b"))
    assert [text.split(":")[-2] for text in caught.value.problems] == ["2", "4"]
    with pytest.raises(UserError) as caught:
        read_transcripts(write(tmp_path, *["a"] * 100))
    assert len(caught.value.problems) == MAX_PROBLEMS


def test_unreadable_files_are_the_users_to_mend(tmp_path: Path) -> None:
    broken = tmp_path / "x.gff3.gz"
    broken.write_bytes(gzip.compress(b"##gff-version 3\n" * 1000)[:40])
    for path in (tmp_path / "absent.gff3", broken):
        with pytest.raises(UserError, match="cannot be read"):
            read_transcripts(path)


def test_overlap_agrees_with_looking_at_all(toy: Toy) -> None:
    spans = [(0, 1000), (10, 20), (15, 30), (40, 60), (900, 950), (990, 1010)]
    everything = [make(f"T{i}", (span,)) for i, span in enumerate(spans)]
    transcripts = Transcripts(everything)
    for start in range(-5, 1030, 3):
        for end in (start, start + 1, start + 40):
            lower, upper = (start - 1, end + 1) if start == end else (start, end)
            expected = [one for one in everything if one.start < upper and lower < one.end]
            assert transcripts.overlapping("1", start, end) == expected
    assert transcripts.overlapping("2", 0, 10) == []
    assert toy.transcripts.overlapping("1", TSS - 60, TSS - 59) == []
    assert toy.transcripts.overlapping("1", TSS - 60, TSS - 59, margin=60)


def test_the_panel_then_mane_then_canonical_then_the_longest_coding() -> None:
    short = make("T1", cds=(0, 30))
    long = make("T2", cds=(0, 60))
    twin = make("T3", cds=(0, 60))
    canonical = make("T4", cds=(0, 9), is_canonical=True)
    mane = make("T5", cds=(0, 9), is_mane=True)
    other = make("T6", gene="XYZ", gene_id="G2", version="4")
    for members, best in (
        ([short, twin, long], long),
        ([twin, canonical, long], canonical),
        ([canonical, mane, long], mane),
    ):
        assert Transcripts(members).preferred("ABC") is best
        assert Transcripts(members[::-1]).preferred("G1") is best
    transcripts = Transcripts([short, mane, other])
    assert transcripts.preferred("ABC", "T1") is short
    assert transcripts.preferred("XYZ") is other
    with pytest.raises(UserError, match="T9, which the annotation does not have"):
        transcripts.preferred("ABC", "T9")
    with pytest.raises(UserError, match="T6, which in the annotation belongs to XYZ"):
        transcripts.preferred("ABC", "T6")


def test_versions_of_a_panels_choice() -> None:
    transcripts = Transcripts([make("ENST01", version="9"), make("ENST02", gene="XYZ")])
    assert transcripts.preferred("ABC", "ENST01") is transcripts.by_id("ENST01.3")
    assert transcripts.preferred("ABC", "ENST01.9") is transcripts.by_id("ENST01")
    assert transcripts.preferred("XYZ", "ENST02.7") is transcripts.by_id("ENST02")
    with pytest.raises(UserError, match=r"ENST01\.8, but the annotation has ENST01\.9"):
        transcripts.preferred("ABC", "ENST01.8")
    assert split_version("NM_000059.4") == ("NM_000059", "4")
    assert split_version("ENST00000269305.9") == ("ENST00000269305", "9")
    assert split_version("AC004.1") == ("AC004.1", None)
