"""The sample sheet: one row per FASTQ pair, BAM, CRAM or VCF."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ValidationError, field_validator, model_validator

from dugnad.border import Lines, Model, SafePath, got, problems_of, read_text
from dugnad.errors import UserError
from dugnad.privacy import has_date, has_identity_number, is_personal_column
from dugnad.quantities import AgeBand

_IDENTIFIER = re.compile(r"[A-Za-z0-9-]+")
_PATHS = ("fastq_1", "fastq_2", "bam", "vcf")


def _identifier(value: object) -> object:
    if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
        raise ValueError("may hold letters, digits and hyphens only; rename it")
    return value


def _fraction(value: object) -> object:
    try:
        number = float(str(value))
    except ValueError:
        raise ValueError("must be a fraction between 0 and 1; write e.g. 0.40") from None
    if 1 < number <= 100:
        raise ValueError(f"must be a fraction between 0 and 1; write {number / 100:.2f}")
    if not 0 < number <= 1:
        raise ValueError("must be a fraction between 0 and 1; write e.g. 0.40")
    return number


Identifier = Annotated[str, BeforeValidator(_identifier)]
Fraction = Annotated[float, BeforeValidator(_fraction)]


class Row(Model):
    """One row of the sheet."""

    case: Identifier
    sample: Identifier
    role: Literal["tumour", "normal"]
    analyte: Literal["dna", "rna"]
    panel: Identifier
    tumour_type: str
    purity: Fraction | None = None
    sex: Literal["female", "male", "unknown"] = "unknown"
    fastq_1: SafePath | None = None
    fastq_2: SafePath | None = None
    bam: SafePath | None = None
    vcf: SafePath | None = None
    consent: Literal["clinical", "research", "quality"] = "clinical"
    age_band: AgeBand | None = None

    @field_validator("tumour_type")
    @classmethod
    def _oncotree(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z][A-Z0-9_/-]*", value):
            raise ValueError("must be an OncoTree code in capitals; write e.g. LUAD")
        return value

    @field_validator("case")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == "run":
            raise ValueError("is the folder of what concerns all cases; rename the case")
        return value

    @model_validator(mode="after")
    def _one_door(self) -> "Row":
        if (self.fastq_1 is None) != (self.fastq_2 is None):
            lacking = "fastq_2" if self.fastq_2 is None else "fastq_1"
            raise ValueError(f"{lacking} is missing; reads come in pairs, give both files")
        doors = [self.fastq_1 is not None, self.bam is not None, self.vcf is not None]
        if sum(doors) != 1:
            raise ValueError("needs exactly one of fastq_1 + fastq_2, bam or vcf; fill in one")
        if self.purity is not None and self.role == "normal":
            raise ValueError("purity is for tumour samples; leave it empty for a normal")
        return self

    @model_validator(mode="after")
    def _rna_is_tumour_reads(self) -> "Row":
        if self.analyte == "rna" and self.role != "tumour":
            raise ValueError("RNA is of the tumour only; write role tumour or analyte dna")
        if self.analyte == "rna" and self.fastq_1 is None:
            raise ValueError("RNA comes as reads; give fastq_1 and fastq_2")
        return self


COLUMNS: tuple[str, ...] = tuple(Row.model_fields)
_REQUIRED = tuple(name for name, field in Row.model_fields.items() if field.is_required())


@dataclass(frozen=True)
class Placed:
    """A row and where it stands."""

    row: Row
    lines: Lines


def read_sheet(path: Path, cases: Collection[str] = ()) -> tuple[list[Placed], list[str]]:
    """The sound rows of a sample sheet, and the problems of the others and across rows.

    Tab-separated, UTF-8; a byte-order mark, Windows line ends, empty lines and lines that
    begin with # are accepted. ``cases``: only their rows are looked at; all, when it is empty.
    """
    text = read_text(path)
    table = [
        (number, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not table:
        return [], [f"{path}:1: is empty; write a header and one row per sample"]
    number, header = table[0]
    if problems := list(_header_problems(Lines(path, {}, number), header)):
        return [], problems
    if len(table) == 1:
        return [], [f"{path}:{number}: has a header but no row; add one row per sample"]
    placed: list[Placed] = []
    faulty: set[str] = set()
    for number, cells in table[1:]:
        if cases and dict(zip(header, cells, strict=False)).get("case") not in cases:
            continue
        try:
            placed.append(_row(path, number, header, cells))
        except UserError as error:
            problems += error.problems
            faulty.add(dict(zip(header, cells, strict=False)).get("case", ""))
    return placed, problems + _across(placed, faulty)


def _header_problems(lines: Lines, header: list[str]) -> Iterable[str]:
    for name in header:
        if name not in COLUMNS and is_personal_column(name):
            yield lines.problem((name,), "a column about a person; remove it from the sheet")
        elif name not in COLUMNS:
            yield lines.problem((name,), f"unknown column; known are {', '.join(COLUMNS)}")
        elif header.count(name) > 1:
            yield lines.problem((name,), "is there twice; keep one")
    for name in _REQUIRED:
        if name not in header:
            hint = "; separate columns by tabs" if len(header) == 1 else "; add it"
            yield lines.problem((name,), f"column is missing{hint}")


def _row(path: Path, number: int, header: list[str], cells: list[str]) -> Placed:
    lines = Lines(path, {}, number)
    if len(cells) > len(header):
        raise UserError(lines.problem((), f"has {len(cells)} cells for {len(header)} columns"))
    values = dict(zip(header, cells, strict=False))
    person = [
        lines.problem((name,), f"looks like {what} {got(shown)}; use a pseudonym")
        for name, value in values.items()
        for what, shown, found in (
            ("a national identity number", value, has_identity_number(value)),
            ("a date", "a date", name not in _PATHS and has_date(value)),
        )
        if found
    ]
    if person:
        raise UserError(person)
    try:
        row = Row.model_validate({name: value for name, value in values.items() if value})
    except ValidationError as error:
        raise UserError(problems_of(error, Row, lines)) from None
    return Placed(row, lines)


def _across(placed: list[Placed], faulty: set[str]) -> list[str]:
    """Problems that only show across rows; a case with a faulty row may lack samples."""
    return [*_files_once(placed), *_samples_agree(placed), *_cases_agree(placed, faulty)]


def _files_once(placed: list[Placed]) -> Iterable[str]:
    seen: dict[Path, Lines] = {}
    for item in placed:
        files = [("fastq_1", item.row.fastq_1), ("fastq_2", item.row.fastq_2)]
        files.append(("bam", item.row.bam))
        for name, path in files:
            if path is None:
                continue
            if path in seen:
                line = seen[path].at(())
                yield item.lines.problem(
                    (name,), f"is used twice, also in line {line} {got(path)}; name the right file"
                )
            seen.setdefault(path, item.lines)


def _samples_agree(placed: list[Placed]) -> Iterable[str]:
    first: dict[str, Placed] = {}
    for item in placed:
        row = item.row
        before = first.setdefault(row.sample, item)
        if before is item:
            continue
        line = before.lines.at(())
        if row.fastq_1 is None or before.row.fastq_1 is None:
            yield item.lines.problem(
                ("sample",),
                f"is there twice, also in line {line} {got(row.sample)};"
                " only FASTQ pairs may have several rows",
            )
        if row.case != before.row.case:
            yield item.lines.problem(
                ("sample",),
                f"belongs to another case in line {line} {got(row.sample)};"
                " a sample belongs to one case, rename it",
            )
            continue
        for name in COLUMNS:
            if name not in _PATHS and getattr(row, name) != getattr(before.row, name):
                yield item.lines.problem(
                    (name,),
                    f"differs from line {line} of the same sample"
                    f" {got(getattr(row, name))}; write {getattr(before.row, name)!r} or mend that",
                )


def _cases_agree(placed: list[Placed], faulty: set[str]) -> Iterable[str]:
    cases: dict[str, dict[str, Placed]] = defaultdict(dict)
    for item in placed:
        cases[item.row.case].setdefault(item.row.sample, item)
    for case, samples in cases.items():
        items = list(samples.values())
        kinds: dict[tuple[str, str], list[Placed]] = defaultdict(list)
        for item in items:
            kinds[item.row.role, item.row.analyte].append(item)
        for (role, analyte), several in kinds.items():
            what = f"{role} {analyte.upper()} sample"
            for extra in several[1:]:
                text = f"case {case} has a second {what}; make it another case"
                yield extra.lines.problem(("role",), text)
        if case not in faulty and ("tumour", "dna") not in kinds:
            yield _no_tumour(case, items[0], ("tumour", "rna") in kinds)
        for item in items[1:]:
            yield from _same_case(items[0], item)
        dna = [item for item in items if item.row.analyte == "dna"]
        for item in dna[1:]:
            yield from _same_door(dna[0], item)


def _no_tumour(case: str, first: Placed, has_rna: bool) -> str:
    if has_rna:
        text = f"case {case} has RNA but no tumour DNA, and RNA alone is not analysed; add its DNA"
        return first.lines.problem(("analyte",), text)
    return first.lines.problem(("role",), f"case {case} has no tumour sample; add its row")


def _same_case(first: Placed, item: Placed) -> Iterable[str]:
    line = first.lines.at(())
    for name in ("panel", "tumour_type", "consent", "age_band"):
        mine, other = getattr(item.row, name), getattr(first.row, name)
        if mine != other:
            yield item.lines.problem(
                (name,), f"differs from line {line} of the same case {got(mine)}; write {other!r}"
            )


def _same_door(first: Placed, item: Placed) -> Iterable[str]:
    line = first.lines.at(())
    if (item.row.vcf is None) != (first.row.vcf is None):
        yield item.lines.problem(
            ("vcf",), f"one case comes by one kind of file, calls or reads; compare line {line}"
        )
    elif item.row.vcf != first.row.vcf:
        yield item.lines.problem(
            ("vcf",),
            f"differs from line {line} of the same case {got(item.row.vcf)};"
            " name one VCF with a column for each sample",
        )
