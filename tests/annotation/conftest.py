"""The toy gene on disk, and the real annotations where they are."""

import os

import pysam
import pytest
from real_genes import Real, load_real
from toy_gene import GENOME, Toy, gff3_rows

from dugnad.annotation.hgvs import HgvsNamer, reverse_complement
from dugnad.annotation.transcripts import read_transcripts


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """The toy genome on disk, read back."""
    folder = tmp_path_factory.mktemp("toy")
    fasta, gff3 = folder / "toy.fa", folder / "toy.gff3"
    mirrored = reverse_complement(GENOME)
    fasta.write_text(f">1\n{GENOME}\n>chrB\n{mirrored.lower()}\n>bare\n{GENOME}\n")
    pysam.faidx(os.fspath(fasta))
    rows = [*gff3_rows("+", 1), *gff3_rows("-", 2)]
    gff3.write_text("\n".join(["##gff-version 3", *rows]) + "\n")
    transcripts = read_transcripts(gff3)
    return Toy(fasta, gff3, transcripts, HgvsNamer(fasta, transcripts))


@pytest.fixture(scope="session")
def cancer_genes() -> Real:
    """13 genes, GRCh38."""
    files = ("cancer_genes.GRCh38.Npadded.fa.gz", "cancer_genes.GRCh38.ensembl.gff3")
    return load_real("cancer_genes_grch38", *files)


@pytest.fixture(scope="session")
def tp53() -> Real:
    """TP53, GRCh37, contig "17"."""
    files = ("ref/17.hs37.TP53_Npadded.fa.gz", "ref/TP53.GRCh37.ensembl.gff3")
    return load_real("tp53_exome_hg19", *files)
