"""Tumour types: OncoTree's codes and which lies within which.

Reads our own table and the releases of OncoTree as they are published: JSON (the tree or the flat
list of tumour types of its interface) and tab-separated text (a path a row, or a code a row).
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.knowledge.tsv import Row, read_rows
from dugnad.record_interpretation import TumourType

Group = Literal["solid", "haematological", "unknown"]

COLUMNS = ("code", "name", "parent", "group", "source")
OPTIONAL = ("formerly", "revoked")
_ROOT = "TISSUE"
_ELSEWHERE = (
    "look it up at oncotree.mskcc.org, or run dugnad resources fetch oncotree and name the store"
    " under 'resources' in config.yaml"
)
_BLOOD = {"LYMPH", "MYELOID", "BLOOD", "HEMATOPOIETIC"}
_BLOOD_NAME = re.compile(r"(?i)\b\w*(?:lymphoma|leukemia|myeloma)\b")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")
_NAME_AND_CODE = re.compile(r"(.*\S)\s*\(([^()\s]+)\)")
_LEVELS = re.compile(r"level_\d+|primary|secondary|tertiary|quaternary|quinternary")


@dataclass(frozen=True)
class Node:
    """A tumour type. ``formerly``: older codes of the same meaning; ``revoked``: of a wider one."""

    code: str
    name: str
    parent: str | None
    group: Group = "unknown"
    formerly: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()


@dataclass(frozen=True)
class TumourTypes:
    """The tumour types of one release, by code."""

    nodes: Mapping[str, Node]
    _renamed: Mapping[str, str] = field(default_factory=dict)
    _revoked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "TumourTypes":
        """The tumour types of our table, or of a release of OncoTree in any of its formats.

        Raises UserError with all faults: an unknown format, a code twice, a parent that is not
        there, a circle, a row without a source.
        """
        text = read_text(path)
        found = list(_reader(path, text)())
        nodes = {node.code: node for node in found}
        problems = list(_faults(path, found, nodes))
        if problems:
            raise UserError(problems)
        return _indexed(nodes)

    def resolve(self, code: str) -> str | None:
        """The code of this release that means the same; None for one that it does not know."""
        return code if code in self.nodes else self._renamed.get(code)

    def problem(self, code: str) -> str | None:
        """What is wrong with a code and what to write instead; None for one that is known."""
        if self.resolve(code):
            return None
        if instead := self._revoked.get(code):
            shown = " or ".join(f"{new} ({self.nodes[new].name})" for new in instead)
            return f"is no longer an OncoTree code (got '{code}'); write {shown}"
        folded = {known.upper(): known for known in self.nodes}
        near = difflib.get_close_matches(code.upper(), folded, n=1, cutoff=0.7)
        hint = f"did you mean {folded[near[0]]}?" if near else _ELSEWHERE
        return f"is not an OncoTree code that is known here (got '{code}'); {hint}"

    def ancestors(self, code: str) -> tuple[str, ...]:
        """What the type lies within, nearest first; empty for a tissue or an unknown code."""
        found: list[str] = []
        node = self.nodes.get(self.resolve(code) or "")
        while node and node.parent:
            found.append(node.parent)
            node = self.nodes[node.parent]
        return tuple(found)

    def is_within(self, code: str, wanted: str) -> bool:
        """Whether a tumour is of a wanted type: ``any``, ``any_solid``, or a code.

        Of a tumour whose code is not known, only ``any`` is sure.
        """
        if wanted == "any":
            return True
        if wanted == "any_solid":
            return self.group(code) == "solid"
        own, asked = self.resolve(code), self.resolve(wanted)
        return bool(own and asked) and asked in (own, *self.ancestors(code))

    def name(self, code: str) -> str | None:
        """The name; None for an unknown code."""
        node = self.nodes.get(self.resolve(code) or "")
        return node.name if node else None

    def group(self, code: str) -> Group:
        """Solid, haematological, or unknown for an unknown code."""
        node = self.nodes.get(self.resolve(code) or "")
        return node.group if node else "unknown"

    def shown(self, code: str) -> TumourType:
        """As the record has it, with the code of this release."""
        return TumourType(
            code=self.resolve(code) or code,
            name=self.name(code),
            path=self.ancestors(code),
            group=self.group(code),
        )


def _indexed(nodes: Mapping[str, Node]) -> TumourTypes:
    """With the way from older codes; one that became several is as one that was revoked."""
    heirs: dict[str, list[str]] = {}
    gone: dict[str, list[str]] = {}
    for node in nodes.values():
        for old in node.formerly:
            heirs.setdefault(old, []).append(node.code)
        for old in node.revoked:
            gone.setdefault(old, []).append(node.code)
    renamed = {old: new[0] for old, new in heirs.items() if len(new) == 1 and old not in gone}
    for old, new in heirs.items():
        if old not in renamed:
            gone.setdefault(old, []).extend(new)
    revoked = {old: tuple(new) for old, new in gone.items()}
    return TumourTypes(nodes, renamed, revoked)


def _reader(path: Path, text: str) -> Callable[[], Iterable[Node]]:
    """The reader of the file's format, told by how it begins."""
    if text.lstrip()[:1] in {"{", "["}:
        return lambda: _from_json(path, text)
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    header = next(lines, "").rstrip("\n").split("\t")
    if header[:2] == list(COLUMNS[:2]):
        return lambda: read_rows(path, COLUMNS, _own, OPTIONAL)
    if _LEVELS.fullmatch(header[0]):
        return lambda: _from_paths(text, header)
    if {"Code", "Name", "Parent"} <= set(header):
        return lambda: _from_codes(text, header)
    asked = "our columns, level_1 ..., or Code, Name, Parent"
    raise UserError(f"{path}:1: is neither JSON nor a table with {asked}; get an OncoTree release")


def _own(row: Row) -> Node:
    row.sources()
    for column in ("code", "name"):
        if not row[column]:
            raise row.fault(column, "is missing")
    if not _CODE.fullmatch(row["code"]):
        raise row.fault("code", "is not an OncoTree code")
    group = row.among("group", ("solid", "haematological"))
    return Node(
        code=row["code"],
        name=row["name"],
        parent=row["parent"] or None,
        group="solid" if group == "solid" else "haematological",
        formerly=row.listed("formerly"),
        revoked=row.listed("revoked"),
    )


def _from_json(path: Path, text: str) -> list[Node]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{path}:{error.lineno}: is not JSON: {error.msg}; get it again") from None
    return _grouped(list(_walk(data, None)))


def _walk(data: Any, parent: str | None) -> Iterator[Node]:
    """The nodes of a tree (children by code) or a list, at whatever depth."""
    if isinstance(data, list):
        for item in data:
            yield from _walk(item, parent)
    elif isinstance(data, dict) and isinstance(data.get("code"), str):
        code = data["code"].strip()
        above = (data.get("parent") or parent or "").strip()
        yield Node(
            code=code,
            name=" ".join(str(data.get("name") or "").split()),
            parent=above or None,
            formerly=(*(data.get("history") or ()), *(data.get("precursors") or ())),
            revoked=tuple(data.get("revocations") or ()),
        )
        yield from _walk(list((data.get("children") or {}).values()), code)
    elif isinstance(data, dict):
        yield from _walk(list(data.values()), parent)


def _from_paths(text: str, header: list[str]) -> list[Node]:
    """A row for each type, from the tissue down, as ``Lung Adenocarcinoma (LUAD)``."""
    depth = sum(bool(_LEVELS.fullmatch(name)) for name in header)
    history = header.index("history") if "history" in header else None
    nodes: dict[str, Node] = {}
    for cells in _cells(text):
        named = [m for cell in cells[:depth] if (m := _NAME_AND_CODE.fullmatch(cell))]
        above: str | None = None
        for found in named:
            node = Node(found[2], " ".join(found[1].split()), above)
            nodes.setdefault(node.code, node)
            above = node.code
        if above and history is not None and len(cells) > history:
            old = tuple(part.strip() for part in cells[history].split(",") if part.strip())
            nodes[above] = Node(above, nodes[above].name, nodes[above].parent, formerly=old)
    return _grouped(list(nodes.values()))


def _from_codes(text: str, header: list[str]) -> list[Node]:
    """A row for each type, with its parent's code."""
    place = {name: header.index(name) for name in ("Code", "Name", "Parent")}
    padded = ([*cells, *[""] * len(header)] for cells in _cells(text))
    return _grouped(
        [
            Node(
                cells[place["Code"]],
                " ".join(cells[place["Name"]].split()),
                cells[place["Parent"]] or None,
            )
            for cells in padded
        ]
    )


def _cells(text: str) -> Iterator[list[str]]:
    """The cells of each row below the header."""
    for line in text.splitlines()[1:]:
        if line.strip():
            yield [cell.strip() for cell in line.split("\t")]


def _grouped(nodes: list[Node]) -> list[Node]:
    """Without the root and codes that are in use again; solid unless its tissue is the blood."""
    parents = {node.code: node.parent for node in nodes}

    def tissue(code: str) -> str:
        for _ in parents:
            above = parents.get(code)
            if above in {None, _ROOT}:
                break
            code = str(above)
        return code

    return [
        Node(
            code=node.code,
            name=node.name,
            parent=None if node.parent == _ROOT else node.parent,
            group="haematological"
            if tissue(node.code) in _BLOOD or _BLOOD_NAME.search(node.name)
            else "solid",
            formerly=tuple(old for old in node.formerly if old not in parents),
            revoked=tuple(old for old in node.revoked if old not in parents),
        )
        for node in nodes
        if node.code != _ROOT
    ]


def _faults(path: Path, found: list[Node], nodes: Mapping[str, Node]) -> Iterator[str]:
    if not found:
        yield f"{path}:1: has no tumour types; get an OncoTree release"
    counts: dict[str, int] = {}
    for node in found:
        counts[node.code] = counts.get(node.code, 0) + 1
        if node.parent and node.parent not in nodes:
            yield f"{path}: {node.code}: its parent is not there (got '{node.parent}'); mend it"
    for code, count in counts.items():
        if count > 1:
            yield f"{path}: {code}: is there {count} times; keep one"
    for node in nodes.values():
        above, steps = nodes.get(node.parent or ""), 0
        while above and steps <= len(nodes):
            above, steps = nodes.get(above.parent or ""), steps + 1
        if steps > len(nodes):
            yield f"{path}: {node.code}: lies within itself; mend the parents"
