"""Real chimeric reads and predictions of others, as far as they tell without a genome.

BT474 and MCF7: STAR's chimeric reads (GRCh38, several places a read), and STAR-Fusion's predictions
of BT474 on another build (GRCh37). Both builds differ by one offset over long stretches, and
positions at which that is the same on both strands and sides are exact. Arriba's own test table.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from dugnad.rearrangements.import_arriba import fusions
from dugnad.rearrangements.rna_chimeric import AGAINST, ALONG, Joint, Place, Row, read_chimeric

FAR = 2_000_000  # bases: no stretch of these chromosomes moved further between the builds
# how far chr17 from 34 to 40 Mb and beyond 40 Mb, and the end of chr20, moved
CHR17 = (1_843_747, 1_922_639)
CHR20 = 1_424_944


@pytest.fixture(scope="module")
def joined(real_data: Path) -> dict[Joint, list[Row]]:
    """The rows across junctions that have a splice signal, by what they join."""
    found: dict[Joint, list[Row]] = defaultdict(list)
    for row in read_chimeric(real_data / "rna_fusion/STAR_hg38.Chimeric.out.junction.gz"):
        if row.kind in (ALONG, AGAINST):
            found[row.joint(row.kind == AGAINST)].append(row)
    return found


@pytest.fixture(scope="module")
def predicted(real_data: Path) -> list[dict[str, str]]:
    path = real_data / "rna_fusion/star-fusion.fusion_candidates.final.abridged.hg19.tsv"
    with path.open() as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def reads(rows: list[Row]) -> int:
    """Different reads that have one place."""
    return len({row.name for row in rows if row.places == 1})


def breakpoint_of(text: str) -> Place:
    chrom, pos, strand = text.split(":")
    return Place(chrom, int(pos), strand)


def offsets(joint: Joint, row: Mapping[str, str]) -> tuple[int, int] | None:
    """How far both ends moved between the builds; None if this is another junction."""
    ends = breakpoint_of(row["LeftBreakpoint"]), breakpoint_of(row["RightBreakpoint"])
    pairs = list(zip(joint, ends, strict=True))
    if any((a.chrom, a.strand) != (b.chrom, b.strand) for a, b in pairs):
        return None
    moved = tuple(a.pos - b.pos for a, b in pairs)
    return (moved[0], moved[1]) if max(map(abs, moved)) < FAR else None


def test_every_prediction_is_seen(
    joined: dict[Joint, list[Row]], predicted: list[dict[str, str]]
) -> None:
    lacking = [
        row["#FusionName"]
        for row in predicted
        if not any(
            offsets(joint, row) and len(rows) >= int(row["JunctionReadCount"])
            for joint, rows in joined.items()
        )
    ]
    assert len(predicted) == 24
    assert lacking == []


def test_breakpoints_are_exact_on_both_strands_and_sides(
    joined: dict[Joint, list[Row]], predicted: list[dict[str, str]]
) -> None:
    """Read upwards or downwards, as last base or first, chr17 and chr20 moved equally far."""
    wanted = {
        "VAPB--IKZF3": (CHR20, CHR17[0]),
        "MED1--ACSF2": CHR17,
        "STX16--RAE1": (CHR20, CHR20),
        "MED13--BCAS3": (CHR17[1], CHR17[1]),
        "PIP4K2B--RAD51C": CHR17,
        "MED1--STXBP4": CHR17,
    }
    rows = [row for row in predicted if row["#FusionName"] in wanted]
    assert len(rows) == 9
    for row in rows:
        moved = {offsets(joint, row) for joint in joined}
        assert wanted[row["#FusionName"]] in moved, row["#FusionName"]


def test_few_others_have_as_much_evidence(
    joined: dict[Joint, list[Row]], predicted: list[dict[str, str]]
) -> None:
    """Of junctions with two reads or more, and not of the mitochondrion, few are no prediction;
    those of reads with several places, which the filter on mapping quality flags, are many."""
    contigs = "chrM", "KI270733.1", "GL000220.1"
    own = {
        joint: rows
        for joint, rows in joined.items()
        if not any(end.chrom in contigs for end in joint) and len({row.name for row in rows}) > 1
    }
    others = {
        joint: rows for joint, rows in own.items() if not any(offsets(joint, r) for r in predicted)
    }
    sure = {joint for joint, rows in others.items() if reads(rows) > 1}
    assert (len(own), len(own) - len(others), len(sure)) == (34, 20, 4)


def test_arribas_own_table(real_data: Path) -> None:
    ((joint, item),) = fusions(real_data / "rna_fusion/arriba_BCR-ABL1_fusions.tsv")
    assert joint == Joint(Place("22", 23632600, "+"), Place("9", 133729451, "+"))
    assert (item.split_reads, item.pairs, item.own_filters) == (11, 0, ())
