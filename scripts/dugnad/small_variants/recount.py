"""How many fragments show a candidate in a sample, and how good they are.

Each read is asked which allele it shows (``votes``, ``indels``). The reads of a fragment then vote
with their qualities; a fragment whose mates disagree shows nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dugnad.small_variants.indels import edge_votes, indel_votes, is_long, junction_votes
from dugnad.small_variants.reads import Ints, Reads
from dugnad.small_variants.votes import ALT, REF, Locus, Votes, substitution_votes


@dataclass(frozen=True)
class Evidence:
    """A candidate in one sample.

    ``depth`` and ``alt_reads`` count fragments; strands and orientations count the reads of
    these. The rest is of the alternative reads, None without any: mean qualities in Phred, and what
    the mapping quality loses against that of reference reads; the median distance (bases) to the
    nearer end of the read; how many more mismatches than reads of the reference they have, apart
    from the change itself.
    """

    depth: int
    alt_reads: int
    forward: tuple[int, int] = (0, 0)
    reverse: tuple[int, int] = (0, 0)
    f1r2: tuple[int, int] = (0, 0)
    f2r1: tuple[int, int] = (0, 0)
    base_quality: float | None = None
    mapping_quality: float | None = None
    mapping_quality_loss: float | None = None
    end_distance: float | None = None
    extra_mismatches: float | None = None

    @property
    def vaf(self) -> float | None:
        """Share of the fragments; None without depth."""
        return self.alt_reads / self.depth if self.depth else None


def recount(reads: Reads, locus: Locus, base_quality: int) -> Evidence:
    """The candidate's evidence in one sample's reads."""
    votes = votes_of(reads, locus)
    evidence = summarise(reads, votes, locus, base_quality)
    if not is_long(reads, locus):
        return evidence
    # every molecule goes over the start and over the end once, with and without the duplication
    over = [edge.only(edge.allele != ALT) for edge in edge_votes(reads, locus)]
    depth = sum(len(decide(reads, votes, base_quality)[0]) for votes in over) // len(over)
    return replace(evidence, depth=max(depth, evidence.alt_reads))


def votes_of(reads: Reads, locus: Locus) -> "Votes":
    """What each read shows of a candidate."""
    if locus.is_substitution:
        return substitution_votes(reads, locus)
    return junction_votes(reads, locus) if is_long(reads, locus) else indel_votes(reads, locus)


def carriers(reads: Reads, locus: Locus, base_quality: int) -> tuple[set[int], set[int]]:
    """The fragments that show the alternative allele, and those that show the reference."""
    votes = votes_of(reads, locus)
    fragments, shown = decide(reads, votes, base_quality)
    return set(fragments[shown == ALT].tolist()), set(fragments[shown == REF].tolist())


def decide(reads: Reads, votes: Votes, base_quality: int) -> tuple[Ints, Ints]:
    """The fragments that show an allele, and which: the one that its reads favour clearly.

    Qualities of the reads for an allele are added, those for others taken away; what remains
    must reach ``base_quality``, as for one base that stands alone.
    """
    fragments, place = np.unique(reads.fragment[votes.read], return_inverse=True)
    weights = np.zeros((len(fragments), 3))
    np.add.at(weights, (place, votes.allele), votes.quality)
    best = weights.argmax(axis=1)
    clear = 2 * weights.max(axis=1, initial=0) - weights.sum(axis=1) >= base_quality
    return fragments[clear], best[clear]


def summarise(reads: Reads, votes: Votes, locus: Locus, base_quality: int) -> Evidence:
    """Fragments and their qualities from the votes of their reads."""
    fragments, shown = decide(reads, votes, base_quality)
    alt_fragments = fragments[shown == ALT]
    own = reads.fragment[votes.read]
    alt = (votes.allele == ALT) & np.isin(own, alt_fragments)
    ref = (votes.allele == REF) & np.isin(own, fragments[shown == REF])

    def reads_where(mask: npt.NDArray[np.bool_]) -> tuple[int, int]:
        return int(mask[votes.read[ref]].sum()), int(mask[votes.read[alt]].sum())

    evidence = Evidence(
        depth=len(fragments),
        alt_reads=len(alt_fragments),
        forward=reads_where(~reads.is_reverse),
        reverse=reads_where(reads.is_reverse),
        f1r2=reads_where(reads.is_f1r2),
        f2r1=reads_where(~reads.is_f1r2),
    )
    if not alt.any():
        return evidence
    return replace(
        evidence,
        base_quality=float(votes.quality[alt].mean()),
        mapping_quality=float(reads.mapping_quality[votes.read[alt]].mean()),
        mapping_quality_loss=_loss(reads.mapping_quality[votes.read], alt, ref),
        end_distance=_end_distance(reads, votes, locus, alt),
        extra_mismatches=_extra_mismatches(reads, votes, locus, alt, ref),
    )


def _loss(quality: Ints, alt: npt.NDArray[np.bool_], ref: npt.NDArray[np.bool_]) -> float:
    return float(quality[ref].mean() - quality[alt].mean()) if ref.any() else 0.0


def _end_distance(reads: Reads, votes: Votes, locus: Locus, alt: npt.NDArray[np.bool_]) -> float:
    """Median over the fragments; of a fragment, the read in which it is furthest from an end."""
    read, place = votes.read[alt], votes.place[alt]
    if locus.is_substitution:
        first, last = reads.first[read], reads.last[read] - len(locus.change.alt) + 1
    else:  # the read may be clipped at the change itself
        first, last = np.zeros_like(read), np.diff(reads.offset)[read] - 1
    distance = np.minimum(place - first, last - place)
    fragments, index = np.unique(reads.fragment[read], return_inverse=True)
    best = np.zeros(len(fragments))
    np.maximum.at(best, index, distance)
    return float(np.median(best))


def _extra_mismatches(
    reads: Reads,
    votes: Votes,
    locus: Locus,
    alt: npt.NDArray[np.bool_],
    ref: npt.NDArray[np.bool_],
) -> float | None:
    """Mean NM of the alternative reads above that of the reference's, without the change's own."""
    mismatches = reads.mismatches[votes.read]
    if (mismatches[alt] < 0).any():
        return None
    change = locus.change
    own = max(len(change.alt), change.end - change.start)
    if locus.is_substitution:
        bases = locus.reference(change.start, change.end)
        own = sum(a != b for a, b in zip(bases, change.alt, strict=True))
    counted = np.maximum(mismatches[alt] - own, 0).mean()
    return float(counted - (mismatches[ref].mean() if ref.any() else 0.0))
