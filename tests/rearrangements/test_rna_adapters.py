"""What other programs see in RNA: their inputs from an annotation, their results as junctions."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysam
import pytest
from rna_toy import FIVE, bases, transcripts, write_genome

from dugnad.errors import UserError
from dugnad.rearrangements.extract_transcripts import fasta_records, gtf_rows, written_name
from dugnad.rearrangements.import_arriba import fusions as arriba_fusions
from dugnad.rearrangements.import_pizzly import fragments, fusions, place_of
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_evidence import junction, reverse
from dugnad.rearrangements.rna_genes import Genes

COLUMNS = (
    "#gene1", "gene2", "strand1(gene/fusion)", "strand2(gene/fusion)", "breakpoint1",
    "breakpoint2", "site1", "site2", "type", "split_reads1", "split_reads2", "discordant_mates",
    "confidence", "direction1", "direction2",
)  # fmt: skip


def test_transcripts_are_spliced_as_they_are_read(tmp_path: Path) -> None:
    with pysam.FastaFile(str(write_genome(tmp_path))) as fasta:
        records = dict(
            record.replace("\n", " ", 1).split(" ", 1)
            for record in fasta_records(transcripts(tmp_path), fasta)
        )
    upwards = "".join(bases()["chr1"][start:end] for start, end in FIVE)
    assert records[">TFIVE"].replace("\n", "") == upwards
    last_exon = reverse(bases()["chr2"][500:600])
    assert records[">TTHREE"].replace("\n", "").endswith(last_exon)


def test_gtf_is_in_the_order_that_pizzly_reads(tmp_path: Path) -> None:
    cells = [line.split("\t") for line in gtf_rows(transcripts(tmp_path))]
    three = [row for row in cells if 'gene_name "THREE"' in row[8]]
    assert [row[2] for row in three[:4]] == ["gene", "transcript", "exon", "CDS"]
    exons = [(int(row[3]), int(row[4])) for row in three if row[2] == "exon"]
    assert exons == [(901, 1000), (701, 800), (501, 600)]
    coding = [(row[3], row[4], row[7]) for row in three if row[2] == "CDS"]
    assert coding == [("901", "950", "0"), ("701", "800", "1"), ("551", "600", "0")]


def test_for_pizzly_each_gene_is_far_from_all_others(tmp_path: Path) -> None:
    rows = list(gtf_rows(transcripts(tmp_path), apart=True))
    contigs = {line.split("\t")[0] for line in rows}
    assert contigs == {"chr1_GFIVE", "chr1_GNEXT", "chr2_GTHREE"}


@pytest.mark.parametrize(
    ("transcript", "base", "place"),
    [
        ("TFIVE", 0, ("chr1", 101, "+")),
        ("TFIVE", 199, ("chr1", 400, "+")),
        ("TFIVE", 200, ("chr1", 501, "+")),
        ("TTHREE", 0, ("chr2", 1000, "-")),
        ("TTHREE", 99, ("chr2", 901, "-")),
        ("TTHREE", 100, ("chr2", 800, "-")),
        ("TTHREE", 5000, ("chr2", 501, "-")),
    ],
)
def test_bases_of_transcripts_on_the_genome(
    tmp_path: Path, transcript: str, base: int, place: tuple[str, int, str]
) -> None:
    found = transcripts(tmp_path).by_id(transcript)
    assert found
    assert place_of(found, base) == Place(*place)


def pair(kind: str, name: str, one: str, two: str) -> dict[str, Any]:
    return {"type": kind, "read1": {"name": name, "seq": one}, "read2": {"name": name, "seq": two}}


def pizzly(tmp_path: Path, *entries: dict[str, Any], pairs: list[dict[str, Any]]) -> Path:
    path = tmp_path / "pizzly.json"
    path.write_text(json.dumps({"genes": [{"transcripts": entries, "readpairs": pairs}]}))
    return path


def part(name: str, start: int, end: int, strand: bool = True) -> dict[str, Any]:
    return {"id": name, "startPos": start, "endPos": end, "strand": strand}


def read_pizzly(tmp_path: Path, path: Path) -> dict[Joint, Any]:
    own = transcripts(tmp_path)
    return fusions(path, own, Genes(own))


@pytest.mark.parametrize("turned", [False, True])
def test_pizzly_is_lifted_to_the_genome(tmp_path: Path, turned: bool) -> None:
    parts = [part("TFIVE", 0, 200), part("TTHREE", 100, 300)]
    names = ("transcriptB", "transcriptA") if turned else ("transcriptA", "transcriptB")
    entry = dict(zip(names, parts, strict=True))
    reads = [pair("SPLIT", "R1", "A" * 30, "C" * 30), pair("PAIR", "R2", "G" * 30, "C" * 30)]
    ((joint, item),) = read_pizzly(tmp_path, pizzly(tmp_path, entry, pairs=reads)).items()
    assert joint == Joint(Place("chr1", 400, "+"), Place("chr2", 800, "-"))
    assert (item.genes, item.at_exons) == (("FIVE", "THREE"), True)
    assert (item.split_reads, item.pairs) == (1, 1)


def test_pizzly_counts_molecules() -> None:
    one, two = "ACGT" * 10, "GGTT" * 10
    reads = [
        pair("SPLIT", "R1", one, two),
        pair("SPLIT", "R2", two, one + "A"),  # the same ends, seen from the other side
        pair("SPLIT", "R3", one[1:], two),
        pair("PAIR", "R4", one[2:], two),
    ]
    assert [len(found) for found in fragments(reads, keep_duplicates=False)] == [2, 1]
    assert [len(found) for found in fragments(reads, keep_duplicates=True)] == [3, 1]


def test_pizzly_parts_against_their_transcript_are_no_fusion(tmp_path: Path) -> None:
    entry = {"transcriptA": part("TFIVE", 0, 200), "transcriptB": part("TTHREE", 100, 300, False)}
    assert read_pizzly(tmp_path, pizzly(tmp_path, entry, pairs=[])) == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("not JSON", "is not pizzly's JSON"),
        ("[]", "is not pizzly's JSON"),
        ('{"other": 1}', "names 'genes'"),
        (
            '{"genes": [{"readpairs": [], "transcripts": [{"transcriptA": {"id": "T9", "startPos":'
            ' 0, "endPos": 9, "strand": true}, "transcriptB": {"id": "TTHREE", "startPos": 9,'
            ' "endPos": 99, "strand": true}}]}]}',
            "names 'T9', which is not in the annotation",
        ),
    ],
)
def test_other_files_are_not_pizzlys(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "pizzly.json"
    path.write_text(text)
    with pytest.raises(UserError, match=fault):
        read_pizzly(tmp_path, path)


def test_names_that_pizzly_cannot_read_are_written_otherwise(tmp_path: Path) -> None:
    one = next(iter(transcripts(tmp_path)))
    named = replace(one, id="rna-X:1", version="2")
    assert written_name(named) == "rna_X_1.2"


def arriba(tmp_path: Path, **changes: str) -> Path:
    values = {
        "#gene1": "FIVE", "gene2": "THREE", "breakpoint1": "chr1:400", "breakpoint2": "chr2:800",
        "split_reads1": "4", "split_reads2": "7", "discordant_mates": "2", "confidence": "high",
        "direction1": "downstream", "direction2": "downstream",
    } | changes  # fmt: skip
    path = tmp_path / "fusions.tsv"
    row = "\t".join(values.get(name, ".") for name in COLUMNS)
    path.write_text("\t".join(COLUMNS) + f"\n{row}\n")
    return path


def test_arriba(tmp_path: Path) -> None:
    ((joint, item),) = arriba_fusions(arriba(tmp_path, confidence="low"))
    assert joint == Joint(Place("chr1", 400, "+"), Place("chr2", 800, "-"))
    assert (item.split_reads, item.pairs) == (11, 2)
    assert item.own_filters == ("arriba_low_confidence",)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"direction1": "?"}, "fusions.tsv:2: is no fusion"),
        ({"breakpoint2": "chr2"}, "fusions.tsv:2: is no fusion"),
        ({"split_reads1": "x"}, "fusions.tsv:2: is no fusion"),
    ],
)
def test_faulty_arriba(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    with pytest.raises(UserError, match=fault):
        list(arriba_fusions(arriba(tmp_path, **changes)))


def test_other_tables_are_not_arribas(tmp_path: Path) -> None:
    path = tmp_path / "fusions.tsv"
    path.write_text("#gene1\tgene2\n")
    with pytest.raises(UserError, match=r"has no column 'strand1\(gene/fusion\)'"):
        list(arriba_fusions(path))


def test_pizzlys_guess_from_mates_alone_is_no_exact_place(tmp_path: Path) -> None:
    entry = {"transcriptA": part("TFIVE", 0, 200), "transcriptB": part("TTHREE", 100, 300)}
    reads = [pair("PAIR", f"R{i}", "ACGT" * 9 + "A" * i, "C" * 30) for i in range(3)]
    (item,) = read_pizzly(tmp_path, pizzly(tmp_path, entry, pairs=reads)).values()
    row = junction("pizzly", item, [])
    assert (row["split_reads"], row["read_starts"], row["uncertainty"]) == (0, None, 401)
