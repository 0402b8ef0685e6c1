"""docs/accuracy.md: the accuracy measured, as tables, a picture, and each miss with its reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dugnad.accuracy.comparing import Comparison
from dugnad.accuracy.figure import figure
from dugnad.accuracy.page import markdown

OURS = "Dugnad"
SHOWN = 12  # most misses or false calls of a set that the page lists

HEAD = """# Accuracy

Made by `make accuracy`; nothing here is written by hand. `build/accuracy.json` has all rows.

**Sets.** Synthetic: the accuracy cases of the [demo](demo.md), about 270 somatic variants each at
VAFs of 1 to 35 %, with a panel of normals learnt from the reads of its twenty healthy people.
Real: mixtures of 1000 Genomes people's exome reads over TP53 (the donor's private variants with
five or more reads are the truth, all else is noise; twenty other people are the panel of normals),
and the cell lines HCC1395 and HCC1143 and DREAM set 1 in small windows. The real data are not part
of the project; where they are absent, their sets are left out.

**Rules.** *Dugnad* is the product: every caller's variants recounted and judged by the panel.
*Alone* is a caller with a plain rule: four alternative reads, the panel's least VAF, under 2 % in
the normal. *Union*, *majority* and *intersection* are votes of the three. mpileup is bcftools
mpileup's allele counts. Without a normal the plain rules call everything; Dugnad's somatic and
uncertain variants count as called.

Intervals are Wilson's, 95 %. A variant is found when the called bases are the true ones, however
they are written (`dugnad accuracy --help`).

"""


def write_page(
    docs: Path,
    table: Sequence[Mapping[str, Any]],
    compared: Mapping[tuple[str, str], Comparison],
    explained: Mapping[tuple[str, str], tuple[list[Any], list[Any]]],
    leaks: Mapping[str, Counter[str]],
) -> None:
    """Write the page and its picture."""
    names = list(dict.fromkeys(name for name, _ in compared))
    whole = [r for r in table if r["type"] == "all" and r["vaf_bin"] == "all"]
    by_vaf = [r for r in table if r["type"] == "all" and r["rule"] == OURS]
    by_type = [r for r in table if r["vaf_bin"] == "all" and r["rule"] == OURS]
    parts = [HEAD, "## All rules\n\n", markdown(whole), "\n"]
    parts += ["![Recall and precision by VAF](pictures/accuracy.svg)\n\n"]
    parts += ["## Dugnad by VAF\n\n", markdown(by_vaf), "\n## Dugnad by type\n\n"]
    parts += [markdown(by_type), "\n## False calls, and germline called somatic\n\n"]
    parts += [_false_table(names, compared, leaks), "\n## Each miss and each false call\n\n"]
    for name in names:
        parts.append(_explained(name, *explained[name, OURS]))
    (docs / "accuracy.md").write_text("".join(parts), encoding="utf-8")
    drawn = [r for r in table if r["rule"] in {OURS, "pileup alone", "freebayes alone", "majority"}]
    synthetic = [r for r in drawn if "IPX" in r["set"]]
    (docs / "pictures/accuracy.svg").write_text(figure(synthetic or drawn), encoding="utf-8")


def _false_table(
    names: Sequence[str],
    compared: Mapping[tuple[str, str], Comparison],
    leaks: Mapping[str, Counter[str]],
) -> str:
    lines = [
        "| set | false calls | Mb | false per Mb | called somatic | of these germline |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in names:
        one, found = compared[name, OURS], leaks[name]
        false, size = len(one.false_positives), one.megabases
        rate = f"{false / size:.2f}" if size else ""
        somatic = found.total()
        lines.append(
            f"| {name} | {false} | {size:.3f} | {rate} | {somatic} | {found['germline']} |"
        )
    return "\n".join(lines) + "\n"


def _explained(name: str, missed: list[Any], false: list[Any]) -> str:
    lines = [f"**{name}**: {len(missed)} missed, {len(false)} false.\n"]
    for kind, items in (("missed", missed), ("false", false)):
        for item in items[:SHOWN]:
            lines.append(f"- {kind} {_item(item)}")
        if len(items) > SHOWN:
            why = Counter(_reason(item) for item in items[SHOWN:])
            rest = ", ".join(f"{number} {text}" for text, number in why.most_common())
            lines.append(f"- {len(items) - SHOWN} more {kind}: {rest}")
    return "\n".join(lines) + "\n\n"


def _item(item: Mapping[str, Any]) -> str:
    ref, alt = (text if len(text) <= 12 else f"{text[:10]}…({len(text)})" for text in
                (item["ref"], item["alt"]))  # fmt: skip
    vaf = "" if item.get("vaf") is None else f", VAF {item['vaf']:.3f}"
    reads = "" if item.get("depth") is None else f", {item['alt_reads']} of {item['depth']}"
    return f"{item['chrom']}:{item['pos']} {ref}>{alt}{vaf}{reads}: {_reason(item)}"


def _reason(item: Mapping[str, Any]) -> str:
    filters = ", ".join(item.get("filters") or ())
    origin = item.get("origin") or ""
    return " ".join(text for text in (str(item["reason"]), filters, origin) if text)
