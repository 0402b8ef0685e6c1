"""Consequences of small variants: what bcftools csq says, held against the protein's HGVS name.

The rule runs, on records split by ``bcftools norm -m-any`` and sorted by position:

    bcftools csq --local-csq --samples - --trim-protein-seq 20 --fasta-ref FASTA
        --gff-annot GFF3 --output-type z --output OUT.vcf.gz IN.vcf.gz

- ``--local-csq``: each record by itself. Without it, neighbours are compounded and one of them
  says only "@POS"; ``parse_bcsq`` refuses such an entry.
- ``--samples -``: genotypes are not looked at, and no FORMAT/BCSQ is written. That field is
  what ``--ncsq`` cuts short (with a warning); INFO/BCSQ has every consequence with any --ncsq.
- ``--trim-protein-seq``: frameshifts otherwise spell the whole protein (32 kB in one record).
- not ``--force``: it skips a transcript with inconsistent phases and leaves only a warning.

As seen with bcftools 1.16: a contig of the VCF that the GFF3 does not have is passed over; one
that the FASTA does not have, and a REF in a transcript that is not the FASTA's, stop it with
status 255. A GFF3 without features gives every record back without BCSQ. Symbolic alleles and
"*" get no BCSQ; introns and non-coding genes are named without their transcript. In delins its
protein string is often wrong: EGFR p.(Leu747_Ala750delinsPro) is "746ELRE>746D". Its term was
wrong, against plain translation, for 53 of 1,816 random coding delins, 25 of 1,763 MNVs, 3 of
1,806 deletions and none of 3,543 SNVs and insertions: among them in-frame deletions called
stop_gained and stops called missense. Hence ``reconcile``, after which none was wrong.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dugnad.alleles import Change
from dugnad.annotation.hgvs import FLANK, HgvsNames
from dugnad.annotation.transcripts import Transcript, split_version

IMPACTS: dict[str, str] = {
    "transcript_ablation": "HIGH",
    "splice_acceptor_variant": "HIGH",
    "splice_donor_variant": "HIGH",
    "stop_gained": "HIGH",
    "frameshift_variant": "HIGH",
    "stop_lost": "HIGH",
    "start_lost": "HIGH",
    "transcript_amplification": "HIGH",
    "feature_elongation": "HIGH",
    "feature_truncation": "HIGH",
    "inframe_insertion": "MODERATE",
    "inframe_deletion": "MODERATE",
    "missense_variant": "MODERATE",
    "protein_altering_variant": "MODERATE",
    "splice_donor_5th_base_variant": "LOW",
    "splice_region_variant": "LOW",
    "splice_donor_region_variant": "LOW",
    "splice_polypyrimidine_tract_variant": "LOW",
    "incomplete_terminal_codon_variant": "LOW",
    "start_retained_variant": "LOW",
    "stop_retained_variant": "LOW",
    "synonymous_variant": "LOW",
    "coding_sequence_variant": "MODIFIER",
    "mature_miRNA_variant": "MODIFIER",
    "5_prime_UTR_variant": "MODIFIER",
    "3_prime_UTR_variant": "MODIFIER",
    "non_coding_transcript_exon_variant": "MODIFIER",
    "intron_variant": "MODIFIER",
    "NMD_transcript_variant": "MODIFIER",
    "non_coding_transcript_variant": "MODIFIER",
    "coding_transcript_variant": "MODIFIER",
    "upstream_gene_variant": "MODIFIER",
    "downstream_gene_variant": "MODIFIER",
    "intergenic_variant": "MODIFIER",
}
"""Sequence Ontology terms, the most severe first, with their impact, as Ensembl lists them:
https://www.ensembl.org/info/genome/variation/prediction/predicted_data.html"""

_RANKS = {term: rank for rank, term in enumerate(IMPACTS)}

CSQ_TERMS: dict[str, str] = {
    "synonymous": "synonymous_variant",
    "missense": "missense_variant",
    "stop_lost": "stop_lost",
    "stop_gained": "stop_gained",
    "inframe_deletion": "inframe_deletion",
    "inframe_insertion": "inframe_insertion",
    "inframe_altering": "protein_altering_variant",
    "frameshift": "frameshift_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "start_lost": "start_lost",
    "start_retained": "start_retained_variant",
    "stop_retained": "stop_retained_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_variant",
    "intron": "intron_variant",
    "intergenic": "intergenic_variant",
    "coding_sequence": "coding_sequence_variant",
    "feature_elongation": "feature_elongation",
}
"""The words of bcftools csq (csq_strings in its csq.c) as Sequence Ontology terms."""

_BIOTYPES = {"NMD": "nonsense_mediated_decay"}

_LENGTH_TERMS = frozenset({"inframe_insertion", "inframe_deletion", "protein_altering_variant"})

PROTEIN_RULES: tuple[tuple[str, str, frozenset[str]], ...] = (
    (r"Met1\?|0\??", "start_lost", frozenset()),
    (r"Met1=", "start_retained_variant", frozenset({"synonymous_variant"})),
    (r"Ter\d+=", "stop_retained_variant", frozenset()),
    (r"(?:\w*\d)?=", "synonymous_variant", frozenset()),
    (r"(?:\w+_)?Ter\d+\w.*", "stop_lost", _LENGTH_TERMS | {"frameshift_variant"}),
    (r".*fs.*", "frameshift_variant", frozenset({"stop_lost"})),
    (r".*Ter", "stop_gained", _LENGTH_TERMS | {"frameshift_variant"}),
    (r"[A-Z][a-z]{2}\d+[A-Z][a-z]{2}", "missense_variant", frozenset()),
    (r"\w+\d+del", "inframe_deletion", frozenset({"stop_lost", "start_lost"})),
    (r"\w+\d+(?:dup|ins\w+)", "inframe_insertion", frozenset({"stop_lost", "start_lost"})),
)
"""What a protein name (between "p.(" and ")") says: the first form that fits, the term it
stands for, and the other protein terms that may stand beside it. A delins goes by its length."""

_DELINS = re.compile(r"[A-Z][a-z]{2}(\d+)(?:_[A-Z][a-z]{2}(\d+))?delins((?:[A-Z][a-z]{2})+)")
_CLAIMS = _LENGTH_TERMS.union(term for _, term, _ in PROTEIN_RULES)


@dataclass(frozen=True)
class Consequence:
    """What a change does to one transcript; ``terms`` has the most severe first.

    ``transcript`` is None where bcftools csq names the gene only (introns, non-coding genes).
    ``protein`` and ``dna`` are its own notations, for tracing, not for a report.
    ``disagreement`` says where the terms are not those of bcftools csq, or not confirmed.
    """

    terms: tuple[str, ...]
    gene: str | None
    transcript: str | None
    biotype: str | None
    strand: str | None = None
    protein: str | None = None
    dna: str | None = None
    disagreement: str | None = None

    @property
    def impact(self) -> str:
        """HIGH, MODERATE, LOW or MODIFIER: Ensembl's for the most severe term."""
        return IMPACTS[most_severe(self.terms)]


def by_severity(terms: Iterable[str]) -> tuple[str, ...]:
    """The distinct terms, the most severe first. KeyError for one that is not in IMPACTS."""
    return tuple(sorted(set(terms), key=_RANKS.__getitem__))


def most_severe(terms: Iterable[str]) -> str:
    """The most severe of one or more Sequence Ontology terms, by Ensembl's order."""
    return by_severity(terms)[0]


def parse_bcsq(value: str | Sequence[str]) -> tuple[Consequence, ...]:
    """The consequences in INFO/BCSQ, one per transcript (or gene, where it names no transcript).

    Takes the field as text or as its entries. Raises ValueError for an entry that refers to
    another record and for a word that CSQ_TERMS does not have: both are a wrong tool or call.
    """
    entries = value.split(",") if isinstance(value, str) else value
    found: dict[tuple[str, str, str], Consequence] = {}
    for entry in entries:
        if entry.startswith("@"):
            raise ValueError(f"BCSQ refers to another record ({entry}); csq needs --local-csq")
        words, gene, transcript, biotype, *rest = [*entry.split("|"), "", "", ""][:7]
        strand, protein, dna = (word or None for word in rest)
        try:
            terms = [CSQ_TERMS[word] for word in words.lstrip("*").split("&")]
        except KeyError as error:
            raise ValueError(f"unknown consequence {error} of bcftools csq in '{entry}'") from None
        key = (gene, transcript, biotype)
        before = found.get(key, Consequence((), gene or None, transcript or None, None))
        found[key] = replace(
            before,
            terms=by_severity([*before.terms, *terms]),
            biotype=_BIOTYPES.get(biotype, biotype) or None,
            strand=before.strand or strand,
            protein=before.protein or protein,
            dna=before.dna or dna,
        )
    return tuple(found.values())


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


def reconcile(consequence: Consequence, names: HgvsNames) -> Consequence:
    """The consequence with its protein terms as the protein's HGVS name has them.

    Terms that the name contradicts go, the one it stands for comes; terms of splice sites,
    untranslated regions and the like stay. What changed, and a protein term on a change that
    HGVS finds outside the coding sequence, is kept in ``disagreement``. A name that says nothing
    ("p.?", or none because of ``names.problem``) changes nothing.
    """
    claimed = _CLAIMS.intersection(consequence.terms)
    said = "&".join(consequence.terms)
    if (found := protein_term(names.p)) is None:
        if claimed and names.p is None and names.problem is None:
            return replace(consequence, disagreement=f"bcftools csq: {said}; HGVS: {names.c}")
        return consequence
    term, companions = found
    terms = by_severity([*(set(consequence.terms) - claimed), term, *(claimed & companions)])
    silent = term == "synonymous_variant" and not claimed
    if silent or set(terms) == set(consequence.terms):
        return consequence
    return replace(consequence, terms=terms, disagreement=f"bcftools csq: {said}; HGVS: {names.p}")


def consequence_on(
    transcript: Transcript, change: Change, parsed: Iterable[Consequence]
) -> Consequence | None:
    """What a change does to one transcript: bcftools csq's word, else what its place says.

    ``change`` is trimmed (``alleles.trim``). Up- and downstream variants are those less than FLANK
    bases away, the default of VEP's --distance
    (https://www.ensembl.org/info/docs/tools/vep/script/vep_options.html); further away the
    answer is None, and "intergenic_variant" where it is None for every transcript. A deletion
    of the whole transcript is a transcript_ablation, which bcftools csq does not know.
    """
    names = {split_version(one.transcript or "")[0]: one for one in parsed}
    own = names.get(transcript.id)
    if change.start <= transcript.start and transcript.end <= change.end:
        said = "&".join(own.terms) if own else "nothing"
        own = own or _placed(transcript, ())
        return replace(
            own,
            terms=by_severity([*own.terms, "transcript_ablation"]),
            disagreement=f"bcftools csq: {said}; the whole transcript is deleted",
        )
    if own is not None:
        return own
    if change.end <= transcript.start or change.start >= transcript.end:
        before = change.end <= transcript.start
        gap = transcript.start - change.end if before else change.start - transcript.end
        upstream = before == (transcript.strand == "+")
        term = "upstream_gene_variant" if upstream else "downstream_gene_variant"
        return _placed(transcript, (term,)) if gap < FLANK else None
    if transcript.touches_coding(change.start, change.end):
        silent = _placed(transcript, ("coding_sequence_variant",))
        return replace(silent, disagreement="bcftools csq: nothing; the place is coding")
    return _placed(transcript, _untranslated(transcript, change))


def _untranslated(transcript: Transcript, change: Change) -> tuple[str, ...]:
    """Terms of a place within a transcript that is not coding."""
    start, end = change.start, max(change.end, change.start + 1)
    exonic = any(first < end and start < last for first, last in transcript.exons)
    if transcript.cds is None:
        inner = ("intron_variant", "non_coding_transcript_variant")
        return ("non_coding_transcript_exon_variant",) if exonic else inner
    if not exonic:
        return ("intron_variant",)
    leading = (start < transcript.cds[0]) == (transcript.strand == "+")
    return ("5_prime_UTR_variant",) if leading else ("3_prime_UTR_variant",)


def _placed(transcript: Transcript, terms: tuple[str, ...]) -> Consequence:
    """A consequence that is not bcftools csq's but follows from the place."""
    return Consequence(terms, transcript.gene, transcript.id, transcript.biotype, transcript.strand)
