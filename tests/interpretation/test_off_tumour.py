"""Off-tumour evidence: a drug follows its target elsewhere, but not a marker of one disease."""

import pytest

from dugnad.interpretation.ask import ask
from dugnad.interpretation.base import Base, load_base
from dugnad.knowledge import SHIPPED

# Where the alteration chooses between treatments, or the partners belong to one disease.
BARRED = [
    ("TP53 p.Arg175His", "BRCA DLBCLNOS AML", "acalabrutinib; venetoclax + obinutuzumab"),
    ("SF3B1 p.Lys700Glu", "LUAD CLLSLL AML", "luspatercept"),
    ("RUNX1::RUNX1T1 fusion", "LUAD BLL", "gemtuzumab ozogamicin + cytarabine + daunorubicin"),
    ("CCND1::IGH fusion", "LUAD MCL", "venetoclax + dexamethasone"),
    ("MSI high", "AML DLBCLNOS", "pembrolizumab; dostarlimab"),
    ("HRD high", "LUAD COAD", "olaparib + bevacizumab; niraparib"),
    ("PTEN homozygous_deletion", "GB LUAD", "capivasertib + fulvestrant"),
    ("ESR1 p.Tyr537Ser", "LUAD PRAD", "elacestrant; fulvestrant + palbociclib"),
    ("BRCA2 homozygous_deletion", "LUAD", "carboplatin; niraparib + abiraterone"),
    ("BRCA2 homozygous_deletion", "AML", "olaparib"),
    ("ATM p.Arg3008Ter", "LUAD PAAD", "olaparib"),
    ("NF1 p.Arg1276Ter germline", "LUAD BRCA", "selumetinib"),
    ("VHL p.Arg161Ter germline", "LUAD PAAD", "belzutifan"),
    ("TSC2 p.Arg1743Ter germline", "LUAD", "everolimus"),
    ("CDK4 amplification", "GB LUAD", "palbociclib"),
    ("NRAS p.Gln61Arg", "AML COAD", "binimetinib"),
    ("KRAS p.Gly12Asp", "LUAD PAAD", "avutometinib + defactinib"),
    ("BRAF p.Val600Glu", "COAD", "vemurafenib; encorafenib + binimetinib"),
    ("EGFR p.Leu858Arg", "BRCA", "datopotamab deruxtecan; osimertinib + pemetrexed + cisplatin"),
]
OFFERED = [
    ("BRCA2 homozygous_deletion", "LUAD", "olaparib"),
    ("ESR1 p.Tyr537Ser", "UCEC", "elacestrant"),
    ("ERBB2 amplification", "AMPULLA_OF_VATER", "trastuzumab + pertuzumab"),
    ("IDH1 p.Arg132His", "CMML", "ivosidenib"),
    ("IDH1 p.Arg132His", "SKCM", "ivosidenib"),
    ("RET p.Met918Thr", "LUAD", "selpercatinib"),
    ("MYD88 p.Leu252Pro", "DLBCLNOS", "ibrutinib"),
    ("BRAF p.Val600Glu", "AML", "dabrafenib + trametinib"),
    ("PALB2 p.Arg170Ter germline", "LUAD", "olaparib"),
]


@pytest.fixture(scope="module")
def base() -> Base:
    return load_base(SHIPPED)


def off_tumour(finding: str, code: str, base: Base) -> set[str]:
    item = ask([finding], code, base)[0]
    return {drug for one in item.evidence if not one.here for drug in one.drugs}


@pytest.mark.parametrize(("finding", "codes", "drugs"), BARRED)
def test_a_drug_of_one_disease_stays_there(
    finding: str, codes: str, drugs: str, base: Base
) -> None:
    offered = {row.id for row in base.rows if set(row.drugs) & set(drugs.split("; "))}
    assert offered, "no row has the drug, so that the test asks nothing"
    for code in codes.split():
        assert not off_tumour(finding, code, base) & set(drugs.split("; ")), code


@pytest.mark.parametrize(("finding", "code", "drug"), OFFERED)
def test_a_drug_follows_its_target(finding: str, code: str, drug: str, base: Base) -> None:
    assert drug in off_tumour(finding, code, base)


def test_no_row_excludes_its_own_tumour_types(base: Base) -> None:
    dead = [
        (row.id, own, other)
        for row in base.rows
        for own in row.tumour_types
        for other in row.not_tumour_types
        if own in base.types.nodes and base.types.is_within(own, other)
    ]
    assert dead == []
