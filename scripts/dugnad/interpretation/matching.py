"""Whether a finding is the alteration that a row of knowledge, or a trial, is about.

Everything is compared by structure: residues, exons, Sequence Ontology terms, genes, partners,
calls and values. Text is never searched.
"""

from collections.abc import Iterable, Mapping, Sequence

from dugnad.interpretation.profile import Subject
from dugnad.knowledge.alteration import Alteration, VariantClass
from dugnad.knowledge.protein import ProteinChange

TRUNCATING = frozenset(
    {"stop_gained", "frameshift_variant", "splice_acceptor_variant", "splice_donor_variant",
     "start_lost", "transcript_ablation"}
)  # fmt: skip
ALTERING = TRUNCATING | {
    "missense_variant", "inframe_insertion", "inframe_deletion", "protein_altering_variant",
    "stop_lost",
}  # fmt: skip
ONCOGENIC = ("oncogenic", "likely_oncogenic")
BENIGN = ("benign", "likely_benign")
_IMPLIED: Mapping[VariantClass, tuple[VariantClass, ...]] = {
    "mutation": ("mutation",),
    "missense": ("missense", "mutation"),
    "truncating": ("truncating", "mutation"),
    "inframe_deletion": ("inframe_deletion", "mutation"),
    "inframe_insertion": ("inframe_insertion", "mutation"),
    "oncogenic": ("oncogenic", "mutation"),
    "loss_of_function": (),
}
"""What a variant is of which the class alone is stated; a loss of function may be a deletion."""
_GERMLINE = ("germline", "likely_germline")
Exons = Mapping[str, Mapping[int, tuple[int, int]]]
"""By gene, the first and last residue of exons, for findings that do not say their exon."""


def match(alteration: Alteration, subject: Subject, exons: Exons | None = None) -> str | None:
    """Why the subject is the alteration, in words; None when it is not.

    A wild type is no finding, and matches none. A subject's flags are not looked at.
    """
    if alteration.origin and subject.kind == "small_variant":
        is_germline = subject.origin in _GERMLINE
        if is_germline != (alteration.origin == "germline") or subject.origin == "uncertain":
            return None
    if alteration.kind == "biomarker":
        return _biomarker(alteration, subject)
    if not any(gene in subject.genes for gene in alteration.genes):
        return None
    if subject.kind == "small_variant":
        return _small_variant(alteration, subject, exons or {})
    if subject.kind == "copy_number":
        return _copy_number(alteration, subject)
    return _rearrangement(alteration, subject) if subject.kind == "rearrangement" else None


def _biomarker(alteration: Alteration, subject: Subject) -> str | None:
    if subject.biomarker != alteration.biomarker:
        return None
    if alteration.level is None:
        return f"{subject.name} is high" if subject.status == "high" else None
    if subject.value is None and subject.status == "high":
        return f"{subject.name}, taken as at least {alteration.level:g}"
    if subject.value is None or subject.value < alteration.level:
        return None
    return f"{subject.name} is at least {alteration.level:g}"


def _copy_number(alteration: Alteration, subject: Subject) -> str | None:
    lost = subject.call == "homozygous_deletion"
    wanted = alteration.kind
    if wanted == subject.call:
        return f"{subject.name} is the alteration"
    whole = alteration.kind == "class" and not (alteration.codons or alteration.exons)
    if lost and whole and alteration.variant_class == "loss_of_function":
        return f"{subject.name} is a loss of function"
    return None


def _rearrangement(alteration: Alteration, subject: Subject) -> str | None:
    if alteration.kind == "skipping":
        skipped = set(alteration.exons) & set(subject.skipped_exons)
        return f"{subject.name}: exon {min(skipped)} is skipped" if skipped else None
    if alteration.kind == "rearrangement" and subject.event != "splice_variant":
        return f"{subject.name} breaks {alteration.gene}"
    if alteration.kind != "fusion" or subject.event != "fusion":
        return None
    five, three = (*subject.genes, None, None)[:2]
    asked = alteration.partner_5, alteration.partner_3
    partners = all(a in {None, b} for a, b in zip(asked, (five, three), strict=True))
    if subject.unsided:
        partners = None in asked
    if not partners or subject.domain_kept == "lost" or subject.frame == "out_of_frame":
        return None
    kept = "" if subject.domain_kept == "unknown" else f", domain {subject.domain_kept}"
    return f"{subject.name} is the fusion ({subject.frame.replace('_', ' ')}{kept})"


def _small_variant(alteration: Alteration, subject: Subject, exons: Exons) -> str | None:
    if alteration.kind == "protein_change" and alteration.protein and subject.protein:
        same = alteration.protein.is_same(subject.protein)
        return f"is exactly {alteration.protein.name}" if same else None
    if alteration.kind == "coding_change":
        same = alteration.coding == subject.coding
        return f"is exactly {alteration.coding}" if same else None
    if alteration.kind == "skipping":
        return _skips(alteration, subject)
    return _of_class(alteration, subject, exons) if alteration.kind == "class" else None


def _skips(alteration: Alteration, subject: Subject) -> str | None:
    """A changed splice site of an exon: its acceptor closes the intron before, its donor opens
    the intron behind."""
    for exon in alteration.exons:
        donor = "splice_donor_variant" in subject.terms and exon in {subject.intron, subject.exon}
        acceptor = "splice_acceptor_variant" in subject.terms and (
            subject.intron == exon - 1 or subject.exon == exon
        )
        if donor or acceptor:
            return f"changes the splice {'donor' if donor else 'acceptor'} of exon {exon}"
    return None


def _of_class(alteration: Alteration, subject: Subject, exons: Exons) -> str | None:
    where = _where(alteration, subject, exons)
    if where is None or subject.oncogenicity in BENIGN:
        return None
    if alteration.substitution:
        return f"exchanges {where}" if _is_substitution(subject.protein) else None
    said = class_of(subject, alteration.variant_class or "mutation")
    return f"{said}{', ' + where if where else ''}" if said else None


def _where(alteration: Alteration, subject: Subject, exons: Exons) -> str | None:
    """The residue or exon that an alteration asks for, '' for none; None when it is elsewhere."""
    change = subject.protein
    if alteration.codons:
        if change is None:
            return _within(alteration, subject)
        touched = [pair for pair in alteration.codons if change.touches(*pair)]
        return f"residue {_span(change)}" if touched else None
    if alteration.exons:
        number = subject.exon
        if number is None and change is not None and alteration.gene:
            listed = exons.get(alteration.gene, {})
            number = next((n for n, (a, b) in listed.items() if a <= change.first <= b), None)
        return f"exon {number}" if number in alteration.exons else None
    return ""


def _within(alteration: Alteration, subject: Subject) -> str | None:
    """The residues that a change without its name lies within, where all are asked for."""
    if subject.codons is None:
        return None
    first, last = subject.codons
    inside = any(a <= first and last <= b for a, b in alteration.codons)
    return f"residues {first}-{last}" if inside else None


def _span(change: ProteinChange) -> str:
    return f"{change.first}" if change.first == change.last else f"{change.first}-{change.last}"


def _is_substitution(change: ProteinChange | None) -> bool:
    """Residues exchanged for as many others: one, or neighbours by one event."""
    if change is None:
        return False
    return change.kind == "substitution" or (change.kind == "delins" and change.growth == 0)


def _is_class(subject: Subject, wanted: VariantClass) -> bool:
    if subject.stated:
        return wanted in _IMPLIED[subject.stated]
    terms = subject.terms
    growth = (subject.protein.growth if subject.protein else None) or 0
    return {
        "missense": "missense_variant" in terms and _is_substitution(subject.protein),
        "truncating": bool(TRUNCATING & terms),
        "inframe_deletion": "inframe_deletion" in terms or growth < 0,
        "inframe_insertion": "inframe_insertion" in terms or growth > 0,
        "mutation": bool(ALTERING & terms),
        "oncogenic": subject.oncogenicity in ONCOGENIC,
    }.get(wanted, False)


def class_of(subject: Subject, wanted: VariantClass) -> str | None:
    """Why a small variant is of a class, in words; None when it is not.

    Classes go by consequence; what is not annotated is of none. A loss of function is truncating,
    or (likely) oncogenic, or (likely) pathogenic in a clinical source.
    """
    if wanted == "loss_of_function":
        return _loses_function(subject)
    return f"is {wanted.replace('_', ' ')}" if _is_class(subject, wanted) else None


def _loses_function(subject: Subject) -> str | None:
    if TRUNCATING & subject.terms or subject.stated == "truncating":
        return "is truncating"
    if subject.stated == "loss_of_function":
        return "is a loss of function"
    if subject.oncogenicity in ONCOGENIC:
        return f"is {subject.oncogenicity.replace('_', ' ')}" if subject.oncogenicity else None
    return "is pathogenic in a clinical source" if subject.pathogenic else None


def found_in(
    alteration: Alteration, subjects: Iterable[Subject], exons: Exons | None = None
) -> Subject | None:
    """The first reported subject that is the alteration."""
    return next((s for s in subjects if s.reported and match(alteration, s, exons)), None)


def is_wild_type(gene: str, subjects: Sequence[Subject]) -> bool:
    """Whether no reported small variant of a gene is (likely) oncogenic.

    One of which the class alone is stated may be.
    """
    return not any(
        gene in s.genes
        and s.reported
        and s.kind == "small_variant"
        and (s.stated or class_of(s, "oncogenic"))
        for s in subjects
    )
