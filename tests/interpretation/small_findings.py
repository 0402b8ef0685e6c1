"""Findings as records, and the shipped tables that they are judged with."""

from typing import Any

from dugnad.knowledge import SHIPPED
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.record import Finding

TYPES = TumourTypes.read(SHIPPED / "tumour_types.tsv")


def finding(gene: str, protein: str = "", *terms: str, **changes: Any) -> Finding:
    """A small variant that passes, tumour only, of 500 reads, a missense unless terms are given."""
    empty = {name: None for name, field in Finding.model_fields.items() if field.is_required()}
    given = {
        "chrom": "chr1",
        "pos": 100,
        "ref": "C",
        "alt": "T",
        "start": 99,
        "end": 100,
        "called_by": ("pileup",),
        "caller_filters": (),
        "depth": 500,
        "vaf": 0.5,
        "gene": gene,
        "consequence": terms or ("missense_variant",),
        "hgvs_p": f"p.({protein})" if protein else None,
        "origin": "uncertain",
        "origin_reason": "no normal",
        "filters": (),
        "not_judged": (),
        "relevance": "altering",
        "relevance_reason": "",
    }
    return Finding.model_validate(empty | given | changes)


def with_normal(alt_reads: int, depth: int, origin: str) -> dict[str, Any]:
    """What a finding says of its normal."""
    return {
        "normal_depth": depth,
        "normal_alt_reads": alt_reads,
        "normal_vaf": alt_reads / depth,
        "origin": origin,
        "origin_reason": f"{alt_reads} of {depth} in the normal",
    }
