"""One row for what DNA and RNA say of the same rearrangement, with the filters that flag it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dugnad.panel_rearrangements import RearrangementRules
from dugnad.rearrangements.describe import Described, Knowledge, describe
from dugnad.rearrangements.found import (
    MINOR_ISOFORM,
    OFF_PANEL,
    RECIPROCAL,
    SMALL_VARIANT,
    Counter,
    Found,
    Setting,
)
from dugnad.rearrangements.from_rna import of_rna, rna_events
from dugnad.rearrangements.merge import Event, Row, callers_own, merged, vaf, values
from dugnad.rearrangements.small import agreeing
from dugnad.tables import REARRANGEMENTS


def join(
    rows: Iterable[Row],
    rules: RearrangementRules,
    knowledge: Knowledge,
    setting: Setting,
    variants: Sequence[Mapping[str, Any]] = (),
    expressed: Counter = lambda _: None,
) -> list[Found]:
    """Junctions of all methods as rearrangements; passing ones first, then by evidence."""
    listed = list(rows)
    exact = rules.search.exact.value
    dna = [
        _of_dna(event, rules, knowledge, setting, variants)
        for event in merged((r for r in listed if r["analyte"] == "dna"), exact)
    ]
    rna = [of_rna(e, knowledge) for e in rna_events(listed, exact)]
    joined = [
        _dna_alone(item, setting, expressed) if item.dna and not item.rna else item
        for item in _reciprocal(list(_together(dna, rna, _lasting(rules))))
    ]
    return sorted(joined, key=_order)


def _order(found: Found) -> tuple[Any, ...]:
    row = found.row
    reads = sum(row[n] or 0 for n in ("split_reads", "pairs", "rna_split_reads", "rna_pairs"))
    return bool(row["filters"]), row["kind"] != "fusion", not row["known"], -reads, row["name"]


# DNA


def _of_dna(
    event: Event,
    rules: RearrangementRules,
    knowledge: Knowledge,
    setting: Setting,
    variants: Sequence[Mapping[str, Any]],
) -> Found:
    joined, lead = event.junction, event.lead
    described = describe(joined, knowledge)
    row: dict[str, Any] = dict.fromkeys(REARRANGEMENTS.names) | described.row
    row |= {
        name: lead[name]
        for name in (
            "chrom_1", "pos_1", "strand_1", "chrom_2", "pos_2", "strand_2", "uncertainty",
            "split_reads", "pairs", "normal_split_reads", "normal_pairs",
        )
    }  # fmt: skip
    if setting.foreign:
        row |= {"normal_split_reads": None, "normal_pairs": None}
    row |= {
        "svtype": joined.svtype,
        "vaf": vaf(event),
        "called_by": [f"dna:{name}" for name in event.methods],
        "filters": _dna_filters(event, described, rules, setting.normal),
    }
    found = Found(row, described, dna=event).because(_dna_words(event, setting))
    span = joined.span
    if span is not None and span < rules.search.min_size.value:
        same = agreeing(joined, variants)
        words = f"agrees with the small variant {same}" if same else "no small variant agrees"
        return replace(found.flagged(SMALL_VARIANT).because(words), agrees=same)
    return found


def _dna_filters(
    event: Event, described: Described, rules: RearrangementRules, normal: bool
) -> list[str]:
    judged = {**values(event, normal), "span": described.apart}
    known = bool(described.row["known"])
    flagged = [row.id for row in rules.filters if row.flags(judged[row.field], known)]
    off = [] if described.is_on_panel else [OFF_PANEL]
    return [*callers_own(event.rows), *off, *flagged]


def _dna_words(event: Event, setting: Setting) -> str:
    lead = event.lead
    words = f"DNA: {_counted(lead['split_reads'], 'fragment')} read across it and"
    words += f" {_counted(lead['pairs'], 'pair')} around it ({', '.join(event.methods)})"
    if setting.foreign:
        return f"{words}; the normal is not of this person, so that it may be germline"
    if not setting.normal:
        return f"{words}; no normal, so that it may be germline"
    if lead["normal_split_reads"] is None and lead["normal_pairs"] is None:
        return f"{words}; not counted in the normal, so that it may be germline"
    seen = (lead["normal_split_reads"] or 0) + (lead["normal_pairs"] or 0)
    return f"{words}, {seen or 'none'} in the normal"


def _counted(number: int | None, noun: str) -> str:
    return f"{number or 0} {noun}" + ("" if number == 1 else "s")


# both


def _lasting(rules: RearrangementRules) -> frozenset[str]:
    """Filters that no RNA makes up for: the normal's reads, and what is not the panel's."""
    of_normal = (row.id for row in rules.filters if row.field in {"normal_reads", "normal_ratio"})
    return frozenset([OFF_PANEL, *of_normal])


def _together(
    dna: Sequence[Found], rna: Sequence[Found], lasting: frozenset[str]
) -> Iterator[Found]:
    """Each DNA row with the commonest RNA transcript that it explains; other RNA by itself."""
    left = sorted(rna, key=lambda item: (bool(item.row["filters"]), -_rna_reads(item)))
    for found in sorted(dna, key=lambda item: (bool(item.row["filters"]), -_dna_reads(item))):
        fitting = [item for item in left if explained(found, item)]
        if fitting:
            left = [item for item in left if item not in fitting]
            yield _both(found, fitting[0], lasting)
            for other in fitting[1:]:
                yield other.flagged(MINOR_ISOFORM)
        else:
            yield found
    for item in left:
        yield _rna_alone(item)


def _dna_reads(found: Found) -> int:
    return found.dna.reads if found.dna else 0


def _rna_reads(found: Found) -> int:
    return (found.row["rna_split_reads"] or 0) + (found.row["rna_pairs"] or 0)


def explained(dna: Found, rna: Found) -> bool:
    """Whether a DNA junction can give an RNA's transcript: the same genes in order, and no exon
    in the transcript that the DNA has lost."""
    one, two = dna.described.product, rna.described.product
    if not (one and two and one.head and one.tail and two.head and two.tail):
        return False
    same = (one.head.gene, one.tail.gene) == (two.head.gene, two.tail.gene)
    return same and two.head.exon <= one.head.exon and two.tail.exon >= one.tail.exon


def _both(dna: Found, rna: Found, lasting: frozenset[str]) -> Found:
    """DNA's places with the exons, frame and domain of the transcript that is seen."""
    seen = {
        name: rna.row[name]
        for name in rna.row
        if name.startswith("rna_")
        or name in {"exon_5", "exon_3", "frame", "domain", "domain_kept", "transcript_5",
                    "transcript_3"}
    }  # fmt: skip
    passes = not (dna.row["filters"] and rna.row["filters"])
    kept = [name for name in dna.row["filters"] if name in lasting]
    filters = kept if passes else [*dna.row["filters"], *rna.row["filters"]]
    row = dna.row | seen
    row |= {
        "filters": list(dict.fromkeys(filters)),
        "called_by": [*dna.row["called_by"], *rna.row["called_by"]],
    }
    found = Found(row, rna.described, dna.dna, rna.rna).because(
        str(rna.row["reason"]).rsplit("; ", 1)[-1]
    )
    for side, item in (("DNA", dna), ("RNA", rna)):
        if item.row["filters"] and passes:
            found = found.because(f"{side} alone would be flagged {', '.join(item.row['filters'])}")
    return found


def _dna_alone(found: Found, setting: Setting, expressed: Counter) -> Found:
    if found.row["kind"] != "fusion" or found.row["filters"]:
        return found
    if not setting.rna:
        return found.because("there is no RNA that could confirm it")
    if not setting.rna_searched:
        return found.because("the RNA, which could confirm it, is not searched")
    if not setting.rna_trusted:
        return found.because("the RNA cannot be trusted: that it is not seen there means nothing")
    tail = found.described.product.tail if found.described.product else None
    count = expressed(tail) if tail else None
    words = "RNA does not show it"
    if tail and count is not None:
        words += f", with {count} fragments over the exons of {tail.gene} that it would have"
    return found.because(words)


def _rna_alone(found: Found) -> Found:
    on_target = found.row["on_target"]
    if not on_target:
        return found.because("DNA could not show it: the panel reads neither gene")
    names = " and ".join(on_target)
    return found.because(f"DNA does not show it, of which {names} is read")


def _reciprocal(rows: list[Found]) -> list[Found]:
    """Flag the other end of a balanced fusion, of which only one is known, or keeps the domain."""
    passing = [item for item in rows if not item.row["filters"] and item.row["kind"] == "fusion"]

    def matters(item: Found) -> bool:
        return bool(item.row["known"]) or item.row["domain_kept"] == "kept" or bool(item.rna)

    def marked(item: Found) -> Found:
        other = next((o for o in passing if o.pair == item.pair[::-1] and None not in o.pair), None)
        if other and item in passing and matters(other) and not matters(item):
            return item.flagged(RECIPROCAL).because(f"the other end of {other.row['name']}")
        return item

    return [marked(item) for item in rows]
