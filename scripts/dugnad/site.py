"""A site as its reports show it: name, logo, language, contact, and which forms it wants."""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from dugnad.border import Model, SafePath, load_yaml
from dugnad.config import Impersonal
from dugnad.errors import UserError

Language = Literal["en", "nb"]
Form = Literal["html", "pdf", "pptx", "xlsx", "fhir", "tsv", "reads"]
FORMS: tuple[Form, ...] = get_args(Form)


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("is empty; name one or more")
    if len(set(values)) < len(values):
        raise ValueError("names one twice; remove it")
    return values


class Site(Model):
    """What a site chooses of its reports; all of it may be left out."""

    name: Impersonal = Field("", description="of the laboratory, as reports show it")
    languages: Annotated[tuple[Language, ...], AfterValidator(_once)] = Field(
        ("nb", "en"), description="of the reports; the first is the one that is opened"
    )
    outputs: Annotated[tuple[Form, ...], AfterValidator(_once)] = Field(
        FORMS, description="forms of the report that are made"
    )
    logo: SafePath | None = Field(None, description="PNG or SVG, beside the site's file")
    contact: Impersonal = Field("", description="to whom questions go: a unit, not a person")
    disclaimer: Impersonal = Field("", description="a sentence at the foot of each page")
    template: SafePath | None = Field(
        None, description="PPTX with named placeholders, beside the site's file"
    )

    @property
    def language(self) -> Language:
        """The first one."""
        return self.languages[0]

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that it names."""
        return tuple(path for path in (self.logo, self.template) if path)


def load_site(path: Path | None) -> Site:
    """A site's file, with the files that it names beside it; without one, all is default.

    Raises UserError with all its problems, a logo or template that is not there among them.
    """
    if path is None:
        return Site()
    site, lines = load_yaml(path, Site)
    placed = {
        key: path.parent / value
        for key, value in (("logo", site.logo), ("template", site.template))
        if value is not None
    }
    problems = [
        lines.problem((key,), f"there is no {file}; put it beside {path.name}")
        for key, file in placed.items()
        if not file.is_file()
    ]
    if problems:
        raise UserError(problems)
    return site.model_copy(update=placed)
