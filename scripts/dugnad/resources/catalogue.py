"""``resources.yaml``: what can be fetched or imported, with release, checksum and licence."""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

from dugnad.border import Model, load_yaml
from dugnad.errors import UserError
from dugnad.knowledge.loaders import LOADERS

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "resources" / "resources.yaml"
ROLLING = "rolling"
SCHEMES = ("http", "https", "file")

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Release = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class RemoteFile(Model):
    """One file of a resource. Names and addresses may hold {release} and {chromosome}."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9{][^/\s]*$")]
    url: str | None
    """None: it cannot be fetched; its name may hold * then."""
    sha256: Sha256 | None
    """As published; None: the first that is seen is kept."""
    md5_url: str | None = None
    """Address of the MD5 that the publisher gives."""
    optional: bool = False

    @field_validator("url", "md5_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in SCHEMES:
            raise ValueError("is not an address of http, https or file; write the whole address")
        return value

    @model_validator(mode="after")
    def _pattern(self) -> Self:
        if self.url is not None and "*" in self.name:
            raise ValueError("name has a *, which only files without url may have; write it out")
        return self


@dataclass(frozen=True)
class Wanted:
    """One file with all placeholders filled in."""

    name: str
    url: str | None
    sha256: str | None
    md5_url: str | None
    optional: bool


class Resource(Model):
    """An external resource."""

    id: Id
    name: Text
    release: Release
    """As the publisher names it, or ``rolling``."""
    genome: Literal["GRCh38", "GRCh37", "none"]
    licence: Text
    licence_note: Text
    purpose: Text = Field(alias="for")
    access: Literal["open", "login", "licence"]
    """open: can be fetched; login, licence: import only."""
    loader: str
    chromosomes: tuple[str, ...] = ()
    files: tuple[RemoteFile, ...]

    @field_validator("loader")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in LOADERS:
            raise ValueError(f"is no loader; write one of {', '.join(sorted(LOADERS))}")
        return value

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not self.files:
            raise ValueError("files is empty; name at least one")
        for file in self.files:
            if (file.url is None) == (self.access == "open"):
                raise ValueError(f"{file.name}: access open and a url go together; mend one")
            if file.sha256 and (self.rolling or "{chromosome}" in file.name):
                raise ValueError(f"{file.name}: one sha256 cannot hold for it; write null")
            if ("{chromosome}" in file.name) != bool(self.chromosomes):
                raise ValueError(f"{file.name}: {{chromosome}} and chromosomes go together")
        return self

    @property
    def rolling(self) -> bool:
        """Whether the release is read from what arrives."""
        return self.release == ROLLING

    def wanted(self, release: str | None = None) -> tuple[Wanted, ...]:
        """Its files, of the named release or another that the publisher has.

        A sha256 holds for the named release alone.
        """
        given = release or self.release
        return tuple(
            Wanted(
                _fill(file.name, given, chromosome),
                file.url and _fill(file.url, given, chromosome),
                file.sha256 if given == self.release else None,
                file.md5_url and _fill(file.md5_url, given, chromosome),
                file.optional,
            )
            for file in self.files
            for chromosome in (self.chromosomes or ("",))
        )

    def release_in(self, name: str) -> str | None:
        """The release that a file's name states, ``rolling`` where it states none; None: no match.

        A downloaded name without {release} fits the named release.
        """
        for file in self.files:
            for chromosome in self.chromosomes or ("",):
                form = file.name.replace("{chromosome}", chromosome)
                if "*" in form and fnmatch.fnmatch(name, form):
                    return self.release
                first, *rest = map(re.escape, form.split("{release}"))
                named = "".join(
                    f"{'(?P<release>[A-Za-z0-9._-]+?)' if index == 0 else '(?P=release)'}{part}"
                    for index, part in enumerate(rest)
                )
                if found := re.fullmatch(first + named, name):
                    return found["release"] if rest else self.release
        return None


class Catalogue(Model):
    """All external resources."""

    resources: tuple[Resource, ...]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [resource.id for resource in self.resources]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"id {', '.join(twice)} stands twice; keep one")
        return self

    def chosen(self, ids: list[str]) -> list[Resource]:
        """The resources of these ids; all open ones for none. UserError for unknown ids."""
        known = {resource.id: resource for resource in self.resources}
        if unknown := [name for name in ids if name not in known]:
            shown = ", ".join(known)
            raise UserError([f"no resource '{name}'; write one of {shown}" for name in unknown])
        return [known[name] for name in dict.fromkeys(ids)]


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """The catalogue; UserError with all problems, each with its line."""
    return load_yaml(path, Catalogue)[0]


def _fill(text: str, release: str, chromosome: str) -> str:
    return text.replace("{release}", release).replace("{chromosome}", chromosome)
