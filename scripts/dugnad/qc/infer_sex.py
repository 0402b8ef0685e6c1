"""Say of which sex a sample is, from depth on X and Y and heterozygous sites on X.

Own method, three witnesses outside the pseudoautosomal stretches. Y: the median depth of its
targets over that of the autosomes, about 0.5 in men, 0 in women. X's sites: the share that is
heterozygous, beside the share that two X would have by Hardy-Weinberg. X's depth: over that of the
autosomes, about 0.5 in men and 1 in women, but a tumour gains and loses X; it decides alone only
in a normal, and otherwise makes an answer more or less sure. Where a tumour leaves it open, the
case's normal answers.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

from dugnad.files import write_text
from dugnad.qc.compare_samples import genotypes
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.sites import Counts, Stretch, kind_of, read_counts, stretch
from dugnad.tables import COVERAGE, read_table

SOURCE = "dugnad infer-sex"
MIN_DEPTH = 10  # reads for a genotype
MIN_TARGETS = {"autosome": 10, "x": 3, "y": 3}
MIN_AUTOSOMAL_DEPTH = 5.0  # below it, no read on Y means nothing
Y_PRESENT, Y_ABSENT = 0.12, 0.05  # of the autosomes' depth; loss of Y in 80 % of cells leaves 0.1
MIN_EXPECTED = 3.0  # heterozygous X sites of a woman, for none to mean something
TWO_X, ONE_X = 0.4, 0.1  # heterozygous X sites, of those a woman is expected to have
X_TWICE, X_ONCE = 0.85, 0.65  # of the autosomes' depth

Sex = Literal["female", "male", "unknown"]


@dataclass(frozen=True)
class Witnesses:
    """What a sample shows; None where it cannot show it. ``expected`` is of a woman."""

    x_ratio: float | None
    y_ratio: float | None
    x_sites: int
    heterozygous: int
    expected: float


@dataclass(frozen=True)
class Answer:
    """The sex, whether it is clear, and why in words."""

    observed: Sex
    sure: Literal["clear", "likely", "no"]
    reason: str


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--sample",
        nargs=5,
        action="append",
        default=[],
        metavar=("ID", "ROLE", "STATED", "COUNTS", "COVERAGE"),
        help="a case's DNA sample: tumour or normal, the sheet's sex, the files by count-sites and"
        " assess-coverage; may be repeated",
    )
    parser.add_argument("--par", nargs="*", default=[], help="pseudoautosomal stretches")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the answers")
    parser.add_argument("--measures", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the answers and the measures, by sample."""
    par = [stretch(text) for text in args.par]
    seen = {
        sample: witnesses(read_counts(Path(counts)), read_table(Path(coverage), COVERAGE), par)
        for sample, _, _, counts, coverage in args.sample
    }
    roles = {sample: role for sample, role, *_ in args.sample}
    stated = {sample: sex for sample, _, sex, *_ in args.sample}
    found = answers(seen, roles)
    text = {name: asdict(answer) | {"stated": stated[name]} for name, answer in found.items()}
    write_text(args.output, json.dumps(text, indent=1) + "\n")
    write_measures(
        args.measures, {name: measures(seen[name], found[name], stated[name]) for name in seen}
    )


def answers(seen: Mapping[str, Witnesses], roles: Mapping[str, str]) -> dict[str, Answer]:
    """The answer of each sample of a case; the tumour's with the normal's help."""
    found = {sample: answer_of(shown, roles[sample]) for sample, shown in seen.items()}
    normal = next((found[sample] for sample in found if roles[sample] == "normal"), None)
    if normal is None:
        return found
    return {
        sample: answer if roles[sample] == "normal" else with_normal(answer, normal)
        for sample, answer in found.items()
    }


def observed(path: Path, sample: str) -> Sex:
    """The sex that a sample's reads show, by the JSON of the verb."""
    sex: Sex = json.loads(path.read_text(encoding="utf-8"))[sample]["observed"]
    return sex


def witnesses(
    counts: Counts, coverage: Iterable[Mapping[str, Any]], par: Sequence[Stretch]
) -> Witnesses:
    """What depth (rows of the coverage table) and sites show."""
    depths: dict[str, list[float]] = {"autosome": [], "x": [], "y": []}
    for row in coverage:
        if row["kind"] == "target":
            middle = (row["start"] + row["end"]) // 2 + 1
            depths.setdefault(kind_of(row["chrom"], middle, par) or "", []).append(
                row["mean_depth"]
            )
    whole = median(depths["autosome"]) if depths["autosome"] else 0.0
    deep = len(depths["autosome"]) >= MIN_TARGETS["autosome"] and whole >= MIN_AUTOSOMAL_DEPTH
    ratios = {
        kind: median(depths[kind]) / whole
        if deep and len(depths[kind]) >= MIN_TARGETS[kind]
        else None
        for kind in ("x", "y")
    }
    on_x = counts.where(counts.kind == "x")
    called = genotypes(on_x, MIN_DEPTH)
    frequency = on_x.frequency[called >= 0]
    return Witnesses(
        x_ratio=ratios["x"],
        y_ratio=ratios["y"],
        x_sites=len(frequency),
        heterozygous=int((called == 1).sum()),
        expected=float((2 * frequency * (1 - frequency)).sum()),
    )


def answer_of(seen: Witnesses, role: str) -> Answer:
    """The sex that the witnesses agree on; unknown when two strong ones contradict each other."""
    by_y = _between(seen.y_ratio, Y_ABSENT, Y_PRESENT, "female", "male")
    share = seen.heterozygous / seen.expected if seen.expected >= MIN_EXPECTED else None
    by_sites = _between(share, ONE_X, TWO_X, "male", "female")
    by_depth = _between(seen.x_ratio, X_ONCE, X_TWICE, "male", "female")
    strong = {word for word in (by_y, by_sites) if word != "unknown"}
    reason = _reason(seen)
    if len(strong) == 2:
        return Answer("unknown", "no", f"{reason}; Y and the sites of X contradict each other")
    if strong:
        (sex,) = strong
        agree = [by_y, by_sites, by_depth].count(sex)
        return Answer(sex, "clear" if agree >= 2 else "likely", reason)
    if role == "normal" and by_depth != "unknown":
        return Answer(by_depth, "likely", reason)
    return Answer("unknown", "no", f"{reason}; not enough to tell")


def with_normal(answer: Answer, normal: Answer) -> Answer:
    """The tumour's own answer, or the normal's where the tumour's is not clear."""
    if answer.sure == "clear" or normal.observed == "unknown":
        return answer
    return Answer(normal.observed, normal.sure, f"{answer.reason}; taken from the normal")


def measures(seen: Witnesses, answer: Answer, stated: str) -> dict[str, Measured]:
    """The measures of one sample; ``sex_agrees`` is null when either side is unknown."""
    shares = seen.heterozygous / seen.x_sites if seen.x_sites else None
    agrees = Measured(float(answer.observed == stated), "ratio", f"{SOURCE}: {answer.reason}")
    if stated == "unknown":
        agrees = Measured(None, "ratio", "the sheet states no sex")
    elif answer.observed == "unknown":
        agrees = Measured(None, "ratio", f"sex not told: {answer.reason}")
    few = "too few targets, or too little depth"
    return {
        "x_depth_ratio": _measured(seen.x_ratio, "ratio", few),
        "y_depth_ratio": _measured(seen.y_ratio, "ratio", few),
        "x_heterozygosity": _measured(shares, "fraction", "no site of X with enough reads"),
        "sex_agrees": agrees,
    }


def _measured(value: float | None, unit: str, why: str) -> Measured:
    return Measured(value, unit, SOURCE if value is not None else why)


def _between(value: float | None, low: float, high: float, below: Sex, above: Sex) -> Sex:
    """What a value says: one sex up to ``low``, the other from ``high``, nothing between."""
    if value is None or low < value < high:
        return "unknown"
    return below if value <= low else above


def _reason(seen: Witnesses) -> str:
    parts = [
        f"depth on {name} {ratio:.2f} of the autosomes'"
        if ratio is not None
        else f"depth on {name} not measured"
        for name, ratio in (("X", seen.x_ratio), ("Y", seen.y_ratio))
    ]
    sites = f"{seen.heterozygous} of {seen.x_sites} sites of X heterozygous"
    return f"{'; '.join(parts)}; {sites}, {seen.expected:.1f} expected with two X"
