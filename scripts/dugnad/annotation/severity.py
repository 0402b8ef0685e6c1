"""Sequence Ontology terms of consequences, their order and their impact."""

from collections.abc import Iterable

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


def by_severity(terms: Iterable[str]) -> tuple[str, ...]:
    """The distinct terms, the most severe first. KeyError for one that is not in IMPACTS."""
    return tuple(sorted(set(terms), key=_RANKS.__getitem__))


def most_severe(terms: Iterable[str]) -> str:
    """The most severe of one or more Sequence Ontology terms, by Ensembl's order."""
    return by_severity(terms)[0]


def impact(terms: Iterable[str]) -> str:
    """HIGH, MODERATE, LOW or MODIFIER: Ensembl's for the most severe term."""
    return IMPACTS[min(terms, key=_RANKS.__getitem__)]
