"""Sequence Ontology terms that follow from where a change lies in a transcript.

Introns and splice sites are as Ensembl's VEP has them (its predicted consequences, and the terms'
definitions in the Sequence Ontology): donor and acceptor are the two bases at each end of an
intron; the donor's fifth base; its region, bases 3 to 6; the polypyrimidine tract, bases 3 to 17
before an exon; and the splice region, 3 to 8 bases into the intron and the last 3 of an exon,
which is not said beside donor, acceptor, fifth base or donor region. Introns of up to 13 bases
are artefacts of alignment and have no splice sites.
"""

from bisect import bisect_left
from collections.abc import Iterator

from dugnad.alleles import Change
from dugnad.annotation.transcript import Interval, Transcript

FLANK = 5000  # bases beyond a transcript within which a change is named; VEP's --distance
MIN_INTRON = 14  # bases; shorter ones are no introns to VEP ("frameshift introns")

_SITES = frozenset({"splice_donor_variant", "splice_acceptor_variant"})
_DONOR, _FIFTH = "splice_donor_variant", "splice_donor_5th_base_variant"
_DONOR_REGION, _REGION = "splice_donor_region_variant", "splice_region_variant"


def beside(transcript: Transcript, change: Change) -> str | None:
    """The term of a change beyond the ends of a transcript; None from FLANK bases away on.

    Raises ValueError for a change that touches the transcript.
    """
    before = change.end <= transcript.start
    if not before and change.start < transcript.end:
        raise ValueError(f"{change} lies in {transcript.name}")
    gap = transcript.start - change.end if before else change.start - transcript.end
    if gap >= FLANK:
        return None
    upstream = before == (transcript.strand == "+")
    return "upstream_gene_variant" if upstream else "downstream_gene_variant"


def within(transcript: Transcript, change: Change) -> set[str]:
    """Terms of introns, splice sites and untranslated exons; of coding bases none."""
    terms: set[str] = set()
    for start, end in _near(transcript, change):
        if transcript.strand == "+":
            terms |= of_intron(change.start - start, change.end - start, end - start)
        else:
            terms |= of_intron(end - change.end, end - change.start, end - start)
    terms = most_specific(terms)
    exonic = touches_exon(transcript, change)
    if transcript.cds is None:
        exon, other = "non_coding_transcript_exon_variant", "non_coding_transcript_variant"
        terms.add(exon if exonic else other)
    elif exonic:
        terms |= _untranslated(transcript, transcript.cds, change)
    if transcript.biotype == "nonsense_mediated_decay":
        terms.add("NMD_transcript_variant")
    return terms


def most_specific(terms: set[str]) -> set[str]:
    """Terms of splicing without those that VEP does not say beside more specific ones."""
    less = {_DONOR_REGION} if terms & {_DONOR, _FIFTH} else set()
    less |= {_REGION} if terms & (_SITES | {_FIFTH, _DONOR_REGION}) else set()
    return terms - less


def touches_exon(transcript: Transcript, change: Change) -> bool:
    """Whether a change has an exonic base, or is an insertion beside one."""
    point = change.start == change.end
    lower, upper = change.start - point, change.end + point
    if lower >= transcript.end or upper <= transcript.start:
        return False
    for base in (max(lower, transcript.start), min(upper, transcript.end) - 1):
        start, end = transcript.exons[transcript.exon_before(base)]
        if start <= base < end:
            return True
    first = transcript.exon_before(max(lower, transcript.start))
    return transcript.exon_before(min(upper, transcript.end) - 1) != first


def _near(transcript: Transcript, change: Change) -> Iterator[Interval]:
    """Introns within three bases of a change."""
    introns = transcript.ascending_introns
    for index in range(max(0, bisect_left(introns, (change.start - 4,)) - 1), len(introns)):
        start, end = introns[index]
        if start > change.end + 3:
            return
        if end >= change.start - 3 and end - start >= MIN_INTRON:
            yield introns[index]


def of_intron(first: int, end: int, length: int) -> set[str]:
    """Terms of bases [first, end) of an intron, counted from its donor; an insertion if equal."""
    inserted = first == end

    def touches(lower: int, upper: int) -> bool:
        return first <= upper and end - 1 >= lower

    edges = inserted and first in (2, length - 2)
    found = {
        _DONOR: touches(0, 1),
        "splice_acceptor_variant": touches(length - 2, length - 1),
        _FIFTH: touches(4, 4),
        _DONOR_REGION: touches(2, 5),
        "splice_polypyrimidine_tract_variant": touches(length - 17, length - 3),
        _REGION: edges
        or (inserted and first in (0, length))
        or any(touches(*part) for part in _regions(length)),
        "intron_variant": edges or touches(2, length - 3),
    }
    return {term for term, there in found.items() if there}


def _regions(length: int) -> tuple[Interval, ...]:
    """The parts of the splice region: of the exon before, of the intron, of the exon after."""
    return (-3, -1), (2, 7), (length - 8, length - 3), (length, length + 2)


def _untranslated(transcript: Transcript, cds: Interval, change: Change) -> set[str]:
    """Terms of a change with an exonic base that reaches beyond the coding sequence."""
    inserted = change.start == change.end
    lower = change.start < cds[0] or (inserted and change.start == cds[0])
    upper = change.end > cds[1] or (inserted and change.end == cds[1])
    five, three = (lower, upper) if transcript.strand == "+" else (upper, lower)
    terms = {"5_prime_UTR_variant"} if five else set()
    return terms | ({"3_prime_UTR_variant"} if three else set())
