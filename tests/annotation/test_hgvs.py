"""HGVS names against names derived by hand on the toy gene, the same on both strands."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from toy_gene import CODING, END, EXONS, GENOME, PROTEIN, TRANSCRIPTS, TSS, Toy, coding_place

from dugnad.alleles import Change, trim
from dugnad.annotation.hgvs import HgvsNamer, HgvsNames, reverse_complement
from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.errors import UserError

BASES = "TCAG"
RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE = dict(zip(map("".join, itertools.product(BASES, repeat=3)), RESIDUES, strict=True))
NAMES = "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val Ter"
THREE = dict(zip("ARNDCQEGHILKMFPSTWYV*", NAMES.split(), strict=True))
(_, B1), (A2, B2), (A3, _) = EXONS
C = coding_place

# start and end in GENOME, what comes instead, c., p.; all derived by hand from the codons.
BY_HAND = {
    "missense": (C(5), C(5) + 1, "T", "c.5C>T", "p.(Ala2Val)"),
    "missense in the codon split by intron 1": (C(12), C(12) + 1, "G", "c.12C>G", "p.(Cys4Trp)"),
    "synonymous": (C(15), C(15) + 1, "G", "c.15A>G", "p.(Lys5=)"),
    "nonsense": (C(13), C(13) + 1, "T", "c.13A>T", "p.(Lys5Ter)"),
    "MNV, one codon": (C(13), C(16), "TAG", "c.13_15delinsTAG", "p.(Lys5Ter)"),
    "MNV, two codons": (C(12), C(14), "GT", "c.12_13delinsGT", "p.(Cys4_Lys5delinsTrpTer)"),
    "MNV that inverts": (C(15), C(17), "GT", "c.15_16inv", "p.(Pro6Ser)"),
    "MNV with a base unchanged": (C(13), C(16), "AAG", "c.15A>G", "p.(Lys5=)"),
    "frameshift, duplication": (C(13), C(13), "A", "c.15dup", "p.(Pro6ThrfsTer7)"),
    "frameshift, no stop": (C(13), C(14), "", "c.15del", "p.(Lys5AsnfsTer?)"),
    "deletion, 3' rule": (C(25), C(28), "", "c.31_33del", "p.(His11del)"),
    "duplication, 3' rule": (C(25), C(25), "CAT", "c.31_33dup", "p.(His11dup)"),
    "insertion": (C(16), C(16), "GGG", "c.15_16insGGG", "p.(Lys5_Pro6insGly)"),
    "insertion with a stop": (
        C(16),
        C(16),
        "GGGTAA",
        "c.15_16insGGGTAA",
        "p.(Lys5_Pro6insGlyTer)",
    ),
    "insertion with a stop, out of frame": (
        C(16),
        C(16),
        "GGGTAAC",
        "c.15_16insGGGTAAC",
        "p.(Pro6GlyfsTer2)",
    ),
    "doubled end of the exon": (B1, B1, "TG", "c.10_11dup", "p.(Lys5AlafsTer?)"),
    "delins": (C(13), C(19), "TTT", "c.13_18delinsTTT", "p.(Lys5_Pro6delinsPhe)"),
    "splice donor +1": (B1, B1 + 1, "A", "c.11+1G>A", None),
    "splice donor +2": (B1 + 1, B1 + 2, "C", "c.11+2T>C", None),
    "splice acceptor -1": (A2 - 1, A2, "A", "c.12-1G>A", None),
    "splice acceptor -2": (A2 - 2, A2 - 1, "G", "c.12-2A>G", None),
    "deep in the intron": (B1 + 10, B1 + 11, "A", "c.11+11T>A", None),
    "last base of the exon, 3' rule into the intron": (B1 - 1, B1, "", "c.11+1del", "p.?"),
    "duplication, 3' rule into the intron": (B2 - 1, B2 - 1, "G", "c.38+1dup", "p.?"),
    "intron's AG, 3' rule into the exon": (A3 - 2, A3, "", "c.40_41del", "p.(Asp14LeufsTer?)"),
    "insertion between exon and intron": (B1, B1, "T", "c.11_11+1insT", "p.?"),
    "across the exon's end": (B2 - 3, B2 + 3, "", "c.36_38+3del", "p.?"),
    "whole exon, 3' rule": (A2 - 5, B2 + 5, "", "c.12-4_38+6del", "p.?"),
    "5' UTR": (TSS + 1, TSS + 2, "T", "c.-5G>T", None),
    "3' UTR": (END - 2, END - 1, "T", "c.*9C>T", None),
    "3' UTR, 3' rule": (C(48) + 1, C(48) + 2, "", "c.*4del", None),
    "start lost": (C(2), C(2) + 1, "C", "c.2T>C", "p.(Met1?)"),
    "start deleted": (C(1), C(4), "", "c.1_3del", "p.(Met1?)"),
    "across the start": (C(1) - 2, C(3), "", "c.-1_3del", "p.(Met1?)"),
    "stop lost": (C(46), C(46) + 1, "C", "c.46T>C", "p.(Ter16GlnextTer?)"),
    "stop lost by deletion": (C(47), C(47) + 1, "", "c.48del", "p.(Ter16TyrextTer?)"),
    "stop retained": (C(48), C(48) + 1, "G", "c.48A>G", "p.(Ter16=)"),
    "last codon and stop deleted": (C(43), C(49 - 1) + 1, "", "c.44_*1del", "p.(Trp15_Ter16del)"),
    "promoter": (TSS - 45, TSS - 44, "T", "c.-51A>T", None),
    "across the transcript's start": (TSS - 3, TSS + 3, "", "c.-9_-4del", None),
    "downstream": (END + 20, END + 21, "T", "c.*31A>T", None),
}


def translate(bases: str) -> str:
    """Plain translation to the first stop, which is included."""
    protein = "".join(CODE[bases[i : i + 3]] for i in range(0, len(bases) - 2, 3))
    return protein[: protein.index("*") + 1] if "*" in protein else protein


def own(toy: Toy, strand: str) -> Transcript:
    transcript = toy.transcripts.by_id(TRANSCRIPTS[strand])
    assert transcript is not None
    return transcript


def test_the_toy_is_what_it_says(toy: Toy) -> None:
    assert translate(CODING) == PROTEIN
    for strand in "+-":
        assert own(toy, strand).coding_length == len(CODING) == 48
        assert own(toy, strand).coding_span == (6, 53)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("case", BY_HAND)
def test_names_derived_by_hand(toy: Toy, strand: str, case: str) -> None:
    start, end, alt, c, p = BY_HAND[case]
    variant = toy.vcf(strand, start, end, alt)
    assert toy.namer.name(*variant, own(toy, strand)) == HgvsNames(c, p)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_every_coding_substitution_against_plain_translation(toy: Toy, strand: str) -> None:
    for number, alt in itertools.product(range(4, 46), "ACGT"):
        ref = CODING[number - 1]
        if ref == alt:
            continue
        edited = CODING[: number - 1] + alt + CODING[number:]
        residue = (number + 2) // 3
        before, after = PROTEIN[residue - 1], translate(edited)[residue - 1]
        name = "=" if before == after else THREE[after]
        names = toy.namer.name(*toy.vcf(strand, C(number), C(number) + 1, alt), own(toy, strand))
        assert names == HgvsNames(f"c.{number}{ref}>{alt}", f"p.({THREE[before]}{residue}{name})")


@pytest.mark.parametrize("strand", ["+", "-"])
def test_every_small_deletion_in_exon_2_against_plain_translation(toy: Toy, strand: str) -> None:
    for number, size in itertools.product(range(14, 32), (1, 2, 4, 5)):
        edited = CODING[: number - 1] + CODING[number - 1 + size :] + "TTTTGGGCCC"
        after = translate(edited)
        first = next(
            i for i, pair in enumerate(zip(PROTEIN, after, strict=False)) if len({*pair}) > 1
        )
        stop = str(len(after) - first) if after.endswith("*") else "?"
        expected = f"p.({THREE[PROTEIN[first]]}{first + 1}{THREE[after[first]]}fsTer{stop})"
        if after[first] == "*":
            expected = f"p.({THREE[PROTEIN[first]]}{first + 1}Ter)"
        variant = toy.vcf(strand, C(number), C(number) + size, "")
        assert toy.namer.name(*variant, own(toy, strand)).p == expected


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(("start", "size"), [(C(25), 3), (B1 - 1, 1), (A3 - 2, 2), (C(13), 1)])
def test_where_the_vcf_puts_a_deletion_does_not_matter(
    toy: Toy, strand: str, start: int, size: int
) -> None:
    """All placements that give the same sequence have the same names."""
    result = GENOME[:start] + GENOME[start + size :]
    same = [place for place in range(TSS, END) if GENOME[:place] + GENOME[place + size :] == result]
    variants = [toy.vcf(strand, place, place + size, "") for place in same]
    assert len(same) > 1
    assert len({toy.namer.name(*variant, own(toy, strand)) for variant in variants}) == 1
    assert len({toy.namer.genomic(*variant) for variant in variants}) == 1


@pytest.mark.parametrize("strand", ["+", "-"])
def test_genomic_names_follow_the_3_prime_rule_of_the_plus_strand(toy: Toy, strand: str) -> None:
    genome = GENOME if strand == "+" else reverse_complement(GENOME)
    chrom, anchor, ref, _ = variant = toy.vcf(strand, C(25), C(28), "")
    result = genome[:anchor] + genome[anchor + 3 :]
    last = max(i for i in range(len(genome)) if genome[:i] + genome[i + 3 :] == result)
    assert toy.namer.genomic(*variant) == f"{chrom}:g.{last + 1}_{last + 3}del"
    duplication = toy.namer.genomic(chrom, anchor, ref[0], ref)
    assert duplication == f"{chrom}:g.{last + 1}_{last + 3}dup"


def test_genomic_names(toy: Toy) -> None:
    place = {number: C(number) + 1 for number in range(1, 49)}
    expected = {
        (C(5), C(5) + 1, "T"): f"1:g.{place[5]}C>T",
        (C(14), C(15), ""): f"1:g.{place[15]}del",
        (C(15), C(17), "GT"): f"1:g.{place[15]}_{place[16]}inv",
        (C(16), C(16), "GGG"): f"1:g.{place[15]}_{place[16]}insGGG",
        (C(13), C(19), "TTT"): f"1:g.{place[13]}_{place[18]}delinsTTT",
    }
    assert {change: toy.namer.genomic(*toy.vcf("+", *change)) for change in expected} == expected
    assert toy.namer.genomic("1", 5, "T", "<DEL>") is None


def test_non_coding_transcripts_have_n_and_no_numbers_outside(toy: Toy) -> None:
    lone = toy.transcripts.by_id("ENST00000000011")
    assert lone is not None
    assert toy.namer.name(*toy.vcf("+", A2, A2 + 1, "T"), lone) == HgvsNames("n.1C>T", None)
    outside = toy.namer.name(*toy.vcf("+", A2 - 9, A2 - 8, "T"), lone)
    assert outside.c is None
    assert outside.problem == "n. has no numbers beyond the ends of ENST00000000011"


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        (("1", 207, "A", "<DEL>"), "only alleles of A, C, G, T"),
        (("1", 207, "A", "*"), "only alleles of A, C, G, T"),
        (("1", 207, "A", "A"), "the same"),
        (("1", 207, "C", "T"), "not the reference's A"),
        (("1", 0, "A", "T"), "the reference has no 1:0"),
        (("2", 207, "A", "T"), "the reference has no 2:207"),
        (("bare", 207, "A", "T"), "is on 1"),
        (("1", len(GENOME), "GGG", "T"), "not the reference's"),
    ],
)
def test_what_cannot_be_named_says_why(
    toy: Toy, variant: tuple[str, int, str, str], reason: str
) -> None:
    names = toy.namer.name(*variant, own(toy, "+"))
    assert (names.c, names.p) == (None, None)
    assert names.problem is not None
    assert reason in names.problem


def test_an_incomplete_coding_sequence_is_said(toy: Toy) -> None:
    transcript = replace(own(toy, "+"), id="NO_START", cds_phase=1)
    names = toy.namer.name("1", C(5) + 1, "C", "T", transcript)
    assert names.c is None
    assert "open at the 5' end" in (names.problem or "")
    transcript = replace(own(toy, "+"), id="NO_STOP", cds=(C(1), C(39) + 1))
    names = toy.namer.name("1", C(5) + 1, "C", "T", transcript)
    assert names == HgvsNames("c.5C>T", "p.(Ala2Val)")
    names = toy.namer.name("1", END - 1, "C", "T", transcript)
    assert "open at the 3' end" in (names.problem or "")


def test_mitochondrial_proteins_are_not_translated_with_the_wrong_code(
    toy: Toy, tmp_path: Path
) -> None:
    fasta = tmp_path / "mt.fa"
    fasta.write_text(f">MT\n{GENOME}\n")
    transcript = replace(own(toy, "+"), chrom="MT")
    names = HgvsNamer(fasta, Transcripts([transcript])).name("MT", C(5) + 1, "C", "T", transcript)
    assert (names.c, names.p) == ("c.5C>T", None)
    assert "mitochondrial" in (names.problem or "")


def test_a_panic_or_error_of_the_library_is_a_problem_not_a_crash(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        pass

    class Broken:
        def c_to_p(self, *_: object) -> None:
            raise Panic("at the disco")

    namer = HgvsNamer(toy.fasta, toy.transcripts)
    monkeypatch.setattr(namer._proteins, "_mapper", Broken())
    names = namer.name("1", C(5) + 1, "C", "T", own(toy, "+"))
    assert names == HgvsNames("c.5C>T", None, "p.: Panic: at the disco")


def test_a_residue_beyond_the_stop_is_not_passed_on(toy: Toy) -> None:
    """The library says p.(Trp15_Phe17delinsCys) of a protein whose stop is residue 16."""
    names = toy.namer.name(*toy.vcf("+", C(45), C(48) + 3, ""), own(toy, "+"))
    assert (names.c, names.p) == ("c.45_*2del", "p.?")
    assert "beyond the stop" in (names.problem or "")


def test_a_fasta_of_another_naming_is_refused(toy: Toy, tmp_path: Path) -> None:
    other = tmp_path / "other.fa"
    other.write_text(f">chr1\n{GENOME}\n")
    with pytest.raises(UserError, match=r"has chr1, \.\.\., but the annotation 1, "):
        HgvsNamer(other, toy.transcripts)
    with pytest.raises(UserError, match="cannot be read"):
        HgvsNamer(tmp_path / "absent.fa", toy.transcripts)


def test_trim() -> None:
    assert trim(10, "CAT", "C") == Change(10, 12, "AT", "")
    assert trim(10, "C", "CAT") == Change(10, 10, "", "AT")
    assert trim(10, "CATG", "CTTG") == Change(10, 11, "A", "T")
    assert trim(10, "GG", "AA") == Change(9, 11, "GG", "AA")
    assert trim(10, "AA", "AAA") == Change(9, 9, "", "A")
