"""Who has seen a call: what the sources of known sites say of it, as columns of the table."""

from collections.abc import Iterable
from typing import Any

from dugnad.annotation.said import Said, unique
from dugnad.annotation.sources import Sources
from dugnad.source import Source
from dugnad.vcf import Call


def seen(call: Call, sources: Sources) -> dict[str, Any]:
    """What the sources say: the highest frequencies, each significance, and all the rest.

    ``population_source`` names the source of the frequency, or all that were consulted and do
    not list the allele; it is null when none is configured that covers the contig.
    """
    answers = list(sources.ask(call))
    hits = [(source, said) for source, said in answers if said]
    consulted = ", ".join(source.id for source, _ in answers if source.kind == "population")
    return {
        **_population(hits, consulted),
        **_clinical(hits),
        "known_ids": sorted({name for _, said in hits for name in said.ids}),
        "annotations": list(
            unique(f"{source.id}: {note}" for source, said in hits for note in said.notes)
        ),
    }


def _population(hits: Iterable[tuple[Source, Said]], consulted: str) -> dict[str, Any]:
    frequencies, maxima, flags = [], [], []
    for source, said in hits:
        if said.frequency is not None:
            frequencies.append((said.frequency, source.id))
        if said.maximum is not None:
            maxima.append((said.maximum, said.group))
        if source.kind == "population" and said.filters:
            flags.append(f"{source.id}: {', '.join(said.filters)}")
    frequency, population = max(frequencies, default=(None, consulted or None))
    maximum, group = max(maxima, key=lambda item: item[0], default=(None, None))
    return {
        "population_frequency": frequency,
        "population_source": population,
        "population_maximum": maximum,
        "population_group": group,
        "population_filter": "; ".join(flags) or None,
    }


def _clinical(hits: Iterable[tuple[Source, Said]]) -> dict[str, Any]:
    clinical = [(source.id, said) for source, said in hits if source.kind == "clinical"]
    said = [word for _, word in clinical]
    judged = [(name, word.significance) for name, word in clinical if word.significance]
    stars = [word.stars for word in said if word.stars is not None]
    oncogenicity = [word.oncogenicity for word in said if word.oncogenicity]
    return {
        "clinical_significance": "; ".join(text for _, text in judged) or None,
        "clinical_source": ", ".join(name for name, _ in judged) or None,
        "clinical_stars": min(stars, default=None),
        "clinical_conditions": list(unique(name for word in said for name in word.conditions)),
        "clinical_oncogenicity": "; ".join(oncogenicity) or None,
    }
