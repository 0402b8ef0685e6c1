"""Whether a variant's reads lean to one strand, or to the side that damage takes."""

import math

# read 1's strand shows C>T of deamination and G>T of oxidation; read 2's shows the complements
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


def damage_orientation(ref: str, alt: str, f1r2: int, f2r1: int) -> float:
    """How far the alternative reads lean to the orientation that damage to one strand shows in.

    Damage before adapters are ligated shows as C>T or G>T in read 1 of a pair and complemented in
    read 2 (Costello et al. 2013, doi:10.1093/nar/gks1443); a true variant shows in both
    orientations alike. The value is the Phred-scaled probability of so many reads or more on
    damage's side by chance; 0 for changes that damage does not make.
    """
    if len(ref) != len(alt):
        return 0.0
    changed = {(r, a) for r, a in zip(ref.upper(), alt.upper(), strict=True) if r != a}
    number = f1r2 + f2r1
    if changed and changed <= _DAMAGE_F1R2:
        on_side = f1r2
    elif changed and changed <= _DAMAGE_F2R1:
        on_side = f2r1
    else:
        return 0.0
    tail = term = math.comb(number, on_side)
    for k in range(on_side, number):
        term = term * (number - k) // (k + 1)
        tail += term
    return 10 * (number * math.log10(2) - math.log10(tail))
