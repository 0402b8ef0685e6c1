"""What bcftools csq says, and how it is held against the protein's name."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from toy_gene import CDS, END, EXONS, GENOME, TRANSCRIPTS, TSS, Toy, coding_place

from dugnad.alleles import Change, trim
from dugnad.annotation import consequences
from dugnad.annotation.consequences import (
    CSQ_TERMS,
    IMPACTS,
    PROTEIN_RULES,
    Consequence,
    by_severity,
    consequence_on,
    most_severe,
    parse_bcsq,
    protein_term,
    reconcile,
)
from dugnad.annotation.hgvs import FLANK, HgvsNames
from dugnad.annotation.transcripts import Transcript

C = coding_place
(_, B1), (A2, _), _ = EXONS
needs_bcftools = pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")


def csq_command(fasta: Path, gff3: Path, vcf: Path) -> list[str]:
    """The command line that the module's docstring prescribes, with text out."""
    said = re.search(r"bcftools csq .*\n.*OUT\.vcf\.gz IN\.vcf\.gz", consequences.__doc__ or "")
    assert said is not None
    filled = {"FASTA": fasta, "GFF3": gff3, "IN.vcf.gz": vcf, "OUT.vcf.gz": "/dev/stdout"}
    words = said[0].replace("--output-type z", "--output-type v").split()
    return [str(filled.get(word, word)) for word in words]


def run_csq(
    folder: Path, fasta: Path, gff3: Path, variants: list[tuple[str, int, str, str]]
) -> list[str | None]:
    """BCSQ per variant, in the order given; None where the record has none."""
    index = (line.split("\t") for line in Path(f"{fasta}.fai").read_text().splitlines())
    contigs = {name: length for name, length, *_ in index}
    order = {name: number for number, name in enumerate(contigs)}
    rows = [
        (order[chrom], pos, f"{chrom}\t{pos}\t{number}\t{ref}\t{alt}\t.\t.\t.\tGT\t0/0")
        for number, (chrom, pos, ref, alt) in enumerate(variants)
    ]
    header = [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()]
    header.append('##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">')
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1"
    vcf = folder / "in.vcf"
    body = [row for *_, row in sorted(rows)]
    vcf.write_text("\n".join(["##fileformat=VCFv4.2", *header, columns, *body]) + "\n")
    done = subprocess.run(csq_command(fasta, gff3, vcf), check=True, capture_output=True, text=True)
    found: dict[int, str | None] = {}
    for line in done.stdout.splitlines():
        if not line.startswith("#"):
            fields = line.split("\t")
            match = re.search(r"BCSQ=([^;]+)", fields[7])
            found[int(fields[2])] = match[1] if match else None
    return [found[number] for number in range(len(variants))]


def test_entries_of_one_transcript_are_joined() -> None:
    value = (
        "splice_region|VHL|ENST1|protein_coding,"
        "missense|VHL|ENST1|protein_coding|+|114G>114R|10142187G>C,"
        "stop_gained&frameshift|VHL|ENST2|NMD|-|8W>8*|5T>TG,"
        "intron|VHL||protein_coding"
    )
    first, second, third = parse_bcsq(value)
    assert parse_bcsq(tuple(value.split(","))) == (first, second, third)
    assert first == Consequence(
        ("missense_variant", "splice_region_variant"),
        "VHL",
        "ENST1",
        "protein_coding",
        "+",
        "114G>114R",
        "10142187G>C",
    )
    assert first.impact == "MODERATE"
    assert second.terms == ("stop_gained", "frameshift_variant")
    assert second.biotype == "nonsense_mediated_decay"
    assert (third.transcript, third.strand, third.protein) == (None, None, None)
    assert third.terms == ("intron_variant",)
    assert parse_bcsq("*missense|A|T1|protein_coding|+|1A>1C|5T>G")[0].terms == (
        "missense_variant",
    )
    assert parse_bcsq(()) == ()


def test_what_only_a_wrong_call_of_csq_writes_is_refused() -> None:
    with pytest.raises(ValueError, match="--local-csq"):
        parse_bcsq("@10142187")
    with pytest.raises(ValueError, match="unknown consequence 'sausage'"):
        parse_bcsq("sausage|A|T1|protein_coding")


def test_severity_is_ensembls() -> None:
    assert by_severity(["intron_variant", "stop_gained", "stop_gained"]) == (
        "stop_gained",
        "intron_variant",
    )
    assert most_severe(["missense_variant", "splice_donor_variant"]) == "splice_donor_variant"
    assert set(CSQ_TERMS.values()) <= IMPACTS.keys()
    assert {term for _, term, _ in PROTEIN_RULES} <= IMPACTS.keys()
    assert all(companions <= IMPACTS.keys() for _, _, companions in PROTEIN_RULES)
    order = ["HIGH", "MODERATE", "LOW", "MODIFIER"]
    assert list(IMPACTS.values()) == sorted(IMPACTS.values(), key=order.index)
    with pytest.raises(KeyError):
        most_severe(["sausage"])


@pytest.mark.parametrize(
    ("p", "term"),
    [
        (None, None),
        ("p.?", None),
        ("p.(Met1?)", "start_lost"),
        ("p.0?", "start_lost"),
        ("p.(=)", "synonymous_variant"),
        ("p.(Lys5=)", "synonymous_variant"),
        ("p.(Lys5_Pro6=)", "synonymous_variant"),
        ("p.(Ter16=)", "stop_retained_variant"),
        ("p.(Met1=)", "start_retained_variant"),
        ("p.(Val600Lys)", "missense_variant"),
        ("p.(Lys5Ter)", "stop_gained"),
        ("p.(Cys4_Lys5delinsTrpTer)", "stop_gained"),
        ("p.(Phe8_His9insTer)", "stop_gained"),
        ("p.(Pro6ThrfsTer7)", "frameshift_variant"),
        ("p.(Lys5AsnfsTer?)", "frameshift_variant"),
        ("p.(Ter16GlnextTer?)", "stop_lost"),
        ("p.(Trp15_Ter16del)", "stop_lost"),
        ("p.(His11del)", "inframe_deletion"),
        ("p.(His9_His11del)", "inframe_deletion"),
        ("p.(His11dup)", "inframe_insertion"),
        ("p.(Lys5_Pro6insGly)", "inframe_insertion"),
        ("p.(Leu747_Ala750delinsPro)", "inframe_deletion"),
        ("p.(Lys5_Pro6delinsGlyPhe)", "missense_variant"),
        ("p.(Arg3delinsGlnTrp)", "inframe_insertion"),
        ("p.(His9[4])", None),
    ],
)
def test_the_term_of_a_protein_name(p: str | None, term: str | None) -> None:
    found = protein_term(p)
    assert (found and found[0]) == term


@pytest.mark.parametrize(
    ("said", "p", "expected"),
    [
        ("missense_variant", "p.(Val600Lys)", "missense_variant"),
        ("missense_variant", "p.(Leu531_Lys532delinsThrTer)", "stop_gained"),
        ("stop_gained inframe_deletion", "p.(Asn1626del)", "inframe_deletion"),
        ("inframe_deletion", "p.(Asn104_Gly108delinsProTer)", "stop_gained inframe_deletion"),
        ("frameshift_variant", "p.(Asp9Ter)", "stop_gained frameshift_variant"),
        ("stop_gained frameshift_variant", "p.(Arg811GlnfsTer60)", "frameshift_variant"),
        ("missense_variant intron_variant", "p.(Lys5=)", "synonymous_variant intron_variant"),
        ("splice_donor_variant", "p.(Cys4SerfsTer9)", "splice_donor_variant frameshift_variant"),
        ("splice_acceptor_variant", "p.?", "splice_acceptor_variant"),
        ("3_prime_UTR_variant", "p.(=)", "3_prime_UTR_variant"),
        ("stop_lost", "p.(Trp15_Ter16del)", "stop_lost"),
    ],
)
def test_the_protein_name_decides_and_the_disagreement_is_kept(
    said: str, p: str, expected: str
) -> None:
    consequence = Consequence(by_severity(said.split()), "A", "T1", "protein_coding")
    result = reconcile(consequence, HgvsNames("c.1A>T", p))
    assert result.terms == tuple(expected.split())
    if set(said.split()) == set(expected.split()):
        assert result == consequence
    else:
        assert result.disagreement == f"bcftools csq: {'&'.join(consequence.terms)}; HGVS: {p}"


def test_a_name_that_says_nothing_changes_nothing() -> None:
    missense = Consequence(("missense_variant",), "A", "T1", "protein_coding")
    assert reconcile(missense, HgvsNames(None, None, "no start")) == missense
    unconfirmed = reconcile(missense, HgvsNames("c.11+1G>A", None))
    assert unconfirmed.terms == missense.terms
    assert unconfirmed.disagreement == "bcftools csq: missense_variant; HGVS: c.11+1G>A"


def own(toy: Toy, strand: str) -> Transcript:
    transcript = toy.transcripts.by_id(TRANSCRIPTS[strand])
    assert transcript is not None
    return transcript


def place(toy: Toy, strand: str, start: int, end: int, alt: str = "") -> Change:
    _, pos, ref, alt = toy.vcf(strand, start, end, alt)
    return trim(pos, ref, alt)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_without_an_entry_the_place_decides(toy: Toy, strand: str) -> None:
    expected = {
        (TSS - 1, TSS): "upstream_gene_variant",
        (TSS - 60, TSS - 50): "upstream_gene_variant",
        (END, END + 1): "downstream_gene_variant",
        (TSS, TSS + 1): "5_prime_UTR_variant",
        (CDS[1], CDS[1] + 1): "3_prime_UTR_variant",
        (B1 + 9, B1 + 10): "intron_variant",
        (C(5), C(5) + 1): "coding_sequence_variant",
        (B1 - 2, B1 + 5): "coding_sequence_variant",
    }
    for (start, end), term in expected.items():
        change = place(toy, strand, start, end, "" if end - start > 1 else "N")
        found = consequence_on(own(toy, strand), change, ())
        assert found is not None
        assert found.terms == (term,)
        assert found.transcript == TRANSCRIPTS[strand]
        assert (found.disagreement is not None) == (term == "coding_sequence_variant")


def test_non_coding_transcripts_and_distance(toy: Toy) -> None:
    lone = toy.transcripts.by_id("ENST00000000011")
    assert lone is not None
    found = consequence_on(
        lone, Change(A2, A2 + 1, "C", "T"), parse_bcsq("non_coding|TOY1||lncRNA")
    )
    assert found is not None
    assert found.terms == ("non_coding_transcript_exon_variant",)
    near = own(toy, "+").end + FLANK
    for start, there in ((near - 1, True), (near, False)):
        found = consequence_on(own(toy, "+"), Change(start, start + 1, "A", "T"), ())
        assert (found is not None) == there


def test_a_deletion_of_the_whole_transcript(toy: Toy) -> None:
    said = parse_bcsq(
        f"5_prime_utr&3_prime_utr&coding_sequence|T|{TRANSCRIPTS['+']}|protein_coding"
    )
    change = place(toy, "+", TSS - 5, END + 5)
    for parsed in (said, ()):
        found = consequence_on(own(toy, "+"), change, parsed)
        assert found is not None
        assert (found.terms[0], found.impact) == ("transcript_ablation", "HIGH")
        assert "the whole transcript is deleted" in (found.disagreement or "")


END_TO_END = {
    "missense": (C(5), C(5) + 1, "T", "missense_variant"),
    "synonymous": (C(15), C(15) + 1, "G", "synonymous_variant"),
    "nonsense": (C(13), C(13) + 1, "T", "stop_gained"),
    "nonsense by two codons": (C(12), C(14), "GT", "stop_gained"),
    "frameshift": (C(14), C(15), "", "frameshift_variant"),
    "in-frame deletion": (C(25), C(28), "", "inframe_deletion"),
    "in-frame duplication": (C(25), C(25), "CAT", "inframe_insertion"),
    "start": (C(2), C(2) + 1, "C", "start_lost"),
    "stop": (C(46), C(46) + 1, "C", "stop_lost"),
    "donor": (B1, B1 + 1, "A", "splice_donor_variant"),
    "acceptor": (A2 - 1, A2, "A", "splice_acceptor_variant"),
    "intron": (B1 + 12, B1 + 13, "A", "intron_variant"),
    "5' UTR": (TSS + 1, TSS + 2, "T", "5_prime_UTR_variant"),
    "promoter": (TSS - 45, TSS - 44, "T", "upstream_gene_variant"),
}


@needs_bcftools
@pytest.mark.parametrize("strand", ["+", "-"])
def test_from_bcftools_csq_to_the_term(toy: Toy, strand: str, tmp_path: Path) -> None:
    variants = [toy.vcf(strand, *case[:3]) for case in END_TO_END.values()]
    answers = run_csq(tmp_path, toy.fasta, toy.gff3, variants)
    transcript = own(toy, strand)
    for (label, case), variant, value in zip(END_TO_END.items(), variants, answers, strict=True):
        found = consequence_on(transcript, trim(*variant[1:]), parse_bcsq(value or ()))
        assert found is not None
        result = reconcile(found, toy.namer.name(*variant, transcript))
        assert result.terms[0] == case[3], label


@needs_bcftools
def test_contigs_without_genes_and_an_empty_annotation(toy: Toy, tmp_path: Path) -> None:
    variants = [("1", C(5) + 1, "C", "T"), ("bare", C(5) + 1, "C", "T")]
    with_gene, without = run_csq(tmp_path, toy.fasta, toy.gff3, variants)
    assert with_gene is not None
    assert without is None
    empty = tmp_path / "empty.gff3"
    empty.write_text("##gff-version 3\n")
    assert run_csq(tmp_path, toy.fasta, empty, variants) == [None, None]
    assert GENOME[C(5)] == "C"
