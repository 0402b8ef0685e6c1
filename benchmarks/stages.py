"""Copy number, rearrangements, RNA and biomarkers of one case at full depth, by Snakemake."""

import re
from pathlib import Path

from benchmarks.measure import ROOT, Row, compare, seconds
from benchmarks.workflow import WORKFLOW

CASE, TUMOUR = "IPX0001", "IPX0001-D01-P01-A15"
STAGES = ("copy_number", "rearrangements", "biomarkers")
PARTS = (
    "copy_number/{}.copy_number.json",
    "rearrangements/{}.rearrangements.json",
    *(f"biomarkers/{{}}.{name}.json" for name in ("tmb", "msi", "hrd", "signatures")),
)


def rows(_demo: Path, _room: Path) -> list[Row]:
    """Tumour, normal and RNA; everything before these stages is there already."""
    full = ROOT / "build/bench-full"
    seconds(["dugnad", "demo", "--output", full, "--cases", CASE], ROOT)
    run = [*WORKFLOW, "--directory", full]
    parts = [f"results/{CASE}/{part.format(CASE)}" for part in PARTS]
    tumour = f"results/{CASE}/alignment/{TUMOUR}.bam"
    seconds([*run, *parts], ROOT)
    anew = [*run, "--rerun-triggers", "mtime", "--forcerun"]
    return [
        compare(
            "copy number, rearrangements and biomarkers of tumour, normal and RNA",
            "aligning the tumour's reads with bwa",
            lambda: seconds([*anew, *_rules(full), "--", *parts], ROOT),
            lambda: seconds([*anew, "align_reads", "--until", "align_reads", "--", tumour], ROOT),
            n=1,
        )
    ]


def _rules(full: Path) -> list[str]:
    """The rules of these stages that were run; forced ones need their tools, wanted or not."""
    texts = [(ROOT / f"workflow/rules/{stage}.smk").read_text() for stage in STAGES]
    names = [name for text in texts for name in re.findall(r"^rule (\w+):$", text, re.MULTILINE)]
    return [name for name in names if any(full.glob(f"benchmarks/{name}/*.tsv"))]
