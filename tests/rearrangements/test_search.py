"""The targeted search, on molecules whose joins are known."""

from pathlib import Path

import pysam
import pytest
from toy_reads import (
    GENOME,
    LENGTHS,
    Allele,
    Sheet,
    Stretch,
    reads_of,
    rules_data,
    whole,
    write_fasta,
)

from builders import panel
from dugnad.annotation.transcripts import Transcripts
from dugnad.rearrangements.gene_files import FusionGene
from dugnad.rearrangements.search_fusions import search, searched, within
from dugnad.rearrangements.sequences import Reference
from dugnad.regions import Region

GENE = [Region("chr1", 9_000, 16_000, "GENE")]


def found(tmp_path: Path, tumour: Path, normal: Path | None = None) -> list[dict[str, object]]:
    fasta = tmp_path / "toy.fa"
    if not fasta.exists():
        write_fasta(fasta)
    bams = [path for path in (tumour, normal) if path]
    with pysam.FastaFile(str(fasta)) as opened:
        asked = panel(rearrangements=rules_data())
        return search(bams, Reference(opened), GENE, LENGTHS, asked)


def places(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[f"{name}_{n}"] for n in (1, 2) for name in ("chrom", "pos", "strand"))


EVENTS: dict[str, tuple[Allele, tuple[object, ...]]] = {
    "deletion": (
        [Stretch("chr1", 9_000, 10_000), Stretch("chr1", 12_000, 13_000)],
        ("chr1", 10_000, "+", "chr1", 12_001, "-"),
    ),
    "duplication": (
        [Stretch("chr1", 11_000, 12_000), Stretch("chr1", 10_000, 11_000)],
        ("chr1", 10_001, "-", "chr1", 12_000, "+"),
    ),
    "inversion, left": (
        [Stretch("chr1", 9_000, 10_000), Stretch("chr1", 14_000, 15_000, True)],
        ("chr1", 10_000, "+", "chr1", 15_000, "+"),
    ),
    "inversion, right": (
        [Stretch("chr1", 10_000, 11_000, True), Stretch("chr1", 15_000, 16_000)],
        ("chr1", 10_001, "-", "chr1", 15_001, "-"),
    ),
    "translocation, off target": (
        [Stretch("chr1", 9_000, 10_000), Stretch("chr2", 5_000, 6_000)],
        ("chr1", 10_000, "+", "chr2", 5_001, "-"),
    ),
    "translocation, turned": (
        [Stretch("chr2", 4_000, 5_000), Stretch("chr1", 10_000, 11_000)],
        ("chr1", 10_001, "-", "chr2", 5_000, "+"),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_kind_of_join_is_exact_and_counted(name: str, tmp_path: Path) -> None:
    allele, expected = EVENTS[name]
    rows = found(
        tmp_path,
        reads_of(tmp_path / "t.bam", [(whole("chr1"), 1500), (allele, 100)]),
        reads_of(tmp_path / "n.bam", [(whole("chr1"), 1500)], seed=2),
    )
    assert len(rows) == 1
    row = rows[0]
    exact = zip(places(row), expected, strict=True)
    assert all(a == b or abs(int(a) - int(b)) <= int(row["homology"]) for a, b in exact)  # type: ignore[call-overload]
    # of 100 molecules of 300 bases over 2,000, every sixth or seventh lies over the join
    assert 10 <= int(row["split_reads"]) + int(row["pairs"]) <= 20  # type: ignore[call-overload]
    assert (row["normal_split_reads"], row["normal_pairs"]) == (0, 0)
    assert row["uncertainty"] == 0
    assert row["mapping_quality"] == 60
    assert int(row["reference_1"]) > 2  # type: ignore[call-overload]


def test_a_join_in_the_normal_is_counted_there(tmp_path: Path) -> None:
    allele, _ = EVENTS["deletion"]
    rows = found(
        tmp_path,
        reads_of(tmp_path / "t.bam", [(whole("chr1"), 1500), (allele, 100)]),
        reads_of(tmp_path / "n.bam", [(whole("chr1"), 1500), (allele, 100)], seed=2),
    )
    assert int(rows[0]["normal_split_reads"]) > 5  # type: ignore[call-overload]


def test_sound_reads_and_lone_chimeras_propose_nothing(tmp_path: Path) -> None:
    sheet = Sheet([])
    for number in range(300):
        sheet.add(f"s{number}", whole("chr1"), 8_900 + 20 * number, 300)
    for number in range(40):  # each joins other places
        low, high = 9_100 + 150 * number, 2_000 + 400 * number
        chimera = [Stretch("chr1", low, low + 150), Stretch("chr2", high, high + 150)]
        sheet.add(f"c{number}", chimera, 0, 300)
    assert found(tmp_path, sheet.write(tmp_path / "t.bam")) == []


def test_pairs_of_a_wide_library_are_no_join(tmp_path: Path) -> None:
    sheet = Sheet([])
    for number in range(600):
        sheet.add(f"s{number}", whole("chr1"), 8_900 + 10 * number, 300)
    for number in range(20):  # inserts of 600 and pairs turned inside out, all over the gene
        sheet.add(f"w{number}", whole("chr1"), 11_900 + 5 * number, 600)
        inside_out = [Stretch("chr1", 12_400, 12_550), Stretch("chr1", 12_000, 12_150)]
        sheet.add(f"r{number}", inside_out, 0, 300)
    rows = found(tmp_path, sheet.write(tmp_path / "t.bam"))
    assert [row for row in rows if row["pairs"]] == []


def test_duplicates_count_once_also_when_only_their_primary_is_marked(tmp_path: Path) -> None:
    allele = [Stretch("chr1", 9_000, 10_000), Stretch("chr2", 5_000, 6_000)]
    sheet = Sheet([])
    for number in range(12):
        sheet.add(f"s{number}", whole("chr1"), 9_500 + 30 * number, 300)
        # two molecules, one of which is there eleven times; most of its read is on chr2
        sheet.add(f"d{number}", allele, 960, 300, duplicate=number > 0)
    sheet.add("other", allele, 930, 300)
    rows = found(tmp_path, sheet.write(tmp_path / "t.bam"))
    assert [row["split_reads"] for row in rows] == [2]


def test_inserted_bases_and_homology_are_told(tmp_path: Path) -> None:
    allele = [Stretch("chr1", 9_000, 10_000), "ACGTACG", Stretch("chr2", 5_000, 6_000)]
    rows = found(tmp_path, reads_of(tmp_path / "t.bam", [(whole("chr1"), 900), (allele, 100)]))
    assert [(row["inserted"], row["homology"]) for row in rows] == [("ACGTACG", 0)]
    assert places(rows[0]) == ("chr1", 10_000, "+", "chr2", 5_001, "-")


def test_a_piece_of_elsewhere_between_is_bridged(tmp_path: Path) -> None:
    allele = [
        Stretch("chr1", 9_000, 10_000),
        Stretch("chr2", 5_000, 5_107),
        Stretch("chr1", 14_000, 15_000),
    ]
    rows = found(tmp_path, reads_of(tmp_path / "t.bam", [(whole("chr1"), 900), (allele, 150)]))
    got = {places(row)[1::3]: row for row in rows}
    bridge = next(row for row in rows if row["chrom_2"] == "chr1")
    assert len(got) == 3
    assert abs(int(bridge["pos_1"]) - 10_000) <= 5  # type: ignore[call-overload]
    assert abs(int(bridge["pos_2"]) - 14_001) <= 5  # type: ignore[call-overload]
    assert str(bridge["inserted"]) in GENOME["chr2"]
    assert bridge["split_reads"] == 0


def test_a_break_far_outside_the_targets_is_found(tmp_path: Path) -> None:
    """2.5 kb beyond the last target, as a break of BRAF that was missed elsewhere."""
    allele = [Stretch("chr2", 4_000, 5_000), Stretch("chr1", 12_600, 13_600)]
    write_fasta(tmp_path / "toy.fa")
    bam = reads_of(tmp_path / "t.bam", [(whole("chr1"), 900), (allele, 60)])
    genes = [FusionGene("BRAF", Region("chr1", 9_000, 10_000, "BRAF"), None, ())]
    targets = [Region("chr1", 9_950, 10_100, "exon")]
    asked = panel(rearrangements=rules_data())
    with pysam.FastaFile(str(tmp_path / "toy.fa")) as opened:
        for margin, places_found in ((3_000, [(12_601, 5_000)]), (1_000, [])):
            regions = within(searched(genes, targets, Transcripts(), margin), LENGTHS)
            rows = search([bam], Reference(opened), regions, LENGTHS, asked)
            assert [(row["pos_1"], row["pos_2"]) for row in rows] == places_found


def test_the_whole_gene_its_partners_and_a_margin_are_read() -> None:
    genes = [FusionGene("A", Region("1", 1_000, 1_100, "A"), 3, ())]
    targets = [
        Region("1", 1_090, 1_400, "A"),
        Region("1", 5_000, 5_100, "B"),
        Region("2", 1_000, 1_100, "C"),
    ]
    regions = searched(genes, targets, Transcripts(), 200)
    assert [(r.chrom, r.start, r.end) for r in regions] == [("1", 800, 1_600)]
    cut = within(regions, {"1": 1_500})
    assert [(r.start, r.end) for r in cut] == [(800, 1_500)]
