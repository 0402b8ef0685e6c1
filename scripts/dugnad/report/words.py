"""The report's language: every text that it shows stands in ``locale/``, in each language.

A text has a key, such as ``head.trust``; ``{name}`` in it is replaced. Numbers and dates are
written as the language does. Names of genes, drugs, HGVS and Sequence Ontology stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import yaml

Language = Literal["en", "nb"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FOLDER = Path(__file__).with_name("locale")
DASH = "\N{EN DASH}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Words:
    """The texts of one language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key; KeyError for one that the language lacks, which is a bug.

        With ``n``, a key ``x`` stands for ``x.one`` where n is 1, and else ``x.many``.
        """
        if "n" in values and key not in self.texts:
            key = f"{key}.{'one' if values['n'] == 1 else 'many'}"
        text = self.texts[key]
        return text.format(**values) if values else text

    def term(self, group: str, code: str) -> str:
        """A code of the record in words: ``term.{group}.{code}``, or the code with spaces."""
        return self.texts.get(f"term.{group}.{code}", code.replace("_", " "))

    def number(self, value: float | None, digits: int | None = None) -> str:
        """A number with its language's decimal sign; a dash when it is not known.

        ``digits`` after the sign; without them as many as tell something.
        """
        if value is None:
            return DASH
        if digits is None:
            plain = abs(value) >= 10 or value == int(value)
            text = f"{value:,.0f}" if plain else f"{value:.3g}"
        else:
            text = f"{value:,.{digits}f}"
        if self.language == "nb":
            text = text.replace(",", _NARROW).replace(".", ",")
        return text

    def percent(self, fraction: float | None) -> str:
        """A fraction as a percentage with sensible digits; a dash when it is not known."""
        if fraction is None:
            return DASH
        digits = 0 if fraction >= 0.1 or fraction == 0 else 1
        return f"{self.number(100 * fraction, digits)}{_NARROW}%"

    def day(self, value: date | datetime) -> str:
        """A date: 2026-11-25, and in Norwegian 25.11.2026."""
        return value.strftime("%d.%m.%Y" if self.language == "nb" else "%Y-%m-%d")


@lru_cache
def words_of(language: Language) -> Words:
    """The texts of a language."""
    path = FOLDER / f"{language}.yaml"
    return Words(language, _flat(yaml.safe_load(path.read_text(encoding="utf-8"))))


def _flat(tree: Mapping[str, object], lead: str = "") -> dict[str, str]:
    """Nested keys as one, joined by dots."""
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{lead}{key}.")
        else:
            found[f"{lead}{key}"] = str(value)
    return found
