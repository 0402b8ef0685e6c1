"""What was measured and found, in the words of one language: short, for cells of tables."""

from collections.abc import Iterable

from dugnad.record import CaseRecord, Finding
from dugnad.record_biomarkers import TmbRule
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.deck.grid import Cell
from dugnad.report.deck.look import SOFT, TIERS, VERDICTS, WHITE
from dugnad.report.view import Line, ReportView
from dugnad.report.words import DASH, Words

ALTERING = ("HIGH", "MODERATE")
SILENT = {
    "synonymous_variant",
    "stop_retained_variant",
    "start_retained_variant",
    "incomplete_terminal_codon_variant",
    "coding_sequence_variant",
}
GRAVE = ("amplification", "homozygous_deletion")
ALTERED = (*GRAVE, "gain", "loss")


def term(words: Words, group: str, code: str) -> str:
    """A code of the record: the deck's word for it, or else the report's."""
    return words.texts.get(f"deck.term.{group}.{code}") or words.term(group, code)


def sure(line: Line, words: Words) -> str:
    """What was measured of a finding, and what makes it less sure."""
    return ". ".join(text for text in (measured(line, words), *line.item.cautions) if text) or DASH


def measured(line: Line, words: Words) -> str:
    """What was measured of a finding, in one line; empty for biomarkers, whose name says it."""
    if line.variant is not None:
        return share(line.variant, words)
    if line.copies is not None:
        return copies(line.copies, words)
    if line.event is not None:
        return reads(line.event, words)
    return ""


def share(one: Finding, words: Words) -> str:
    """VAF and depth of a variant in the tumour."""
    depth = words.number(one.depth)
    return words("measure.variant", vaf=words.percent(one.vaf), depth=depth)


def copies(one: GeneCopies, words: Words) -> str:
    """Copies of a gene with their interval."""
    if one.copies is None:
        return DASH
    told = words("measure.copies", copies=words.number(one.copies, 1))
    if one.copies_lower is None or one.copies_upper is None:
        return told
    ends = (words.number(end, 1) for end in (one.copies_lower, one.copies_upper))
    return f"{told} ({DASH.join(ends)})"


def reads(one: Rearrangement, words: Words) -> str:
    """What DNA and RNA show of a rearrangement."""
    sides = (
        ("measure.reads_dna", one.split_reads, one.pairs),
        ("measure.reads_rna", one.rna_split_reads, one.rna_pairs),
    )
    return "; ".join(
        words(key, n=words.number((split or 0) + (pairs or 0)))
        for key, split, pairs in sides
        if split is not None or pairs is not None
    )


def place_name(one: GeneCopies, words: Words) -> str:
    """A gene, or those of its exons that differ."""
    return f"{one.gene} {words('deck.exons', exons=one.exons)}" if one.exons else one.gene


def is_altering(one: Finding) -> bool:
    """Whether it alters the protein, or its splicing."""
    return one.impact in ALTERING


def is_coding(one: Finding) -> bool:
    """Whether it lies in coding bases or splice sites."""
    return is_altering(one) or any(item in SILENT for item in one.consequence or ())


def consequence(one: Finding) -> str:
    """Sequence Ontology terms, as words."""
    return ", ".join(one.consequence or ()).replace("_", " ") or DASH


def tier(line: Line) -> Cell:
    """The AMP tier, coloured."""
    amp = line.item.amp
    return Cell(amp.name or DASH, True, TIERS.get(amp.category, SOFT), WHITE)


def escat(line: Line, words: Words) -> str:
    """The ESCAT tier; a dash where ESMO does not list it."""
    name = line.item.escat.name
    return term(words, "escat", name) if name.islower() else name


def oncogenicity(line: Line, words: Words) -> str:
    """The class by ClinGen/CGC/VICC; a dash where the finding has none."""
    one = line.item.oncogenicity
    return term(words, "oncogenicity", one.category) if one else DASH


def verdict(code: str, words: Words) -> Cell:
    """A quality verdict, coloured."""
    return Cell(words.term("verdict", code), True, None, VERDICTS.get(code, SOFT))


def listed(items: Iterable[str]) -> str:
    """Items of a cell; a dash for none."""
    return "; ".join(items) or DASH


def tmb(rule: TmbRule | None, words: Words) -> str:
    """TMB with its interval, category and the megabases seen."""
    if rule is None or rule.value is None:
        return words("head.not_assessable")
    value = words("deck.per_mb", value=words.number(rule.value, 1))
    if rule.lower is not None and rule.upper is not None:
        value += f" ({words.number(rule.lower, 1)}{DASH}{words.number(rule.upper, 1)})"
    kind = f", {term(words, 'tmb', rule.category)}" if rule.category else ""
    seen = words("deck.seen_mb", mb=words.number(rule.megabases, 2 if rule.megabases >= 1 else 3))
    return f"{value}{kind}; {seen}"


def msi(record: CaseRecord, words: Words) -> str:
    """MSI status with the loci that it rests on."""
    one = record.biomarkers.msi
    if one is None:
        return words("deck.not_examined")
    if not one.usable:
        return term(words, "msi", one.status)
    told = term(words, "msi", one.status)
    return f"{told}; {words('deck.loci', n=one.unstable, of=one.usable)}"


def fails(record: CaseRecord, analyte: str) -> bool:
    """Whether the tumour's reads fail their limits, so that what they do not show may be there."""
    tumours = (s for s in record.samples if s.role == "tumour" and s.analyte == analyte)
    return any(sample.verdict == "fail" or sample.blocked_by for sample in tumours)


def variants(view: ReportView) -> list[Finding]:
    """Small variants that count and are not germline: as filters say, and people after them."""
    out = [line.variant for line in view.excluded]
    taken = [line.variant for line in view.lines if line.variant and not line.variant.passes]
    kept = (one for one in view.record.findings if one.passes and one not in out)
    return [one for one in (*kept, *taken) if one.origin != "germline"]


def copy_calls(view: ReportView, words: Words) -> str:
    """Amplifications and homozygous deletions, or why none can be told."""
    record = view.record
    found = record.copy_number
    if found is None:
        return words("deck.not_examined")
    out = [line.copies for line in view.excluded]
    genes = [one for one in found.genes if one.call in GRAVE and one not in out]
    told = [
        f"{term(words, 'call', call)}: {', '.join(names)}"
        for call in GRAVE
        if (names := [place_name(one, words) for one in genes if one.call == call])
    ]
    if told:
        return "; ".join(told)
    if all(one.call == "not_assessable" for one in found.genes):
        return words("head.not_assessable")
    return words("deck.not_sure") if fails(record, "dna") else words("deck.none_found")


def events(view: ReportView, words: Words, kind: str) -> str:
    """Fusions or splice variants that count, or why none can be told."""
    record = view.record
    found = record.rearrangements
    if found is None:
        return words("deck.not_examined")
    out = [line.event for line in view.excluded]
    taken = [line.event for line in view.lines if line.event and not line.event.passes]
    kept = (one for one in found.found if one.passes and one not in out)
    if names := [one.name for one in (*kept, *taken) if one.kind == kind]:
        return ", ".join(dict.fromkeys(names))
    if not found.rna_methods:
        return words("deck.no_rna")
    doubted = fails(record, "rna") or (kind == "fusion" and fails(record, "dna"))
    return words("deck.not_sure") if doubted else words("deck.none_found")
