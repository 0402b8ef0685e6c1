"""Dry runs: a panel's callers are planned, and no others."""

import re
from pathlib import Path

import pytest
import yaml

from builders import panel_data, row, workspace
from support import Snakemake

T, N = row("C1-T"), row("C1-N", "normal")
CALLERS = ["pileup", "freebayes", "bcftools", "mutect2", "vardict", "lofreq"]
TARGET = "results/C1/small_variants/C1.calls.vcf.gz"
RESOURCES = ("germline_resource", "common_sites", "panel_of_normals")
# the jobs of each caller for a case of two samples and two chunks
OF = {
    "pileup": {"call_pileup": 2},
    "freebayes": {"call_freebayes": 2},
    "bcftools": {"call_bcftools": 2},
    "vardict": {"call_vardict": 2},
    "lofreq": {"call_lofreq": 2},
    "mutect2": {
        "describe_genome": 1,
        "call_mutect2": 2,
        "count_common_sites": 2,
        "learn_orientation": 1,
        "filter_mutect2": 1,
    },
}
RULES = {rule for jobs in OF.values() for rule in jobs}


def planned(folder: Path, rows: list[dict[str, str]], callers: list[str], **library: str) -> Path:
    """A run whose panel has these callers; what Mutect2 reads is there in name only."""
    kind = {"kind": "hybrid_capture", "duplicates": "mark", **library}
    workspace(folder, list(rows))
    panel = yaml.safe_dump(panel_data(callers=callers, library=kind), sort_keys=False)
    (folder / "config/panels/tiny/panel.yaml").write_text(panel)
    (folder / "known").mkdir()
    for key in RESOURCES:
        (folder / f"known/{key}.vcf.gz").touch()
    config = yaml.safe_load((folder / "config/config.yaml").read_text())
    config["mutect2"] = {key: f"known/{key}.vcf.gz" for key in RESOURCES}
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return folder


def jobs(output: str) -> dict[str, int]:
    """Planned jobs of the callers' rules."""
    table = re.findall(r"^(\w+)\s+(\d+)$", output[output.index("Job stats:") :], re.MULTILINE)
    return {name: int(n) for name, n in table if name in RULES}


def commands(output: str) -> list[tuple[str, str]]:
    """Rule and shell command of each planned job."""
    parts = re.split(r"^ *(?:local)?rule (\w+):", output, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [(rule, text.split("Shell command: ")[1].split("\n")[0]) for rule, text in pairs]


def test_all_callers_of_a_pair(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = planned(tmp_path, [T, N], CALLERS)
    output = snakemake(folder, TARGET, "--dry-run", "--printshellcmds").stdout
    assert jobs(output) == {rule: n for of in OF.values() for rule, n in of.items()}
    # heaps of JVMs, of which the memory that is none of theirs is taken off
    assert len(re.findall(r"-Xmx\$\(\(\d+ \* 4 / 5 - \d+\)\)m", output)) == 8
    (recount,) = (text for rule, text in commands(output) if rule == "recount_variants")
    home = "results/C1/small_variants/C1"
    given = re.findall(r"--calls (\w+) (\S+)", recount)
    assert given == [
        (caller, f"{home}.{caller}.{part}.bcf")
        for caller in CALLERS
        for part in (("all",) if caller == "mutect2" else (0, 1))
    ]


def test_all_callers_of_a_tumour_alone(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = planned(tmp_path, [T], CALLERS)
    output = snakemake(folder, TARGET, "--dry-run", "--printshellcmds").stdout
    wanted = {rule: n for of in OF.values() for rule, n in of.items()}
    assert jobs(output) == wanted | {"count_common_sites": 1}
    texts = dict(commands(output))
    assert "--normal-sample" not in texts["call_mutect2"]
    assert "--matched-normal" not in texts["filter_mutect2"]
    assert "| teststrandbias.R | var2vcf_valid.pl -E -A -N C1-T " in texts["call_vardict"]


@pytest.mark.parametrize("caller", CALLERS[1:])
def test_a_caller_is_planned_where_the_panel_names_it(
    tmp_path: Path, snakemake: Snakemake, caller: str
) -> None:
    folder = planned(tmp_path, [T, N], ["pileup", caller])
    output = snakemake(folder, TARGET, "--dry-run").stdout
    assert jobs(output) == OF["pileup"] | OF[caller]


def test_where_duplicates_count_all_callers_see_them(tmp_path: Path, snakemake: Snakemake) -> None:
    callers = ["pileup", "mutect2", "vardict", "lofreq"]
    folder = planned(tmp_path, [T, N], callers, kind="amplicon", duplicates="keep")
    texts = dict(commands(snakemake(folder, TARGET, "--dry-run", "--printshellcmds").stdout))
    for rule in ("call_mutect2", "count_common_sites"):
        assert "--disable-read-filter NotDuplicateReadFilter" in texts[rule]
    assert " -F 0x304 " in texts["call_vardict"]
    assert "--excl-flags 772 --remove-flags DUP " in texts["call_lofreq"]


def test_mutect2_without_its_resources_is_no_run(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = planned(tmp_path, [T, N], ["pileup", "mutect2"])
    config = yaml.safe_load((folder / "config/config.yaml").read_text())
    del config["mutect2"]
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    done = snakemake(folder, "--dry-run", check=False)
    assert done.returncode == 2
    assert "config/config.yaml: mutect2: is missing, and panel 'tiny' calls with" in done.stderr


def test_mutect2_waits_for_no_other_caller(tmp_path: Path, snakemake: Snakemake) -> None:
    """Its jobs are a group of their own, which the group of the other callers waits for."""
    folder = planned(tmp_path, [T, N], CALLERS)
    target = "results/C1/small_variants/C1.mutect2.all.bcf"
    assert jobs(snakemake(folder, target, "--dry-run").stdout) == OF["mutect2"]
