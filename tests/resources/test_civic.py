"""CIViC's releases: what is read of them, and what is said to be unread."""

from pathlib import Path

import pytest
from releases import ACCEPTED, OLD_EVIDENCE, civic, tsv

from dugnad.errors import UserError
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.loaders import check, release_of
from dugnad.knowledge.loaders.civic import CivicEvidence, load_civic
from dugnad.knowledge.loaders.civic_names import (
    Alternative,
    Known,
    Variants,
    read_profile,
    read_variant,
)
from dugnad.knowledge.loaders.diseases import TERMS, read_disease_terms, unknown_codes
from dugnad.knowledge.tumour_types import TumourTypes

MISSENSE = Known(types=frozenset({"missense_variant"}))
VARIANTS: Variants = {
    ("KRAS", "G12C"): MISSENSE,
    ("MTHFR", "C677T"): Known(hgvs=("NP_005948.3:p.Ala222Val",)),
    ("ALK", "EML4-ALK"): Known(types=frozenset({"transcript_fusion"})),
    ("PDGFRA", "EXON 18 DELETION"): Known(types=frozenset({"inframe_deletion"})),
}

READ = [
    ("BRAF V600E", "BRAF p.Val600Glu"),
    ("KRAS G12C", "KRAS p.Gly12Cys"),
    ("VHL S65W (c.194C>G)", "VHL p.Ser65Trp"),
    ("ATM T2666A (c.7996A>G)", "ATM p.Thr2666Ala"),
    ("VHL M1?", "VHL p.Met1?"),
    ("VHL R161*", "VHL p.Arg161Ter"),
    ("VHL P86fs", "VHL p.Pro86fs"),
    ("EGFR E746_A750del", "EGFR p.Glu746_Ala750del"),
    ("EGFR D770_N771insNPG", "EGFR p.Asp770_Asn771insAsnProGly"),
    ("ERBB2 Y772_A775dup", "ERBB2 p.Tyr772_Ala775dup"),
    ("KIT V560del", "KIT p.Val560del"),
    ("BRAF V600", "BRAF codon 600"),
    ("ERBB2 Amplification", "ERBB2 amplification"),
    ("ERBB2 AMPLIFICATION", "ERBB2 amplification"),
    ("MET Exon 14 Skipping Mutation", "MET exon 14 skipping"),
    ("MET EXON 14 SKIPPING MUTATION", "MET exon 14 skipping"),
    ("EGFR Exon 19 Deletion", "EGFR exon 19 inframe_deletion"),
    ("EGFR Exon 20 Insertion", "EGFR exon 20 inframe_insertion"),
    ("PDGFRA Exon 18 Deletion", "PDGFRA exon 18 inframe_deletion"),
    ("KIT Exon 11 Mutation", "KIT exon 11 mutation"),
    ("PIK3CA Mutation", "PIK3CA oncogenic"),
    ("BRCA1 Loss-of-function", "BRCA1 loss_of_function"),
    ("ARID1A TRUNCATING MUTATION", "ARID1A truncating"),
    ("EML4::ALK Fusion", "EML4::ALK fusion"),
    ("v::ALK Fusion", "::ALK fusion"),
    ("FGFR2::v Fusion", "FGFR2:: fusion"),
    ("FGFR3::? Fusion", "FGFR3:: fusion"),
    ("ALK Fusion", "ALK fusion"),
    ("ALK FUSIONS", "ALK fusion"),
    ("ALK EML4-ALK", "EML4::ALK fusion"),
    ("KMT2A Rearrangement", "KMT2A rearrangement"),
    ("TERT C228T", "TERT c.-124C>T"),
    ("TERT C250T", "TERT c.-146C>T"),
]
UNREAD = [
    ("MTHFR C677T", "bases or residues"),
    ("KRAS G12A", "bases or residues"),
    ("CD274 Expression", "no counterpart"),
    ("CDKN2A Promoter Hypermethylation", "no counterpart"),
    ("AKT1 S473 Phosphorylation", "no counterpart"),
    ("EML4::ALK e6::e20", "given exons"),
    ("v::v Fusion", "no gene"),
    ("VHL Deletion", "no counterpart"),
    ("VHL Exon 3 Deletion", "in frame or of the whole exon"),
    ("DNMT3A R882X", "no counterpart"),
    ("BRAF Non-V600", "no counterpart"),
    ("DPYD rs3918290", "no counterpart"),
    ("TP53 DNA Binding Domain Mutation", "no counterpart"),
    ("VHL Splice Site (c.340+1G>A)", "no counterpart"),
    ("FLT3 ITD", "no counterpart"),
    ("FLT3 FLT3-ITD", "no counterpart"),
    ("BRAF (V600E or V600K) Amplification", "no counterpart"),
    ("EGFR VIII", "no counterpart"),
    ("BRAF", "names no variant"),
]


@pytest.mark.parametrize(("name", "expected"), READ)
def test_variant_is_read(name: str, expected: str) -> None:
    assert read_variant(name, VARIANTS) == (Alternative((expected,)),)


@pytest.mark.parametrize(("name", "reason"), UNREAD)
def test_variant_is_not_guessed(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_profile(name, VARIANTS)


def test_several_within_a_gene() -> None:
    assert read_variant("BRAF V600E or V600K", {}) == (
        Alternative(("BRAF p.Val600Glu",)),
        Alternative(("BRAF p.Val600Lys",)),
    )
    assert read_variant("EGFR E709A and G719S", {}) == (
        Alternative(("EGFR p.Glu709Ala", "EGFR p.Gly719Ser")),
    )


def shape(name: str) -> list[tuple[set[str], set[str]]]:
    return [(set(one.present), set(one.absent)) for one in read_profile(name, VARIANTS)]


def test_combinations() -> None:
    both = {"ALK p.Gly1202Arg", "::ALK fusion"}
    assert shape("ALK G1202R AND v::ALK Fusion") == [(both, set())]
    assert shape("EGFR L858R AND NOT EGFR T790M") == [({"EGFR p.Leu858Arg"}, {"EGFR p.Thr790Met"})]
    assert shape("(BRAF V600E OR BRAF V600K) AND PTEN Loss-of-function") == [
        ({"BRAF p.Val600Glu", "PTEN loss_of_function"}, set()),
        ({"BRAF p.Val600Lys", "PTEN loss_of_function"}, set()),
    ]
    assert shape("BRAF V600E AND NOT (KRAS G12C OR NRAS Q61K)") == [
        ({"BRAF p.Val600Glu"}, {"KRAS p.Gly12Cys", "NRAS p.Gln61Lys"})
    ]
    assert shape("VHL S65W (c.194C>G) AND BRAF V600E")[0][0] == {
        "VHL p.Ser65Trp",
        "BRAF p.Val600Glu",
    }
    wild = "CCND1 Amplification AND RB1 Wildtype"
    assert shape(wild) == [({"CCND1 amplification", "RB1 wild_type"}, set())]
    for wrong in (
        "NOT BRAF V600E",
        "KRAS Wildtype",
        "BRAF V600E AND NOT KRAS Wildtype",
        "BRAF V600E AND NOT (KRAS G12C AND NRAS Q61K)",
        "BRAF V600E AND",
        "(BRAF V600E",
        "BRAF V600E AND CD274 Loss",
    ):
        with pytest.raises(ValueError):
            read_profile(wrong, VARIANTS)


def test_evidence_as_rows(tmp_path: Path) -> None:
    found = load_civic(
        civic(
            tmp_path / "civic",
            {},
            {
                "molecular_profile": "EGFR L858R AND EGFR T790M",
                "disease": "Lung Non-small Cell Carcinoma",
                "doid": "3908",
                "therapies": "Erlotinib Hydrochloride,Gefitinib",
                "therapy_interaction_type": "Substitutes",
                "significance": "Resistance",
                "evidence_level": "D",
            },
            {
                "therapies": "Dabrafenib,Trametinib Dimethyl Sulfoxide",
                "therapy_interaction_type": "Combination",
                "evidence_level": "C",
            },
            {
                "evidence_type": "Prognostic",
                "significance": "Poor Outcome",
                "therapies": "",
                "evidence_level": "B",
            },
            {"source_type": "ASCO", "citation_id": "160000", "asco_abstract_id": "9500"},
        )
    )
    one, two, three, four, five = (row.therapy for row in found.rows)
    assert one.alteration.text == "BRAF p.Val600Glu"
    assert one.tumour_types == ("MEL",)
    assert (one.effect, one.drugs, one.amp_level) == ("sensitivity", ("vemurafenib",), "A")
    assert one.source == ("PMID:11111111", "CIViC EID1 2025")
    assert one.date == "2025-03"
    assert one.statement == 'A trial of "the drug" in melanoma.'
    assert one.resource == "CIViC 01-Jan-2026"
    assert two.drugs == ("erlotinib", "gefitinib")
    assert (two.effect, two.amp_level) == ("resistance", "D")
    assert {two.alteration.text, *(a.text for a in two.requires)} == {
        "EGFR p.Leu858Arg",
        "EGFR p.Thr790Met",
    }
    assert (three.drugs, three.amp_level) == (("dabrafenib + trametinib",), "D")
    assert (four.effect, four.drugs, four.amp_level) == ("prognostic", (), "B")
    assert five.source[0].startswith("ASCO abstract 9500")
    assert found.rows[0].rating == 5
    assert found.unread == ()


def test_what_is_no_evidence_never_is(tmp_path: Path) -> None:
    found = load_civic(
        civic(
            tmp_path / "civic",
            {"evidence_direction": "Does Not Support"},
            {"evidence_status": "submitted"},
            {"evidence_status": "rejected"},
            {"evidence_level": "E"},
            {"is_flagged": "true"},
            {"significance": "Adverse Response"},
            {"significance": "Reduced Sensitivity"},
            {"evidence_type": "Functional", "significance": "Gain of Function"},
            {"evidence_type": "Predisposing", "significance": "Predisposition"},
            {"evidence_type": "Diagnostic", "significance": "Negative", "therapies": ""},
        )
    )
    assert found.rows == found.germline == found.unread == ()
    assert found.left_out == {
        "does not support": 1,
        "not accepted": 2,
        "inferential": 1,
        "flagged": 1,
        "predictive: adverse response": 1,
        "predictive: reduced sensitivity": 1,
        "functional": 1,
        "predisposing": 1,
        "diagnostic: negative": 1,
    }


def test_unread_is_listed_with_its_reason(tmp_path: Path) -> None:
    found = load_civic(
        civic(
            tmp_path / "civic",
            {"molecular_profile": "CD274 Expression"},
            {"therapies": "A,B", "therapy_interaction_type": "Sequential"},
            {"therapies": ""},
            {"citation_id": "", "source_type": ""},
            {"evidence_level": "F"},
        )
    )
    assert found.rows == ()
    assert [item.id for item in found.unread] == ["EID1", "EID2", "EID3", "EID4", "EID5"]
    reasons = [item.reason for item in found.unread]
    assert "no counterpart" in reasons[0]
    assert "2 therapies, sequential" in reasons[1]
    assert "no therapy" in reasons[2]
    assert "no publication" in reasons[3]
    assert "evidence level" in reasons[4]


def test_unknown_disease_is_no_tumour_type(tmp_path: Path) -> None:
    folder = civic(
        tmp_path / "civic",
        {"disease": "Some New Cancer", "doid": "99999"},
        {"disease": "Melanoma", "doid": "99999"},  # the DOID decides
        {"disease": "Cancer", "doid": "162"},
        {"disease": "Solid Tumor", "doid": ""},
    )
    found = load_civic(folder)
    assert [row.therapy.tumour_types for row in found.rows] == [(), (), ("any",), ("any_solid",)]
    assert found.rows[0].disease == "Some New Cancer"
    assert [row.id for row in found.therapies] == ["civic-eid3", "civic-eid4"]


def test_germline_is_kept_apart(tmp_path: Path) -> None:
    found = load_civic(
        civic(
            tmp_path / "civic",
            {
                "molecular_profile": "BRCA2 Loss-of-function",
                "variant_origin": "Rare Germline",
                "disease": "Ovarian Cancer",
                "doid": "2394",
            },
            {"variant_origin": "Unknown"},
        )
    )
    assert [row.therapy.alteration.text for row in found.germline] == [
        "BRCA2 loss_of_function germline"
    ]
    assert [row.therapy.id for row in found.rows] == ["civic-eid2"]


def test_assertions(tmp_path: Path) -> None:
    found = load_civic(
        civic(
            tmp_path / "civic",
            {},
            assertions=[
                {},
                {"assertion_id": "10", "amp_category": "TIER_II_LEVEL_C"},
                {"assertion_id": "11", "amp_category": "Tier III"},
                {"assertion_id": "12", "therapies": "Encorafenib,Cetuximab"},
            ],
        )
    )
    asserted = [row.therapy for row in found.rows if row.therapy.id.startswith("civic-aid")]
    assert [(row.id, row.amp_level) for row in asserted] == [
        ("civic-aid9", "A"),
        ("civic-aid10", "C"),
    ]
    assert asserted[0].source == ("NCCN Colon Cancer 1.2025", "CIViC AID9 2025")
    assert found.left_out == {"assertion without an AMP level": 1}
    assert [item.id for item in found.unread] == ["AID12"]


def test_variant_summaries_decide_what_letters_mean(tmp_path: Path) -> None:
    row = {"molecular_profile": "KRAS G12C"}
    told = {"feature_name": "KRAS", "variant": "G12C", "variant_types": "Missense Variant"}

    def loaded(name: str, types: str) -> CivicEvidence:
        return load_civic(civic(tmp_path / name, row, variants=[told | {"variant_types": types}]))

    assert loaded("one", "Missense Variant").rows[0].therapy.alteration.text == "KRAS p.Gly12Cys"
    assert "bases or residues" in loaded("two", "UTR Variant").unread[0].reason


def test_columns_of_earlier_releases(tmp_path: Path) -> None:
    old = {
        "gene": "BRAF",
        "variant": "V600E",
        "drugs": "Vemurafenib",
        "clinical_significance": "Sensitivity/Response",
    }
    shared = {key: value for key, value in ACCEPTED.items() if key in OLD_EVIDENCE}
    tsv(tmp_path / "01-Jan-2020-ClinicalEvidenceSummaries.tsv", OLD_EVIDENCE, [shared | old])
    found = load_civic(tmp_path)
    assert found.release == "01-Jan-2020"
    assert found.rows[0].therapy.alteration.text == "BRAF p.Val600Glu"
    assert found.rows[0].therapy.drugs == ("vemurafenib",)


def test_wrong_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="dugnad resources fetch civic"):
        load_civic(tmp_path)
    path = tmp_path / "01-Jan-2026-ClinicalEvidenceSummaries.tsv"
    path.write_text("gene\tname\nBRAF\tx\n")
    with pytest.raises(UserError, match=r"has not the columns disease.*is it the right file"):
        load_civic(tmp_path)
    with pytest.raises(UserError, match="has not the columns"):
        check("civic", path, "none")
    civic(tmp_path, {})
    text = path.read_text().splitlines()
    path.write_text(text[0] + "\n" + "\t".join(text[1].split("\t")[:5]) + "\n")
    with pytest.raises(UserError, match=r"tsv:2: has 5 cells"):
        load_civic(tmp_path)
    civic(tmp_path, {})
    (tmp_path / "01-Feb-2026-ClinicalEvidenceSummaries.tsv").write_text("x\n")
    with pytest.raises(UserError, match="several releases"):
        load_civic(tmp_path)
    assert release_of("civic", path) == "01-Jan-2026"
    assert release_of("civic", tmp_path / "nightly-VariantSummaries.tsv") is None


def test_disease_table_knows_its_codes() -> None:
    terms = read_disease_terms()
    types = TumourTypes.read(SHIPPED / "tumour_types.tsv")
    assert len(terms.by_doid) >= 60
    assert unknown_codes(TERMS, types.nodes) == []
    assert terms.codes("DOID:3908", "") == terms.codes("3908", "anything") == ("NSCLC",)
    assert terms.codes("0060318", "") == ("APLPMLRARA",)
    assert terms.codes("", "Lung Adenocarcinoma") == ("LUAD",)
