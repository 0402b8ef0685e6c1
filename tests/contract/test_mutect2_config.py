"""Mutect2 is never called without what its filters read; the check says what is lacking."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest
import yaml

from builders import CONTIGS, genome, panel_data, row, workspace, write_sheet, write_vcf
from dugnad.cli import main

CONFIG = Path("config/config.yaml")
KEYS = ("germline_resource", "common_sites", "panel_of_normals")
SITE = "chr1\t601\t.\t{ref}\t{alt}\t.\t.\tAF={af}\n"
ABSENT = (
    "config/config.yaml: mutect2: is missing, and panel 'tiny' calls with mutect2, which cannot be"
    " filtered without it; add mutect2 with germline_resource and common_sites, or take mutect2"
    " from the callers of config/panels/tiny/panel.yaml"
)


def sites(path: Path, record: str, key: str = "AF", contigs: dict[str, int] = CONTIGS) -> None:
    """An indexed VCF of sites."""
    lines = "".join(f"##contig=<ID={name},length={n}>\n" for name, n in contigs.items())
    path.parent.mkdir(exist_ok=True)
    plain = path.with_suffix("")
    plain.write_text(
        f'##fileformat=VCFv4.2\n{lines}##INFO=<ID={key},Number=A,Type=Float,Description="x">\n'
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n{record}"
    )
    pysam.tabix_index(str(plain), preset="vcf", force=True)


def snp(af: float = 0.1) -> str:
    ref = genome()["chr1"][600]
    return SITE.format(ref=ref, alt="A" if ref != "A" else "C", af=af)


def configure(**mutect2: str) -> None:
    data = yaml.safe_load(CONFIG.read_text())
    data["mutect2"] = mutect2
    CONFIG.write_text(yaml.safe_dump(data, sort_keys=False))


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A panel that calls with Mutect2, and all that it reads."""
    monkeypatch.chdir(workspace(tmp_path))
    panel = yaml.safe_dump(panel_data(callers=["pileup", "mutect2"]), sort_keys=False)
    Path("config/panels/tiny/panel.yaml").write_text(panel)
    configure(**{key: f"known/{key}.vcf.gz" for key in KEYS})
    for key in KEYS:
        sites(Path(f"known/{key}.vcf.gz"), snp())


def without_section() -> None:
    data = yaml.safe_load(CONFIG.read_text())
    del data["mutect2"]
    CONFIG.write_text(yaml.safe_dump(data, sort_keys=False))


@pytest.mark.usefixtures("deployment")
def test_all_that_it_reads_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "all is well" in capsys.readouterr().err


@pytest.mark.usefixtures("deployment")
def test_the_panel_of_normals_may_be_absent() -> None:
    configure(**{key: f"known/{key}.vcf.gz" for key in KEYS[:2]})
    assert main(["check"]) == 0


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_section, ABSENT),
        (
            lambda: configure(germline_resource="known/germline_resource.vcf.gz"),
            "config/config.yaml:8: mutect2.common_sites: is missing; add it",
        ),
        (
            Path("known/germline_resource.vcf.gz").unlink,
            "config/config.yaml: mutect2.germline_resource: no such file"
            " (got 'known/germline_resource.vcf.gz'); check the path",
        ),
        (
            Path("known/panel_of_normals.vcf.gz.tbi").unlink,
            "known/panel_of_normals.vcf.gz: is not a VCF with its index;"
            " run: tabix -p vcf known/panel_of_normals.vcf.gz",
        ),
        (
            lambda: sites(Path("known/germline_resource.vcf.gz"), "", key="MAF"),
            "known/germline_resource.vcf.gz: has no INFO key 'AF';"
            " name a VCF that has the allele frequency",
        ),
        (
            lambda: sites(
                Path("known/common_sites.vcf.gz"), snp(), contigs={**CONTIGS, "chr1": 2999}
            ),
            "known/common_sites.vcf.gz: is of another genome: contig 'chr1' has 2999 bases, the"
            " config's genome 3000; use files of one genome",
        ),
        (
            lambda: sites(Path("known/common_sites.vcf.gz"), snp(af=0.5)),
            "known/common_sites.vcf.gz: no SNP with AF of 0.01 to 0.2 is in the targets of panel"
            " 'tiny'; name a VCF with more sites, or take mutect2 from its callers",
        ),
    ],
    ids=["no section", "half a section", "no file", "no index", "no AF", "genome", "no common SNP"],
)
def test_what_is_lacking_is_told(
    spoil: Callable[[], None], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil()
    assert main(["check"]) == 2
    assert capsys.readouterr().err.rstrip("\n") == says


@pytest.mark.usefixtures("deployment")
def test_a_panel_without_mutect2_needs_none_of_it() -> None:
    without_section()
    Path("config/panels/tiny/panel.yaml").write_text(yaml.safe_dump(panel_data(), sort_keys=False))
    assert main(["check"]) == 0


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("compress", "says"),
    [
        (
            False,
            "config/samples.tsv:2: vcf: has no sample columns, as LoFreq writes it, and so no"
            " reads of any sample (got 'c.vcf'); start from the reads, or add a column with DP"
            " and AD for each sample",
        ),
        (
            True,
            "config/samples.tsv:2: vcf: is compressed by gzip (got 'c.vcf'); compress it by"
            " bgzip, or not at all",
        ),
    ],
    ids=["no columns", "gzip"],
)
def test_a_vcf_that_cannot_come_in_is_told(
    compress: bool, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_sheet(Path("config/samples.tsv"), [row("C1-T", vcf="c.vcf")])
    path = Path("c.vcf")
    write_vcf(path, [])
    path.write_text(path.read_text().replace("\tFORMAT", ""))
    if compress:
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert main(["check"]) == 2
    assert capsys.readouterr().err.rstrip("\n") == says
