"""The record holds everything, the page shows it, and what people wrote stays text."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from builders import panel_data, row, variant, workspace
from dugnad.errors import UserError
from dugnad.interpretation.interpret_variants import interpret
from dugnad.interpretation.record_case import Quality, build
from dugnad.qc.gate import judge_case
from dugnad.record import CaseRecord
from dugnad.regions import read_hotspots
from dugnad.report.page.document import render
from dugnad.report.page.groups import Groups
from dugnad.report.render_report import main
from dugnad.report.words import words_of
from dugnad.run import Run, load_run


def text_of(page: str) -> str:
    page = re.sub(r"<(svg|style|script)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(workspace(tmp_path))
    return load_run()


def metric(sample: str, status: str = "pass") -> dict[str, Any]:
    return {
        "sample": sample,
        "metric": "mean_target_depth",
        "value": 87.0,
        "unit": "reads",
        "lower": 100.0,
        "upper": None,
        "status": status,
        "source": "mosdepth",
        "blocking": False,
        "why": "test",
    }


def place(label: str, status: str, kind: str = "hotspot", start: int = 498) -> dict[str, Any]:
    return {
        "sample": "C1-T",
        "kind": kind,
        "label": label,
        "gene": "GENE1",
        "chrom": "chr1",
        "start": start,
        "end": start + 3,
        "mean_depth": 250.0,
        "min_depth": 12,
        "targeted_fraction": 1.0,
        "callable_fraction": 0.5,
        "status": status,
    }


def made(
    run: Run,
    variants: list[dict[str, Any]],
    places: list[dict[str, Any]] | None = None,
    status: str = "pass",
) -> CaseRecord:
    case = run.cases["C1"]
    hotspots = read_hotspots(case.panel.hotspots) if case.panel.hotspots else []
    findings = interpret(variants, case.panel, hotspots, normal="own" if case.normal else "none")
    given = [*case.samples, *((case.rna,) if case.rna else ())]
    metrics = [metric(sample.id, status if sample is case.tumour else "pass") for sample in given]
    return build(run, case, findings, judged(run, metrics, places or []), {"tool": "1"})


def judged(run: Run, metrics: list[dict[str, Any]], places: list[dict[str, Any]]) -> Quality:
    """Metrics and coverage of case C1 as its gate judges them."""
    return Quality(judge_case(run.cases["C1"], metrics, []), metrics, places, {})


def test_most_relevant_first_and_flagged_last(run: Run) -> None:
    record = made(
        run,
        [
            variant(pos=700, start=699, end=700, impact="LOW"),
            variant(pos=600, start=599, end=600, vaf=0.5),
            variant(pos=500, vaf=0.1),
            variant(pos=650, start=649, end=650, depth=5, alt_reads=4, vaf=0.8),
            variant(pos=499, start=498, end=499, depth=9, alt_reads=4, vaf=0.4),
            variant(pos=501, start=500, end=501, depth=90, alt_reads=0, vaf=0.0),
        ],
    )
    assert [f.pos for f in record.findings] == [500, 600, 700, 499, 501, 650]
    groups = Groups.of(record)
    assert [f.pos for f in groups.key] == [500, 600]
    assert [f.pos for f in groups.other] == [700]
    # at a hotspot, and with a read in the tumour: a board wants to know that it was doubted
    assert [f.pos for f in groups.flagged_relevant] == [499]
    assert [f.pos for f in groups.flagged_other] == [501, 650]


def test_every_finding_is_in_one_group(run: Run) -> None:
    states = [
        variant(
            pos=1000 + i,
            start=999 + i,
            end=1000 + i,
            depth=depth,
            impact=impact,
            normal_vaf=normal,
            clinical_significance=significance,
            clinical_source="c",
        )
        for i, (depth, impact, normal, significance) in enumerate(
            (depth, impact, normal, significance)
            for depth in (5, 400)
            for impact in ("HIGH", "MODERATE", "LOW", "MODIFIER")
            for normal in (0.0, 0.1, 0.5)
            for significance in (None, "Pathogenic", "Benign")
        )
    ]
    record = made(run, states)
    groups = Groups.of(record)
    grouped = [f.pos for name in Groups.__dataclass_fields__ for f in getattr(groups, name)]
    assert sorted(grouped) == [state["pos"] for state in states]


def test_a_germline_truncation_that_no_source_lists_is_shown(run: Run) -> None:
    novel = variant(normal_vaf=0.5, impact="HIGH", pos=600, start=599, end=600)
    groups = Groups.of(made(run, [novel]))
    assert [f.pos for f in groups.germline] == [600]


def test_absence_is_stated_only_where_it_could_be_seen(run: Run) -> None:
    places = [
        place("GENE1 Val10", "callable"),
        place("GENE1 Gly20", "callable", start=900),
        place("GENE1 Asp30", "not_assessable", start=1200),
        place("exon 4", "partly", kind="target", start=1500),
        place("exon 5", "callable", kind="target", start=1800),
    ]
    record = made(run, [variant()], places)
    assert record.not_found == ("GENE1 Gly20",)
    assert [p.label for p in record.places] == [p["label"] for p in places[:4]]
    page = text_of(render(record))
    assert "GENE1 Asp30 : depth 12, needs 20" in page
    assert "1 target below depth 20" in page
    assert "exon 4: 50 % seen, mean depth 250" in page
    # a flagged variant at a hotspot is neither found nor absent: it is shown among the flagged
    flagged = made(run, [variant(depth=5)], places)
    assert flagged.not_found == ("GENE1 Gly20",)
    assert "1 more would matter" in render(flagged)


def test_a_flagged_germline_truncation_is_not_hidden(run: Run) -> None:
    weak = variant(normal_vaf=0.5, impact="HIGH", depth=5, start=600, end=601)
    assert len(Groups.of(made(run, [weak])).flagged_relevant) == 1


def test_a_limit_on_what_was_not_measured_is_not_met(run: Run) -> None:
    absent = {"value": None, "source": "no step measures it for this sample"}
    unmeasured = metric("C1-T", "not_measured") | absent
    quality = judged(run, [unmeasured, metric("C1-N")], [])
    record = build(run, run.cases["C1"], [], quality, {})
    assert record.verdict == "warn"
    assert record.samples[0].reasons == (
        "mean target depth not measured (no step measures it for this sample), needs at least 100",
    )


def test_a_failed_limit_is_said_on_the_first_screen(run: Run) -> None:
    record = made(run, [], status="fail")
    assert record.verdict == "fail"
    assert record.samples[0].reasons == ("mean target depth 87, needs at least 100",)
    page = render(record)
    assert "A quality limit is not met" in page
    assert page.index("A quality limit is not met") < page.index("What matters")
    assert "A quality limit is not met" not in render(made(run, []))


def test_nothing_found_says_so(run: Run) -> None:
    page = render(made(run, []))
    assert "No somatic or uncertain variant" in page
    assert "Tiers, drugs and trials are not assessed" in page


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK('x')",
    "{{7*7}}",
    "{% for x in y %}",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "x" * 10_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_stays_text(run: Run, text: str) -> None:
    record = made(run, [variant(gene=text, clinical_significance=text, hgvs_p=text)])
    panel = record.panel.model_copy(update={"name": text})
    page = render(record.model_copy(update={"panel": panel, "tumour_type": text}))
    assert page.count("<script") == 1
    assert "<img" not in page
    assert "49" not in page.split("<title>")[1].split("</title>")[0]
    if "<" not in text and '"' not in text and "'" not in text:
        assert text in page


def test_four_hundred_findings(run: Run) -> None:
    many = [variant(pos=i, start=i - 1, end=i) for i in range(1, 401)]
    page = render(made(run, many))
    assert "400 unflagged" in page
    assert page.count('<tr data-kind="pass"') == 400
    assert len(page) < 3_000_000


def test_tumour_only_says_what_it_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace(tmp_path, [row("C1-T")]))
    alone = variant(normal_depth=None, normal_alt_reads=None, normal_vaf=None)
    record = made(load_run(), [alone])
    page = render(record)
    assert "No normal" in page
    assert "the reads alone cannot tell germline from somatic variants" in page
    assert "purity neither stated nor estimated" in page.split("What matters")[0]


@pytest.mark.parametrize("normal", [True, False])
@pytest.mark.parametrize("status", ["pass", "fail"])
def test_the_quality_of_rna_is_judged_and_nothing_else_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, normal: bool, status: str
) -> None:
    rows = [row("C1-R", analyte="rna"), row("C1-T"), *([row("C1-N", "normal")] if normal else [])]
    monkeypatch.chdir(workspace(tmp_path, rows))
    run = load_run()
    metrics = [metric(item["sample"]) for item in rows[1:]]
    metrics.append(metric("C1-R", status) | {"metric": "rna_reads", "lower": 100.0})
    record = build(run, run.cases["C1"], [], judged(run, metrics, []), {})
    assert [s.analyte for s in record.samples] == ["dna"] * (1 + normal) + ["rna"]
    rna = record.samples[-1]
    assert (rna.id, rna.verdict, record.verdict) == ("C1-R", status, status)
    assert rna.reasons == (("rna reads 87, needs at least 100",) if status == "fail" else ())
    page = render(record)
    trust = page.split("What matters")[0]
    assert "<strong>Tumour RNA</strong>" in trust
    assert "quality only: fusions and expression are not assessed" in trust
    assert ("<strong>No normal</strong>" in trust) is not normal
    limits = page.split('id="limits"')[1]
    assert "RNA: quality only; fusions and expression are not assessed." in limits
    assert "<h3>Tumour RNA C1-R" in page
    assert list(run.samples) == ["C1-T", "C1-N"][: 1 + normal]
    assert [str(path) for path in run.reads[-2:]] == [f"reads/C1-R_R{n}.fastq.gz" for n in (1, 2)]


def test_without_rna_nothing_is_said_of_a_sample_of_it(run: Run) -> None:
    page = render(made(run, []))
    assert "Tumour RNA" not in page
    assert "quality only: fusions" not in page
    assert "Small variants in DNA only. Not assessed: copy number, rearrangements" in text_of(page)


def test_copies_of_a_variants_place_are_shown_where_they_are_known(run: Run) -> None:
    record = made(run, [variant()])
    assert "copies here" not in render(record)
    finding = record.findings[0].model_copy(update={"copies": 3.12, "minor_copies": 1})
    page = render(record.model_copy(update={"findings": (finding,)}))
    assert page.count("3.1 copies here, minor 1") == 1


def test_record_survives_its_own_text(run: Run, tmp_path: Path) -> None:
    record = made(run, [variant()])
    assert CaseRecord.model_validate_json(record.model_dump_json()) == record
    assert record.created <= datetime.now(UTC)
    (tmp_path / "old.json").write_text('{"record_version": "0.0.1"}')
    given = {"record": tmp_path / "old.json", "output": tmp_path / "x.html", "site": None}
    args = type("Args", (), given | {"language": None, "reads": None})()
    with pytest.raises(UserError, match="not a version that was ever written"):
        main(args)
    assert not (tmp_path / "x.html").exists()


def test_limits_reach_the_record(run: Run) -> None:
    record = made(run, [])
    assert [f.id for f in record.panel.filters] == [f["id"] for f in panel_data()["filters"]]
    page = render(record)
    for item in record.panel.filters:
        assert words_of("en").term("filter", item.id) in page
