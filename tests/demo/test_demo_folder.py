"""The verb: what it writes, what it keeps, and what it says when something is in the way."""

from pathlib import Path

import pytest
import yaml

from dugnad import cli
from dugnad.demo import assemble as assembly
from dugnad.demo.folder import MARKER, OWNED
from dugnad.demo.make_demo import Request, make_demo
from dugnad.errors import UserError

SHEET = [
    "case", "sample", "role", "analyte", "panel", "tumour_type", "purity", "sex",
    "fastq_1", "fastq_2",
]  # fmt: skip


def test_sample_sheet_names_each_lane(demo: Path) -> None:
    lines = (demo / "config" / "samples.tsv").read_text().splitlines()
    assert lines[0].split("\t") == SHEET
    rows = [dict(zip(SHEET, line.split("\t"), strict=True)) for line in lines[1:]]
    assert [row["role"] for row in rows] == ["tumour", "tumour", "normal"]
    assert [row["purity"] for row in rows] == ["0.6", "0.6", ""]
    assert {(row["case"], row["panel"], row["tumour_type"]) for row in rows} == {
        ("IPX0001", "demo-15", "LUAD")
    }
    for row in rows:
        assert (demo / row["fastq_1"]).is_file() and (demo / row["fastq_2"]).is_file()


def test_copied_files_are_verbatim(demo: Path) -> None:
    assert (demo / "config" / "config.yaml").read_text() == "stand-in: config\n"
    panel = demo / "config" / "panels" / "demo-15"
    assert (panel / "panel.yaml").read_text() == "stand-in: panel\n"
    header = (panel / "hotspots.tsv").read_text().splitlines()[0]
    assert header.split("\t") == ["chrom", "start", "end", "gene", "label", "source"]


def test_expected_counts(demo: Path) -> None:
    expected = yaml.safe_load((demo / "truth" / "expected.yaml").read_text())
    assert (expected["seed"], expected["synthetic"]) == (1, True)
    case = expected["cases"][0]
    assert (case["case"], case["purity"]) == ("IPX0001", 0.6)
    assert case["variants"] == {"somatic": 13, "germline": 10}
    assert [sample["role"] for sample in case["samples"]] == ["tumour", "normal"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Makes a demo of one small file per folder; lists where."""
    made: list[Path] = []

    def stand_in(directory: Path, resources: Path, seed: int, scale: float, say: object) -> None:
        for name in OWNED:
            (directory / name).mkdir()
            (directory / name / "file").write_text(f"{seed} {scale} {resources} {say}")
        made.append(directory)

    monkeypatch.setattr(assembly, "assemble", stand_in)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return made


def test_an_up_to_date_demo_is_kept(
    tmp_path: Path, resources: Path, quick: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    request = Request(tmp_path / "demo", 1, 1.0, resources)
    assert make_demo(request)
    assert not make_demo(request)
    assert "up to date" in capsys.readouterr().err
    assert len(quick) == 1


@pytest.mark.parametrize("reason", ["seed", "recipe", "file", "killed"])
def test_a_stale_demo_is_made_again_and_results_stay(
    tmp_path: Path, resources: Path, quick: list[Path], reason: str
) -> None:
    directory = tmp_path / "demo"
    assert make_demo(Request(directory, 1, 1.0, resources))
    (directory / "results").mkdir()
    (directory / "results" / "mine").write_text("kept")
    (directory / "reads" / "stale").write_text("goes")
    seed = 1
    if reason == "seed":
        seed = 2
    elif reason == "recipe":
        path = resources / "cases.yaml"
        path.write_text(path.read_text() + "# changed\n")
    elif reason == "file":
        (directory / "genome" / "file").unlink()
    else:
        (directory / MARKER).write_text("incomplete\n")
    assert make_demo(Request(directory, seed, 1.0, resources))
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
    assert make_demo(Request(directory, 1, 1.0, resources))
    before = {path: path.read_text() for path in directory.rglob("*") if path.is_file()}

    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(assembly, "assemble", fail)
    with pytest.raises(RuntimeError):
        make_demo(Request(directory, 2, 1.0, resources))
    with pytest.raises(RuntimeError):
        make_demo(Request(tmp_path / "new", 2, 1.0, resources))
    assert {path: path.read_text() for path in directory.rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"demo", "resources"}
    assert len(quick) == 1


@pytest.mark.usefixtures("quick")
def test_what_is_not_a_demo_is_not_overwritten(tmp_path: Path, resources: Path) -> None:
    (tmp_path / "run" / "config").mkdir(parents=True)
    with pytest.raises(UserError, match="has config that 'dugnad demo' did not make"):
        make_demo(Request(tmp_path / "run", 1, 1.0, resources))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file"):
        make_demo(Request(tmp_path / "file", 1, 1.0, resources))
    with pytest.raises(UserError, match="cannot write there"):
        make_demo(Request(tmp_path / "file" / "demo", 1, 1.0, resources))


def test_missing_dwgsim_is_explained(
    tmp_path: Path, resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="dwgsim: program not found; install it with"):
        make_demo(Request(tmp_path / "demo", 1, 1.0, resources))
    assert not (tmp_path / "demo").exists()


def test_missing_panel_file_is_explained(tmp_path: Path, resources: Path) -> None:
    (resources / "panel.yaml").unlink()
    with pytest.raises(UserError, match=r"panel\.yaml: file not found"):
        make_demo(Request(tmp_path / "demo", 1, 1.0, resources))


@pytest.mark.usefixtures("needs_dwgsim")
def test_recipe_errors_name_file_and_field(tmp_path: Path, resources: Path) -> None:
    path = resources / "cases.yaml"
    path.write_text(path.read_text().replace("vaf: 0.60", "vaf: 60"))
    with pytest.raises(UserError, match=r"cases\.yaml: cases\.0\.variants\.0\.vaf: .*less than"):
        make_demo(Request(tmp_path / "demo", 1, 0.01, resources))
    path.write_text("{")
    with pytest.raises(UserError, match="not valid YAML"):
        make_demo(Request(tmp_path / "demo", 1, 0.01, resources))
    assert {item.name for item in tmp_path.iterdir()} == {"resources"}


@pytest.mark.parametrize("words", [["--seed", "-1"], ["--depth-scale", "0"], []])
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
