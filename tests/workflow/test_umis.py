"""UMIs through the real tools: molecules with the same ends are told apart."""

import shutil
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml

from builders import genome, panel_data, row, workspace
from support import Snakemake

START, END, READ = 450, 650, 100
# two reads of one molecule, and another molecule with the same ends
PAIRS = (("AAACCC", "GGGTTT"), ("AAACCC", "GGGTTT"), ("AAACCC", "GTGTGT"))
INLINE = {"where": "inline", "length": 6, "skip": 1}

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("bwa", "samtools", "fastp")), reason="no tools"
)


def write_reads(folder: Path, inline: bool) -> None:
    """One lane of C1-T; the UMIs stand before the bases, with a T after them, or in the names."""
    fragment = genome()["chr1"][START:END]
    turned = fragment[::-1].translate(str.maketrans("ACGT", "TGCA"))
    for mate, bases in ((1, fragment[:READ]), (2, turned[:READ])):
        text = ""
        for number, umis in enumerate(PAIRS):
            name = f"READ:{number}" if inline else f"READ:{number}:{umis[0]}+{umis[1]}"
            read = f"{umis[mate - 1]}T{bases}" if inline else bases
            text += f"@{name} {mate}:N:0\n{read}\n+\n{'I' * len(read)}\n"
        (folder / f"reads/C1-T_R{mate}.fastq").write_text(text)


def aligned(
    folder: Path, snakemake: Snakemake, umi: dict[str, Any] | None, inline: bool
) -> list[pysam.AlignedSegment]:
    """The reads of the BAM that the workflow makes."""
    paths = {f"fastq_{mate}": f"reads/C1-T_R{mate}.fastq" for mate in (1, 2)}
    workspace(folder, [row("C1-T", **paths)])
    library = {"kind": "hybrid_capture", "duplicates": "mark", **({"umi": umi} if umi else {})}
    panel = yaml.safe_dump(panel_data(library=library), sort_keys=False)
    (folder / "config/panels/tiny/panel.yaml").write_text(panel)
    write_reads(folder, inline)
    target = "results/C1/alignment/C1-T.bam"
    snakemake(folder, "--cores", "1", target)
    with pysam.AlignmentFile(str(folder / target)) as bam:
        return list(bam)


@pytest.mark.parametrize(
    ("umi", "inline", "molecules"),
    [(INLINE, True, 2), ({"where": "read_name"}, False, 2), (None, False, 1)],
    ids=["inline", "read name", "names with UMIs, a panel without"],
)
def test_same_ends(
    tmp_path: Path,
    snakemake: Snakemake,
    umi: dict[str, Any] | None,
    inline: bool,
    molecules: int,
) -> None:
    reads = aligned(tmp_path, snakemake, umi, inline)
    assert len(reads) == 6
    unique = [read for read in reads if not read.is_duplicate]
    assert len(unique) == 2 * molecules
    seen = {read.query_name.rsplit(":", 1)[1] for read in unique if read.query_name}
    assert {name.replace("_", "+") for name in seen} <= {f"{a}+{b}" for a, b in PAIRS}
    assert len(seen) == molecules
    # nothing of the UMI is left in the bases, and each read knows its lane
    assert {(r.reference_start, r.reference_end) for r in reads} == {
        (START, START + READ),
        (END - READ, END),
    }
    assert {r.cigarstring for r in reads} == {f"{READ}M"}
    assert {r.get_tag("RG") for r in reads} == {"C1-T.L1"}


def test_a_lane_without_umis_stops_the_run(tmp_path: Path, snakemake: Snakemake) -> None:
    workspace(tmp_path, [row("C1-T")])
    library = {"kind": "hybrid_capture", "duplicates": "mark", "umi": {"where": "read_name"}}
    panel = yaml.safe_dump(panel_data(library=library), sort_keys=False)
    (tmp_path / "config/panels/tiny/panel.yaml").write_text(panel)
    done = snakemake(tmp_path, "--cores", "1", check=False)
    assert done.returncode == 1
    assert "the read's name does not end in a UMI (got 'READ:0')" in done.stderr
    assert not (tmp_path / "results").exists()
