"""Which cohorts of trials a finding may open, and which it nearly does, with the reasons."""

from collections.abc import Iterable, Iterator

from dugnad.interpretation.evidence import Context
from dugnad.interpretation.matching import ONCOGENIC, match
from dugnad.interpretation.profile import Subject
from dugnad.knowledge.alteration import Alteration
from dugnad.knowledge.trials import Cohort, Trial
from dugnad.record_interpretation import TrialMatch


def trials_of(
    subject: Subject, context: Context, trials: Iterable[Trial]
) -> tuple[TrialMatch, ...]:
    """Cohorts that a finding opens, then those that it nearly opens.

    Near: the finding is what the cohort wants, and just one other rule is not met; or it is
    another oncogenic change of the same gene and kind, and all other rules are met.
    """
    found = [
        one
        for trial in trials
        for cohort in trial.cohorts
        for one in _of(subject, context, trial, cohort)
    ]
    return tuple(sorted(found, key=lambda one: one.match))


def _of(subject: Subject, context: Context, trial: Trial, cohort: Cohort) -> Iterator[TrialMatch]:
    wanted, fits = _wanted(subject, context, cohort.any_of)
    similar = [] if fits else _similar(subject, cohort.any_of)
    if not fits and not similar:
        return
    lacking = list(_lacking(context, cohort))
    if fits:
        if len(lacking) > 1:
            return
        reasons = [f"{wanted.text}: {fits}"] if wanted else []
    elif lacking:
        return
    else:
        asked = ", ".join(one.text for one in similar)
        lacking = [f"{subject.name} is another change than the cohort asks for ({asked})"]
        reasons = []
    yield TrialMatch(
        trial=trial.id,
        title=trial.title,
        cohort=cohort.id,
        drugs=cohort.drugs,
        registry=trial.registry,
        as_of=trial.as_of.isoformat(),
        verify=trial.verify_before_use,
        match="near" if lacking else "match",
        reasons=(*reasons, *lacking, *([cohort.note] if cohort.note else [])),
    )


def _wanted(
    subject: Subject, context: Context, wanted: Iterable[Alteration]
) -> tuple[Alteration | None, str | None]:
    for one in wanted:
        if reason := match(one, subject, context.exons):
            return one, reason
    return None, None


def _lacking(context: Context, cohort: Cohort) -> Iterator[str]:
    """The cohort's other rules that are not met, in words."""
    place = context.place(cohort.tumour_types, cohort.not_tumour_types)
    if place == "excluded":
        yield f"the cohort does not take {context.code}"
    elif place == "elsewhere":
        yield f"the cohort takes {', '.join(cohort.tumour_types)}, not {context.code}"
    for one in cohort.all_of:
        if not context.has(one):
            yield f"{one.text} is not found"
    for one in cohort.none_of:
        if context.has(one):
            yield f"{one.text} is found"


def _similar(subject: Subject, wanted: Iterable[Alteration]) -> list[Alteration]:
    """The cohort's alterations of the same gene and kind of finding, of one that is oncogenic."""
    if subject.kind != "small_variant" or subject.oncogenicity not in ONCOGENIC:
        return []
    kinds = {"protein_change", "coding_change", "class", "skipping"}
    return [one for one in wanted if one.gene in subject.genes and one.kind in kinds]
