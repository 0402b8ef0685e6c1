"""Findings and cases with a meaning, built directly, and text that means harm."""

from typing import Any

import records
from dugnad.record import CaseRecord, Finding
from dugnad.record_interpretation import (
    Classification,
    Evidence,
    Interpretation,
    Interpretations,
    TumourType,
    Unremarkable,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "{{7*7}}",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "x" * 10_000,
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "a\tb\nc\rd",
    "\0",
)


def finding(**changes: Any) -> Finding:
    given: dict[str, Any] = dict.fromkeys(Finding.model_fields) | {
        "chrom": "chr7",
        "pos": 100,
        "ref": "T",
        "alt": "G",
        "start": 99,
        "end": 100,
        "called_by": (),
        "caller_filters": (),
        "depth": 512,
        "alt_reads": 159,
        "vaf": 0.31,
        "gene": "EGFR",
        "hgvs_p": "p.(Leu858Arg)",
        "origin": "somatic",
        "origin_reason": "by VAF",
        "filters": (),
        "not_judged": (),
        "rescued": (),
        "relevance": "hotspot",
        "relevance_reason": "in the panel's list",
    }
    return Finding.model_validate(given | changes)


def classified(
    record: CaseRecord, *items: Interpretation, slight: tuple[Unremarkable, ...] = ()
) -> CaseRecord:
    """The record with these interpretations."""
    done = Interpretations(
        knowledge=(),
        tumour_type=TumourType(code="LUAD", name="Lung", path=(), group="solid"),
        items=items,
        unremarkable=slight,
    )
    return record.model_copy(update={"interpretation": done})


def item(kind: str, ident: str, **changes: Any) -> Interpretation:
    """An interpretation of tier IA by both schemes."""

    def tier(scheme: str) -> Classification:
        return Classification(scheme=scheme, category="I", level="A")

    given = {"kind": kind, "id": ident, "name": ident, "gene": None, "reported": True}
    tiers = {"amp": tier("AMP"), "escat": tier("ESCAT")}
    return Interpretation.model_validate(given | tiers | changes)


def evidence(**changes: Any) -> Evidence:
    given = {
        "id": "lung-x",
        "resource": "dugnad",
        "alteration": "EGFR p.Leu858Arg",
        "tumour_types": ("NSCLC",),
        "here": True,
        "effect": "sensitivity",
        "drugs": ("osimertinib",),
        "amp_level": "A",
        "statement": "It responds.",
        "source": ("PMID:29151359",),
        "date": "2024",
        "reason": "the same change",
    }
    return Evidence.model_validate(given | changes)


def lung() -> CaseRecord:
    """One interpreted variant, one of no relevance, one flagged, and all else of a case."""
    variants = (
        finding(),
        finding(pos=200, hgvs_p="p.(Gly1=)"),
        finding(pos=300, filters=("low_depth",), hgvs_p=None, vaf=None),
    )
    return classified(
        records.lung(findings=variants),
        item(
            "small_variant",
            "chr7-100-T-G",
            gene="EGFR",
            evidence=(
                evidence(),
                evidence(here=False, drugs=("sunvozertinib",)),
                evidence(here=False, drugs=("gefitinib",), blocked_by=("EGFR p.Thr790Met",)),
            ),
        ),
        item("copy_number", "MET copies", gene="MET"),
        item("rearrangement", "EML4::ALK", gene="ALK"),
        item("biomarker", "MSI"),
        slight=(
            Unremarkable(
                id="chr7-200-T-G", name="EGFR x", oncogenicity="benign", points=-8,
                amp="IV", escat="X",
            ),
        ),
    )  # fmt: skip
