"""What the report's section on fusions and splice variants shows, from the case record."""

from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record import CaseRecord
from dugnad.record_rearrangements import Rearrangement, Rearrangements
from dugnad.report.caution import doubt
from dugnad.report.pictures import fusion
from dugnad.report.words import Words

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
    def of(cls, record: CaseRecord, t: Words) -> "RearrangementSection | None":
        """None where rearrangements were not assessed."""
        part = record.rearrangements
        if part is None:
            return None
        passing = tuple(found for found in part.found if found.passes)
        drawn = ((found, fusion.draw(found, part.partners, t)) for found in passing[:DRAWN])
        return cls(
            passing=passing,
            flagged=tuple(found for found in part.found if not found.passes),
            pictures=tuple(drawn),
            absence=absence(record, t),
        )


def absence(record: CaseRecord, t: Words) -> tuple[str, ...]:
    """What may be said of what was not found: only what a method could have seen.

    Of reads that fail their quality limits nothing may be said. What a filter flags is neither
    found nor absent.
    """
    part = record.rearrangements
    if part is None:
        return ()
    told = []
    if not part.dna_methods:
        told.append(t("page.rna.no_dna"))
    elif why := doubt(record, "dna", t):
        told.append(why)
    else:
        told.append(_none_of("fusion", part, "dna", t))
    rna = [sample for sample in record.samples if sample.analyte == "rna"]
    if not part.rna_methods:
        told.append(t("page.rna.not_examined" if rna else "page.rna.no_rna"))
    elif why := doubt(record, "rna", t):
        told.append(why)
    else:
        told.append(_none_of("fusion", part, "rna", t))
        told.append(
            _none_of("splice_variant", part, "rna", t)
            if part.splice_variants
            else t("page.rna.no_splice")
        )
    return tuple(told)


def _none_of(kind: str, part: Rearrangements, analyte: str, t: Words) -> str:
    """No (other) change of a kind was found, but for those that are flagged."""
    alike = [found for found in part.found if found.kind == kind]
    other = "other" if any(found.passes for found in alike) else "none"
    by = [one for one in alike if any(name.startswith(f"{analyte}:") for name in one.called_by)]
    flagged = [found for found in by if not found.passes]
    doubted = list(dict.fromkeys(found.name for found in flagged if found.known))
    what = t(f"page.rna.{other}.{kind}")
    methods = part.dna_methods if analyte == "dna" else part.rna_methods
    where = t("page.rna.in_methods", analyte=analyte.upper(), methods=_listed(methods, t))
    if kind == "splice_variant":
        where = t("page.rna.where_seen")
    given: dict[str, object] = {"what": what, "where": where}
    if not doubted:
        if flagged:
            return t("page.rna.but_flagged", **given, count=len(flagged))
        return t("page.rna.nothing", **given)
    more = len(doubted) > NAMED
    names = ", ".join(doubted[:NAMED]) + (t("page.and_others") if more else "")
    number = "one" if len(doubted) == 1 else "many"
    return t(f"page.rna.doubted.{number}", **given, names=names)


def _listed(methods: tuple[str, ...], t: Words) -> str:
    if len(methods) < 2:
        return "".join(methods)
    return t("page.and", first=", ".join(methods[:-1]), last=methods[-1])


def breakpoint_name(chrom: str | None, pos: int | None, strand: str | None = None) -> str | None:
    """As ``chr2:29,223,500 (+)``; None where it is not known."""
    if chrom is None or pos is None:
        return None
    return f"{chrom}:{pos:,}" + (f" ({strand})" if strand else "")
