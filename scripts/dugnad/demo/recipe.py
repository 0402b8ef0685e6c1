"""What all recipes of the demo share: field types, a change in coding terms, and the loader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dugnad.errors import UserError

Dna = Annotated[str, Field(pattern=r"^[ACGT]+$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+*-]+$")]


class Strict(BaseModel):
    """Base of all recipes: no unknown fields, no changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(Strict):
    """A planted or listed variant in coding terms with the protein change claimed by hand."""

    gene: str
    change: Annotated[str, Field(pattern=r"^c\.")]
    protein: str | None = None
    clinvar: str | None = None
    population: Fraction | None = None

    @property
    def title(self) -> str:
        """Gene and change, for messages."""
        return f"{self.gene} {self.change}"


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """Read the YAML file ``path`` as ``model``; UserError names file, field and problem."""
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"{path}: file not found") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {error}") from None
    except ValidationError as error:
        raise UserError(_problems(path, error)) from None


def _problems(path: Path, error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        field = ".".join(map(str, problem["loc"]))
        yield f"{path}: {field}: {problem['msg']}"
