"""What enough reads show is proposed, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pysam
import pytest
from simulated import (
    Bam,
    Haplotype,
    Pair,
    bases,
    deletion,
    insertion,
    mnv,
    other_base,
    region,
    sampled,
    snv,
    write_fasta,
)

from dugnad.alleles import Change, as_vcf, left_align
from dugnad.cli import main
from dugnad.small_variants import proposals
from dugnad.small_variants.call_pileup import active, propose
from dugnad.small_variants.pileup import Pileup
from dugnad.small_variants.proposals import Proposal

REF = bases(3000, 31)
CONTIGS = {"chr1": REF, "chr2": bases(700, 32)}
PLAIN = Haplotype("chr1", REF)
TARGETS = "chr1\t400\t1700\nchr2\t0\t700\n"

Found = dict[tuple[str, int, str, str], list[tuple[int, tuple[int, int]]]]


def call(
    folder: Path,
    samples: dict[str, Sequence[Pair]],
    targets: str = TARGETS,
    options: Sequence[str] = (),
    name: str = "calls",
) -> tuple[Path, Path]:
    """Run the verb on samples; returns the proposals and the active bases."""
    fasta = write_fasta(folder / "genome.fa", {k: v.lower() for k, v in CONTIGS.items()})
    (folder / "targets.bed").write_text(targets)
    bams = [str(Bam(folder / f"{n}.bam", CONTIGS).write(p)) for n, p in samples.items()]
    out = folder / "out" / f"{name}.bcf", folder / "out" / f"{name}.bed"
    limits = ["--min-vaf", "0.02", "--min-alt-reads", "3"]
    limits += ["--min-base-quality", "20", "--min-mapping-quality", "20"]
    words = ["--bam", *bams, "--sample", *samples, "--fasta", str(fasta), *limits, *options]
    words += ["--targets", str(folder / "targets.bed")]
    assert main(["call-pileup", *words, "--active", str(out[1]), "--output", str(out[0])]) == 0
    return out


def proposed(path: Path) -> Found:
    """Depth and allele counts of each sample, by allele."""
    with pysam.VariantFile(str(path)) as vcf:
        return {
            (r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]): [
                (r.samples[name]["DP"], r.samples[name]["AD"]) for name in vcf.header.samples
            ]
            for r in vcf
        }


def key(change: Change, reference: str = REF, chrom: str = "chr1") -> tuple[str, int, str, str]:
    """As VCF writes it, left-aligned."""
    aligned = left_align(change, reference, 0)
    return chrom, *as_vcf(aligned, reference[aligned.start - 1])


def left(haplotype: Haplotype, place: int, number: int, **more: int) -> list[Pair]:
    """So many pairs with the place in the middle of their left mates."""
    return [Pair(haplotype, place - 50, **more) for _ in range(number)]


def changed(*changes: Change) -> Haplotype:
    return Haplotype("chr1", REF, changes)


def test_tumour_and_normal(tmp_path: Path) -> None:
    mine, both, own = snv(REF, 500), snv(REF, 800), snv(REF, 1100)
    gone, more = deletion(REF, 1300, 1304), insertion(1600, "GATTACA")
    tumour = [
        *left(changed(mine), 500, 5),
        *left(PLAIN, 500, 95),
        *left(changed(both), 800, 50),
        *left(PLAIN, 800, 50),
        *left(changed(gone), 1300, 10),
        *left(PLAIN, 1300, 30),
        *left(changed(more), 1600, 7),
        *left(PLAIN, 1600, 13),
    ]
    normal = [
        *left(PLAIN, 500, 40),
        *left(changed(both), 800, 20),
        *left(changed(own), 1100, 6),
        *left(PLAIN, 1100, 6),
    ]
    calls, looked = call(tmp_path, {"T": tumour, "N": normal})
    found = proposed(calls)
    assert list(found) == [key(change) for change in (mine, both, own, gone, more)]
    assert found[key(mine)] == [(100, (95, 5)), (40, (40, 0))]
    assert found[key(both)] == [(100, (50, 50)), (20, (0, 20))]
    assert found[key(own)] == [(0, (0, 0)), (12, (6, 6))]
    assert found[key(gone)][0][1][1] == 10
    assert found[key(more)][0] == (20, (13, 7))
    around = [line.split("\t") for line in looked.read_text().splitlines()]
    assert [(int(a), int(b)) for _, a, b in around] == [
        (470, 531),
        (770, 831),
        (1070, 1131),
        (key(gone)[1] - 30, key(gone)[1] + 34),
        (key(more)[1] - 30, key(more)[1] + 30),
    ]


def test_nothing_to_propose(tmp_path: Path) -> None:
    """Callers would take an empty BED for the whole genome, and are not run on it."""
    pairs = sampled([(PLAIN, 1.0)], (400, 1700), 30, 1)
    for name, reads in (("none", []), ("plain", pairs)):
        calls, looked = call(tmp_path, {"T": reads, "N": []}, name=name)
        assert looked.read_text() == ""
        with pysam.VariantFile(str(calls)) as vcf:
            assert vcf.header.version
            assert list(vcf.header.contigs) == ["chr1", "chr2"]
            assert list(vcf.header.samples) == ["T", "N"]
            assert list(vcf) == []


def test_long_duplications_and_deletions_are_found_by_their_clipped_ends(tmp_path: Path) -> None:
    twice, long, gone = (
        insertion(600, REF[600:660]),
        insertion(900, REF[900:1030]),
        deletion(REF, 1300, 1550),
    )
    haplotype = changed(*(left_align(c, REF, 0) for c in (twice, long, gone)))
    pairs = sampled([(PLAIN, 0.8), (haplotype, 0.2)], (400, 1700), 150, 3)
    calls, _ = call(tmp_path, {"T": pairs})
    found = proposed(calls)
    assert set(found) == {key(twice), key(long), key(gone)}
    assert all(counts[0][1][1] >= 10 for counts in found.values())


@pytest.mark.parametrize(
    ("alt", "depth", "enough"),
    [
        (3, 50, True),
        (2, 50, False),
        (3, 150, True),
        (3, 151, False),
        (4, 200, True),
        (19, 999, False),
    ],
)
@pytest.mark.parametrize("kind", ["base", "indel"])
def test_the_least_share_and_number_of_reads(kind: str, alt: int, depth: int, enough: bool) -> None:
    """At least 2 % and three reads."""
    counts = np.zeros((100, 4), dtype=np.int64)
    for row in range(100):
        counts[row, "ACGT".index(REF[500 + row])] = depth
    pile = Pileup(region(500, 600), counts)
    change = snv(REF, 550)
    if kind == "base":
        counts[50] = 0
        counts[50, "ACGT".index(change.ref)] = depth - alt
        counts[50, "ACGT".index(change.alt)] = alt
    else:
        change = left_align(insertion(550, "GATC"), REF, 0)
        pile.indels[Change(550, 550, "", "GATC")] = alt
    found = list(propose([pile], REF[:1100], 0, 0.02, 3))
    assert [(p.change, p.counts) for p in found] == [(change, ((depth, alt),))] * enough


def test_enough_in_any_sample_is_enough() -> None:
    def pile(alt: int, depth: int) -> Pileup:
        counts = np.zeros((1, 4), dtype=np.int64)
        counts[0, "ACGT".index(REF[500])] = depth - alt
        counts[0, "ACGT".index(other_base(REF[500]))] = alt
        return Pileup(region(500, 501), counts)

    (proposal,) = propose([pile(1, 1000), pile(5, 10)], REF, 0, 0.02, 3)
    assert proposal.counts == ((1000, 1), (10, 5))
    assert list(propose([pile(1, 1000), pile(1, 10)], REF, 0, 0.02, 3)) == []


def test_a_place_without_a_reference_base_has_no_proposal() -> None:
    masked = REF[:500] + "N" + REF[501:]
    counts = np.full((1, 4), 50, dtype=np.int64)
    assert list(propose([Pileup(region(500, 501), counts)], masked, 0, 0.02, 3)) == []
    three = {p.change.alt for p in propose([Pileup(region(500, 501), counts)], REF, 0, 0.02, 3)}
    assert three == set("ACGT") - {REF[500]}


def test_placements_of_one_indel_count_together() -> None:
    """Aligners put an indel of a run anywhere in it."""
    run = next(i for i in range(500, 2000) if REF[i] == REF[i + 1] == REF[i + 2] != REF[i - 1])
    pile = Pileup(region(run - 20, run + 20), np.full((40, 4), 5, dtype=np.int64))
    pile.indels[Change(run, run + 1, "", "")] = 2
    pile.indels[Change(run + 1, run + 2, "", "")] = 1
    pile.indels[Change(run + 2, run + 3, "", "")] = 4
    pile.indels[Change(run + 1, run + 1, "", REF[run])] = 3
    pile.indels[Change(run + 2, run + 2, "", REF[run])] = 2
    found = {p.change: p.counts[0][1] for p in propose([pile], REF, 0, 0.25, 5)}
    assert {c: reads for c, reads in found.items() if len(c.ref) != len(c.alt)} == {
        Change(run, run + 1, REF[run], ""): 7,
        Change(run, run, "", REF[run]): 5,
    }


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("place", ["first", "last"])
def test_the_ends_of_a_contig(tmp_path: Path, place: str, size: int) -> None:
    text = CONTIGS["chr2"]
    start = 0 if place == "first" else 700 - size
    haplotype = Haplotype("chr2", text, (mnv(text, start, size),))
    pairs = [Pair(haplotype, 0 if place == "first" else 450) for _ in range(5)]
    calls, looked = call(tmp_path, {"T": pairs})
    places = range(start, start + size)
    assert list(proposed(calls)) == [
        ("chr2", at + 1, text[at], other_base(text[at])) for at in places
    ]
    (line,) = looked.read_text().splitlines()
    ends = (0, 30 + size) if place == "first" else (700 - size - 30, 700)
    assert line == f"chr2\t{ends[0]}\t{ends[1]}"


def test_only_what_lies_in_the_targets(tmp_path: Path) -> None:
    inside, outside = snv(REF, 500), snv(REF, 520)
    pairs = left(changed(inside, outside), 500, 10)
    calls, _ = call(tmp_path, {"T": pairs}, "chr1\t480\t510\n")
    assert list(proposed(calls)) == [key(inside)]


@pytest.mark.parametrize("apart", [30, 250, 900])
def test_nothing_is_proposed_between_two_targets(tmp_path: Path, apart: int) -> None:
    """They may be read in one go; what lies between is not asked for, whatever it is."""
    last = 520 + apart
    inside = [snv(REF, 505), snv(REF, last + 5)]
    between = [snv(REF, 525), insertion(530, "GATTACA"), deletion(REF, 540, 545)]
    pairs = [pair for c in (*inside, *between) for pair in left(changed(c), c.start, 10)]
    calls, _ = call(tmp_path, {"T": pairs}, f"chr1\t{last}\t{last + 30}\nchr1\t490\t520\n")
    assert list(proposed(calls)) == [key(change) for change in inside]
    calls, _ = call(tmp_path, {"T": pairs}, f"chr1\t490\t{last + 30}\n")
    assert len(proposed(calls)) == 5


@pytest.mark.parametrize("gap", [0, 1, 5, 20])
def test_an_indel_at_the_edge_of_a_target(tmp_path: Path, gap: int) -> None:
    """It is proposed where it touches the target; its reads may be aligned beyond."""
    gone = left_align(deletion(REF, 500, 510), REF, 0)
    pairs = left(changed(gone), 500, 10)
    for targets in (f"chr1\t{gone.end + gap}\t700\n", f"chr1\t300\t{gone.start - gap}\n"):
        calls, _ = call(tmp_path, {"T": pairs}, targets)
        assert list(proposed(calls)) == ([key(gone)] if gap == 0 else [])


def test_duplicates_count_where_the_panel_keeps_them(tmp_path: Path) -> None:
    mine = snv(REF, 500)
    pairs = left(changed(mine), 500, 4, flag=1024)
    calls, _ = call(tmp_path, {"T": pairs})
    assert proposed(calls) == {}
    calls, _ = call(tmp_path, {"T": pairs}, options=["--use-duplicates"])
    assert proposed(calls)[key(mine)] == [(4, (0, 4))]


def test_two_alleles_at_one_place(tmp_path: Path) -> None:
    pairs = [*left(changed(snv(REF, 500, 1)), 500, 5), *left(changed(snv(REF, 500, 2)), 500, 6)]
    calls, _ = call(tmp_path, {"T": pairs})
    found = proposed(calls)
    assert {k[3]: v[0] for k, v in found.items()} == {
        snv(REF, 500, 1).alt: (11, (6, 5)),
        snv(REF, 500, 2).alt: (11, (5, 6)),
    }


def test_the_same_reads_give_the_same_proposals(tmp_path: Path) -> None:
    changes = [snv(REF, 500), insertion(501, snv(REF, 500).alt), deletion(REF, 900, 903)]
    pairs = [pair for change in changes for pair in left(changed(change), change.start, 9)]
    texts = []
    for name in ("one", "two"):
        calls, _ = call(tmp_path, {"T": pairs}, name=name)
        with pysam.VariantFile(str(calls)) as vcf:
            texts.append([str(record) for record in vcf])
    assert texts[0] == texts[1]
    assert len(texts[0]) == 3


def test_a_killed_job_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = left(changed(snv(REF, 500), snv(REF, 510)), 500, 9)
    out = call(tmp_path, {"T": pairs})[0]
    before = out.read_bytes()

    def killed(change: Change, beside: str) -> tuple[int, str, str]:
        if change.start == 510:
            raise KeyboardInterrupt
        return as_vcf(change, beside)

    monkeypatch.setattr(proposals, "as_vcf", killed)
    for name in ("calls", "half"):
        with pytest.raises(KeyboardInterrupt):
            call(tmp_path, {"T": pairs}, name=name)
    assert sorted(path.name for path in out.parent.iterdir()) == ["calls.bcf", "calls.bed"]
    assert out.read_bytes() == before


def test_active_bases_are_merged_and_stay_on_their_contig(tmp_path: Path) -> None:
    fasta = write_fasta(tmp_path / "genome.fa", CONTIGS)
    text = CONTIGS["chr2"]
    calls = [
        Proposal(chrom, change, ())
        for chrom, change in (
            ("chr1", snv(REF, 100)),
            ("chr1", deletion(REF, 150, 180)),
            ("chr1", snv(REF, 300)),
            ("chr2", snv(text, 5)),
            ("chr2", insertion(690, "ACGT")),
        )
    ]
    with pysam.FastaFile(str(fasta)) as genome:
        places = [(r.chrom, r.start, r.end) for r in active(calls, genome)]
    assert places == [
        ("chr1", 70, 210),
        ("chr1", 270, 331),
        ("chr2", 0, 36),
        ("chr2", 660, 700),
    ]
