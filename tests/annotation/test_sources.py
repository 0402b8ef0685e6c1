"""What sources of known sites say of an allele, whatever their kind and however they write it."""

import random
from pathlib import Path
from typing import Any

import pytest
from known import REPEAT, SEQUENCES, base, bed, call, genome, opened, other, sites, table, told

from dugnad.annotation.seen import seen
from dugnad.annotation.vcf_source import STARS
from dugnad.errors import UserError
from dugnad.interpretation.relevance import is_pathogenic
from dugnad.known_sites import Finder, KnownAlleles, Population
from dugnad.source import source_of
from dugnad.walk import Line, Walk

POP = "pop population {} frequency=AF"
CLIN = "clin clinical {} significance=CLNSIG review=CLNREVSTAT condition=CLNDN oncogenicity=ONC"


@pytest.fixture(scope="module")
def fasta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return genome(tmp_path_factory.mktemp("genome"))


def snv(pos: int, chrom: str = "chr1") -> str:
    ref = base(chrom, pos)
    return f"{chrom} {pos} {ref} {other(ref)}"


def record(allele: str, info: str, name: str = ".", filters: str = "PASS") -> str:
    chrom, pos, ref, alt = allele.split()
    return f"{chrom} {pos} {name} {ref} {alt} . {filters} {info}"


def test_alleles_match_and_not_positions(tmp_path: Path, fasta: Path) -> None:
    ref = base("chr1", 100)
    one, two = other(ref), other(other(ref))
    path = sites(tmp_path / "k.vcf", f"chr1 100 rs1 {ref} {one},{two} . . AF=0.1,0.29")
    source = POP.format(path)
    assert told(fasta, source, f"chr1 100 {ref} {two}") == {
        "population_frequency": 0.29,
        "population_source": "pop",
        "known_ids": ["rs1"],
    }
    third = other(two)
    assert told(fasta, source, f"chr1 100 {ref} {third}") == {"population_source": "pop"}


def test_padding_hides_no_match(tmp_path: Path, fasta: Path) -> None:
    long = base("chr1", 190, 30)
    alt = long[:10] + other(long[10]) + long[11:]
    path = sites(tmp_path / "k.vcf", f"chr1 190 . {long} {long[:12]},{alt} . . AF=0.2,0.3")
    source = opened(fasta, POP.format(path))
    assert seen(call(snv(200)), source)["population_frequency"] == 0.3
    deletion = f"chr1 201 {base('chr1', 201, 19)} {base('chr1', 201)}"
    assert seen(call(deletion), source)["population_frequency"] == 0.2


@pytest.mark.parametrize(
    "written",
    [
        f"chr1 {REPEAT} GCA G",
        f"chr1 {REPEAT + 2} ACA A",
        f"chr1 {REPEAT + 3} CAC C",
        f"chr1 {REPEAT + 8} ACA A",
        f"chr1 {REPEAT} GCACACACACAT GCACACACAT",
    ],
)
@pytest.mark.parametrize("asked", [f"chr1 {REPEAT} GCA G", f"chr1 {REPEAT + 6} ACA A"])
def test_a_deletion_matches_wherever_it_is_written(
    written: str, asked: str, tmp_path: Path, fasta: Path
) -> None:
    source = POP.format(sites(tmp_path / "k.vcf", record(written, "AF=0.5")))
    assert told(fasta, source, asked)["population_frequency"] == 0.5
    assert "population_frequency" not in told(fasta, source, f"chr1 {REPEAT} GCACA G")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        (f"chr1 {REPEAT} G GCA", True),
        (f"chr1 {REPEAT + 10} A ACA", True),
        (f"chr1 {REPEAT + 3} C CAC", True),
        (f"chr1 {REPEAT + 3} C CCA", False),
        (f"chr1 {REPEAT} G GAC", False),
        (f"chr1 {REPEAT - 3} {base('chr1', REPEAT - 3)} {base('chr1', REPEAT - 3)}CA", False),
    ],
)
def test_an_insertion_matches_where_it_reads_the_same(
    written: str, same: bool, tmp_path: Path, fasta: Path
) -> None:
    source = POP.format(sites(tmp_path / "k.vcf", record(written, "AF=0.5")))
    found = told(fasta, source, f"chr1 {REPEAT} G GCA")
    assert ("population_frequency" in found) == same


@pytest.mark.parametrize(
    ("number", "value"), [("A", "0.1,0.3"), ("R", "0.6,0.1,0.3"), (".", "0.1,0.3"), ("1", "0.3")]
)
def test_a_value_belongs_to_its_allele(
    number: str, value: str, tmp_path: Path, fasta: Path
) -> None:
    ref = base("chr1", 100)
    alts = other(ref), other(other(ref))
    line = f"chr1 100 . {ref} {','.join(alts)} . . K={value}"
    path = sites(tmp_path / "k.vcf", line, info=f"K={number},Float")
    found = told(fasta, f"pop population {path} frequency=K", f"chr1 100 {ref} {alts[1]}")
    assert found["population_frequency"] == 0.3


def test_a_frequency_that_is_none_is_refused(tmp_path: Path, fasta: Path) -> None:
    path = sites(tmp_path / "k.vcf", record(snv(100), "K=0.1,0.2,0.3"), info="K=.,Float")
    with pytest.raises(UserError, match=r"chr1:100: K is not a number for each allele"):
        told(fasta, f"pop population {path} frequency=K", snv(100))


def test_of_an_allele_listed_twice_the_highest_counts(tmp_path: Path, fasta: Path) -> None:
    rows = (record(snv(100), f"AF={value}", f"rs{value}") for value in (".", "0.3", "0.2"))
    first = sites(tmp_path / "a.vcf", *rows)
    second = sites(tmp_path / "b.vcf", record(snv(100), "AF=0.25", "x"))
    sources = opened(fasta, POP.format(first), POP.replace("pop ", "more ", 1).format(second))
    found = seen(call(snv(100)), sources)
    assert (found["population_frequency"], found["population_source"]) == (0.3, "pop")
    assert found["known_ids"] == ["rs.", "rs0.2", "rs0.3", "x"]


def test_not_listed_and_not_covered_are_told_apart(tmp_path: Path, fasta: Path) -> None:
    source = POP.format(sites(tmp_path / "k.vcf", record(snv(100), "AF=0.1")))
    assert told(fasta, source, snv(101))["population_source"] == "pop"
    assert told(fasta, source, snv(100, "chr2")) == {}


@pytest.mark.parametrize(
    ("maximum", "info", "expected"),
    [
        ("AF_popmax", "AF=0.01;AF_popmax=0.04;popmax=eas", (0.04, "eas")),
        ("AF_popmax", "AF=0.01;AF_popmax=.;popmax=.", (None, None)),
        ("AF_popmax", "AF=0;AF_popmax=.", (0.0, None)),
        ("AF_afr,AF_nfe", "AF=0.01;AF_afr=0.002;AF_nfe=0.02", (0.02, "nfe")),
        ("AF_afr,AF_nfe", "AF=0.01;AF_afr=0.002", (0.002, "afr")),
        ("", "AF=0.01;AF_popmax=0.04", (None, None)),
    ],
)
def test_the_highest_of_the_groups(
    maximum: str, info: str, expected: tuple[Any, Any], tmp_path: Path, fasta: Path
) -> None:
    path = sites(tmp_path / "k.vcf", record(snv(100), info))
    words = POP.format(path) + (f" maximum={maximum}" if maximum else "")
    found = seen(call(snv(100)), opened(fasta, words))
    assert (found["population_maximum"], found["population_group"]) == expected


def test_what_the_population_flags_is_said_and_used(tmp_path: Path, fasta: Path) -> None:
    header = '##FILTER=<ID=AC0,Description="x">\n##FILTER=<ID=AS_VQSR,Description="x">\n'
    rows = record(snv(100), "AF=0.1", filters="AC0;AS_VQSR"), record(snv(101), "AF=0.2")
    source = POP.format(sites(tmp_path / "k.vcf", *rows, header=header))
    found = told(fasta, source, snv(100))
    assert (found["population_filter"], found["population_frequency"]) == ("pop: AC0, AS_VQSR", 0.1)
    assert "population_filter" not in told(fasta, source, snv(101))


def test_clinvar(tmp_path: Path, fasta: Path) -> None:
    info = (
        "CLNSIG=Pathogenic/Likely_pathogenic|drug_response;CLNDN=Lynch_syndrome,_type_1|not_provided"
        ";CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;ONC=Likely_oncogenic"
        ";SCI=Tier_I_-_Strong"
    )
    path = sites(tmp_path / "k.vcf", record(snv(100), info, "12345"))
    assert told(fasta, CLIN.format(path) + " somatic=SCI", snv(100)) == {
        "clinical_significance": "Pathogenic/Likely pathogenic|drug response",
        "clinical_source": "clin",
        "clinical_stars": 2,
        "clinical_conditions": ["Lynch syndrome, type 1", "not provided"],
        "clinical_oncogenicity": "Likely oncogenic",
        "annotations": ["clin: SCI=Tier I - Strong"],
        "known_ids": ["12345"],
    }


@pytest.mark.parametrize(("status", "stars"), [*STARS.items(), ("of a new kind", None)])
def test_stars(status: str, stars: int | None, tmp_path: Path, fasta: Path) -> None:
    review = status.replace(" ", "_")
    rows = record(snv(100), f"CLNSIG=Pathogenic;CLNREVSTAT={review}"), record(snv(101), "ONC=x")
    source = opened(fasta, CLIN.format(sites(tmp_path / "k.vcf", *rows)))
    assert seen(call(snv(100)), source)["clinical_stars"] == stars
    assert seen(call(snv(101)), source)["clinical_stars"] is None


@pytest.mark.parametrize(
    "significance",
    [
        "Conflicting_interpretations_of_pathogenicity",
        "Conflicting_classifications_of_pathogenicity|other",
        "no_classification_for_the_single_variant",
        "Uncertain_significance",
    ],
)
def test_what_is_in_conflict_is_not_pathogenic(
    significance: str, tmp_path: Path, fasta: Path
) -> None:
    info = f"CLNSIG={significance};CLNSIGCONF=Pathogenic(3)|Benign(1)"
    source = CLIN.format(sites(tmp_path / "k.vcf", record(snv(100), info)))
    assert not is_pathogenic(told(fasta, source, snv(100))["clinical_significance"])


def test_of_two_clinical_sources_the_less_sure_gives_the_stars(tmp_path: Path, fasta: Path) -> None:
    status = {"a": "practice_guideline", "b": "criteria_provided,_single_submitter"}
    words = [
        CLIN.replace("clin ", f"{name} ", 1).format(
            sites(tmp_path / f"{name}.vcf", record(snv(9), f"CLNSIG={name};CLNREVSTAT={text}"))
        )
        for name, text in status.items()
    ]
    found = seen(call(snv(9)), opened(fasta, *words))
    assert found["clinical_stars"] == 1
    assert (found["clinical_significance"], found["clinical_source"]) == ("a; b", "a, b")


def test_identifiers_sites_regions_and_tables(tmp_path: Path, fasta: Path) -> None:
    cosmic = sites(tmp_path / "cosmic.vcf", record(snv(100), "CNT=12", "COSV1;COSM2"))
    mine = sites(tmp_path / "mine.vcf", record(snv(100), "FLAG;TEXT=a_b,c%3Bd"))
    regions = bed(tmp_path / "r.bed", "chr1 50 100 low_map 7 +", "chr1 99 300 other 8 -")
    rows = f"##made today|#Chrom Pos Ref Alt id score note|{snv(100).replace(' ', ' ')} id9 0.7 ."
    tsv = table(tmp_path / "t.tsv", *rows.split("|"))
    sources = opened(
        fasta,
        f"cosmic identifiers {cosmic} count=CNT",
        f"mine sites {mine} show=FLAG,TEXT,AF",
        f"listed sites {mine}",
        f"map regions {regions}",
        f"both regions {regions} columns=name:4,strand:6",
        f"mine_table table {tsv} show=score,note",
    )
    found = seen(call(snv(100)), sources)
    assert found["annotations"] == [
        "cosmic: CNT=12",
        "mine: FLAG=yes",
        "mine: TEXT=a b, c;d",
        "listed: listed=yes",
        "map: label=low_map",
        "map: label=other",
        "both: name=low_map",
        "both: strand=+",
        "both: name=other",
        "both: strand=-",
        "mine_table: score=0.7",
    ]
    assert found["known_ids"] == ["COSM2", "COSV1", "id9"]
    assert seen(call(snv(301)), sources)["annotations"] == []


def test_a_region_holds_what_it_is_touched_by(tmp_path: Path, fasta: Path) -> None:
    end = REPEAT + 10
    path = bed(tmp_path / "r.bed", f"chr1 {end - 1} {end}", f"chr1 {end + 50} {end + 60}")
    source = f"r regions {path}"
    label = f"r: label=chr1:{end}-{end}"
    assert told(fasta, source, f"chr1 {REPEAT} GCA G")["annotations"] == [label]
    inside, before = (f"chr1 {end + n} {base('chr1', end + n)}" for n in (55, 50))
    assert told(fasta, source, f"{inside} {inside[-1]}{other(base('chr1', end + 56))}GTTGT")
    assert "annotations" not in told(fasta, source, f"{before} {other(before[-1])}")


def test_names_with_and_without_chr(
    tmp_path: Path, fasta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sites(tmp_path / "k.vcf", record(snv(100), "AF=0.1").removeprefix("chr"))
    assert told(fasta, POP.format(path), snv(100))["population_frequency"] == 0.1
    assert "names contigs without 'chr'" in capsys.readouterr().err
    assert Population(path, "AF").frequency("chr1", *_alleles(snv(100))) == 0.1


def _alleles(text: str) -> tuple[int, str, str]:
    _, pos, ref, alt = text.split()
    return int(pos), ref, alt


def test_any_order_of_calls_and_many_neighbours(tmp_path: Path) -> None:
    """The walk says what a plain dictionary says, in order and out of it."""
    rng = random.Random(5)
    known: dict[str, str] = {}
    for chrom, bases in SEQUENCES.items():
        for pos in sorted(rng.sample(range(2, len(bases) - 60), 1200)):
            ref = base(chrom, pos, rng.choice([1, 1, 1, 2, 5, 40]))
            alt = rng.choice([other(ref[0]) + ref[1:], ref[0], ref + "G"])
            if alt != ref:
                known[f"{chrom} {pos} {ref} {alt}"] = f"x{len(known)}"
    path = sites(tmp_path / "k.vcf", *(record(text, ".", name) for text, name in known.items()))
    finder, alleles = Finder(), KnownAlleles(path)
    asked = [*known, *(snv(n) for n in range(1, 2900, 7))]
    keys = {_key(text): set[str]() for text in asked}
    for text, name in known.items():
        keys[_key(text)].add(name)
    ordered = sorted(asked, key=lambda text: (text.split()[0], int(text.split()[1])))
    for texts in (ordered, rng.sample(asked, 800)):
        for text in texts:
            found = alleles.find(_wanted(finder, text))
            assert {listed.cells[2] for listed in found} == keys[_key(text)], text


def _wanted(finder: Finder, text: str) -> Any:
    chrom, pos, ref, alt = text.split()
    return finder.wanted(chrom, int(pos), ref, alt)


def _key(text: str) -> tuple[Any, ...]:
    wanted = _wanted(Finder(), text)
    return wanted.chrom, *wanted.key


def test_sorted_calls_need_few_seeks(tmp_path: Path) -> None:
    class Counting(Walk):
        seeks = 0

        def _seek(self, chrom: str, start: int) -> None:
            self.seeks += 1
            super()._seek(chrom, start)

    rows = [f"chr1 {pos} . A C . . ." for pos in range(1, 20_000, 2)]
    path = sites(tmp_path / "k.vcf", *rows)

    def line(text: str) -> Line:
        cells = text.split("\t")
        return int(cells[1]) - 1, int(cells[1]), cells

    walk = Counting(path, line)
    given = [line for pos in range(0, 10_000, 20) for line in walk.move("chr1", pos, pos + 1)[1]]
    assert walk.seeks == 1
    assert len(given) == len({start for start, _, _ in given})
    walk.move("chr1", 19_000, 19_001)
    assert walk.seeks == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("pop population", "needs ID KIND FILE"),
        ("pop people x.vcf.gz", "kind: is not an allowed value"),
        ("pop population x.vcf.gz", "frequency: a population source needs it"),
        ("t table x.tsv.gz", "show: a table source needs it; name the columns"),
        ("pop population x.vcf.gz frequency=AF review=R", "review: is of kind clinical, not of"),
        ("pop population x.vcf.gz frequenzy=AF", "did you mean 'frequency'?"),
    ],
)
def test_a_source_that_is_not_written_well(words: str, says: str) -> None:
    with pytest.raises(UserError) as error:
        source_of(words.split())
    assert says in str(error.value)


def test_a_source_is_given_to_verbs_as_it_is_configured() -> None:
    for words in (
        "g population known/g.vcf.gz frequency=AF maximum=AF_afr,AF_nfe",
        "c clinical known/c.vcf.gz significance=CLNSIG condition=CLNDN",
        "r regions known/r.bed.gz columns=score:5,name:4",
        "t table known/t.tsv.gz show=a,b",
    ):
        assert source_of(words.split()).words == tuple(words.split())
