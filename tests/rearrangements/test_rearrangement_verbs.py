"""The verbs from file to file."""

from pathlib import Path

import pytest
import yaml
from toy_genes import gene
from toy_reads import LENGTHS, Stretch, reads_of, rules_data, whole, write_fasta

from builders import panel, panel_data
from dugnad.annotation.transcripts import Transcript, read_transcripts
from dugnad.cli import main
from dugnad.rearrangements.describe import Knowledge
from dugnad.rearrangements.join_rearrangements import wanted
from dugnad.rearrangements.panel_check import fusion_problems, fusion_symbols
from dugnad.record import CaseGate, SampleGate
from dugnad.record_rearrangements import Rearrangements
from dugnad.tables import JUNCTIONS, REARRANGEMENTS, read_table
from support import ROOT

DOMAINS = ROOT / "resources/knowledge/fusion_domains.tsv"


def gff(*transcripts: Transcript) -> str:
    lines = ["##gff-version 3"]
    for one in transcripts:
        place = (one.chrom, "toy", "{}", one.start + 1, one.end, ".", one.strand, ".")
        head = "\t".join(map(str, place))
        lines.append(f"{head.format('gene')}\tID=gene:{one.gene_id};Name={one.gene}")
        kind = f"ID=transcript:{one.id};Parent=gene:{one.gene_id};biotype=protein_coding"
        lines.append(f"{head.format('mRNA')}\t{kind}")
        for start, end in one.exons:
            for row, phase in (("exon", "."), ("CDS", "0")):
                cells = (one.chrom, "toy", row, start + 1, end, ".", one.strand, phase)
                lines.append("\t".join(map(str, cells)) + f"\tParent=transcript:{one.id}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A panel that searches ALK, with EML4 as its partner on another contig."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    section = rules_data(known_fusions="known.tsv")
    (folder / "panel.yaml").write_text(yaml.safe_dump(panel_data(rearrangements=section)))
    (folder / "targets.bed").write_text("chr1\t10000\t10300\tALK\n")
    (folder / "fusion_genes.tsv").write_text(
        "gene\tcontig\tstart\tend\tintron\tpartners\nALK\tchr1\t11101\t12000\t2\tEML4\n"
    )
    (folder / "known.tsv").write_text("gene_5\tgene_3\tsource\nEML4\tALK\tPMID:17625570\n")
    (folder / "genes.gff3").write_text(
        gff(gene("ALK", "chr1", 10_000), gene("EML4", "chr2", 5_000))
    )
    write_fasta(folder / "toy.fa")
    return folder


def test_from_reads_to_the_record(home: Path) -> None:
    fusion = [Stretch("chr2", 5_500, 6_500), Stretch("chr1", 11_500, 12_500)]
    tumour = reads_of(home / "t.bam", [(whole("chr1"), 600), (fusion, 60)])
    normal = reads_of(home / "n.bam", [(whole("chr1"), 600)], seed=3)
    common = ["--panel", home / "panel.yaml", "--annotation", home / "genes.gff3"]
    found = [*common, "--tumour", tumour, "--normal", normal, "--fasta", home / "toy.fa"]
    assert main(["search-fusions", *map(str, [*found, "--output", home / "s.parquet"])]) == 0
    assert len(read_table(home / "s.parquet", JUNCTIONS)) == 1
    files = ["--output", home / "r.parquet", "--record", home / "r.json", "--domains", DOMAINS]
    joining = [*common, "--junctions", home / "s.parquet", "--normal", "N", *files]
    assert main(["join-rearrangements", *map(str, joining)]) == 0
    row = read_table(home / "r.parquet", REARRANGEMENTS)[0]
    assert (row["name"], row["exon_5"], row["exon_3"], row["frame"]) == (
        "EML4::ALK", 2, 3, "in_frame",
    )  # fmt: skip
    assert (row["known"], row["filters"], row["on_target"]) == (True, [], ["ALK"])
    part = Rearrangements.model_validate_json((home / "r.json").read_text())
    assert [item.name for item in part.found] == ["EML4::ALK"]
    assert [item.gene for item in part.partners] == ["EML4", "ALK"]
    assert not any("normal" in note for note in part.notes)
    sample = SampleGate(
        sample="N", verdict="fail", reasons=(), blocked_by=("identity",), accepted=()
    )
    gate = CaseGate(case="C", verdict="fail", samples=(sample,))
    (home / "gate.json").write_text(gate.model_dump_json())
    assert main(["join-rearrangements", *map(str, [*joining, "--gate", home / "gate.json"])]) == 0
    part = Rearrangements.model_validate_json((home / "r.json").read_text())
    assert "The normal is not of this person: a rearrangement of DNA may be germline." in part.notes


def test_without_an_annotation_the_genes_are_not_told(home: Path) -> None:
    fusion = [Stretch("chr2", 5_500, 6_500), Stretch("chr1", 11_500, 12_500)]
    tumour = reads_of(home / "t.bam", [(whole("chr1"), 600), (fusion, 60)])
    common = ["--panel", home / "panel.yaml"]
    found = [*common, "--tumour", tumour, "--fasta", home / "toy.fa"]
    assert main(["search-fusions", *map(str, [*found, "--output", home / "s.parquet"])]) == 0
    files = ["--output", home / "r.parquet", "--record", home / "r.json", "--domains", DOMAINS]
    joining = [*common, "--junctions", home / "s.parquet", *files]
    assert main(["join-rearrangements", *map(str, joining)]) == 0
    part = Rearrangements.model_validate_json((home / "r.json").read_text())
    assert any("No gene annotation" in note for note in part.notes)
    assert len(read_table(home / "r.parquet", REARRANGEMENTS)) == 1


def test_faults_of_the_lists_are_found_at_the_border(home: Path) -> None:
    section = rules_data(fusion_genes=str(home / "fusion_genes.tsv"),
                         known_fusions=str(home / "known.tsv"))  # fmt: skip
    asked = panel(rearrangements=section)
    assert list(fusion_problems(asked, LENGTHS)) == []
    assert fusion_symbols(asked) == {"ALK", "EML4"}
    assert [p.split(": ")[1] for p in fusion_problems(asked, {"chr9": 5})] == [
        "contig 'chr1' is not in the genome; mend the line"
    ]
    (home / "fusion_genes.tsv").write_text("gene\n")
    (home / "known.tsv").write_text("gene_5\tgene_3\tsource\nA\t\t\n")
    faults = list(fusion_problems(asked, LENGTHS))
    assert [fault.split(": ", 1)[1][:26] for fault in faults] == [
        "the header must be gene, c", "needs two genes and a sour",
    ]  # fmt: skip
    assert fusion_symbols(asked) == set()


def test_joining_keeps_the_genes_that_may_matter(tmp_path: Path) -> None:
    """Those of the panel, those at either side of a junction, and those of splice variants."""
    starts = {"PANEL": 1_000, "ONE": 10_000, "TWO": 20_000, "SPLICED": 30_000, "OTHER": 40_000}
    path = tmp_path / "genes.gff3"
    path.write_text(gff(*(gene(name, "chr1", start) for name, start in starts.items())))
    junction = {"chrom_1": "chr1", "pos_1": 10_001, "chrom_2": "chr1", "pos_2": 20_050}
    splice = {"gene_5": "SPLICED", "gene_3": None}
    genes = wanted([junction], [splice], Knowledge(panel_genes=frozenset({"PANEL"})))
    found = {one.gene for one in read_transcripts(path, genes)}
    assert found == {"PANEL", "ONE", "TWO", "SPLICED"}
