"""The counts as a Markdown table."""

from collections.abc import Mapping, Sequence
from typing import Any

_HEADER = ("set", "rule", "type", "VAF", "recall (95 % CI)", "precision (95 % CI)", "F1")


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows of ``counting.rows`` as a Markdown table, with a line break at its end.

    A cell reads ``0.950 (0.835-0.986), 38 of 40``; where a share is None it says why.
    """
    lines = [_line(_HEADER), _line(("---", "---", "---", "---", "---:", "---:", "---:"))]
    return "\n".join([*lines, *(_line(_cells(row)) for row in rows)]) + "\n"


def share(row: Mapping[str, Any], name: str) -> str:
    """``recall`` or ``precision`` in words: the share, its interval, and of how many."""
    others = row["fn"] if name == "recall" else row["fp"]
    total = row["tp"] + others
    if row[name] is None:
        absent = "no true variant" if name == "recall" else "no call"
        return "VAF not known" if total else absent
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.3f} ({low:.3f}-{high:.3f}), {row['tp']} of {total}"


def vaf_text(name: str) -> str:
    """A VAF bin as people read it: in percent, as ``2-5 %``."""
    for sign, text in (("<", "<"), (">=", "≥")):
        if name.startswith(sign):
            return f"{text}{_percent(name.removeprefix(sign))} %"
    if "-" in name:
        low, high = name.split("-", 1)
        return f"{_percent(low)}-{_percent(high)} %"
    return name


def _percent(fraction: str) -> str:
    return f"{float(fraction) * 100:g}"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    f1 = f"{row['f1']:.3f}" if row["f1"] is not None else "not known"
    if not row["tp"] + row["fp"] + row["fn"]:
        f1 = "no variant"
    names = (row["set"], row["rule"], row["type"], vaf_text(row["vaf_bin"]))
    return (*names, share(row, "recall"), share(row, "precision"), f1)


def _line(cells: Sequence[str]) -> str:
    texts = (" ".join(str(cell).split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(texts) + " |"
