"""Whether a variant's reads lean to one strand, or to the side that damage takes."""

import math

# read 1's strand shows C>T of deamination and G>T of oxidation; read 2's shows the complements
ON_SIDE = 0.95  # the rest are errors of other kinds
_DAMAGE_F1R2 = {("C", "T"), ("G", "T")}
_DAMAGE_F2R1 = {("G", "A"), ("C", "A")}


def strand_odds(ref_forward: float, ref_reverse: float, forward: float, reverse: float) -> float:
    """The symmetric odds ratio of strand bias (SOR), as GATK documents StrandOddsRatio.

    Of counts of reads; 0.69 without bias, above 3 for a strong one.
    """
    rf, rr, af, ar = (count + 1 for count in (ref_forward, ref_reverse, forward, reverse))
    odds = rf * ar / (rr * af)
    return (
        math.log(odds + 1 / odds)
        + math.log(min(rf, rr) / max(rf, rr))
        - math.log(min(af, ar) / max(af, ar))
    )


def damage_orientation(ref: str, alt: str, f1r2: tuple[int, int], f2r1: tuple[int, int]) -> float:
    """How much better damage to one strand explains the orientation of the alternative reads.

    Damage before adapters are ligated shows as C>T or G>T in read 1 of a pair and complemented in
    read 2 (Costello et al. 2013, doi:10.1093/nar/gks1443); a true variant shows in both
    orientations as the reference does.

    Args:
        ref: reference bases.
        alt: alternative bases.
        f1r2: reads of that orientation, of the reference and of the alternative.
        f2r1: the others.

    Returns:
        The likelihood ratio of damage, ``ON_SIDE`` of whose reads are on its side, to a true
        variant, on the Phred scale; 0 where it is not larger, and for other changes.
    """
    if len(ref) != len(alt):
        return 0.0
    changed = {(r, a) for r, a in zip(ref.upper(), alt.upper(), strict=True) if r != a}
    if changed and changed <= _DAMAGE_F1R2:
        side, other = f1r2, f2r1
    elif changed and changed <= _DAMAGE_F2R1:
        side, other = f2r1, f1r2
    else:
        return 0.0
    expected = (side[0] + 1) / (side[0] + other[0] + 2)
    ratio = side[1] * math.log10(ON_SIDE / expected)
    ratio += other[1] * math.log10((1 - ON_SIDE) / (1 - expected))
    return max(10 * ratio, 0.0)
