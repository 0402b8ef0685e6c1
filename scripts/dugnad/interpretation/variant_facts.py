"""The facts of a small variant that the criteria of oncogenicity ask for.

They come from its row of findings and from tables of knowledge. None is what nobody here knows; a
variant that the tables do not list is not thereby tested, or without effect. ``fact.source`` names
the row's source, for the reasons.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dugnad.interpretation.criteria import Facts
from dugnad.interpretation.truncation import disabling, splice_residue
from dugnad.knowledge.gene_tables import GeneRole
from dugnad.knowledge.missense import AminoAcid, Predictor
from dugnad.knowledge.protein import ProteinChange, protein_change_of
from dugnad.knowledge.variant_tables import (
    FRAMESHIFT,
    SPLICE,
    STOP,
    CriticalRegion,
    Hotspot,
    InframeHotspot,
    KnownVariant,
    Protein,
    SingleCause,
    Truncation,
)

FACTS = (
    "null_variant", "loss_of_function_gene", "disabling_if_null", "gene_role", "length_change",
    "established", "studied", "functional", "same_residue", "hotspot_samples", "hotspot_change",
    "hotspot_alike", "in_domain", "computational", "single_cause", "frequency", "synonymous",
    "splice_neutral", "conserved",
)  # fmt: skip

_SPLICE_SITE = {"splice_donor_variant", "splice_acceptor_variant"}
_NULL = {"stop_gained", "frameshift_variant", "start_lost", *_SPLICE_SITE}
_SYNONYMOUS = {"synonymous_variant", "stop_retained_variant", "start_retained_variant"}
_BREAKS = {STOP, FRAMESHIFT, SPLICE}
_LENGTH_TERMS = {"inframe_deletion", "inframe_insertion", "protein_altering_variant"}
_INFRAME = {"deletion", "insertion", "duplication", "delins"}
_SCORE = re.compile(r"(\w+)=(-?\d+(?:\.\d+)?)$")
_SHORT = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E",
    "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F",
    "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip


@dataclass(frozen=True)
class VariantKnowledge:
    """The tables, by gene; predictors and amino acids by name."""

    roles: Mapping[str, GeneRole]
    hotspots: Mapping[str, tuple[Hotspot, ...]]
    inframe: Mapping[str, tuple[InframeHotspot, ...]]
    variants: Mapping[str, tuple[KnownVariant, ...]]
    regions: Mapping[str, tuple[CriticalRegion, ...]]
    truncations: Mapping[str, Truncation]
    proteins: Mapping[str, Protein]
    causes: Mapping[str, SingleCause]
    predictors: Mapping[str, Predictor]
    acids: Mapping[str, AminoAcid]


def facts_of(
    row: Mapping[str, Any], tables: VariantKnowledge, tumour_types: Sequence[str] = ()
) -> Facts:
    """The facts of :data:`FACTS` of a row of findings, with sources; None is what is not known."""
    terms = row["consequence"]
    if row["gene"] is None or not terms:
        # not annotated: the population alone can be judged
        return {**dict.fromkeys(FACTS), **_of_population(row)}
    protein = protein_change_of(row["hgvs_p"])
    return {
        **_of_gene(row["gene"], set(terms), tables, tumour_types),
        **_of_recurrence(row, protein, set(terms), tables),
        **_of_known(row, protein, tables),
        "null_variant": bool(_NULL & set(terms)),
        **_of_truncation(row, protein, tables),
        **_of_regions(row["gene"], protein, tables),
        **_of_population(row),
        "synonymous": bool(_SYNONYMOUS & set(terms)),
        # nothing here predicts splicing or tells conservation
        "splice_neutral": None,
        "conserved": None,
    }


def _of_gene(
    gene: str, terms: Collection[str], tables: VariantKnowledge, tumour_types: Sequence[str]
) -> Facts:
    role = tables.roles.get(gene)
    suppressor = role is not None and role.role != "oncogene"
    if "stop_lost" in terms:
        length = "stop_lost" if suppressor else "stop_lost_in_other_gene"
    else:
        length = "inframe" if _LENGTH_TERMS & set(terms) else "none"
    cause = tables.causes.get(gene)
    known = bool(tumour_types) or cause is None
    return {
        "gene_role": role.role if role else "unlisted",
        "gene_role.source": _sources(role),
        "loss_of_function_gene": suppressor and bool(role and role.loss_of_function_established),
        "length_change": length,
        "single_cause": bool(cause and set(cause.tumour_types) & set(tumour_types))
        if known
        else None,
    }


def _of_truncation(
    row: Mapping[str, Any], protein: ProteinChange | None, tables: VariantKnowledge
) -> Facts:
    """Whether a null variant leaves no function."""
    gene = row["gene"]
    stops = (spot.codon for spot in tables.hotspots.get(gene, ()) if spot.of_stops)
    limit, product = tables.truncations.get(gene), tables.proteins.get(gene)
    answer, source = disabling(row, protein, limit, max(stops, default=0), product)
    return {"disabling_if_null": answer, "disabling_if_null.source": source}


def _of_recurrence(
    row: Mapping[str, Any],
    protein: ProteinChange | None,
    terms: Collection[str],
    tables: VariantKnowledge,
) -> Facts:
    """How often the residue is hit, and by this change."""
    samples, same, alike = 0, 0, False
    source = None
    if protein and protein.kind in _INFRAME:
        for stretch in tables.inframe.get(row["gene"], ()):
            if stretch.first <= protein.first and protein.last <= stretch.last:
                same = sum(n for change, n in stretch.changes if _is_same(protein, change))
                samples, alike, source = stretch.samples, True, _sources(stretch)
                break
    elif spot := _hotspot(row, protein, terms, tables):
        # of the stop, frameshift or splice kind, or of exchanges of amino acids
        change = _change_at(spot, protein)
        samples, same, source = spot.samples, spot.changes.get(change, 0), _sources(spot)
        alike = change in spot.changes if change in _BREAKS else not spot.of_stops
    return {
        "hotspot_samples": samples,
        "hotspot_samples.source": source,
        "hotspot_change": same,
        "hotspot_alike": alike,
    }


def _hotspot(
    row: Mapping[str, Any],
    protein: ProteinChange | None,
    terms: Collection[str],
    tables: VariantKnowledge,
) -> Hotspot | None:
    """The recurrent residue that a substitution, stop, frameshift or splice variant hits."""
    if protein and protein.kind in {"substitution", "nonsense", "frameshift", "start_lost"}:
        key = (protein.first, _SHORT.get(protein.reference))
    elif _SPLICE_SITE & set(terms) and (site := splice_residue(row["hgvs_c"])):
        key = (site, "X")
    else:
        return None
    spots = tables.hotspots.get(row["gene"], ())
    return next((spot for spot in spots if (spot.codon, spot.reference) == key), None)


def _change_at(spot: Hotspot, protein: ProteinChange | None) -> str:
    """The change in the letters of the hotspot."""
    if spot.reference == "X":
        return SPLICE
    if protein and protein.kind == "frameshift":
        return FRAMESHIFT
    return _SHORT.get(_new_residue(protein), "")


def _new_residue(protein: ProteinChange | None) -> str:
    return protein.inserted[0] if protein and protein.inserted else ""


def _of_known(
    row: Mapping[str, Any], protein: ProteinChange | None, tables: VariantKnowledge
) -> Facts:
    """What is established of this very change, and of other changes of its residue."""
    known = tables.variants.get(row["gene"], ())
    name = (row["hgvs_c"] or "").rpartition(":")[2]
    coding = [item for item in known if name and item.alteration.coding == name]
    same = [item for item in known if _is_same(protein, item.alteration.protein)]
    # of the exact nucleotides first
    found = next(iter([*coding, *same]), None)
    studied = "none"
    if found and found.functional:
        studied = "nucleotide" if coding else "protein"
    functional = found.functional if found else None
    return {
        "established": found.variant_class if found else _by_others(row),
        "studied": studied,
        "functional": "no_effect" if functional == "none" else functional,
        **{f"{fact}.source": _sources(found) for fact in ("established", "functional")},
        **_of_residue(known, protein, tables),
        "computational": _predicted(row, tables) or (found.computational if found else None),
    }


def _of_residue(
    known: Sequence[KnownVariant], protein: ProteinChange | None, tables: VariantKnowledge
) -> Facts:
    """Whether another change of the residue is oncogenic, no more different than this one."""
    milder = [item.alteration.text for item in known if _is_milder(item, protein, tables)]
    return {"same_residue": bool(milder), "same_residue.source": ", ".join(milder) or None}


def _is_same(protein: ProteinChange | None, other: ProteinChange | None) -> bool:
    """Whether both are one change, of the same residue: numbers differ between transcripts."""
    return bool(
        protein and other and protein.is_same(other) and protein.reference == other.reference
    )


def _predicted(row: Mapping[str, Any], tables: VariantKnowledge) -> str | None:
    """What all predictors among the annotations agree on; mixed where they do not."""
    said = set()
    for note in row.get("annotations") or ():
        found = _SCORE.search(note)
        if found and (predictor := tables.predictors.get(found[1])):
            value = float(found[2])
            effect = "oncogenic" if value >= predictor.effect_from else "mixed"
            said.add("benign" if value <= predictor.none_to else effect)
    return None if not said else said.pop() if len(said) == 1 else "mixed"


def _by_others(row: Mapping[str, Any]) -> str:
    """What a clinical source says by this standard, where all its words agree."""
    said = {word.strip().lower() for word in (row.get("clinical_oncogenicity") or "").split(";")}
    return "oncogenic" if said == {"oncogenic"} else "none"


def _is_milder(item: KnownVariant, protein: ProteinChange | None, tables: VariantKnowledge) -> bool:
    """Whether it is another oncogenic change of the same residue, no more different than this."""
    other = item.alteration.protein
    if not (protein and other and item.variant_class == "oncogenic"):
        return False
    if {protein.kind, other.kind} != {"substitution"} or protein.first != other.first:
        return False
    if protein.reference != other.reference or protein.inserted == other.inserted:
        return False
    reference = tables.acids.get(protein.reference)
    new, old = (tables.acids.get(_new_residue(change)) for change in (protein, other))
    return bool(
        reference and new and old and reference.difference(new) >= reference.difference(old)
    )


def _of_regions(gene: str, protein: ProteinChange | None, tables: VariantKnowledge) -> Facts:
    """Whether residues of a critical region are exchanged, lost or parted."""
    if protein is None or protein.kind not in {"substitution", *_INFRAME}:
        return {"in_domain": False}
    parts = [p for p in tables.regions.get(gene, ()) if protein.touches(p.first, p.last)]
    told = "; ".join(f"{part.name}: {_sources(part)}" for part in parts)
    return {"in_domain": bool(parts), "in_domain.source": told or None}


def _of_population(row: Mapping[str, Any]) -> Facts:
    """The highest frequency of a group, else the overall one; 0 when a source lacks the variant.

    None without a source of the contig, and where the source's own filter rejects its record.
    """
    if row["population_source"] is None:
        return {"frequency": None, "frequency.source": "no source covers the place"}
    if row.get("population_filter"):
        return {"frequency": None, "frequency.source": row["population_filter"]}
    highest = row.get("population_maximum")
    frequency = highest if highest is not None else row["population_frequency"]
    source = " ".join(w for w in (row["population_source"], row.get("population_group")) if w)
    return {"frequency": float(frequency or 0.0), "frequency.source": source}


class _Sourced(Protocol):
    @property
    def source(self) -> tuple[str, ...]: ...


def _sources(item: _Sourced | None) -> str | None:
    return ", ".join(item.source) if item else None
