"""The accuracy set: what it holds, where it is apart from the cohort, and what its reads show."""

import gzip
import hashlib
import math
import re
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pysam
import pytest
import yaml
from cohort import Cohort
from reading import sequenced

from dugnad import cli
from dugnad.demo.library import DnaLibrary
from dugnad.demo.make_demo import RESOURCES
from dugnad.demo.truth import CaseTruth, load_expected, load_truth
from e2e.alleles import count, fragments, signature
from support import ROOT

pytestmark = pytest.mark.whole  # a minute and a half; the set is for `make accuracy`
NAMES = ["IPX0101", "IPX0102", "IPX0103", "IPX0104"]
LEVELS = [0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.2, 0.35]


@pytest.fixture(scope="module")
def accuracy(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """The accuracy set and the normals, with one read pair in each pair of files."""
    return Cohort(tmp_path_factory.mktemp("accuracy") / "demo", "accuracy,normals")


@pytest.fixture(scope="module")
def truths(accuracy: Cohort) -> dict[str, CaseTruth]:
    return {name: load_truth(accuracy.directory, name) for name in NAMES}


def test_the_set_is_a_folder_of_its_own() -> None:
    """So that the full cohort, whose cases are those of the other folder, is without it."""
    cohort = yaml.safe_load((RESOURCES / "cohort.yaml").read_text(encoding="utf-8"))
    assert cohort["accuracy"] == NAMES
    assert [path.stem for path in sorted((RESOURCES / "accuracy").glob("*"))] == NAMES


def test_each_level_has_its_variants(truths: dict[str, CaseTruth]) -> None:
    for name, truth in truths.items():
        somatic = [v for v in truth.variants if v.origin == "somatic"]
        assert Counter(round(v.vaf, 6) for v in somatic) == dict.fromkeys(LEVELS, 27), name
        assert all(v.clone and v.why and not v.planted for v in somatic)
        kinds = Counter(v.why.removeprefix("random ").split()[0] for v in somatic)
        assert (kinds["SNV"], kinds["MNV"], kinds["delins"]) == (130, 20, 20)
        assert kinds["deletion"] == kinds["insertion"] + kinds["duplication"] == 50
        private = [v for v in truth.variants if v.why.startswith("rare germline")]
        assert len(private) == 10 and {v.vaf for v in private} == {0.5}
        artefacts = sum(v.origin == "artefact" for v in truth.variants)
        assert (artefacts >= 40) == (name == "IPX0103")


def test_fractions_in_the_normal_follow_its_tumour_cells(truths: dict[str, CaseTruth]) -> None:
    """A fortieth of those in the tumour: 0.02 of the cells against 0.8."""
    for name, truth in truths.items():
        for v in truth.variants:
            if v.origin == "somatic":
                expected = {"IPX0102": None, "IPX0103": pytest.approx(v.vaf / 40, abs=1e-6)}
                assert v.normal_vaf == expected.get(name, 0.0), (name, v)
            elif v.origin == "germline" and name == "IPX0103":
                assert v.normal_vaf == v.vaf
    purity = {s.sample: s.purity for t in truths.values() for s in t.expected.samples}
    normals = {name: value for name, value in purity.items() if "-N01-" in name}
    assert normals == {
        "IPX0101-D01-N01-B06": 0.0, "IPX0103-D01-N01-A09": 0.02, "IPX0104-D01-N01-B15": 0.0,
    }  # fmt: skip
    assert {value for name, value in purity.items() if "-P01-" in name} == {0.8}


def test_biomarkers_count_the_named_variants(truths: dict[str, CaseTruth]) -> None:
    """All kinds have a c. name within the coding exons, so that the mutational burden is whole."""
    for truth in truths.values():
        counted = [
            v for v in truth.variants if v.origin == "somatic" and v.vaf >= 0.05 and v.hgvs_c
        ]
        burden = truth.expected.biomarkers.tmb
        assert burden.coding == len(counted) > 80
        assert 0 < burden.coding - burden.nonsynonymous < 40


def test_libraries_are_as_the_set_says(accuracy: Cohort) -> None:
    made = {n: v for n, v in accuracy.libraries.items() if isinstance(v, DnaLibrary)}
    assert {n: v.depth for n, v in made.items() if not n.startswith("IPX09")} == {
        "IPX0101-D01-P01-F06": 5.0, "IPX0101-D01-N01-B06": 2.0, "IPX0102-D01-P01-F15": 5.0,
        "IPX0103-D01-P01-A09": 5.0, "IPX0103-D01-N01-A09": 2.0, "IPX0104-D01-P01-F15": 13.0,
        "IPX0104-D01-N01-B15": 2.0,
    }  # fmt: skip
    families = {name: item.umi.family for name, item in made.items() if item.umi}
    assert families == {"IPX0104-D01-P01-F15": 2.0, "IPX0104-D01-N01-B15": 2.0}
    damaged = {name for name, item in made.items() if item.damage.deamination}
    assert damaged == {"IPX0103-D01-P01-A09", "IPX0103-D01-N01-A09"}
    assert sum(name.startswith("IPX09") for name in made) == 20


def test_normals_and_panel_of_normals_are_in_place(accuracy: Cohort, demo: Path) -> None:
    """The same as of the full cohort, whose genome and known sites the set shares."""
    directory = accuracy.directory
    for name in ("config/panels/demo-560/normals.vcf.gz", "known/population.vcf.gz",
                 "genome/demo.fa", "config/normals.tsv"):  # fmt: skip
        assert (directory / name).read_bytes() == (demo / name).read_bytes()


def test_the_check_accepts_the_set(
    accuracy: Cohort, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(accuracy.directory)
    assert cli.main(["check", "--reads"]) == 0
    assert "checked: 4 cases, 7 samples, 2 panels; all is well" in capsys.readouterr().err


def test_normals_come_alone(tmp_path: Path) -> None:
    directory = Cohort(tmp_path / "demo", "normals").directory
    assert load_expected(directory).cases == ()
    assert len((directory / "config" / "samples.tsv").read_text().splitlines()) == 1
    assert len(list((directory / "reads").iterdir())) == 40
    assert (directory / "config/panels/demo-560/normals.vcf.gz.tbi").is_file()


def test_other_cases_are_what_they_were_without_the_set(demo: Path) -> None:
    """The truth of seed 1, as text; a change of the genome, of these two cases' recipes or of
    what is drawn for them changes it, and says so here."""
    for name, digest in (
        ("IPX0001", "f00c48f9a3a5902d5495ca1fc277d5f467807f493f3aaa0a918709ec71a97e6c"),
        ("IPX0004", "0d40f24f1510cbea74a10b52b196ae7c1a3fc69a2b6665eae36cfee52863951e"),
    ):
        text = gzip.decompress((demo / "truth" / f"{name}.variants.vcf.gz").read_bytes())
        assert hashlib.sha256(text).hexdigest() == digest, name


def test_reads_hold_the_variants_at_their_fractions(
    accuracy: Cohort, truths: dict[str, CaseTruth], reference: Path, tmp_path: Path
) -> None:
    """All of a level together, within three standard deviations; each of the highest level."""
    library = accuracy.libraries["IPX0101-D01-P01-F06"]
    assert isinstance(library, DnaLibrary)
    bam = sequenced(replace(library, depth=60), tmp_path / "reads")
    seen: dict[float, list[tuple[int, int]]] = defaultdict(list)
    with (
        pysam.FastaFile(str(reference / "demo.fa")) as fasta,
        pysam.AlignmentFile(str(bam)) as file,
    ):
        for item in truths["IPX0101"].variants:
            if item.origin == "somatic":
                signs = signature(fasta, *item.key)
                reads = fragments(file, item.chrom, item.pos).values()
                seen[round(item.vaf, 6)].append(count(reads, signs))
    for vaf, found in seen.items():
        carrying, everything = (sum(column) for column in zip(*found, strict=True))
        spread = math.sqrt(vaf * (1 - vaf) / everything)
        assert everything > 27 * 20
        assert abs(carrying / everything - vaf) < 3 * spread + 0.001, (vaf, carrying, everything)
    assert all(carrying for carrying, _ in seen[0.35])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_tells_each_case_in_three_lines(name: str) -> None:
    page = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    section = page.split(f"**{name}: ")[1].split("\n\n**")[0]
    assert re.findall(r"^- \*(.+?)\.\*", section, re.MULTILINE) == ["Who", "To find", "Trap"]
