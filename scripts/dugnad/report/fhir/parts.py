"""The pieces of FHIR resources: texts, concepts, components, quantities and references."""

import re
from html import escape
from typing import Any

from dugnad.report.fhir.codes import UCUM, codes

Resource = dict[str, Any]

# what neither a FHIR string nor XML 1.0 may hold
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"\S+( \S+)*")


def clean(text: object) -> str:
    """Text that FHIR and XML can hold: what they cannot is shown as U+FFFD, nothing as a dash."""
    found = _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", str(text))
    return found if found.strip() else "\N{EN DASH}"


def concept(*names: str, text: object = None) -> Resource:
    """A CodeableConcept of codes by name, with the text that people read."""
    found: Resource = {}
    if names:
        found["coding"] = [codes()[name].coding for name in names]
    if text is not None:
        found["text"] = clean(text)
    return found


def coded(system: str, code: str, text: object = None) -> Resource:
    """A CodeableConcept of one code; text alone where it cannot be a code."""
    shown = clean(code if text is None else text)
    if not _CODE.fullmatch(code) or clean(code) != code:
        return {"text": shown}
    return {"coding": [{"system": system, "code": code}], "text": shown}


def quantity(value: float, unit: str = "1", shown: str | None = None) -> Resource:
    """A Quantity in UCUM, with six digits."""
    number = float(f"{value:.6g}")
    whole = int(number) if number.is_integer() else number
    named = {"unit": shown} if shown else {}
    return {"value": whole, **named, "system": UCUM, "code": unit}


def ranged(first: int, last: int) -> Resource:
    """A Range of positions, both inclusive."""
    return {"low": {"value": first}, "high": {"value": last}}


def component(name: str, label: str, **value: Any) -> Resource:
    """A component of the code by that name; ``value`` is its one value[x]."""
    return {"code": concept(name, text=label), **value}


def reference(resource: Resource) -> Resource:
    """A reference to a resource of the same bundle."""
    return {"reference": f"urn:uuid:{resource['id']}"}


def narrative(language: str, title: str, lines: tuple[str, ...] = ()) -> Resource:
    """A resource in words, as XHTML; all text is escaped."""
    listed = "".join(f"<li>{escape(clean(line))}</li>" for line in lines)
    body = f"<p>{escape(clean(title))}</p>" + (f"<ul>{listed}</ul>" if listed else "")
    space = 'xmlns="http://www.w3.org/1999/xhtml"'
    return {
        "status": "generated",
        "div": f'<div {space} lang="{language}" xml:lang="{language}">{body}</div>',
    }


def notes(*texts: str | None) -> Resource:
    """Annotations; an empty dictionary when there are none."""
    found = [{"text": clean(text)} for text in texts if text]
    return {"note": found} if found else {}
