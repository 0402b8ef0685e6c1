"""Germline variants that the first screen names."""

from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.report.page.groups import Groups
from dugnad.report.view import ReportView
from dugnad.report.words import Words


@dataclass(frozen=True)
class FollowUp:
    """A variant and what is to be done of it; ``from_record``: in the record's own words."""

    name: str
    note: str
    from_record: bool


def follow_up(view: ReportView, groups: Groups, t: Words) -> Iterator[FollowUp]:
    """Those with a rule that asks for referral, then others of relevance with what the rule says.

    Where no rule was asked, relevance alone says: consider referral.
    """
    items = {item.id: item for item in view.done.items} if view.done else {}
    told = {line.item.id for line in view.referral}
    for line in view.referral:
        note = line.item.germline.note if line.item.germline else None
        yield FollowUp(line.name, note or "", from_record=True)
    for finding in groups.germline:
        name = f"{finding.chrom}-{finding.pos}-{finding.ref}-{finding.alt}"
        if name in told:
            continue
        item = items.get(name)
        note = item.germline.note if item and item.germline else None
        yield FollowUp(finding.name, note or t("page.germline.found"), from_record=bool(note))
