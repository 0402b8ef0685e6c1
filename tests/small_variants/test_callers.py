"""Callers that are not installed everywhere: their rules with stand-ins, and VCF that they made."""

from pathlib import Path

import pysam
import pytest
from toy_callers import HOME, Callers, deployment, path_with
from toy_calls import fasta, lofreq, mutect2, vardict

from builders import row, workspace
from dugnad.alleles import trim
from dugnad.errors import UserError
from dugnad.interpretation.versions import of_calls
from dugnad.small_variants.candidates import Candidate, gather, provenance
from dugnad.vcf import Support, read_calls
from support import Snakemake

Found = dict[str, set[str]]


@pytest.fixture
def callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callers:
    found = Callers(tmp_path / "bin")
    monkeypatch.setenv("PATH", path_with(found.folder))
    return found


def run(snakemake: Snakemake, folder: Path, target: str, *rules: str) -> Path:
    """A file, made by these rules and no others."""
    snakemake(
        *(folder, target, "--cores", "1", "--notemp", "--show-failed-logs"),
        *("--rerun-triggers", "mtime", "--allowed-rules", *rules),
    )
    return folder / target


def called(candidates: list[Candidate]) -> Found:
    """Each allele as ``chrom:start:ref>alt``, 0-based, with the callers' filters."""
    return {
        f"{c.chrom}:{c.change.start}:{c.change.ref}>{c.change.alt}": c.caller_filters
        for c in candidates
    }


def allele(chrom: str, pos: int, ref: str, alt: str) -> str:
    change = trim(pos, ref, alt)
    return f"{chrom}:{change.start}:{change.ref}>{change.alt}"


MUTECT2 = ("call_mutect2", "learn_orientation", "count_common_sites", "filter_mutect2")


def test_mutect2_is_called_by_chunk_and_filtered_as_one(
    tmp_path: Path, snakemake: Snakemake, callers: Callers
) -> None:
    callers.give("mutect2", mutect2())
    folder = deployment(tmp_path / "run")
    path = run(snakemake, folder, f"{HOME}.mutect2.all.bcf", *MUTECT2)
    assert called(gather([("mutect2", path)])) == {
        # the spanning deletion's * is no allele of this place
        allele("chr1", 505, "C", "T"): set(),
        allele("chr1", 511, "G", "A"): set(),
        allele("chr1", 511, "G", "T"): {"mutect2:weak_evidence", "mutect2:base_qual"},
        allele("chr1", 513, "T", "A"): {"mutect2:FAIL", "mutect2:strand_bias"},
        allele("chr1", 513, "T", "C"): {"mutect2:FAIL", "mutect2:weak_evidence"},
        allele("chr1", 511, "GT", "G"): {
            *("mutect2:germline", "mutect2:strand_bias", "mutect2:weak_evidence")
        },
        allele("chr1", 517, "GC", "TA"): {"mutect2:panel_of_normals"},
        allele("chrM", 5, "A", "G"): set(),
    }
    tools = [words[2] for words in callers.called("gatk")]
    assert sorted(tools) == [
        "CalculateContamination",
        "FilterMutectCalls",
        "GetPileupSummaries",
        "GetPileupSummaries",
        "LearnReadOrientationModel",
        "MergeMutectStats",
        "MergeVcfs",
        "Mutect2",
        "Mutect2",
    ]
    call = next(" ".join(words) for words in callers.called("gatk") if words[2] == "Mutect2")
    for told in (
        "--germline-resource known/germline_resource.vcf.gz",
        "--panel-of-normals known/panel_of_normals.vcf.gz",
        "--normal-sample C1-N",
        "--max-reads-per-alignment-start 0",
    ):
        assert told in call
    (last,) = (words for words in callers.called("gatk") if words[2] == "FilterMutectCalls")
    for option in ("--contamination-table", "--tumor-segmentation", "--ob-priors", "--stats"):
        assert option in last


def test_the_door_reads_mutect2(tmp_path: Path, snakemake: Snakemake, callers: Callers) -> None:
    callers.give("mutect2", mutect2())
    folder = deployment(tmp_path / "run")
    path = run(snakemake, folder, f"{HOME}.mutect2.all.bcf", *MUTECT2)
    calls = {(c.pos, c.ref, c.alt): c for c in read_calls(path, "C1-T", "C1-N")}
    assert {(511, "G", "A"), (511, "G", "T"), (511, "GT", "G"), (5, "A", "G")} < calls.keys()
    better, worse = calls[511, "G", "A"], calls[511, "G", "T"]
    assert better.tumour == Support(101, 38, 38 / 101)
    assert worse.tumour == Support(101, 3, 3 / 101)
    assert better.normal == Support(29, 0, 0.0)
    assert (better.filters, worse.filters) == ((), ("weak_evidence", "base_qual"))


def test_an_imported_allele_keeps_the_filters_that_are_its_own(
    tmp_path: Path, snakemake: Snakemake
) -> None:
    rows = [row("C1-T", vcf="c.vcf"), row("C1-N", "normal", vcf="c.vcf")]
    folder = workspace(tmp_path, rows)
    (folder / "genome/tiny.fa").write_text(fasta())
    (folder / "c.vcf").write_text(mutect2())
    target = f"{HOME}.calls.vcf.gz"
    snakemake(folder, "--cores", "1", "--show-failed-logs", target)
    calls = {(c.pos, c.ref, c.alt): c for c in read_calls(folder / target, "C1-T", "C1-N")}
    assert calls[511, "G", "A"].filters == ()
    assert calls[511, "G", "T"].filters == ("weak_evidence", "base_qual")
    assert calls[511, "GT", "G"].filters == ("germline", "strand_bias", "weak_evidence")


@pytest.mark.parametrize("normal", [True, False], ids=["pair", "tumour only"])
def test_vardict(tmp_path: Path, snakemake: Snakemake, callers: Callers, normal: bool) -> None:
    samples = ["C1-T", "C1-N"][: 1 + normal]
    callers.give("vardict", vardict(samples))
    path = run(
        snakemake,
        deployment(tmp_path / "run", normal=normal),
        f"{HOME}.vardict.0.bcf",
        "call_vardict",
    )
    assert called(gather([("vardict", path)])) == {
        allele("chr1", 502, "G", "GCA"): set(),
        allele("chr1", 511, "G", "A"): {"vardict:q22.5", "vardict:NM5.25"},
        allele("chr1", 511, "G", "T"): set(),
        allele("chr1", 516, "TGC", "A"): {"vardict:p8", "vardict:pSTD"},
        allele("chr1", 520, "A", "G"): set(),
        allele("chr2", 11, "G", "T"): set(),
        allele("chrM", 9, "A", "G"): set(),
    }
    (words,) = callers.called("vardict-java")
    bams = "|".join(f"results/C1/alignment/{sample}.bam" for sample in samples)
    told = "-N C1-T -f 0.02 -r 3 -q 20 -Q 20 -F 0x704 -z 1 -c 1 -S 2 -E 3"
    bed = f"{HOME}.active.0.bed"
    assert words == ["-G", "results/run/genome/tiny-1.fa", "-b", bams, *told.split(), bed]
    writer = "var2vcf_paired.pl" if normal else "var2vcf_valid.pl"
    (options,) = callers.called(writer)
    assert options[-5:] == ["-A", "-N", "|".join(samples), "-f", "0.02"]
    test = "testsomatic.R" if normal else "teststrandbias.R"
    assert callers.called(test) == [[]]
    calls = {(c.pos, c.alt): c for c in read_calls(path, "C1-T", samples[1] if normal else None)}
    assert calls[511, "A"].tumour == Support(100, 20, 0.2)
    assert calls[511, "A"].normal == (Support(50, 0, 0.0) if normal else None)
    with pysam.VariantFile(str(path)) as vcf:
        assert ("STATUS" in next(iter(vcf)).info) == normal


def test_lofreq(tmp_path: Path, snakemake: Snakemake, callers: Callers) -> None:
    callers.give("lofreq", lofreq())
    path = run(snakemake, deployment(tmp_path / "run"), f"{HOME}.lofreq.1.bcf", "call_lofreq")
    assert called(gather([("lofreq", path)])) == {
        allele("chr1", 502, "GCA", "G"): set(),
        allele("chr1", 511, "G", "A"): {"lofreq:sb_fdr"},
        allele("chr1", 511, "G", "T"): set(),
        allele("chrM", 5, "A", "G"): {"lofreq:min_dp_10", "lofreq:sb_fdr"},
    }
    assert of_calls([path])["lofreq"] == "2.1.5"
    with pytest.raises(UserError, match="no sample columns, as LoFreq writes it") as fault:
        list(read_calls(path, "C1-T", None))
    assert "; start from the reads, or add a column with DP and AD" in str(fault.value)


def test_nothing_active_asks_no_caller(
    tmp_path: Path, snakemake: Snakemake, callers: Callers
) -> None:
    folder = deployment(tmp_path / "run", active=False)
    targets = [f"{HOME}.{caller}.0.bcf" for caller in ("vardict", "lofreq")]
    paths = [
        run(snakemake, folder, target, rule)
        for target, rule in zip(targets, ("call_vardict", "call_lofreq"), strict=True)
    ]
    assert gather([("vardict", paths[0]), ("lofreq", paths[1])]) == []
    assert callers.called("vardict-java") == callers.called("lofreq") == []


def test_a_caller_that_fails_ends_the_job(
    tmp_path: Path, snakemake: Snakemake, callers: Callers
) -> None:
    callers.give("vardict", vardict(["C1-T", "C1-N"]))
    callers.give("lofreq", lofreq())
    folder = deployment(tmp_path / "run")
    for name, caller in (("vardict-java", "vardict"), ("lofreq", "lofreq")):
        (callers.folder / name).write_text("#!/bin/sh\nexit 3\n")
        target = f"{HOME}.{caller}.0.bcf"
        arguments = ("--cores", "1", target, "--allowed-rules", f"call_{caller}")
        done = snakemake(folder, *arguments, "--rerun-triggers", "mtime", check=False)
        assert done.returncode != 0
        assert not (folder / target).exists()


def bcf(path: Path, filters: list[str]) -> Path:
    """One allele, once for each FILTER."""
    names = sorted({name for text in filters for name in text.split(";")} - {"PASS", "."})
    declared = "".join(f'##FILTER=<ID={name},Description="x">\n' for name in names)
    records = "".join(f"chr1\t100\t.\tA\tT\t.\t{text}\t.\n" for text in filters)
    path.write_text(
        f"##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n{declared}"
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n{records}"
    )
    return path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([["LowQual;q10"]], {"x:LowQual", "x:q10"}),
        ([["LowQual", "PASS"]], set()),
        ([["PASS", "LowQual"]], set()),
        # the same allele in two chunks
        ([["PASS"], ["LowQual"]], set()),
        ([["LowQual"], ["."]], set()),
    ],
)
def test_one_pass_of_a_caller_is_enough(
    tmp_path: Path, files: list[list[str]], expected: set[str]
) -> None:
    paths = [bcf(tmp_path / f"{n}.vcf", filters) for n, filters in enumerate(files)]
    (candidate,) = gather([("x", path) for path in paths])
    assert candidate.caller_filters == expected
    assert candidate.called_by == {"x"}


def test_another_callers_pass_does_not_take_a_filter_away(tmp_path: Path) -> None:
    one = bcf(tmp_path / "1.vcf", ["LowQual"])
    (candidate,) = gather([("x", one), ("y", bcf(tmp_path / "2.vcf", ["PASS"]))])
    assert candidate.caller_filters == {"x:LowQual"}
    assert candidate.called_by == {"x", "y"}


def test_versions_are_found_in_what_recount_copies(tmp_path: Path) -> None:
    texts = {
        "mutect2": mutect2(),
        "vardict": vardict(["C1-T"]),
        "lofreq": lofreq(),
        "freebayes": "##fileformat=VCFv4.2\n##source=freeBayes v1.3.6\n",
        "pileup": "##fileformat=VCFv4.2\n##bcftools_normVersion=1.21+htslib-1.21\n",
    }
    paths = []
    for name, text in texts.items():
        head = "\n".join(line for line in text.splitlines() if line.startswith("##"))
        path = tmp_path / f"{name}.vcf"
        path.write_text(f"{head}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        paths.append(path)
    told = provenance(paths)
    assert '##GATKCommandLine=<ID=Mutect2,Version="4.6.1.0">' in told
    assert not any("Date=" in line or "/tmp/y" in line for line in told)
    header = pysam.VariantHeader()
    for line in told:
        header.add_line(line)
    with pysam.VariantFile(str(tmp_path / "calls.vcf.gz"), "wz", header=header):
        pass
    assert of_calls([tmp_path / "calls.vcf.gz"]) == {
        "Mutect2": "4.6.1.0",
        "FilterMutectCalls": "4.6.1.0",
        "VarDict": "1.8.2",
        "lofreq": "not stated",
        "freeBayes": "1.3.6",
        "bcftools": "1.21",
    }
