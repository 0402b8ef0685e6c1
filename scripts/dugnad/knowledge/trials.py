"""Trials that a site recruits to: a YAML file each, with cohorts and their rules."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from dugnad.border import Lines, Model, load_yaml
from dugnad.errors import UserError
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.therapies import ANYWHERE
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.quantities import Text

T = TypeVar("T")


class _FromText:
    """Tells pydantic that an alteration is written as text."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            parse_alteration,
            core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda it: it.text),
        )


Wanted = Annotated[Alteration, _FromText]


def _some(listed: tuple[T, ...]) -> tuple[T, ...]:
    """Not a minimum length, which would call a list empty whose only entry is at fault."""
    if not listed:
        raise ValueError("is empty; write one or more")
    return listed


class Cohort(Model):
    """A cohort: drugs, and whom it takes."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    drugs: tuple[Text, ...] = Field(min_length=1, description="INN")
    any_of: Annotated[tuple[Wanted, ...], AfterValidator(_some)] = Field(
        description="alterations; one is enough"
    )
    all_of: tuple[Wanted, ...] = Field((), description="alterations that must be there too")
    none_of: tuple[Wanted, ...] = Field((), description="alterations that must not be there")
    tumour_types: tuple[Text, ...] = Field(
        min_length=1, description="OncoTree codes with all below them, any or any_solid"
    )
    not_tumour_types: tuple[Text, ...] = Field((), description="codes that it does not take")
    note: Text | None = None


class Trial(Model):
    """A trial as a site describes it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    registry: Annotated[str, Field(pattern=r"^(NCT\d{8}|\d{4}-\d{6}-\d{2}(-\d{2})?)$")] | None = (
        Field(None, description="ClinicalTrials.gov's or the EU's number")
    )
    as_of: date = Field(description="when the file was held against the protocol")
    verify_before_use: bool = Field(
        description="true: nobody at the site has held it against the protocol; reports say so"
    )
    source: Text = Field(description="publication or document, with its year")
    cohorts: Annotated[tuple[Cohort, ...], AfterValidator(_some)]


def read_trials(folder: Path, types: TumourTypes) -> tuple[Trial, ...]:
    """All trials of a folder; UserError with the faults of all files at once."""
    trials: list[Trial] = []
    problems: list[str] = []
    paths = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
    if not paths:
        raise UserError(f"{folder}: holds no trial; write a YAML file each, or take the key away")
    for path in paths:
        try:
            trial, lines = load_yaml(path, Trial)
        except UserError as error:
            problems += error.problems
            continue
        problems += _faults(trial, lines, types)
        if trial.id in {other.id for other in trials}:
            problems.append(lines.problem(("id",), f"is used twice (got '{trial.id}'); rename one"))
        trials.append(trial)
    if problems:
        raise UserError(problems)
    return tuple(trials)


def _faults(trial: Trial, lines: Lines, types: TumourTypes) -> list[str]:
    problems = []
    ids = [cohort.id for cohort in trial.cohorts]
    for number, cohort in enumerate(trial.cohorts):
        if ids.count(cohort.id) > 1:
            text = f"is used twice (got '{cohort.id}'); rename one"
            problems.append(lines.problem(("cohorts", number, "id"), text))
        for name in ("tumour_types", "not_tumour_types"):
            for place, code in enumerate(getattr(cohort, name)):
                if code not in ANYWHERE and (fault := types.problem(code)):
                    problems.append(lines.problem(("cohorts", number, name, place), fault))
    return problems
