"""Fragments that show a change, against the fragments that were planted."""

import math
import random
from pathlib import Path

import pytest
from simulated import (
    BWA,
    CLIPPING,
    EXACT,
    Aligner,
    Bam,
    Haplotype,
    Pair,
    bases,
    deletion,
    insertion,
    locus_of,
    mnv,
    other_base,
    recounted,
    sampled,
    snv,
    tiled,
)

from dugnad.alleles import Change
from dugnad.small_variants.pileup import Counting
from dugnad.small_variants.recount import Evidence

REF = bases(3000, 1)
PLAIN = Haplotype("chr1", REF)
HERE = 1500
RUN = REF.index("AAAA")  # of a homopolymer
SITE = snv(REF, HERE)
OTHERS = snv(REF, HERE, 2)

INDELS = {
    "one base less of a run": deletion(REF, RUN, RUN + 1),
    "one base more of a run": insertion(RUN, "A"),
    "deletion of 3": deletion(REF, HERE, HERE + 3),
    "deletion of 18": deletion(REF, HERE, HERE + 18),
    "deletion of 50": deletion(REF, HERE, HERE + 50),
    "deletion of 200": deletion(REF, HERE, HERE + 200),
    "insertion of 3": insertion(HERE, "GAT"),
    "insertion of 20": insertion(HERE, bases(20, 5)),
    "18 bases for 3": Change(HERE, HERE + 18, REF[HERE : HERE + 18], "TCA"),
    "2 bases for 30": Change(HERE, HERE + 2, REF[HERE : HERE + 2], bases(30, 9)),
    **{f"{n} bases twice": insertion(HERE, REF[HERE : HERE + n]) for n in (4, 12, 30)},
}
LONG = {f"{n} bases twice": insertion(HERE, REF[HERE : HERE + n]) for n in (60, 74, 76, 90, 120)}
LONG["60 new bases"] = insertion(HERE, bases(60, 5))


def planted(
    folder: Path,
    change: Change,
    copies: tuple[int, int],
    aligner: Aligner = BWA,
    length: int = 250,
) -> Evidence:
    """The evidence where each place gives so many fragments without the change, and with it."""
    place = locus_of(REF, change)
    around = place.start, place.end
    changed = Haplotype("chr1", REF, (place.change,))
    pairs = [
        *tiled(PLAIN, around, copies[0], length),
        *tiled(changed, around, copies[1], length),
    ]
    bam = Bam(folder / "a.bam", {"chr1": REF}, aligner).write(pairs)
    return recounted(bam, REF, change)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("copies", [(1, 1), (9, 1), (0, 1), (1, 0)])
def test_substitutions_count_exactly(tmp_path: Path, size: int, copies: tuple[int, int]) -> None:
    evidence = planted(tmp_path, mnv(REF, HERE, size), copies)
    each = 2 * (100 - size + 1)  # places from which either mate covers the whole change
    assert (evidence.alt_reads, evidence.depth) == (each * copies[1], each * sum(copies))


@pytest.mark.parametrize("length", [120, 250])
@pytest.mark.parametrize("aligner", [EXACT, BWA, CLIPPING], ids=["exact", "bwa", "clipping"])
@pytest.mark.parametrize("change", INDELS.values(), ids=INDELS)
def test_indels_count_as_often_as_they_are_there(
    tmp_path: Path, change: Change, aligner: Aligner, length: int
) -> None:
    evidence = planted(tmp_path, change, (1, 1), aligner, length)
    assert evidence.vaf == pytest.approx(0.5, rel=0.04)
    assert evidence.depth > length


@pytest.mark.parametrize("copies", [(4, 1), (1, 1)])
@pytest.mark.parametrize("length", [120, 180, 250])
@pytest.mark.parametrize("change", LONG.values(), ids=LONG)
def test_long_duplications_count_as_often_as_they_are_there(
    tmp_path: Path, change: Change, length: int, copies: tuple[int, int]
) -> None:
    evidence = planted(tmp_path, change, copies, BWA, length)
    assert evidence.vaf == pytest.approx(copies[1] / sum(copies), rel=0.04)


@pytest.mark.parametrize("change", [*INDELS.values(), *LONG.values()], ids=[*INDELS, *LONG])
def test_an_indel_that_all_or_no_fragments_have(tmp_path: Path, change: Change) -> None:
    nobody = planted(tmp_path, change, (1, 0))
    assert nobody.alt_reads == 0
    assert nobody.depth >= 50
    everybody = planted(tmp_path, change, (0, 1))
    assert everybody.alt_reads > 45
    assert everybody.vaf is not None
    assert everybody.vaf > 0.96


@pytest.mark.parametrize("vaf", [0.05, 0.1, 0.2, 0.35, 0.5])
@pytest.mark.parametrize("size", [60, 120])
def test_a_tandem_duplication_at_any_vaf(tmp_path: Path, vaf: float, size: int) -> None:
    change = insertion(HERE, REF[HERE : HERE + size])
    changed = Haplotype("chr1", REF, (change,))
    alt = depth = 0
    for seed in range(4):
        pairs = sampled([(PLAIN, 1 - vaf), (changed, vaf)], (HERE, HERE + size), 500, seed)
        evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs), REF, change)
        alt, depth = alt + evidence.alt_reads, depth + evidence.depth
    expected = vaf * depth
    assert abs(alt - expected) < 3 * math.sqrt(expected * (1 - vaf)) + 0.05 * expected


def random_change(rng: random.Random) -> Change:
    """Of any kind, but one that the reference has already."""
    place, size = rng.randrange(1000, 2000), rng.choice((1, 1, 2, 5, 15, 30))
    kind = rng.choice(("snv", "mnv", "deletion", "insertion", "duplication", "delins"))
    if kind == "snv":
        return snv(REF, place, rng.randint(1, 3))
    if kind == "mnv":
        return mnv(REF, place, rng.randint(2, 4))
    if kind == "deletion":
        return deletion(REF, place, place + size)
    if kind == "duplication":
        return insertion(place, REF[place : place + size])
    # neither end of what is new is as the reference has it
    new = "".join(rng.choices("ACGT", k=max(size - 2, 0)))
    first, last = other_base(REF[place]), other_base(REF[place - 1], 2)
    if kind == "insertion":
        return insertion(place, first + new + last if size > 1 else first)
    gone = rng.choice((3, 7, 12))
    last = other_base(REF[place + gone - 1])
    if len(new) + 2 == gone:
        gone += 1
        last = other_base(REF[place + gone - 1])
    return Change(place, place + gone, REF[place : place + gone], first + new + last)


@pytest.mark.parametrize("seed", range(40))
def test_random_changes_at_random_vaf(tmp_path: Path, seed: int) -> None:
    """Between the fragments that show the change beyond doubt, and those that touch it at all."""
    rng = random.Random(seed)
    change, vaf = random_change(rng), rng.uniform(0.03, 0.97)
    place = locus_of(REF, change)
    changed = Haplotype("chr1", REF, (place.change,))
    around = place.start, place.end
    pairs = sampled([(PLAIN, 1 - vaf), (changed, vaf)], around, 150, seed)
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}, rng.choice((EXACT, BWA, CLIPPING))).write(pairs)
    evidence = recounted(bam, REF, change)
    sure, possible = [0, 0], [0, 0]
    for pair in pairs:
        with_it = pair.haplotype is changed
        more = len(place.change.alt) - len(place.change.ref) if with_it else 0
        low, high = place.start, place.end + more
        reads = [(at, at + 100) for at in (pair.start, pair.start + pair.length - 100)]
        margin = 0 if place.is_substitution else 12
        sure[with_it] += any(s <= low - margin and high + margin <= e for s, e in reads)
        possible[with_it] += any(s < high + 1 and low - 1 < e for s, e in reads)
    assert sure[1] > 0
    assert sure[1] <= evidence.alt_reads <= possible[1]
    ref = evidence.depth - evidence.alt_reads
    # a changed read that ends beside the change may be taken for an unchanged one
    assert sure[0] <= ref <= possible[0] + 0.1 * possible[1]
    if place.is_substitution:
        assert (evidence.alt_reads, ref) == (sure[1], sure[0])
    covering = sum(sure)
    assert evidence.vaf == pytest.approx(sure[1] / covering, abs=2.5 / math.sqrt(covering) / 2)


def test_half_an_mnv_is_not_the_mnv(tmp_path: Path) -> None:
    whole = mnv(REF, HERE, 2)
    first = Change(HERE, HERE + 1, whole.ref[0], whole.alt[0])
    halves = Haplotype("chr1", REF, (first,))
    both = Haplotype("chr1", REF, (whole,))
    pairs = [
        *(Pair(halves, HERE - 50, name=f"h{i}") for i in range(7)),
        *(Pair(both, HERE - 50, name=f"b{i}") for i in range(5)),
        *(Pair(PLAIN, HERE - 50, name=f"p{i}") for i in range(3)),
    ]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    of_whole, of_half = recounted(bam, REF, whole), recounted(bam, REF, first)
    assert (of_whole.alt_reads, of_whole.depth) == (5, 15)
    assert (of_half.alt_reads, of_half.depth) == (12, 15)


def test_another_allele_counts_in_the_depth_only(tmp_path: Path) -> None:
    third = Haplotype("chr1", REF, (OTHERS,))
    mine = Haplotype("chr1", REF, (SITE,))
    pairs = [Pair(third, HERE - 50), *[Pair(mine, HERE - 50)] * 2, *[Pair(PLAIN, HERE - 50)] * 4]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    evidence = recounted(bam, REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == (2, 7)
    # strands are of reads for either allele only
    assert (evidence.forward, evidence.reverse) == ((4, 2), (0, 0))


@pytest.mark.parametrize("change", INDELS.values(), ids=INDELS)
def test_reads_that_are_clipped_at_the_change(tmp_path: Path, change: Change) -> None:
    never = Aligner(beyond=10_000, bonus=-100)
    evidence = planted(tmp_path, change, (1, 1), never, 250)
    opened = planted(tmp_path, change, (1, 1), EXACT, 250)
    assert evidence.alt_reads == pytest.approx(opened.alt_reads, rel=0.08)
    assert evidence.vaf == pytest.approx(0.5, rel=0.05)
    # not beside the end of a read, though it is where the alignment ends
    assert evidence.end_distance is not None
    assert evidence.end_distance > 15


def test_mates_that_overlap_count_once(tmp_path: Path) -> None:
    mine = Haplotype("chr1", REF, (SITE,))
    pairs = [Pair(mine, HERE - 60, 120), Pair(PLAIN, HERE - 60, 120)]
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs), REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == (1, 2)
    assert (evidence.forward, evidence.reverse) == ((1, 1), (1, 1))


@pytest.mark.parametrize(
    ("qualities", "counted"),
    [
        ((37, 37), (0, 0)),
        ((37, 20), (0, 0)),
        ((20, 37), (0, 0)),
        ((37, 2), (0, 1)),
        ((2, 37), (1, 1)),
    ],
)
def test_mates_that_disagree_count_as_neither_unless_one_is_sure(
    tmp_path: Path, qualities: tuple[int, int], counted: tuple[int, int]
) -> None:
    """The right mate has the changed base, the left one has not."""
    error = (1, 60 - 20, SITE.alt)
    pair = Pair(PLAIN, HERE - 60, 120, qualities=qualities, errors=(error,))
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair]), REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == counted


def test_mates_that_disagree_on_an_indel_count_as_neither(tmp_path: Path) -> None:
    """Left mates of molecules with a deletion, paired with right mates of such without."""
    change = deletion(REF, HERE, HERE + 5)
    changed = Haplotype("chr1", REF, (change,))
    lefts = Bam(tmp_path / "l.bam", {"chr1": REF}).write([Pair(changed, HERE - 60, 120)])
    rights = Bam(tmp_path / "r.bam", {"chr1": REF}).write([Pair(PLAIN, HERE - 60, 120)])
    mixed = Bam(tmp_path / "a.bam", {"chr1": REF}).mixed(lefts, rights)
    assert recounted(lefts, REF, change).alt_reads == 1
    assert recounted(mixed, REF, change).depth == 0


@pytest.mark.parametrize(("base_quality", "counted"), [(20, 1), (19, 0), (37, 1), (2, 0)])
@pytest.mark.parametrize("change", [SITE, mnv(REF, HERE, 3), INDELS["deletion of 18"]])
def test_low_base_quality_does_not_count(
    tmp_path: Path, change: Change, base_quality: int, counted: int
) -> None:
    pair = Pair(Haplotype("chr1", REF, (change,)), HERE - 50, qualities=(base_quality, 37))
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair]), REF, change)
    assert (evidence.alt_reads, evidence.depth) == (counted, counted)


def test_of_several_bases_the_poorest_counts(tmp_path: Path) -> None:
    whole = mnv(REF, HERE, 3)
    changed = Haplotype("chr1", REF, (whole,))
    for at, counted in ((49, 1), (50, 0), (51, 0), (52, 0), (53, 1)):
        pair = Pair(changed, HERE - 50, poor=((0, at),))
        evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair]), REF, whole)
        assert evidence.alt_reads == counted, at


RUN_OF_8 = bases(500, 51) + "C" + "A" * 8 + "GTC" + bases(500, 52)
LESS = deletion(RUN_OF_8, 501, 502)


@pytest.mark.parametrize(
    ("beyond", "wrong", "counted"),
    [
        (0, (), (0, 0)),  # within the run, nobody can tell
        (2, (), (1, 1)),
        (3, (), (1, 1)),
        (12, (), (1, 1)),
        (12, (1,), (1, 1)),
        (12, (3,), (1, 1)),
    ],
)
@pytest.mark.parametrize("is_changed", [True, False])
def test_a_read_tells_by_the_bases_behind_a_run(
    tmp_path: Path, beyond: int, wrong: tuple[int, ...], counted: tuple[int, int], is_changed: bool
) -> None:
    """Of a run of eight, one base less; the read ends so many bases behind the run."""
    haplotype = Haplotype("chr1", RUN_OF_8, (LESS,) if is_changed else ())
    end = haplotype.sequence.index("A" * 7 + "GTC") + 7 + beyond
    errors = tuple(
        (0, at, other_base(haplotype.sequence[end - 100 + at])) for at in (100 - n for n in wrong)
    )
    pair = Pair(haplotype, end - 100, 350, errors=errors)
    bam = Bam(tmp_path / "a.bam", {"chr1": RUN_OF_8}).write([pair])
    evidence = recounted(bam, RUN_OF_8, LESS)
    assert (evidence.alt_reads, evidence.depth) == (counted[0] * is_changed, counted[1])


@pytest.mark.parametrize("gone", [2, 4, 6])
def test_another_indel_of_the_same_place_counts_in_the_depth_only(
    tmp_path: Path, gone: int
) -> None:
    change, other = deletion(REF, HERE, HERE + 12), deletion(REF, HERE, HERE + gone)
    haplotypes = [Haplotype("chr1", REF, changes) for changes in ((change,), (other,), ())]
    pairs = [Pair(h, HERE - 50, name=f"{i}") for i, h in enumerate(haplotypes)]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    evidence = recounted(bam, REF, change)
    assert (evidence.alt_reads, evidence.depth) == (1, 3)


@pytest.mark.parametrize(("mapping_quality", "counted"), [(20, 1), (19, 0), (0, 0)])
def test_low_mapping_quality_does_not_count(
    tmp_path: Path, mapping_quality: int, counted: int
) -> None:
    pair = Pair(Haplotype("chr1", REF, (SITE,)), HERE - 50, mapping_quality=mapping_quality)
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair]), REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == (counted, counted)


@pytest.mark.parametrize("flag", [1024, 256, 2048, 512])
def test_reads_that_are_no_evidence(tmp_path: Path, flag: int) -> None:
    changed = Haplotype("chr1", REF, (SITE,))
    pairs = [Pair(changed, HERE - 50, flag=flag), Pair(changed, HERE - 40)]
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs), REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == (1, 1)


FAMILIES = Counting(20, 20, 4 | 256 | 512 | 2048)


def family(haplotypes: list[Haplotype], name: str = "m") -> list[Pair]:
    """Copies of one molecule; the first was kept, the others are marked as its duplicates."""
    return [
        Pair(
            h, HERE - 50, name=f"{name}{i}", flag=1024 * bool(i), copy_of=f"{name}0" if i else None
        )
        for i, h in enumerate(haplotypes)
    ]


@pytest.mark.parametrize(
    ("copies", "counted"),
    [
        ("aaa", (1, 1)),
        ("apa", (1, 1)),  # an error in one copy of three is outvoted
        ("paa", (1, 1)),  # also in the one that was kept
        ("app", (0, 1)),
        ("ap", (0, 0)),
        ("a", (1, 1)),
    ],
)
def test_a_family_votes_as_one(tmp_path: Path, copies: str, counted: tuple[int, int]) -> None:
    allele = {"a": Haplotype("chr1", REF, (SITE,)), "p": PLAIN}
    pairs = family([allele[copy] for copy in copies])
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    evidence = recounted(bam, REF, SITE, FAMILIES, families=True)
    assert (evidence.alt_reads, evidence.depth) == counted


def test_families_of_a_kept_copy_that_is_a_duplicate_in_turn(tmp_path: Path) -> None:
    changed = Haplotype("chr1", REF, (SITE,))
    chain = [
        Pair(changed, HERE - 50, name="a"),
        Pair(changed, HERE - 50, name="b", flag=1024, copy_of="a"),
        Pair(changed, HERE - 50, name="c", flag=1024, copy_of="b"),
        Pair(changed, HERE - 50, name="other"),
        # each says that the other was kept
        Pair(PLAIN, HERE - 50, name="x", flag=1024, copy_of="y"),
        Pair(PLAIN, HERE - 50, name="y", flag=1024, copy_of="x"),
    ]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(chain)
    evidence = recounted(bam, REF, SITE, FAMILIES, families=True)
    assert evidence.alt_reads == 2
    assert evidence.depth - evidence.alt_reads in {1, 2}
    # without families, and without duplicates
    assert recounted(bam, REF, SITE).depth == 2


def test_no_reads_at_all(tmp_path: Path) -> None:
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write([])
    for change in (SITE, *INDELS.values(), *LONG.values()):
        evidence = recounted(bam, REF, change)
        assert evidence == Evidence(depth=0, alt_reads=0)
        assert evidence.vaf is None


EDGE = bases(600, 11)
AT_EDGES = [
    snv(EDGE, 0),
    snv(EDGE, 599),
    mnv(EDGE, 0, 2),
    mnv(EDGE, 598, 2),
    deletion(EDGE, 2, 4),
    insertion(1, other_base(EDGE[1]) * 3),
    deletion(EDGE, 594, 598),
    insertion(597, other_base(EDGE[597]) * 3),
]


@pytest.mark.parametrize("change", AT_EDGES, ids=str)
def test_changes_at_the_ends_of_a_contig(tmp_path: Path, change: Change) -> None:
    changed, plain = Haplotype("chr1", EDGE, (change,)), Haplotype("chr1", EDGE)
    near_start = change.start < 300
    pairs = [
        Pair(h, 0 if near_start else len(h.sequence) - 250, name=f"{h is changed}{i}")
        for h, number in ((changed, 3), (plain, 5))
        for i in range(number)
    ]
    bam = Bam(tmp_path / "a.bam", {"chr1": EDGE}, EXACT).write(pairs)
    evidence = recounted(bam, EDGE, change)
    assert (evidence.alt_reads, evidence.depth) == (3, 8)


def test_strands_and_orientations(tmp_path: Path) -> None:
    """The left mate is forward; it is read 1 of F1R2 pairs."""
    changed = Haplotype("chr1", REF, (SITE,))
    left, right = HERE - 50, HERE - 200  # which mate covers the place
    pairs = [
        *[Pair(changed, left, is_f1r2=True)] * 1,
        *[Pair(changed, right, is_f1r2=True)] * 2,
        *[Pair(changed, left, is_f1r2=False)] * 4,
        *[Pair(changed, right, is_f1r2=False)] * 8,
        *[Pair(PLAIN, left, is_f1r2=True)] * 16,
        *[Pair(PLAIN, right, is_f1r2=False)] * 32,
    ]
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs), REF, SITE)
    assert (evidence.alt_reads, evidence.depth) == (15, 63)
    assert (evidence.forward, evidence.reverse) == ((16, 5), (32, 10))
    assert (evidence.f1r2, evidence.f2r1) == ((16, 3), (32, 12))


@pytest.mark.parametrize(
    ("size", "start", "length", "distance"),
    [
        (1, HERE - 30, 250, 30),
        (1, HERE - 99, 250, 0),
        (1, HERE, 250, 0),
        (3, HERE - 90, 250, 7),  # the last of three bases is the one nearer to the end
        (3, HERE - 2, 250, 2),
        # of two mates, the one in which it is further from an end
        (1, HERE - 95, 150, 45),
    ],
)
def test_distance_to_the_end_of_the_read(
    tmp_path: Path, size: int, start: int, length: int, distance: int
) -> None:
    change = mnv(REF, HERE, size)
    pair = Pair(Haplotype("chr1", REF, (change,)), start, length)
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write([pair])
    assert recounted(bam, REF, change).end_distance == distance


@pytest.mark.parametrize("change", INDELS.values(), ids=INDELS)
@pytest.mark.parametrize("before", [4, 12, 40, 60])
def test_distance_of_an_indel_to_the_end_of_the_read(
    tmp_path: Path, change: Change, before: int
) -> None:
    """Where a read is aligned from either side."""
    place = locus_of(REF, change)
    start = place.change.start
    pair = Pair(Haplotype("chr1", REF, (place.change,)), start - before)
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write([pair])
    evidence = recounted(bam, REF, change)
    assert evidence.alt_reads == 1
    assert evidence.end_distance == min(before, 99 - before)


@pytest.mark.parametrize("quality", [37, 10])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_insertion_with_another_base_is_another_allele(
    tmp_path: Path, at: int, quality: int
) -> None:
    """Unless that base is a poor one: then it may well be the insertion that was asked for."""
    asked = insertion(HERE, "GAT")
    word = asked.alt[:at] + other_base(asked.alt[at]) + asked.alt[at + 1 :]
    others = Haplotype("chr1", REF, (insertion(HERE, word),))
    poor = () if quality == 37 else ((0, 50 + at),)
    mine = Haplotype("chr1", REF, (asked,))
    pairs = [Pair(others, HERE - 50, name="o", poor=poor), Pair(mine, HERE - 50, name="m")]
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write(pairs), REF, asked)
    assert (evidence.alt_reads, evidence.depth) == ((1, 2) if quality == 37 else (2, 2))


def test_a_few_errors_in_a_long_insertion_do_not_hide_it(tmp_path: Path) -> None:
    change = LONG["60 new bases"]
    changed = Haplotype("chr1", REF, (change,))
    for wrong, counted in (((), 1), ((12, 40), 1), (range(5, 55, 3), 0)):
        errors = tuple((0, 20 + at, other_base(change.alt[at])) for at in wrong)
        pair = Pair(changed, HERE - 20, errors=errors)
        bam = Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write([pair])
        assert recounted(bam, REF, change).alt_reads == counted, wrong


@pytest.mark.parametrize("size", [50, 60])
def test_a_read_over_both_edges_of_a_duplicated_stretch_counts_once(
    tmp_path: Path, size: int
) -> None:
    twice = insertion(HERE, REF[HERE : HERE + size])
    pair = Pair(PLAIN, HERE - 20, 300)
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair]), REF, twice)
    assert (evidence.alt_reads, evidence.depth) == (0, 1)
    assert (evidence.forward, evidence.reverse) == ((1, 0), (0, 0))


def test_a_clipped_end_is_the_end_of_a_read(tmp_path: Path) -> None:
    """12 bases before the change, the read is of something else."""
    errors = tuple((0, at, other_base(REF[HERE - 50 + at])) for at in range(38))
    pair = Pair(Haplotype("chr1", REF, (SITE,)), HERE - 50, errors=errors)
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write([pair])
    # the errors are no gap, so the simulated read is aligned to its end: clip it as bwa would
    clipped = Bam(tmp_path / "c.bam", {"chr1": REF}).clipped(bam, left=38)
    assert recounted(bam, REF, SITE).end_distance == 49
    assert recounted(clipped, REF, SITE).end_distance == 12
    clipped = Bam(tmp_path / "r.bam", {"chr1": REF}).clipped(bam, right=40)
    assert recounted(clipped, REF, SITE).end_distance == 9


@pytest.mark.parametrize(
    "change",
    [SITE, mnv(REF, HERE, 3), INDELS["deletion of 18"], INDELS["insertion of 3"]],
    ids=["snv", "mnv", "deletion", "insertion"],
)
@pytest.mark.parametrize(
    ("alt", "ref", "extra"), [(0, 0, 0.0), (2, 0, 2.0), (3, 1, 2.0), (0, 1, -1)]
)
def test_mismatches_beyond_the_change(
    tmp_path: Path, change: Change, alt: int, ref: int, extra: float
) -> None:
    changed = Haplotype("chr1", REF, (change,))

    def wrong(haplotype: Haplotype, number: int) -> tuple[tuple[int, int, str], ...]:
        places = [5, 12, 19][:number]
        return tuple((0, at, other_base(haplotype.sequence[HERE - 50 + at])) for at in places)

    pairs = [
        *[Pair(changed, HERE - 50, errors=wrong(changed, alt))] * 3,
        *[Pair(PLAIN, HERE - 50, errors=wrong(PLAIN, ref))] * 5,
    ]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write(pairs)
    evidence = recounted(bam, REF, change)
    assert evidence.extra_mismatches == pytest.approx(extra)
    assert (evidence.alt_reads, evidence.depth) == (3, 8)


def test_mean_qualities_are_of_the_alternative_reads(tmp_path: Path) -> None:
    changed = Haplotype("chr1", REF, (SITE,))
    pairs = [
        Pair(changed, HERE - 50, qualities=(30, 2), mapping_quality=60),
        Pair(changed, HERE - 50, qualities=(36, 2), mapping_quality=20),
        Pair(PLAIN, HERE - 50, qualities=(40, 40), mapping_quality=50),
    ]
    evidence = recounted(Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs), REF, SITE)
    assert (evidence.base_quality, evidence.mapping_quality) == (33, 40)
    assert evidence.mapping_quality_loss == 10


@pytest.mark.parametrize("distance", [-12, -3, 4, 12])
@pytest.mark.parametrize("change", [INDELS["deletion of 3"], INDELS["insertion of 3"]])
def test_a_variant_beside_an_indel_hides_neither(
    tmp_path: Path, change: Change, distance: int
) -> None:
    """On the other haplotype of each, too."""
    beside = snv(REF, change.start + distance)
    haplotypes = {
        "both": Haplotype("chr1", REF, (change, beside)),
        "one": Haplotype("chr1", REF, (change,)),
        "other": Haplotype("chr1", REF, (beside,)),
    }
    pairs = [
        Pair(haplotype, HERE - 50, name=f"{name}{i}")
        for name, haplotype in haplotypes.items()
        for i in range(5)
    ]
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}, EXACT).write(pairs)
    of_indel = recounted(bam, REF, change)
    assert (of_indel.alt_reads, of_indel.depth) == (10, 15)
    assert recounted(bam, REF, beside).alt_reads == 10


def test_errors_make_no_indel(tmp_path: Path) -> None:
    """One wrong base in a hundred, in reads that have no indel."""
    rng = random.Random(3)
    pairs = []
    for pair in sampled([(PLAIN, 1.0)], (RUN, HERE + 60), 150, 5):
        errors = tuple(
            (mate, at, rng.choice("ACGT"))
            for mate in (0, 1)
            for at in range(100)
            if rng.random() < 0.013
        )
        pairs.append(Pair(PLAIN, pair.start, pair.length, errors=errors))
    bam = Bam(tmp_path / "a.bam", {"chr1": REF}).write(pairs)
    for name, change in {**INDELS, **LONG}.items():
        evidence = recounted(bam, REF, change)
        assert evidence.alt_reads == 0, name
        assert evidence.depth > 30, name
