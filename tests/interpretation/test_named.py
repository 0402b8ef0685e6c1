"""Findings written by hand: what people write is read, and what cannot be judged is refused."""

import argparse
from dataclasses import replace

import pytest

from dugnad.errors import UserError
from dugnad.interpretation import consult
from dugnad.interpretation.ask import ask
from dugnad.interpretation.base import Base, load_base
from dugnad.interpretation.matching import is_wild_type, match
from dugnad.interpretation.named import subject_of
from dugnad.interpretation.profile import Subject, of_variant
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.alteration import parse_alteration
from dugnad.record import Finding


@pytest.fixture(scope="module")
def base() -> Base:
    return load_base(SHIPPED)


def read(text: str, base: Base) -> Subject:
    found = subject_of(text, base.symbols)
    return of_variant(found) if isinstance(found, Finding) else found


def finding(text: str, base: Base) -> Finding:
    found = subject_of(text, base.symbols)
    assert isinstance(found, Finding)
    return found


def refusal(text: str, base: Base) -> str:
    with pytest.raises(ValueError, match=r".") as refused:
        subject_of(text, base.symbols)
    return str(refused.value)


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("BRAF V600E", ["braf v600e", "BRAF p.Val600Glu", "BRAF p.(Val600Glu)", "BRAF-V600E",
                        "BRAF (p.V600E)", "BRAF:p.V600E", "BRAF P.VAL600GLU", "BRAF val600glu"]),
        ("EGFR E746_A750del exon 19", ["egfr ex19 e746_a750del", "EGFR p.Glu746_Ala750del exon19"]),
        ("BRCA1 Q1756Pfs*74 germline", ["brca1 germline p.gln1756profster74"]),
        ("EML4::ALK fusion", ["EML4-ALK", "EML4::ALK", "EML4/ALK fusion", "eml4-alk fusion",
                              "EML4\u2013ALK rearrangement", "EML4/ALK"]),
        ("ALK fusion", ["ALK-fusion", "ALK gene fusion"]),
        ("KMT2A::MLLT3 fusion", ["MLL-AF9 fusion", "MLL1::AF9", "KMT2A-MLLT3"]),
        ("BCR::ABL1 fusion", ["BCR-ABL", "BCR-ABL1", "BCR::ABL1"]),
        ("ERBB2 amplification", ["HER2 amplification", "ERBB2 amplified", "her2 amp",
                                 "ERBB2-amplified"]),
        ("CDKN2A homozygous_deletion", ["CDKN2A loss", "CDKN2A deletion", "p16 homdel",
                                        "CDKN2A homozygous deletion", "CDKN2A deep deletion"]),
        ("MSI high", ["MSI-H", "MSI-high", "msi high", "dMMR", "MMR deficient"]),
        ("TMB high", ["TMB-high", "TMB-H", "tmb h"]),
        ("TMB 17", ["TMB 17 mut/Mb", "TMB 17/Mb", "TMB: 17 mutations per Mb"]),
        ("HRD high", ["HRD positive", "HRD+", "HRD-positive"]),
        ("EGFR exon 19 inframe_deletion", ["EGFR exon 19 deletion", "EGFR ex19del",
                                           "EGFR exon 19 del", "EGFR exon19del",
                                           "EGFR del19"]),
        ("EGFR exon 20 inframe_insertion", ["EGFR exon 20 insertion", "EGFR ex20ins"]),
        ("KIT exon 11 mutation", ["KIT exon 11 mutated", "c-KIT ex11 mutation"]),
        ("MET exon 14 skipping", ["METex14", "METex14 skipping", "MET ex14", "c-Met exon 14 skip"]),
        ("BRCA1 loss_of_function germline", ["BRCA1 loss of function germline",
                                             "BRCA1 germline LOF", "BRCA1 inactivating germline"]),
        ("BRCA1 truncating", ["BRCA1 truncating mutation", "BRCA1 frameshift", "BRCA1-truncated"]),
        ("TERT c.-124C>T", ["TERT C228T", "TERT promoter C228T", "tert c.-124c>t promoter"]),
        ("H3-3A p.Lys28Met", ["H3F3A K27M", "H3-3A p.K27M", "H3F3A p.Lys28Met"]),
        ("FLT3-ITD", ["FLT3 ITD", "flt3-itd"]),
        ("AR-V7", ["ARV7"]),
        ("EGFR L858R", ["EGFR p.Leu858Arg vaf 0.31 exon 21 somatic", "EGFR p.L858R (VAF 31%)"]),
    ],
)  # fmt: skip
def test_what_people_write_is_the_same_finding(plain: str, written: list[str], base: Base) -> None:
    def shape(text: str) -> Subject:
        return replace(read(text, base), cautions=(), exon=None, unsided=False)

    wanted = shape(plain)
    assert {text: shape(text) for text in written} == dict.fromkeys(written, wanted)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("EGFR c.2573T>G", "without the change of the protein"),
        ("BRCA1 c.68_69del", "EGFR p.Leu858Arg"),
        ("BRCA2 c.5946delT", "without the change of the protein"),
        ("BRCA1 c.*36C>G", "beside the coding region"),
        ("BRCA1 c.-20A>G", "beside the coding region"),
        ("EGFR c.2369C>T p.Leu858Arg", "residue 790"),
        ("MET c.3028+1G>T", "exon 14"),
        ("EGFR NM_201284.2:c.1A>G p.Leu858Arg", "NM_005228"),
        ("BRAF V600", "which residue comes; write e.g. BRAF p.Val600Glu"),
        ("KRAS codon 12", "which residue comes; write e.g. KRAS p.Gly12Asp"),
        ("KRAS G12X", "a stop or any residue"),
        ("BRAF A600E", "residue 600 of BRAF is V"),
        ("FLT3-TKD", "'TKD' cannot be read; write e.g. FLT3 p.Asp835Tyr"),
        ("L858R", "without its gene"),
        ("t(8;21)", "RUNX1::RUNX1T1 fusion"),
        ("MET gain", "write e.g. MET amplification"),
        ("BRCA1 5382insC", "write e.g. BRCA1 truncating"),
        ("V600E BRAF", "write the gene first: BRAF V600E"),
        ("XYZ1 V600E", "not a gene of the knowledge"),
        ("EGFRR L858R", "did you mean EGFR"),
        ("NTRK fusion", "NTRK1, NTRK2 or NTRK3"),
        ("MLL2 truncating", "may be KMT2B or KMT2D"),
        ("QQQ1::ZZZ2 fusion", "no table knows a gene"),
        ("TPM4-ALK", "TPM4::ALK fusion"),
        ("KRAS/NRAS", "may be a fusion"),
        ("HER2 positive", "write e.g. ERBB2 amplification"),
        ("ALK+", "write e.g. ALK fusion"),
        ("KRAS wild type", "leave it out"),
        ("MSS", "leave out what is low, stable"),
        ("HRD 50", "HRD high"),
        ("TMB low", "TMB 17"),
        ("MET exon 14 deletion", "MET exon 14 skipping"),
        ("BRCA1 exon 11 deletion", "BRCA1 truncating"),
        ("EGFR", "lacks what changes"),
        ("", "is empty"),
        ("EGFR foo bar", "'foo bar' cannot be read"),
        ("EGFR L858R T790M", "a change too many"),
        ("EGFR L858R; TP53 R175H", "several findings"),
        ("EGFR L858R germline somatic", "both germline and somatic"),
        ("EGFR L858R frequency 2", "above 1"),
        ("ERBB2 amplification vaf 0.3", "'vaf' is of small variants"),
        ("PIK3CA mutation frequency 0.1", "name the change"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_what_to_write(
    text: str, fault: str, base: Base
) -> None:
    assert fault in refusal(text, base)


def test_all_faults_of_all_findings_are_told_at_once(base: Base) -> None:
    with pytest.raises(UserError) as refused:
        ask(["EGFR c.2573T>G", "KRAS G12C", "FOO L8R", "BRAF V600"], "LUAD", base)
    named = [problem.split("'")[1] for problem in refused.value.problems]
    assert named == ["EGFR c.2573T>G", "FOO L8R", "BRAF V600"]


def test_coding_change_and_protein_change_are_both_kept(base: Base) -> None:
    for text in (
        "EGFR c.2573T>G p.Leu858Arg",
        "EGFR p.L858R (c.2573T>G)",
        "NM_005228.5(EGFR):c.2573T>G (p.Leu858Arg)",
    ):
        found = finding(text, base)
        assert (found.hgvs_c, found.hgvs_p) == ("c.2573T>G", "p.(Leu858Arg)")


def test_words_beside_the_change_stand_in_any_order(base: Base) -> None:
    one = finding("TP53 R175H clinvar likely_pathogenic vaf 31% exon 5 germline", base)
    other = finding("TP53 germline vaf 0.31 exon 5 R175H clinvar likely pathogenic", base)
    assert one == other
    assert (one.vaf, one.place, one.origin) == (0.31, "exon 5/?", "germline")
    assert of_variant(one).pathogenic


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("TP53 c.376-1G>A", "splice_acceptor_variant"),
        ("TP53 c.375+2T>C", "splice_donor_variant"),
        ("TP53 c.376-12G>A", "intron_variant"),
        ("TERT c.-146C>T", "upstream_gene_variant"),
        ("MET c.3028G>T exon 14 splice donor", "splice_donor_variant"),
    ],
)
def test_coding_changes_that_stand_alone(text: str, term: str, base: Base) -> None:
    assert finding(text, base).consequence == (term,)


def test_the_answer_names_the_approved_symbol_and_says_so(base: Base) -> None:
    for text in ("HER2 amplification", "HER2 S310F", "HER2 exon 20 insertion"):
        (item,) = ask([text], "LUAD", base)
        assert item.gene == "ERBB2"
        assert item.name.startswith("ERBB2 ")
        assert any("HER2 is ERBB2" in caution for caution in item.cautions)


@pytest.mark.parametrize(
    ("code", "text", "tier"),
    [
        ("LUAD", "EGFR exon 19 deletion", "IA"),
        ("LUAD", "ALK rearrangement", "IA"),
        ("CHOL", "FGFR2 fusion", "IA"),
        ("AML", "FLT3-ITD", "IA"),
        ("GIST", "KIT exon 11 mutation", "IA"),
        ("BRCA", "BRCA1 truncating germline", "IA"),
        ("BRCA", "BRCA1 pathogenic variant germline", "IA"),
        ("MEL", "TMB-high", "IA"),
        ("COAD", "dMMR", "IA"),
    ],
)
def test_synonyms_reach_the_evidence(code: str, text: str, tier: str, base: Base) -> None:
    assert ask([text], code, base)[0].amp.name == tier


def test_what_a_loose_word_is_taken_for_is_told(base: Base) -> None:
    assert any("all copies" in text for text in cautions(["BRCA2 loss"], "PRAD", base))
    assert cautions(["BRCA2 homozygous deletion"], "PRAD", base) == []
    assert any("taken as somatic" in text for text in cautions(["BRCA2 truncating"], "PRAD", base))
    assert any("mismatch repair" in text for text in cautions(["dMMR"], "COAD", base))


def fits(alteration: str, text: str, base: Base) -> bool:
    return match(parse_alteration(alteration), read(text, base), base.exons) is not None


def test_class_alone_is_that_class_there_and_nothing_narrower(base: Base) -> None:
    deletion = "EGFR exon 19 deletion"
    assert fits("EGFR exon 19 inframe_deletion", deletion, base)
    assert fits("EGFR mutation", deletion, base)
    for other in (
        "EGFR exon 19 inframe_insertion", "EGFR exon 20 inframe_deletion", "EGFR oncogenic",
        "EGFR p.Glu746_Ala750del", "EGFR codon 746", "EGFR codon 729-761 mutation",
        "EGFR truncating", "EGFR missense", "EGFR amplification",
    ):  # fmt: skip
        assert not fits(other, deletion, base), other
    assert fits("BRCA1 loss_of_function", "BRCA1 truncating", base)
    assert not fits("BRCA1 truncating", "BRCA1 loss of function", base)
    assert not fits("BRCA1 loss_of_function germline", "BRCA1 truncating", base)
    assert not fits("FLT3 codon 600-610 inframe_insertion", "FLT3-ITD", base)


def test_one_sided_fusion_row_takes_a_fusion_of_unknown_side_but_no_other_partner(
    base: Base,
) -> None:
    for row in ("FGFR2:: fusion", "::FGFR2 fusion", "FGFR2 fusion"):
        assert fits(row, "FGFR2 fusion", base)
    assert not fits("FGFR2::BICC1 fusion", "FGFR2 fusion", base)
    assert not fits("::FGFR2 fusion", "FGFR2::BICC1 fusion", base)


def cautions(texts: list[str], code: str, base: Base) -> list[str]:
    return list(ask(texts, code, base)[0].cautions)


def test_class_alone_says_what_it_may_be(base: Base) -> None:
    told = " ".join(cautions(["NPM1 mutation"], "AML", base))
    assert "the exact change was not given" in told
    assert "NPM1 codon 283-294 truncating" in told
    told = " ".join(cautions(["EGFR exon 18 mutation"], "LUAD", base))
    assert "EGFR codon 719" in told
    assert "EGFR codon 797" not in told
    assert "MET exon 14 skipping" in " ".join(cautions(["MET exon 14 mutation"], "LUAD", base))
    assert "TMPRSS2::ERG fusion" in " ".join(cautions(["ERG rearrangement"], "PRAD", base))


def test_evidence_that_a_class_alone_may_exclude_says_so(base: Base) -> None:
    told = cautions(["FLT3-ITD", "FLT3 mutation"], "AML", base)
    assert any("FLT3 p.Phe691Leu" in text and "'FLT3 mutation'" in text for text in told)
    assert not any("Phe691Leu" in text for text in cautions(["FLT3-ITD"], "AML", base))


def test_gene_with_a_mutation_of_unknown_change_is_not_of_wild_type(base: Base) -> None:
    assert not is_wild_type("KRAS", [read("KRAS mutation", base)])
    assert is_wild_type("KRAS", [read("KRAS amplification", base)])


def test_every_example_of_the_help_is_read(base: Base) -> None:
    parser = argparse.ArgumentParser()
    consult.register(parser)
    examples = [text for text in consult._FINDINGS.split('"')[1::2] if text != "BRAF V600"]
    assert len(examples) > 20
    for text in examples:
        subject_of(text, base.symbols)
