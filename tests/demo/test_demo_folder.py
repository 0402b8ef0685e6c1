"""The verb: what it writes, what it keeps, and what it says when something is in the way."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dugnad import cli
from dugnad.demo import assemble as assembly
from dugnad.demo.folder import MARKER, OWNED
from dugnad.demo.make_demo import RESOURCES, Request, make_demo
from dugnad.errors import UserError

SHEET = [
    "case", "sample", "role", "analyte", "panel", "tumour_type", "purity", "sex",
    "fastq_1", "fastq_2",
]  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file by column, without comments."""
    text = path.read_text().splitlines()
    header, *lines = (line.split("\t") for line in text if not line.startswith("#"))
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_sample_sheet_names_each_lane(demo: Path) -> None:
    found = rows(demo / "config" / "samples.tsv")
    assert list(found[0]) == SHEET
    first = [row for row in found if row["case"] == "IPX0001"]
    assert [row["role"] for row in first] == ["tumour", "tumour", "normal", "tumour"]
    assert [row["analyte"] for row in first] == ["dna", "dna", "dna", "rna"]
    assert len({row["case"] for row in found}) == 12
    files = [row[column] for row in found for column in ("fastq_1", "fastq_2")]
    assert len(set(files)) == len(files) == 42
    assert all((demo / name).is_file() for name in files)
    stated = {row["case"]: row["sex"] for row in found}
    assert (stated["IPX0014"], stated["IPX0004"], stated["IPX0001"]) == ("female", "male", "female")


def test_twenty_normals_are_listed(demo: Path) -> None:
    path = demo / "config" / "normals.tsv"
    found = rows(path)
    explained = re.findall(r"^# (\w+): .", path.read_text(), re.MULTILINE)
    assert explained == list(found[0])
    assert len(found) == len({row["sample"] for row in found}) == 20
    assert [row["sex"] for row in found] == ["female", "male"] * 10
    for row in found:
        assert (demo / "config" / "panels" / row["panel"] / "targets.bed").is_file()
        for column in ("fastq_1", "fastq_2"):
            assert row["sample"] in row[column] and (demo / row[column]).is_file()


def test_the_check_accepts_the_whole_cohort(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo)
    assert cli.main(["check", "--reads"]) == 0
    assert "checked: 12 cases, 20 samples, 2 panels; all is well" in capsys.readouterr().err


def test_copied_files_are_verbatim(demo: Path) -> None:
    config = demo / "config"
    assert (config / "config.yaml").read_bytes() == (RESOURCES / "config.yaml").read_bytes()
    for panel in ("demo-560", "demo-560-umi"):
        copied = (config / "panels" / panel / "panel.yaml").read_bytes()
        assert copied == (RESOURCES / "panels" / f"{panel}.yaml").read_bytes()
        header = (config / "panels" / panel / "hotspots.tsv").read_text().splitlines()[0]
        assert header.split("\t") == ["chrom", "start", "end", "gene", "label", "source"]


def reads_of(directory: Path, seed: int) -> dict[str, str]:
    """SHA-256 of all FASTQ files of two cases, made by a process with its own hash seed."""
    code = "import sys; from dugnad.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["demo", "--output", str(directory), "--cases", "IPX0003,IPX0015"]
    words += ["--scale", "0.02", "--seed", str(seed)]
    environment = os.environ | {"PYTHONHASHSEED": str(len(directory.name))}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    files = sorted((directory / "reads").glob("*.fastq.gz"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.usefixtures("needs_art")
@pytest.mark.whole
def test_same_seed_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNA of fixed tissue, fresh DNA and degraded RNA; another seed changes every file."""
    first = reads_of(tmp_path / "a", 1)
    assert len(first) == 6
    assert reads_of(tmp_path / "bb", 1) == first
    for name in ("truth/IPX0003.variants.vcf.gz", "truth/expected.yaml", "genome/demo.fa"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "bb" / name).read_bytes()
    other = reads_of(tmp_path / "ccc", 2)
    assert set(other) == set(first) and not set(other.values()) & set(first.values())
    monkeypatch.chdir(tmp_path / "ccc")
    assert cli.main(["check", "--reads"]) == 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Makes a demo of one small file per folder; lists where."""
    made: list[Path] = []

    def stand_in(directory: Path, *words: object) -> None:
        for name in OWNED:
            (directory / name).mkdir()
            (directory / name / "file").write_text(str(words))
        made.append(directory)

    monkeypatch.setattr(assembly, "assemble", stand_in)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return made


def test_an_up_to_date_demo_is_kept(
    tmp_path: Path, resources: Path, quick: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    request = Request(tmp_path / "demo", resources=resources)
    assert make_demo(request)
    assert not make_demo(request)
    assert "up to date" in capsys.readouterr().err
    assert len(quick) == 1


@pytest.mark.parametrize(
    "reason",
    ["seed", "cases", "scale", "genome", "case", "accuracy", "panel", "new", "file", "killed"],
)
def test_a_stale_demo_is_made_again_and_results_stay(
    tmp_path: Path, resources: Path, quick: list[Path], reason: str
) -> None:
    directory = tmp_path / "demo"
    assert make_demo(Request(directory, resources=resources))
    (directory / "results").mkdir()
    (directory / "results" / "mine").write_text("kept")
    (directory / "reads" / "stale").write_text("goes")
    cases, seed, scale = "standard", 1, 1.0
    recipes = {"genome": "genome.yaml", "case": "cases/IPX0012.yaml",
               "accuracy": "accuracy/IPX0103.yaml", "panel": "panels/demo-560.yaml"}  # fmt: skip
    if reason == "seed":
        seed = 2
    elif reason == "cases":
        cases = "full"
    elif reason == "scale":
        scale = 0.5
    elif reason in recipes:
        path = resources / recipes[reason]
        path.write_text(path.read_text() + "# changed\n")
    elif reason == "new":
        (resources / "cases" / "IPX0099.yaml").write_text("new")
    elif reason == "file":
        (directory / "genome" / "file").unlink()
    else:
        (directory / MARKER).write_text("incomplete\n")
    assert make_demo(Request(directory, cases, seed, scale, resources))
    assert (directory / "results" / "mine").read_text() == "kept"
    assert not (directory / "reads" / "stale").exists()
    assert (directory / "genome" / "file").is_file()
    names = {path.name for path in directory.iterdir()}
    assert names == {*OWNED, MARKER, "results"}
    assert len(quick) == 2


def test_a_failure_leaves_the_old_demo_and_nothing_else(
    tmp_path: Path, resources: Path, quick: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "demo"
    assert make_demo(Request(directory, resources=resources))
    before = {path: path.read_text() for path in directory.rglob("*") if path.is_file()}

    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(assembly, "assemble", fail)
    with pytest.raises(RuntimeError):
        make_demo(Request(directory, seed=2, resources=resources))
    with pytest.raises(RuntimeError):
        make_demo(Request(tmp_path / "new", resources=resources))
    assert {path: path.read_text() for path in directory.rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"demo", "resources"}
    assert len(quick) == 1


@pytest.mark.usefixtures("quick")
def test_what_is_not_a_demo_is_not_overwritten(tmp_path: Path, resources: Path) -> None:
    (tmp_path / "run" / "config").mkdir(parents=True)
    with pytest.raises(UserError, match="has config that 'dugnad demo' did not make"):
        make_demo(Request(tmp_path / "run", resources=resources))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file"):
        make_demo(Request(tmp_path / "file", resources=resources))
    with pytest.raises(UserError, match="cannot write there"):
        make_demo(Request(tmp_path / "file" / "demo", resources=resources))


def test_missing_art_is_explained(
    tmp_path: Path, resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="art_illumina: program not found; install it with"):
        make_demo(Request(tmp_path / "demo", resources=resources))
    assert not (tmp_path / "demo").exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["genome.yaml", "cohort.yaml", "config.yaml"])
def test_missing_recipe_is_explained(tmp_path: Path, resources: Path, name: str) -> None:
    (resources / name).unlink()
    with pytest.raises(UserError, match=f"{name}: file not found"):
        make_demo(Request(tmp_path / "demo", resources=resources))


@pytest.fixture
def any_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")


@pytest.mark.usefixtures("any_tool")
def test_recipe_errors_name_file_and_field(tmp_path: Path, resources: Path) -> None:
    path = resources / "cases" / "IPX0012.yaml"
    path.write_text(path.read_text().replace("contamination: 0.04", "contamination: 4"))
    problem = r"IPX0012\.yaml: samples\.0\.contamination: .*less than or equal to 1"
    with pytest.raises(UserError, match=problem):
        make_demo(Request(tmp_path / "demo", resources=resources))
    path.write_text("{")
    with pytest.raises(UserError, match=r"IPX0012\.yaml: not valid YAML"):
        make_demo(Request(tmp_path / "demo", resources=resources))
    assert {item.name for item in tmp_path.iterdir()} == {"resources"}


@pytest.mark.usefixtures("any_tool")
def test_all_cases_are_checked_whichever_are_made(tmp_path: Path, resources: Path) -> None:
    path = resources / "cases" / "IPX0012.yaml"
    path.write_text(path.read_text().replace("p.(Gly13Asp)", "p.(Gly13Cys)"))
    claim = r"KRAS c\.38G>A: says p\.\(Gly13Cys\), but makes p\.\(Gly13Asp\)"
    with pytest.raises(UserError, match=claim):
        make_demo(Request(tmp_path / "demo", "IPX0001", resources=resources))
    assert {item.name for item in tmp_path.iterdir()} == {"resources"}


@pytest.mark.parametrize("words", [["--seed", "-1"], ["--scale", "0"], ["--scale", "21"], []])
def test_wrong_options_exit_with_2(words: list[str], tmp_path: Path) -> None:
    output = ["--output", str(tmp_path / "demo")] if words else []
    with pytest.raises(SystemExit) as caught:
        cli.main(["demo", *output, *words])
    assert caught.value.code == 2


def test_command_line_reports_what_can_be_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo").write_text("")
    assert cli.main(["demo", "--output", str(tmp_path / "demo")]) == 2
    assert "demo: is a file" in capsys.readouterr().err


@pytest.mark.usefixtures("any_tool")
def test_command_line_tells_unknown_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--output", str(tmp_path / "demo"), "--cases", "IPX0099"]) == 2
    message = "--cases: no case IPX0099; there are standard, full, accuracy, normals, or names of"
    assert message in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()
