"""What guidelines ask for in a tumour type and was not found, and what could not be seen.

A negative is one only where the case could show the alteration. The record says so by gene and
hotspot (depth), by copy number, by what was searched for fusions, and by biomarker.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dugnad.interpretation.evidence import Context
from dugnad.interpretation.matching import found_in
from dugnad.knowledge.alteration import Alteration
from dugnad.knowledge.therapies import ANYWHERE, Therapy
from dugnad.record import CaseRecord, Place
from dugnad.record_interpretation import Negative

GUIDELINE_LEVELS = ("A", "B")
Seen = tuple[str, str]
"""not_found, partly or not_assessable; and why."""
_CODON = re.compile(r"\D(\d+)\D*$")


def negatives_of(
    record: CaseRecord, context: Context, rows: Iterable[Therapy]
) -> tuple[Negative, ...]:
    """The guideline biomarkers of the case's tumour type that no reported finding shows.

    Those of AMP level A and B that hold in it, one of each alteration; not assessable ones first.
    """
    asked: dict[str, list[Therapy]] = defaultdict(list)
    for row in rows:
        if _is_asked_for(row, context):
            asked[row.alteration.text].append(row)
    found = [
        _negative(listed, *could_see(listed[0].alteration, record))
        for listed in asked.values()
        if found_in(listed[0].alteration, context.subjects, context.exons) is None
    ]
    order = ("not_assessable", "partly", "not_found")
    return tuple(sorted(found, key=lambda one: (order.index(one.status), one.alteration)))


def _is_asked_for(row: Therapy, context: Context) -> bool:
    """Whether a guideline of the tumour type asks for a row's alteration.

    Resistance, diagnosis and prognosis in tumours of any type say what follows when the alteration
    is found, not that one should look for it.
    """
    if row.amp_level not in GUIDELINE_LEVELS:
        return False
    if row.effect != "sensitivity" and set(row.tumour_types) & set(ANYWHERE):
        return False
    return context.place(row.tumour_types, row.not_tumour_types) == "here"


def _negative(rows: Sequence[Therapy], status: str, reason: str) -> Negative:
    """One alteration's rows; what the strongest says of effect and level."""
    best = min(rows, key=lambda row: (row.amp_level or "E", row.effect != "sensitivity"))
    tiers = sorted({row.escat for row in rows if row.escat})
    return Negative.model_validate(
        {
            "alteration": best.alteration.text,
            "drugs": tuple(dict.fromkeys(drug for row in rows for drug in row.drugs)),
            "effect": best.effect,
            "amp_level": best.amp_level,
            "escat": tiers[0] if tiers else None,
            "source": tuple(dict.fromkeys(source for row in rows for source in row.source)),
            "status": status,
            "reason": reason,
        }
    )


def could_see(wanted: Alteration, record: CaseRecord) -> Seen:
    """Whether the case could show an alteration, and what that rests on."""
    match wanted.kind:
        case "biomarker":
            return _biomarker(wanted, record)
        case "amplification" | "homozygous_deletion":
            return _copies(wanted.gene or "", record)
        case "fusion" | "rearrangement":
            return _fusion(wanted, record)
        case "skipping":
            return _skipping(wanted, record)
        case _:
            return small_variants(wanted.gene or "", record, _codons(wanted))


def _codons(wanted: Alteration) -> Iterator[int]:
    if wanted.protein:
        yield wanted.protein.first
    for first, last in wanted.codons:
        yield from range(first, last + 1)


def small_variants(gene: str, record: CaseRecord, codons: Iterable[int] = ()) -> Seen:
    """Whether a gene's small variants, or those of some residues, could be seen."""
    if gene not in record.panel.genes:
        return "not_assessable", f"{gene} is not a reportable gene of the panel"
    if not record.depth_known:
        return "not_assessable", "the case came as calls: where it was deep enough is not known"
    residues = set(codons)
    spots = [p for p in record.places if p.kind == "hotspot" and _at(p, gene, residues)]
    whole = residues <= {_codon(place) for place in spots}
    unseen = [place for place in spots if place.status != "callable"]
    if unseen:
        said = ", ".join(f"{p.label} ({p.callable_fraction:.0%} callable)" for p in unseen)
        entirely = whole and all(p.status == "not_assessable" for p in spots)
        return "not_assessable" if entirely else "partly", said
    if spots and whole:
        depth = min(place.min_depth for place in spots)
        return "not_found", f"hotspot callable, depth at least {depth}"
    for unseen_gene in record.genes_unseen:
        if unseen_gene.gene == gene:
            said = f"{unseen_gene.callable_fraction:.0%} of the targeted coding bases callable"
            return ("not_assessable" if unseen_gene.status == "not_assessable" else "partly"), said
    return "not_found", f"targeted coding bases callable at {record.panel.callable_depth:g} reads"


def _at(place: Place, gene: str, residues: set[int]) -> bool:
    return place.gene == gene and _codon(place) in residues


def _codon(place: Place) -> int | None:
    number = _CODON.search(f" {place.label} ")
    return int(number[1]) if number else None


def _copies(gene: str, record: CaseRecord) -> Seen:
    if record.copy_number is None:
        return "not_assessable", "copy numbers are not assessed"
    for row in record.copy_number.genes:
        if row.gene == gene and row.exons is None:
            if row.call == "not_assessable":
                return "not_assessable", row.reason
            copies = "" if row.copies is None else f"{row.copies:.1f} copies, "
            return "not_found", f"{copies}{row.call.replace('_', ' ')}, {row.confidence} confidence"
    return "not_assessable", f"{gene} is not among the genes whose copies are measured"


def _fusion(wanted: Alteration, record: CaseRecord) -> Seen:
    part = record.rearrangements
    if part is None:
        return "not_assessable", "fusions are not looked for"
    searched = set(part.searched_genes) & set(wanted.genes)
    rna = next((s for s in record.samples if s.analyte == "rna"), None)
    by_rna = bool(part.rna_methods) and rna is not None
    if by_rna and rna and rna.verdict == "fail":
        by_rna = False
        lead = "the RNA does not pass its quality limits"
    else:
        lead = "there is no RNA"
    if by_rna:
        beside = " and DNA" if searched else ""
        return "not_found", f"RNA{beside} searched; a fusion that is not expressed can be missed"
    if searched:
        return "partly", f"DNA alone searched ({lead}): breakpoints outside targets can be missed"
    return "not_assessable", f"{lead}, and DNA is not searched for {', '.join(wanted.genes)}"


def _skipping(wanted: Alteration, record: CaseRecord) -> Seen:
    gene, part = wanted.gene or "", record.rearrangements
    names = [n for n in (part.splice_variants if part else ()) if n.startswith(f"{gene} ")]
    status, reason = small_variants(gene, record)
    if names:
        return "not_found", f"RNA searched for {', '.join(names)}; DNA: {reason}"
    if status == "not_found":
        return "partly", "no RNA: splice sites alone were looked at in DNA"
    return status, reason


def _biomarker(wanted: Alteration, record: CaseRecord) -> Seen:
    if wanted.biomarker == "MSI":
        msi = record.biomarkers.msi
        if msi is None or msi.status == "not_assessable":
            return "not_assessable", msi.reason if msi else "MSI is not measured"
        return ("partly" if msi.status == "indeterminate" else "not_found"), msi.reason
    if wanted.biomarker == "HRD":
        hrd = record.biomarkers.hrd
        if hrd is None or hrd.status == "not_assessable":
            return "not_assessable", hrd.reason if hrd else "HRD is not measured"
        return "not_found", hrd.reason
    tmb = record.biomarkers.tmb
    rule = tmb.rules[0] if tmb and tmb.rules else None
    if rule is None or rule.value is None:
        return "not_assessable", (rule.note if rule else None) or "TMB is not measured"
    interval = (
        "" if rule.lower is None else f" (95 % interval {rule.lower:.1f} to {rule.upper:.1f})"
    )
    return "not_found", f"TMB {rule.value:.1f} mutations per megabase{interval}"
