"""Whose a sample is: identity, foreign DNA, sex and tumour in the normal, on the whole cohort."""

import argparse
import subprocess
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pysam
import pytest
import yaml

from dugnad.cli import parser_of
from dugnad.known_sites import Population
from dugnad.qc import pick_sites
from dugnad.qc.compare_samples import Needs, compare, table
from dugnad.qc.count_sites import count
from dugnad.qc.estimate_contamination import contamination
from dugnad.qc.infer_sex import answer_of, witnesses
from dugnad.qc.sites import COUNTS, Counts, Site, read_counts, read_sites, stretch
from dugnad.qc.tumour_in_normal import candidates, measures
from dugnad.run import Run, Sample, load_run
from dugnad.tables import write_table
from dugnad.vcf import read_calls
from support import ROOT

SWAPPED, CONTAMINATED, WRONG_SEX = "IPX0011", "IPX0012", "IPX0014"
PAR = "chrX:1-12000"
RECIPES = ROOT / "resources/demo/cases"


@pytest.fixture(scope="module")
def run_of(cohort: Path) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cohort)
        return load_run()


@pytest.fixture(scope="module")
def sites(cohort: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """The common sites of the cohort's panel."""
    output = tmp_path_factory.mktemp("sites") / "sites.tsv"
    parser = argparse.ArgumentParser()
    pick_sites.register(parser)
    words = ["--targets", cohort / "config/panels/demo-560/targets.bed", "--par", PAR]
    words += ["--source", "population", "AF", cohort / "known/population.vcf.gz"]
    words += ["--fasta", cohort / "genome/demo.fa", "--output", output]
    pick_sites.main(parser.parse_args([str(word) for word in words]))
    return read_sites(output)


def bam_of(cohort: Path, sample: Sample) -> Path:
    return cohort / f"results/{sample.case}/alignment/{sample.id}.bam"


def counts_of(bam: Path, sites: list[Site], who: Sample, folder: Path) -> Counts:
    named = {"sample": who.id, "case": who.case, "role": who.role, "analyte": who.analyte}
    with pysam.AlignmentFile(str(bam)) as reads:
        found = [named | row for row in count(reads, sites, 20, 20)]
    write_table(folder / "counts.parquet", found, COUNTS)
    return read_counts(folder / "counts.parquet")


@pytest.fixture(scope="module")
def counted(
    cohort: Path, run_of: Run, sites: list[Site], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Counts]:
    """Reads at the sites, of each DNA sample by its name."""
    folder = tmp_path_factory.mktemp("counts")
    samples = run_of.samples.values()
    return {s.id: counts_of(bam_of(cohort, s), sites, s, folder) for s in samples}


@pytest.fixture(scope="module")
def rna(
    cohort: Path, run_of: Run, sites: list[Site], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Counts]:
    """Reads of RNA at the sites, by the case; aligned as if they were of DNA."""
    folder, found = tmp_path_factory.mktemp("rna"), {}
    fasta = cohort / "results/run/genome/dugnad-demo-1.fa"
    for case in run_of.cases.values():
        if case.rna:
            pair = [cohort / path for p in case.rna.lanes for path in (p.fastq_1, p.fastq_2)]
            bam = folder / f"{case.id}.bam"
            command = f"bwa mem {fasta} {pair[0]} {pair[1]} | samtools sort -o {bam} -"
            subprocess.run(["bash", "-c", command], check=True, capture_output=True)
            pysam.index(str(bam))
            found[case.id] = counts_of(bam, sites, case.rna, folder)
    return found


def test_the_panel_has_sites_of_each_kind(sites: list[Site]) -> None:
    kinds = [site.kind for site in sites]
    assert kinds.count("autosome") > 200
    assert kinds.count("x") >= 8
    assert {site.chrom for site in sites} >= {f"chr{n}" for n in range(1, 23)}


def test_only_the_swapped_normal_is_of_another_person(counted: dict[str, Counts]) -> None:
    samples, needs = list(counted.values()), Needs()
    rows = table(samples, compare(samples, needs), needs).to_pylist()
    within = {r["case_a"]: r["verdict"] for r in rows if r["case_a"] == r["case_b"]}
    assert {case for case, word in within.items() if word == "different"} == {SWAPPED}
    assert len(within) >= 5
    assert set(within.values()) == {"same", "different"}
    between = [row for row in rows if row["case_a"] != row["case_b"]]
    assert len(between) > 100
    assert {row["verdict"] for row in between} == {"different"}


def test_rna_is_of_its_own_tumour(counted: dict[str, Counts], rna: dict[str, Counts]) -> None:
    samples, needs = [*counted.values(), *rna.values()], Needs()
    pairs = compare(samples, needs)
    rows = [r for r in table(samples, pairs, needs).to_pylist() if "-R" in r["sample_b"]]
    own = {r["case_b"]: r["verdict"] for r in rows if r["case_a"] == r["case_b"]}
    others = {r["verdict"] for r in rows if r["case_a"] != r["case_b"]}
    assert own["IPX0001"] == own["IPX0002"] == "same"
    assert "different" not in own.values()
    assert "same" not in others
    assert "different" in others


def test_foreign_dna_is_found_in_its_sample_alone(counted: dict[str, Counts], run_of: Run) -> None:
    for case in run_of.cases.values():
        normal = counted[case.normal.id] if case.normal else None
        for other in (None, normal):
            found = contamination(counted[case.tumour.id], other, 30, 10)
            value, high = (found[n].value for n in ("contamination", "contamination_upper"))
            assert value is not None, found["contamination"].source
            assert high is not None
            if case.id == CONTAMINATED:
                assert abs(value - 0.04) < 0.01
                assert (found["low_level_sites"].value or 0) > 0.1
            else:
                assert value < 0.007, case.id
                assert high < 0.01, case.id
                assert (found["low_level_sites"].value or 0) < 0.05
    used = contamination(counted["IPX0001-D01-P01-A15"], counted["IPX0001-D01-N01-B15"], 30, 10)
    assert used["contamination"].source.endswith("homozygous sites of the normal")


# patient, stranger
PAIRS = (
    ("IPX0002", "IPX0003"),
    ("IPX0005", "IPX0004"),
    ("IPX0007", "IPX0001"),
    ("IPX0003", "IPX0006"),
)


@pytest.mark.parametrize(("mine", "other"), PAIRS)
@pytest.mark.parametrize("share", [0.01, 0.02, 0.04, 0.08])
def test_mixed_reads_of_two_people(
    cohort: Path,
    run_of: Run,
    sites: list[Site],
    counted: dict[str, Counts],
    tmp_path: Path,
    mine: str,
    other: str,
    share: float,
) -> None:
    """One patient's tumour with a part of another's reads, by the read pair."""
    own, foreign = (run_of.cases[case].tumour for case in (mine, other))
    depth = {s.id: counted[s.id].autosomal().depth.mean() for s in (own, foreign)}
    part = share / (1 - share) * depth[own.id] / depth[foreign.id]
    few = tmp_path / "few.bam"
    view = ["samtools", "view", "-b", "-s", f"{7 + part:.5f}", "-o", str(few)]
    subprocess.run([*view, str(bam_of(cohort, foreign))], check=True)
    pysam.index(str(few))
    added, whole = counts_of(few, sites, foreign, tmp_path), counted[own.id]
    assert added.keys() == whole.keys()
    reads = {name: getattr(whole, name) + getattr(added, name) for name in ("ref", "alt", "other")}
    sample = replace(whole, **reads)
    found = contamination(sample, None, 30, 10)
    assert found["contamination"].value == pytest.approx(share, abs=0.01)
    low, high = (found[f"contamination_{end}"].value for end in ("lower", "upper"))
    assert low is not None
    assert high is not None
    assert 0 < low < high < 0.12


def test_sex_is_right_but_for_the_wrong_request(
    cohort: Path, run_of: Run, counted: dict[str, Counts]
) -> None:
    stated, found = {}, {}
    for sample in run_of.samples.values():
        path = cohort / f"results/{sample.case}/qc/{sample.id}.coverage.parquet"
        coverage = pq.read_table(path).to_pylist()
        seen = witnesses(counted[sample.id], coverage, [stretch(PAR)])
        found[sample.id] = answer_of(seen, sample.role)
        stated[sample.id] = sample.sex
    wrong = {name for name, answer in found.items() if answer.observed != stated[name]}
    assert {name[:7] for name in wrong} <= {WRONG_SEX, SWAPPED}
    assert WRONG_SEX in {name[:7] for name in wrong}
    assert not {name for name in wrong if name.startswith(f"{SWAPPED}-D01-P")}
    assert {answer.sure for answer in found.values()} == {"clear"}
    for path in RECIPES.glob("*.yaml"):
        recipe = yaml.safe_load(path.read_text())
        own = (s["id"] for s in recipe["samples"] if "individual" not in s)
        answers = [found[name] for name in own if name in found]
        assert {answer.observed for answer in answers} == {recipe["sex"]}, path.stem


def test_no_tumour_in_the_normals(cohort: Path, run_of: Run) -> None:
    population = Population(cohort / "known/population.vcf.gz", "AF")
    estimated = 0
    for case in run_of.cases.values():
        if not case.normal:
            continue
        path = cohort / f"results/{case.id}/small_variants/{case.id}.calls.vcf.gz"
        calls = read_calls(path, case.tumour.id, case.normal.id)
        found = measures(list(candidates(calls, [population])), 5, True)
        value, high = (found[f"tumour_in_normal{end}"].value for end in ("", "_upper"))
        if value is not None:
            estimated += 1
            assert value < 0.01, case.id
            assert (high or 0) < 0.05, case.id
    assert estimated >= 3


def test_the_verbs_are_on_the_command_line() -> None:
    for name in ("pick-sites", "count-sites", "compare-samples", "estimate-contamination"):
        assert parser_of(name).prog.endswith(name)
    for name in ("infer-sex", "tumour-in-normal", "measure-identity"):
        assert parser_of(name).prog.endswith(name)
