"""What bcftools csq writes into INFO/BCSQ.

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
"*" get no BCSQ; introns and non-coding genes are named without their transcript. Its term was
wrong, against plain translation, for 53 of 1,816 random coding delins, 25 of 1,763 MNVs, 3 of
1,806 deletions and none of 3,543 SNVs and insertions: among them in-frame deletions called
stop_gained and stops called missense.
"""

from collections.abc import Sequence

from dugnad.annotation.severity import by_severity
from dugnad.annotation.transcript import split_version

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


def parse_bcsq(value: str | Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The terms in INFO/BCSQ by transcript without version, the most severe first.

    Takes the field as text or as its entries; those that name a gene only are passed over. Raises
    ValueError for an entry that refers to another record and for a word that CSQ_TERMS does not
    have: both are a wrong tool or call.
    """
    entries = value.split(",") if isinstance(value, str) else value
    found: dict[str, set[str]] = {}
    for entry in entries:
        if entry.startswith("@"):
            raise ValueError(f"BCSQ refers to another record ({entry}); csq needs --local-csq")
        words, _, transcript, *_ = [*entry.split("|"), "", ""]
        try:
            terms = [CSQ_TERMS[word] for word in words.lstrip("*").split("&")]
        except KeyError as error:
            raise ValueError(f"unknown consequence {error} of bcftools csq in '{entry}'") from None
        if transcript:
            found.setdefault(split_version(transcript)[0], set()).update(terms)
    return {name: by_severity(terms) for name, terms in found.items()}
