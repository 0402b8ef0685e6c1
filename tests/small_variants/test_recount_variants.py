"""All callers' variants joined and counted anew: the verb, on simulated samples."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest
from simulated import (
    Bam,
    Haplotype,
    Pair,
    bases,
    candidate,
    deletion,
    insertion,
    mnv,
    other_base,
    sampled,
    snv,
    write_fasta,
)

from dugnad.alleles import Change, as_vcf, base_beside, left_align, trim
from dugnad.cli import main
from dugnad.small_variants import counted
from dugnad.small_variants.candidates import Candidate, gather, provenance
from dugnad.small_variants.learn_normals import Row, _write
from dugnad.small_variants.recount_variants import stretches

REF = bases(6000, 41)
CONTIGS = {"chr1": REF, "chr2": bases(700, 42)}
PLAIN = Haplotype("chr1", REF)

Calls = Mapping[str, Sequence[Change | tuple[Change, str]]]


def changed(*changes: Change) -> Haplotype:
    return Haplotype("chr1", REF, tuple(left_align(change, REF, 0) for change in changes))


def left(haplotype: Haplotype, place: int, number: int, **more: Any) -> list[Pair]:
    """So many pairs with the place in the middle of their left mates."""
    return [Pair(haplotype, place - 50, **more) for _ in range(number)]


def write_calls(path: Path, calls: Sequence[Change | tuple[Change, str]], chrom: str) -> Path:
    """A caller's VCF: left-aligned alleles with their FILTER."""
    text = CONTIGS[chrom]
    rows = []
    for call in calls:
        change, name = call if isinstance(call, tuple) else (call, "PASS")
        aligned = left_align(change, text, 0)
        pos, ref, alt = as_vcf(aligned, text[slice(*base_beside(aligned))])
        rows.append((pos, f"{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\t{name}\t.\n"))
    names = {call[1] for call in calls if isinstance(call, tuple)} - {"PASS"}
    path.write_text(
        "##fileformat=VCFv4.2\n##source=some caller v1\n"
        + "".join(f"##contig=<ID={c},length={len(t)}>\n" for c, t in CONTIGS.items())
        + "".join(f'##FILTER=<ID={name},Description="x">\n' for name in sorted(names))
        + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        + "".join(row for _, row in sorted(rows))
    )
    return path


class Counted:
    """What the verb wrote, by VCF alleles."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with pysam.VariantFile(str(path)) as vcf:
            self.header = str(vcf.header)
            self.samples = list(vcf.header.samples)
            self.lines = [str(record) for record in vcf]
        self.info: dict[tuple[int, str, str], dict[str, Any]] = {}
        self.counts: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
        with pysam.VariantFile(str(path)) as vcf:
            self.places = [(record.chrom, record.pos) for record in vcf]
        with pysam.VariantFile(str(path)) as vcf:
            for r in vcf:
                allele = r.pos, str(r.ref), (r.alts or ("",))[0]
                self.info[allele] = dict(r.info.items())
                self.counts[allele] = [dict(r.samples[name].items()) for name in self.samples]

    def alt(self, change: Change, sample: int = 0) -> tuple[int, int]:
        """Alternative fragments and depth."""
        found = self.counts[key(change)][sample]
        return found["AD"][1], found["DP"]


def key(change: Change) -> tuple[int, str, str]:
    aligned = left_align(change, REF, 0)
    return as_vcf(aligned, REF[slice(*base_beside(aligned))])


def recount(
    folder: Path,
    calls: Calls,
    samples: Mapping[str, Sequence[Pair]],
    options: Sequence[str] = (),
    chrom: str = "chr1",
    name: str = "calls",
) -> Counted:
    """Run the verb."""
    fasta = write_fasta(folder / "genome.fa", CONTIGS)
    words = ["--fasta", str(fasta), "--error-rate", "0.0005"]
    words += ["--min-base-quality", "20", "--min-mapping-quality", "20"]
    for number, (caller, changes) in enumerate(calls.items()):
        path = write_calls(folder / f"{number}.vcf", changes, chrom)
        words += ["--calls", caller, str(path)]
    for sample, pairs in samples.items():
        words += ["--sample", sample, str(Bam(folder / f"{sample}.bam", CONTIGS).write(pairs))]
    out = folder / "out" / f"{name}.vcf.gz"
    assert main(["recount-variants", *words, *options, "--output", str(out)]) == 0
    return Counted(out)


def test_every_sample_is_counted_by_the_same_rules(tmp_path: Path) -> None:
    site = snv(REF, 1000)
    tumour = [
        *left(changed(site), 1000, 10, is_f1r2=True),
        *left(changed(site), 1000, 2, is_f1r2=False, qualities=(31, 37), mapping_quality=40),
        *left(PLAIN, 1000, 68),
        *[Pair(PLAIN, 850, is_f1r2=False)] * 20,
    ]
    found = recount(
        tmp_path,
        {"pileup": [site], "freebayes": [(site, "LowQual")]},
        {"T": tumour, "N": left(PLAIN, 1000, 40), "R": left(changed(site), 1000, 3)},
    )
    assert found.samples == ["T", "N", "R"]
    assert list(found.counts) == [key(site)]
    mine, normal, rna = found.counts[key(site)]
    assert (mine["DP"], mine["AD"], mine["AF"]) == (100, (88, 12), (pytest.approx(0.12),))
    assert (normal["DP"], normal["AD"], normal["AF"]) == (40, (40, 0), (0.0,))
    assert (rna["DP"], rna["AD"], rna["AF"]) == (3, (0, 3), (1.0,))
    assert mine["SB"] == (68, 20, 12, 0)
    assert (mine["F1R2"], mine["F2R1"]) == ((68, 10), (20, 2))
    assert mine["MBQ"] == pytest.approx((10 * 37 + 2 * 31) / 12, abs=1e-3)
    assert mine["MMQ"] == pytest.approx((10 * 60 + 2 * 40) / 12, abs=1e-3)
    assert mine["MPOS"] == 49
    assert mine["XNM"] == 0
    assert normal["MBQ"] is None
    info = found.info[key(site)]
    assert info["CALLED_BY"] == ("freebayes", "pileup")
    assert info["CALLER_FILTERS"] == ("freebayes:LowQual",)
    assert info["BACKGROUND_QUALITY"] > 150
    assert "BACKGROUND_VAF" not in info
    assert "NORMALS" not in info


def test_what_nobody_shows_is_not_removed(tmp_path: Path) -> None:
    shown, unshown, without_reads = snv(REF, 1000), snv(REF, 1010), deletion(REF, 3000, 3004)
    found = recount(
        tmp_path,
        {"a": [shown, unshown, without_reads]},
        {"T": left(changed(shown), 1000, 7)},
    )
    assert found.alt(shown) == (7, 7)
    assert found.alt(unshown) == (0, 7)
    assert found.alt(without_reads) == (0, 0)
    assert found.counts[key(without_reads)][0].get("AF") is None
    assert found.info[key(unshown)]["BACKGROUND_QUALITY"] == 0
    assert found.info[key(without_reads)]["BACKGROUND_QUALITY"] == 0


def test_parts_and_whole_of_one_change_are_one_record(tmp_path: Path) -> None:
    """As BRAF Val600Lys: two neighbouring bases, called whole by one and in parts by another."""
    whole = mnv(REF, 2000, 2)
    parts = [Change(2000 + i, 2001 + i, whole.ref[i], whole.alt[i]) for i in range(2)]
    pairs = [*left(changed(whole), 2000, 12), *left(PLAIN, 2000, 28)]
    found = recount(tmp_path, {"pileup": parts, "freebayes": [whole]}, {"T": pairs})
    assert list(found.counts) == [key(whole)]
    assert found.alt(whole) == (12, 40)
    assert found.info[key(whole)]["CALLED_BY"] == ("freebayes", "pileup")
    assert list(recount(tmp_path, {"pileup": parts}, {"T": pairs}).counts) == [key(whole)]


def test_neighbours_that_the_normal_parts_stay_two(tmp_path: Path) -> None:
    """One is germline, the other somatic on the same haplotype: their fragments differ."""
    germline, somatic = snv(REF, 2000), snv(REF, 2001)
    tumour = [
        *left(changed(germline, somatic), 2000, 10),
        *left(changed(germline), 2000, 20),
        *left(PLAIN, 2000, 30),
    ]
    normal = [*left(changed(germline), 2000, 20), *left(PLAIN, 2000, 20)]
    found = recount(tmp_path, {"pileup": [germline, somatic]}, {"T": tumour, "N": normal})
    assert (found.alt(germline), found.alt(germline, 1)) == ((30, 60), (20, 40))
    assert (found.alt(somatic), found.alt(somatic, 1)) == ((10, 60), (0, 40))


@pytest.mark.parametrize("size", [30, 60, 90, 120, 200])
def test_a_duplication_is_counted_where_its_copy_ends(tmp_path: Path, size: int) -> None:
    """The reads that show one longer than they are lie wholly beyond its place in the VCF."""
    twice = insertion(2000, REF[2000 : 2000 + size])
    pairs = sampled([(PLAIN, 0.7), (changed(twice), 0.3)], (2000, 2000 + size), 300, size)
    found = recount(
        tmp_path,
        {"pileup": [twice]},
        {"T": pairs, "N": sampled([(PLAIN, 1)], (2000, 2300), 100, 1)},
    )
    alt, depth = found.alt(twice)
    assert depth > 70
    assert alt / depth == pytest.approx(0.3, abs=0.07)
    assert found.alt(twice, 1)[0] == 0
    assert found.alt(twice, 1)[1] > 30


def test_records_are_in_order_of_place(tmp_path: Path) -> None:
    """An indel stands one base before the SNV of its first base."""
    place = next(i for i in range(1000, 2000) if REF[i - 1] != REF[i + 1])
    change, gone = snv(REF, place), deletion(REF, place, place + 2)
    assert left_align(gone, REF, 0) == gone
    pairs = [*left(changed(change), place, 5), *left(changed(gone), place, 5)]
    found = recount(tmp_path, {"a": [change, gone, snv(REF, 4000), snv(REF, 500)]}, {"T": pairs})
    assert found.places == [("chr1", 501), ("chr1", place), ("chr1", place + 1), ("chr1", 4001)]
    assert (found.alt(change), found.alt(gone)) == ((5, 5), (5, 10)) or found.alt(gone)[0] == 5
    pysam.tabix_index(str(found.path), preset="vcf")


def test_many_variants_over_a_long_stretch(tmp_path: Path) -> None:
    """Reads are held for 2,000 bases at a time; no variant, and no fragment, falls between."""
    places = range(300, 5600, 97)
    changes = [snv(REF, place) for place in places]
    pairs = []
    for number, (place, change) in enumerate(zip(places, changes, strict=True)):
        pairs += left(changed(change), place, number % 7)
        pairs += left(PLAIN, place, 9)
    found = recount(tmp_path, {"pileup": changes}, {"T": pairs})
    with pysam.AlignmentFile(str(tmp_path / "T.bam")) as bam:
        for number, change in enumerate(changes):
            alt, depth = found.alt(change)
            assert alt == number % 7
            covering = {
                read.query_name
                for read in bam.fetch("chr1", change.start, change.end)
                if read.reference_start <= change.start
            }
            assert depth == len(covering)


def test_a_change_of_several_bases_on_the_border_of_a_stretch(tmp_path: Path) -> None:
    whole = mnv(REF, 3000, 2)
    parts = [Change(3000 + i, 3001 + i, whole.ref[i], whole.alt[i]) for i in range(2)]
    for first in range(998, 1004):
        others = [snv(REF, place) for place in range(first, 3000, 250)]
        pairs = left(changed(whole), 3000, 8)
        found = recount(tmp_path, {"a": [*others, *parts]}, {"T": pairs})
        assert found.alt(whole) == (8, 8)


def test_stretches_part_no_cluster_and_hold_no_gap() -> None:
    every = [candidate(snv(REF, place)) for place in range(0, 5990, 3)]
    assert [len(stretch) for stretch in stretches(every)] == [len(every)]
    spread = [candidate(snv(REF, place)) for place in range(0, 5990, 40)]
    parts = list(stretches(spread))
    assert [c for part in parts for c in part] == spread
    assert len(parts) == 2
    far = [candidate(snv(REF, 100)), candidate(snv(REF, 1102)), candidate(snv(REF, 2102))]
    assert [len(part) for part in stretches(far)] == [1, 2]
    elsewhere = [candidate(snv(REF, 100)), Candidate("chr2", snv(REF, 101), {"x"})]
    assert [len(part) for part in stretches(elsewhere)] == [1, 1]
    assert list(stretches([])) == []


def test_the_normals_say_what_errors_show(tmp_path: Path) -> None:
    artefact, other = snv(REF, 1000), snv(REF, 1030)
    fasta = write_fasta(tmp_path / "genome.fa", CONTIGS)
    normals = tmp_path / "normals.vcf.gz"
    reads, depth = np.array([4] * 6 + [0] * 14), np.array([100] * 20)
    with pysam.FastaFile(str(fasta)) as genome:
        _write(normals, [Row("chr1", artefact, reads, depth)], 0.2, genome)
    pairs = [*left(changed(artefact, other), 1000, 10), *left(PLAIN, 1000, 190)]
    calls = {"a": [artefact, other]}
    found = recount(tmp_path, calls, {"T": pairs}, ["--normals", str(normals)])
    info = found.info[key(artefact)]
    assert info["BACKGROUND_VAF"] == pytest.approx(0.012, rel=1e-3)
    assert info["BACKGROUND_SD"] > 0.01
    assert info["NORMALS"] == (0, 20)
    assert info["BACKGROUND_QUALITY"] < 20
    assert found.info[key(other)]["BACKGROUND_QUALITY"] > 60
    assert "NORMALS" not in found.info[key(other)]


def test_families_count_as_one_molecule(tmp_path: Path) -> None:
    site = snv(REF, 1000)
    pairs = [
        *left(changed(site), 1000, 1, name="kept"),
        *left(changed(site), 1000, 1, name="second", flag=1024, copy_of="kept"),
        *left(changed(site), 1000, 1, name="third", flag=1024, copy_of="kept"),
        *left(PLAIN, 1000, 1, name="error", flag=1024, copy_of="kept"),
        *left(PLAIN, 1000, 1, name="alone"),
        *left(changed(site), 1000, 1, name="lost", flag=1024, copy_of="gone"),
    ]
    calls, samples = {"a": [site]}, {"T": pairs}
    assert recount(tmp_path, calls, samples).alt(site) == (1, 2)
    # "lost" is of a family whose kept copy is not here
    assert recount(tmp_path, calls, samples, ["--families"]).alt(site) == (2, 3)
    assert recount(tmp_path, calls, samples, ["--use-duplicates"]).alt(site) == (4, 6)


@pytest.mark.parametrize("at", ["start", "end"])
@pytest.mark.parametrize("kind", ["snv", "deletion", "insertion"])
def test_the_ends_of_a_contig(tmp_path: Path, at: str, kind: str) -> None:
    text = CONTIGS["chr2"]
    place = 0 if at == "start" else 699
    change = {
        "snv": snv(text, place),
        "deletion": Change(place, place + 1, text[place], ""),
        "insertion": insertion(place, other_base(text[place]) * 2),
    }[kind]
    haplotype = Haplotype("chr2", text, (left_align(change, text, 0),))
    start = 0 if at == "start" else len(haplotype.sequence) - 250
    found = recount(tmp_path, {"a": [change]}, {"T": [Pair(haplotype, start)] * 4}, chrom="chr2")
    (record,) = found.counts.values()
    if kind == "snv":
        assert (record[0]["AD"], record[0]["DP"]) == ((0, 4), 4)
    ((pos, ref, alt),) = found.counts
    aligned = left_align(change, text, 0)
    assert trim(pos, ref, alt) == aligned
    assert text[pos - 1 : pos - 1 + len(ref)] == ref


def test_no_candidates(tmp_path: Path) -> None:
    found = recount(tmp_path, {"a": [], "b": []}, {"T": left(PLAIN, 1000, 5)})
    assert (found.samples, found.lines) == (["T"], [])
    assert "##INFO=<ID=CALLED_BY" in found.header
    assert "##source=some caller v1" in found.header


def test_the_same_reads_give_the_same_records(tmp_path: Path) -> None:
    changes = [snv(REF, 1000), mnv(REF, 1003, 2), insertion(1010, "GG"), deletion(REF, 1010, 1013)]
    pairs = sampled(
        [(changed(change), 0.2) for change in changes] + [(PLAIN, 0.2)], (1000, 1013), 60, 2
    )
    calls = {"a": changes, "b": changes[:2], "c": changes[1:]}
    one = recount(tmp_path, calls, {"T": pairs}, name="one")
    two = recount(tmp_path, calls, {"T": pairs}, name="two")
    assert one.lines == two.lines
    assert len(one.lines) == 4


def test_a_killed_job_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = [snv(REF, 1000), snv(REF, 1100)]
    calls, samples = {"a": changes}, {"T": left(changed(*changes), 1000, 5)}
    before = recount(tmp_path, calls, samples).path.read_bytes()
    make = counted._record

    def killed(out: Any, variant: Any, names: Any) -> Any:
        if variant.event.change == changes[1]:
            raise KeyboardInterrupt
        return make(out, variant, names)

    monkeypatch.setattr(counted, "_record", killed)
    for name in ("calls", "half"):
        with pytest.raises(KeyboardInterrupt):
            recount(tmp_path, calls, samples, name=name)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["calls.vcf.gz"]
    assert (tmp_path / "out/calls.vcf.gz").read_bytes() == before


def test_candidates_are_gathered_by_allele(tmp_path: Path) -> None:
    one, two, more = snv(REF, 1000), snv(REF, 1000, 2), insertion(1200, "ACG")
    first = write_calls(tmp_path / "a.vcf", [(one, "weak"), (two, "weak"), more], "chr1")
    second = write_calls(tmp_path / "b.vcf", [one, (two, "sb")], "chr1")
    third = write_calls(tmp_path / "c.vcf", [snv(CONTIGS["chr2"], 5)], "chr2")
    found = gather([("m", first), ("v", second), ("v", third)])
    assert [(c.chrom, c.change) for c in found] == [
        ("chr1", min(one, two, key=lambda c: c.alt)),
        ("chr1", max(one, two, key=lambda c: c.alt)),
        ("chr1", left_align(more, REF, 0)),
        ("chr2", snv(CONTIGS["chr2"], 5)),
    ]
    of = {c.change: c for c in found}
    assert (of[one].called_by, of[one].caller_filters) == ({"m", "v"}, {"m:weak"})
    assert (of[two].called_by, of[two].caller_filters) == ({"m", "v"}, {"m:weak", "v:sb"})
    assert provenance([first, second]) == ["##source=some caller v1"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_filter_counts_when_no_record_of_the_caller_passes(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    """Chunks may both have an allele at their border."""
    site = snv(REF, 1000)
    files = [
        write_calls(tmp_path / "0.vcf", [site], "chr1"),
        write_calls(tmp_path / "1.vcf", [(site, "weak")], "chr1"),
    ]
    (found,) = gather([("m", files[i]) for i in order])
    assert (found.called_by, found.caller_filters) == ({"m"}, set())
    (other,) = gather([("m", files[order[0]]), ("v", files[order[1]])])
    assert other.caller_filters == {"v:weak" if order[1] else "m:weak"}


def test_alleles_that_cannot_be_counted_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    head = write_calls(path, [], "chr1").read_text()
    rows = [
        ("A", "<DEL>"),
        ("A", "*"),
        ("N", "A"),
        ("A", "."),
        ("AT", "AN"),
        ("A", "A"),
        ("a", "t"),
        ("ACC", "AC"),
    ]
    path.write_text(
        head
        + "".join(
            f"chr1\t{100 + i}\t.\t{ref}\t{alt}\t.\t.\t.\n" for i, (ref, alt) in enumerate(rows)
        )
    )
    assert [c.change for c in gather([("x", path)])] == [
        Change(105, 106, "A", "T"),
        Change(107, 108, "C", ""),
    ]
