"""The tables that people write, and what is said of faults in them."""

from pathlib import Path

import pytest

from dugnad.errors import UserError
from dugnad.rearrangements.gene_files import (
    read_domains,
    read_fusion_genes,
    read_known_fusions,
)

KNOWLEDGE = Path(__file__).parents[2] / "resources/knowledge"
GENES = "gene\tcontig\tstart\tend\tintron\tpartners\n"


def test_fusion_genes(tmp_path: Path) -> None:
    path = tmp_path / "genes.tsv"
    path.write_text(GENES + "ALK\tchr2\t101\t200\t19\tEML4,NPM1\n\nRET\tchr10\t5\t9\t\t\n")
    alk, ret = read_fusion_genes(path)
    assert (alk.place.start, alk.place.end, alk.intron) == (100, 200, 19)
    assert alk.partners == ("EML4", "NPM1")
    assert (ret.intron, ret.partners, ret.place.line) == (None, (), 4)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("ALK\tchr2\t300\t200\t19\t", "start and end must be 1-based, start first"),
        ("ALK\tchr2\t0\t200\t19\t", "start and end must be 1-based, start first"),
        ("ALK\tchr2\t1\t200\tx\t", "intron must be a whole number or empty"),
        ("\tchr2\t1\t200\t1\t", "needs a gene and a contig"),
        ("ALK\tchr2\t1", "needs 6 cells"),
    ],
)
def test_faulty_fusion_genes(line: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "genes.tsv"
    path.write_text(f"{GENES}{line}\n")
    with pytest.raises(UserError, match=f"{path}:2: {fault}"):
        read_fusion_genes(path)


def test_another_header_is_named(tmp_path: Path) -> None:
    path = tmp_path / "genes.tsv"
    path.write_text("gene\tchrom\n")
    with pytest.raises(UserError, match=r":1: the header must be gene, contig"):
        read_fusion_genes(path)


def test_known_fusions_need_a_source(tmp_path: Path) -> None:
    path = tmp_path / "known.tsv"
    path.write_text("gene_5\tgene_3\tsource\nEML4\tALK\t\n")
    with pytest.raises(UserError, match=r"known.tsv:2: needs two genes and a source"):
        read_known_fusions(path)


def test_domains_lie_within_their_protein(tmp_path: Path) -> None:
    path = tmp_path / "domains.tsv"
    path.write_text("gene\tdomain\tfirst\tlast\tlength\tsource\nALK\tkinase\t9\t5\t8\tU\n")
    with pytest.raises(UserError, match=r"domains.tsv:2: must be first <= last <= length"):
        read_domains(path)


def test_what_is_shipped_can_be_read() -> None:
    domains = read_domains(KNOWLEDGE / "fusion_domains.tsv")
    assert domains["ALK"][0].first == 1116
    assert read_known_fusions(KNOWLEDGE / "known_fusions.tsv")["EML4", "ALK"] == "PMID:17625570"
