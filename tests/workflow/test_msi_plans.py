"""What microsatellites plan: of which cases, and what is absent elsewhere."""

import re
from pathlib import Path

import pytest
import yaml

from builders import msi_data, panel_data, row, workspace
from support import Snakemake

MSI_JOBS = {"measure_msi", "scan_microsatellites", "run_msisensor_pro"}


def planned(folder: Path, rows: list[dict[str, str]], **msi: object) -> Path:
    """A run whose panel reads microsatellites."""
    workspace(folder, list(rows))
    home = folder / "config/panels/tiny"
    data = panel_data(biomarkers={"msi": msi_data(**msi)})
    (home / "panel.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    for name in ("msi_loci.bed", "msi_normals.tsv"):
        (home / name).touch()
    return folder


def jobs(output: str) -> dict[str, int]:
    """Planned jobs of the microsatellites' rules."""
    table = re.findall(r"^(\w+)\s+(\d+)$", output[output.index("Job stats:") :], re.MULTILINE)
    return {name: int(n) for name, n in table if name in MSI_JOBS}


@pytest.mark.parametrize(
    ("rows", "samples"),
    [
        ([row("T"), row("N", "normal")], ["T", "N"]),
        ([row("T"), row("R", analyte="rna")], ["T"]),
        ([row("T", vcf="t.vcf")], []),
    ],
)
def test_of_each_case(
    tmp_path: Path, snakemake: Snakemake, rows: list[dict[str, str]], samples: list[str]
) -> None:
    output = snakemake(planned(tmp_path, rows), "--dry-run", "--printshellcmds").stdout
    assert jobs(output) == ({"measure_msi": 1} if samples else {})
    counting = "".join(re.findall(r"dugnad count-microsatellites (.*) --fasta", output))
    bams = [f"--sample {name} results/C1/alignment/{name}.bam" for name in samples]
    assert counting == " ".join(bams)
    recorded = re.findall(r"dugnad record-case .*", output)
    assert ["--msi " in text for text in recorded] == [bool(samples)]


def test_msisensor_pro_if_asked(tmp_path: Path, snakemake: Snakemake) -> None:
    rows = [row("T"), row("N", "normal"), row("T2", case="C2")]
    folder = planned(tmp_path, rows, cross_check=["msisensor_pro"])
    output = snakemake(folder, "--dry-run", "--printshellcmds").stdout
    assert jobs(output)["scan_microsatellites"] == 1
    assert jobs(output)["run_msisensor_pro"] == 2
    commands = sorted(re.findall(r"msisensor-pro (msi|pro) (.*?) -d", output))
    home = "results/{}/alignment/{}.bam"
    assert commands == [
        ("msi", f"-t {home.format('C1', 'T')} -n {home.format('C1', 'N')}"),
        ("pro", f"-i 0.1 -t {home.format('C2', 'T2')}"),
    ]
    assert output.count("--msisensor-pro results/") == 2
