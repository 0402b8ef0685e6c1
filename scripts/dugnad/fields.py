"""Values of a VCF record's fields, also where the header does not declare them."""

from typing import Any


def field(fields: Any, key: str) -> Any:
    """A field's value, None when absent; pysam's own get fails on one that is not declared."""
    return fields[key] if key in fields else None  # noqa: SIM401


def scalar(value: Any) -> Any:
    """A field's single value; None where it has none, or several of which one must be chosen."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else None
    return value


def counts(fields: Any, key: str, number: int) -> tuple[int, ...] | None:
    """So many whole numbers; None where one is lacking. Undeclared ones are text to pysam."""
    value = field(fields, key)
    if value is None:
        return None
    words = value.split(",") if isinstance(value, str) else value
    try:
        found = tuple(map(int, words if isinstance(words, tuple | list) else (words,)))
    except (TypeError, ValueError):
        return None
    return found if len(found) == number else None


def count(fields: Any, key: str) -> int | None:
    """A single whole number."""
    return (counts(fields, key, 1) or (None,))[0]
