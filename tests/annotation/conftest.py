"""The toy gene on disk, and the real annotations where they are."""

import os
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest
from toy_gene import GENOME, Toy, gff3_rows

from dugnad.annotation.hgvs import HgvsNamer, reverse_complement
from dugnad.annotation.transcripts import Transcripts, read_transcripts

DATA = Path(__file__).parents[2].parent / "shared" / "data"


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


@dataclass(frozen=True)
class Real:
    """A real annotation with its sequence."""

    folder: Path
    fasta: Path
    gff3: Path
    transcripts: Transcripts
    namer: HgvsNamer


def _real(folder: str, fasta: str, gff3: str) -> Real:
    base = DATA / folder
    if not base.is_dir():
        pytest.skip(f"real data are absent: no folder shared/data/{folder} beside the project")
    transcripts = read_transcripts(base / gff3)
    namer = HgvsNamer(base / fasta, transcripts)
    return Real(base, base / fasta, base / gff3, transcripts, namer)


@pytest.fixture(scope="session")
def cancer_genes() -> Real:
    """13 genes, GRCh38."""
    files = ("cancer_genes.GRCh38.Npadded.fa.gz", "cancer_genes.GRCh38.ensembl.gff3")
    return _real("cancer_genes_grch38", *files)


@pytest.fixture(scope="session")
def tp53() -> Real:
    """TP53, GRCh37, contig "17"."""
    files = ("ref/17.hs37.TP53_Npadded.fa.gz", "ref/TP53.GRCh37.ensembl.gff3")
    return _real("tp53_exome_hg19", *files)
