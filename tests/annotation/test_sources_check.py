"""Faults of sources: all told at once, with the remedy, and nothing annotated."""

import random
from pathlib import Path

import pytest
from known import SEQUENCES, base, bed, call, genome, other, sites, table

from builders import row, workspace, write_sheet, write_vcf
from dugnad.annotation.seen import seen
from dugnad.annotation.sources import open_sources
from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.genome import ASSEMBLIES, assembly_of
from dugnad.source import source_of
from dugnad.source_check import source_problems

LENGTHS = {name: len(bases) for name, bases in SEQUENCES.items()}


@pytest.fixture(scope="module")
def fasta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return genome(tmp_path_factory.mktemp("genome"))


def problems(words: str, fasta: Path, lengths: dict[str, int] | None = None) -> list[str]:
    return list(source_problems(source_of(words.split()), lengths or LENGTHS, fasta))


def rows(number: int, wrong: int = 0, chrom: str = "chr1") -> list[str]:
    """Records spread over the contig, so many of them with another reference base."""
    found = []
    for index in range(number):
        pos = 20 + index * 90
        true = base("chr1", pos)
        ref = other(true) if index < wrong else true
        found.append(f"{chrom} {pos} . {ref} {other(other(ref))} . . AF=0.1")
    return found


def test_a_sound_source_has_no_fault(tmp_path: Path, fasta: Path) -> None:
    path = sites(tmp_path / "k.vcf", *rows(20, wrong=2))
    assert problems(f"pop population {path} frequency=AF maximum=AF_popmax", fasta) == []


def test_keys_index_and_file(tmp_path: Path, fasta: Path) -> None:
    path = sites(tmp_path / "k.vcf", *rows(3))
    assert problems(
        f"c clinical {path} significance=SIG review=CLNREVSTAT condition=DN", fasta
    ) == [
        f"{path}: has no INFO key 'SIG'; name the right key in the config",
        f"{path}: has no INFO key 'DN'; name the right key in the config",
    ]
    Path(f"{path}.tbi").unlink()
    says = f"{path}: is not a VCF with its index; run: tabix -p vcf {path}"
    assert problems(f"pop population {path} frequency=AF", fasta) == [says]
    assert "no such file" in problems("x sites no/such.vcf.gz", fasta)[0]


def test_a_damaged_file_is_an_error_and_not_silence(tmp_path: Path, fasta: Path) -> None:
    rng = random.Random(3)
    lines = [f"chr1 {n} . {base('chr1', n)} T . . TEXT={rng.random()}" for n in range(1, 3000)]
    path = sites(tmp_path / "k.vcf", *lines)
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + bytes(300) + whole[half + 300 :])
    with pytest.raises(UserError, match="is damaged"):
        sources = open_sources([["s", "sites", str(path)]], fasta)
        for n in range(1, 3000):
            seen(call(f"chr1 {n} {base('chr1', n)} T"), sources)
    path.write_bytes(whole[:half])
    assert problems(f"s sites {path}", fasta)


def test_tables(tmp_path: Path, fasta: Path) -> None:
    alt = other(base("chr1", 20))
    line = f"{base('chr1', 20)} {alt} chr1 0.5 20"
    path = table(tmp_path / "t.tsv", "#ref alt chrom score pos", line, pos=5, seq_col=2)
    assert problems(f"t table {path} show=score", fasta) == []
    (problem,) = problems(f"t table {path} show=Score", fasta)
    assert "has no column 'Score' (it has ref, alt, chrom, score, pos); mend 'show'" in problem
    Path(f"{path}.tbi").unlink()
    (problem,) = problems(f"t table {path} show=score", fasta)
    assert problem.endswith(f"run bgzip, and tabix -s 3 -b 5 -e 5 {path}")
    bare = table(tmp_path / "b.tsv", "#chrom start a b", "chr1 20 A C")
    (problem, lacking) = problems(f"t table {bare} show=x", fasta)
    assert "has no column pos, ref, alt" in problem
    assert "has no column 'x'" in lacking


def test_regions(tmp_path: Path, fasta: Path) -> None:
    assert problems(f"r regions {bed(tmp_path / 'a.bed', 'chr1 1 9')}", fasta) == []
    beyond = bed(tmp_path / "b.bed", f"chr1 1 {LENGTHS['chr1'] + 1}")
    assert "is of another genome: contig 'chr1' has" in problems(f"r regions {beyond}", fasta)[0]
    foreign = bed(tmp_path / "c.bed", "chr9 1 9")
    assert "shares no contig with" in problems(f"r regions {foreign}", fasta)[0]
    plain = tmp_path / "d.bed"
    plain.write_text("chr1\t1\t9\n")
    (problem,) = problems(f"r regions {plain}", fasta)
    assert problem.endswith(f"run bgzip, and tabix -p bed {plain}")


@pytest.mark.parametrize("chrom", ["chr1", "1"])
def test_another_genome_by_its_lengths(chrom: str, tmp_path: Path, fasta: Path) -> None:
    header = f"##contig=<ID={chrom},length=249250621>\n"
    path = sites(tmp_path / "k.vcf", *rows(3, chrom=chrom), header=header)
    (problem,) = problems(f"pop population {path} frequency=AF", fasta)
    assert "is of another genome: contig 'chr1' has 249250621 bases" in problem


@pytest.mark.parametrize(("number", "wrong"), [(1, 1), (20, 5), (20, 20)])
def test_another_genome_by_its_bases(number: int, wrong: int, tmp_path: Path, fasta: Path) -> None:
    path = sites(tmp_path / "k.vcf", *rows(number, wrong))
    (problem,) = problems(f"pop population {path} frequency=AF", fasta)
    few, most = min(wrong, 15), min(number, 15)
    assert f"REF of {few} of {most} records is not the genome's base" in problem
    with pytest.raises(UserError, match="is of another genome"):
        open_sources([["pop", "population", str(path), "frequency=AF"]], fasta)


def test_another_genome_by_its_header(tmp_path: Path, fasta: Path) -> None:
    """ClinVar's releases state no lengths; a genome without an index shows no bases."""
    path = sites(tmp_path / "k.vcf", "1 9 . A C . . .", header="##reference=GRCh37\n")
    lengths = {f"chr{name}": length for name, length in ASSEMBLIES["GRCh38"].items()}
    words = f"c clinical {path} significance=CLNSIG"
    (problem,) = problems(words, fasta.with_name("none.fa"), lengths)
    assert "its header names GRCh37, the genome is GRCh38" in problem
    own = {f"chr{name}": length for name, length in ASSEMBLIES["GRCh37"].items()}
    assert problems(words, fasta.with_name("none.fa"), own) == []


def test_assemblies() -> None:
    assert assembly_of({"chr1": 248956422, "chrX": 156040895, "chrUn_1": 5}) == "GRCh38"
    assert assembly_of({"17": 81195210}) == "GRCh37"
    assert assembly_of({"17": 81195210, "1": 248956422}) is None
    assert assembly_of({"chr1": 3000}) is None


def test_the_check_tells_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    write_vcf(Path("t.vcf"), ["C1-T"])
    write_sheet(Path("config/samples.tsv"), [row("C1-T", vcf="t.vcf")])
    good = sites(Path("a.vcf"), "1 9 . A C . . .")
    config = Path("config/config.yaml")
    before = config.read_text()
    config.write_text(
        before
        + f"""sources:
- {{id: one, kind: clinical, path: {good}, release: x, significance: SIG}}
- {{id: two, kind: table, path: {good}, release: x, show: [score]}}
- {{id: three, kind: sites, path: {good}, release: x, show: FLAG}}
"""
    )
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    assert "a.vcf.gz: has no INFO key 'SIG'" in said
    assert "a.vcf.gz:1: has no column 'score'" in said
    config.write_text(
        before + f"sources:\n- {{id: a, kind: sites, path: {good}, release: x, show: FLAG}}\n"
    )
    assert main(["check"]) == 0
    assert "names contigs without 'chr'" in capsys.readouterr().err
    config.write_text(
        before
        + f"""sources:
- {{id: a, kind: sites, path: {good}, release: x, count: CNT}}
- {{id: a, kind: table, path: {good}, release: x}}
"""
    )
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    for part in (
        "id: is used twice",
        "count: is of kind identifiers",
        "show: a table source needs",
    ):
        assert part in said
