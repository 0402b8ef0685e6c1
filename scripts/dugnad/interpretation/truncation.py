"""Whether a variant that breaks the reading of a gene leaves no function of its protein.

Asked of null variants, and with caution near the 3' end, where the transcript may escape decay.
"""

import re
from collections.abc import Mapping
from typing import Any

from dugnad.knowledge.protein import ProteinChange
from dugnad.knowledge.variant_tables import Protein, Truncation

_PLACE = re.compile(r"(?:exon|intron) (\d+)/(\d+)")
_SPLICE_CODING = re.compile(r"c\.(\d+)[+-]\d+")
_BROKEN = {"nonsense", "frameshift", "delins"}
_ESCAPE = 17
"""Residues coded in part or whole by the last 50 bases of an exon (PVS1, PMID:30192042)."""


def splice_residue(coding: str | None) -> int | None:
    """The residue whose codon a splice site of the coding sequence (``c.123+1G>A``) lies at."""
    found = _SPLICE_CODING.match((coding or "").rpartition(":")[2])
    return (int(found[1]) + 2) // 3 if found else None


def disabling(
    row: Mapping[str, Any],
    change: ProteinChange | None,
    limit: Truncation | None,
    last_stop: int,
    protein: Protein | None,
) -> tuple[bool | None, str | None]:
    """Whether a null variant leaves no function, None where it may leave some; and by what.

    So it is up to the gene's ``limit`` of truncations, or up to ``last_stop``, the last residue
    where stops recur in tumours (0: none). Else by the exon that the finding says: in the last
    one, or at the last intron, the transcript may escape nonsense-mediated decay. A finding that
    says no exon is judged by the residues of the last exon of its ``protein`` (PMID:30192042).
    """
    if change and limit and change.first <= limit.last:
        return True, ", ".join(limit.source)
    if change and change.first <= last_stop:
        return True, f"stops recur in tumours up to residue {last_stop}"
    if change and limit:
        return None, None
    if place := _PLACE.search(row["place"] or ""):
        return (True if int(place[1]) < int(place[2]) else None), f"{place[0]}, PMID:30192042"
    end = _end(row, change)
    if protein is None or end is None:
        return None, None
    told = f"ends near residue {end} of {protein.length}, the last exon begins at"
    told = f"{told} {protein.last_exon}: {', '.join(protein.source)}; PMID:30192042"
    return (True if end + _ESCAPE < protein.last_exon else None), told


def _end(row: Mapping[str, Any], change: ProteinChange | None) -> int | None:
    """About where the protein ends: its new stop, or the splice site; None where none is known."""
    if change is None:
        return splice_residue(row["hgvs_c"])
    if change.kind not in _BROKEN:
        return None
    if change.kind == "frameshift" and change.stop and change.stop.isdecimal():
        return change.first + int(change.stop) - 1
    return change.first
