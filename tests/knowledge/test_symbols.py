"""Gene symbols and common names: the tables are sound, and faults in them are told."""

import shutil
from pathlib import Path

import pytest

from dugnad.errors import UserError
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.gene_tables import read_gene_roles
from dugnad.knowledge.symbols import Symbols, read_symbols
from dugnad.knowledge.variant_tables import read_hotspots


def symbols(folder: Path = SHIPPED) -> Symbols:
    roles = read_gene_roles(SHIPPED / "gene_roles.tsv")
    hotspots = read_hotspots(SHIPPED / "hotspots.tsv")
    return read_symbols(folder, (), (), roles, hotspots, {})


@pytest.mark.parametrize(
    ("alias", "gene"),
    [
        ("HER2", "ERBB2"), ("MLL", "KMT2A"), ("MLL1", "KMT2A"), ("c-Met", "MET"),
        ("PD-L1", "CD274"), ("p53", "TP53"), ("H3F3A", "H3-3A"), ("HIST1H3B", "H3C2"),
        ("c-kit", "KIT"), ("MRE11A", "MRE11"), ("WHSC1", "NSD2"), ("FAM175A", "ABRAXAS1"),
        ("egfr", "EGFR"), ("EGFR", "EGFR"),
    ],
)  # fmt: skip
def test_aliases_and_letters_of_either_case_are_the_approved_symbol(alias: str, gene: str) -> None:
    assert symbols().resolve(alias) == gene


def test_unknown_and_ambiguous_symbols_are_refused_with_what_they_may_be() -> None:
    known = symbols()
    for word, remedy in (("MLL4", "KMT2B or KMT2D"), ("IDH", "IDH1 or IDH2"), ("KRAZ", "KRAS")):
        with pytest.raises(ValueError, match=remedy):
            known.resolve(word)
    with pytest.raises(ValueError, match="approved symbol"):
        known.resolve("QQQQ9")


def test_no_alias_is_itself_an_approved_symbol_of_another_gene() -> None:
    known = symbols()
    rows = (SHIPPED / "gene_symbols.tsv").read_text().splitlines()
    listed = [row.split("\t")[1].split("; ") for row in rows if not row.startswith("#")][1:]
    assert not [alias for row in listed for alias in row if alias.upper() in known.genes]


def test_faults_of_both_tables_are_told_at_once(tmp_path: Path) -> None:
    for name in ("transcripts.tsv", "known_fusions.tsv"):
        shutil.copy(SHIPPED / name, tmp_path)
    (tmp_path / "gene_symbols.tsv").write_text("gene\taliases\tsource\nERBB2\tHER2\t\n")
    (tmp_path / "common_names.tsv").write_text("name\talteration\tsource\nX\tno\tHGNC 2026\n")
    with pytest.raises(UserError) as refused:
        symbols(tmp_path)
    assert len(refused.value.problems) == 2
    assert "gene_symbols.tsv:2" in refused.value.problems[0]
