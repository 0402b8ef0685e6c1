"""The config's sources of known sites: who has seen a variant, and what is said of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError

from dugnad.border import Model, SafePath, explain
from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.quantities import Slug, Text

InfoKey = Annotated[str, Field(pattern=r"^[A-Za-z_][0-9A-Za-z_.]*$")]
ColumnName = Annotated[str, Field(pattern=r"^[0-9A-Za-z_][0-9A-Za-z_.()+-]*$")]
SourceKind = Literal["population", "clinical", "identifiers", "sites", "regions", "table"]
SOURCE_KINDS: tuple[str, ...] = get_args(SourceKind)

_NEEDED = {"population": "frequency", "clinical": "significance", "table": "show"}
_OF_KIND = {
    "frequency": "population",
    "maximum": "population",
    "significance": "clinical",
    "review": "clinical",
    "condition": "clinical",
    "oncogenicity": "clinical",
    "somatic": "clinical",
    "count": "identifiers",
    "show": "sites, table",
    "columns": "regions",
}


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _written(value: Mapping[str, int] | Iterable[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{name}:{number}" for name, number in value.items())
    else:
        yield from value


class Source(Model):
    """A file of known sites: who has seen a variant."""

    id: Slug
    path: SafePath = Field(description="VCF, BED or TSV, bgzip-compressed and indexed")
    release: Text
    kind: SourceKind
    frequency: InfoKey | None = Field(None, description="population: INFO key of allele frequency")
    maximum: Annotated[tuple[InfoKey, ...], BeforeValidator(_listed)] = Field(
        (),
        description="population: INFO key of the highest frequency of its groups, or a list of"
        " the groups' own keys",
    )
    significance: InfoKey | None = Field(None, description="clinical: INFO key of significance")
    review: InfoKey | None = Field(None, description="clinical: INFO key of the review status")
    condition: InfoKey | None = Field(None, description="clinical: INFO key of the conditions")
    oncogenicity: InfoKey | None = Field(
        None, description="clinical: INFO key of the oncogenicity of somatic variants"
    )
    somatic: InfoKey | None = Field(
        None, description="clinical: INFO key of the clinical impact of somatic variants"
    )
    count: InfoKey | None = Field(
        None, description="identifiers: INFO key of the number of samples that have it"
    )
    show: Annotated[tuple[ColumnName, ...], BeforeValidator(_listed)] = Field(
        (), description="sites: INFO keys to show; table: columns to show"
    )
    columns: dict[Slug, Annotated[int, Field(ge=4)]] = Field(
        {}, description="regions: BED columns to show, by name; absent: column 4, as label"
    )

    @property
    def words(self) -> tuple[str, ...]:
        """Id, kind, file, and ``KEY=VALUE`` for what else is set: as verbs take it."""
        given = {key: value for key, value in self if key in _OF_KIND and value}
        texts = {
            key: value if isinstance(value, str) else ",".join(_written(value))
            for key, value in given.items()
        }
        return (self.id, self.kind, str(self.path), *(f"{k}={v}" for k, v in texts.items()))

    @property
    def is_vcf(self) -> bool:
        """Whether its file is a VCF."""
        return self.kind not in {"regions", "table"}

    @property
    def info_keys(self) -> tuple[str, ...]:
        """The INFO keys that are read."""
        keys = (self.frequency, *self.maximum, self.significance, self.review, self.condition)
        keys += (self.oncogenicity, self.somatic, self.count)
        keys += self.show if self.kind == "sites" else ()
        return tuple(key for key in keys if key)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Keys that its kind needs and lacks, or has no use for, each with the fault in words."""
        for field, kinds in _OF_KIND.items():
            if getattr(self, field) and self.kind not in kinds.split(", "):
                yield field, f"is of kind {kinds}, not of {self.kind}; remove it or mend the kind"
        needed = _NEEDED.get(self.kind)
        if needed and not getattr(self, needed):
            what = "columns" if self.kind == "table" else "INFO key"
            yield needed, f"a {self.kind} source needs it; name the {what}"


def source_of(words: Sequence[str]) -> Source:
    """The source that a verb is given as id, kind, file and ``KEY=VALUE``; its release is unknown.

    Raises UserError for anything else.
    """
    place = f"--source {' '.join(words)}"
    if len(words) < 3:
        raise UserError(f"{place}: needs ID KIND FILE and KEY=VALUE; add what is missing")
    data: dict[str, object] = {"id": words[0], "kind": words[1], "path": words[2], "release": "?"}
    for word in words[3:]:
        key, _, value = word.partition("=")
        data[key] = value.split(",") if key in {"maximum", "show"} else value
        if key == "columns":
            pairs = (pair.partition(":") for pair in value.split(","))
            data[key] = {name: number for name, _, number in pairs}
    try:
        source = Source.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        raise UserError(
            [
                f"{place}: {detail['loc'][0]}: {explain(detail, Source.model_fields)}"
                for detail in details
            ]
        ) from None
    if faults := [f"{place}: {field}: {text}" for field, text in source.faults()]:
        raise UserError(faults)
    return source


def header_of(path: Path) -> list[str]:
    """The columns of a table: its first line, with or without ``#``, after those with ``##``.

    Raises UserError when it has none.
    """
    with open_bytes(path) as lines:
        for line in lines:
            if not line.startswith(b"##"):
                text = line.decode("utf-8", errors="replace").rstrip("\r\n")
                return [name.strip() for name in text.lstrip("#").split("\t")]
    raise UserError(f"{path}:1: is empty; name the table")
