"""Small variants as the page groups them, whatever they mean."""

from dataclasses import dataclass

from dugnad.record import CaseRecord, Finding


@dataclass(frozen=True)
class Groups:
    """The findings, each in one group; their order is the record's."""

    key: tuple[Finding, ...]
    germline: tuple[Finding, ...]
    other: tuple[Finding, ...]
    flagged_relevant: tuple[Finding, ...]
    flagged_other: tuple[Finding, ...]

    @property
    def unflagged(self) -> tuple[Finding, ...]:
        """All that pass."""
        return (*self.key, *self.germline, *self.other)

    @property
    def relevant(self) -> tuple[Finding, ...]:
        """All that a reader should see of them on paper."""
        return (*self.key, *self.germline, *self.flagged_relevant)

    @property
    def flagged(self) -> tuple[Finding, ...]:
        """All that a filter doubts."""
        return (*self.flagged_relevant, *self.flagged_other)

    @classmethod
    def of(cls, record: CaseRecord) -> "Groups":
        """Split the record's findings; their order is kept."""
        groups: dict[str, list[Finding]] = {name: [] for name in cls.__dataclass_fields__}
        for finding in record.findings:
            groups[_group(finding)].append(finding)
        return cls(**{name: tuple(found) for name, found in groups.items()})


def _group(finding: Finding) -> str:
    truncates = finding.relevance == "altering" and finding.impact == "HIGH"
    known = finding.relevance in {"hotspot", "clinical"}
    germline = finding.origin == "germline"
    if not finding.passes:
        doubted = known or (germline and truncates)
        return "flagged_relevant" if doubted and finding.alt_reads != 0 else "flagged_other"
    if germline:
        return "germline" if known or truncates else "other"
    return "other" if finding.relevance == "other" else "key"
