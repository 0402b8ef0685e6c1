"""Jinja for one language: its words, and what becomes of numbers, sources and free text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from dugnad.report import key_events
from dugnad.report.page import names, trust
from dugnad.report.rearrangement_section import breakpoint_name
from dugnad.report.words import Language, Words, words_of

_SOURCE = re.compile(r"PMID:\s?(\d+)|\b(NCT\d{8})\b|doi:(10\.\d{4,9}/[^\s;,)]+)")
_PLACES = (
    "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "https://clinicaltrials.gov/study/{}",
    "https://doi.org/{}",
)


@lru_cache
def environment_of(language: Language) -> Environment:
    """The templates with the words of a language; all that a person wrote is escaped."""
    t = words_of(language)
    environment = Environment(
        loader=PackageLoader("dugnad.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": t.percent,
        "number": t.number,
        "decimal": decimal_of(t),
        "words": words,
        "capital": capital,
        "linked": linked,
        "free": free_of(t),
    }
    environment.globals |= {
        "t": t,
        "term": t.term,
        "language": language,
        "alteration": lambda text: names.alteration_words(text, t),
        "event_name": lambda one: names.event_name(one.name, one.kind, t),
        "exons_text": lambda one: key_events.exons_text(one, t),
        "dna_text": lambda one: key_events.dna_text(one, t),
        "rna_text": lambda one: key_events.rna_text(one, t),
        "limits_text": lambda metric: trust.limits_text(metric, t),
        "breakpoint": breakpoint_name,
    }
    return environment


class _Decimal:
    """A measured number with so many digits after the point."""

    def __init__(self, t: Words) -> None:
        self.t = t

    def __call__(self, value: float | None, digits: int = 1) -> str:
        return self.t.number(value, digits)


def decimal_of(t: Words) -> _Decimal:
    """The filter ``decimal`` of a language."""
    return _Decimal(t)


class _Free:
    """Text of the record, which is English, marked as such where the page is not."""

    def __init__(self, t: Words) -> None:
        self.t = t

    def __call__(self, text: object) -> Markup:
        if self.t.language == "en" or not text:
            return escape(text or "")
        return Markup('<span lang="en">{}</span>').format(text)


def free_of(t: Words) -> _Free:
    """The filter ``free`` of a language."""
    return _Free(t)


def capital(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]


def words(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def linked(text: str) -> Markup:
    """Sources with links that nothing loads: PMID, trial registry and DOI."""
    return Markup("").join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    at = 0
    for found in _SOURCE.finditer(text):
        yield escape(text[at : found.start()])
        where, name = next((p, n) for p, n in zip(_PLACES, found.groups(), strict=True) if n)
        link = Markup('<a class="source" rel="noreferrer" href="{}">{}</a>')
        yield link.format(where.format(name), found.group())
        at = found.end()
    yield escape(text[at:])
