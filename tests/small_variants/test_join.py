"""One event, one variant, by the fragments that show it; and no caller's word is lost."""

import random
from collections.abc import Iterable, Mapping

import pytest
from simulated import bases, candidate, deletion, insertion, mnv, snv

from dugnad.alleles import Change
from dugnad.small_variants.candidates import Candidate
from dugnad.small_variants.join import Fragments, clusters, join

REF = bases(200, 2)
AT = 100

FIRST, SECOND, THIRD = (snv(REF, AT + i) for i in range(3))
PAIR = Change(AT, AT + 2, FIRST.ref + SECOND.ref, FIRST.alt + SECOND.alt)
TRIPLE = Change(AT, AT + 3, PAIR.ref + THIRD.ref, PAIR.alt + THIRD.alt)
OUTER = Change(AT, AT + 3, REF[AT : AT + 3], FIRST.alt + SECOND.ref + THIRD.alt)

Events = dict[Change, set[str]]


def joined(candidates: Iterable[Candidate], shown: Mapping[Change, Iterable[int]]) -> Events:
    """Events with their callers; fragments show what is said, and nothing else."""
    given = [Candidate(c.chrom, c.change, set(c.called_by), set()) for c in candidates]
    carried: dict[Change, Fragments] = {change: frozenset(f) for change, f in shown.items()}
    events = join(given, REF, 0, lambda change: carried.get(change, frozenset()))
    assert len({event.change for event in events}) == len(events)
    return {event.change: event.called_by for event in events}


def of_haplotypes(*haplotypes: tuple[Iterable[Change], int]) -> dict[Change, set[int]]:
    """Which fragments show the changes of bases 100 to 102, of so many of each haplotype."""
    shown: dict[Change, set[int]] = {c: set() for c in (FIRST, SECOND, THIRD, PAIR, TRIPLE, OUTER)}
    fragment = 0
    for changes, number in haplotypes:
        own = set(changes)
        whole = {PAIR: {FIRST, SECOND}, TRIPLE: {FIRST, SECOND, THIRD}}
        for change, fragments in shown.items():
            needs = whole.get(change, {change})
            has = needs <= own
            if change == OUTER:
                has = own == {FIRST, THIRD}
            if has:
                fragments |= set(range(fragment, fragment + number))
        fragment += number
    return shown


def test_neighbours_in_cis_are_one_change() -> None:
    """As BRAF Val600Lys, which is two bases."""
    shown = of_haplotypes(({FIRST, SECOND}, 40), ((), 60))
    found = joined([candidate(FIRST, "pileup"), candidate(SECOND, "pileup", "lofreq")], shown)
    assert found == {PAIR: {"pileup", "lofreq"}}


def test_neighbours_in_trans_stay() -> None:
    shown = of_haplotypes(({FIRST}, 40), ({SECOND}, 60))
    found = joined([candidate(FIRST, "a"), candidate(SECOND, "b")], shown)
    assert found == {FIRST: {"a"}, SECOND: {"b"}}


def test_three_neighbours_and_a_base_between() -> None:
    every = [candidate(change, "a") for change in (FIRST, SECOND, THIRD)]
    assert joined(every, of_haplotypes(({FIRST, SECOND, THIRD}, 9))) == {TRIPLE: {"a"}}
    outer = [every[0], every[2]]
    assert joined(outer, of_haplotypes(({FIRST, THIRD}, 9))) == {OUTER: {"a"}}
    # three bases on: not one codon's
    fourth = snv(REF, AT + 3)
    whole = Change(AT, AT + 4, REF[AT : AT + 4], FIRST.alt + REF[AT + 1 : AT + 3] + fourth.alt)
    shown = dict.fromkeys((FIRST, fourth, whole), range(9))
    assert len(joined([every[0], candidate(fourth, "b")], shown)) == 2


def test_a_germline_variant_beside_a_subclonal_one_stays_two() -> None:
    """The subclonal one lies on the germline haplotype: all that have it have both."""
    shown = of_haplotypes(({FIRST, SECOND}, 10), ({FIRST}, 90), ((), 100))
    parts = [candidate(FIRST, "a"), candidate(SECOND, "b")]
    assert joined(parts, shown) == {FIRST: {"a"}, SECOND: {"b"}}
    # also when somebody calls both as one
    found = joined([*parts, candidate(PAIR, "c")], shown)
    assert found == {FIRST: {"a", "c"}, SECOND: {"b", "c"}}


@pytest.mark.parametrize("alone", [1, 4, 5, 20])
def test_the_same_fragments_but_for_a_few(alone: int) -> None:
    """Ends of reads and errors part a few of them: three in ten at most."""
    shown = of_haplotypes(({FIRST, SECOND}, 10), ({FIRST}, alone))
    found = joined([candidate(FIRST, "a"), candidate(SECOND, "b")], shown)
    assert (list(found) == [PAIR]) == (alone <= 4)


def test_a_change_called_whole_by_one_and_in_parts_by_another() -> None:
    shown = of_haplotypes(({FIRST, SECOND}, 30), ((), 70))
    calls = [candidate(FIRST, "b"), candidate(PAIR, "a"), candidate(SECOND, "b")]
    assert joined(calls, shown) == {PAIR: {"a", "b"}}
    assert joined(calls[1:], shown) == {PAIR: {"a", "b"}}


def test_a_part_that_also_stands_alone_keeps_the_parts() -> None:
    shown = of_haplotypes(({FIRST, SECOND}, 30), ({FIRST}, 30), ({SECOND}, 30))
    calls = [candidate(FIRST, "b"), candidate(PAIR, "a"), candidate(SECOND, "b")]
    assert joined(calls, shown) == {FIRST: {"a", "b"}, SECOND: {"a", "b"}}


def test_a_complex_change_and_its_parts_are_one_event_with_all_callers() -> None:
    """A deletion with a changed base beside it, as haplotype callers write it."""
    gone = deletion(REF, AT, AT + 4)
    beside = snv(REF, AT + 4)
    whole = Change(AT, AT + 5, REF[AT : AT + 5], beside.alt)
    shown = {gone: range(30), beside: range(28), whole: range(30)}
    calls = [candidate(gone, "pileup"), candidate(whole, "freebayes"), candidate(beside, "lofreq")]
    assert joined(calls, shown) == {whole: {"pileup", "freebayes", "lofreq"}}


def test_two_spellings_of_one_event() -> None:
    """Two bases put in and one changed, or three put in with one taken away."""
    one = Change(AT, AT + 1, REF[AT], "GAT" if REF[AT] != "T" else "GAC")
    other = insertion(AT, one.alt[:2])
    changed = Change(AT, AT + 1, REF[AT], one.alt[2])
    shown = {one: range(20), other: range(20), changed: range(19)}
    calls = [candidate(other, "a"), candidate(changed, "b"), candidate(one, "c")]
    assert joined(calls, shown) == {one: {"a", "b", "c"}}


@pytest.mark.parametrize("distance", [-3, -1, 4, 6])
@pytest.mark.parametrize("kind", ["deletion", "insertion", "mnv"])
def test_a_variant_of_its_own_on_the_same_molecules_stays(kind: str, distance: int) -> None:
    """Two germline variants of one haplotype, a few bases apart: neither is a part of the other."""
    larger = {
        "deletion": deletion(REF, AT, AT + 3),
        "insertion": insertion(AT, "GATTA"),
        "mnv": mnv(REF, AT, 3),
    }[kind]
    beside = snv(REF, AT + distance)
    shown = {larger: range(50), beside: range(50)}
    calls = [candidate(larger, "a"), candidate(beside, "b")]
    assert joined(calls, shown) == {larger: {"a"}, beside: {"b"}}


@pytest.mark.parametrize("distance", [-3, 4, 6])
def test_a_somatic_variant_beside_a_germline_indel_stays(distance: int) -> None:
    gone = deletion(REF, AT, AT + 3)
    beside = snv(REF, AT + distance)
    calls = [candidate(gone, "a"), candidate(beside, "b")]
    assert len(joined(calls, {gone: range(50), beside: range(10)})) == 2


def test_what_misaligned_ends_show_beside_an_indel_is_no_variant() -> None:
    """The base that follows a deletion, where a read ends too soon for the gap."""
    gone = next(deletion(REF, at, at + 3) for at in range(AT, AT + 20) if REF[at] != REF[at + 3])
    wrong = Change(gone.start, gone.start + 1, REF[gone.start], REF[gone.end])
    calls = [candidate(gone, "a"), candidate(wrong, "b")]
    assert joined(calls, {gone: range(50), wrong: range(4)}) == {gone: {"a", "b"}}
    # or the first base that is put in
    more = insertion(AT, f"{FIRST.alt}CATT")
    calls = [candidate(more, "a"), candidate(FIRST, "b")]
    assert joined(calls, {more: range(50), FIRST: range(4)}) == {more: {"a", "b"}}
    assert len(joined(calls, {more: range(50), FIRST: range(50)})) == 2


def test_another_allele_at_the_same_place_does_not_keep_neighbours_apart() -> None:
    for step in (2, 3):
        noise = snv(REF, AT, step)
        shown = of_haplotypes(({FIRST, SECOND}, 40)) | {noise: {900, 901, 902}}
        calls = [candidate(c, "a") for c in (FIRST, noise, SECOND)]
        assert joined(calls, shown) == {PAIR: {"a"}, noise: {"a"}}


def test_a_variant_of_other_fragments_between_two_of_the_same() -> None:
    shown = {**of_haplotypes(({FIRST, THIRD}, 40)), SECOND: set(range(500, 520))}
    calls = [candidate(c, "a") for c in (FIRST, SECOND, THIRD)]
    assert joined(calls, shown) == {OUTER: {"a"}, SECOND: {"a"}}


def test_what_no_fragment_shows_stays_as_it_was_called() -> None:
    calls = [candidate(FIRST, "a"), candidate(PAIR, "b"), candidate(SECOND, "c")]
    assert joined(calls, {}) == {FIRST: {"a"}, PAIR: {"b"}, SECOND: {"c"}}


def test_filters_go_with_the_callers() -> None:
    first = candidate(FIRST, "a", filters=["a:weak"])
    second = candidate(SECOND, "b", filters=["b:sb", "b:dp"])
    shown = of_haplotypes(({FIRST, SECOND}, 40))
    (event,) = join([first, second], REF, 0, lambda change: frozenset(shown.get(change, ())))
    assert event.caller_filters == {"a:weak", "b:sb", "b:dp"}


def test_a_candidate_that_stands_alone_is_not_looked_up() -> None:
    def never(change: Change) -> Fragments:
        raise AssertionError(change)

    alone = [candidate(PAIR, "a")]
    assert join(alone, REF, 0, never) == alone


def pool() -> list[Change]:
    """Changes of a few bases that lie upon and beside one another."""
    every = [snv(REF, AT + i, step) for i in range(6) for step in (1, 2)]
    every += [mnv(REF, AT + i, n) for i in range(4) for n in (2, 3)]
    every += [deletion(REF, AT + i, AT + i + n) for i in range(4) for n in (1, 2, 4)]
    every += [insertion(AT + i, word) for i in range(4) for word in ("G", "TA", "CCAT")]
    every += [Change(AT, AT + 4, REF[AT : AT + 4], "GG"), PAIR, TRIPLE, OUTER]
    return list(dict.fromkeys(every))


@pytest.mark.parametrize("seed", range(150))
def test_nothing_is_lost_and_the_order_does_not_matter(seed: int) -> None:
    """Any candidates, shown by any fragments: many by the same ones."""
    rng = random.Random(seed)
    changes = rng.sample(pool(), rng.randint(2, 9))
    groups = [range(0, 40), range(0, 32), range(30, 60), range(5), range(0)]
    shown = {change: rng.choice(groups) for change in pool()}
    calls = [candidate(change, f"caller{i}") for i, change in enumerate(changes)]
    found = joined(calls, shown)
    assert set().union(*found.values()) == {f"caller{i}" for i in range(len(changes))}
    for _ in range(3):
        rng.shuffle(calls)
        assert joined(calls, shown) == found
    # a change is left out only where another stands for it
    for i, change in enumerate(changes):
        if change not in found:
            heirs = [event for event, callers in found.items() if f"caller{i}" in callers]
            assert heirs
            assert all(abs(heir.start - change.start) < 10 for heir in heirs)


def test_clusters_are_cut_where_nothing_lies_near() -> None:
    long = deletion(REF, 10, 40)
    every = [
        candidate(long),
        candidate(snv(REF, 20)),
        candidate(snv(REF, 45)),
        candidate(snv(REF, 51)),
        candidate(snv(REF, 58)),
        Candidate("chr2", snv(REF, 58), {"x"}),
    ]
    starts = [[(c.chrom, c.change.start) for c in cluster] for cluster in clusters(every)]
    assert starts == [
        [("chr1", 10), ("chr1", 20), ("chr1", 45), ("chr1", 51)],
        [("chr1", 58)],
        [("chr2", 58)],
    ]
    assert list(clusters([])) == []
