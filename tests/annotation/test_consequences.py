"""What bcftools csq says, and how it is held against the protein's name."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from toy_gene import CDS, END, EXONS, GENOME, TRANSCRIPTS, TSS, Toy, coding_place

from dugnad.alleles import Change, trim
from dugnad.annotation import csq
from dugnad.annotation.consequences import PROTEIN_RULES, protein_term, settled, terms_on
from dugnad.annotation.csq import CSQ_TERMS, parse_bcsq
from dugnad.annotation.engines import Csq, Said
from dugnad.annotation.hgvs import FLANK, HgvsNames
from dugnad.annotation.reference import Placed
from dugnad.annotation.severity import IMPACTS, by_severity, most_severe
from dugnad.annotation.transcripts import Transcript

C = coding_place
(_, B1), (A2, _), (A3, _) = EXONS
needs_bcftools = pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")


def csq_command(fasta: Path, gff3: Path, vcf: Path) -> list[str]:
    """The command line that the module's docstring prescribes, with text out."""
    said = re.search(r"bcftools csq .*\n.*OUT\.vcf\.gz IN\.vcf\.gz", csq.__doc__ or "")
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
        "stop_gained&frameshift|VHL|ENST0002.5|NMD|-|8W>8*|5T>TG,"
        "intron|VHL||protein_coding"
    )
    found = parse_bcsq(value)
    assert parse_bcsq(tuple(value.split(","))) == found
    assert found == {
        "ENST1": ("missense_variant", "splice_region_variant"),
        "ENST0002": ("stop_gained", "frameshift_variant"),
    }
    assert parse_bcsq("*missense|A|T1|protein_coding|+|1A>1C|5T>G") == {"T1": ("missense_variant",)}
    assert parse_bcsq(()) == {}


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
    ("said", "terms", "p", "note"),
    [
        ("missense_variant", "missense_variant", "p.(Val600Lys)", None),
        ("splice_region_variant", "splice_donor_region_variant", None, None),
        ("intron_variant", "splice_polypyrimidine_tract_variant intron_variant", None, None),
        ("inframe_insertion", "protein_altering_variant", "p.(Arg3delinsGlnTrp)", None),
        (None, "frameshift_variant", "p.(Asp9Ter)", None),
        ("missense_variant", "stop_gained", "p.(Lys5Ter)", "bcftools csq: missense_variant"),
        (
            "stop_gained inframe_deletion",
            "inframe_deletion",
            "p.(Asn1626del)",
            "bcftools csq: stop_gained&inframe_deletion",
        ),
        (
            "start_lost",
            "5_prime_UTR_variant",
            "p.(Met1?)",
            "bcftools csq: start_lost; HGVS: p.(Met1?)",
        ),
        (None, "synonymous_variant", "p.(Lys5Ter)", "HGVS: p.(Lys5Ter)"),
        (None, "splice_donor_variant coding_sequence_variant", "p.?", None),
    ],
)
def test_another_impact_is_noted(
    said: str | None, terms: str, p: str | None, note: str | None
) -> None:
    word = Said(tuple(said.split())) if said else None
    result = Csq().settle(word, tuple(terms.split()), HgvsNames("c.1A>T", p))
    assert result.terms == tuple(terms.split())
    assert result.disagreement == note


def own(toy: Toy, strand: str) -> Transcript:
    transcript = toy.transcripts.by_id(TRANSCRIPTS[strand])
    assert transcript is not None
    return transcript


def place(toy: Toy, strand: str, start: int, end: int, alt: str = "") -> Change:
    _, pos, ref, alt = toy.vcf(strand, start, end, alt)
    return trim(pos, ref, alt)


INTRON = "intron_variant"
DONOR, ACCEPTOR = "splice_donor_variant", "splice_acceptor_variant"
REGION, TRACT = "splice_region_variant", "splice_polypyrimidine_tract_variant"
FIFTH, DONOR_REGION = "splice_donor_5th_base_variant", "splice_donor_region_variant"

# an unknown base in intron 1 or beside it, by its distance from donor or acceptor
BY_PLACE = {
    B1 - 4: {"coding_sequence_variant"},
    B1 - 3: {"coding_sequence_variant", REGION},
    B1: {DONOR},
    B1 + 1: {DONOR},
    B1 + 2: {DONOR_REGION, INTRON},
    B1 + 3: {DONOR_REGION, INTRON},
    B1 + 4: {FIFTH, INTRON},
    B1 + 5: {DONOR_REGION, INTRON},
    B1 + 6: {REGION, INTRON},
    B1 + 7: {REGION, INTRON},
    B1 + 8: {INTRON},
    A2 - 18: {INTRON},
    A2 - 17: {TRACT, INTRON},
    A2 - 9: {TRACT, INTRON},
    A2 - 8: {TRACT, REGION, INTRON},
    A2 - 3: {TRACT, REGION, INTRON},
    A2 - 2: {ACCEPTOR},
    A2 - 1: {ACCEPTOR},
    A2: {"coding_sequence_variant", REGION},
    A2 + 2: {"coding_sequence_variant", REGION},
    A2 + 3: {"coding_sequence_variant"},
    TSS - 1: {"upstream_gene_variant"},
    END: {"downstream_gene_variant"},
    TSS: {"5_prime_UTR_variant"},
    CDS[1]: {"3_prime_UTR_variant"},
}


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_terms_of_places(toy: Toy, strand: str) -> None:
    for start, terms in BY_PLACE.items():
        change = place(toy, strand, start, start + 1, "N")
        found = terms_on(own(toy, strand), change, toy.namer.reference)
        assert set(found) == terms, start - B1


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    ("start", "end", "alt", "terms"),
    [
        (B1, B1, "TTT", {"inframe_insertion", REGION}),
        (B1 + 2, B1 + 2, "C", {REGION, INTRON}),
        (B1 - 2, B1 + 1, "", {DONOR, "coding_sequence_variant"}),
        (B1 - 2, B1 + 5, "", {DONOR, FIFTH, "coding_sequence_variant", INTRON}),
        (A2 - 1, A2 + 2, "", {ACCEPTOR, "coding_sequence_variant"}),
        (A2 - 4, A2 - 2, "", {TRACT, REGION, INTRON}),
        (C(1), C(4), "", {"start_lost", "inframe_deletion"}),
        (C(1) - 1, C(2), "", {"start_lost", "5_prime_UTR_variant"}),
        (C(1), C(1), "GGG", {"5_prime_UTR_variant"}),
        (C(16), C(19), "TGG", {"missense_variant"}),
        (C(16), C(16), "GGG", {"inframe_insertion"}),
        (C(17), C(17), "GGG", {"protein_altering_variant"}),
        (C(16), C(19), "", {"inframe_deletion"}),
        (C(16), C(22), "TTT", {"protein_altering_variant"}),
        (C(19), C(19), "TAA", {"stop_gained", "inframe_insertion"}),
        (C(17), C(17), "TAAG", {"frameshift_variant"}),
        (C(46), C(47), "", {"frameshift_variant", "stop_lost"}),
        (C(47), C(48), "G", {"stop_retained_variant"}),
        (C(46), C(46), "TGA", {"stop_retained_variant", "inframe_insertion"}),
        (C(45), C(45), "GGG", {"inframe_insertion"}),
        (C(43), C(48), "TGATA", {"stop_gained"}),
        (C(45), C(48) + 3, "", {"stop_lost", "3_prime_UTR_variant"}),
        (TSS - 5, END + 5, "", {"transcript_ablation"}),
    ],
)
def test_the_terms_of_changes_of_length(
    toy: Toy, strand: str, start: int, end: int, alt: str, terms: set[str]
) -> None:
    change = place(toy, strand, start, end, alt)
    assert set(terms_on(own(toy, strand), change, toy.namer.reference)) == terms


def test_non_coding_transcripts_and_distance(toy: Toy) -> None:
    lone, reference = toy.transcripts.by_id("ENST00000000011"), toy.namer.reference
    assert lone is not None
    found = terms_on(lone, Change(A2, A2 + 1, "C", "T"), reference)
    assert found == ("non_coding_transcript_exon_variant",)
    near = own(toy, "+").end + FLANK
    for start, there in ((near - 1, True), (near, False)):
        found = terms_on(own(toy, "+"), Change(start, start + 1, "A", "T"), reference)
        assert bool(found) == there


def test_of_two_placements_the_graver_counts_and_the_other_is_noted(toy: Toy) -> None:
    """The acceptor's AG is followed by AG: deleting either leaves the same bases."""
    placed = toy.namer.reference.place(*toy.vcf("+", A3 - 2, A3, ""))
    assert isinstance(placed, Placed)
    assert placed.change.start == A3 - 2
    terms, note = settled(placed, own(toy, "+"), toy.namer.reference)
    assert terms == (ACCEPTOR,)
    assert note is None
    silent = toy.namer.reference.place(*toy.vcf("+", B1 - 1, B1, ""))
    assert isinstance(silent, Placed)
    terms, note = settled(silent, own(toy, "+"), toy.namer.reference)
    assert terms[0] in {DONOR, "frameshift_variant"}


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
    "intron": (B1 + 9, B1 + 10, "A", "intron_variant"),
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
        terms = terms_on(transcript, trim(*variant[1:]), toy.namer.reference)
        said = Csq().parse((value or "").split(",") if value else ())
        names = toy.namer.name(*variant, transcript)
        result = Csq().settle(said.get(transcript.id), terms, names)
        assert result.terms[0] == case[3], label
        assert (result.disagreement is None) == (label != "nonsense by two codons"), label


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
