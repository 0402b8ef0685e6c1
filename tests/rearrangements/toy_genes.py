"""Genes of four exons, each 1,000 bases from the next, coding throughout."""

from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.rearrangements.describe import Knowledge
from dugnad.rearrangements.gene_files import GeneDomain

# coding bases of the exons in transcript order; 399 in all: 132 residues and a stop
SIZES = (90, 100, 110, 99)


def gene(name: str, chrom: str, start: int, strand: str = "+") -> Transcript:
    sizes = SIZES if strand == "+" else SIZES[::-1]
    exons = [(start + 1000 * i, start + 1000 * i + size) for i, size in enumerate(sizes)]
    ordered = exons if strand == "+" else exons[::-1]
    return Transcript(
        id=f"{name}-1",
        version=None,
        gene=name,
        gene_id=f"ID-{name}",
        chrom=chrom,
        strand=strand,
        biotype="protein_coding",
        exons=tuple(ordered),
        cds=(exons[0][0], exons[-1][1]),
        is_canonical=True,
    )


# PLUS and MINUS lie on chr1, 10,000 and 20,000; TWO and OWT on chr2
GENES = Transcripts(
    [
        gene("PLUS", "chr1", 10_000),
        gene("MINUS", "chr1", 20_000, "-"),
        gene("TWO", "chr2", 5_000),
        gene("OWT", "chr2", 12_000, "-"),
        gene("NEXT", "chr1", 13_200),
    ]
)


def knowledge(**changes: object) -> Knowledge:
    fields: dict[str, object] = {
        "transcripts": GENES,
        "panel_genes": frozenset({"PLUS", "MINUS", "OWT"}),
        "fusion_genes": frozenset({"PLUS", "MINUS"}),
        "known": {("TWO", "PLUS"): "PMID:1"},
        "domains": {name: [GeneDomain(name, "kinase", 70, 120, 132)] for name in ("PLUS", "MINUS")},
        **changes,
    }
    return Knowledge(**fields)  # type: ignore[arg-type]
