"""Clinical vignettes from the guidelines: tumour type and finding to tiers, class and drugs.

The table was written without sight of the knowledge; an empty cell asks nothing.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from dugnad.interpretation.ask import ask
from dugnad.interpretation.base import Base, load_base
from dugnad.knowledge import SHIPPED
from dugnad.record_interpretation import Evidence, Interpretation

TABLE = Path(__file__).with_name("vignettes.tsv")
LINES = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
VIGNETTES = list(csv.DictReader(LINES, delimiter="\t"))
SHORT = {"vus": "uncertain"}


@pytest.fixture(scope="module")
def base() -> Base:
    return load_base(SHIPPED)


def answer(vignette: dict[str, str], base: Base) -> Interpretation:
    others = [text.strip() for text in vignette["with"].split(";") if text.strip()]
    return ask([vignette["alteration"], *others], vignette["tumour_type"], base)[0]


def drugs(evidence: list[Evidence]) -> set[str]:
    """Each drug by itself, and each combination whole."""
    named = {drug for one in evidence for drug in one.drugs}
    return named | {part.strip() for drug in named for part in drug.split("+")}


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: f"{one['id']}")
def test_vignette(vignette: dict[str, str], base: Base) -> None:
    item = answer(vignette, base)
    wanted = vignette["amp_tier"] + vignette["amp_level"]
    if wanted:
        told = item.amp.name if vignette["amp_level"] else item.amp.category
        assert told == wanted, item.amp
    if vignette["escat"]:
        assert item.escat.name == vignette["escat"], item.escat
    if vignette["oncogenicity"]:
        assert item.oncogenicity
        allowed = {SHORT.get(name, name) for name in vignette["oncogenicity"].split("/")}
        assert item.oncogenicity.category in allowed, item.oncogenicity
    sensitive = [one for one in item.evidence if one.effect == "sensitivity"]
    here = [one for one in sensitive if one.here]
    if drug := vignette["drug"]:
        assert drug in drugs(sensitive if item.amp.category == "II" else here)
    if drug := vignette["resistance"]:
        assert drug in drugs([e for e in item.evidence if e.here and e.effect == "resistance"])
    if drug := vignette["not_drug"]:
        assert drug not in {name for one in here for name in one.drugs}


def test_vignettes_are_many_and_of_many_tumours() -> None:
    assert len(VIGNETTES) >= 200
    assert len({one["tumour_type"] for one in VIGNETTES}) >= 50
    assert min(Counter(one["amp_tier"] for one in VIGNETTES if one["amp_tier"]).values()) >= 5
    assert all(one["source"] for one in VIGNETTES)
