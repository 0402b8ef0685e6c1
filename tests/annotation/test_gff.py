"""Annotations of Ensembl, GENCODE and RefSeq, of some genes, and of another genome."""

from pathlib import Path

import pytest
from real_genes import Real
from toy_gene import GENOME, TRANSCRIPTS, TSS, Toy

from dugnad.annotation.fit import check_transcripts, fit_problems, read_facts, read_header
from dugnad.annotation.gff import Wanted, read_models
from dugnad.annotation.reference import Reference
from dugnad.annotation.select_genes import rows
from dugnad.annotation.transcripts import Transcripts, read_preferred, read_transcripts
from dugnad.errors import UserError
from dugnad.genome import ASSEMBLIES

GENCODE = """\
##gff-version 3
##sequence-region chr7 1 159345973
chr7\tHAVANA\tgene\t101\t900\t.\t-\t.\tID=ENSG01.5;gene_id=ENSG01.5;gene_type=protein_coding;gene_name=ABC;level=2
chr7\tHAVANA\ttranscript\t101\t900\t.\t-\t.\tID=ENST0001.4;Parent=ENSG01.5;gene_name=ABC;transcript_type=protein_coding;tag=basic,Ensembl_canonical,MANE_Select
chr7\tHAVANA\texon\t801\t900\t.\t-\t.\tID=exon:ENST0001.4:1;Parent=ENST0001.4;gene_id=ENSG01.5
chr7\tHAVANA\tCDS\t801\t850\t.\t-\t0\tID=CDS:ENST0001.4;Parent=ENST0001.4
chr7\tHAVANA\texon\t101\t300\t.\t-\t.\tID=exon:ENST0001.4:2;Parent=ENST0001.4;gene_id=ENSG01.5
chr7\tHAVANA\tCDS\t204\t300\t.\t-\t1\tID=CDS:ENST0001.4;Parent=ENST0001.4
chr7\tHAVANA\tstop_codon\t201\t203\t.\t-\t0\tID=stop_codon:ENST0001.4;Parent=ENST0001.4
chr7\tHAVANA\ttranscript\t101\t300\t.\t-\t.\tID=ENST0002.1;Parent=ENSG01.5;transcript_type=retained_intron;tag=MANE_Plus_Clinical
chr7\tHAVANA\texon\t101\t300\t.\t-\t.\tID=exon:ENST0002.1:1;Parent=ENST0002.1
chr7\tHAVANA\tgene\t50001\t50100\t.\t+\t.\tID=ENSG02.1;gene_type=lncRNA;gene_name=FAR
chr7\tHAVANA\ttranscript\t50001\t50100\t.\t+\t.\tID=ENST0003.1;Parent=ENSG02.1;transcript_type=lncRNA
chr7\tHAVANA\texon\t50001\t50100\t.\t+\t.\tID=exon:ENST0003.1:1;Parent=ENST0003.1
"""
REFSEQ = (
    "NC_000007.14\tRefSeq\tgene\t1\t90\t.\t+\t.\tID=gene-ABC;Name=ABC\n"
    "NC_000007.14\tRefSeq\tmRNA\t1\t90\t.\t+\t.\tID=rna-NM_1.2;Parent=gene-ABC\n"
)


def write(folder: Path, text: str) -> Path:
    path = folder / "x.gff3"
    path.write_text(text)
    return path


def test_gencode_says_the_same_in_its_own_words(tmp_path: Path) -> None:
    transcripts = read_transcripts(write(tmp_path, GENCODE), listed={})
    best, other = transcripts.by_gene("ABC")
    assert (best.id, best.version, best.gene_id) == ("ENST0001", "4", "ENSG01.5")
    assert best.exons == ((800, 900), (100, 300))
    assert (best.cds, best.cds_phase, best.biotype) == ((200, 850), 0, "protein_coding")
    assert (best.is_mane, best.is_canonical, best.is_mane_plus) == (True, True, False)
    assert (other.biotype, other.is_mane_plus) == ("retained_intron", True)


def test_refseq_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_models(write(tmp_path, REFSEQ))
    text = "is of RefSeq's style (got 'ID=gene-ABC'); give Ensembl's or GENCODE's GFF3"
    assert f"x.gff3:1: {text}" in caught.value.problems[0]
    lone = "7\tx\texon\t1\t9\t.\t+\t.\tID=exon-NM_1.2-1;Parent=rna-NM_1.2\n"
    with pytest.raises(UserError, match="RefSeq's style"):
        read_models(write(tmp_path, lone))


def test_only_wanted_genes_are_kept_whatever_the_order(tmp_path: Path) -> None:
    lines = GENCODE.splitlines(keepends=True)
    for text in (GENCODE, "".join(lines[:2] + lines[:1:-1])):
        path = write(tmp_path, text)
        near = read_models(path, Wanted({"chr7": [(910, 911)]}, (), margin=11))
        assert {one.id for one in near} == {"ENST0001", "ENST0002"}
        assert read_models(path, Wanted({"chr7": [(910, 911)]}, (), margin=10)) == []
        named = read_models(path, Wanted({}, {"FAR"}, margin=0))
        assert [one.id for one in named] == ["ENST0003"]
        wide = Wanted({"chr7": [(40_000, 60_000), (1, 2)]}, (), margin=0)
        assert [one.id for one in read_models(path, wide)] == ["ENST0003"]


def test_selected_genes_read_back_as_they_were(toy: Toy, tmp_path: Path) -> None:
    everything = sorted(toy.transcripts, key=lambda one: one.id)
    path = write(tmp_path, "\n".join(["##gff-version 3", *rows(everything)]) + "\n")
    assert sorted(read_models(path), key=lambda one: one.id) == everything
    gencode = read_models(write(tmp_path, GENCODE))
    again = read_models(write(tmp_path, "\n".join(rows(gencode)) + "\n"))
    assert sorted(again, key=lambda one: one.id) == sorted(gencode, key=lambda one: one.id)


@pytest.mark.real_data
def test_real_genes_read_back_as_they_were(cancer_genes: Real, tmp_path: Path) -> None:
    everything = list(cancer_genes.transcripts)
    again = read_models(write(tmp_path, "\n".join(rows(everything)) + "\n"))
    assert {one.id: one for one in again} == {one.id: one for one in everything}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("##sequence-region chr7 1 159345973\n", None),
        ("#!genome-build GRCh38.p14\n", None),
        ("#!genome-build GRCh37.p13\n", "is of GRCh37, but the genome is GRCh38; give the"),
        ("##description: human genome (GRCh37), version 44\n", "is of GRCh37, but the genome"),
        ("##sequence-region chr7 1 159138663\n", "has contigs of other lengths (chr7 159,138,663)"),
        ("chr7\tx\tgene\t1\t159345974\t.\t+\t.\tID=gene:1\n", "ends beyond chr7 of the genome"),
    ],
)
def test_an_annotation_of_another_genome_is_told(
    tmp_path: Path, text: str, problem: str | None
) -> None:
    lengths = {f"chr{name}": length for name, length in ASSEMBLIES["GRCh38"].items()}
    path = write(tmp_path, text)
    found = list(fit_problems(path, read_facts(path), lengths))
    assert [problem in one for one in found if problem] == ([True] if problem else [])
    assert bool(found) == bool(problem)
    header = list(fit_problems(path, read_header(path), lengths))
    assert header == ([] if text.startswith("chr7") else found)


def test_transcripts_beyond_the_genome_or_without_starts_are_refused(
    toy: Toy, tmp_path: Path
) -> None:
    check_transcripts(toy.gff3, toy.transcripts, toy.namer.reference)
    fasta = tmp_path / "short.fa"
    fasta.write_text(f">1\n{GENOME[: TSS + 20]}\n>chrB\n{GENOME}\n")
    with pytest.raises(UserError, match="ends beyond the genome"):
        check_transcripts(toy.gff3, toy.transcripts, Reference(fasta))
    fasta.write_text(f">1\nACGT{GENOME}\n>chrB\n{GENOME}\n")
    Path(f"{fasta}.fai").unlink()
    coding = toy.transcripts.by_id(TRANSCRIPTS["+"])
    assert coding is not None
    with pytest.raises(UserError, match="only 0 of 12 coding sequences begin with ATG"):
        check_transcripts(toy.gff3, [coding] * 12, Reference(fasta))


def test_the_listed_transcript_comes_after_mane_and_before_canonical(tmp_path: Path) -> None:
    path = write(tmp_path, GENCODE.replace(",MANE_Select", ""))
    assert read_transcripts(path, listed={}).by_gene("ABC")[0].id == "ENST0001"
    assert read_transcripts(path, listed={"ABC": "ENST0002"}).by_gene("ABC")[0].id == "ENST0002"
    mane = Transcripts(read_models(write(tmp_path, GENCODE)), {"ABC": "ENST0002"})
    assert mane.by_gene("ABC")[0].id == "ENST0001"
    table = tmp_path / "transcripts.tsv"
    table.write_text(
        "# note\ngene\tensembl\trefseq\tsource\nABC\tENST0002.7\tNM_1\tx\nDEF\t\t\tx\n"
    )
    assert read_preferred(table) == {"ABC": "ENST0002"}
    assert read_preferred(tmp_path / "absent.tsv") == {}
