"""HGVS names of protein changes: by the library hgvs-weaver; of one changed codon by the code.

The library is asked about a spliced transcript, since what is coding needs nothing of the genome.
The name of a substitution within one codon follows from that codon alone, so for the transcripts
that are not reported the library is not asked; the tests hold both against each other.
"""

import re
from typing import Any

import weaver

from dugnad.annotation.codons import Edit, codon_change, start_lost
from dugnad.annotation.spliced import RESIDUES, Spliced, translate

KEPT = 500  # names that are remembered

_NEW_STOP = re.compile(r"(?:fs|ext)(?:Ter)?[-\d?]*")
_TO_STOP = re.compile(
    r"p\.\((?P<first>[A-Z][a-z]{2})(?P<number>\d+)(?P<last>_[A-Z][a-z]{2}\d+)?"
    r"delins(?P<new>(?:[A-Z][a-z]{2})+Ter)\)"
)
_RESIDUE = re.compile(r"[A-Z][a-z]{2}(\d+)")


class ProteinError(Exception):
    """Why a protein change has no name."""


def substitution(spliced: Spliced, edit: Edit) -> str | None:
    """The name of a change within one codon; None of another, and where more must be known."""
    if edit.grows or edit.end == edit.start or spliced.pad or spliced.open_start:
        return None
    found = codon_change(spliced, edit)
    if found is None or len(found.ref) != 3 or "X" in found.before + found.after:
        return None
    before, after = found.before, found.after
    if found.first == 0:
        return "p.(Met1?)" if found.ref == "ATG" else None
    if before == after:
        return f"p.({RESIDUES[before]}{found.first + 1}=)"
    if before == "*":
        return None
    return f"p.({RESIDUES[before]}{found.first + 1}{RESIDUES[after]})"


class ProteinNamer:
    """Names protein changes of coding changes with the library."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, Edit], str] = {}
        self._models = _Models()
        self._mapper = weaver.VariantMapper(self._models)

    def name(self, accession: str, spliced: Spliced, edit: Edit, c: str) -> str:
        """The p. name of an exonic "c." name; ProteinError when the library has none.

        What names a residue beyond the stop cannot be right, and is a ProteinError too.
        """
        key = (spliced.coding, spliced.after, edit)  # what other transcripts may share
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = _reworded(self._asked(accession, spliced, c), spliced, edit)
        return self._known[key]

    def _asked(self, accession: str, spliced: Spliced, c: str) -> str:
        self._models.use(accession, spliced)
        try:
            coding = weaver.parse(f"NM_{accession}:{c}")
            p: str = self._mapper.c_to_p(coding, "p").format().partition(":")[2]
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the library is not an Exception
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise ProteinError(reason) from error
        named = (int(number) for number in _RESIDUE.findall(_NEW_STOP.sub("", p)))
        if max(named, default=0) > len(spliced.coding) // 3:
            raise ProteinError(f"the library's {p} names a residue beyond the stop")
        return p


def _reworded(p: str, spliced: Spliced, edit: Edit) -> str:
    """The library's name where HGVS, and other engines, word it otherwise.

    Without the frame, a stop some residues on is a frameshift, p.(Asp1210GlufsTer2), not
    p.(Asp1210delinsGluTer). With it, inserted residues with a stop are an insertion,
    p.(Thr2321_Arg2322insSerTer), not p.(Arg2322delinsSerTer). A change of the start codon that
    begins before it is p.(Met1?), as of any other.
    """
    if p == "p.?" and start_lost(spliced, edit):
        return "p.(Met1?)"
    if (found := _TO_STOP.fullmatch(p)) is None:
        return p
    first, number, new = found["first"], int(found["number"]), found["new"]
    if edit.grows % 3:
        return f"p.({first}{number}{new[:3]}fsTer{len(new) // 3})"
    change = codon_change(spliced, edit)
    inserted = change is not None and edit.start == edit.end and not found["last"]
    if change is None or not inserted or number < 2:
        return p
    if not (change.after.startswith(change.before) or change.after.endswith(change.before)):
        return p
    before = RESIDUES[translate(spliced.padded[3 * number - 6 : 3 * number - 3])]
    return f"p.({before}{number - 1}_{first}{number}ins{new})"


class _Models:
    """Answers the library's questions (its DataProvider protocol) about one spliced transcript.

    It cannot parse "ENST1:c.1A>T": towards it, transcripts are NM_ENST....
    """

    def __init__(self) -> None:
        self._model: dict[str, Any] = {}
        self._bases = ""

    def use(self, accession: str, spliced: Spliced) -> None:
        """The transcript that the next questions are about."""
        ac = f"NM_{accession}"
        if self._model.get("ac") == ac:
            return
        self._bases = spliced.bases
        length, first = len(self._bases), len(spliced.before)
        self._model = {
            "ac": ac,
            "gene": "",
            "strand": 1,
            "reference_accession": "NC_1",
            "cds_start_index": first,
            "cds_end_index": first + len(spliced.coding) - 1,
            "cds_start_open": spliced.open_start,
            "cds_end_open": spliced.open_end,
            "exons": [
                {
                    "transcript_start": 0,
                    "transcript_end": length,
                    "reference_start": 0,
                    "reference_end": length - 1,  # inclusive, unlike transcript_end
                    "alt_strand": 1,
                    "cigar": f"{length}=",
                }
            ],
        }

    def get_transcript(self, _transcript_ac: str, _reference_ac: str | None) -> dict[str, Any]:
        return self._model

    def get_seq(self, _ac: str, start: int, end: int | None, _kind: object) -> str:
        return self._bases[start:end]
