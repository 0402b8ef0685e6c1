"""The columns of CIViC's summaries, of all releases since 2016, and what their values mean here."""

import re
from pathlib import Path

from dugnad.knowledge.loaders.release_table import ReleaseTable
from dugnad.knowledge.therapies import AmpLevel
from dugnad.record_interpretation import Effect

Cells = dict[str, str]

# our name of a column: CIViC's, the newest first
EVIDENCE_COLUMNS = {
    "profile": ("molecular_profile",),
    "gene": ("gene",),
    "variant": ("variant",),
    "disease": ("disease",),
    "doid": ("doid",),
    "therapies": ("therapies", "drugs", "drug"),
    "interaction": ("therapy_interaction_type", "drug_interaction_type"),
    "type": ("evidence_type",),
    "direction": ("evidence_direction",),
    "level": ("evidence_level",),
    "significance": ("significance", "clinical_significance"),
    "statement": ("evidence_statement",),
    "citation_id": ("citation_id", "pubmed_id"),
    "source_type": ("source_type",),
    "asco": ("asco_abstract_id",),
    "citation": ("citation",),
    "rating": ("rating",),
    "status": ("evidence_status",),
    "id": ("evidence_id",),
    "origin": ("variant_origin",),
    "date": ("last_review_date",),
    "flagged": ("is_flagged",),
}
ASSERTION_COLUMNS = {
    "profile": ("molecular_profile",),
    "disease": ("disease",),
    "doid": ("doid",),
    "therapies": ("therapies", "drugs"),
    "interaction": ("therapy_interaction_type", "drug_interaction_type"),
    "type": ("assertion_type",),
    "direction": ("assertion_direction",),
    "significance": ("significance", "clinical_significance"),
    "amp": ("amp_category", "amp_level"),
    "guideline": ("nccn_guideline",),
    "guideline_version": ("nccn_guideline_version",),
    "statement": ("assertion_summary",),
    "status": ("assertion_status",),
    "id": ("assertion_id",),
    "origin": ("variant_origin",),
    "date": ("last_review_date",),
    "flagged": ("is_flagged",),
}
VARIANT_COLUMNS = {
    "feature": ("feature_name",),
    "gene": ("gene",),
    "variant": ("variant",),
    "types": ("variant_types",),
    "hgvs": ("hgvs_descriptions", "hgvs_expressions"),
}

_LEVELS: dict[str, AmpLevel] = {"A": "A", "B": "B", "C": "D", "D": "D"}
_EFFECTS: dict[tuple[str, str], Effect] = {
    ("PREDICTIVE", "SENSITIVITYRESPONSE"): "sensitivity",
    ("PREDICTIVE", "SENSITIVITY"): "sensitivity",
    ("PREDICTIVE", "RESISTANCE"): "resistance",
    ("DIAGNOSTIC", "POSITIVE"): "diagnostic",
    ("PROGNOSTIC", "BETTEROUTCOME"): "prognostic",
    ("PROGNOSTIC", "POOROUTCOME"): "prognostic",
}
_USED = {"PREDICTIVE", "DIAGNOSTIC", "PROGNOSTIC"}
# salts and hydrates that name the same substance as the INN before them
_SALT = re.compile(
    r"(?: (?:(?:di|tri|mono)?(?:hydrochloride|mesylate|maleate|tosylate|phosphate|sulfate|citrate|"
    r"malate|fumarate|tartrate|succinate|hydrate|sodium|hydrobromide|camsylate|esylate|besylate)|"
    r"dimethyl sulfoxide|anhydrous))+$"
)


def open_evidence(path: Path) -> ReleaseTable:
    """ClinicalEvidenceSummaries; UserError when it is another file."""
    needed = ("disease", "type", "direction", "level", "significance", "status", "id")
    return ReleaseTable(path, EVIDENCE_COLUMNS, needed, quoted=True)


def open_assertions(path: Path) -> ReleaseTable:
    """AssertionSummaries; UserError when it is another file."""
    needed = ("profile", "disease", "type", "direction", "significance", "amp", "id")
    return ReleaseTable(path, ASSERTION_COLUMNS, needed, quoted=True)


def open_variants(path: Path) -> ReleaseTable:
    """VariantSummaries; UserError when it is another file."""
    return ReleaseTable(path, VARIANT_COLUMNS, ("variant", "types"), quoted=True)


class NotUsed(Exception):  # noqa: N818  # not a fault of the item
    """An item that is understood, and not evidence for us; its text is the reason."""


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z]", "", text.upper())


def usable(cells: Cells) -> None:
    """Raise NotUsed when an item is not accepted, is flagged, of no used type, or no support."""
    if cells["status"] and _letters(cells["status"]) != "ACCEPTED":
        raise NotUsed("not accepted")
    if cells["flagged"].lower() in {"true", "1", "t"}:
        raise NotUsed("flagged")
    kind = _letters(cells["type"])
    if kind not in _USED:
        raise NotUsed(f"{cells['type'].lower() or 'no type'}")
    if _letters(cells["direction"]) != "SUPPORTS":
        raise NotUsed("does not support")
    if cells.get("level") == "E":
        raise NotUsed("inferential")


def level_of(cells: Cells) -> AmpLevel:
    """The AMP level of an evidence item; ValueError for a level that CIViC does not have."""
    if cells["level"] not in _LEVELS:
        raise ValueError(f"evidence level '{cells['level']}' is not one of A to E")
    return _LEVELS[cells["level"]]


def amp_level_of(cells: Cells) -> AmpLevel:
    """The AMP level of an assertion; NotUsed for tiers III and IV, which have none."""
    text = cells["amp"].upper().replace("_", " ")
    found = re.search(r"LEVEL ?([A-D])\b", text)
    if not found:
        raise NotUsed("assertion without an AMP level")
    levels: dict[str, AmpLevel] = {"A": "A", "B": "B", "C": "C", "D": "D"}
    return levels[found[1]]


def effect_of(cells: Cells) -> Effect:
    """What follows; NotUsed for toxicity, reduced sensitivity, and what is negative or n/a."""
    effect = _EFFECTS.get((_letters(cells["type"]), _letters(cells["significance"])))
    if effect is None:
        text = cells["significance"].lower() or "no significance"
        raise NotUsed(f"{cells['type'].lower()}: {text}")
    return effect


def drugs_of(cells: Cells) -> tuple[str, ...]:
    """INNs in lower case: ``a + b`` in combination, several entries as alternatives."""
    names = [_SALT.sub("", name.strip().lower()) for name in cells["therapies"].split(",")]
    names = [name for name in names if name]
    kind = _letters(cells["interaction"])
    if not names:
        raise ValueError("names no therapy")
    if len(names) == 1 or kind == "SUBSTITUTES":
        return tuple(dict.fromkeys(names))
    if kind == "COMBINATION":
        return (" + ".join(names),)
    raise ValueError(f"has {len(names)} therapies, {cells['interaction'].lower() or 'unrelated'}")


def sources_of(cells: Cells, kind: str) -> tuple[str, ...]:
    """The publication, and the item of CIViC. ValueError for an evidence without a publication."""
    year = cells["date"][:4] if re.match(r"(?:19|20)\d\d", cells["date"]) else "undated"
    item = f"CIViC {kind.upper()}{cells['id']} {year}"
    if kind == "aid":
        guideline = f"NCCN {cells['guideline']} {cells['guideline_version']}".strip()
        return (guideline, item) if cells["guideline"] else (item,)
    if _letters(cells["source_type"]) in {"PUBMED", ""} and cells["citation_id"].isdecimal():
        return f"PMID:{cells['citation_id']}", item
    if cells["source_type"]:
        number = cells["asco"] or cells["citation_id"]
        return f"{cells['source_type']} abstract {number}, {cells['citation']}".rstrip(", "), item
    raise ValueError("names no publication")
