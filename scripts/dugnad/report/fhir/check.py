"""Holds a bundle against FHIR's models, and against the guide's elements in ``elements.tsv``."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from dugnad.report.fhir.codes import codes, rows
from dugnad.report.fhir.context import GUIDE
from dugnad.report.fhir.parts import Resource

_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Element:
    """How often an element of a profile occurs, and the code (by name) that one of it has.

    The path ``component:NAME`` is a component whose code is the one of that name.
    """

    profile: str
    path: str
    least: int
    most: int | None
    code: str
    source: str


@lru_cache
def elements() -> tuple[Element, ...]:
    """The list, in its order."""
    return tuple(
        Element(
            profile=row["profile"],
            path=row["path"],
            least=int(row["min"]),
            most=None if row["max"] == "*" else int(row["max"]),
            code=row["code"],
            source=row["source"],
        )
        for row in rows("elements.tsv")
    )


def faults_of(bundle: Resource) -> list[str]:
    """All that is wrong with a bundle, as ``resource: element: fault``; empty when it is sound."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    found = [*_models(bundle), *_references(bundle, resources)]
    for resource in resources:
        name = f"{resource['resourceType']}/{resource['id']}"
        found += [f"{name}: {fault}" for fault in (*_profile(resource), *_narrative(resource))]
    return found


def _models(bundle: Resource) -> Iterator[str]:
    """FHIR's own rules, by the models of fhir.resources (R4B, which is R4 for what is used)."""
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate_json(json.dumps(bundle))
    except ValidationError as error:
        for one in error.errors():
            place = ".".join(map(str, one["loc"]))
            yield f"Bundle: {place}: {one['msg']}"


def _references(bundle: Resource, resources: list[Resource]) -> Iterator[str]:
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(set(urls)) < len(urls):
        twice = sorted({url for url in urls if urls.count(url) > 1})
        yield f"Bundle: fullUrl: not unique: {', '.join(twice)}"
    known = set(urls)
    for resource in resources:
        for url in _referred(resource):
            if url not in known:
                yield f"{resource['resourceType']}/{resource['id']}: refers to {url}: not here"


def _referred(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "reference" and isinstance(value, str):
                yield value
            else:
                yield from _referred(value)
    elif isinstance(part, list):
        for value in part:
            yield from _referred(value)


def _profile(resource: Resource) -> Iterator[str]:
    claimed = resource.get("meta", {}).get("profile", [])
    for url in claimed:
        profile = url.removeprefix(f"{GUIDE}/")
        asked = [one for one in elements() if one.profile == profile]
        if not asked:
            yield f"meta.profile: no elements are known of {url}"
        for one in asked:
            yield from _element(resource, one)


def _element(resource: Resource, asked: Element) -> Iterator[str]:
    found = _found(resource, asked.path)
    most = len(found) if asked.most is None else asked.most
    if not asked.least <= len(found) <= most:
        limit = "*" if asked.most is None else asked.most
        yield f"{asked.path}: is there {len(found)} times, asked are {asked.least}..{limit}"
    if asked.code and not any(_has_code(one, asked.code) for one in found):
        code = codes()[asked.code]
        yield f"{asked.path}: lacks {code.system}|{code.code}"


def _found(resource: Resource, path: str) -> list[object]:
    head, _, name = path.partition(":")
    values: list[object] = [resource]
    for key in head.split("."):
        held = [one.get(key) for one in values if isinstance(one, dict)]
        values = []
        for one in held:
            values += one if isinstance(one, list) else [one]
    values = [one for one in values if one is not None]
    if not name:
        return values
    return [one for one in values if isinstance(one, dict) and _has_code(one["code"], name)]


def _has_code(concept: object, name: str) -> bool:
    asked = codes()[name]
    codings = concept.get("coding", []) if isinstance(concept, dict) else []
    return any((one["system"], one["code"]) == (asked.system, asked.code) for one in codings)


def _narrative(resource: Resource) -> Iterator[str]:
    try:
        root = ElementTree.fromstring(resource["text"]["div"])
    except (KeyError, ElementTree.ParseError) as error:
        yield f"text.div: is not well-formed XHTML: {error}"
        return
    names = {one.tag for one in root.iter()}
    if root.tag != f"{_XHTML}div" or not names <= {
        f"{_XHTML}{n}" for n in ("div", "p", "ul", "li")
    }:
        yield "text.div: holds other elements than div, p, ul and li"
    if not "".join(root.itertext()).strip():
        yield "text.div: is empty"
