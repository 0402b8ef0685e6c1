"""The tables about genes: what is shipped, and what a faulty row is told."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dugnad.errors import UserError
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.gene_tables import (
    read_gene_roles,
    read_germline_genes,
    read_haematopoiesis_genes,
    read_preferred_transcripts,
)
from dugnad.knowledge.tumour_types import TumourTypes

CODES = TumourTypes.read(SHIPPED / "tumour_types.tsv").nodes
ROLES = read_gene_roles(SHIPPED / "gene_roles.tsv")
GERMLINE = read_germline_genes(SHIPPED / "germline_genes.tsv", CODES)
BLOOD = read_haematopoiesis_genes(SHIPPED / "haematopoiesis_genes.tsv")
TRANSCRIPTS = read_preferred_transcripts(SHIPPED / "transcripts.tsv")


def test_roles_of_well_known_genes() -> None:
    assert len(ROLES) >= 250
    for gene in ("TP53", "RB1", "BRCA1", "PTEN", "APC", "NF1", "SMARCB1", "CDKN2A", "TET2"):
        assert (ROLES[gene].role, ROLES[gene].loss_of_function_established) == (
            "tumour_suppressor",
            True,
        )
    for gene in ("KRAS", "BRAF", "EGFR", "PIK3CA", "IDH1", "JAK2", "PPM1D", "TERT"):
        assert (ROLES[gene].role, ROLES[gene].loss_of_function_established) == ("oncogene", False)
    assert (ROLES["NOTCH1"].role, ROLES["NOTCH1"].loss_of_function_established) == ("both", True)


def test_missense_hotspots_make_no_loss_of_function() -> None:
    for gene in ("POLE", "POLD1", "SPOP"):
        assert not ROLES[gene].loss_of_function_established


def test_germline_genes_by_loss_of_function_have_a_role_that_agrees() -> None:
    for gene, row in GERMLINE.items():
        if gene in ROLES and row.mechanism == "loss_of_function":
            assert ROLES[gene].role == "tumour_suppressor", gene
    assert GERMLINE["RET"].mechanism == "gain_of_function"
    assert {gene for gene, row in GERMLINE.items() if row.inheritance == "recessive"} == {"MUTYH"}
    assert len(GERMLINE) == 39


def test_blood_genes_know_which_drive_solid_tumours() -> None:
    assert not any(row.solid_tumours for row in BLOOD["DNMT3A"] + BLOOD["TET2"] + BLOOD["JAK2"])
    assert all(row.solid_tumours for row in BLOOD["TP53"] + BLOOD["IDH1"])
    assert [row.solid_tumours for row in BLOOD["IDH2"]] == [False, True]
    assert "KRAS" not in BLOOD


def test_transcripts_are_many_and_pairs_are_unique() -> None:
    assert len(TRANSCRIPTS) >= 150
    assert TRANSCRIPTS["TP53"].ensembl == "ENST00000269305.9"
    assert TRANSCRIPTS["CDKN2A"].refseq == "NM_000077.5"
    for name in ("ensembl", "refseq"):
        values = [getattr(row, name) for row in TRANSCRIPTS.values()]
        assert len(set(values)) == len(values)


def test_transcripts_agree_with_those_that_vep_calls_mane(real_data: Path) -> None:
    vcf = real_data / "vcf_annotated_examples/HCC1395.exome.VEP105.GRCh38.chr1-chr10.vcf.gz"
    query = ["bcftools", "query", "-f", "%INFO/CSQ\n", str(vcf)]
    text = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    seen = {}
    for entry in text.replace("\n", ",").split(","):
        fields = entry.split("|")
        if len(fields) > 26 and fields[26]:
            seen[fields[3]] = (fields[6], fields[26])
    both = seen.keys() & TRANSCRIPTS.keys()
    assert len(both) >= 10
    for gene in both:
        ours = (TRANSCRIPTS[gene].ensembl, TRANSCRIPTS[gene].refseq)
        assert tuple(str(name).split(".")[0] for name in ours) == tuple(
            name.split(".")[0] for name in seen[gene]
        ), gene


def test_transcripts_agree_with_ensembls_canonical_ones(real_data: Path) -> None:
    path = real_data / "cancer_genes_grch38/cancer_genes.GRCh38.ensembl.gff3"
    genes: dict[str, str] = {}
    canonical: dict[str, str] = {}
    for line in path.read_text().splitlines():
        pairs = (part.partition("=") for part in line.split("\t")[-1].split(";"))
        said = {key: value for key, _, value in pairs}
        if said.get("ID", "").startswith("gene:"):
            genes[said["ID"]] = said["Name"]
        elif "Ensembl_canonical" in said.get("tag", ""):
            canonical[genes[said["Parent"]]] = said["transcript_id"]
    both = canonical.keys() & TRANSCRIPTS.keys()
    assert {"BRCA1", "BRCA2", "EGFR", "TERT", "TET2", "KIT"} <= both
    for gene in both:
        assert TRANSCRIPTS[gene].ensembl.split(".")[0] == canonical[gene], gene


ROLE_HEADER = "gene\trole\tloss_of_function_established\tsource\n"
GERMLINE_HEADER = "gene\tactionability\tage\ttumour_types\tnote\tsource\n"
BLOOD_HEADER = "gene\talterations\tsolid_tumours\tsource\n"
TRANSCRIPT_HEADER = "gene\tensembl\trefseq\tsource\n"


def germline(path: Path) -> Mapping[str, object]:
    return read_germline_genes(path, CODES)


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_gene_roles, ROLE_HEADER + "TP53\tsuppressor\tyes\tPMID:1\n", ":2: role: must be one"),
        (read_gene_roles, ROLE_HEADER + "TP53\tboth\tmaybe\tPMID:1\n", ":2: loss_of_function_est"),
        (read_gene_roles, ROLE_HEADER + "TP53\tboth\tyes\t\n", ":2: source: is missing"),
        (read_gene_roles, ROLE_HEADER + "KRAS\toncogene\tyes\tPMID:1\n", "write both"),
        (read_gene_roles, ROLE_HEADER + "tp 53\tboth\tyes\tPMID:1\n", ":2: gene: is not a gene"),
        (
            read_gene_roles,
            ROLE_HEADER + "TP53\tboth\tyes\tPMID:1\n" * 2,
            "gene: is there twice (got 'TP53')",
        ),
        (germline, GERMLINE_HEADER + "VHL\thigh\tany\tKIDNY\t\tPMID:1\n", "KIDNY is not in tumour"),
        (germline, GERMLINE_HEADER + "VHL\thigh\tany\t\t\tPMID:1\n", ":2: tumour_types: is empty"),
        (germline, GERMLINE_HEADER + "VHL\thigh\t<40\tany\t\tPMID:1\n", ":2: age: must be one of"),
        (germline, GERMLINE_HEADER + "VHL\tsome\tany\tany\t\tPMID:1\n", ":2: actionability: must"),
        (
            read_haematopoiesis_genes,
            BLOOD_HEADER + "TET2\ttruncated\tno\tPMID:1\n",
            ":2: alterations: 'truncated' is not a class",
        ),
        (read_haematopoiesis_genes, BLOOD_HEADER + "TET2\t\tno\tPMID:1\n", "alterations: is empty"),
        (
            read_preferred_transcripts,
            TRANSCRIPT_HEADER + "TP53\tENST269305\t\tMANE 2022\n",
            ":2: ensembl: is not ENST",
        ),
        (
            read_preferred_transcripts,
            TRANSCRIPT_HEADER + "TP53\tENST00000269305\tNP_000537.3\tMANE 2022\n",
            ":2: refseq: is not a RefSeq transcript",
        ),
        (read_preferred_transcripts, "gene\tensembl\n", "the header must be gene, ensembl, refseq"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(
    tmp_path: Path, read: Callable[[Path], object], text: str, words: str
) -> None:
    path = tmp_path / "table.tsv"
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        read(path)
    assert words in str(raised.value)
    assert str(path) in str(raised.value)


def test_all_faults_of_a_table_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text(ROLE_HEADER + "TP53\tboth\tyes\t\n# note\nKRAS\tdriver\tno\tPMID:1\n")
    with pytest.raises(UserError) as raised:
        read_gene_roles(path)
    assert [problem.split(": ")[0] for problem in raised.value.problems] == [
        f"{path}:2",
        f"{path}:4",
    ]
