"""Segments and genes as the tables and the case record have them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dugnad.copy_number.analysis import Analysis, Sample
from dugnad.copy_number.calls import failed
from dugnad.copy_number.gene_table import Found, Table
from dugnad.copy_number.levels import Level, Shown, level_of
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.record_copy_number import (
    CopyLimit,
    CopyNumber,
    GeneCopies,
    PurityCall,
    Segment,
    Track,
)

MOST_POINTS = 4000  # of a track
LEAST_PURITY = 0.05


def segment_rows(analysis: Analysis, rules: CopyNumberRules) -> list[dict[str, Any]]:
    """The rows of the table of segments."""
    bins, fewest = analysis.sample.bins, rules.baf_sites.value
    rows = []
    for one in analysis.stretches:
        normal, sites = analysis.normal_of(one), len(one.sites)
        shown = Shown(one.log2, one.log2_se, one.baf, sites, normal)
        level = level_of(shown, analysis.mixture, rules)
        if failed(level, normal, analysis.mixture, rules):
            level = Level(level.mean, None, None, None, None, None, None, 0.5)
        rows.append(
            {
                "chrom": str(bins.chrom[one.bins[0]]),
                "start": int(bins.start[one.bins[0]]),
                "end": int(bins.end[one.bins[-1]]),
                "bins": len(one.bins),
                "log2": one.log2,
                "log2_se": one.log2_se,
                "baf": one.share if sites >= fewest and normal == 2 else None,
                "baf_sites": sites,
                "copies": level.copies,
                "copies_lower": level.lower,
                "copies_upper": level.upper,
                "total_copies": level.total,
                "minor_copies": level.minor,
                "normal_copies": normal,
                "loh": level.loh,
            }
        )
    return rows


def part_of(
    table: Table,
    found: Sequence[Found],
    rows: Sequence[dict[str, Any]],
    notes: Sequence[str],
    software: str,
) -> CopyNumber:
    """The case record's part; ``rows`` are of ``found``."""
    analysis, rules = table.analysis, table.rules
    sample = analysis.sample
    known = np.flatnonzero(sample.usable)
    return CopyNumber(
        reference=_reference(sample, rules, software),
        flat_reference=sample.flat,
        program=f"cnvkit {software}",
        noise=sample.noise,
        purity=analysis.purity,
        genes=tuple(GeneCopies(**row) for row in rows),
        segments=tuple(Segment(**row) for row in segment_rows(analysis, rules)),
        sensitivity=tuple(_sensitivity(table, found, rows)),
        limits=_limits(rules),
        depth=_track(sample.bins.chrom[known], sample.bins.middle[known], sample.log2[known]),
        baf=_track(
            np.array([site.chrom for site in analysis.sites], np.str_),
            np.array([site.pos for site in analysis.sites], np.int64),
            np.array([site.baf for site in analysis.sites], np.float64),
        ),
        notes=tuple(notes),
    )


def _reference(sample: Sample, rules: CopyNumberRules, software: str) -> str:
    how = f"CNVkit {software}, corrected for GC content"
    if sample.beside_normal:
        return f"the case's own normal, for want of a panel's normals ({how})"
    if sample.flat or rules.normals is None:
        return f"flat reference for want of normals: probes' own efficiency remains ({how})"
    return f"normals of the panel, {rules.normals.name} ({how})"


def _limits(rules: CopyNumberRules) -> tuple[CopyLimit, ...]:
    return (
        CopyLimit(call="homozygous_deletion", copies=rules.homozygous_deletion.value),
        CopyLimit(call="loss", copies=rules.loss.value),
        CopyLimit(call="gain", copies=rules.gain.value),
        CopyLimit(call="amplification", copies=rules.amplification.value),
    )


def _track(chrom: Any, pos: Any, value: Any) -> Track:
    """Columns of at most ``MOST_POINTS`` points, evenly thinned."""
    step = max(1, -(-len(pos) // MOST_POINTS))
    return Track(
        chrom=tuple(chrom[::step].tolist()),
        pos=tuple(pos[::step].tolist()),
        value=tuple(round(float(v), 3) for v in value[::step]),
    )


def _sensitivity(
    table: Table, found: Sequence[Found], rows: Sequence[dict[str, Any]]
) -> list[PurityCall]:
    """The calls that are others at another purity; what normal cells have stays where it is."""
    purity, used = table.analysis.purity, table.analysis.mixture.purity
    if used is None:
        return []
    asked = {
        "stated": purity.stated,
        "estimated": purity.estimated,
        "half": max(used / 2, LEAST_PURITY),
        "double": min(used * 2, 1.0),
    }
    changed = []
    for label, other in asked.items():
        if other is None or abs(other - used) < 0.005:
            continue
        mixture = table.analysis.mixture.at(other)
        for one, row in zip(found, rows, strict=True):
            level, verdict = table.judge(one, mixture)
            if verdict.call != row["call"]:
                changed.append(
                    PurityCall(
                        gene=one.gene.name,
                        exons=one.exons,
                        purity=round(other, 3),
                        label=label,
                        copies=level.copies if level else None,
                        call=verdict.call,
                    )
                )
    return changed
