"""Sensitivity by purity: one tumour, diluted; writes docs/dilution.md and build/dilution.json.

Each purity is a case of its own, simulated with other random reads, and run as a user would.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from dugnad.demo.make_demo import RESOURCES, Request, make_demo
from dugnad.demo.truth import CaseTruth, load_truth
from dugnad.record_biomarkers import Msi
from dugnad.record_copy_number import CopyNumber, GeneCopies
from dugnad.record_rearrangements import Rearrangements

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "dilution"
TEMPLATE = Path(__file__).with_name("dilution_case.yaml")
PURITIES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)
# what is asked of a gene for each call of the truth
ASKED = {
    "amplification": lambda gene: gene.call == "amplification",
    "homozygous_deletion": lambda gene: gene.call == "homozygous_deletion",
    "gain": lambda gene: gene.call in {"gain", "amplification"},
    "loss": lambda gene: gene.call in {"loss", "homozygous_deletion"},
    "loh": lambda gene: bool(gene.loh),
}
HEAD = """# Sensitivity by purity

Made by `make accuracy`; nothing here is written by hand. One synthetic tumour with its normal (400
and 150 fold) and RNA at several purities, each simulated and run anew with the [demo](demo.md)'s
panel. A cell says whether the event is called, and what is measured.

"""


@dataclass(frozen=True)
class Cell:
    """One event at one purity."""

    event: str
    purity: float
    found: bool
    measured: str


def main() -> None:
    """Make, run and compare; with arguments, these purities alone."""
    purities = tuple(float(word) for word in sys.argv[1:]) or PURITIES
    names = [f"IPX02{round(100 * purity)}" for purity in PURITIES]
    with tempfile.TemporaryDirectory() as room:
        resources = Path(room) / "demo"
        shutil.copytree(RESOURCES, resources)
        for name, purity in zip(names, PURITIES, strict=True):
            text = TEMPLATE.read_text(encoding="utf-8").replace("IPX0210", name)
            recipe = yaml.safe_load(text) | {"purity": purity}
            (resources / f"accuracy/{name}.yaml").write_text(yaml.safe_dump(recipe))
        make_demo(Request(FOLDER, ",".join(names), resources=resources))
    command = ["snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(FOLDER)]
    subprocess.run([*command, "--profile", str(ROOT / "profiles/local"), "reports"], check=True)
    cells = [
        cell
        for name, purity in zip(names, PURITIES, strict=True)
        if purity in purities
        for cell in compare(FOLDER / "results" / name, load_truth(FOLDER, name), purity)
    ]
    (ROOT / "build/dilution.json").write_text(json.dumps([vars(c) for c in cells], indent=1) + "\n")
    (ROOT / "docs/dilution.md").write_text(HEAD + table(cells), encoding="utf-8")


def compare(home: Path, truth: CaseTruth, purity: float) -> Iterator[Cell]:
    """Each event of the truth, as the case's record has it."""
    case = truth.expected.case
    copies = CopyNumber.model_validate_json(
        (home / f"copy_number/{case}.copy_number.json").read_text()
    )
    genes = {gene.gene: gene for gene in copies.genes if gene.exons is None}
    for segment in truth.copy_numbers:
        inside = [
            gene
            for gene in genes.values()
            if gene.chrom == segment.chrom
            and segment.start <= gene.start
            and gene.end <= segment.end
        ]
        event = f"{segment.name} {segment.call}, {segment.haplotype_1 + segment.haplotype_2} copies"
        hits = [gene for gene in inside if ASKED[segment.call](gene)]
        shown = ", ".join(_gene(gene) for gene in inside)
        yield Cell(event, purity, len(hits) == len(inside) > 0, shown)
    fit = copies.purity
    yield Cell("purity estimated", purity, _holds(fit.lower, fit.upper, purity), _interval(fit))
    found = Rearrangements.model_validate_json(
        (home / f"rearrangements/{case}.rearrangements.json").read_text()
    )
    for fusion in truth.expected.fusions:
        rows = [row for row in found.found if row.passes and row.name == fusion.name]
        for analyte, reads in (("dna", "split_reads"), ("rna", "rna_split_reads")):
            seen = max((getattr(row, reads) or 0 for row in rows), default=0)
            name = f"{fusion.name} by {analyte.upper()}"
            yield Cell(name, purity, seen > 0, f"{seen} split reads")
    msi = Msi.model_validate_json((home / f"biomarkers/{case}.msi.json").read_text())
    shown = f"{msi.unstable} of {msi.usable} ({msi.status})"
    yield Cell("MSI high", purity, msi.status == "high", shown)


def _gene(gene: GeneCopies) -> str:
    copies = "?" if gene.copies is None else f"{gene.copies:.1f}"
    return f"{gene.gene} {copies}"


def _interval(fit: object) -> str:
    estimated, lower, upper = (getattr(fit, name) for name in ("estimated", "lower", "upper"))
    return "cannot be told" if estimated is None else f"{estimated:.2f} ({lower:.2f}-{upper:.2f})"


def _holds(lower: float | None, upper: float | None, value: float) -> bool:
    return lower is not None and upper is not None and lower <= value <= upper


def table(cells: list[Cell]) -> str:
    """Events down, purities across."""
    purities = list(dict.fromkeys(cell.purity for cell in cells))
    lines = ["| event | " + " | ".join(f"{purity:.0%}" for purity in purities) + " |"]
    lines.append("|---|" + "---|" * len(purities))
    for event in dict.fromkeys(cell.event for cell in cells):
        row = {cell.purity: cell for cell in cells if cell.event == event}
        texts = [f"{'yes' if row[p].found else '**no**'}: {row[p].measured}" for p in purities]
        lines.append(f"| {event} | " + " | ".join(texts) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
