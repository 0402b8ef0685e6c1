"""Bins, their reference, heterozygous sites, and copies at a place."""

from pathlib import Path

import numpy as np
import pysam
import pytest
from simulated_bins import rules

from dugnad.copy_number import baf
from dugnad.copy_number.bins import cut_targets, gc_content, normal_copies
from dugnad.copy_number.cnvkit_files import read_cnr, read_cns
from dugnad.copy_number.normals_check import reference_problems
from dugnad.copy_number.places import LocalCopies, Segments
from dugnad.copy_number.reference import Reference, match, read_reference, write_reference
from dugnad.errors import UserError
from dugnad.qc.sites import stretch
from dugnad.regions import Region
from dugnad.tables import BINS, SEGMENTS, write_table


def test_targets_are_cut_into_even_bins() -> None:
    targets = [
        Region("chr10", 0, 90, "TEN_exon1"),
        Region("chr2", 100, 700, "TWO_exon1"),
        Region("chr2", 650, 800, "TWO_exon2"),
    ]
    bins = cut_targets(targets, 200)
    assert bins.chrom.tolist() == ["chr2"] * 4 + ["chr10"]
    assert bins.start.tolist() == [100, 275, 450, 625, 0]
    assert bins.end.tolist() == [275, 450, 625, 800, 90]
    assert bins.label.tolist() == ["TWO_exon1"] * 3 + ["TWO_exon2", "TEN_exon1"]


def test_kinds_and_copies_of_a_normal_cell() -> None:
    places = [("chr1", 0), ("chrX", 0), ("chrX", 50_000), ("chrY", 50_000)]
    bins = cut_targets([Region(c, s, s + 100, "A") for c, s in places], 200)
    kinds = bins.kinds([stretch("chrX:1-12000")])
    assert kinds.tolist() == ["autosome", "par", "x", "y"]
    assert normal_copies(kinds, "male").tolist() == [2, 2, 1, 1]
    assert normal_copies(kinds, "female").tolist() == [2, 2, 2, 0]


def test_gc_content_of_known_bases(tmp_path: Path) -> None:
    fasta = tmp_path / "a.fa"
    fasta.write_text(">chr1\nGGCCAATTNNNNGGGG\n")
    pysam.faidx(str(fasta))
    bins = cut_targets([Region("chr1", 0, 8, "A"), Region("chr1", 9, 15, "B")], 200)
    with pysam.FastaFile(str(fasta)) as genome:
        assert gc_content(bins, genome).tolist() == [0.5, 1.0]


def some_reference() -> Reference:
    bins = cut_targets([Region("chr1", 0, 400, "A")], 200)
    numbers = np.array([0.1, -0.2])
    return Reference(bins, numbers, np.array([60.0, 50.0]), np.array([0.4, 0.5]), np.abs(numbers))


def test_reference_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "normals.cnn"
    write_reference(path, some_reference())
    found = read_reference(path)
    assert found.log2.tolist() == [0.1, -0.2]
    assert path.read_text().startswith("chromosome\tstart\tend\tgene\tlog2\tdepth\tgc\tspread\n")


def test_reference_of_other_bins_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "normals.cnn"
    write_reference(path, some_reference())
    other = cut_targets([Region("chr1", 0, 300, "A")], 200)
    with pytest.raises(UserError, match=r"has no bin chr1:1-150 .* 'dugnad panel normals' anew"):
        match(read_reference(path), other, path)
    targets = tmp_path / "targets.bed"
    targets.write_text("chr1\t0\t300\tA\n")
    assert len(list(reference_problems(rules(normals=str(path)), targets))) == 1
    targets.write_text("chr1\t0\t400\tA\n")
    assert not list(reference_problems(rules(normals=str(path)), targets))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\tb\n", r":1: lacks column \(got 'chromosome'\)"),
        ("chromosome\tstart\tend\tgene\tlog2\tdepth\tgc\tspread\n", ":1: holds no bin"),
        ("chromosome\tstart\tend\tgene\tlog2\tdepth\tgc\tspread\nchr1\t1\tx\n", ":2: is not a row"),
    ],
)
def test_faulty_reference(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "normals.cnn"
    path.write_text(text)
    with pytest.raises(UserError, match=fault):
        read_reference(path)


def test_heterozygous_sites_by_the_normal() -> None:
    normal = {("chr1", 10, "AC"): (40, 22), ("chr1", 20, "AC"): (40, 0), ("chr1", 30, "AC"): (9, 4)}
    tumour = {place: (200, 60) for place in normal}
    sites = baf.sites_by_normal(tumour, normal, 20)
    assert [(site.pos, site.baf, site.known_by) for site in sites] == [(10, 0.3, "normal")]


def test_sites_by_population_leave_out_what_looks_homozygous() -> None:
    tumour = {("chr1", n, "AC"): (100, reads) for n, reads in enumerate([0, 5, 30, 50, 97], 1)}
    assert [site.pos for site in baf.sites_by_population(tumour, 20)] == [3, 4]


def test_normal_of_another_person_is_found_out() -> None:
    normal = {("chr1", n, "AC"): (100, 0 if n % 2 else 50) for n in range(40)}
    own = {place: (200, 0 if reads[1] == 0 else 60) for place, reads in normal.items()}
    other = {place: (200, 100 if place[1] % 3 == 0 else 0) for place in normal}
    assert not baf.is_foreign(own, normal, 20)
    assert baf.is_foreign(other, normal, 20)


def test_likelihood_of_shares_peaks_at_the_rarer_allele() -> None:
    sites = [baf.Site("chr1", 1, 400, 120, "normal"), baf.Site("chr1", 9, 400, 280, "normal")]
    found = baf.likelihoods(sites, 400)
    assert baf.SHARES[found.sum(axis=0).argmax()] == pytest.approx(0.3, abs=0.01)
    assert found.max(axis=1).tolist() == [0, 0]


def test_copies_at_a_place() -> None:
    def row(start: int, end: int, copies: float | None, minor: int | None) -> dict[str, object]:
        total = None if copies is None else round(copies)
        return {"chrom": "chr1", "start": start, "end": end, "copies": copies,
                "total_copies": total, "minor_copies": minor, "normal_copies": 2}  # fmt: skip

    segments = Segments(
        [row(1000, 2000, 1.1, 0), row(3000, 4000, None, None), row(5000, 6000, 3.2, 1)]
    )
    one, three = LocalCopies(1.1, 1, 0, 2), LocalCopies(3.2, 3, 1, 2)
    for pos in (1, 1500, 2001):  # the last is nearer than to the next
        assert segments.at("chr1", pos) == one
    for pos in (4900, 5500, 9999):
        assert segments.at("chr1", pos) == three
    assert segments.at("chr1", 3500) is None
    assert segments.at("chr2", 1500) is None


def test_cnvkit_tables_of_real_samples(real_data: Path, tmp_path: Path) -> None:
    for path, read, schema, rows in (
        ("amplicon.cnr", read_cnr, BINS, 1433),
        ("p2-20_1.cnr.gz", read_cnr, BINS, 19089),
        ("cl_seq.cns", read_cns, SEGMENTS, 78),
        ("nv3.cns", read_cns, SEGMENTS, 72),
    ):
        found = read(real_data / "cna" / path)
        assert len(found) == rows, path
        write_table(tmp_path / "table.parquet", found, schema)
    with pytest.raises(UserError, match="ends before it starts") as error:
        read_cns(real_data / "cna" / "amplicon.cns")
    assert len(error.value.problems) == 8


def test_faulty_cnvkit_table(tmp_path: Path) -> None:
    path = tmp_path / "a.cns"
    path.write_text("chromosome\tstart\tend\tgene\tlog2\tprobes\nchr1\t1\t2\tA\tx\t3\n")
    with pytest.raises(UserError, match=r":2: is not a row .* \(got 'chr1:1'\)"):
        read_cns(path)
    path.write_text("chromosome\tstart\n")
    with pytest.raises(UserError, match=r":1: lacks column"):
        read_cns(path)
