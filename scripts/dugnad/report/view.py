"""What a report says of a case, in no language yet: every form renders this and the record.

Findings are joined with what was measured of them and what they mean, and put in the groups and the
order in which a board reads them. Nothing is decided here: tiers and flags are the record's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dugnad.record import CaseRecord, Finding, SampleRecord
from dugnad.record_copy_number import GeneCopies
from dugnad.record_curation import Judgement
from dugnad.record_interpretation import (
    Effect,
    Interpretation,
    Interpretations,
    Negative,
    TrialMatch,
)
from dugnad.record_rearrangements import Rearrangement

STRONG = ("I", "II")


@dataclass(frozen=True)
class Line:
    """One finding: what it means, what was measured (one of three, or none), how it was judged."""

    item: Interpretation
    variant: Finding | None = None
    copies: GeneCopies | None = None
    event: Rearrangement | None = None
    judgement: Judgement | None = None

    @property
    def name(self) -> str:
        """As reports show it."""
        return self.item.name

    @property
    def is_excluded(self) -> bool:
        """Whether a person took it out."""
        return self.judgement is not None and self.judgement.excludes

    def told(self, effect: Effect, here: bool = True) -> tuple[str, ...]:
        """Drugs of one effect, each once; of diagnosis and prognosis the statements."""
        rows = [
            one
            for one in self.item.evidence
            if (one.effect, one.here) == (effect, here) and not one.blocked_by
        ]
        words = (word for one in rows for word in one.drugs or (one.statement,))
        return tuple(dict.fromkeys(words))

    @property
    def sensitive(self) -> tuple[str, ...]:
        """Drugs that it responds to in this tumour type."""
        return self.told("sensitivity")

    @property
    def resistant(self) -> tuple[str, ...]:
        """Drugs that it resists in this tumour type."""
        return self.told("resistance")

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Drugs that it responds to in other tumour types alone."""
        return tuple(drug for drug in self.told("sensitivity", False) if drug not in self.sensitive)

    @property
    def blocked(self) -> tuple[tuple[str, str], ...]:
        """Drugs that another finding excludes: that finding, and the drug."""
        pairs = (
            (", ".join(one.blocked_by), drug)
            for one in self.item.evidence
            if one.blocked_by
            for drug in one.drugs
        )
        return tuple(dict.fromkeys(pairs))

    @property
    def sources(self) -> tuple[str, ...]:
        """All sources of its evidence, each once."""
        found = (source for one in self.item.evidence for source in one.source)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Offer:
    """A cohort of a trial, and the finding that opens or nearly opens it."""

    line: Line
    trial: TrialMatch


@dataclass(frozen=True)
class ReportView:
    """The whole report. ``key``: tier I and II that pass; ``flagged``: such that a filter doubts.

    ``uncertain`` are of tier III and ``benign`` of IV, both passing. ``negatives`` by status.
    What people judged goes before the filters: ``excluded`` findings stand in no other group, and
    flagged ones that were judged real count as passing.
    """

    record: CaseRecord
    done: Interpretations | None
    tumours: tuple[SampleRecord, ...]
    key: tuple[Line, ...]
    uncertain: tuple[Line, ...]
    benign: tuple[Line, ...]
    flagged: tuple[Line, ...]
    referral: tuple[Line, ...]
    blood: tuple[Line, ...]
    matches: tuple[Offer, ...]
    near: tuple[Offer, ...]
    not_found: tuple[Negative, ...]
    partly: tuple[Negative, ...]
    not_assessable: tuple[Negative, ...]
    excluded: tuple[Line, ...] = ()

    @property
    def rematch(self) -> tuple[Line, ...]:
        """Findings that people judged otherwise than the filters did.

        What other findings require or exclude was matched by the filters, before that judgement.
        """
        taken = (line for line in self.lines if not line.item.reported)
        return (*(line for line in self.excluded if line.item.reported), *taken)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All findings that pass, highest tier first."""
        return (*self.key, *self.uncertain, *self.benign)

    @property
    def tumour_type(self) -> str:
        """Its name and code, or the code alone where the name is not known."""
        shown = self.done.tumour_type if self.done else None
        code = self.record.tumour_type
        return f"{shown.name} ({code})" if shown and shown.name else code

    @classmethod
    def of(cls, record: CaseRecord) -> "ReportView":
        """Sort what a record holds. A record that was not classified has no lines."""
        done = record.interpretation
        lines = tuple(lines_of(record))
        kept = [line for line in lines if not line.is_excluded]
        sure = {line.item.id for line in lines if line.item.reported}
        passing = [line for line in kept if _counts(line, sure)]
        doubted = [line for line in kept if not _counts(line, sure)]
        offers = [Offer(line, trial) for line in passing for trial in line.item.trials]
        negatives = done.negatives if done else ()
        return cls(
            record=record,
            done=done,
            tumours=tuple(s for s in record.samples if s.role == "tumour"),
            key=_of_tier(passing, *STRONG),
            uncertain=_of_tier(passing, "III"),
            benign=_of_tier(passing, "IV"),
            flagged=_of_tier(doubted, *STRONG),
            referral=_with(passing, "germline", "consider_referral"),
            blood=_with(passing, "haematopoiesis", "likely", "possible"),
            matches=tuple(offer for offer in offers if offer.trial.match == "match"),
            near=tuple(offer for offer in offers if offer.trial.match == "near"),
            not_found=tuple(one for one in negatives if one.status == "not_found"),
            partly=tuple(one for one in negatives if one.status == "partly"),
            not_assessable=tuple(one for one in negatives if one.status == "not_assessable"),
            excluded=tuple(line for line in lines if line.is_excluded),
        )


def _counts(line: Line, sure: set[str]) -> bool:
    """Passing, or judged real. Of two findings of one name a judgement means the passing one."""
    judged = line.judgement is not None and line.judgement.is_real and line.item.id not in sure
    return line.item.reported or judged


def lines_of(record: CaseRecord) -> Iterable[Line]:
    """Each interpretation with the finding that it is of, in the interpretation's order."""
    variants = {f"{f.chrom}-{f.pos}-{f.ref}-{f.alt}": f for f in record.findings}
    copies: dict[str, GeneCopies] = {}
    for gene in record.copy_number.genes if record.copy_number else ():
        exons = f" exons {gene.exons}" if gene.exons else ""
        copies[f"{gene.gene}{exons} copies"] = gene
    found = record.rearrangements.found if record.rearrangements else ()
    events = {one.name: one for one in found}
    judged = {one.finding: one for one in record.curation.judgements} if record.curation else {}
    for item in record.interpretation.items if record.interpretation else ():
        yield Line(
            item,
            variants.get(item.id) if item.kind == "small_variant" else None,
            copies.get(item.id) if item.kind == "copy_number" else None,
            events.get(item.id) if item.kind == "rearrangement" else None,
            judged.get(item.id),
        )


def _of_tier(lines: Iterable[Line], *tiers: str) -> tuple[Line, ...]:
    found = (line for line in lines if line.item.amp.category in tiers)
    return tuple(sorted(found, key=lambda one: (one.item.amp.category, one.item.amp.level or "E")))


def _with(lines: Iterable[Line], name: str, *categories: str) -> tuple[Line, ...]:
    """The findings whose classification of that name is one of these."""
    found = ((line, getattr(line.item, name)) for line in lines)
    return tuple(line for line, one in found if one is not None and one.category in categories)
