"""The record's curation: what people judged of the findings, and who signed.

Codes are those of InPreD's tables (TSOPPI's manual-curation columns, as PRONTO reads them).
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from dugnad.record_part import Part

IgvQc = Literal["OK", "Not OK"]
ClassJudgement = Literal["include", "exclude", "SOM", "LikSOM", "LikGL", "incon"]
ReportingJudgement = Literal["BioMar", "VUSpot", "AddRes", "GLrel"]
Initials = Annotated[str, Field(pattern=r"^[A-ZÆØÅ]{2,4}$")]

_REAL = {"include", "SOM", "LikSOM", "LikGL"}


class Judgement(Part):
    """What one person judged of one finding; without codes, a judgement that was taken back."""

    finding: str = Field(description="id of its interpretation")
    name: str = Field(description="as reports showed it")
    igv_qc: IgvQc | None = Field(None, description="whether the reads bear it out")
    class_judgement: ClassJudgement | None = None
    reporting_judgement: ReportingJudgement | None = Field(
        None, description="in which part of the report it belongs"
    )
    comment: str = ""
    initials: Initials = Field(description="who judged")
    at: dt.datetime = Field(description="UTC, when it was read back")
    record: str = Field(description="digest of the record that was looked at")

    @property
    def excludes(self) -> bool:
        """Whether the finding is to leave the report's findings."""
        return self.class_judgement == "exclude"

    @property
    def is_real(self) -> bool:
        """Whether the finding counts though a filter flags it; inconclusive ones do not."""
        return self.class_judgement in _REAL


class Signature(Part):
    """Who answers for the record as it stood."""

    initials: Initials
    date: dt.date = Field(description="UTC")
    record: str = Field(description="digest of the record that was signed")


class Lapsed(Part):
    """A signature that holds no longer."""

    initials: Initials
    date: dt.date
    changed: Literal["record", "judgements"] = Field(description="what changed since")


class Curation(Part):
    """The last judgement of each finding, the signature, and the log that they stand in."""

    judgements: tuple[Judgement, ...] = Field((), description="in the order of the log")
    gone: tuple[Judgement, ...] = Field(
        (), description="of findings that the record no longer has; kept, and told"
    )
    signed: Signature | None = Field(None, description="null: the report is a draft")
    lapsed: Lapsed | None = Field(None, description="the last signature, if it holds no longer")
    log_head: str = Field(description="digest of the log's last entry")
    entries: int = Field(description="of the log")

    def of(self, finding: str) -> Judgement | None:
        """The judgement of a finding, if there is one."""
        return next((one for one in self.judgements if one.finding == finding), None)
