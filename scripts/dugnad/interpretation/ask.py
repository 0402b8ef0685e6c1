"""What findings that are written by hand mean in a tumour type."""

from collections.abc import Iterable

from dugnad.errors import UserError
from dugnad.interpretation.base import Base
from dugnad.interpretation.classify import Case, interpret, judged
from dugnad.interpretation.evidence import Context
from dugnad.interpretation.may_be import open_exclusions, open_rows
from dugnad.interpretation.named import subject_of
from dugnad.interpretation.profile import Subject
from dugnad.record import Finding
from dugnad.record_interpretation import Classification, Interpretation


def ask(findings: Iterable[str], tumour_type: str, base: Base) -> tuple[Interpretation, ...]:
    """The interpretation of each finding, in the order given, beside all the others.

    Genes that are not named count as callable and of wild type. Raises UserError with all
    findings that cannot be read.
    """
    parts: list[tuple[Subject, Finding | None, Classification | None]] = []
    problems: list[str] = []
    code = base.types.resolve(tumour_type) or tumour_type
    for text in findings:
        try:
            found = subject_of(text, base.symbols)
        except ValueError as error:
            problems.append(f"finding '{text}': {error}")
            continue
        parts.append(
            judged(found, base, code) if isinstance(found, Finding) else (found, None, None)
        )
    if problems:
        raise UserError(problems)
    context = Context(
        code=code,
        types=base.types,
        subjects=tuple(subject for subject, _, _ in parts),
        callable_gene=lambda _: True,
        exons=base.exons,
    )
    case = Case(context, base)
    return tuple(_with_what_is_open(interpret(*part, case), part[0], case) for part in parts)


def _with_what_is_open(item: Interpretation, subject: Subject, case: Case) -> Interpretation:
    """The interpretation with what it depends on that was not said."""
    base, context = case.base, case.context
    own = open_rows(subject, context, base.therapies)
    others = open_exclusions(item.evidence, context.subjects, context.exons, base.rows)
    said = (*((own,) if own else ()), *others)
    return item.model_copy(update={"cautions": (*item.cautions, *said)}) if said else item
