"""A gene small enough to name its variants by hand, on both strands."""

from dataclasses import dataclass
from pathlib import Path

from dugnad.annotation.hgvs import HgvsNamer, reverse_complement
from dugnad.annotation.transcripts import Transcripts

UPSTREAM = "TGCA" * 50
EXON_1 = "GGCAGC" + "ATGGCTGAATG"  # 5' UTR of 6 bases, then ATG GCT GAA TG|
INTRON_1 = "GTAAGTCCCTTTTTTTCCCTTGTCTAG"
EXON_2 = "CAAACCCGGGTTTCATCATCATGAGAG"  # |C AAA CCC GGG TTT CAT CAT CAT GAG AG|
INTRON_2 = "GTGAGTTTTTTTTTTCTTTTTGCAG"
EXON_3 = "AGACTGGTAA" + "TTTTGGGCCC"  # |A GAC TGG TAA, then 3' UTR of 10 bases
DOWNSTREAM = "ACTG" * 50

PIECES = (UPSTREAM, EXON_1, INTRON_1, EXON_2, INTRON_2, EXON_3, DOWNSTREAM)
GENOME = "".join(PIECES)
CODING = EXON_1[6:] + EXON_2 + EXON_3[:10]
PROTEIN = "MAECKPGFHHHERDW*"

CONTIGS = {"+": "1", "-": "chrB"}
TRANSCRIPTS = {"+": "ENST00000000001", "-": "ENST00000000002"}


def _bounds(index: int) -> tuple[int, int]:
    start = sum(map(len, PIECES[:index]))
    return start, start + len(PIECES[index])


EXONS = tuple(_bounds(index) for index in (1, 3, 5))
TSS, END = EXONS[0][0], EXONS[2][1]
PLACES = [place for start, end in EXONS for place in range(start, end)]
CDS = (PLACES[6], PLACES[5 + len(CODING)] + 1)


def coding_place(number: int) -> int:
    """Where coding base c.number (1-based) lies in GENOME, 0-based."""
    return PLACES[5 + number]


@dataclass(frozen=True)
class Toy:
    """Files of the toy genome, its gene once on contig "1" (+) and mirrored on "chrB" (-)."""

    fasta: Path
    gff3: Path
    transcripts: Transcripts
    namer: HgvsNamer

    def vcf(self, strand: str, start: int, end: int, alt: str) -> tuple[str, int, str, str]:
        """VCF fields of a change of GENOME[start:end], anchored by the base to its left."""
        genome = GENOME if strand == "+" else reverse_complement(GENOME)
        if strand == "-":
            start, end, alt = len(GENOME) - end, len(GENOME) - start, reverse_complement(alt)
        ref = genome[start:end]
        if len(ref) == len(alt) == 1:
            return CONTIGS[strand], start + 1, ref, alt
        anchor = genome[start - 1]
        return CONTIGS[strand], start, anchor + ref, anchor + alt


def gff3_rows(strand: str, number: int) -> list[str]:
    def row(kind: str, start: int, end: int, phase: str, words: str) -> str:
        if strand == "-":
            start, end = len(GENOME) - end, len(GENOME) - start
        columns = [CONTIGS[strand], "toy", kind, start + 1, end, ".", strand, phase, words]
        return "\t".join(map(str, columns))

    name = TRANSCRIPTS[strand]
    gene = f"gene:ENSG{number}"
    words = f"ID=transcript:{name};Parent={gene};biotype=protein_coding;version=3"
    rows = [
        row("gene", TSS, END, ".", f"ID={gene};Name=TOY{number};biotype=protein_coding"),
        row("mRNA", TSS, END, ".", f"{words};tag=basic,Ensembl_canonical,MANE_Select"),
    ]
    length = 0
    for start, end in EXONS:
        rows.append(row("exon", start, end, ".", f"Parent=transcript:{name}"))
        first, last = max(start, CDS[0]), min(end, CDS[1])
        phase = str(-length % 3)
        rows.append(row("CDS", first, last, phase, f"ID=CDS:{name};Parent=transcript:{name}"))
        length += last - first
    utr = f"Parent=transcript:{name}"
    rows.append(row("five_prime_UTR", TSS, CDS[0], ".", utr))
    rows.append(row("three_prime_UTR", CDS[1], END, ".", utr))
    lone = f"ENST0000000001{number}"
    words = f"ID=transcript:{lone};Parent={gene};biotype=lncRNA"
    rows.append(row("lnc_RNA", *EXONS[1], ".", words))
    rows.append(row("exon", *EXONS[1], ".", f"Parent=transcript:{lone}"))
    return rows
