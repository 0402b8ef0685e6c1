"""What stands around a variant: others on the same molecules (in cis), and how many others."""

from collections.abc import Iterator, Sequence

from dugnad.small_variants.counted import Counted
from dugnad.small_variants.reads import Reads
from dugnad.small_variants.recount import carriers

REACH = 100  # bases between two variants; further apart few fragments show both
AROUND = 50  # bases within which others count as neighbours
FEWEST = 3  # fragments that show both
MOST = 0.8  # of the fragments that show the rarer one, and either allele of the other


def in_cis(variants: Sequence[Counted], tumour: Reads, base_quality: int) -> list[list[str]]:
    """For each variant, the others on its molecules, as ``54 A>G``.

    Args:
        variants: of one stretch, in order of place.
        tumour: its reads.
        base_quality: least quality of a base that counts.

    Two are in cis when nearly all fragments with the rarer one that tell the other's allele show
    that one too.
    """
    found: list[list[str]] = [[] for _ in variants]
    pairs = list(_neighbours(variants))
    shown = {
        index: carriers(tumour, variants[index].locus, base_quality)
        for index in sorted({index for pair in pairs for index in pair})
    }
    for one, other in pairs:
        rare, common = sorted((one, other), key=lambda index: len(shown[index][0]))
        both = shown[rare][0] & shown[common][0]
        told = shown[rare][0] & (shown[common][0] | shown[common][1])
        if len(both) >= max(FEWEST, MOST * len(told)):
            found[one].append(variants[other].name)
            found[other].append(variants[one].name)
    return found


def crowded(variants: Sequence[Counted]) -> list[int]:
    """For each variant, at how many other places within ``AROUND`` bases the tumour shows one.

    Where many stand together, reads are of another place: Mutect2 allows two in a region
    (``--max-events-in-region``).
    """
    places = [v.locus.change.start for v in variants]
    seen = sorted({v.locus.change.start for v in variants if v.evidence[0].alt_reads >= FEWEST})
    return [sum(0 < abs(place - other) <= AROUND for other in seen) for place in places]


def _neighbours(variants: Sequence[Counted]) -> Iterator[tuple[int, int]]:
    """Pairs of variants near to one another that enough fragments show."""
    seen = [index for index, v in enumerate(variants) if v.evidence[0].alt_reads >= FEWEST]
    for place, one in enumerate(seen):
        end = variants[one].locus.change.end
        for other in seen[place + 1 :]:
            if variants[other].locus.change.start - end > REACH:
                break
            yield one, other
