"""What a small variant does to a transcript, by Sequence Ontology terms.

The terms follow from the place (``places``) and from the codons (``codons``), by the definitions of
Ensembl's VEP and on the alleles as the VCF places them. What a consequence engine says, and the
protein's HGVS name, which goes by the 3' rule, are held against them (``engines``).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from dugnad.alleles import Change
from dugnad.annotation.codons import coding_terms
from dugnad.annotation.places import beside, within
from dugnad.annotation.reference import Placed, Reference
from dugnad.annotation.severity import by_severity, impact
from dugnad.annotation.transcript import Transcript

_LENGTH_TERMS = frozenset({"inframe_insertion", "inframe_deletion", "protein_altering_variant"})

PROTEIN_RULES: tuple[tuple[str, str, frozenset[str]], ...] = (
    (r"Met1\?|0\??", "start_lost", frozenset()),
    (r"Met1=", "start_retained_variant", frozenset({"synonymous_variant"})),
    (r"Ter\d+=", "stop_retained_variant", frozenset()),
    (r"(?:\w*\d)?=", "synonymous_variant", frozenset()),
    (r"\w+_Ter\d+ins\w+", "inframe_insertion", frozenset()),
    (r"(?:\w+_)?Ter\d+(?!delins\w*Ter)\w.*", "stop_lost", _LENGTH_TERMS | {"frameshift_variant"}),
    (r".*fs.*", "frameshift_variant", frozenset({"stop_lost"})),
    (r".*Ter", "stop_gained", _LENGTH_TERMS | {"frameshift_variant"}),
    (r"[A-Z][a-z]{2}\d+[A-Z][a-z]{2}", "missense_variant", frozenset()),
    (r"\w+\d+del", "inframe_deletion", frozenset({"stop_lost", "start_lost"})),
    (r"\w+\d+(?:dup|ins\w+)", "inframe_insertion", frozenset({"stop_lost", "start_lost"})),
)
"""What a protein name (between "p.(" and ")") says: the first form that fits, the term it
stands for, and the other protein terms that may stand beside it. A delins goes by its length."""

_DELINS = re.compile(r"[A-Z][a-z]{2}(\d+)(?:_[A-Z][a-z]{2}(\d+))?delins((?:[A-Z][a-z]{2})+)")
_ORDER = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_CLAIMS = _LENGTH_TERMS.union(term for _, term, _ in PROTEIN_RULES)


@dataclass(frozen=True)
class Consequence:
    """What a change does to one transcript; ``terms`` has the most severe first.

    ``disagreement`` says who sees it otherwise, and how.
    """

    terms: tuple[str, ...]
    disagreement: str | None = None

    @property
    def impact(self) -> str:
        """HIGH, MODERATE, LOW or MODIFIER: Ensembl's for the most severe term."""
        return impact(self.terms)

    def noting(self, note: str | None) -> "Consequence":
        """The consequence with one more note, if it is one."""
        if note is None:
            return self
        return Consequence(self.terms, "; ".join(filter(None, [note, self.disagreement])))


def terms_on(transcript: Transcript, change: Change, reference: Reference) -> tuple[str, ...]:
    """The terms of a trimmed change on a transcript, the most severe first.

    Up- and downstream variants are those less than FLANK bases away, the default of VEP's
    --distance (https://www.ensembl.org/info/docs/tools/vep/script/vep_options.html); further away
    there are none, and "intergenic_variant" is where no transcript has any. A deletion of the whole
    transcript is a transcript_ablation.
    """
    if change.end <= transcript.start or change.start >= transcript.end:
        term = beside(transcript, change)
        return (term,) if term else ()
    if change.start <= transcript.start and transcript.end <= change.end:
        return ("transcript_ablation",)
    terms = within(transcript, change)
    if transcript.touches_coding(change.start, change.end):
        terms |= coding_terms(transcript, reference.spliced(transcript), change)
    return by_severity(terms)


@lru_cache(maxsize=4096)
def protein_term(p: str | None) -> tuple[str, frozenset[str]] | None:
    """The term a protein name stands for, with those that may stand beside it.

    None without a name, for "p.?", and for a form that PROTEIN_RULES does not have.
    """
    if p is None or p == "p.?":
        return None
    text = p.removeprefix("p.").removeprefix("(").removesuffix(")")
    for form, term, companions in PROTEIN_RULES:
        if re.fullmatch(form, text):
            return term, companions
    if (delins := _DELINS.fullmatch(text)) is None:
        return None
    first, last, inserted = delins.groups()
    longer = len(inserted) // 3 - (int(last or first) - int(first) + 1)
    term = "inframe_insertion" if longer > 0 else "inframe_deletion"
    return term if longer else "missense_variant", frozenset({"protein_altering_variant"})


def settled(
    placed: Placed, transcript: Transcript, reference: Reference
) -> tuple[tuple[str, ...], str | None]:
    """The terms of a placed change, and a note where its placements differ in impact.

    An insertion or deletion in a repeat reads the same in several places. VEP's terms are of the
    VCF's place, HGVS names of the one furthest 3'; of these the graver terms are taken.
    """
    terms = terms_on(transcript, placed.change, reference)
    shifted = placed.on(transcript.strand)
    if shifted == placed.change:
        return terms, None
    others = terms_on(transcript, shifted, reference)
    if not others or not terms or impact(others) == impact(terms):
        return terms, None
    graver = _ORDER.index(impact(others)) < _ORDER.index(impact(terms))
    if graver:
        return others, f"as the VCF places it: {'&'.join(terms)}"
    return terms, f"by the 3' rule: {'&'.join(others)}"


def contradiction(terms: tuple[str, ...], p: str | None) -> str | None:
    """The protein's name, where it stands for another impact than the terms of the codons."""
    claimed = _CLAIMS.intersection(terms)
    if (found := protein_term(p)) is None:
        return None
    expected = impact(claimed) if claimed else "MODIFIER"
    silent = found[0] == "synonymous_variant" and not claimed
    return None if silent or impact([found[0]]) == expected else p
