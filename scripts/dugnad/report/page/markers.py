"""The biomarkers in one line each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dugnad.record_biomarkers import Biomarkers, Hrd, Msi, Signatures, Tmb
from dugnad.report.words import DASH, Words

SIGNATURES = 2
UNTOLD = "not_assessable"


@dataclass(frozen=True)
class Marker:
    """A biomarker in one line; ``tone`` is the class of its pill, ``reason`` is the record's."""

    name: str
    verdict: str
    tone: Literal["info", "warn", "not_assessed"]
    told: str
    reason: str = ""


def markers(given: Biomarkers, t: Words) -> Iterator[Marker]:
    """Those that were asked for."""
    if given.tmb:
        yield _tmb(given.tmb, t)
    if given.msi:
        yield _msi(given.msi, t)
    if given.hrd:
        yield _hrd(given.hrd, t)
    if given.signatures:
        yield _signatures(given.signatures, t)


def megabases(value: float, t: Words) -> str:
    """Two digits, three where there is less than one."""
    return t.number(value, 2 if value >= 1 else 3)


def _untold(name: str, told: str, reason: str, t: Words) -> Marker:
    return Marker(name, t.term("marker", UNTOLD), "not_assessed", told, reason)


def _tmb(tmb: Tmb, t: Words) -> Marker:
    if not tmb.rules:
        return _untold("TMB", "" if tmb.note else t("page.bio.no_rule"), tmb.note or "", t)
    rule = tmb.rules[0]
    seen = t("page.bio.seen", megabases=megabases(rule.megabases, t))
    if rule.value is None:
        return _untold("TMB", seen, rule.note or tmb.note or "", t)
    interval = ""
    if rule.lower is not None and rule.upper is not None:
        interval = f"{t.number(rule.lower, 1)}{DASH}{t.number(rule.upper, 1)}; "
    told = f"{t.number(rule.value, 1)}/Mb ({interval}{seen})"
    if rule.germline_expected:
        told += f"; {t('page.bio.germline', count=t.number(rule.germline_expected, 1))}"
    verdict = t.term("tmb", rule.category) if rule.category else t("page.bio.no_category")
    return Marker("TMB", verdict, "info", told, rule.note or "")


def _msi(msi: Msi, t: Words) -> Marker:
    if msi.status == UNTOLD:
        return _untold("MSI", "", msi.reason, t)
    tone: Literal["info", "warn"] = "warn" if msi.status == "indeterminate" else "info"
    told = t("page.bio.unstable", unstable=msi.unstable, usable=msi.usable)
    return Marker("MSI", t.term("marker", msi.status), tone, told)


def _hrd(hrd: Hrd, t: Words) -> Marker:
    if hrd.status == UNTOLD:
        return _untold("HRD", "", hrd.reason, t)
    told = t("page.bio.score", score=t.number(hrd.score))
    return Marker("HRD", t.term("marker", hrd.status), "info", told, hrd.reason)


def _signatures(signatures: Signatures, t: Words) -> Marker:
    name = t("page.bio.signatures_short")
    if not signatures.assigned:
        verdict = t.term("marker", "not_assigned")
        return Marker(name, verdict, "not_assessed", "", signatures.reason)
    most = sorted(signatures.assigned, key=lambda one: -one.share)[:SIGNATURES]
    told = ", ".join(f"{one.name} {_share(one.share, one.lower, one.upper, t)}" for one in most)
    told += f"; {t('page.bio.of_mutations', n=signatures.mutations)}"
    causes = "; ".join(f"{one.name}: {one.aetiology}" for one in most if one.aetiology)
    if most[0].lower == 0:
        return Marker(name, t.term("marker", "unsure"), "warn", told, causes)
    return Marker(name, most[0].name, "info", told, causes)


def _share(value: float, lower: float | None, upper: float | None, t: Words) -> str:
    """A share with its interval."""
    if lower is None or upper is None:
        return t.percent(value)
    return f"{t.percent(value)} ({t.percent(lower)}{DASH}{t.percent(upper)})"
