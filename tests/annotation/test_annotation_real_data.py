"""Names and consequences of real variants, against what others have published of them."""

import gzip
import re
import shutil
from pathlib import Path

import pytest
from real_genes import DATA, Real
from test_consequences import run_csq
from test_hgvs import THREE, translate

from dugnad.alleles import trim
from dugnad.annotation.consequences import protein_term, terms_on
from dugnad.annotation.csq import parse_bcsq
from dugnad.annotation.engines import Csq, Said
from dugnad.annotation.hgvs import reverse_complement
from dugnad.annotation.severity import impact
from dugnad.annotation.transcripts import Transcript

pytestmark = pytest.mark.real_data

CLASS_TERMS = {
    "missense": {"missense_variant"},
    "stop_gained": {"stop_gained"},
    "frameshift": {"frameshift_variant"},
    "inframe_deletion": {"inframe_deletion"},
    "inframe_insertion": {"inframe_insertion"},
    "inframe_delins": {"inframe_deletion", "inframe_insertion", "protein_altering_variant"},
}

IMMEDIATE_STOP = ("chr3", 10141871, "G", "GT")
"""The table says p.D9fs; the inserted T itself makes the stop (GAC to TGA), and HGVS calls that
a nonsense variant, not a frameshift: p.(Asp9Ter). To VEP its codons say frameshift_variant."""


def one_letter(p: str | None) -> str:
    """ "p.(Leu747_Ala750delinsPro)" as "p.L747_A750delinsP"; a frameshift as "p.D9fs"."""
    text = re.sub(r"[A-Z][a-z]{2}fs.*", "fs", (p or "").replace("(", "").replace(")", ""))
    for letter, name in THREE.items():
        text = text.replace(name, letter)
    return text


def own(real: Real, identifier: str) -> Transcript:
    transcript = real.transcripts.by_id(identifier)
    assert transcript is not None
    return transcript


def truth(real: Real) -> list[list[str]]:
    lines = (real.folder / "hgvs_p_vs_genomic.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines[1:]]


def test_protein_changes_of_genomic_changes(cancer_genes: Real) -> None:
    rows = truth(cancer_genes)
    assert len(rows) == 47
    for _, identifier, expected, _, chrom, pos, ref, alt, *_ in rows:
        variant = (chrom, int(pos), ref, alt)
        names = cancer_genes.namer.name(*variant, own(cancer_genes, identifier))
        assert names.problem is None
        if variant == IMMEDIATE_STOP:
            assert (expected, names.p) == ("p.D9fs", "p.(Asp9Ter)")
        else:
            assert one_letter(names.p) == expected


def test_terms_of_genomic_changes(cancer_genes: Real) -> None:
    rows = truth(cancer_genes)
    variants = [(row[4], int(row[5]), row[6], row[7]) for row in rows]
    for row, variant in zip(rows, variants, strict=True):
        transcript = own(cancer_genes, row[1])
        terms = set(terms_on(transcript, trim(*variant[1:]), cancer_genes.namer.reference))
        assert terms & CLASS_TERMS[row[3]]
        assert terms <= CLASS_TERMS[row[3]] | {"splice_region_variant", "stop_gained"}
        assert ("stop_gained" in terms) == (row[3] == "stop_gained")


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")
def test_terms_that_bcftools_csq_gets_wrong(cancer_genes: Real, tmp_path: Path) -> None:
    """In 1.16: in-frame deletions called stop_gained, and stops called in frame or missense."""
    cases = {
        ("chr4", 54695691, "ATCACGGAAA", "A"): ("p.(Ile83_Glu85del)", {"inframe_deletion"}),
        ("chr17", 43071037, "TTAT", "T"): ("p.(Asn1626del)", {"inframe_deletion"}),
        ("chr5", 68295170, "TTGA", "ACAT"): ("p.(Leu531_Lys532delinsThrTer)", {"stop_gained"}),
    }
    answers = run_csq(tmp_path, cancer_genes.fasta, cancer_genes.gff3, list(cases))
    for (variant, (p, terms)), value in zip(cases.items(), answers, strict=True):
        chrom, pos, *_ = variant
        genes = {one.gene for one in cancer_genes.transcripts.overlapping(chrom, pos - 1, pos)}
        transcript = cancer_genes.transcripts.preferred(genes.pop())
        assert transcript is not None
        names = cancer_genes.namer.name(*variant, transcript)
        assert names.p == p
        found = terms_on(transcript, trim(*variant[1:]), cancer_genes.namer.reference)
        said = parse_bcsq(value or ())[transcript.id]
        result = Csq().settle(Said(said), found, names)
        assert set(result.terms) == terms
        assert (result.disagreement is None) == (impact(said) == impact(found))


def test_canonical_coding_sequences_translate(cancer_genes: Real, tp53: Real) -> None:
    canonical = [(real, one) for real in (cancer_genes, tp53) for one in real.transcripts]
    canonical = [(real, one) for real, one in canonical if one.is_canonical]
    assert len(canonical) == 14
    for real, one in canonical:
        parts = "".join(real.namer.fetch(one.chrom, *part) for part in sorted(one.coding_exons))
        bases = parts if one.strand == "+" else reverse_complement(parts)
        protein = translate(bases)
        assert len(bases) == one.coding_length == 3 * len(protein), one.gene
        assert (protein[0], protein[-1], one.cds_phase) == ("M", "*", 0), one.gene


def test_every_gene_has_a_preferred_transcript(cancer_genes: Real) -> None:
    genes = {one.gene for one in cancer_genes.transcripts}
    assert len(genes) == 13
    for gene in genes:
        preferred = cancer_genes.transcripts.preferred(gene)
        assert preferred is not None
        assert preferred.is_canonical
        assert cancer_genes.transcripts.preferred(gene, preferred.id) is preferred


def test_names_everybody_knows(cancer_genes: Real, tp53: Real) -> None:
    known = [
        (cancer_genes, "EGFR", ("chr7", 55191831, "T", "A"), "c.2582T>A", "p.(Leu861Gln)"),
        (cancer_genes, "EGFR", ("chr7", 55191822, "T", "G"), "c.2573T>G", "p.(Leu858Arg)"),
        (cancer_genes, "TERT", ("chr5", 1295113, "G", "A"), "c.-124C>T", None),
        (cancer_genes, "TERT", ("chr5", 1295135, "G", "A"), "c.-146C>T", None),
        (tp53, "TP53", ("17", 7579472, "G", "C"), "c.215C>G", "p.(Pro72Arg)"),
        (tp53, "TP53", ("17", 7577069, "C", "T"), "c.869G>A", "p.(Arg290His)"),
        (tp53, "TP53", ("17", 7578210, "T", "C"), "c.639A>G", "p.(Arg213=)"),
    ]
    for real, gene, variant, c, p in known:
        transcript = real.transcripts.preferred(gene)
        assert transcript is not None
        names = real.namer.name(*variant, transcript)
        assert (names.c, names.p, names.problem) == (c, p, None)
        chrom, pos, ref, alt = variant
        assert real.namer.genomic(*variant) == f"{chrom}:g.{pos}{ref}>{alt}"


def test_exon_19_deletions_of_egfr(cancer_genes: Real) -> None:
    """The two commonest, left-aligned as callers write them (c. and p. as in COSMIC)."""
    transcript = cancer_genes.transcripts.preferred("EGFR")
    assert transcript is not None
    fetch = cancer_genes.namer.fetch
    for start, c in ((55174771, "c.2235_2249del"), (55174772, "c.2236_2250del")):
        ref = fetch("chr7", start - 1, start + 15)
        names = cancer_genes.namer.name("chr7", start, ref, ref[0], transcript)
        assert (names.c, names.p) == (c, "p.(Glu746_Ala750del)")
        assert str(transcript.feature_at(start + 1)) == "exon 19/28"


def test_tp53_variants_of_a_hotspot_control(tp53: Real) -> None:
    """c., p. and exon of the AcroMetrix control, as another pipeline wrote them."""
    table = DATA / "tso500" / "pronto_191206" / "CL-AcroMetrix-D01_small_variant_table.tsv"
    rows = [line.split("\t") for line in table.read_text().splitlines()]
    transcript = own(tp53, "ENST00000269305")
    checked = 0
    for row in (row for row in rows if len(row) > 9 and row[1] == "TP53" and row[6] != "NA"):
        ref, alt = row[5].split(">")
        pos = int(row[4].partition(":")[2])
        names = tp53.namer.name("17", pos, ref, alt, transcript)
        assert names.c == row[6]
        if row[9] != "NA":
            assert names.p == f"p.({row[9]})"
            assert str(transcript.feature_at(pos)) == f"exon {row[7].removeprefix('exon')}/11"
        checked += 1
    assert checked == 41


def test_tp53_variants_of_leukaemias(tp53: Real) -> None:
    """Protein changes of the TCGA LAML study; an immediate stop is its p.V173fs."""
    transcript = own(tp53, "ENST00000269305")
    checked = 0
    with gzip.open(DATA / "knowledge" / "TCGA_LAML.hg19.maf.gz", "rt") as lines:
        rows = [line.split("\t") for line in lines if line.startswith("TP53\t")]
    for row in rows:
        start, ref, alt, expected = int(row[5]), row[10].strip("-"), row[12].strip("-"), row[14]
        before = start if not ref else start - 1
        anchor = tp53.namer.fetch("17", before - 1, before)
        names = tp53.namer.name("17", before, anchor + ref, anchor + alt, transcript)
        if not expected:
            assert names.p is None
            assert re.fullmatch(r"c\.\d+[-+][12][ACGT]>[ACGT]", names.c or "")
            continue
        checked += 1
        if expected == "p.V173fs":
            assert names.p == "p.(Val173Ter)"
        elif expected == "p.T125T":
            assert names.p == "p.(Thr125=)"
        else:
            assert one_letter(names.p) == expected
        assert protein_term(names.p) is not None
    assert (len(rows), checked) == (19, 17)
