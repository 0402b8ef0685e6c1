"""Tumour mutational burden by one rule of a panel: what counts, and what it amounts to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scipy.special import gammaincinv

from dugnad import record_biomarkers as record
from dugnad.biomarkers.coding import CodingTargets
from dugnad.panel_biomarkers import TmbRule

Row = Mapping[str, Any]

NONSYNONYMOUS = frozenset(
    {
        "feature_elongation",
        "feature_truncation",
        "frameshift_variant",
        "inframe_deletion",
        "inframe_insertion",
        "missense_variant",
        "protein_altering_variant",
        "splice_acceptor_variant",
        "splice_donor_variant",
        "start_lost",
        "stop_gained",
        "stop_lost",
        "transcript_ablation",
    }
)
"""Terms of nonsynonymous mutations, as DRAGEN lists them (user guide 3.9, Biomarkers, TMB)."""
CODING = NONSYNONYMOUS | {
    "coding_sequence_variant",
    "incomplete_terminal_codon_variant",
    "start_retained_variant",
    "stop_retained_variant",
    "synonymous_variant",
}
TRUNCATING = frozenset(
    {
        "frameshift_variant",
        "splice_acceptor_variant",
        "splice_donor_variant",
        "start_lost",
        "stop_gained",
    }
)


@dataclass(frozen=True)
class Counted:
    """The mutations that count by a rule, and those that only their origin keeps out or in.

    ``unclear``: of uncertain origin, otherwise as the rule asks; part of ``mutations`` when the
    rule counts these. ``unjudged``: coding, but depth or VAF are not given.
    """

    mutations: tuple[Row, ...]
    unclear: tuple[Row, ...]
    unjudged: int


def count(
    rule: TmbRule, rows: Iterable[Row], coding: CodingTargets, suppressors: Iterable[str] = ()
) -> Counted:
    """Which rows of the findings table count.

    Args:
        rule: the panel's.
        rows: of the findings table; flagged ones never count.
        coding: the bases that the rule's denominator is made of.
        suppressors: genes whose truncations are drivers.
    """
    found: list[Row] = []
    unclear: list[Row] = []
    unjudged = 0
    genes = frozenset(suppressors)
    for row in rows:
        if not _is_eligible(rule, row, coding, genes):
            continue
        if row["vaf"] is None or row["depth"] is None:
            unjudged += 1
        elif _has_evidence(rule, row):
            if row["origin"] in rule.origins:
                found.append(row)
            if row["origin"] == "uncertain":
                unclear.append(row)
    return Counted(tuple(found), tuple(unclear), unjudged)


def _is_eligible(
    rule: TmbRule, row: Row, coding: CodingTargets, suppressors: frozenset[str]
) -> bool:
    """Whether it is a mutation as the rule asks, whatever its reads say."""
    if row["filters"] or row["origin"] not in {"somatic", "uncertain"}:
        return False
    terms = set(row["consequence"] or ())
    if not terms & (CODING if rule.counts == "coding" else NONSYNONYMOUS):
        return False
    longest = max(len(row["ref"]), len(row["alt"]))
    is_indel = len(row["ref"]) != len(row["alt"])
    if (is_indel and not rule.indels) or (longest > 1 and not is_indel and not rule.mnvs):
        return False
    if not coding.touch(row["chrom"], row["start"], row["end"]):
        return False
    frequency = row["population_frequency"]
    if rule.population and frequency is not None and frequency >= rule.population.value:
        return False
    if "hotspots" in rule.leaves_out and row["hotspot"]:
        return False
    is_loss = row["gene"] in suppressors and bool(terms & TRUNCATING)
    return not (is_loss and "suppressor_truncations" in rule.leaves_out)


def _has_evidence(rule: TmbRule, row: Row) -> bool:
    vaf = row["vaf"]
    if row["depth"] < rule.min_depth.value or vaf < rule.min_vaf.value:
        return False
    if rule.max_vaf and vaf > rule.max_vaf.value:
        return False
    if rule.min_alt_reads and (row["alt_reads"] or 0) < rule.min_alt_reads.value:
        return False
    skipped = rule.skipped_vaf
    return not (skipped and skipped.lower.value <= vaf <= skipped.upper.value)


@dataclass(frozen=True)
class Burden:
    """Mutations per megabase with the exact 95 % interval."""

    value: float
    lower: float
    upper: float


def burden(rule: TmbRule, mutations: int, megabases: float, tumour_only: bool) -> Burden:
    """The value by a rule.

    The interval is Garwood's, exact for a Poisson count (doi:10.1093/biomet/28.3-4.437); what the
    rule takes off and multiplies by is applied to its bounds too.
    """
    lower = float(gammaincinv(mutations, 0.025)) if mutations else 0.0
    upper = float(gammaincinv(mutations + 1, 0.975))
    germline = rule.germline_per_megabase
    less = germline.value if germline and tumour_only else 0.0
    times = rule.factor.value if rule.factor else 1.0
    value, low, high = (
        max(number / megabases - less, 0.0) * times for number in (mutations, lower, upper)
    )
    return Burden(value, low, high)


def result(
    rule: TmbRule,
    counted: Counted,
    megabases: float,
    tumour_only: bool,
    depth_known: bool = True,
    germline: float | None = None,
) -> record.TmbRule:
    """What the record says of one rule; below the panel's minimum without a value.

    Args:
        rule: the panel's.
        counted: its mutations.
        megabases: to count over.
        tumour_only: whether no normal speaks for the patient.
        depth_known: whether ``megabases`` is what the sample's depth reaches.
        germline: expected number of germline variants among the mutations.
    """
    enough = megabases >= rule.min_size.value and depth_known
    found = burden(rule, len(counted.mutations), megabases, tumour_only) if enough else None
    return record.TmbRule(
        id=rule.id,
        name=rule.name,
        source=rule.source,
        mutations=len(counted.mutations),
        megabases=round(megabases, 6),
        value=round(found.value, 2) if found else None,
        lower=round(found.lower, 2) if found else None,
        upper=round(found.upper, 2) if found else None,
        category=_category(rule, found.value) if found else None,
        limits=tuple(
            record.TmbLimit(category=row.name, value=row.limit) for row in rule.categories
        ),
        germline_expected=None if germline is None else round(germline, 2),
        counted=tuple(sorted(_name(row) for row in counted.mutations)),
        note="; ".join(_notes(rule, counted, megabases, depth_known, found, tumour_only)) or None,
    )


def _category(rule: TmbRule, value: float) -> str | None:
    reached = [row.name for row in rule.categories if row.holds(value)]
    return reached[-1] if reached else None


def _notes(
    rule: TmbRule,
    counted: Counted,
    megabases: float,
    depth_known: bool,
    found: Burden | None,
    tumour_only: bool,
) -> Iterable[str]:
    """All that a reader must know of the value, in words."""
    if not depth_known:
        yield "no value: the case came as calls, and how much of the panel was read is not known"
    elif found is None:
        least = rule.min_size.value
        yield f"no value: {megabases:.3g} Mb reach the depth, the panel asks for {least:g} Mb"
    elif rule.categories:
        low, high = _category(rule, found.lower), _category(rule, found.upper)
        if low != high:
            yield f"the interval reaches from {low or 'below all limits'} to {high}"
    number = len(counted.unclear)
    if number and "uncertain" in rule.origins:
        yield f"{number} of those counted may be germline (origin uncertain)"
    elif number:
        yield f"{number} more would count if they are somatic (origin uncertain)"
    if counted.unjudged:
        yield f"{counted.unjudged} do not count for want of a depth or VAF"
    if rule.germline_per_megabase and tumour_only:
        yield f"{rule.germline_per_megabase.value:g} per Mb are taken off for germline variants"


def _name(row: Row) -> str:
    """As a reader knows a mutation: by its protein change, or the nearest there is to it."""
    change = row["hgvs_p"] or row["hgvs_c"]
    if row["gene"] and change:
        return f"{row['gene']} {change}"
    return row["hgvs_g"] or f"{row['chrom']}:{row['pos']} {row['ref']}>{row['alt']}"
