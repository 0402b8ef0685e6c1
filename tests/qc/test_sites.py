"""Choosing a panel's common sites, and counting reads there."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pysam
import pytest

from dugnad.errors import UserError
from dugnad.qc import count_sites, pick_sites
from dugnad.qc.pick_sites import Allele, apart
from dugnad.qc.sites import Site, kind_of, read_counts, read_sites, stretch, write_sites

SEQUENCE = "ACGTTGCA" * 50
PAR = [stretch("chrX:1-100")]


def run(verb: object, *arguments: object) -> None:
    parser = argparse.ArgumentParser()
    verb.register(parser)  # type: ignore[attr-defined]
    verb.main(parser.parse_args([str(word) for word in arguments]))  # type: ignore[attr-defined]


def genome(folder: Path) -> Path:
    path = folder / "genome.fa"
    path.write_text("".join(f">{c}\n{SEQUENCE}\n" for c in ("chr1", "chrX", "chrY", "chrM")))
    pysam.faidx(str(path))
    return path


def population(folder: Path, records: Sequence[str], contigs: Sequence[str] = ()) -> Path:
    path = folder / "population.vcf"
    contigs = contigs or ("chr1", "chrX", "chrY", "chrM")
    header = ["##fileformat=VCFv4.3", *(f"##contig=<ID={c},length=400>" for c in contigs)]
    header += ['##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">']
    header += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    path.write_text("\n".join([*header, *("\t".join(r.split()) for r in records)]) + "\n")
    pysam.tabix_index(str(path), preset="vcf", force=True)
    return Path(f"{path}.gz")


def picked(folder: Path, vcf: Path, targets: str, par: str = "chrX:1-100") -> list[Site]:
    (folder / "targets.bed").write_text(targets)
    run(
        pick_sites,
        *("--targets", folder / "targets.bed", "--source", "population", "AF", vcf),
        *("--fasta", genome(folder), "--par", par, "--output", folder / "sites.tsv"),
    )
    return read_sites(folder / "sites.tsv")


ALL = "chr1\t0\t300\nchrX\t0\t300\nchrY\t0\t300\nchrM\t0\t300\n"


def test_sites_are_common_and_placed(tmp_path: Path) -> None:
    records = [
        "chr1 1 . A G . . AF=0.5",
        "chr1 33 . A G . . AF=0.04",
        "chr1 65 . A G . . AF=0.95",
        "chr1 97 . AC A . . AF=0.5",
        "chr1 129 . A G . . AF=.",
        "chr1 321 . A G . . AF=0.5",
        "chrX 33 . A C . . AF=0.2",
        "chrX 129 . A C . . AF=0.2",
        "chrY 33 . A C . . AF=0.2",
        "chrM 33 . A C . . AF=0.2",
    ]
    sites = picked(tmp_path, population(tmp_path, records), ALL)
    assert [(s.chrom, s.pos, s.kind) for s in sites] == [
        ("chr1", 1, "autosome"),
        ("chr1", 65, "autosome"),
        ("chrX", 33, "par"),
        ("chrX", 129, "x"),
        ("chrY", 33, "y"),
    ]
    assert sites[1] == Site("chr1", 65, "A", "G", 0.95, "autosome")


def test_names_with_and_without_chr(tmp_path: Path) -> None:
    vcf = population(tmp_path, ["1 33 . A G . . AF=0.5"], ["1"])
    assert [s.chrom for s in picked(tmp_path, vcf, "chr1\t0\t300\n")] == ["chr1"]


@pytest.mark.parametrize(
    ("chrom", "pos", "kind"),
    [
        *[(f"chr{n}", 5, "autosome") for n in range(1, 23)],
        *[(f"{n}", 5, "autosome") for n in range(1, 23)],
        *(("chrX", 100, "par"), ("chrX", 101, "x"), ("X", 5, "x"), ("Y", 5, "y")),
        *(("chrY", 5, "y"), ("chrM", 5, None), ("MT", 5, None), ("chrX_5_9", 3, "x")),
    ],
)
def test_kind_of(chrom: str, pos: int, kind: str | None) -> None:
    assert kind_of(chrom, pos, PAR) == kind


def snv(pos: int, frequency: float = 0.5, alt: str = "G") -> Allele:
    return Allele(pos, "A", alt, frequency)


@pytest.mark.parametrize(
    ("alleles", "places"),
    [
        ([snv(100), snv(109)], [100]),
        ([snv(100), snv(110)], [100, 110]),
        ([snv(100), snv(105), snv(112)], [100, 112]),
        ([snv(100), snv(100, 0.1, "C"), snv(105)], []),
        ([Allele(91, "AC", "A", 0.02), snv(101), snv(102)], [102]),
        ([snv(100), snv(105, 0.02)], []),
        ([snv(100, 0.049), snv(130, 0.951), snv(160, 0.05)], [160]),
    ],
)
def test_apart(alleles: list[Allele], places: list[int]) -> None:
    assert [a.pos for a in apart(alleles)] == places


def test_source_of_another_genome_is_refused(tmp_path: Path) -> None:
    records = [f"chr1 {pos} . C G . . AF=0.5" for pos in (1, 33, 65, 97)]
    with pytest.raises(UserError, match="4 of 4 population sites have another reference base"):
        picked(tmp_path, population(tmp_path, records), ALL)


def test_wrong_key_is_named(tmp_path: Path) -> None:
    vcf = population(tmp_path, ["chr1 1 . A G . . AF=0.5"])
    with pytest.raises(UserError, match="no INFO key 'CAF'"):
        list(pick_sites.sites_of(vcf, "CAF", [], []))


@pytest.mark.parametrize("text", ["chrX", "chrX:5", "chrX:9-5", "chrX:0-5", ":1-5"])
def test_stretch_is_checked(text: str) -> None:
    with pytest.raises(UserError, match=r"write e\.g\. chrX:10001-2781479"):
        stretch(text)


CIGARS = {"spliced": "4M9N5M", "deleted": "4M1D5M"}  # of reads with these names
Read = tuple[str, int, int, str, int, int]
"""Name, flag, 0-based start, bases, base quality, mapping quality."""


def bam_of(folder: Path, reads: Sequence[Read]) -> Path:
    path = folder / "reads.bam"
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": 400}]}
    with pysam.AlignmentFile(str(path), "wb", header=header) as bam:
        for name, flag, start, bases, quality, mapping in sorted(reads, key=lambda r: r[2]):
            read = pysam.AlignedSegment(bam.header)
            read.query_name, read.flag, read.reference_start = name, flag, start
            read.reference_id, read.mapping_quality = 0, mapping
            read.cigarstring = CIGARS.get(name, f"{len(bases)}M")
            read.query_sequence = bases
            read.query_qualities = pysam.qualitystring_to_array(chr(33 + quality) * len(bases))
            if flag & 1:
                read.next_reference_id, read.next_reference_start = 0, start
            bam.write(read)
    pysam.index(str(path))
    return path


def counted(folder: Path, reads: Sequence[Read]) -> tuple[int, int, int]:
    write_sites(folder / "sites.tsv", [Site("chr1", 105, "A", "G", 0.3, "autosome")])
    run(
        count_sites,
        *("--sample", "S", "--case", "C", "--role", "normal", "--analyte", "dna"),
        *("--bam", bam_of(folder, reads), "--sites", folder / "sites.tsv"),
        *("--min-mapping-quality", 20, "--min-base-quality", 20, "--output", folder / "c.parquet"),
    )
    counts = read_counts(folder / "c.parquet")
    assert (counts.sample, counts.case, counts.role, counts.analyte) == ("S", "C", "normal", "dna")
    assert counts.change.tolist() == ["AG"]
    return int(counts.ref[0]), int(counts.alt[0]), int(counts.other[0])


def plain(name: str, base: str, flag: int = 0, quality: int = 30, mapping: int = 60) -> Read:
    return (name, flag, 100, "CCCC" + base + "CCCC", quality, mapping)


def test_reads_are_counted_by_allele(tmp_path: Path) -> None:
    assert counted(tmp_path, [plain("a", "A"), plain("b", "G"), plain("c", "T")]) == (1, 1, 1)


@pytest.mark.parametrize("name", CIGARS)
def test_reads_with_a_gap_at_the_site_do_not_count(tmp_path: Path, name: str) -> None:
    assert counted(tmp_path, [plain("a", "A"), plain(name, "G")]) == (1, 0, 0)


@pytest.mark.parametrize("flag", [4, 256, 512, 1024, 2048])
def test_flagged_reads_do_not_count(tmp_path: Path, flag: int) -> None:
    assert counted(tmp_path, [plain("a", "A"), plain("b", "G", flag=flag)]) == (1, 0, 0)


@pytest.mark.parametrize("poor", [{"quality": 19}, {"mapping": 19}])
def test_poor_reads_do_not_count(tmp_path: Path, poor: dict[str, int]) -> None:
    assert counted(tmp_path, [plain("a", "A"), plain("b", "G", **poor)]) == (1, 0, 0)


def test_overlapping_mates_count_once(tmp_path: Path) -> None:
    pair = [plain("a", "G", flag=99), plain("a", "G", flag=147)]
    assert counted(tmp_path, [*pair, plain("b", "A")]) == (1, 1, 0)


def test_a_site_without_reads_and_one_on_a_contig_that_the_bam_lacks(tmp_path: Path) -> None:
    sites = [Site("chr1", 300, "A", "G", 0.3, "autosome"), Site("chr9", 5, "A", "G", 0.3, "x")]
    with pysam.AlignmentFile(str(bam_of(tmp_path, [plain("a", "A")]))) as bam:
        rows = list(count_sites.count(bam, sites, 20, 20))
    assert [(r["ref_reads"], r["alt_reads"], r["other_reads"]) for r in rows] == [(0, 0, 0)] * 2


def test_no_site_is_no_error(tmp_path: Path) -> None:
    assert picked(tmp_path, population(tmp_path, ["chr1 1 . A G . . AF=0.001"]), ALL) == []
    run(
        count_sites,
        *("--sample", "S", "--case", "C", "--role", "normal", "--analyte", "dna"),
        *("--bam", bam_of(tmp_path, [plain("a", "A")]), "--sites", tmp_path / "sites.tsv"),
        *("--min-mapping-quality", 20, "--min-base-quality", 20, "--output", tmp_path / "c.pq"),
    )
    assert len(read_counts(tmp_path / "c.pq").pos) == 0


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sites.tsv").write_text("chrom\tstart\n")
    with pytest.raises(UserError, match="is not a table of sites"):
        read_sites(tmp_path / "sites.tsv")
