"""What is wrong with a case record beyond its form: parts that do not fit each other.

Each fault reads ``path: fault; remedy``, the path as in JSON: ``$.interpretation.items[3].id``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dugnad.curation.digest import digest
from dugnad.record import CaseRecord, Verdict
from dugnad.record_interpretation import Classification, Interpretation
from dugnad.report.view import lines_of

# tiers and levels by scheme: AMP/ASCO/CAP 2017 (PMID:27993330), ESCAT (PMID:30137196)
AMP = {"I": "AB", "II": "CD", "III": "", "IV": ""}
ESCAT = {
    "I": "ABC",
    "II": "AB",
    "III": "AB",
    "IV": "AB",
    "V": "",
    "X": "",
    "not_applicable": "",
    "not_listed": "",
}
# ClinGen/CGC/VICC 2022 (PMID:35101336)
ONCOGENICITY = ("benign", "likely_benign", "uncertain", "likely_oncogenic", "oncogenic")
BIOMARKERS = ("TMB", "MSI", "HRD")
_AGAIN = "make it anew with 'dugnad classify-case --curation LOG'"
_WORST: tuple[Verdict, ...] = ("fail", "warn", "not_assessed", "pass")
_CODE = re.compile(r"[0-9a-f]{8,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def faults_of(record: CaseRecord) -> list[str]:
    """All that does not fit; empty for a sound record."""
    return [*_digests(record), *_whole(record), *_meaning(record)]


def _digests(record: CaseRecord) -> Iterator[str]:
    signed = record.curation.signed if record.curation else None
    if (record.status == "SIGNED") != (signed is not None):
        yield f"$.status: is '{record.status}', which its signature does not bear out; {_AGAIN}"
    elif signed is not None and signed.record != digest(record):
        yield f"$.curation.signed.record: the record was changed since it was signed; {_AGAIN}"
    if not _CODE.fullmatch(record.code):
        yield f"$.code: is not a digest in hex (got '{record.code[:80]}'); make the record anew"
    known = record.interpretation.knowledge if record.interpretation else ()
    for n, one in enumerate(known):
        if one.sha256 is not None and not _SHA256.fullmatch(one.sha256):
            path = f"$.interpretation.knowledge[{n}].sha256"
            yield f"{path}: is not a SHA-256 in hex; classify the case again"


def _whole(record: CaseRecord) -> Iterator[str]:
    names = [f"{f.chrom}-{f.pos}-{f.ref}-{f.alt}" for f in record.findings]
    yield from _twice("$.findings", names)
    yield from _twice("$.samples", (sample.id for sample in record.samples))
    filters = {one.id for one in record.panel.filters}
    for n, finding in enumerate(record.findings):
        reads, depth = finding.alt_reads, finding.depth
        if reads is not None and depth is not None and reads > depth:
            yield f"$.findings[{n}].alt_reads: {reads} of {depth} reads; make the record anew"
        for name in (*finding.filters, *finding.not_judged, *finding.rescued):
            if name not in filters:
                yield f"$.findings[{n}]: the panel has no filter '{name}'; make the record anew"
    judged = {sample.verdict for sample in record.samples}
    if judged & {"fail", "warn"} and (worst := _worst(judged)) != record.verdict:
        text = f"is '{record.verdict}', and the worst sample's is '{worst}'"
        yield f"$.verdict: {text}; make the record anew"


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_WORST.index)


def _twice(path: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{path}: '{name[:120]}' is there {count} times; make the record anew"


def _meaning(record: CaseRecord) -> Iterator[str]:
    done = record.interpretation
    if done is None:
        return
    variants = {f"{f.chrom}-{f.pos}-{f.ref}-{f.alt}" for f in record.findings}
    remedy = "classify the case again"
    for n, line in enumerate(lines_of(record)):
        path = f"$.interpretation.items[{n}]"
        is_there = bool(line.variant or line.copies or line.event)
        if line.item.kind == "biomarker":
            is_there = line.item.id in BIOMARKERS
        if not is_there:
            kind = line.item.kind.replace("_", " ")
            yield f"{path}.id: the record has no {kind} '{line.item.id[:120]}'; {remedy}"
        yield from (f"{path}.{fault}; {remedy}" for fault in _tiers(line.item))
    for n, one in enumerate(done.unremarkable):
        if one.id not in variants:
            path = f"$.interpretation.unremarkable[{n}].id"
            yield f"{path}: the record has no small variant '{one.id[:120]}'; {remedy}"
    ids = [item.id for item in done.items if item.kind == "small_variant"]
    yield from _twice("$.interpretation", (*ids, *(one.id for one in done.unremarkable)))


def _tiers(item: Interpretation) -> Iterator[str]:
    yield from _tier("amp", item.amp, AMP)
    yield from _tier("escat", item.escat, ESCAT)
    found = item.oncogenicity.category if item.oncogenicity else None
    if found is not None and found not in ONCOGENICITY:
        yield f"oncogenicity.category: '{found}' is none of {', '.join(ONCOGENICITY)}"


def _tier(name: str, given: Classification, known: dict[str, str]) -> Iterator[str]:
    if given.category not in known:
        yield f"{name}.category: '{given.category}' is none of {', '.join(known)}"
        return
    levels = known[given.category]
    if (given.level or "") not in (tuple(levels) or ("",)):
        asks = f"is one of {', '.join(levels)}" if levels else "has no level"
        yield f"{name}.level: tier {given.category} {asks} (got '{given.level or ''}')"
