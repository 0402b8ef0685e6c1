"""The 96 contexts, what a panel offers of them, and the assignment of signatures."""

from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest
from pydantic import ValidationError

from builders import quantity, sequence, variant
from dugnad.biomarkers import assign_signatures, sigprofiler
from dugnad.biomarkers.contexts import (
    CONTEXTS,
    TRIPLETS,
    context_of,
    count_triplets,
    opportunities_text,
    read_opportunities,
    spectrum,
)
from dugnad.errors import UserError
from dugnad.interpretation.versions import of_program
from dugnad.panel_biomarkers import SignatureRules
from dugnad.regions import Region
from support import ROOT

AETIOLOGY = ROOT / "resources/knowledge/signatures.tsv"


def rules(**changes: Any) -> SignatureRules:
    return SignatureRules.model_validate(
        {
            "cosmic": "3.4",
            "build": "GRCh38",
            "origins": ["somatic"],
            "min_vaf": quantity(0.05, "fraction"),
            "min_mutations": quantity(10, "mutations"),
            "firm_mutations": quantity(100, "mutations"),
            "resamples": 10,
            "min_share": quantity(0.05, "fraction"),
        }
        | changes
    )


def test_contexts_are_in_the_order_of_cosmics_pictures() -> None:
    assert len(set(CONTEXTS)) == 96
    assert (CONTEXTS[0], CONTEXTS[1], CONTEXTS[16]) == ("A[C>A]A", "A[C>A]C", "A[C>G]A")
    assert CONTEXTS[-1] == "T[T>G]T"


@pytest.mark.parametrize(
    ("bases", "context"),
    [
        (("A", "C", "G", "T"), "A[C>T]G"),
        (("C", "G", "T", "A"), "A[C>T]G"),
        (("G", "A", "T", "G"), "A[T>C]C"),
        (("t", "t", "g", "c"), "T[T>C]G"),
        (("N", "C", "G", "T"), None),
        (("", "C", "G", "T"), None),
    ],
)
def test_purines_are_read_on_the_other_strand(
    bases: tuple[str, str, str, str], context: str | None
) -> None:
    assert context_of(*bases) == context


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.fa"
    path.write_text(f">chr1\n{sequence(5000, 1)}NNN{sequence(300, 2).lower()}\n>chr2\nACGTACG\n")
    pysam.faidx(str(path))
    return path


def test_only_single_bases_are_counted(fasta: Path) -> None:
    rows = [
        {"chrom": "chr2", "pos": 2, "ref": "C", "alt": "T"},
        {"chrom": "chr2", "pos": 3, "ref": "G", "alt": "A"},
        {"chrom": "chr2", "pos": 2, "ref": "CG", "alt": "TA"},
        {"chrom": "chr2", "pos": 2, "ref": "C", "alt": "CA"},
        {"chrom": "chr2", "pos": 1, "ref": "A", "alt": "C"},
        {"chrom": "chr2", "pos": 7, "ref": "G", "alt": "C"},
    ]
    counts = spectrum(rows, fasta)
    assert {CONTEXTS[i]: int(counts[i]) for i in np.flatnonzero(counts)} == {"A[C>T]G": 2}


def test_triplets_are_counted_as_one_by_one(fasta: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dugnad.biomarkers.contexts._BLOCK", 700)
    regions = [
        Region("chr1", 0, 3000, "a"),
        Region("chr1", 3100, 5303, "b"),
        Region("chr2", 2, 5, "c"),
    ]
    with pysam.FastaFile(str(fasta)) as genome:
        counts = count_triplets(genome, regions)
        expected = dict.fromkeys(TRIPLETS, 0)
        for region in regions:
            for middle in range(max(region.start, 1), region.end):
                text = genome.fetch(region.chrom, middle - 1, middle + 2).upper()
                if len(text) == 3 and set(text) <= set("ACGT"):
                    other = "C" if text[1] == "A" else "A"
                    found = context_of(text[0], text[1], text[2], other)
                    assert found is not None
                    expected[found[0] + found[2] + found[-1]] += 1
    assert dict(zip(TRIPLETS, counts.tolist(), strict=True)) == expected
    assert 5000 < counts.sum() < 5303


def test_what_targets_offer_is_told_against_the_genome(tmp_path: Path) -> None:
    path = tmp_path / "contexts.tsv"
    genome, targets = np.full(32, 10), np.full(32, 1)
    targets[TRIPLETS.index("ACG")] = 33
    path.write_text(opportunities_text(genome, targets))
    ratios = read_opportunities(path)
    assert ratios[CONTEXTS.index("A[C>T]G")] == pytest.approx(33 / 64 * 32)
    assert ratios[CONTEXTS.index("A[C>A]G")] == pytest.approx(33 / 64 * 32)
    assert ratios[CONTEXTS.index("A[T>A]G")] == pytest.approx(0.5)
    path.write_text("x\n")
    with pytest.raises(UserError, match="is no table of triplets"):
        read_opportunities(path)


def finding(**changes: Any) -> dict[str, Any]:
    return variant(origin="somatic", filters=[]) | changes


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"filters": ["x"]}, False),
        ({"origin": "uncertain"}, False),
        ({"vaf": 0.049}, False),
        ({"vaf": None}, False),
    ],
)
def test_which_mutations_count(changes: dict[str, Any], counts: bool) -> None:
    assert bool(assign_signatures.counting([finding(**changes)], rules())) is counts


def test_below_the_minimum_contexts_stand_alone() -> None:
    counts = np.zeros(96, np.int64)
    counts[:9] = 1
    part = assign_signatures.alone(counts, rules())
    assert (part.mutations, part.assigned, part.unexplained) == (9, (), None)
    assert part.reason == "9 mutations, the panel asks for 10: no signatures are assigned"


def test_signatures_are_brought_to_what_targets_offer() -> None:
    known = sigprofiler.reference("3.4", "GRCh38")
    assert list(known.index) == list(CONTEXTS)
    assert known.sum().to_numpy() == pytest.approx(1, abs=1e-6)
    assert known["SBS7a"].idxmax() == "T[C>T]C"
    assert known["SBS1"].idxmax() == "A[C>T]G"
    assert "SBS45" not in sigprofiler.reference("3.4", "GRCh38", ["SBS45"]).columns
    ratios = np.ones(96)
    ratios[CONTEXTS.index("A[C>T]G")] = 0
    scaled = sigprofiler.brought_to(known, ratios)
    assert scaled.sum().to_numpy() == pytest.approx(1, abs=1e-6)
    assert scaled.loc["A[C>T]G"].max() == 0
    assert scaled["SBS1"].idxmax() in {"C[C>T]G", "G[C>T]G", "T[C>T]G"}


def test_ultraviolet_light_is_told_by_its_mutations() -> None:
    """By the library itself, once: contexts must reach it in its own order."""
    known = sigprofiler.reference("3.4", "GRCh38")
    mixture = (0.7 * known["SBS7a"] + 0.3 * known["SBS7b"]).to_numpy()
    counts = np.random.default_rng(3).multinomial(60, mixture / mixture.sum())
    few = known[["SBS1", "SBS4", "SBS5", "SBS7a", "SBS7b", "SBS45"]]
    exposures = sigprofiler.assign(counts[:, None], few)
    assert exposures.shape == (6, 1)
    assert exposures[3:5, 0].sum() > 50


def test_intervals_come_from_resampling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the library: C>T are of SBS7a, all others of SBS4."""

    def assign(samples: Any, signatures: Any, _: int) -> Any:
        exposures = np.zeros((signatures.shape[1], samples.shape[1]))
        light = samples[32:48].sum(axis=0)
        exposures[signatures.columns.get_loc("SBS7a")] = light
        exposures[signatures.columns.get_loc("SBS4")] = samples.sum(axis=0) - light
        return exposures

    monkeypatch.setattr(sigprofiler, "assign", assign)
    counts = np.zeros(96, np.int64)
    counts[33], counts[0] = 30, 10
    aetiology = assign_signatures.read_aetiology(AETIOLOGY)
    part = assign_signatures.assigned(counts, np.ones(96), rules(resamples=200), aetiology)
    first, second = part.assigned
    assert (first.name, first.share, first.aetiology) == ("SBS7a", 0.75, "ultraviolet light")
    assert (second.name, second.share, second.aetiology) == ("SBS4", 0.25, "tobacco smoking")
    assert first.lower == pytest.approx(0.75 - 1.96 * (0.75 * 0.25 / 40) ** 0.5, abs=0.05)
    assert first.upper == pytest.approx(0.75 + 1.96 * (0.75 * 0.25 / 40) ** 0.5, abs=0.05)
    assert "calls fewer than 100 unsure" in part.reason
    assert (part.program or "").startswith("SigProfilerAssignment 1.")
    assert of_program(part.program).keys() == {"SigProfilerAssignment"}
    assert of_program(None) == {}
    assert "not in all resamples" not in part.reason
    counts[0] = 2
    part = assign_signatures.assigned(counts, np.ones(96), rules(resamples=200), aetiology)
    assert "not in all resamples, so not shown by these mutations: SBS4" in part.reason


def test_each_signature_of_cosmic_has_a_row_with_its_source() -> None:
    text = AETIOLOGY.read_text().splitlines()
    assert all(len(line.split("\t")) == 4 and all(line.split("\t")) for line in text)
    known = assign_signatures.read_aetiology(AETIOLOGY)
    assert len(known) == len(text) - 1
    for release in ("3.3", "3.4"):
        assert set(sigprofiler.reference(release, "GRCh38").columns) <= set(known)
    assert "formalin" in known["SBS30"]
    assert "artefact" in known["SBS45"]


def test_firm_below_least_is_refused() -> None:
    with pytest.raises(ValidationError, match="firm_mutations is below min_mutations"):
        rules(firm_mutations=quantity(9, "mutations"))
