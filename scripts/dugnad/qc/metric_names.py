"""The names of the metrics that a panel may set limits for; docs/qc.md says what each is."""

import difflib
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

Analyte = Literal["dna", "rna"]

# from the reads and the alignment, of DNA and of RNA
_BOTH = (
    "reads",
    "reads_passing",
    "adapter",
    "bases_q30",
    "mapped",
    # relatedness with the case's tumour DNA
    "identity",
    "identity_sites",
    "identity_elsewhere",
)
_DNA = (
    "duplicates",
    "family_size",
    "insert_size",
    "chimeric",
    "soft_clipped",
    # where the reads lie, and how evenly
    "on_target",
    "near_target",
    "off_target",
    "mean_target_depth",
    "median_target_depth",
    "callable_target",
    "fold_80",
    "gc_dropout",
    "at_dropout",
    # damage of the template
    "oxidation",
    "deamination",
    # whose DNA it is
    "contamination",
    "contamination_lower",
    "contamination_upper",
    "contamination_sites",
    "low_level_sites",
    "x_depth_ratio",
    "y_depth_ratio",
    "x_heterozygosity",
    "sex_agrees",
    "tumour_in_normal",
    "tumour_in_normal_lower",
    "tumour_in_normal_upper",
    "tumour_in_normal_variants",
)
_RNA = (
    "rna_reads",
    "rna_mapped",
    "rna_unique",
    "rna_on_target",
    "rna_exonic",
    "rna_spliced",
    "rna_insert_size",
    "rna_cv_gene_coverage",
    "rna_three_prime_bias",
    "rna_duplicates",
)
METRIC_NAMES: tuple[str, ...] = (*_BOTH, *_DNA, *_RNA)

# measured and judged across the run, after all cases; a case's own gate leaves them out
OF_RUN = ("identity_elsewhere",)

# the share of target bases with a depth that the panel's coverage.levels names
_AT_LEVEL = re.compile(r"target_([1-9]\d*)x")


def depth_of(metric: str) -> int | None:
    """The depth, in reads, of a metric ``target_{depth}x``; None for other metrics."""
    found = _AT_LEVEL.fullmatch(metric)
    return int(found[1]) if found else None


def is_measured(metric: str, analyte: Analyte) -> bool:
    """Whether a metric is measured of samples of the analyte."""
    if metric in _BOTH:
        return True
    return (metric in _RNA) == (analyte == "rna")


def _known(value: object) -> object:
    if isinstance(value, str) and value not in METRIC_NAMES and depth_of(value) is None:
        near = difflib.get_close_matches(value, METRIC_NAMES, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else "docs/qc.md lists them"
        raise ValueError(f"is not a metric; {remedy}")
    return value


MetricName = Annotated[
    str,
    BeforeValidator(_known),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"enum": list(METRIC_NAMES)}, {"pattern": f"^{_AT_LEVEL.pattern}$"}],
        }
    ),
]
"""One of METRIC_NAMES, or ``target_{depth}x``."""
