"""HGVS names of protein changes: by the library hgvs-weaver; of one changed codon by the code.

The library is asked about a spliced transcript, since what is coding needs nothing of the genome.
The name of a substitution within one codon follows from that codon alone, so for the transcripts
that are not reported the library is not asked; the tests hold both against each other.
"""

import re
from typing import Any

import weaver

from dugnad.annotation.codons import Edit, codon_change
from dugnad.annotation.spliced import RESIDUES, Spliced

_NEW_STOP = re.compile(r"(?:fs|ext)(?:Ter)?[-\d?]*")
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
        self._models = _Models()
        self._mapper = weaver.VariantMapper(self._models)

    def name(self, accession: str, spliced: Spliced, c: str) -> str:
        """The p. name of an exonic "c." name; ProteinError when the library has none.

        What names a residue beyond the stop cannot be right, and is a ProteinError too.
        """
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
