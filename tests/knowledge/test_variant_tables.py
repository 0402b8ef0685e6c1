"""Tables of residues and variants: what a faulty row says, and what is read from a sound one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dugnad.errors import UserError
from dugnad.knowledge import missense
from dugnad.knowledge import variant_tables as tables

HOTSPOTS = "gene\tcodon\treference\tsamples\tchanges\tsource\n"
INFRAME = "gene\tfirst\tlast\tkind\tsamples\tchanges\tsource\n"
VARIANTS = "gene\talteration\tclass\tfunctional\tsource\n"
DOMAINS = "gene\tfirst\tlast\tname\tsource\n"
PROTEINS = "gene\tlength\tlast_exon\tsource\n"
ACIDS = "residue\tcomposition\tpolarity\tvolume\tsource\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "table.tsv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (tables.read_hotspots, HOTSPOTS + "A\t1\tVal\t5\tE:5\tPMID:1\n", "2: reference: must be"),
        (tables.read_hotspots, HOTSPOTS + "A\tx\tV\t5\tE:5\tPMID:1\n", "2: codon: must be a whole"),
        (tables.read_hotspots, HOTSPOTS + "A\t1\tV\t5\tE\tPMID:1\n", "2: changes: 'E' is not"),
        (tables.read_hotspots, HOTSPOTS + "A\t1\tV\t5\tE:6\tPMID:1\n", "2: samples: is less than"),
        (tables.read_hotspots, HOTSPOTS + "A\t1\tV\t5\tE:5\t\n", "2: source: is missing"),
        (
            tables.read_hotspots,
            HOTSPOTS + "A\t1\tV\t5\tE:5\tPMID:1\n" * 2,
            " A V1 is there twice; keep one",
        ),
        (
            tables.read_inframe_hotspots,
            INFRAME + "A\t9\t5\tindel\t5\tp.E5del:5\tPMID:1\n",
            "2: last: must not be before first",
        ),
        (
            tables.read_inframe_hotspots,
            INFRAME + "A\t5\t9\tindel\t5\tx:5\tPMID:1\n",
            "2: changes: 'x' is not a protein change",
        ),
        (
            tables.read_known_variants,
            VARIANTS + "A\tamplification\toncogenic\t\tPMID:1\n",
            "2: alteration: must be one change",
        ),
        (
            tables.read_known_variants,
            VARIANTS + "A\tp.Val1Glu\tpathogenic\t\tPMID:1\n",
            "2: class: must be one of oncogenic",
        ),
        (
            tables.read_known_variants,
            VARIANTS + "A\tp.Val1Glu\toncogenic\tyes\tPMID:1\n",
            "2: functional: must be one of empty, damaging, none",
        ),
        (tables.read_critical_regions, DOMAINS + "A\t1\t5\t\tPMID:1\n", "2: name: is missing"),
        (tables.read_proteins, PROTEINS + "A\t9\t10\tPMID:1\n", "2: last_exon: must be a res"),
        (tables.read_proteins, PROTEINS + "A\t9\t\tPMID:1\n", "2: last_exon: must be a whole"),
        (missense.read_amino_acids, ACIDS + "Ala\t0\tx\t31\tPMID:1\n", "2: polarity: must be a"),
    ],
)
def test_faulty_rows(tmp_path: Path, read: Callable[[Path], Any], text: str, said: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(UserError) as raised:
        read(path)
    (problem,) = raised.value.problems
    assert problem.startswith(f"{path}:{said}")


def test_a_hotspot_as_it_is_read(tmp_path: Path) -> None:
    text = HOTSPOTS + "A\t1\tR\t9\t*:6; Q:3\tPMID:1; PMID:2\nA\t2\tX\t3\tsplice:3\tPMID:1\n"
    stop, splice = tables.read_hotspots(_write(tmp_path, text))["A"]
    assert (stop.codon, stop.changes, stop.of_stops) == (1, {"*": 6, "Q": 3}, True)
    assert stop.source == ("PMID:1", "PMID:2")
    assert (splice.reference, splice.changes, splice.of_stops) == ("X", {"splice": 3}, False)


def test_a_variant_of_the_coding_sequence(tmp_path: Path) -> None:
    path = _write(tmp_path, VARIANTS + "TERT\tc.-124C>T\toncogenic\tdamaging\tPMID:1\n")
    (row,) = tables.read_known_variants(path)["TERT"]
    assert (row.alteration.coding, row.functional, row.computational) == (
        "c.-124C>T",
        "damaging",
        None,
    )
