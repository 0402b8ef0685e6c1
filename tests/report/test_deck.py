"""The deck shows the record, in two languages, and nothing in it leaves its slide."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import meanings
import pytest
from pptx import Presentation
from pptx.util import Inches

import records
from dugnad.errors import UserError
from dugnad.record import CaseRecord
from dugnad.record_interpretation import Negative, TrialMatch
from dugnad.report.deck import measure
from dugnad.report.deck.look import BLUE, ORANGE, RED, ROWS, WIDE
from dugnad.report.deck.template import NEEDED
from dugnad.report.view import ReportView
from dugnad.report.words import LANGUAGES, Language, words_of
from dugnad.report.write_deck import made

POINT = 12700


def deck(
    record: CaseRecord, path: Path, language: Language = "en", template: Path | None = None
) -> Any:
    made(record, language, path=template).save(path / "deck.pptx")
    return Presentation(str(path / "deck.pptx"))


@pytest.fixture(scope="module")
def lung(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A deck that several tests read."""
    return deck(meanings.lung(), tmp_path_factory.mktemp("lung"))


def shapes_of(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == 6:
            yield from shapes_of(shape.shapes)


def texts(slide: Any) -> list[str]:
    """All texts of a slide, those of tables and groups too."""
    found = []
    for shape in shapes_of(slide.shapes):
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if getattr(shape, "has_table", False):
            found += [cell.text for cell in shape.table.iter_cells()]
    return found


def titles(shown: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in shown.slides]


def slide_of(shown: Any, title: str) -> Any:
    return next(s for s in shown.slides if s.shapes.title.text_frame.text.startswith(title))


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


def tables(shown: Any) -> Iterator[Any]:
    for slide in shown.slides:
        for shape in slide.shapes:
            if getattr(shape, "has_table", False):
                yield shape


def test_what_a_filter_doubts_is_on_the_cover(tmp_path: Path) -> None:
    doubted = meanings.finding(filters=("low_alt_reads",))
    flagged = meanings.item("small_variant", "chr7-100-T-G", name="EGFR x", reported=False)
    record = meanings.classified(records.record(findings=(doubted,)), flagged)
    first, *_, _last = deck(record, tmp_path).slides
    told = texts(first)
    assert told[told.index("In doubt") + 1] == "EGFR x"
    assert "No finding of tier I or II." in told


def many(count: int) -> CaseRecord:
    """A case of so many findings, two of three of tier III."""
    variants = tuple(meanings.finding(pos=n, hgvs_p=f"p.(Leu{n}Arg)") for n in range(1, count + 1))
    tiers = [
        meanings.item("small_variant", f"chr7-{n}-T-G", name=f"EGFR p.(Leu{n}Arg)", gene="EGFR")
        for n in range(1, count + 1)
    ]
    items = [
        one.model_copy(
            update={"amp": one.amp.model_copy(update={"category": "III", "level": None})}
        )
        if n % 3
        else one
        for n, one in enumerate(tiers)
    ]
    return meanings.classified(records.record(findings=variants), *items)


def assert_inside(shown: Any) -> None:
    """No shape leaves its slide, no table is higher than its rows' text, letters are large."""
    for slide in shown.slides:
        for shape in shapes_of(slide.shapes):
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= shown.slide_width + POINT
            assert shape.top + shape.height <= shown.slide_height + POINT
    for shape in tables(shown):
        assert len(shape.table.rows) <= ROWS + 1
        assert shape.top + sum(row.height for row in shape.table.rows) <= shown.slide_height
        for row in shape.table.rows:
            for cell, column in zip(row.cells, shape.table.columns, strict=True):
                run = cell.text_frame.paragraphs[0].runs[0]
                size = run.font.size.pt
                assert size >= 12
                room = (column.width - cell.margin_left - cell.margin_right) / POINT
                lines = measure.wrapped(cell.text, size, room, bool(run.font.bold))
                margins = (cell.margin_top + cell.margin_bottom) / POINT
                assert len(lines) * size * 1.2 + margins <= row.height / POINT + 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_view_holds_is_on_the_slides(language: Language, tmp_path: Path) -> None:
    view, words = ReportView.of(meanings.lung()), words_of(language)
    shown = deck(view.record, tmp_path, language)
    key = texts(slide_of(shown, words("deck.title.key")))
    for line in view.lines:
        assert line.name in key
    assert words("measure.variant", vaf=words.percent(0.31), depth=512) in key
    assert "osimertinib" in key
    blocked = words("deck.blocked", by="EGFR p.Thr790Met")
    assert f"sunvozertinib; gefitinib ({blocked})" in key
    told = " ".join(text for slide in shown.slides for text in texts(slide))
    sequence = texts(slide_of(shown, words("deck.title.sequence")))
    assert "p.(Leu858Arg)" in sequence
    assert "159/512" in sequence
    # what a filter flags is no finding
    assert "chr7:300" not in told
    assert "CCDC6::RET" not in key


def test_languages_have_the_same_slides(lung: Any, tmp_path: Path) -> None:
    norwegian, english = deck(meanings.lung(), tmp_path, "nb"), lung
    assert len(norwegian.slides) == len(english.slides)
    assert titles(norwegian)[1] == "Avidentifisert rapport"
    assert titles(english)[1] == "De-identified report"


def test_notes_carry_criteria_and_evidence(lung: Any) -> None:
    told = notes(slide_of(lung, "Key findings"))
    assert "AMP: IA" in told
    assert "PMID:29151359" in told
    assert "excluded by EGFR p.Thr790Met" in told
    assert "somatic: by VAF" in told


def test_summary_counts_as_boards_know_it(lung: Any) -> None:
    slide = slide_of(lung, "De-identified report")
    told = texts(slide)
    assert "amplification: MET; homozygous deletion: CDKN2A" in told
    assert "EML4::ALK" in told
    assert "TMB: 7.4 / Mb (3.4\N{EN DASH}14.1), intermediate; 1.21 Mb seen" in told
    assert "MSI: high; 27 of 38 usable loci unstable" in told
    assert {"5", "20"} <= set(told)
    alternatives = [s._element._nvXxPr.cNvPr.get("descr") for s in slide.shapes]
    assert "TMB on its scale: 7.4 mutations per megabase" in alternatives


def test_long_tables_go_on_and_never_leave_their_slide(tmp_path: Path) -> None:
    shown = deck(many(50), tmp_path)
    assert_inside(shown)
    data = [title for title in titles(shown) if title.startswith("Sequence data")]
    assert data[1].endswith(f"(2 of {len(data)})")
    told = {text for slide in shown.slides for text in texts(slide)}
    assert {f"p.(Leu{n}Arg)" for n in range(1, 51)} <= told


def test_long_and_hostile_text_is_cut_and_whole_in_the_notes(tmp_path: Path) -> None:
    trials = tuple(
        TrialMatch(
            trial="t", title=text, cohort="A", drugs=(text,), as_of="2026-01-01", verify=False,
            match="near", reasons=(text,),
        )
        for text in meanings.HOSTILE
    )  # fmt: skip
    items = [
        meanings.item(
            "small_variant", f"chr7-{n}-T-G", name=text, gene="EGFR", trials=trials[n : n + 1],
            evidence=(meanings.evidence(drugs=(text,), setting=text, statement=text),),
        )
        for n, text in enumerate(meanings.HOSTILE)
    ]  # fmt: skip
    variants = tuple(
        meanings.finding(pos=n, hgvs_p=text, hgvs_c=text, hgvs_g=text, transcript=text)
        for n, text in enumerate(meanings.HOSTILE)
    )
    shown = deck(meanings.classified(records.lung(findings=variants), *items), tmp_path)
    assert_inside(shown)
    slide = slide_of(shown, "Key findings")
    everything = " ".join(text for one in shown.slides for text in texts(one))
    assert "<script>alert(1)</script>" in everything
    assert "{{7*7}}" in everything
    assert "<U+202E>abc" in everything
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in everything
    assert "x" * 10_000 not in everything
    told = " ".join(notes(one) for one in shown.slides)
    assert "x" * 10_000 in told
    assert notes(slide)


def test_a_failed_gate_stands_on_every_slide(lung: Any, tmp_path: Path) -> None:
    failed = records.sample(verdict="fail", blocked_by=("identity",), reasons=("identity 0.1",))
    shown = deck(records.record(samples=(failed,), verdict="fail"), tmp_path)
    for slide in shown.slides:
        gate = next(shape for shape in slide.shapes if shape.name == "gate")
        assert str(gate.fill.fore_color.rgb) == RED
        assert gate.text_frame.text == words_of("en")("deck.gate_failed")
    assert not any(shape.name == "gate" for slide in lung.slides for shape in slide.shapes)


def test_the_frame_tells_draft_from_signed(tmp_path: Path) -> None:
    for status, colour in (("DRAFT", ORANGE), ("SIGNED", BLUE)):
        for slide in deck(records.record(status=status), tmp_path).slides:
            frame = [shape for shape in slide.shapes if shape.name == "frame"]
            assert [str(side.fill.fore_color.rgb) for side in frame] == [colour] * 4
            assert status in texts(slide)


def test_nothing_found_is_said_and_not_seen_is_no_negative(tmp_path: Path) -> None:
    empty = meanings.classified(records.record())
    told = [text for slide in deck(empty, tmp_path).slides for text in texts(slide)]
    assert "No finding of tier I or II." in told
    assert words_of("en")("deck.nothing_germline") in told
    blind = [t for slide in deck(records.blind(), tmp_path).slides for t in texts(slide)]
    assert "TMB: Not assessable" in blind
    assert "MSI: not assessable" in blind
    assert "Fusions: not assessable, no RNA · Splicing: not assessable, no RNA" in blind
    assert "none found" not in blind
    # a record that nobody classified has no negatives either
    assert "Not classified yet." in blind
    assert "No finding of tier I or II." not in blind


def test_negatives_that_could_not_be_seen_come_first(tmp_path: Path) -> None:
    def negative(name: str, status: str) -> Negative:
        return Negative.model_validate(
            {
                "alteration": name, "drugs": ("x",), "effect": "sensitivity", "amp_level": "A",
                "escat": "IA", "source": ("PMID:1",), "status": status, "reason": f"why {name}",
            }
        )  # fmt: skip

    record = meanings.lung()
    assert record.interpretation
    found = (negative("A", "not_found"), negative("B", "partly"), negative("C", "not_assessable"))
    done = record.interpretation.model_copy(update={"negatives": found})
    slide = slide_of(
        deck(record.model_copy(update={"interpretation": done}), tmp_path), "Not assessable"
    )
    cells = texts(slide)
    assert cells.index("C") < cells.index("B") < cells.index("A")
    assert "why C" in notes(slide)


def template(path: Path, *left_out: str) -> Path:
    """A template with the placeholders that each layout needs, but for some; with a slide."""
    shown = Presentation()
    shown.slide_width, shown.slide_height = Inches(10), Inches(5.625)
    layouts: list[Any] = list(shown.slide_layouts)
    for number, (name, needed) in enumerate(NEEDED.items()):
        layout = layouts[number]
        layout.name = name.upper()
        first = list(layout.placeholders)[1]._element
        for index in range(30, 28 + len(needed)):
            copied = deepcopy(first)
            copied.ph.set("idx", str(index))
            first.addnext(copied)
        for n, (holder, one) in enumerate(zip(holders_of(layout), needed, strict=True)):
            holder.name = "other" if one in left_out else one
            holder.left, holder.top = Inches(0.3 + 2 * n), Inches(0.1)
            holder.width, holder.height = Inches(1.4), Inches(0.5)
            if one in ("key_findings", "content"):
                holder.left, holder.top = Inches(0.3), Inches(0.8)
                holder.width, holder.height = Inches(9.4), Inches(4.4)
    shown.slides.add_slide(layouts[1])
    shown.save(str(path))
    return path


def holders_of(layout: Any) -> list[Any]:
    """Its placeholders, the title first."""
    usable = list(layout.iter_cloneable_placeholders())
    return sorted(usable, key=lambda one: one.placeholder_format.idx)


def test_a_template_is_filled_by_the_names_of_its_placeholders(tmp_path: Path) -> None:
    shown = deck(meanings.lung(), tmp_path, template=template(tmp_path / "t.pptx"))
    assert shown.slide_width == Inches(10)
    assert_inside(shown)
    for slide in shown.slides:
        assert {"C1", "DRAFT"} <= set(texts(slide))
        assert sum(shape.name == "frame" for shape in slide.shapes) == 4
    assert {"Lung (LUAD)", "chr7-100-T-G"} <= set(texts(shown.slides[0]))
    assert titles(shown)[0] == "Molecular tumour board: C1"


def test_what_a_template_lacks_is_named(tmp_path: Path) -> None:
    path = template(tmp_path / "t.pptx", "status")
    with pytest.raises(UserError) as fault:
        made(records.record(), "en", path=path)
    assert fault.value.problems == [
        f"{path}: layout {name}: there is no text placeholder status;"
        " add it in the slide master and name it in the selection pane"
        for name in ("summary", "content")
    ]
    (tmp_path / "no.pptx").write_text("no")
    with pytest.raises(UserError, match="is no PPTX; save it as PowerPoint presentation"):
        made(records.record(), "en", path=tmp_path / "no.pptx")


def test_text_is_measured_with_room_to_spare() -> None:
    # Helvetica's own widths: 722 + 556 + 278 thousandths at 10 points are 15.56
    assert 15.56 < measure.width("Rat", 10) < 16.5
    assert measure.wrapped("aa bb", 10, measure.width("aa", 10) + 0.1) == ["aa", "bb"]
    assert measure.cut("aa bb cc", 10, measure.width("aa", 10) + 0.1, 2)[0].endswith("…")
    assert measure.cut("aa", 10, 100, 1) == ("aa", 1)
    assert WIDE > 13
