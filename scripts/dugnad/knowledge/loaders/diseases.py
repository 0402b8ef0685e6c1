"""Diseases of the Disease Ontology as OncoTree codes, by a table of our own."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dugnad.knowledge import SHIPPED
from dugnad.knowledge.tsv import Row, read_rows

TERMS = SHIPPED / "disease_terms.tsv"
COLUMNS = ("doid", "name", "oncotree", "source")
_ANYWHERE = ("any", "any_solid")


@dataclass(frozen=True)
class DiseaseTerms:
    """OncoTree codes by DOID (digits) and by name in lower case."""

    by_doid: dict[str, tuple[str, ...]]
    by_name: dict[str, tuple[str, ...]]

    def codes(self, doid: str, name: str) -> tuple[str, ...]:
        """The codes of a disease; none for one that is not in the table.

        A DOID decides; the name counts only where there is none.
        """
        digits = doid.upper().removeprefix("DOID:").strip().lstrip("0")
        if digits.isdecimal():
            return self.by_doid.get(digits, ())
        return self.by_name.get(name.strip().lower(), ())


@lru_cache(maxsize=4)
def read_disease_terms(path: Path = TERMS) -> DiseaseTerms:
    """The table; UserError with the faults of all rows."""
    rows = read_rows(path, COLUMNS, _row)
    by_doid = {doid: codes for doid, _, codes in rows if doid}
    return DiseaseTerms(by_doid, {name: codes for _, name, codes in rows})


def unknown_codes(path: Path, known: Collection[str]) -> list[str]:
    """Codes of the table that OncoTree does not have."""
    terms = read_disease_terms(path)
    listed = {code for codes in terms.by_name.values() for code in codes}
    return sorted(listed - set(known) - set(_ANYWHERE))


def _row(row: Row) -> tuple[str, str, tuple[str, ...]]:
    doid = row["doid"].removeprefix("DOID:")
    if doid and not doid.isdecimal():
        raise row.fault("doid", "must be DOID: and digits, or empty")
    if not row["name"]:
        raise row.fault("name", "is missing")
    if not row.listed("oncotree"):
        raise row.fault("oncotree", "is missing; write OncoTree codes, any or any_solid")
    row.sources()
    return doid.lstrip("0"), row["name"].lower(), row.listed("oncotree")
