"""The verbs of the stage on the toy gene: both engines, one way."""

from pathlib import Path
from typing import Any

import pytest
from toy_gene import GENOME, TRANSCRIPTS, Toy, coding_place

from builders import workspace
from dugnad.cli import main
from dugnad.config import load_config
from dugnad.errors import UserError
from dugnad.tables import VARIANTS, read_table

C = coding_place
HEADER = """##fileformat=VCFv4.2
##contig=<ID=1,length={length}>
##INFO=<ID=BCSQ,Number=.,Type=String,Description="csq">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Consequence|Feature_type|Feature|HGVSp">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT
"""
NAME = TRANSCRIPTS["+"]
CSQ = f"CSQ=missense_variant|Transcript|{NAME}.3|ENSP1:p.Ala2Val"
BCSQ = f"BCSQ=missense|TOY1|{NAME}|protein_coding|+|2A>2V|5C>T"


def annotate(toy: Toy, folder: Path, *options: str, gff3: Path | None = None) -> dict[str, Any]:
    """The row of c.5C>T, whose record has the words of both engines."""
    workspace(folder)
    calls = folder / "calls.vcf"
    row = f"1\t{C(5) + 1}\t.\tC\tT\t.\t.\t{CSQ};{BCSQ}\tAD\t8,2\n"
    calls.write_text(HEADER.format(length=len(GENOME)) + row)
    panel = folder / "config/panels/tiny/panel.yaml"
    files = ["--calls", calls, "--fasta", toy.fasta, "--panel", panel]
    output = folder / "variants.parquet"
    words = ["annotate-variants", *files, "--annotation", gff3 or toy.gff3, "--tumour", "T"]
    assert main([*map(str, words), "--output", str(output), *options]) == 0
    (found,) = read_table(output, VARIANTS)
    return found


@pytest.mark.parametrize("engine", ["csq", "vep"])
def test_both_engines_go_the_same_way(toy: Toy, tmp_path: Path, engine: str) -> None:
    row = annotate(toy, tmp_path, "--engine", engine)
    assert (row["gene"], row["transcript"], row["place"]) == ("TOY1", f"{NAME}.3", "exon 1/3")
    assert (row["hgvs_c"], row["hgvs_p"]) == ("c.5C>T", "p.(Ala2Val)")
    assert (row["consequence"], row["impact"]) == (["missense_variant"], "MODERATE")
    assert row["annotation_note"] is None
    assert len(row["other_transcripts"]) == 1


def test_selected_genes_serve_as_well(toy: Toy, tmp_path: Path) -> None:
    whole = annotate(toy, tmp_path)
    few, panel = tmp_path / "few.gff3", tmp_path / "config/panels/tiny/panel.yaml"
    words = ["select-genes", "--annotation", toy.gff3, "--calls", tmp_path / "calls.vcf"]
    words += ["--fasta", toy.fasta, "--panel", panel, "--output", few]
    assert main(list(map(str, words))) == 0
    assert "chrB" not in few.read_text()
    assert annotate(toy, tmp_path, gff3=few) == whole


def test_without_an_annotation_there_are_no_genes(toy: Toy, tmp_path: Path) -> None:
    workspace(tmp_path)
    few, panel = tmp_path / "few.gff3", tmp_path / "config/panels/tiny/panel.yaml"
    words = ["select-genes", "--calls", "none", "--fasta", toy.fasta, "--panel", panel]
    assert main([*map(str, words), "--output", str(few)]) == 0
    assert few.read_text() == "##gff-version 3\n"


def test_an_annotation_of_another_genome_stops_the_verb(
    toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotate(toy, tmp_path)
    other = tmp_path / "other.gff3"
    other.write_text("##sequence-region 1 1 99\n" + toy.gff3.read_text())
    words = ["select-genes", "--annotation", other, "--calls", tmp_path / "calls.vcf"]
    words += ["--fasta", toy.fasta, "--panel", tmp_path / "config/panels/tiny/panel.yaml"]
    assert main([*map(str, words), "--output", str(tmp_path / "few.gff3")]) == 2
    assert "has contigs of other lengths (1 99) than the genome" in capsys.readouterr().err
    assert not (tmp_path / "few.gff3").exists()


def test_vep_needs_its_cache_and_the_annotation(tmp_path: Path) -> None:
    config = workspace(tmp_path) / "config/config.yaml"
    config.write_text(config.read_text() + "annotation: {engine: vep}\n")
    with pytest.raises(UserError, match=r"annotation\.vep_cache: is missing, and VEP runs offline"):
        load_config(config)
    text = config.read_text().replace("  annotation: genome/tiny.gff3\n", "")
    config.write_text(text.replace("{engine: vep}", "{engine: vep, vep_cache: cache}"))
    with pytest.raises(UserError, match=r"genome\.annotation: is missing"):
        load_config(config)
