"""The verb recurrence: from folders of finished runs to how often a variant is seen."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from finished_run import DEEP, finding, finished_run, pair

from builders import row, write_vcf
from dugnad.cli import main
from dugnad.recurrence.register import Allele, open_register

SNV: Allele = ("chr1", 500, "A", "T")


def call(*words: object) -> int:
    return main(["recurrence", *map(str, words)])


def texts(register: Path, allele: Allele = SNV) -> tuple[str, str, str]:
    found = open_register(register).look_up(*allele)
    return found.tumour.text, found.normal.text, found.all.text


def samples_of(register: Path) -> set[str]:
    return open_register(register).ledger.ids


# what counts


def test_bins_of_vaf_and_roles(tmp_path: Path) -> None:
    # tumours: below 1 %, exactly 1 %, just below 5 %, 5 %, just below 35 %, 35 %, all
    shares = [(3, 400), (4, 400), (19, 400), (20, 400), (139, 400), (140, 400), (400, 400)]
    rows = [item for number in range(7) for item in pair(f"C{number}")]
    findings = {
        f"C{number}": [finding(tumour=share, normal=(3, 10) if number == 6 else (0, 400))]
        for number, share in enumerate(shares)
    }
    run = finished_run(tmp_path / "run", rows, findings)
    register = tmp_path / "register"
    assert call("--register", register, "--add", run) == 0
    assert texts(register) == ("T:1+2+2+2=7/7", "N:0+0+1+0=1/7", "A:1+2+3+2=8/14")


def test_three_reads_count_and_two_do_not_whatever_the_filters(tmp_path: Path) -> None:
    findings = {
        "C1": [
            finding(500, tumour=(3, 400), filters=["low_alt_reads", "strand_bias"]),
            finding(510, tumour=(2, 400)),
            finding(520, tumour=(None, 400)),
        ]
    }
    run = finished_run(tmp_path / "run", pair(), findings)
    for reads, seen in ((None, (1, 0, 0)), (2, (1, 1, 0)), (4, (0, 0, 0))):
        register = tmp_path / f"register-{reads}"
        call("--register", register, "--add", run, *(["--min-alt-reads", reads] if reads else []))
        found = open_register(register).look_up_all(
            [("chr1", pos, "A", "T") for pos in (500, 510, 520)]
        )
        assert tuple(item.tumour.samples for item in found) == seen
        assert [item.tumour.callable for item in found] == [1, 1, 1]


def test_callable_from_depth_20_on(tmp_path: Path) -> None:
    depths = {
        "C1-T": [("chr1", 0, 499, 500), ("chr1", 499, 500, 19), ("chr1", 500, 3000, 20)],
        "C1-N": [("chr1", 0, 499, 19), ("chr1", 499, 500, 20), ("chr1", 500, 3000, 19)],
    }
    findings = {"C1": [finding(pos, normal=(5, 20)) for pos in (499, 500, 501)]}
    run = finished_run(tmp_path / "run", pair(), findings, depths)
    register = tmp_path / "register"
    call("--register", register, "--add", run)
    assert texts(register, ("chr1", 499, "A", "T"))[:2] == ("T:0+0+1+0=1/1", "N:0+0+0+0=0/0")
    # not callable: the tumour's 80 reads of the caller do not count either
    assert texts(register, SNV)[:2] == ("T:0+0+0+0=0/0", "N:0+0+1+0=1/1")
    assert texts(register, ("chr1", 501, "A", "T"))[:2] == ("T:0+0+1+0=1/1", "N:0+0+0+0=0/0")
    assert texts(register, ("chr2", 150, "A", "T"))[:2] == ("T:0+0+0+0=0/0", "N:0+0+0+0=0/0")


def test_callable_within_targets_and_the_base_before_them(tmp_path: Path) -> None:
    # the target is chr1:401-700 (1-based); VCF puts a deletion of base 401 at 400
    deleted = finding(400, "GA", "G")
    run = finished_run(tmp_path / "run", pair(), {"C1": [deleted, finding(399)]})
    register = tmp_path / "register"
    call("--register", register, "--add", run)
    assert texts(register, ("chr1", 400, "GA", "G"))[0] == "T:0+0+1+0=1/1"
    for pos, number in ((399, 0), (401, 1), (700, 1), (701, 0)):
        found = open_register(register).look_up("chr1", pos, "A", "T")
        assert (found.tumour.samples, found.tumour.callable) == (0, number)


def test_deletion_counts_where_its_own_bases_have_no_depth(tmp_path: Path) -> None:
    lost = [("chr1", 0, 500, 100), ("chr1", 500, 510, 0), ("chr1", 510, 3000, 100)]
    allele = finding(500, "ACGTACGTACG", "A", tumour=(100, 100))
    run = finished_run(tmp_path / "run", pair(), {"C1": [allele]}, {"C1-T": lost})
    register = tmp_path / "register"
    call("--register", register, "--add", run)
    assert texts(register, ("chr1", 500, "ACGTACGTACG", "A"))[0] == "T:0+0+0+1=1/1"


def test_padded_alleles_are_one_and_count_once(tmp_path: Path) -> None:
    same = [finding(500, "ACC", "AC", tumour=(4, 400)), finding(500, "AC", "A", tumour=(160, 400))]
    run = finished_run(tmp_path / "run", pair(), {"C1": [*same, finding(600, "g", "gtt")]})
    register = tmp_path / "register"
    call("--register", register, "--add", run)
    for allele in (("chr1", 500, "AC", "A"), ("chr1", 499, "TACCG", "TACG")):
        assert texts(register, allele)[0] == "T:0+0+0+1=1/1"
    for allele in (("chr1", 600, "G", "GTT"), ("chr1", 599, "CG", "CGTT")):
        assert texts(register, allele)[0] == "T:0+0+1+0=1/1"
    for other in (("chr1", 500, "ACC", "A"), ("chr1", 600, "G", "GT"), ("chr1", 600, "G", "GTA")):
        assert texts(register, other)[0] == "T:0+0+0+0=0/1"


def test_x_y_and_22(tmp_path: Path) -> None:
    contigs = ("chr22", "chrX", "chrY")
    targets = "".join(f"{name}\t100\t200\n" for name in contigs)
    depths = {
        "C1-T": [(name, 0, 1000, 90) for name in contigs],
        "C1-N": [(name, 0, 1000, 90) for name in contigs],
        "C2-T": [(name, 0, 1000, 90) for name in contigs[:2]],  # a woman: no read on Y
        "C2-N": [(name, 0, 1000, 90) for name in contigs[:2]],
    }
    rows = pair("C1", sex="male") + pair("C2")
    findings = {case: [finding(150, chrom=name) for name in contigs] for case in ("C1", "C2")}
    run = finished_run(tmp_path / "run", rows, findings, depths, targets=targets)
    register = tmp_path / "register"
    call("--register", register, "--add", run)
    found = {name: texts(register, (name, 150, "A", "T"))[2] for name in contigs}
    assert found == {
        "chr22": "A:0+0+2+0=2/4",
        "chrX": "A:0+0+2+0=2/4",
        "chrY": "A:0+0+1+0=1/2",
    }


# which samples go in


def test_who_goes_in_and_who_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        *pair("C1", "research"),
        *pair("C2", "quality"),
        *pair("C3", "clinical"),
        row("C4-T", case="C4", vcf="calls/C4.vcf", consent="research"),
        *pair("C5", "research"),
        *pair("C6", "research"),
        row("C6-R", case="C6", analyte="rna", consent="research"),
    ]
    findings = {f"C{number}": [finding(normal=(200, 400))] for number in range(1, 7)}
    blocked = {"C5-T": ["contamination", "identity"], "C6-N": ["identity"]}
    accepted = {"C5-T": ["identity"], "C6-N": ["identity"]}
    run = finished_run(
        tmp_path / "run", rows, findings, blocked=blocked, accepted=accepted, run="R-2026-01"
    )
    register = tmp_path / "register"
    assert call("--register", register, "--add", run) == 0
    went_in = {"C1-T", "C1-N", "C2-T", "C2-N", "C5-N", "C6-T", "C6-N"}
    assert samples_of(register) == went_in
    assert texts(register)[:2] == ("T:0+0+3+0=3/3", "N:0+0+0+4=4/4")
    told = capsys.readouterr()
    assert told.out == (
        f"{run}: added 7 samples (3 tumours, 4 normals);"
        " passed over 1 blocked by the gate, 1 came as calls, 2 of clinical consent\n"
    )
    assert told.err == ""
    rows_in = pq.read_table(register / "samples.parquet").to_pylist()
    assert {(item["run"], item["panel"]) for item in rows_in} == {("R-2026-01", "tiny")}
    assert {item["sample"]: item["role"] for item in rows_in}["C5-N"] == "normal"


def test_run_without_consent_makes_an_empty_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(tmp_path / "run", pair(consent="clinical"), {"C1": [finding()]})
    register = tmp_path / "register"
    assert call("--register", register, "--add", run, "--summary") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{run}: added 0 samples; passed over 2 of clinical consent",
        "genome tiny-1",
        "0 samples, of 0 runs",
        "0 variants with at least 3 alternative reads",
        "0 bases callable in at least one sample",
        "last added never",
    ]
    assert texts(register)[2] == "A:0+0+0+0=0/0"


def test_adding_again_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = finished_run(tmp_path / "run", pair(), {"C1": [finding()]})
    register = tmp_path / "register"
    call("--register", register, "--add", run, run)
    before = {path.name: path.read_bytes() for path in register.iterdir()}
    (run / "results/C1/qc/C1-T.per-base.bed.gz").unlink()  # what is in is not read again
    assert call("--register", register, "--add", run) == 0
    assert {path.name: path.read_bytes() for path in register.iterdir()} == before
    assert capsys.readouterr().out.splitlines() == [
        f"{run}: added 2 samples (1 tumour, 1 normal)",
        f"{run}: added 0 samples; passed over 2 already in",
        f"{run}: added 0 samples; passed over 2 already in",
    ]


def test_removed_sample_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = finished_run(tmp_path / "one", pair("C1"), {"C1": [finding(), finding(510)]})
    two = finished_run(tmp_path / "two", pair("C2"), {"C2": [finding(tumour=(1, 1))]})
    register, other = tmp_path / "register", tmp_path / "other"
    call("--register", register, "--add", one)
    call("--register", register, "--add", two)
    assert call("--register", register, "--remove", "C1-T", "C1-N") == 0
    call("--register", other, "--add", two)
    for kind in ("variants", "callable"):
        (mine,), (never) = register.glob(f"{kind}.*"), list(other.glob(f"{kind}.*"))
        assert pq.read_table(mine).equals(pq.read_table(never[0]))
    assert [path.name for path in register.glob("own.*")] == ["own.000002.parquet"]
    assert "removed 2 samples" in capsys.readouterr().out
    assert call("--register", register, "--remove", "C1-T", "C9-T") == 2
    assert "has no sample C1-T, C9-T; mend --remove" in capsys.readouterr().err
    assert samples_of(register) == {"C2-T", "C2-N"}


def test_several_tumours_of_a_case_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = finished_run(tmp_path / "first", pair("C1"), {})
    again = [row("C1-T2", consent="research"), row("C1-N2", "normal", consent="research")]
    second = finished_run(tmp_path / "second", again[:1], {})
    register = tmp_path / "register"
    assert call("--register", register, "--add", first, second) == 0
    assert capsys.readouterr().err == (
        "warning: case C1 has 2 tumours in the register (C1-T, C1-T2);"
        " one counts a person once, so --remove the others\n"
    )
    other = finished_run(tmp_path / "other", pair("C2"), {})
    call("--register", register, "--add", other)
    assert capsys.readouterr().err == ""


# what cannot be


def test_unfinished_runs_are_told_all_at_once_and_nothing_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = finished_run(tmp_path / "good", pair("C1"), {})
    torn = finished_run(tmp_path / "torn", pair("C2") + pair("C3") + pair("C4"), {})
    results = torn / "results"
    (results / "C2/interpretation/C2.findings.parquet").unlink()
    (results / "C2/qc/C2-N.per-base.bed.gz").unlink()
    (results / "C3/qc/C3.gate.json").unlink()
    (results / "C4/qc/C4.gate.json").write_text('{"case": "C4"}')
    register = tmp_path / "register"
    assert call("--register", register, "--add", good, torn) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{results}/C2/interpretation/C2.findings.parquet: no such file; finish the run first",
        f"{results}/C2/qc/C2-N.per-base.bed.gz: no such file; finish the run first",
        f"{results}/C3/qc/C3.gate.json: no such file; finish the run first",
        f"{results}/C4/qc/C4.gate.json: is not a gate of this version; run again",
    ]
    assert not register.exists()


def test_faults_of_a_run_name_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(tmp_path / "run", [row("C1-T", consent="perhaps")], {"C1": []})
    empty = tmp_path / "empty"
    empty.mkdir()
    register = tmp_path / "register"
    assert call("--register", register, "--add", run, empty, tmp_path / "none") == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{run}: config/samples.tsv:2: consent: is not an allowed")
    assert told[1] == f"{empty}: config/config.yaml: no such file; check the path"
    assert told[2] == f"{tmp_path}/none: is not a folder; name the folder of a finished run"
    assert not register.exists()


def test_findings_without_a_column_and_gate_without_a_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(tmp_path / "run", pair(), {"C1": [finding()]})
    path = run / "results/C1/interpretation/C1.findings.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["normal_vaf"]), path)
    assert call("--register", tmp_path / "register", "--add", run) == 2
    assert capsys.readouterr().err == f"{path}: has no column normal_vaf; make it anew\n"
    gate = run / "results/C1/qc/C1.gate.json"
    gate.write_text(gate.read_text().replace("C1-N", "C1-X"))
    assert call("--register", tmp_path / "register", "--add", run) == 2
    assert capsys.readouterr().err == f"{gate}: does not judge C1-N; run again\n"


def test_more_columns_in_findings_do_not_matter(tmp_path: Path) -> None:
    run = finished_run(tmp_path / "run", pair(), {"C1": [finding()]})
    path = run / "results/C1/interpretation/C1.findings.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("duplex", pa.array([1] * table.num_rows)), path)
    call("--register", tmp_path / "register", "--add", run)
    assert texts(tmp_path / "register")[0] == "T:0+0+1+0=1/1"


def test_another_genome_or_choice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = finished_run(tmp_path / "one", pair("C1"), {})
    two = finished_run(tmp_path / "two", pair("C2"), {})
    for path in (two / "config/config.yaml", two / "config/panels/tiny/panel.yaml"):
        path.write_text(path.read_text().replace("tiny-1", "tiny-2"))
    register = tmp_path / "register"
    assert call("--register", register, "--add", one, two) == 2
    text = "the runs are of genomes tiny-1, tiny-2; a register is of one\n"
    assert capsys.readouterr().err == text
    call("--register", register, "--add", one)
    capsys.readouterr()
    assert call("--register", register, "--add", two, "--min-alt-reads", "5") == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{register}: is of genome tiny-1, not tiny-2; name another register",
        f"{register}: counts variants from 3 alternative reads on, not 5;"
        " leave out --min-alt-reads or name another register",
    ]
    assert samples_of(register) == {"C1-T", "C1-N"}


def test_choice_of_reads_is_kept(tmp_path: Path) -> None:
    one = finished_run(tmp_path / "one", pair("C1"), {"C1": [finding(tumour=(4, 400))]})
    two = finished_run(tmp_path / "two", pair("C2"), {"C2": [finding(tumour=(4, 400))]})
    call("--register", tmp_path / "register", "--add", one, "--min-alt-reads", "5")
    call("--register", tmp_path / "register", "--add", two)
    assert texts(tmp_path / "register")[0] == "T:0+0+0+0=0/2"


def test_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register = tmp_path / "register"
    assert call("--register", register) == 2
    assert call("--register", register, "--lookup", "x.vcf") == 2
    assert call("--register", register, "--summary") == 2
    assert call("--register", register, "--remove", "C1-T") == 2
    assert capsys.readouterr().err.splitlines() == [
        "nothing to do: give --add, --remove, --lookup or --summary",
        "--lookup and --output go together; give both",
        *[f"{register}: is not a register; add a run with --add, or mend --register"] * 2,
    ]
    assert not register.exists()
    with pytest.raises(SystemExit):
        call("--register", register, "--add", "x", "--min-alt-reads", "0")
    assert "'0' is not a number of reads from 1 on" in capsys.readouterr().err


def test_relative_paths_are_of_the_callers_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finished_run(tmp_path / "runs/one", pair(), {"C1": [finding()]})
    monkeypatch.chdir(tmp_path)
    assert call("--register", "register", "--add", "runs/one", "--summary") == 0
    assert capsys.readouterr().out.startswith("runs/one: added 2 samples (1 tumour, 1 normal)\n")
    assert Path.cwd() == tmp_path
    assert samples_of(tmp_path / "register") == {"C1-T", "C1-N"}


# look-ups and summary


def test_look_up_of_a_table_and_of_a_vcf(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(tmp_path / "run", pair(), {"C1": [finding(normal=(200, 400))]})
    register, output = tmp_path / "register", tmp_path / "out/recurrence.tsv"
    call("--register", register, "--add", run)
    findings = run / "results/C1/interpretation/C1.findings.parquet"
    header = "chrom\tpos\tref\talt\ttumour\tnormal\tall\n"
    first = "chr1\t500\tA\tT\tT:0+0+1+0=1/1\tN:0+0+0+1=1/1\tA:0+0+1+1=2/2\n"
    assert call("--register", register, "--lookup", findings, "--output", output) == 0
    assert output.read_text() == header + first
    calls = tmp_path / "calls.vcf"
    lines = [
        "chr1 500 . A T,G 9 . . DP 9",
        "chr1 500 . A <DEL> 9 . . DP 9",
        "chr2 10 . G C 9 . . DP 9",
    ]
    write_vcf(calls, ["X"], "".join(line.replace(" ", "\t") + "\n" for line in lines))
    capsys.readouterr()
    assert call("--register", register, "--lookup", calls, "--output", output) == 0
    assert output.read_text() == (
        header
        + first
        + "chr1\t500\tA\tG\tT:0+0+0+0=0/1\tN:0+0+0+0=0/1\tA:0+0+0+0=0/2\n"
        + "chr2\t10\tG\tC\tT:0+0+0+0=0/0\tN:0+0+0+0=0/0\tA:0+0+0+0=0/0\n"
    )
    told = capsys.readouterr()
    assert told.out == "3 variants: 1 seen before, 1 callable in no sample\n"
    assert told.err == f"{calls}: 1 symbolic or reference-only alleles\n"


def test_look_up_of_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = finished_run(tmp_path / "run", pair(), {})
    register, output = tmp_path / "register", tmp_path / "out.tsv"
    call("--register", register, "--add", run)
    odd, text = tmp_path / "odd.parquet", tmp_path / "text.vcf"
    pq.write_table(pa.table({"chrom": ["chr1"]}), odd)
    text.write_text("no VCF\n")
    (tmp_path / "torn.parquet").write_text("no Parquet")
    for name in ("none.vcf", "odd.parquet", "text.vcf", "torn.parquet"):
        assert call("--register", register, "--lookup", tmp_path / name, "--output", output) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/none.vcf: no such file; check the path",
        f"{odd}: has no column pos, ref, alt; make it anew",
        f"{text}: cannot be read as VCF; name a VCF or a .parquet",
        f"{tmp_path}/torn.parquet: cannot be read as Parquet; make it anew",
    ]
    assert not output.exists()


def test_variants_of_other_contigs_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run(tmp_path / "run", pair(), {})
    register, table = tmp_path / "register", tmp_path / "calls.parquet"
    call("--register", register, "--add", run)
    pq.write_table(pa.table({"chrom": ["1"], "pos": [500], "ref": ["A"], "alt": ["T"]}), table)
    assert call("--register", register, "--lookup", table, "--output", tmp_path / "out.tsv") == 0
    assert capsys.readouterr().err == (
        f"warning: {table}: none of its contigs is in the register, of genome tiny-1;"
        " is it of that genome?\n"
    )


def test_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = finished_run(tmp_path / "one", pair("C1"), {"C1": [finding(), finding(510)]})
    two = finished_run(tmp_path / "two", pair("C2")[:1], {"C2": [finding()]})
    register = tmp_path / "register"
    call("--register", register, "--add", one, two)
    capsys.readouterr()
    assert call("--register", register, "--summary") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:-1] == [
        "genome tiny-1",
        "3 samples (2 tumours, 1 normal), of 2 runs",
        "  of panel tiny: 3 samples (2 tumours, 1 normal)",
        "2 variants with at least 3 alternative reads",
        "502 bases callable in at least one sample",
    ]
    assert lines[-1].startswith("last added 20")
    assert sum(end - start for _, start, end, _ in DEEP) > 502


def test_run_is_named_by_its_config_or_folder(tmp_path: Path) -> None:
    named = finished_run(tmp_path / "a b", pair("C1"), {}, run="R1")
    plain = finished_run(tmp_path / "2026 week 3", pair("C2"), {})
    register = tmp_path / "register"
    call("--register", register, "--add", named, plain)
    rows = open_register(register).ledger.samples.to_pylist()
    assert {item["run"] for item in rows} == {"R1", "2026-week-3"}
    assert yaml.safe_load((plain / "config/config.yaml").read_text()).get("sequencing") is None
