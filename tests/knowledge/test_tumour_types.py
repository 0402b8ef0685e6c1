"""Tumour types: our table against OncoTree's release, the hierarchy, and each published format."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dugnad.errors import UserError
from dugnad.knowledge.tumour_types import TumourTypes
from support import ROOT

TABLE = ROOT / "resources/knowledge/tumour_types.tsv"


@pytest.fixture(scope="module")
def types() -> TumourTypes:
    """Our own table."""
    return TumourTypes.read(TABLE)


def nodes_of(tree: dict[str, Any], parent: str | None = None) -> Iterator[tuple[str, str, str]]:
    """Code, name and parent of each node below the root, read as plainly as can be."""
    for code, node in tree.items():
        if parent:
            yield code, " ".join(node["name"].split()), parent
        yield from nodes_of(node["children"], code)


def test_our_table_is_true_to_the_release(types: TumourTypes, real_data: Path) -> None:
    tree = json.loads((real_data / "knowledge/oncotree_2025_10_03.json").read_text())
    real = {code: (name, parent) for code, name, parent in nodes_of(tree)}
    ours = {code: (node.name, node.parent or "TISSUE") for code, node in types.nodes.items()}
    # all but the root, workups and what is benign without a name
    assert set(real) - set(ours) == {"LBGN", "MBGN", "MDSWP", "MPNWP", "NVRINT"}
    assert {code: value for code, value in ours.items() if real.get(code) != value} == {}
    tissues = {code for code, (_, parent) in real.items() if parent == "TISSUE"}
    assert tissues <= ours.keys()


def test_the_release_and_our_table_agree_in_all_that_is_asked(
    types: TumourTypes, real_data: Path
) -> None:
    release = TumourTypes.read(real_data / "knowledge/oncotree_2025_10_03.json")
    assert len(release.nodes) == 897
    for code in types.nodes:
        assert types.shown(code) == release.shown(code)
    for old in ("MM", "DIPG", "CLL", "BALL", "GBM", "ALL", "LEUK", "CTCL"):
        assert types.resolve(old) == release.resolve(old)
        assert types.problem(old) == release.problem(old)
    assert release.group("TLYM") == "haematological", "lymphoma of the testis"
    assert release.group("LAM") == "solid", "lymphangiomyomatosis is no lymphoma"


@pytest.mark.parametrize(
    ("code", "wanted", "within"),
    [
        ("LUAD", "any", True),
        ("LUAD", "any_solid", True),
        ("LUAD", "LUAD", True),
        ("LUAD", "NSCLC", True),
        ("LUAD", "LUNG", True),
        ("LUAD", "LUSC", False),
        ("NSCLC", "LUAD", False),
        ("SCLC", "NSCLC", False),
        ("READ", "COADREAD", True),
        ("CHOL", "BILIARY_TRACT", True),
        ("IHCH", "CHOL", True),
        ("HGSOC", "OVARY", True),
        ("MCS", "BREAST", True),
        ("HCL-V", "any_solid", False),
        ("PSTT", "any_solid", True),
        ("AML", "any_solid", False),
        ("AML", "any", True),
        ("DLBCLNOS", "MBN", True),
        ("CUP", "any_solid", True),
        ("NOSUCH", "any", True),
        ("NOSUCH", "any_solid", False),
        ("NOSUCH", "NOSUCH", False),
        ("LUAD", "NOSUCH", False),
        ("MM", "PCM", True),
        ("DMG", "DIPG", True),
        ("GBM", "GB", False),
    ],
)
def test_within(types: TumourTypes, code: str, wanted: str, within: bool) -> None:
    assert types.is_within(code, wanted) is within


def test_ancestors_are_nearest_first_and_end_with_the_tissue(types: TumourTypes) -> None:
    assert types.ancestors("AMLNPM1") == ("AMLRGA", "AML", "MNM", "MYELOID")
    assert types.ancestors("LUNG") == ()
    assert types.ancestors("NOSUCH") == ()


def test_an_older_code_of_the_same_meaning_is_resolved(types: TumourTypes) -> None:
    assert types.resolve("MM") == "PCM"
    shown = types.shown("DIPG")
    assert (shown.code, shown.group) == ("DMG", "solid")


def test_an_unknown_code_is_said_and_matches_nothing_sure(types: TumourTypes) -> None:
    shown = types.shown("NOSUCH")
    assert (shown.code, shown.name, shown.path, shown.group) == ("NOSUCH", None, (), "unknown")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("LUADD", "did you mean LUAD?"),
        ("luad", "did you mean LUAD?"),
        ("GBM", "write GB (Glioblastoma, IDH-Wildtype)"),
        ("ALL", "write BLL (B-Lymphoblastic Leukemia/Lymphoma) or TLL (T-Lymphoblastic"),
        ("KIRC", "look it up at oncotree.mskcc.org"),
        ("QQQQQQ", "look it up at oncotree.mskcc.org, or run dugnad resources fetch oncotree and"),
    ],
)
def test_a_code_that_is_not_known_gets_a_remedy(types: TumourTypes, code: str, words: str) -> None:
    problem = types.problem(code)
    assert problem is not None
    assert words in problem
    assert types.resolve(code) is None


FLAT = [
    {"code": "TISSUE", "name": "Tissue", "parent": None, "level": 0, "children": {}},
    {"code": "BLOOD", "name": "Blood", "parent": "TISSUE", "level": 1, "children": {}},
    {
        "code": "PCM",
        "name": "Plasma Cell  Myeloma",
        "mainType": {"id": 7, "name": "Myeloma"},
        "parent": "BLOOD",
        "history": ["MM"],
        "precursors": [],
        "revocations": [],
    },
]
LEVELS = (
    "level_1\tlevel_2\tlevel_3\tlevel_4\tlevel_5\tlevel_6\tlevel_7\tmetamaintype\tmetacolor\t"
    "metanci\tmetaumls\thistory\n"
    "Blood (BLOOD)\t\t\t\t\t\t\t\tRed\t\t\t\n"
    "Blood (BLOOD)\tPlasma Cell  Myeloma (PCM)\t\t\t\t\t\tMyeloma\tRed\tC1\tC2\tMM\n"
)
OLD_LEVELS = (
    "primary\tsecondary\ttertiary\tquaternary\tquinternary\tmetamaintype\tmetacolor\n"
    "Blood (BLOOD)\tPlasma Cell Myeloma (PCM)\t\t\t\tMyeloma\tRed\n"
)
CODES = (
    "Code\tColor\tName\tMainType\tUMLS\tNCI\tTissue\tParent\n"
    "PCM\tRed\tPlasma Cell Myeloma\tMyeloma\t\t\tHematopoietic\t BLOOD\n"
    "BLOOD\tRed\tBlood\tBlood\t\t\tHematopoietic\tTISSUE\n"
    "TISSUE\t\tTissue\t\tC0040300\tC12801\t\t\n"
)


@pytest.mark.parametrize("text", [json.dumps(FLAT), LEVELS, OLD_LEVELS, CODES])
def test_each_published_format_reads_alike(tmp_path: Path, text: str) -> None:
    path = tmp_path / "oncotree"
    path.write_text(text)
    types = TumourTypes.read(path)
    assert types.nodes.keys() == {"BLOOD", "PCM"}
    assert types.name("PCM") == "Plasma Cell Myeloma"
    assert types.ancestors("PCM") == ("BLOOD",)
    assert types.group("PCM") == "haematological"
    assert types.resolve("MM") == ("PCM" if "MM" in text else None)


def test_a_new_tissue_of_blood_cancers_is_haematological(tmp_path: Path) -> None:
    path = tmp_path / "oncotree.txt"
    path.write_text(CODES.replace("BLOOD", "HEMATOPOIETIC"))
    assert TumourTypes.read(path).group("PCM") == "haematological"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\tb\n", "is neither JSON nor a table"),
        ("", "is neither JSON nor a table"),
        ("[]", "has no tumour types"),
        ('{"a": ', ":1: is not JSON"),
        (json.dumps([{"code": "A", "name": "a", "parent": "B"}]), "A: its parent is not there"),
        (json.dumps([{"code": "A", "name": "a"}, {"code": "A", "name": "b"}]), "is there 2 times"),
        (json.dumps([{"code": "A", "name": "a", "parent": "A"}]), "lies within itself"),
        ("code\tname\tparent\tgroup\tsource\nLUNG\tLung\t\tsolid\t\n", ":2: source: is missing"),
        ("code\tname\tparent\tgroup\tsource\nLUNG\tLung\t\tliquid\tO 2025\n", ":2: group: must be"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "types"
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        TumourTypes.read(path)
    assert words in str(raised.value)
