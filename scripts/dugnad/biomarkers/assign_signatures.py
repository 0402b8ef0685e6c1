"""Count the contexts of a tumour's mutations, and assign reference signatures if they are enough.

Signatures are those of COSMIC, brought to what the panel's targets offer. Intervals come from
resampling the mutations; below the panel's minimum the contexts stand alone.
"""

import argparse
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dugnad.biomarkers.contexts import Counts, Numbers, read_opportunities, spectrum
from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.panel import load_panel
from dugnad.panel_biomarkers import SignatureRules
from dugnad.record_biomarkers import Signature, Signatures
from dugnad.tables import FINDINGS, read_table

_SEED = 1  # the same reads give the same intervals
_SPECTRUM = "96 contexts of single-base substitutions"

Row = Mapping[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--findings", type=Path, required=True, help="Parquet of findings")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--fasta", type=Path, required=True, help="indexed FASTA of the genome")
    parser.add_argument("--contexts", type=Path, required=True, help="TSV of triplets")
    parser.add_argument("--aetiology", type=Path, required=True, help="TSV of signatures")
    parser.add_argument("--threads", type=int, default=1, help="default: 1")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the record's part")


def main(args: argparse.Namespace) -> None:
    """Write the record's part."""
    panel, _ = load_panel(args.panel)
    rules = panel.biomarkers.signatures
    if rules is None:
        raise UserError(f"{args.panel}: biomarkers.signatures: is missing; add it")
    rows = counting(read_table(args.findings, FINDINGS), rules)
    counts = spectrum(rows, args.fasta)
    unclear = int(spectrum(_unclear(rows), args.fasta).sum())
    ratios, aetiology = read_opportunities(args.contexts), read_aetiology(args.aetiology)
    if counts.sum() < rules.min_mutations.value:
        part = alone(counts, rules)
    else:
        part = assigned(counts, ratios, rules, aetiology, args.threads)
    if unclear:
        words = f"{part.reason}; {unclear} of them may be germline (origin uncertain)"
        part = part.model_copy(update={"reason": words})
    write_text(args.output, part.model_dump_json(indent=1) + "\n")


def counting(rows: Iterable[Row], rules: SignatureRules) -> list[Row]:
    """The rows of the findings table whose mutations count: unflagged, and as the panel asks."""
    return [
        row
        for row in rows
        if not row["filters"]
        and row["origin"] in rules.origins
        and row["vaf"] is not None
        and row["vaf"] >= rules.min_vaf.value
    ]


def _unclear(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["origin"] == "uncertain"]


def read_aetiology(path: Path) -> dict[str, str]:
    """What COSMIC knows to cause each signature."""
    rows = csv.DictReader(io.StringIO(read_text(path)), delimiter="\t")
    return {row["signature"]: row["aetiology"] for row in rows}


def alone(counts: Counts, rules: SignatureRules) -> Signatures:
    """The contexts without signatures."""
    number, least = int(counts.sum()), rules.min_mutations.value
    return Signatures(
        mutations=number,
        spectrum=tuple(counts.tolist()),
        assigned=(),
        method=_SPECTRUM,
        reason=f"{number} mutations, the panel asks for {least}: no signatures are assigned",
    )


def assigned(
    counts: Counts,
    ratios: Numbers,
    rules: SignatureRules,
    aetiology: Mapping[str, str],
    threads: int = 1,
) -> Signatures:
    """The contexts with signatures, the largest share first.

    Args:
        counts: of the 96 contexts.
        ratios: how much more often than the genome the targets offer each.
        rules: the panel's.
        aetiology: causes by the signature's name.
        threads: processes to use.
    """
    from dugnad.biomarkers import sigprofiler

    known = sigprofiler.reference(rules.cosmic, rules.build, rules.exclude)
    signatures = sigprofiler.brought_to(known, ratios)
    samples = np.column_stack([counts, resamples(counts, rules.resamples)])
    exposures = sigprofiler.assign(samples, signatures, threads)
    shares = exposures / np.maximum(exposures.sum(axis=0), 1e-9)
    lower, upper = np.percentile(shares[:, 1:], [2.5, 97.5], axis=1)
    order = [i for i in np.argsort(-shares[:, 0]) if shares[i, 0] >= rules.min_share.value]
    names = [str(name) for name in signatures.columns]
    rebuilt = signatures.to_numpy() @ exposures[:, 0]
    return Signatures(
        mutations=int(counts.sum()),
        spectrum=tuple(counts.tolist()),
        assigned=tuple(
            Signature(
                name=names[i],
                share=round(float(shares[i, 0]), 4),
                lower=round(float(lower[i]), 4),
                upper=round(float(upper[i]), 4),
                aetiology=aetiology.get(names[i]),
            )
            for i in order
        ),
        unexplained=round(_distance(counts, rebuilt), 4),
        method=f"{_SPECTRUM}; COSMIC {rules.cosmic} by {sigprofiler.tool()}, brought to the"
        f" panel's contexts; intervals from {rules.resamples} resamples",
        program=sigprofiler.tool(),
        reason=_reason(int(counts.sum()), rules, [names[i] for i in order if lower[i] <= 0]),
    )


def resamples(counts: Counts, number: int) -> Counts:
    """As many mutations drawn again from those there are, shape (96, number)."""
    total = int(counts.sum())
    drawn = np.random.default_rng(_SEED).multinomial(total, counts / total, size=number)
    return np.asarray(drawn.T)


def _distance(one: Counts, other: Numbers) -> float:
    """Cosine distance of two spectra: 0 for the same shape."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return 1 - float(one @ other) / lengths if lengths else 1.0


def _reason(number: int, rules: SignatureRules, doubtful: Sequence[str]) -> str:
    """In words; ``doubtful``: signatures whose interval begins at nothing."""
    least, firm = rules.min_mutations.value, rules.firm_mutations.value
    text = f"{number} mutations, the panel asks for {least}"
    if number < firm:
        text += f" and calls fewer than {firm} unsure: similar signatures are not told apart"
    if doubtful:
        text += f"; not in all resamples, so not shown by these mutations: {', '.join(doubtful)}"
    return text
