"""Who has seen a call: what the sources of known sites say of it."""

from collections.abc import Sequence
from typing import Any

from dugnad.known_sites import KnownSites
from dugnad.vcf import Call


def seen(call: Call, sources: Sequence[KnownSites]) -> dict[str, Any]:
    """What the sources of known sites say: the highest frequency, and each significance.

    ``population_source`` names the source of the frequency, or all that were consulted and do
    not list the allele; it is null when none is configured that covers the contig.
    """
    hits = [(source, source.look_up(call)) for source in sources]
    frequencies = [
        (hit.frequency, source.source) for source, hit in hits if hit and hit.frequency is not None
    ]
    consulted = ", ".join(
        source.source
        for source in sources
        if source.kind == "population" and source.covers(call.chrom)
    )
    frequency, population = max(frequencies, default=(None, consulted or None))
    clinical = [(hit.significance, s.source) for s, hit in hits if hit and hit.significance]
    return {
        "population_frequency": frequency,
        "population_source": population,
        "clinical_significance": "; ".join(said for said, _ in clinical) or None,
        "clinical_source": ", ".join(name for _, name in clinical) or None,
        "known_ids": sorted({hit.id for _, hit in hits if hit and hit.id}),
    }
