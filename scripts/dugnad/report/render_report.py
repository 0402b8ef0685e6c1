"""Render the case record as one self-contained HTML page: no script, no network."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from dugnad.files import write_text
from dugnad.reading import read_record
from dugnad.record import CaseRecord, Finding
from dugnad.report import key_events
from dugnad.report.biomarker_section import BiomarkerSection
from dugnad.report.copy_number_section import CopyNumberSection
from dugnad.report.interpretation_section import InterpretationSection, blocked, level, told
from dugnad.report.rearrangement_section import RearrangementSection, breakpoint_name

DASH = "\N{EN DASH}"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--output", type=Path, required=True, help="HTML page")


def main(args: argparse.Namespace) -> None:
    """Write the page."""
    write_text(args.output, render(read_record(args.record)))


def render(record: CaseRecord) -> str:
    """The page as text; all that a person wrote is escaped."""
    environment = Environment(
        loader=PackageLoader("dugnad.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "number": number,
        "decimal": decimal,
        "words": words,
    }
    environment.globals |= {
        "kinds": key_events.KINDS,
        "exons_text": key_events.exons_text,
        "dna_text": key_events.dna_text,
        "rna_text": key_events.rna_text,
        "breakpoint": breakpoint_name,
        "evidence_told": told,
        "evidence_level": level,
        "evidence_blocked": blocked,
    }
    return environment.get_template("report.html").render(
        record=record,
        groups=Groups.of(record),
        scatter=scatter(record),
        key=key_events.KeyEvents.of(record),
        meaning=InterpretationSection.of(record.interpretation),
        copy_number=CopyNumberSection.of(record),
        rearrangements=RearrangementSection.of(record),
        biomarkers=BiomarkerSection.of(record.biomarkers),
    )


@dataclass(frozen=True)
class Groups:
    """The findings as the report shows them, each in one group."""

    key: tuple[Finding, ...]
    germline: tuple[Finding, ...]
    other: tuple[Finding, ...]
    flagged_relevant: tuple[Finding, ...]
    flagged_other: tuple[Finding, ...]

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


def percent(fraction: float | None) -> str:
    """A fraction as a percentage with sensible digits; a dash when it is not known."""
    if fraction is None:
        return DASH
    return f"{fraction:.0%}" if fraction >= 0.1 or fraction == 0 else f"{fraction:.1%}"


def number(value: float | None) -> str:
    """A number without needless digits; a dash when it is not known."""
    if value is None:
        return DASH
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.3g}"


def decimal(value: float | None, digits: int = 1) -> str:
    """A measured number with so many digits after the point; a dash when it is not known."""
    return DASH if value is None else f"{value:,.{digits}f}"


def words(term: str) -> str:
    """A term of an ontology as words."""
    return term.replace("_", " ")


@dataclass(frozen=True)
class Dot:
    """A finding's place in the picture of VAF and depth, in per cent of its size."""

    x: float
    y: float
    origin: str
    title: str


def scatter(record: CaseRecord) -> tuple[Sequence[Dot], int]:
    """Unflagged findings by VAF (x) and depth (y), and the depth at the top of the picture."""
    shown = [f for f in record.findings if f.passes and f.vaf is not None and f.depth]
    top = max((f.depth or 0 for f in shown), default=0)
    top = max(100, -(-top // 100) * 100)
    dots = [
        Dot(
            x=100 * (f.vaf or 0),
            y=100 - 100 * (f.depth or 0) / top,
            origin=f.origin,
            title=f"{f.name}: {percent(f.vaf)} of {f.depth}, {words(f.origin)}",
        )
        for f in shown
    ]
    return dots, top
