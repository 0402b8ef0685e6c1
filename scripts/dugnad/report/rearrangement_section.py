"""What the report's section on fusions and splice variants shows, from the case record."""

from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record import CaseRecord
from dugnad.record_rearrangements import Rearrangement, Rearrangements
from dugnad.report.caution import doubt
from dugnad.report.pictures import fusion

DRAWN = 12
NAMED = 6


@dataclass(frozen=True)
class RearrangementSection:
    """What passes, with pictures, what is flagged, and what absence means."""

    passing: tuple[Rearrangement, ...]
    flagged: tuple[Rearrangement, ...]
    pictures: tuple[tuple[Rearrangement, Markup], ...]
    absence: tuple[str, ...]

    @classmethod
    def of(cls, record: CaseRecord) -> "RearrangementSection | None":
        """None where rearrangements were not assessed."""
        part = record.rearrangements
        if part is None:
            return None
        passing = tuple(found for found in part.found if found.passes)
        return cls(
            passing=passing,
            flagged=tuple(found for found in part.found if not found.passes),
            pictures=tuple((found, fusion.draw(found, part.partners)) for found in passing[:DRAWN]),
            absence=absence(record),
        )


def absence(record: CaseRecord) -> tuple[str, ...]:
    """What may be said of what was not found: only what a method could have seen.

    Of reads that fail their quality limits nothing may be said. What a filter flags is neither
    found nor absent.
    """
    part = record.rearrangements
    if part is None:
        return ()
    told = []
    if not part.dna_methods:
        told.append("Fusions were not looked for in DNA.")
    elif why := doubt(record, "dna"):
        told.append(why)
    else:
        told.append(_none_of("fusion", part, "dna", f"in DNA by {_listed(part.dna_methods)}"))
    rna = [sample for sample in record.samples if sample.analyte == "rna"]
    if not part.rna_methods:
        why = "RNA was not examined" if rna else "There is no RNA"
        told.append(f"{why}: fusions that the DNA targets miss, and splice variants, stay unseen.")
    elif why := doubt(record, "rna"):
        told.append(why)
    else:
        told.append(_none_of("fusion", part, "rna", f"in RNA by {_listed(part.rna_methods)}"))
        told.append(
            _none_of("splice_variant", part, "rna", "where it could be seen")
            if part.splice_variants
            else "No splice variant was looked for: the panel lists none."
        )
    return tuple(told)


def _none_of(kind: str, part: Rearrangements, analyte: str, where: str) -> str:
    """No (other) change of a kind was found, but for those that are flagged."""
    alike = [found for found in part.found if found.kind == kind]
    other = "other " if any(found.passes for found in alike) else ""
    by = [one for one in alike if any(name.startswith(f"{analyte}:") for name in one.called_by)]
    flagged = [found for found in by if not found.passes]
    doubted = list(dict.fromkeys(found.name for found in flagged if found.known))
    what = {"splice_variant": "splice variant of the panel's list"}.get(kind, kind)
    named = f"No {other}{what}"
    if not doubted:
        return f"{named} was found {where}{f', but for {len(flagged)} flagged' if flagged else ''}."
    names = ", ".join(doubted[:NAMED]) + (" and others" if len(doubted) > NAMED else "")
    verb = "is" if len(doubted) == 1 else "are"
    return f"{named} passes {where}; {names} {verb} flagged: neither found nor absent."


def _listed(methods: tuple[str, ...]) -> str:
    return " and ".join([", ".join(methods[:-1]), methods[-1]] if len(methods) > 1 else methods)


def breakpoint_name(chrom: str | None, pos: int | None, strand: str | None = None) -> str | None:
    """As ``chr2:29,223,500 (+)``; None where it is not known."""
    if chrom is None or pos is None:
        return None
    return f"{chrom}:{pos:,}" + (f" ({strand})" if strand else "")
