"""Where what people write comes in: the model base, files with line numbers, and problems as text.

Every problem reads ``file:line: field: fault (got value); remedy``.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from dugnad.errors import UserError
from dugnad.privacy import mask

Key = tuple[str | int, ...]

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, ten times as fast, where it is

_UNSAFE = re.compile(r"[\s;&|<>$`'\"\\*?(){}\[\]!#]")


def _safe_path(value: object) -> object:
    if isinstance(value, str) and (_UNSAFE.search(value) or value.startswith("-")):
        raise ValueError("has a character that no file name here may have; rename the file")
    return value


SafePath = Annotated[Path, BeforeValidator(_safe_path)]
"""A path without spaces or characters that a shell reads."""


class Model(BaseModel):
    """Base of all that people write: unknown keys are faults, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lines:
    """The line of each key of a YAML file, or of one row of a sheet."""

    def __init__(self, path: Path, lines: Mapping[Key, int], first: int = 1) -> None:
        self.path = path
        self._lines = lines
        self._first = first

    def at(self, key: Key) -> int:
        """The 1-based line of ``key``, or of the nearest enclosing key that the file has."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, self._first)

    def problem(self, key: Key, text: str) -> str:
        """``file:line: field: text`` for one problem."""
        field = ".".join(map(str, key))
        return mask(f"{self.path}:{self.at(key)}: " + (f"{field}: " if field else "") + text)


def got(value: object) -> str:
    """The faulty value as it is shown, with what looks like a person masked."""
    return f"(got {mask(str(value))!r})"


def read_text(path: Path) -> str:
    """The text of a file that a person wrote: UTF-8, with or without a byte-order mark.

    Raises UserError when it is missing, a directory, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; check the path") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a directory; name the file") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """A YAML document and the lines of its keys.

    Raises UserError for a missing file, a syntax error, a key written twice, or an empty file.
    """
    text = read_text(path)
    try:
        try:
            node, data = _parsed(text, _FAST)
        except yaml.MarkedYAMLError:
            node, data = _parsed(text, yaml.SafeLoader)  # whose words are the clearer ones
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: is not YAML: {error.problem}; mend the syntax") from None
    if node is None or data is None:
        raise UserError(f"{path}:1: is empty; write at least its required keys")
    lines: dict[Key, int] = {}
    twice: list[str] = []
    _walk(node, (), lines, twice, path)
    if twice:
        raise UserError(twice)
    return data, Lines(path, lines)


def _parsed(text: str, loader: Any) -> tuple[yaml.Node | None, Any]:
    return yaml.compose(text, Loader=loader), yaml.load(text, Loader=loader)


def _walk(node: yaml.Node, key: Key, lines: dict[Key, int], twice: list[str], path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            child = (*key, name.value)
            line = name.start_mark.line + 1
            if child in lines:
                field = ".".join(map(str, child))
                twice.append(f"{path}:{line}: {field}: is written twice; keep one")
            lines[child] = line
            _walk(value, child, lines, twice, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*key, index)] = value.start_mark.line + 1
            _walk(value, (*key, index), lines, twice, path)


# pydantic's error types as our words: fault and remedy
_WORDS = {
    "missing": ("is missing", "add it"),
    "float_parsing": ("must be a number", "write digits with a decimal point"),
    "float_type": ("must be a number", "write digits with a decimal point"),
    "int_parsing": ("must be a whole number", "write digits"),
    "int_type": ("must be a whole number", "write digits"),
    "int_from_float": ("must be a whole number", "write digits"),
    "string_type": ("must be text", "put it in quotes"),
    "bool_type": ("must be true or false", "write true or false"),
    "model_type": ("must be a group of keys", "see config/README.md"),
    "dict_type": ("must be a group of keys", "see config/README.md"),
    "list_type": ("must be a list", "begin each entry with a dash"),
    "tuple_type": ("must be a list", "begin each entry with a dash"),
}

_BOUNDS = {
    "greater_than": "must be above",
    "greater_than_equal": "must be at least",
    "less_than": "must be below",
    "less_than_equal": "must be at most",
}


def explain(error: ErrorDetails, known: Iterable[str]) -> str:
    """``fault (got value); remedy`` for one of pydantic's errors."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(error["loc"][-1])
        near = difflib.get_close_matches(name, list(known), n=1)
        return "unknown key; " + (f"did you mean '{near[0]}'?" if near else "remove it")
    if kind == "missing":
        return "is missing; add it"
    if kind == "value_error":
        fault, _, remedy = str(context["error"]).partition("; ")
    elif kind in _BOUNDS:
        fault, remedy = f"{_BOUNDS[kind]} {next(iter(context.values()))}", "mend the number"
    elif kind == "string_pattern_mismatch":
        fault, remedy = "is not of the right form", f"it must match {context['pattern']}"
    elif kind in {"literal_error", "enum"}:
        fault, remedy = "is not an allowed value", f"write {context['expected']}"
    else:
        fault, remedy = _WORDS.get(kind, (error["msg"], "see config/README.md"))
    whole = isinstance(error["input"], dict | list)
    return f"{fault}; {remedy}" if whole else f"{fault} {got(error['input'])}; {remedy}"


def problems_of(error: ValidationError, model: type[BaseModel], lines: Lines) -> list[str]:
    """All problems of one document or row, each with its line."""
    return [
        lines.problem(detail["loc"], explain(detail, _known(model, detail["loc"][:-1])))
        for detail in error.errors()
    ]


def _known(model: type[BaseModel], key: Key) -> list[str]:
    """The keys that the model at ``key`` has, for 'did you mean'."""
    current: Any = model
    for part in key:
        if isinstance(part, str) and part in getattr(current, "model_fields", {}):
            current = current.model_fields[part].annotation
        while not hasattr(current, "model_fields") and getattr(current, "__args__", None):
            models = [a for a in current.__args__ if hasattr(a, "__args__") or _is_model(a)]
            if not models:
                break
            current = models[-1]
    return list(getattr(current, "model_fields", {}))


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


M = TypeVar("M", bound=BaseModel)


def load_yaml(path: Path, model: type[M]) -> tuple[M, Lines]:
    """A YAML file as its model.

    Raises UserError with all problems of the file at once.
    """
    data, lines = read_yaml(path)
    return build(model, data, lines), lines


def build(model: type[M], data: object, lines: Lines) -> M:
    """``data`` as ``model``; raises UserError with all problems at once."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise UserError(problems_of(error, model, lines)) from None
