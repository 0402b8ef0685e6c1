"""Judgements and signatures reach the record and its reports, and survive a rerun."""

import datetime as dt
from pathlib import Path

import pytest

from dugnad.cli import main as dugnad
from dugnad.curation.digest import digest
from dugnad.curation.log import read_log
from dugnad.errors import UserError
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.standing import curation_notes, standing
from dugnad.report.standing import judged as told
from dugnad.report.view import ReportView
from dugnad.report.words import words_of
from dugnad.report.workbook_tables import overview
from workbooks import ALL, BRAF, EGFR, MET, TP53, Bench, case, classified, fill, judged

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, case())


def ids(lines: object) -> list[str]:
    return [line.item.id for line in lines]  # type: ignore[attr-defined]


def test_excluded_leaves_and_included_comes_in(bench: Bench) -> None:
    rows = {EGFR: judged("exclude", "artefact"), BRAF: judged("SOM", "seen in RNA")}
    fill(bench.write(), rows)
    assert bench.curate() == 0
    view = ReportView.of(classified(bench))
    assert ids(view.excluded) == [EGFR]
    assert ids(view.key) == [BRAF, MET]  # by tier, as ever
    assert ids(view.flagged) == []
    assert set(ids(view.rematch)) == {EGFR, BRAF}
    one = view.excluded[0].judgement
    assert one
    assert told(one, words_of("en")).startswith("exclude: artefact (KN, ")
    assert ReportView.of(bench_case(bench)).excluded == view.excluded


def bench_case(bench: Bench) -> CaseRecord:
    return read_record(bench.case)


def test_inconclusive_does_not_bring_a_flagged_finding_in(bench: Bench) -> None:
    fill(bench.write(), {BRAF: judged("incon", "cannot be told")})
    assert bench.curate() == 0
    view = ReportView.of(classified(bench))
    assert ids(view.flagged) == [BRAF]
    assert view.flagged[0].judgement


@pytest.mark.parametrize(("language", "start"), [("en", "SIGNED KN "), ("nb", "SIGNERT KN ")])
def test_signed_with_initials_and_date(bench: Bench, language: str, start: str) -> None:
    fill(bench.write(), ALL)
    assert bench.curate("--sign") == 0
    record = classified(bench)
    assert record.status == "SIGNED"
    assert record.curation
    assert record.curation.signed
    assert record.curation.signed.date == TODAY
    words = words_of("nb" if language == "nb" else "en")
    assert standing(record, words).startswith(start + words.day(TODAY))
    # again: it is signed already
    assert bench.curate("--sign") == 0
    assert len(read_log(bench.log)) == 5


def test_signature_lapses_when_the_record_changes(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate("--sign") == 0
    changed = case(tumour_type="COAD")
    bench.save(changed)
    record = classified(bench)
    assert record.status == "DRAFT"
    shown = standing(record, words_of("en"))
    assert shown == f"DRAFT: the record changed since KN signed on {TODAY}"
    assert len(record.curation.judgements if record.curation else ()) == 4


def test_a_signed_record_that_was_edited_is_not_read(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate("--sign") == 0
    classified(bench)
    text = bench.case.read_text()
    bench.case.write_text(text.replace('"vaf":0.31', '"vaf":0.71'))
    with pytest.raises(UserError, match="not borne out by its signature"):
        read_record(bench.case)
    bench.save(case(status="SIGNED"))
    with pytest.raises(UserError, match="not borne out by its signature"):
        read_record(bench.case)


def test_signature_lapses_when_a_judgement_follows(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate("--sign") == 0
    classified(bench)
    fill(bench.write(), {TP53: judged("SOM", "on second thought", "AB")})
    assert bench.curate(initials="AB") == 0
    record = classified(bench)
    assert record.status == "DRAFT"
    assert "judgements changed since KN signed" in standing(record, words_of("en"))


def test_judgement_of_an_earlier_state_is_told(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate() == 0
    bench.save(case(tumour_type="COAD"))
    view = ReportView.of(classified(bench))
    notes = curation_notes(view, words_of("en"))
    assert any(text.startswith("Judged before the record changed: EGFR") for text in notes)
    shown = {fact.value for fact in overview(view, words_of("en"))}
    assert set(notes) <= shown


def test_judgements_of_findings_that_are_gone_are_told(bench: Bench) -> None:
    fill(bench.write(), ALL)
    assert bench.curate() == 0
    whole = case()
    assert whole.interpretation
    items = tuple(one for one in whole.interpretation.items if one.id != MET)
    less = whole.interpretation.model_copy(update={"items": items})
    bench.save(whole.model_copy(update={"interpretation": less}))
    record = classified(bench)
    assert record.curation
    assert [one.finding for one in record.curation.gone] == [MET]


def test_digest_is_of_what_was_written_and_read() -> None:
    record = case()
    assert digest(CaseRecord.model_validate_json(record.model_dump_json())) == digest(record)
    assert digest(case(created=dt.datetime(2026, 5, 5, tzinfo=dt.UTC))) == digest(record)
    assert digest(case(tumour_type="COAD")) != digest(record)


def test_a_rerun_keeps_judgements_and_signature(tmp_path: Path) -> None:
    """Through classify-case, as the workflow calls it, from the evidence alone."""
    evidence, log = tmp_path / "e.json", tmp_path / "curation/C1.curation.jsonl"
    plain = case(interpretation=None)
    evidence.write_text(plain.model_dump_json())
    bench = Bench(tmp_path, plain)
    words = ["classify-case", "--record", str(evidence), "--output", str(bench.case)]
    assert dugnad(words) == 0
    names = {item.id: item.amp.category for item in made(bench)}
    rows = {name: judged("SOM", "seen") for name, tier in names.items() if tier in {"I", "II"}}
    fill(bench.write(), rows)
    assert bench.curate("--sign") == 0
    for _ in range(2):
        assert dugnad([*words, "--curation", str(log)]) == 0
        assert read_record(bench.case).status == "SIGNED"
    # without its log, what was signed is a draft again
    assert dugnad(["classify-case", "--record", str(bench.case), "--output", str(bench.case)]) == 0
    assert read_record(bench.case).status == "DRAFT"
    assert read_record(bench.case).curation is None


def made(bench: Bench) -> tuple:  # type: ignore[type-arg]
    done = read_record(bench.case).interpretation
    assert done
    return done.items
