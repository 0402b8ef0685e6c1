"""Whether a finding is the alteration that knowledge is about: by structure, for each kind."""

from dataclasses import replace

import pytest

from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import judged
from dugnad.interpretation.matching import match
from dugnad.interpretation.named import subject_of
from dugnad.interpretation.profile import Subject, of_variant
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.alteration import parse_alteration
from dugnad.record import Finding

EXONS = {"EGFR": {19: (729, 761), 20: (762, 823)}}


def subject(text: str, **changes: object) -> Subject:
    found = subject_of(text)
    plain = of_variant(found) if isinstance(found, Finding) else found
    return replace(plain, **changes)  # type: ignore[arg-type]


def fits(alteration: str, finding: Subject | str) -> bool:
    one = subject(finding) if isinstance(finding, str) else finding
    return match(parse_alteration(alteration), one, EXONS) is not None


@pytest.mark.parametrize(
    ("alteration", "yes", "no"),
    [
        ("BRAF p.Val600Glu", ["BRAF V600E"], ["BRAF V600K", "KRAS V600E", "BRAF V600_K601delinsE"]),
        ("BRAF codon 600", ["BRAF V600E", "BRAF V600K"], ["BRAF V600fs", "BRAF K601E"]),
        ("KRAS codon 59-61", ["KRAS Q61H", "KRAS A59T"], ["KRAS G12D", "KRAS Q61*"]),
        ("KIT codon 550-592 mutation", ["KIT W557_K558del", "KIT V559D"], ["KIT D816V"]),
        (
            "EGFR exon 19 inframe_deletion",
            ["EGFR E746_A750del", "EGFR L747_P753delinsS", "EGFR E746_A750del exon 19"],
            ["EGFR L858R", "EGFR A767_V769dup", "EGFR E746_A750del exon 18", "EGFR E746fs"],
        ),
        (
            "EGFR exon 20 inframe_insertion",
            ["EGFR A767_V769dup", "EGFR D770_N771insSVD", "EGFR D770delinsGY"],
            ["EGFR T790M", "EGFR E746_A750del"],
        ),
        ("MET exon 14 skipping",
         ["MET exon 14 skipping", "MET c.3028+1G>T exon 14", "MET c.2888-2A>T exon 14"],
         ["MET c.3028+5G>T exon 14", "MET c.2888+1G>T exon 13", "MET exon 13 skipping"]),
        ("TERT c.-124C>T", ["TERT c.-124C>T"], ["TERT c.-146C>T"]),
        ("TP53 truncating", ["TP53 R213*", "TP53 c.376-1G>A exon 5"], ["TP53 R175H"]),
        ("BRCA1 loss_of_function", ["BRCA1 Q1756fs", "BRCA1 homozygous_deletion"],
         ["BRCA1 P871L", "BRCA1 amplification"]),
        ("ERBB2 amplification", ["ERBB2 amplification"], ["MET amplification"]),
        ("ALK fusion", ["EML4::ALK fusion", "ALK fusion"], ["KIF5B::RET fusion"]),
        ("::ALK fusion", ["EML4::ALK fusion"], ["ALK::EML4 fusion"]),
        ("EML4::ALK fusion", ["EML4::ALK fusion"], ["KIF5B::ALK fusion"]),
        ("FGFR2:: fusion", ["FGFR2::BICC1 fusion"], ["BICC1::FGFR2 fusion"]),
        ("KMT2A rearrangement", ["KMT2A::AFDN fusion", "KMT2A rearrangement"], ["KMT2A Q37*"]),
        ("MSI high", ["MSI high"], ["TMB 17"]),
        ("TMB >= 10", ["TMB 10", "TMB 17.3"], ["TMB 9.9", "MSI high"]),
    ],
)  # fmt: skip
def test_alteration_matches_what_it_names_and_nothing_else(
    alteration: str, yes: list[str], no: list[str]
) -> None:
    assert [text for text in yes if not fits(alteration, text)] == []
    assert [text for text in no if fits(alteration, text)] == []


def test_fusion_that_lost_what_matters_is_none() -> None:
    fusion = subject("EML4::ALK fusion")
    assert not fits("ALK fusion", replace(fusion, domain_kept="lost"))
    assert not fits("ALK fusion", replace(fusion, frame="out_of_frame"))
    assert fits("ALK fusion", replace(fusion, domain_kept="kept", frame="in_frame"))
    assert fits("ALK rearrangement", replace(fusion, domain_kept="lost"))


def test_origin_is_asked_for_where_a_row_does() -> None:
    wanted = "BRCA1 loss_of_function germline"
    assert fits(wanted, subject("BRCA1 Q1756fs germline"))
    assert fits(wanted, subject("BRCA1 Q1756fs", origin="likely_germline"))
    assert not fits(wanted, subject("BRCA1 Q1756fs somatic"))
    assert not fits(wanted, subject("BRCA1 Q1756fs", origin="uncertain"))
    assert not fits("BRCA1 loss_of_function somatic", subject("BRCA1 Q1756fs", origin="uncertain"))


def test_benign_variants_are_of_no_class_but_exact_changes_stay() -> None:
    benign = subject("TP53 P72R", oncogenicity="benign")
    assert not fits("TP53 mutation", benign)
    assert not fits("TP53 codon 72", benign)
    assert fits("TP53 p.Pro72Arg", benign)


def test_oncogenic_and_loss_of_function_follow_the_class() -> None:
    variant = subject("TP53 R175H")
    assert not fits("TP53 oncogenic", variant)
    for category in ("oncogenic", "likely_oncogenic"):
        assert fits("TP53 oncogenic", replace(variant, oncogenicity=category))
        assert fits("TP53 loss_of_function", replace(variant, oncogenicity=category))
    assert not fits("TP53 loss_of_function", replace(variant, oncogenicity="vus"))
    assert fits("TP53 loss_of_function", replace(variant, pathogenic=True))


def test_variant_without_annotation_is_of_no_class() -> None:
    bare = Subject("small_variant", "7-1-A-T", "chr7:1", genes=("BRAF",))
    for text in ("BRAF mutation", "BRAF codon 600", "BRAF truncating", "BRAF exon 15 mutation"):
        assert not fits(text, bare)


def test_a_finding_by_hand_is_judged_as_one_of_a_case() -> None:
    finding = subject_of("BRAF p.Val600Glu")
    assert isinstance(finding, Finding)
    known, same, _ = judged(finding, load_base(SHIPPED), "MEL")
    assert same is finding
    assert (known.gene, known.protein and known.protein.short) == ("BRAF", "V600E")
