"""Count the scars of homologous recombination deficiency in a tumour's segments.

Where the panel has too few heterozygous sites, these lie too far apart, or the tumour's purity is
not known or too low, nothing is counted, and the reason is given.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any, Literal

from dugnad.biomarkers.arms import Arms, read_arms
from dugnad.biomarkers.scars import Scars, Stretch, count_scars
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.panel import load_panel
from dugnad.panel_biomarkers import HrdRules
from dugnad.record_biomarkers import Hrd
from dugnad.record_copy_number import Purity
from dugnad.tables import BAF_SITES, SEGMENTS, read_table

METHOD = (
    "sum of LOH, TAI and LST (Telli 2016, PMID:26957554), on segments of a panel: events between"
    " two of its sites are not seen, and breaks are known to the distance of its targets"
)

Row = Mapping[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--segments", type=Path, required=True, help="Parquet of segments")
    parser.add_argument("--baf", type=Path, required=True, help="Parquet of heterozygous sites")
    parser.add_argument("--fit", type=Path, required=True, help="JSON of purity and ploidy")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the record's part")


def main(args: argparse.Namespace) -> None:
    """Write the record's part."""
    panel, _ = load_panel(args.panel)
    rules = panel.biomarkers.hrd
    if rules is None:
        raise UserError(f"{args.panel}: biomarkers.hrd: is missing; add it")
    purity = Purity.model_validate_json(args.fit.read_text(encoding="utf-8"))
    part = measure(
        read_table(args.segments, SEGMENTS),
        read_table(args.baf, BAF_SITES),
        purity,
        read_arms(rules.arms),
        rules,
    )
    write_text(args.output, part.model_dump_json(indent=1) + "\n")


def measure(
    segments: Iterable[Row],
    sites: Iterable[Row],
    purity: Purity,
    arms: Mapping[str, Arms],
    rules: HrdRules,
) -> Hrd:
    """The record's part, from rows of the segments and of the BAF table."""
    places = [
        (site["chrom"], site["pos"])
        for site in sites
        if site["chrom"] in arms and arms[site["chrom"]].is_autosome
    ]
    spacing = _spacing(places)
    reasons = list(_obstacles(len(places), spacing, purity, rules))
    stretches = [] if reasons else list(stretched(segments, arms))
    if not reasons and not stretches:
        reasons.append("no segment has copies")
    scars = None if reasons else count_scars(stretches, arms, rules)
    return Hrd(
        loh=scars.loh if scars else None,
        tai=scars.tai if scars else None,
        lst=scars.lst if scars else None,
        score=scars.score if scars else None,
        corrected=_corrected(scars, purity, rules),
        status=_status(scars, rules),
        sites=len(places),
        site_spacing=spacing,
        method=METHOD,
        reason="; ".join(reasons) if scars is None else _reason(scars, purity, stretches, rules),
    )


def _spacing(places: Iterable[tuple[str, int]]) -> float | None:
    """Median distance of neighbours on a chromosome; None with no two on one."""
    gaps = [b[1] - a[1] for a, b in pairwise(sorted(places)) if a[0] == b[0]]
    return float(median(gaps)) if gaps else None


def _obstacles(sites: int, spacing: float | None, purity: Purity, rules: HrdRules) -> Iterator[str]:
    """Why nothing may be said, if so."""
    least, widest = rules.min_sites.value, rules.max_spacing.value
    if sites < least:
        yield f"{sites} heterozygous sites, the panel asks for {least}"
    if spacing is not None and spacing > widest:
        yield f"they lie {spacing:,.0f} bases apart, the panel allows {widest:,}"
    if purity.used is None:
        yield "the tumour's purity is not known"
    elif purity.used < rules.min_purity.value:
        yield f"purity {purity.used:.2f}, the panel asks for {rules.min_purity.value:g}"


def stretched(segments: Iterable[Row], arms: Mapping[str, Arms]) -> Iterator[Stretch]:
    """The segments of the autosomes as stretches that leave no gap.

    A panel sees only its targets: a break lies somewhere between two of them, and is taken to be
    in the middle; the outermost stretches reach to the chromosome's ends. Segments without whole
    copies are left out.
    """
    known = [s for s in segments if s["total_copies"] is not None and s["chrom"] in arms]
    known.sort(key=lambda s: (s["chrom"], s["start"]))
    for chrom, group in groupby(known, key=lambda s: s["chrom"]):
        rows = list(group)
        breaks = [(a["end"] + b["start"]) // 2 for a, b in pairwise(rows)]
        starts = [min(arms[chrom].start, rows[0]["start"]), *breaks]
        ends = [*breaks, max(arms[chrom].end, rows[-1]["end"])]
        if arms[chrom].is_autosome:
            for row, start, end in zip(rows, starts, ends, strict=True):
                yield Stretch(chrom, start, end, row["total_copies"], row["minor_copies"])


def _corrected(scars: Scars | None, purity: Purity, rules: HrdRules) -> float | None:
    if scars is None or purity.ploidy is None:
        return None
    return round(scars.score - rules.ploidy_correction.value * purity.ploidy, 1)


def _status(scars: Scars | None, rules: HrdRules) -> Literal["high", "low", "not_assessable"]:
    if scars is None:
        return "not_assessable"
    return "high" if scars.score >= rules.high.value else "low"


def _reason(scars: Scars, purity: Purity, stretches: Sequence[Stretch], rules: HrdRules) -> str:
    unknown = sum(s.length for s in stretches if s.minor is None)
    share = unknown / sum(s.length for s in stretches)
    words = [
        f"score {scars.score}, high from {rules.high.value:g}",
        f"{purity.used_from} purity {purity.used:.2f}",
    ]
    if purity.ploidy is not None:
        words.append(f"ploidy {purity.ploidy:.2f}")
    if share >= 0.005:
        words.append(f"the parents' copies are not known on {share:.0%} of the autosomes")
    words.append("a panel misses scars, and noise may add a few: low does not rule HRD out")
    return "; ".join(words)
