"""The grammar of alterations, and protein changes as structure."""

import re

import pytest

from dugnad.knowledge.alteration import parse_alteration
from dugnad.knowledge.protein import protein_change_of


@pytest.mark.parametrize(
    ("text", "name", "kind", "growth"),
    [
        ("p.(Val600Glu)", "p.Val600Glu", "substitution", 0),
        ("V600E", "p.Val600Glu", "substitution", 0),
        ("NP_004324.2:p.Val600Glu", "p.Val600Glu", "substitution", 0),
        ("E746_A750del", "p.Glu746_Ala750del", "deletion", -5),
        ("p.(Glu746_Ala750del)", "p.Glu746_Ala750del", "deletion", -5),
        ("p.L747_P753delinsS", "p.Leu747_Pro753delinsSer", "delins", -6),
        ("p.A767_V769dup", "p.Ala767_Val769dup", "duplication", 3),
        ("p.D770_N771insSVD", "p.Asp770_Asn771insSerValAsp", "insertion", 3),
        ("p.Q37*", "p.Gln37Ter", "nonsense", None),
        ("p.Q1756Pfs*74", "p.Gln1756ProfsTer74", "frameshift", None),
        ("p.(Trp288fs)", "p.Trp288fs", "frameshift", None),
        ("p.(Met1?)", "p.Met1?", "start_lost", None),
        ("p.(Ter394TyrextTer9)", "p.Ter394TyrextTer9", "extension", None),
        ("p.(Pro72=)", "p.Pro72=", "synonymous", 0),
        ("p.(Lys22delinsAsnTer)", "p.Lys22delinsAsnTer", "delins", None),
    ],
)
def test_protein_changes_of_either_alphabet_have_one_name(
    text: str, name: str, kind: str, growth: int | None
) -> None:
    change = protein_change_of(text)
    assert change is not None
    assert (change.name, change.kind, change.growth) == (name, kind, growth)
    assert protein_change_of(change.short) == change


@pytest.mark.parametrize(
    "text", ["", None, "p.?", "p.(=)", "V600", "600E", "p.Val600Zzz", "c.1A>T"]
)
def test_what_is_no_protein_change_is_none(text: str | None) -> None:
    assert protein_change_of(text) is None


def test_frameshifts_are_the_same_by_place_and_others_by_what_comes() -> None:
    def same(one: str, two: str) -> bool:
        a, b = protein_change_of(one), protein_change_of(two)
        assert a and b
        return a.is_same(b)

    assert same("p.Trp288fs", "p.Trp288CysfsTer12")
    assert not same("p.Trp288fs", "p.Trp289fs")
    assert not same("p.Val600Glu", "p.Val600Lys")
    assert not same("p.Ala767_Val769dup", "p.Ala767_Val769del")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KRAS codon 12,13,59-61", {"kind": "class", "codons": ((12, 12), (13, 13), (59, 61))}),
        ("KIT codon 550-592 mutation", {"variant_class": "mutation", "substitution": False}),
        ("EGFR exon 19 inframe_deletion", {"exons": (19,), "variant_class": "inframe_deletion"}),
        ("KIT exon 13,14 mutation", {"exons": (13, 14)}),
        ("MET exon 14 skipping", {"kind": "skipping", "exons": (14,)}),
        ("BRCA1 loss_of_function germline", {"origin": "germline", "gene": "BRCA1"}),
        ("TERT c.-124C>T", {"kind": "coding_change", "coding": "c.-124C>T"}),
        ("EML4::ALK fusion", {"partner_5": "EML4", "partner_3": "ALK", "gene": None}),
        ("::ALK fusion", {"partner_5": None, "partner_3": "ALK"}),
        ("FGFR2:: fusion", {"partner_5": "FGFR2", "partner_3": None}),
        ("ALK fusion", {"kind": "fusion", "gene": "ALK"}),
        ("TMB >= 10", {"biomarker": "TMB", "level": 10.0}),
        ("MSI  high", {"biomarker": "MSI", "level": None, "text": "MSI high"}),
    ],
)
def test_alterations_are_read_as_structure(text: str, expected: dict[str, object]) -> None:
    read = parse_alteration(text)
    assert {name: getattr(read, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BRAF", "write a gene and what changes in it"),
        ("BRAF V600E", "'V600E' is not a class of alterations"),
        ("BRAF p.V6OOE", "is not a protein change in HGVS"),
        ("EGFR exon 19", "lacks a class"),
        ("KRAS codon 12;13", "are not numbers and ranges"),
        ("KRAS codon 13-12", "are not numbers and ranges"),
        ("EML4::ALK", "write e.g. EML4::ALK fusion"),
        (":: fusion", "is not a fusion"),
        ("MSI low", "is not a class of alterations"),
        ("KRAS codon 12 exon 2 mutation", "cannot be read"),
    ],
)
def test_what_is_no_alteration_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_alteration(text)
