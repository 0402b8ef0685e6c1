"""A case classified: evidence, tiers, trials, negatives and what new knowledge would change."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import records
from dugnad.cli import main as dugnad
from dugnad.interpretation.ask import ask
from dugnad.interpretation.base import Base, load_base
from dugnad.interpretation.changes import changes_of
from dugnad.interpretation.classify import classify
from dugnad.interpretation.evidence import Context
from dugnad.interpretation.named import subject_of
from dugnad.knowledge import SHIPPED
from dugnad.record import CaseRecord, Finding, GeneCoverage, Place
from dugnad.record_interpretation import Interpretation, Negative

TRIALS = SHIPPED.parents[1] / "config/trials"


@pytest.fixture(scope="module")
def base() -> Base:
    return load_base(SHIPPED, TRIALS)


def finding(text: str, **changes: Any) -> Finding:
    found = subject_of(text)
    assert isinstance(found, Finding)
    place = {"chrom": "chr1", "pos": sum(map(ord, text)), "ref": "A", "alt": "T"}
    return found.model_copy(update=place | changes)


def case(*texts: str, **changes: Any) -> CaseRecord:
    genes = ("BRAF", "EGFR", "ERBB2", "KRAS", "MET", "NRAS", "TP53")
    plain = records.record(findings=tuple(finding(text) for text in texts))
    panel = plain.panel.model_copy(update={"genes": genes})
    return plain.model_copy(update={"panel": panel} | changes)


def items(record: CaseRecord, base: Base) -> dict[str, Interpretation]:
    return {item.name: item for item in classify(record, base).items}


def negatives(record: CaseRecord, base: Base) -> dict[str, Negative]:
    return {one.alteration: one for one in classify(record, base).negatives}


def drugs(item: Interpretation, effect: str = "sensitivity", here: bool = True) -> set[str]:
    return {d for e in item.evidence if (e.effect, e.here) == (effect, here) for d in e.drugs}


def test_same_variant_has_another_tier_in_another_tumour_type(base: Base) -> None:
    for code, drug in (("MEL", "dabrafenib + trametinib"), ("COADREAD", "encorafenib + cetuximab")):
        item = items(case("BRAF V600E", tumour_type=code), base)["BRAF p.(Val600Glu)"]
        assert item.amp.name == "IA"
        assert drug in drugs(item)
    assert "dabrafenib + trametinib" not in drugs(item) | drugs(item, here=False)


def test_drug_that_is_of_no_use_here_is_not_offered_from_elsewhere(base: Base) -> None:
    """Vemurafenib alone works in melanoma and not in colorectal cancer."""
    item = ask(["BRAF V600E"], "COADREAD", base)[0]
    resisted = drugs(item, "resistance")
    assert "vemurafenib" in resisted
    assert not resisted & (drugs(item) | drugs(item, here=False))


def test_each_tier_names_its_criterion_with_value_and_source(base: Base) -> None:
    item = ask(["EGFR L858R"], "LUAD", base)[0]
    met = [reason for reason in item.amp.reasons if reason.state == "met"]
    assert [reason.criterion for reason in met] == ["I-A"]
    assert met[0].values == ("level_here: A",)
    assert met[0].source == "PMID:27993330"
    assert all(reason.source for reason in (*item.amp.reasons, *item.escat.reasons))
    assert all(one.source and one.date and one.reason for one in item.evidence)


def test_evidence_of_another_tumour_type_gives_level_c_and_escat_iii(base: Base) -> None:
    item = ask(["EGFR L858R"], "COADREAD", base)[0]
    assert (item.amp.name, item.escat.name) == ("IIC", "IIIA")
    assert not any(one.here for one in item.evidence)


def test_tumour_type_below_the_row_s_counts_and_one_above_does_not(base: Base) -> None:
    assert ask(["EGFR L858R"], "LUAD", base)[0].amp.name == "IA"
    assert ask(["EGFR L858R"], "LUNG", base)[0].amp.name == "IIC"


def test_common_variant_is_tier_iv(base: Base) -> None:
    item = ask(["TP53 P72R frequency 0.7"], "LUAD", base)[0]
    assert item.amp.category == "IV"


def test_flagged_variant_is_classified_but_supports_no_other(base: Base) -> None:
    flagged = case("EGFR L858R")
    variant = finding("EGFR T790M", filters=("low_vaf",))
    record = flagged.model_copy(update={"findings": (*flagged.findings, variant)})
    found = items(record, base)["EGFR p.(Thr790Met)"]
    assert not found.reported
    assert any("flagged" in text for text in found.cautions)
    assert "EGFR p.Thr790Met" in negatives(record, base)
    assert "gefitinib" in drugs(items(record, base)["EGFR p.(Leu858Arg)"])


def test_variant_of_no_relevance_keeps_class_and_tiers_alone(
    base: Base, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variant = finding("KRAS T20=", relevance="other")
    record = case().model_copy(update={"findings": (variant,)})
    done = classify(record, base)
    assert done.items == ()
    (one,) = done.unremarkable
    assert (one.name, one.amp, one.escat) == ("KRAS p.(Thr20=)", "III", "X")
    assert one.oncogenicity == "uncertain"
    path = tmp_path / "case.json"
    path.write_text(record.model_copy(update={"interpretation": done}).model_dump_json())
    assert dugnad(["explain", str(path), "KRAS p.(Thr20=)", "--trials", str(TRIALS)]) == 0
    told = capsys.readouterr().out
    assert "- OVS1" in told
    assert "not the one" not in told


def test_unremarkable_variant_with_evidence_is_an_item(base: Base) -> None:
    variant = finding("BRAF V600E", relevance="other")
    done = classify(case().model_copy(update={"findings": (variant,)}), base)
    (item,) = done.items
    assert item.amp.category in {"I", "II"}
    assert item.oncogenicity
    assert item.oncogenicity.reasons


def test_negative_says_what_was_looked_at(base: Base) -> None:
    found = negatives(case("BRAF V600E"), base)
    assert "BRAF p.Val600Glu" not in found
    assert found["KRAS p.Gly12Cys"].status == "not_found"
    assert found["RET fusion"].status == "not_assessable"
    assert "fusions are not looked for" in found["RET fusion"].reason
    assert found["MSI high"].status == "not_assessable"


@pytest.mark.parametrize(
    ("status", "share", "said"),
    [
        ("not_assessable", 0.0, "not_assessable"),
        ("partly", 0.5, "partly"),
        ("callable", 1, "not_found"),
    ],
)
def test_negative_at_a_hotspot_follows_its_depth(
    base: Base, status: str, share: float, said: str
) -> None:
    spot = Place.model_validate(
        {
            "kind": "hotspot", "label": "KRAS Gly12", "gene": "KRAS", "chrom": "chr12",
            "start": 10, "end": 13, "mean_depth": 100, "min_depth": 80,
            "callable_fraction": share, "status": status,
        }
    )  # fmt: skip
    assert negatives(case(places=(spot,)), base)["KRAS p.Gly12Cys"].status == said


def test_case_that_came_as_calls_has_no_sure_negative(base: Base) -> None:
    found = negatives(case(depth_known=False), base)
    assert {one.status for one in found.values()} == {"not_assessable"}


def test_fusion_s_negative_needs_rna_or_a_search(base: Base) -> None:
    rna = records.sample("C1-R", analyte="rna")
    searched = records.rearrangements().model_copy(update={"found": (), "rna_methods": ("star",)})
    plain = case(rearrangements=searched, samples=(records.sample(), rna))
    assert negatives(plain, base)["RET fusion"].status == "not_found"
    failed = case(
        rearrangements=searched,
        samples=(records.sample(), rna.model_copy(update={"verdict": "fail"})),
    )
    assert negatives(failed, base)["RET fusion"].status == "not_assessable"
    by_dna = searched.model_copy(update={"rna_methods": (), "searched_genes": ("RET",)})
    assert negatives(case(rearrangements=by_dna), base)["RET fusion"].status == "partly"


def test_unknown_tumour_type_is_said(base: Base) -> None:
    done = classify(case("BRAF V600E", tumour_type="LAUD"), base)
    assert done.tumour_type.name is None
    assert any("LAUD" in note and "LUAD" in note for note in done.notes)


def test_trials_match_nearly_match_or_do_not(base: Base) -> None:
    def cohorts(code: str, *texts: str) -> dict[str, str]:
        return {one.cohort: one.match for one in ask(texts, code, base)[0].trials}

    assert cohorts("CHOL", "BRAF V600E") == {"BRAF-V600": "match"}
    assert cohorts("MEL", "BRAF V600E") == {"BRAF-V600": "near"}
    assert cohorts("CHOL", "BRAF V600E", "NRAS Q61K") == {"BRAF-V600": "near"}
    assert cohorts("MEL", "BRAF V600E", "NRAS Q61K") == {}
    assert cohorts("OVARY", "KRAS G12D") == {}


def test_near_match_says_what_is_lacking_and_the_file_s_date(base: Base) -> None:
    (one,) = ask(["BRAF V600E"], "MEL", base)[0].trials
    assert any("does not take MEL" in text for text in one.reasons)
    assert one.verify
    assert one.as_of == "2026-11-25"


def test_new_knowledge_changes_are_told(base: Base) -> None:
    record = case("KRAS G12C")
    fewer = tuple(row for row in base.rows if "KRAS" not in row.alteration.genes)
    old = replace(base, rows=fewer, therapies={row.id: () for row in fewer})
    found = {one["what"]: one for one in changes_of(classify(record, old), classify(record, base))}
    assert found["AMP tier"]["new"] == "IA"
    assert found["AMP tier"]["old"] == "III"
    assert "sotorasib" in found["sensitive to"]["new"]
    assert list(changes_of(classify(record, base), classify(record, base))) == []


def test_verbs_classify_explain_and_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = tmp_path / "evidence.json", tmp_path / "case.json"
    before.write_text(case("BRAF V600E", "TP53 R175H").model_dump_json())
    command = ["classify-case", "--record", str(before), "--output", str(after)]
    assert dugnad([*command, "--trials", str(TRIALS)]) == 0
    done = CaseRecord.model_validate_json(after.read_text()).interpretation
    assert done is not None
    assert done.knowledge[0].sha256
    assert dugnad(["explain", str(after), "V600E"]) == 0
    told = capsys.readouterr().out
    assert "+ I-A" in told
    assert "- I-B" in told
    assert "PMID:" in told
    assert dugnad(["explain", str(after), "BRAF Val600Lys"]) == 2
    said = "has no finding named 'BRAF Val600Lys'; near are BRAF p.(Val600Glu)"
    assert said in capsys.readouterr().err
    assert dugnad(["explain", str(before), "V600E"]) == 2
    assert "run dugnad classify-case" in capsys.readouterr().err


def test_diff_of_two_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    older = tmp_path / "older"
    shutil.copytree(SHIPPED, older)
    lung = older / "therapies/lung.tsv"
    kept = [line for line in lung.read_text().splitlines() if "KRAS" not in line]
    lung.write_text("\n".join(kept) + "\n")
    path = tmp_path / "case.json"
    path.write_text(case("KRAS G12C").model_dump_json())
    assert dugnad(["knowledge", "diff", str(older), str(SHIPPED), str(path), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["case"] for one in told} == {"C1"}
    assert {one["what"] for one in told} >= {"AMP tier", "sensitive to"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("therapies/lung.tsv", "\tsensitivity\t", "\tcure\t", "effect: must be one of"),
        ("therapies/lung.tsv", "PMID:29151359", "Smith", "source: is not PMID:digits"),
        ("therapies/lung.tsv", "\tNSCLC", "\tLUNGCANCER", "LUNGCANCER is not in tumour_types"),
        ("therapies/lung.tsv", "EGFR p.Leu858Arg", "EGFR L858R", "'L858R' is not a class"),
        ("criteria/amp.tsv", "level_here = A", "level_here is A", "'is' is no operator"),
        ("criteria/amp.tsv", "level_here = A", "leevel = A", "no such fact"),
        ("knowledge.yaml", "release:", "version:", "release"),
    ],
)
def test_faulty_knowledge_is_refused_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    assert dugnad(["knowledge", "check", "--knowledge", str(folder)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert f"{folder / file}:" in told


def test_source_may_not_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder)
    path = folder / "therapies/lung.tsv"
    head, first, *rest = path.read_text().splitlines()
    cells = first.split("\t")
    cells[12] = ""
    path.write_text("\n".join([head, "\t".join(cells), *rest]) + "\n")
    assert dugnad(["knowledge", "check", "--knowledge", str(folder)]) == 2
    assert f"{path}:2: source: is missing" in capsys.readouterr().err


def test_finding_that_another_one_excludes_is_told_and_not_lost(base: Base) -> None:
    """Alpelisib is for HER2-negative breast cancer: with ERBB2 amplified it is not offered."""
    alone = ask(["PIK3CA H1047R"], "IDC", base)[0]
    assert "alpelisib + fulvestrant" in drugs(alone)
    beside = ask(["PIK3CA H1047R", "ERBB2 amplification"], "IDC", base)[0]
    assert "alpelisib + fulvestrant" not in drugs(beside)
    blocked = [one for one in beside.evidence if one.blocked_by]
    assert "alpelisib + fulvestrant" in {drug for one in blocked for drug in one.drugs}
    assert {one.blocked_by for one in blocked} == {("ERBB2 amplification",)}
    assert (beside.amp.name, beside.escat.category) == ("IIC", "not_applicable")


def test_excluded_places_are_told_from_others(base: Base) -> None:
    def place(code: str, types: tuple[str, ...], excluded: tuple[str, ...] = ()) -> str:
        context = Context(code, base.types, (), lambda _: True, {})
        return context.place(types, excluded)

    assert place("LUAD", ("NSCLC",)) == "here"
    assert place("COAD", ("NSCLC",)) == "elsewhere"
    assert place("COAD", ("any_solid",), ("COADREAD",)) == "excluded"
    assert place("COAD", ("NSCLC",), ("any",)) == "excluded"
    assert place("LUAD", ("NSCLC",), ("any",)) == "here"
    assert place("NOCODE", ("NSCLC",)) == "elsewhere"
    assert place("NOCODE", ("CLLSLL",), ("any_solid",)) == "excluded"


def test_range_of_residues_is_seen_whole_or_not_at_all(base: Base) -> None:
    """One callable hotspot says nothing of the other residues of a gene that is seen in part."""
    spot = Place.model_validate(
        {
            "kind": "hotspot", "label": "ERBB2 Leu755", "gene": "ERBB2", "chrom": "chr17",
            "start": 10, "end": 13, "mean_depth": 100, "min_depth": 80,
            "callable_fraction": 1.0, "status": "callable",
        }
    )  # fmt: skip
    unseen = GeneCoverage(gene="ERBB2", callable_fraction=0.36, mean_depth=30, status="partly")
    found = negatives(case(places=(spot,), genes_unseen=(unseen,)), base)
    ranged = [one for name, one in found.items() if name.startswith("ERBB2 codon")]
    assert ranged
    assert {one.status for one in ranged} == {"partly"}


def test_table_that_lost_its_rows_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of a header alone would make its findings look unknown, without a sign."""
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder)
    names = ("therapies/lung.tsv", "hotspots.tsv", "germline_genes.tsv")
    for name in names:
        lines = (folder / name).read_text().splitlines()
        head = next(n for n, line in enumerate(lines) if not line.startswith("#"))
        (folder / name).write_text("\n".join(lines[: head + 1]) + "\n")
    assert dugnad(["knowledge", "check", "--knowledge", str(folder)]) == 2
    told = capsys.readouterr().err
    assert all(f"{folder / name}:" in told for name in names)
    assert told.count("has a header but no row") == len(names)
