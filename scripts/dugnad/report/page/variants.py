"""The table of all small variants."""

from dataclasses import dataclass

from dugnad.record import Finding
from dugnad.record_interpretation import Interpretation, Unremarkable
from dugnad.report.page.groups import Groups
from dugnad.report.page.rows import anchors
from dugnad.report.view import ReportView

MOST = 1500
ON_PAPER, MOST_ON_PAPER = 20, 120


@dataclass(frozen=True)
class VariantRow:
    """A variant with its class, if it has one."""

    finding: Finding
    amp: str
    escat: str
    oncogenicity: str
    anchor: str


@dataclass(frozen=True)
class VariantTable:
    """Rows in the record's order: unflagged ones first; ``left_out`` are in the other forms."""

    rows: tuple[VariantRow, ...]
    left_out: int
    passing: int
    flagged: int

    @classmethod
    def of(cls, view: ReportView, groups: Groups, paged: bool) -> "VariantTable":
        """All variants up to a number that a browser bears; on paper those of relevance first."""
        classes: dict[str, Interpretation | Unremarkable] = {}
        if view.done:
            classes |= {one.id: one for one in view.done.unremarkable}
            classes |= {item.id: item for item in view.done.items if item.kind == "small_variant"}
        places = anchors(view)
        shown = (*groups.unflagged, *groups.flagged)
        most = MOST
        if paged:
            shown = (*groups.relevant, *groups.other, *groups.flagged_other)
            most = min(max(len(groups.relevant), ON_PAPER), MOST_ON_PAPER)
        rows = tuple(_row(finding, classes, places) for finding in shown[:most])
        counts = len(groups.unflagged), len(groups.flagged)
        return cls(rows, len(shown) - len(rows), *counts)


def _row(
    finding: Finding,
    classes: dict[str, Interpretation | Unremarkable],
    places: dict[str, str],
) -> VariantRow:
    name = f"{finding.chrom}-{finding.pos}-{finding.ref}-{finding.alt}"
    amp, escat, oncogenicity = "", "", ""
    match classes.get(name):
        case Interpretation() as item:
            amp, escat = item.amp.name, item.escat.name
            oncogenicity = item.oncogenicity.category if item.oncogenicity else ""
        case Unremarkable() as brief:
            amp, escat, oncogenicity = brief.amp, brief.escat, brief.oncogenicity or ""
        case None:
            pass
    return VariantRow(finding, amp, escat, oncogenicity, places.get(name, ""))
