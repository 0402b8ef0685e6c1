"""Whether each sample can be trusted, in one line."""

from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.record import CaseRecord, Metric, SampleRecord
from dugnad.report.words import Words

# what a reader asks of a sample first
FACTS = {
    "dna": ("median_target_depth", "mean_target_depth", "callable_target", "contamination"),
    "rna": ("rna_on_target", "rna_reads"),
}
MOST = 2


@dataclass(frozen=True)
class Trust:
    """A sample: its verdict, what breaches a limit, and the figures that matter."""

    sample: SampleRecord
    name: str
    breached: tuple[str, ...]
    untold: tuple[str, ...]
    facts: tuple[str, ...]

    @classmethod
    def of(cls, sample: SampleRecord, record: CaseRecord, t: Words) -> "Trust":
        """The breached limits; as the record words them where they come from no metric."""
        bad = [m for m in sample.metrics if m.is_limited and m.status not in ("pass", "info")]
        told = {m.metric for m in bad}
        return cls(
            sample=sample,
            name=f"{t.term('role', sample.role).capitalize()} {sample.analyte.upper()}",
            breached=tuple(_breach(metric, t) for metric in bad),
            untold=() if len(bad) == len(sample.reasons) else sample.reasons,
            facts=(*_facts(sample, told, t), *_purity(sample, record, t)),
        )


def _facts(sample: SampleRecord, told: set[str], t: Words) -> Iterator[str]:
    values = {m.metric: m for m in sample.metrics if m.value is not None}
    shown = [values[name] for name in FACTS[sample.analyte] if name in values]
    for metric in [m for m in shown if m.metric not in told][:MOST]:
        yield f"{t.term('metric', metric.metric)} {figure(metric, metric.value, t)}"


def _breach(metric: Metric, t: Words) -> str:
    name = t.term("metric", metric.metric)
    value = figure(metric, metric.value, t)
    if metric.value is None:
        value = t("page.not_measured")
    limits = limits_text(metric, t)
    return f"{name} {value} ({limits})" if limits else f"{name} {value}"


def limits_text(metric: Metric, t: Words) -> str:
    """A metric's limits: ``at least 100``."""
    low, high = metric.lower, metric.upper
    told = []
    if low is not None:
        told.append(t("page.quality.needs", n=figure(metric, low, t)))
    if high is not None:
        told.append(t("page.quality.most", n=figure(metric, high, t)))
    return ", ".join(told)


def figure(metric: Metric, value: float | None, t: Words) -> str:
    """A value in the metric's unit, of which percentages alone are written."""
    return t.percent(value) if metric.unit == "fraction" else t.number(value)


def _purity(sample: SampleRecord, record: CaseRecord, t: Words) -> Iterator[str]:
    """Tumour fraction as stated and as estimated, of the tumour's DNA."""
    if sample.role != "tumour" or sample.analyte != "dna":
        return
    purity = record.copy_number.purity if record.copy_number else None
    stated = sample.purity
    if stated is None and purity:
        stated = purity.stated
    estimated = purity.estimated if purity else None
    told = []
    if stated is not None:
        told.append(t("page.trust.stated", share=t.percent(stated)))
    if estimated is not None:
        told.append(t("page.trust.estimated", share=t.percent(estimated)))
    if told:
        yield t("page.trust.purity", figures=", ".join(told))
    else:
        yield t("page.trust.no_purity")
