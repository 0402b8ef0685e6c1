"""The report tells copy numbers, fusions and biomarkers, and says what it could not see."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

import records
from dugnad.record import CaseRecord
from dugnad.record_biomarkers import Biomarkers
from dugnad.report.copy_number_section import Sensitivity
from dugnad.report.key_events import unassessed
from dugnad.report.page.document import render
from dugnad.report.page.markers import markers
from dugnad.report.page.rows import KeyRows
from dugnad.report.rearrangement_section import absence
from dugnad.report.view import ReportView
from dugnad.report.words import words_of

EN = words_of("en")


def text_of(page: str) -> str:
    """What a reader sees, without pictures."""
    page = re.sub(r"<(svg|style|script)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def section(page: str, name: str) -> str:
    return text_of(page.split(f'id="{name}"')[1].split("</section>")[0])


def test_what_matters_holds_more_than_small_variants() -> None:
    page = render(records.lung())
    first = section(page, "matters")
    for told in (
        "EML4::ALK fusion DNA 55 reads, RNA 98 reads",
        "MET exon 14 skipping",
        "MET amplification 9.1 copies (8.7\N{EN DASH}9.5)",
        "CDKN2A homozygous deletion",
    ):
        assert told in first
    told = section(page, "markers")
    for words in (
        "TMB intermediate 7.4/Mb (3.4\N{EN DASH}14.1; 1.21 Mb seen)",
        "MSI high 27 of 38 loci unstable",
        "HRD low score 13",
        "SBS4 52 % (34 %\N{EN DASH}66 %)",
    ):
        assert words in told
    # what a filter flags, and what is not grave, does not
    assert "RET" not in first
    assert "EGFR" not in first
    assert "Not assessed" not in told


def test_what_is_not_sure_looks_so() -> None:
    genes = (
        records.gene("EGFR", 6.4, "amplification", confidence="low"),
        records.gene("MET", 9.1, "amplification"),
    )
    found = records.rearrangements(found=(records.fusion(frame="out_of_frame"),))
    record = records.lung(copy_number=records.copy_number(genes=genes), rearrangements=found)
    rows = KeyRows.of(ReportView.of(record), EN).key
    assert [(row.gene, bool(row.doubt)) for row in rows] == [
        ("EML4::ALK", True),
        ("MET", False),
        ("EGFR", True),
    ]


def test_a_blocked_case_has_its_line_above_all_of_it() -> None:
    blocked = records.sample(blocked_by=("contamination",), verdict="fail", reasons=("too much",))
    page = render(records.lung(samples=(blocked, records.RNA), verdict="fail"))
    assert page.index("not for treatment decisions") < page.index("EML4::ALK")
    assert page.index("A quality limit is not met") < page.index("EML4::ALK")


def test_copy_number_is_told_with_its_uncertainty() -> None:
    told = section(render(records.lung()), "copy-number")
    for words in (
        "MET chr7 amplification LOH not known focal 9.1 8.7\N{EN DASH}9.5 normal 2 1",
        "CRLF2 : one bin, needs 3",
        "CRLF2 lies in the pseudoautosomal region",
        "3 gains, losses or LOH",
        "held against 20 normals of the panel",
        "Estimated 57 % (95% interval 51 %\N{EN DASH}64 %)",
        "Used 57 % (estimated):",
        "half, 29 %",
        "gain, 5.4 copies",
    ):
        assert words in told
    assert "flat reference" not in told


def test_exons_that_change_leave_the_negative_of_whole_genes() -> None:
    genes = (
        records.gene("TP53", 1.0, "loss", exons="2-3", loh=False),
        records.gene("TP53", 2.0, "neutral", loh=False),
    )
    page = render(records.record(copy_number=records.copy_number(genes=genes)))
    assert "No amplification and no homozygous deletion was found in the 1 gene" in page
    assert "TP53 exon 2-3" in section(page, "copy-number")


def test_a_signature_that_may_be_nothing_is_unsure() -> None:
    first = records.signatures().assigned[0].model_copy(update={"lower": 0.0})
    weak = records.signatures(assigned=(first,))
    (marker,) = markers(Biomarkers(signatures=weak), EN)
    assert (marker.verdict, marker.tone) == ("unsure", "warn")


def test_sensitivity_has_a_column_per_purity() -> None:
    table = Sensitivity.of(records.copy_number().sensitivity, EN)
    assert table.columns == (("half", 0.29), ("double", 1.0))
    rows = {name: [cell.call if cell else None for cell in cells] for name, cells in table.rows}
    assert rows == {"EGFR": ["gain", None], "MET": [None, "gain"]}
    page = render(records.lung(copy_number=records.copy_number(sensitivity=())))
    assert "No call changes at the stated, the estimated, half or double purity" in page


def test_fusions_are_told_with_both_evidences() -> None:
    told = section(render(records.lung()), "fusions")
    for words in (
        "EML4 exon 13 to ALK exon 20",
        "chr2:37,500 (+)",
        "unbroken 12, 3",
        "1 flagged by a filter",
        "CCDC6::RET",
        "few reads",
        "AR is not expressed: its splice variants could not be seen",
    ):
        assert words in told


def test_a_negative_is_stated_only_where_it_could_be_seen() -> None:
    none = records.rearrangements(found=())
    told = " ".join(absence(records.lung(rearrangements=none), EN))
    assert "No fusion was found in DNA by search and delly." in told
    assert "No fusion was found in RNA" in told
    assert "No splice variant of the panel's list was found where it could be seen." in told
    unlisted = none.model_copy(update={"splice_variants": ()})
    told = " ".join(absence(records.lung(rearrangements=unlisted), EN))
    assert "No splice variant was looked for: the panel lists none." in told
    failed = records.sample("C1-R", analyte="rna", verdict="fail")
    samples = (records.sample(), failed)
    told = " ".join(absence(records.lung(rearrangements=none, samples=samples), EN))
    assert "found in RNA" not in told
    assert "No splice variant" not in told
    assert "The RNA fails its quality limits" in told
    poor = records.sample(verdict="fail", reasons=("mean target depth 8",))
    low = records.lung(
        rearrangements=none,
        samples=(poor, records.RNA),
        copy_number=records.copy_number(genes=(records.gene("MET", 2.0, "neutral", loh=False),)),
    )
    told = " ".join(absence(low, EN))
    assert "found in DNA" not in told
    assert "The tumour's DNA fails its quality limits" in told
    page = render(low)
    assert "Of copy numbers no negative can be stated." in section(page, "copy-number")
    assert "No amplification and no homozygous deletion" not in page
    assert "DNA fails its quality limits" in section(page, "copy-number")
    without = records.rearrangements(found=(), rna_methods=())
    told = " ".join(absence(records.record(rearrangements=without), EN))
    assert "There is no RNA" in told
    blind = records.rearrangements(found=(), dna_methods=(), rna_methods=())
    assert "No fusion" not in " ".join(absence(records.record(rearrangements=blind), EN))


def test_a_flagged_fusion_is_neither_found_nor_absent() -> None:
    doubted = records.fusion(filters=("low_reads",), called_by=("dna:search",))
    part = records.rearrangements(found=(doubted,))
    record = records.lung(rearrangements=part)
    told = " ".join(absence(record, EN))
    assert "No fusion passes in DNA by search and delly; EML4::ALK is flagged" in told
    assert "No fusion was found in RNA" in told
    first = section(render(record), "matters")
    assert "1 more would matter but is flagged by a filter" in first
    assert "EML4::ALK" in first
    assert "few reads" in first
    # one that nobody knows stays in the section's own list
    novel = doubted.model_copy(update={"known": False})
    record = records.lung(rearrangements=records.rearrangements(found=(novel,)))
    assert "No fusion was found in DNA by search and delly, but for 1 flagged." in absence(
        record, EN
    )
    page = render(record)
    assert "EML4::ALK" not in section(page, "matters")
    assert "EML4::ALK" in section(page, "fusions")


def test_no_amplification_is_a_negative_of_the_genes_that_could_be_told() -> None:
    calm = records.copy_number(
        genes=(
            records.gene("MET", 2.0, "neutral", loh=False),
            records.gene("EGFR", None, "not_assessable", reason="no bins"),
        )
    )
    page = render(records.record(copy_number=calm))
    assert "No amplification and no homozygous deletion was found in the 1 gene" in page
    assert "EGFR : no bins" in section(page, "copy-number")
    page = render(records.blind())
    assert "Copies could be told of no gene" in page
    assert "No amplification and no homozygous deletion" not in page
    assert "No call changes" not in page


def test_biomarkers_are_told_with_denominators() -> None:
    told = section(render(records.lung()), "biomarkers")
    for words in (
        "Coding non-synonymous 9 1.21 7.4 3.4\N{EN DASH}14.1 intermediate 0.7",
        "0.90 Mb callable, needs 1.14",
        "Unstable 27 of 38 usable loci: 71 % (95% interval 55 %\N{EN DASH}83 %); the panel has 40",
        "In homopolymers 5 somatic indels, 4.1/Mb",
        "13 = LOH 3 + telomeric imbalance 4 + large-scale transitions 6",
        "180 heterozygous sites",
        "88 substitutions",
        "no normal tells germline variants apart"
        if records.tmb().note
        else "Without a normal, some of the mutations that count may be germline",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("depth_known", "why"), [(True, "not part of this panel's validation"), (False, "no reads")]
)
def test_what_was_not_assessed_says_why(depth_known: bool, why: str) -> None:
    page = render(records.record(depth_known=depth_known))
    seen = text_of(page).replace("&#39;", "'")
    for name in ("copy-number", "fusions"):
        assert f"Not assessed: {why}." in section(page, name).replace("&#39;", "'")
    assert f"TMB, MSI, HRD and mutational signatures are not assessed: {why}." in seen
    names = "copy number, rearrangements, TMB, MSI, HRD, mutational signatures"
    assert f"Not assessed: {names} ({why})" in seen
    assert "<svg" not in page.split('id="copy-number"')[1].split('id="coverage"')[0]


def test_one_biomarker_alone_leaves_the_others_not_assessed() -> None:
    page = render(records.record(biomarkers=Biomarkers(msi=records.msi())))
    told = section(page, "biomarkers")
    assert told.count("Not assessed") == 3
    assert unassessed(records.record(biomarkers=Biomarkers(msi=records.msi()))) == (
        "copy_number",
        "rearrangements",
        "tmb",
        "hrd",
        "signatures",
    )


def test_what_could_not_be_assessed_is_not_told_as_absent() -> None:
    page = render(records.blind())
    first = section(page, "markers")
    for marker in ("TMB not assessable", "MSI not assessable", "HRD not assessable"):
        assert marker in first
    told = text_of(page)
    assert "0 loci are usable, needs 20" in told
    assert "a panel this small gives no score" in told
    assert "flat reference, not against normals" in told
    assert "Used none: no purity is stated and depth is flat" in told


def hostile(text: str) -> CaseRecord:
    """A lung case in which every text of the new parts is hostile."""

    def poison(value: object, name: str = "") -> object:
        kept = {
            "call",
            "confidence",
            "status",
            "kind",
            "frame",
            "domain_kept",
            "used_from",
            "strand",
        }
        if isinstance(value, dict):
            return {key: poison(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [poison(inner, name) for inner in value]
        return text if isinstance(value, str) and name not in kept else value

    case = records.lung()
    data = case.model_dump(mode="json")
    parts = {name: poison(data[name]) for name in ("copy_number", "rearrangements", "biomarkers")}
    return CaseRecord.model_validate(data | parts)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{7*7}}",
        "\x00\x08",
        "x" * 5000,
    ],
    ids=lambda text: text[:10],
)
def test_hostile_text_stays_text(text: str) -> None:
    page = render(hostile(text))
    assert page.count("<script") == 1
    assert "<img" not in page
    for drawing in re.findall(r"<svg xmlns.*?</svg>", page, re.S):
        ElementTree.fromstring(drawing)


def test_the_page_stays_light() -> None:
    assert len(render(records.lung())) < 400_000


def test_limitations_follow_what_was_assessed() -> None:
    def limits(record: CaseRecord) -> str:
        return section(render(record), "limits")

    told = limits(records.record())
    assert "Small variants in DNA only. Not assessed: copy number, " in told
    assert "mutational signatures, tiers (not part of this panel's validation)" in told
    assert "RNA: quality only" in told
    assert "Not assessed: , tiers" not in limits(records.lung())
    some = limits(records.lung(copy_number=None, annotated=False))
    assert "Not assessed: copy number, tiers" in some
    assert "No gene annotation is configured" in some
