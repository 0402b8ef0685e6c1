"""What DNA and RNA say of one rearrangement, in one row, with its filters and reasons."""

from typing import Any

import pytest
from toy_genes import knowledge
from toy_reads import rules, rules_data

from builders import panel
from dugnad.rearrangements.found import Found, Setting
from dugnad.rearrangements.join import join
from dugnad.rearrangements.join_rearrangements import record_of
from dugnad.tables import JUNCTIONS

# TWO::PLUS, which is known; exons 2 and 3
KNOWN = {
    "chrom_1": "chr1", "pos_1": 11_500, "strand_1": "-",
    "chrom_2": "chr2", "pos_2": 6_500, "strand_2": "+",
}  # fmt: skip
OTHER_END = {
    "chrom_1": "chr1", "pos_1": 11_499, "strand_1": "+",
    "chrom_2": "chr2", "pos_2": 6_501, "strand_2": "-",
}  # fmt: skip
IN_RNA = {
    "chrom_1": "chr2", "pos_1": 6_100, "strand_1": "+",
    "chrom_2": "chr1", "pos_2": 12_001, "strand_2": "-",
    "gene_5": "TWO", "gene_3": "PLUS",
}  # fmt: skip
BOTH = Setting(normal=True, rna=True)


def dna(**changes: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(JUNCTIONS.names),
        "called_by": "search",
        "analyte": "dna",
        "uncertainty": 0,
        "split_reads": 20,
        "pairs": 5,
        "reference_1": 60,
        "reference_2": 4,
        "normal_split_reads": 0,
        "normal_pairs": 0,
        "mapping_quality": 60.0,
        "caller_filters": [],
        "inserted": "",
        "read_starts": 20,
        **KNOWN,
        **changes,
    }


def rna(**changes: Any) -> dict[str, Any]:
    return dna(
        **{
            "called_by": "star",
            "analyte": "rna",
            "split_reads": 40,
            "pairs": 11,
            "reference_1": 300,
            "reference_2": 200,
            "normal_split_reads": None,
            "normal_pairs": None,
            **IN_RNA,
            **changes,
        }
    )


def joined(*rows: dict[str, Any], setting: Setting = BOTH, **more: Any) -> list[Found]:
    return join(rows, rules(), knowledge(), setting, **more)


def test_dna_and_rna_are_one_row() -> None:
    found = joined(dna(), dna(called_by="delly", pos_1=11_502, split_reads=9), rna())
    assert len(found) == 1
    row = found[0].row
    assert row["name"] == "TWO::PLUS"
    assert row["called_by"] == ["dna:search", "dna:delly", "rna:star"]
    assert (row["split_reads"], row["pairs"], row["rna_split_reads"]) == (20, 5, 40)
    assert (row["rna_pos_1"], row["rna_pos_2"]) == (6_100, 12_001)
    assert (row["rna_reference_1"], row["rna_reference_2"]) == (300, 200)
    assert row["vaf"] == pytest.approx(20 / 80)
    assert row["filters"] == []
    assert row["frame"] == "in_frame"
    assert "DNA: 20 fragments" in row["reason"]
    assert "RNA: 40 fragments" in row["reason"]


def test_sides_in_either_order_are_the_same_transcript() -> None:
    turned = rna(
        called_by="pizzly",
        **{f"{a}_{n}": IN_RNA[f"{a}_{3 - n}"] for n in (1, 2) for a in ("chrom", "pos", "strand")},
    )
    row = joined(rna(), turned)[0].row
    assert row["called_by"] == ["rna:star", "rna:pizzly"]
    assert (row["rna_chrom_1"], row["rna_pos_1"]) == ("chr2", 6_100)


def test_rna_with_exons_that_the_dna_lost_is_another_event() -> None:
    # the DNA keeps PLUS from exon 3; this RNA has its exon 2
    found = joined(dna(), rna(pos_2=11_001))
    assert sorted(item.row["called_by"] for item in found) == [["dna:search"], ["rna:star"]]


def test_other_transcripts_of_one_fusion_are_isoforms() -> None:
    skipped = rna(pos_1=5_090, split_reads=3)
    found = joined(dna(), rna(), skipped)
    assert [item.row["filters"] for item in found] == [[], ["minor_isoform"]]
    assert found[1].row["rna_split_reads"] == 3


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (BOTH, "RNA does not show it, with 7 fragments over the exons of PLUS"),
        (Setting(True, True, False), "means nothing"),
        (Setting(True, False), "there is no RNA"),
        (Setting(True, True, rna_searched=False), "is not searched"),
    ],
)
def test_dna_alone_says_what_rna_could_have_seen(setting: Setting, words: str) -> None:
    found = joined(dna(), setting=setting, expressed=lambda _: 7)
    assert found[0].row["filters"] == []
    assert words in found[0].row["reason"]


def test_rna_alone_says_what_dna_could_have_seen() -> None:
    row = joined(rna())[0].row
    assert row["filters"] == []
    assert row["pos_1"] is None
    assert "DNA does not show it, of which PLUS is read" in row["reason"]


@pytest.mark.parametrize(
    ("changes", "filters"),
    [
        ({"split_reads": 3, "pairs": 0}, []),  # known: three are enough
        ({"split_reads": 2, "pairs": 0}, ["low_reads"]),
        ({"normal_split_reads": 8}, ["in_normal"]),
        ({"normal_split_reads": 1}, []),
        ({"caller_filters": ["LowQual"]}, ["search:LowQual"]),
    ],
)
def test_filters_of_a_known_fusion(changes: dict[str, Any], filters: list[str]) -> None:
    assert joined(dna(**changes))[0].row["filters"] == filters


def test_filters_are_stricter_for_what_is_not_known() -> None:
    row = joined(dna(**OTHER_END, split_reads=3, pairs=0))[0].row
    assert row["filters"] == ["low_reads"]


def test_a_method_that_lets_it_pass_outweighs_anothers_own_filter() -> None:
    row = joined(dna(), dna(called_by="delly", caller_filters=["LowQual"]))[0].row
    assert row["filters"] == []


def test_rna_makes_up_for_little_dna_but_not_for_the_normal() -> None:
    few = joined(dna(split_reads=2, pairs=0), rna())[0].row
    assert few["filters"] == []
    assert "DNA alone would be flagged low_reads" in few["reason"]
    germline = joined(dna(normal_split_reads=15), rna())[0].row
    assert germline["filters"] == ["in_normal"]


def test_the_normals_filter_lasts_whatever_it_is_called() -> None:
    limit = {"id": "germline", "field": "normal_reads", "above": 3, "unit": "x", "why": "t"}
    rows = [dna(normal_split_reads=15), rna()]
    (found,) = join(rows, rules(filters=[limit]), knowledge(), BOTH)
    assert found.row["filters"] == ["germline"]


def test_pairs_that_span_little_more_than_they_are_off_are_flagged() -> None:
    short = {"chrom_1": "chr1", "pos_1": 10_300, "strand_1": "+", "chrom_2": "chr1",
             "pos_2": 10_800, "strand_2": "-", "split_reads": 0, "pairs": 30}  # fmt: skip
    limit = {"id": "imprecise", "field": "sharpness", "below": 5, "unit": "x", "why": "t"}
    asked = rules(filters=[limit])
    for uncertainty, filters in ((150, ["imprecise"]), (50, []), (0, [])):
        rows = [dna(**short, uncertainty=uncertainty)]
        assert join(rows, asked, knowledge(), BOTH)[0].row["filters"] == filters


def test_both_flagged_stay_flagged() -> None:
    row = joined(dna(split_reads=1, pairs=0), rna(caller_filters=["few"]))[0].row
    assert row["filters"] == ["low_reads", "few"]


def test_the_other_end_of_a_balanced_fusion_is_flagged() -> None:
    found = joined(dna(), dna(**OTHER_END))
    assert [(i.row["name"], i.row["filters"]) for i in found] == [
        ("TWO::PLUS", []),
        ("PLUS::TWO", ["reciprocal"]),
    ]


def test_without_a_normal_it_may_be_germline() -> None:
    row = joined(dna(normal_split_reads=None, normal_pairs=None), setting=Setting(False, True))
    assert "may be germline" in row[0].row["reason"]
    assert row[0].row["filters"] == []


@pytest.mark.parametrize("reads", [0, 15])
def test_another_persons_normal_says_nothing(reads: int) -> None:
    foreign = Setting(normal=False, rna=True, foreign=True)
    row = joined(dna(normal_split_reads=reads), setting=foreign)[0].row
    assert row["filters"] == []
    assert "the normal is not of this person, so that it may be germline" in row["reason"]
    assert (row["normal_split_reads"], row["normal_pairs"]) == (None, None)


def test_a_normal_that_was_not_counted_is_no_clean_one() -> None:
    alone = dna(called_by="delly", pairs=1, normal_split_reads=None, normal_pairs=None)
    reason = joined(alone)[0].row["reason"]
    assert "20 fragments read across it and 1 pair around it (delly); not counted" in reason
    assert "none in the normal" not in reason


def test_what_breaks_no_gene_of_the_panel_is_flagged_and_counted() -> None:
    far = {"chrom_1": "chr1", "pos_1": 1_000, "chrom_2": "chr1", "pos_2": 5_000, "strand_2": "-"}
    found = joined(dna(**far, strand_1="+"))
    assert found[0].row["filters"] == ["off_panel"]
    part = record_of(found, [], knowledge(), panel(rearrangements=rules_data()), (), BOTH)
    assert part.found == ()
    assert any(note.startswith("1 junctions break no gene") for note in part.notes)


def test_neighbours_read_through_are_flagged_unless_known() -> None:
    pair = {"chrom_1": "chr1", "pos_1": 12_800, "strand_1": "+"}
    pair |= {"chrom_2": "chr1", "pos_2": 13_500, "strand_2": "-"}
    wide = rules(filters=[{"id": "read_through", "field": "span", "below": 1000, "known": "exempt",
                           "unit": "x", "why": "t"}])  # fmt: skip
    assert join([dna(**pair)], wide, knowledge(), BOTH)[0].row["filters"] == ["read_through"]
    known = knowledge(known={("PLUS", "NEXT"): "PMID:2"})
    assert join([dna(**pair)], wide, known, BOTH)[0].row["filters"] == []


DUPLICATION = {
    "chrom_1": "chr1", "pos_1": 11_020, "strand_1": "-",
    "chrom_2": "chr1", "pos_2": 11_079, "strand_2": "+",
}  # fmt: skip


def small(**changes: Any) -> dict[str, Any]:
    row = {"chrom": "chr1", "pos": 11_019, "ref": "A", "alt": "A" + "C" * 60, "gene": "PLUS"}
    return row | {"hgvs_p": "p.(Tyr40_Leu59dup)", "hgvs_c": None} | changes


def test_an_internal_duplication_is_not_listed_twice() -> None:
    found = joined(dna(**DUPLICATION), variants=[small()])
    assert found[0].row["filters"] == ["small_variant"]
    part = record_of(found, [], knowledge(), panel(rearrangements=rules_data()), (), BOTH)
    assert part.found == ()
    words = "PLUS duplication within exon 2"
    agreed = "seen by the DNA methods, agrees with PLUS p.(Tyr40_Leu59dup)."
    assert f"{words}, {agreed}" in part.notes


@pytest.mark.parametrize(
    "changes", [{"alt": "A" + "C" * 30}, {"pos": 10_050}, {"chrom": "chr2"}, {"ref": "A" * 62}]
)
def test_one_that_no_small_variant_is_like_stays_listed(changes: dict[str, Any]) -> None:
    found = joined(dna(**DUPLICATION), variants=[small(**changes)])
    assert "no small variant agrees" in found[0].row["reason"]
    part = record_of(found, [], knowledge(), panel(rearrangements=rules_data()), (), BOTH)
    assert len(part.found) == 1


def test_the_record_has_the_genes_of_what_passes() -> None:
    found = joined(dna(), dna(**OTHER_END), rna())
    asked = panel(rearrangements=rules_data())
    part = record_of(found, [], knowledge(), asked, ("star",), BOTH, ["said by RNA"])
    assert [item.gene for item in part.partners] == ["TWO", "PLUS"]
    assert part.partners[1].domains[0].name == "kinase"
    assert (part.dna_methods, part.rna_methods) == (("search", "delly"), ("star",))
    assert "said by RNA" in part.notes
    assert [item.passes for item in part.found] == [True, False]
