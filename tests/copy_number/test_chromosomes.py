"""Losses and gains are found on every contig: 1 to 22, X and Y, of a man."""

from functools import cache

import pytest
from simulated_bins import CONTIGS, Event, judged, part_exons

GROUP = 4  # contigs with events in one simulated genome


@cache
def rows_of(group: int) -> dict[tuple[str, str | None], dict[str, object]]:
    """Of each contig of a group, bins 0-9 have lost a copy and bins 20-29 gained one or two."""
    own = CONTIGS[group * GROUP : (group + 1) * GROUP]
    contigs = [*own, *[chrom for chrom in CONTIGS[:12] if chrom not in own][:6]]
    events, genes = [], []
    for chrom in own:
        alone = chrom in {"chrX", "chrY"}
        start = 5 if chrom == "chrX" else 0  # behind the PAR
        events.append(Event(chrom, start, 9, 0 if alone else 1))
        events.append(Event(chrom, 20, 29, 2 if alone else 3, 0 if alone else 1))
        genes += part_exons(chrom, f"LOST_{chrom}", start, 9)
        genes += part_exons(chrom, f"KEPT_{chrom}", 11, 18)
        genes += part_exons(chrom, f"GAINED_{chrom}", 20, 29)
    return judged(events, genes, sex="male", purity=0.7, seed=group, contigs=contigs)[1]


@pytest.mark.parametrize("chrom", CONTIGS)
def test_loss_and_gain_on_each_contig(chrom: str) -> None:
    rows = rows_of(CONTIGS.index(chrom) // GROUP)
    lost, kept, gained = (rows[f"{name}_{chrom}", None] for name in ("LOST", "KEPT", "GAINED"))
    alone = chrom in {"chrX", "chrY"}
    assert lost["call"] == ("homozygous_deletion" if alone else "loss"), lost["reason"]
    assert kept["call"] == "neutral", kept["reason"]
    assert gained["call"] == "gain", gained["reason"]
    assert kept["normal_copies"] == (1 if alone else 2)
    assert lost["loh"] is (None if alone else True)
    assert gained["copies"] == pytest.approx(2 if alone else 3, abs=0.3)
