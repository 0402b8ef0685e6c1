"""Residues of proteins and exons in our tables, against the coding sequences of Ensembl."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from dugnad.interpretation.base import read_exons
from dugnad.knowledge.gene_tables import read_gene_roles
from dugnad.knowledge.variant_tables import read_proteins
from support import ROOT

TABLES = ROOT / "resources/knowledge"
Spans = dict[int, tuple[int, int]]


@pytest.fixture(scope="module")
def spans(real_data: Path) -> dict[str, Spans]:
    """By gene, the coded bases (1-based, inclusive) of each exon of the canonical transcript."""
    places = defaultdict(list)
    names = {}
    canonical = set()
    text = (real_data / "cancer_genes_grch38/cancer_genes.GRCh38.ensembl.gtf").read_text()
    for cells in (line.split("\t") for line in text.splitlines() if not line.startswith("#")):
        note = dict(re.findall(r'(\w+) "([^"]*)"', cells[8]))
        if cells[2] == "transcript" and "Ensembl_canonical" in cells[8]:
            canonical.add(note["transcript_id"])
            names[note["transcript_id"]] = note["gene_name"]
        if cells[2] in {"exon", "CDS"}:
            key = (note["transcript_id"], cells[2])
            places[key].append((int(cells[3]), int(cells[4]), cells[6]))
    return {names[name]: _spans(places[name, "exon"], places[name, "CDS"]) for name in canonical}


def _spans(exons: list[tuple[int, int, str]], coding: list[tuple[int, int, str]]) -> Spans:
    backwards = exons[0][2] == "-"
    found: Spans = {}
    done = 0
    for number, (start, end, _) in enumerate(sorted(exons, reverse=backwards), 1):
        bases = sum(b - a + 1 for a, b, _ in coding if start <= a and b <= end)
        if bases:
            found[number] = (done + 1, done + bases)
            done += bases
    return found


def test_lengths_and_last_exons(spans: dict[str, Spans]) -> None:
    proteins = read_proteins(TABLES / "proteins.tsv")
    shared = sorted(proteins.keys() & spans.keys())
    assert {"ARID1A", "BRCA1", "BRCA2", "PIK3R1", "TET2", "VHL"} <= set(shared)
    for gene in shared:
        first, last = list(spans[gene].values())[-1]
        # the coding sequence with or without its stop
        assert proteins[gene].length in {last // 3, last // 3 - 1}, gene
        assert proteins[gene].last_exon == (first + 2) // 3, gene


def test_residues_of_exons(spans: dict[str, Spans]) -> None:
    exons = read_exons(TABLES / "exons.tsv")
    assert {"EGFR", "KIT"} <= exons.keys() & spans.keys()
    for gene in exons.keys() & spans.keys():
        for number, span in exons[gene].items():
            first, last = spans[gene][number]
            assert span == ((first + 2) // 3, (last + 2) // 3), (gene, number)


def test_most_tumour_suppressors_have_their_protein() -> None:
    roles = read_gene_roles(TABLES / "gene_roles.tsv")
    asked = {gene for gene, role in roles.items() if role.loss_of_function_established}
    proteins = read_proteins(TABLES / "proteins.tsv")
    assert len(proteins) >= 120
    assert len(asked - proteins.keys()) <= 5
