"""Small files in the forms in which others publish theirs; the content is made for the tests."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

_EVIDENCE = (
    "molecular_profile molecular_profile_id disease doid phenotypes therapies"
    " therapy_interaction_type evidence_type evidence_direction evidence_level"
    " significance evidence_statement citation_id source_type asco_abstract_id citation"
    " nct_ids rating evidence_status evidence_id variant_origin last_review_date"
    " evidence_civic_url molecular_profile_civic_url is_flagged"
)
_ASSERTIONS = (
    "molecular_profile molecular_profile_id disease doid phenotypes therapies"
    " assertion_type assertion_direction significance acmg_codes amp_category"
    " nccn_guideline nccn_guideline_version regulatory_approval fda_companion_test"
    " assertion_summary assertion_description assertion_id evidence_item_ids"
    " last_review_date assertion_civic_url evidence_items_civic_url"
    " molecular_profile_civic_url is_flagged"
)
_VARIANTS = (
    "variant_id variant_civic_url feature_type feature_id feature_name feature_civic_url"
    " variant variant_aliases is_flagged variant_groups variant_types"
    " single_variant_molecular_profile_id last_review_date gene entrez_id chromosome"
    " start stop reference_bases variant_bases representative_transcript ensembl_version"
    " reference_build hgvs_descriptions"
)
_OLD_EVIDENCE = (
    "gene entrez_id variant disease doid phenotypes drugs drug_interaction_type"
    " evidence_type evidence_direction evidence_level clinical_significance"
    " evidence_statement citation_id source_type asco_abstract_id citation nct_ids rating"
    " evidence_status evidence_id variant_id gene_id chromosome start stop variant_origin"
    " last_review_date"
)

EVIDENCE, ASSERTIONS, VARIANTS, OLD_EVIDENCE = (
    text.split() for text in (_EVIDENCE, _ASSERTIONS, _VARIANTS, _OLD_EVIDENCE)
)

ACCEPTED = {
    "molecular_profile": "BRAF V600E",
    "disease": "Melanoma",
    "doid": "1909",
    "therapies": "Vemurafenib",
    "evidence_type": "Predictive",
    "evidence_direction": "Supports",
    "evidence_level": "A",
    "significance": "Sensitivity/Response",
    "evidence_statement": 'A trial of "the drug" in melanoma.',
    "citation_id": "11111111",
    "source_type": "PubMed",
    "citation": "Author et al., 2011",
    "rating": "5",
    "evidence_status": "accepted",
    "evidence_id": "1",
    "variant_origin": "Somatic",
    "last_review_date": "2025-03-04 10:00:00 UTC",
    "is_flagged": "false",
}
ASSERTED = {
    "molecular_profile": "BRAF V600E",
    "disease": "Colorectal Cancer",
    "doid": "9256",
    "therapies": "Encorafenib",
    "assertion_type": "Predictive",
    "assertion_direction": "Supports",
    "significance": "Sensitivity/Response",
    "amp_category": "Tier I - Level A",
    "nccn_guideline": "Colon Cancer",
    "nccn_guideline_version": "1.2025",
    "assertion_summary": "A summary.",
    "assertion_id": "9",
    "last_review_date": "2025-01-02 10:00:00 UTC",
}


def tsv(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> Path:
    """Written as CIViC writes: tabs, and quotes where a cell has one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter="\t", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def civic(folder: Path, *rows: dict[str, str], **names: list[dict[str, str]]) -> Path:
    """A folder with a monthly release; each row changes what an accepted item has."""
    folder.mkdir(exist_ok=True)
    full = [
        ACCEPTED | {"evidence_id": str(number)} | row for number, row in enumerate(rows, start=1)
    ]
    tsv(folder / "01-Jan-2026-ClinicalEvidenceSummaries.tsv", EVIDENCE, full)
    if "variants" in names:
        tsv(folder / "01-Jan-2026-VariantSummaries.tsv", VARIANTS, names["variants"])
    if "assertions" in names:
        asserted = [ASSERTED | row for row in names["assertions"]]
        tsv(folder / "01-Jan-2026-AssertionSummaries.tsv", ASSERTIONS, asserted)
    return folder


def vcf(
    path: Path,
    records: Iterable[str],
    header: Iterable[str] = (),
    contig: str = "7,length=159345973",
) -> Path:
    """A VCF of GRCh38 unless ``contig`` says otherwise."""
    lines = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID={contig}>",
        *header,
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
        *records,
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def info(name: str, number: str = ".", kind: str = "String", text: str = "x") -> str:
    return f'##INFO=<ID={name},Number={number},Type={kind},Description="{text}">'
