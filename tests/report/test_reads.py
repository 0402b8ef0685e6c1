"""Read views draw what calling counts, offline and as text."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pysam
import pytest

import records
from dugnad.alleles import trim
from dugnad.annotation.spliced import reverse_complement, translate
from dugnad.annotation.transcript import Transcript
from dugnad.report.reads import places
from dugnad.report.reads.codons import codons
from dugnad.report.reads.drawn import (
    AT_JOIN,
    DRAWN,
    WindowReads,
    drawn_read,
    evenly,
    goes_over,
    locus_of,
    reads_of_change,
    reads_of_join,
)
from dugnad.report.reads.places import Join, Window, anchor, with_reads
from dugnad.report.reads.session import goto
from dugnad.report.view import ReportView
from dugnad.small_variants.pileup import Counting
from reads_shown import (
    ALT,
    LENGTH,
    PLACE,
    REF,
    REFERENCE,
    finding,
    interpreted,
    made,
    read,
    with_alt,
    write,
    write_fasta,
)

COUNTING = Counting(20, 20, 4 | 256 | 512 | 1024 | 2048)
WINDOW = Window("chr1", PLACE - 40, PLACE + 41)


@pytest.fixture
def fasta(tmp_path: Path) -> Iterator[pysam.FastaFile]:
    with pysam.FastaFile(str(write_fasta(tmp_path))) as file:
        yield file


@pytest.fixture
def seen(tmp_path: Path, fasta: pysam.FastaFile) -> Callable[..., WindowReads]:
    def of(reads: list[dict[str, Any]], families: bool = False) -> WindowReads:
        change = trim(PLACE + 1, REF, ALT)
        with pysam.AlignmentFile(str(write(tmp_path / "t.bam", reads))) as bam:
            locus = locus_of(fasta, "chr1", change)
            return reads_of_change(bam, WINDOW, locus, COUNTING, families)

    return of


def test_what_calling_does_not_count_is_not_drawn(seen: Callable[..., WindowReads]) -> None:
    found = seen(
        [
            with_alt("a"),
            with_alt("b", flag=16),
            read("c"),
            with_alt("duplicate", flag=1024),
            with_alt("elsewhere", mapping_quality=5),
            with_alt("secondary", flag=256),
            read("far", start=PLACE - 150),
        ]
    )
    with_change, without = found.groups
    assert (with_change.total, with_change.forward, without.total) == (2, 1, 1)
    assert (found.with_change, found.molecules) == (2, 3)
    assert int(found.pile.depth[40]) == 3


def test_a_base_of_low_quality_does_not_show_it(seen: Callable[..., WindowReads]) -> None:
    found = seen([with_alt("sure"), with_alt("unsure", quality=12), read("c")])
    assert [group.total for group in found.groups] == [1, 2]
    assert (found.with_change, found.molecules) == (1, 2)


def test_mates_are_one_molecule_and_two_reads(seen: Callable[..., WindowReads]) -> None:
    found = seen([with_alt("a", flag=99), with_alt("a", start=PLACE - 30, flag=147), read("c")])
    assert [group.total for group in found.groups] == [2, 1]
    assert (found.with_change, found.molecules) == (1, 2)


def test_reads_are_chosen_evenly_and_none_that_shows_a_rare_change_is_lost(
    seen: Callable[..., WindowReads],
) -> None:
    reads = [read(f"r{n}", PLACE - 90 + n % 80) for n in range(1000)]
    found = seen([*reads, *(with_alt(f"a{n}") for n in range(20))])
    with_change, without = found.groups
    assert (with_change.total, len(with_change.drawn)) == (20, 20)
    assert (without.total, len(without.drawn)) == (1000, DRAWN - 20)
    starts = [one.start for one in without.drawn]
    assert (min(starts), max(starts)) == (PLACE - 90, PLACE - 11)


def test_at_most_so_many_are_drawn_of_both_kinds(seen: Callable[..., WindowReads]) -> None:
    found = seen([r(f"{r.__name__}{n}") for n in range(300) for r in (read, with_alt)])
    assert [len(group.drawn) for group in found.groups] == [DRAWN // 2, DRAWN // 2]
    assert [group.total for group in found.groups] == [300, 300]


def test_evenly_spreads_over_all() -> None:
    assert evenly(range(10), 4) == [0, 2, 5, 7]
    assert evenly(range(3), 4) == [0, 1, 2]


def test_a_deletion_is_counted_as_it_is_in_calling(tmp_path: Path, fasta: pysam.FastaFile) -> None:
    start = PLACE - 50
    cut = REFERENCE[start:PLACE] + REFERENCE[PLACE + 12 : PLACE + 62]
    reads = [
        *(read(f"d{n}", start, "50M12D50M", cut) for n in range(4)),
        # an aligner that clips instead of opening a gap: the bases say the same
        read("clipped", start, "50M50S", cut),
        *(read(f"r{n}", start) for n in range(6)),
    ]
    change = trim(PLACE, REFERENCE[PLACE - 1 : PLACE + 12], REFERENCE[PLACE - 1])
    with pysam.AlignmentFile(str(write(tmp_path / "t.bam", reads))) as bam:
        locus = locus_of(fasta, "chr1", change)
        found = reads_of_change(bam, WINDOW, locus, COUNTING)
    assert (found.with_change, found.molecules) == (5, 11)
    assert found.groups[0].total == 5


def test_a_read_is_cut_into_what_is_drawn(tmp_path: Path) -> None:
    bases = REFERENCE[200:300]
    path = write(tmp_path / "t.bam", [read("a", 210, "10S20M5D20M3I20M300N17M10S", bases)])
    with pysam.AlignmentFile(str(path)) as bam:
        one = drawn_read(next(iter(bam)))
    assert [(piece.start, piece.end) for piece in one.pieces] == [
        (210, 230),
        (235, 255),
        (255, 275),
        (575, 592),
    ]
    assert one.gaps == ((230, 235, False), (275, 575, True))
    assert one.insertions == ((255, 3),)
    assert [(clip.start, clip.end) for clip in one.clips] == [(200, 210), (592, 602)]
    assert (one.start, one.end) == (200, 602)


JOIN = Join(PLACE + 1, "chr2", 500)


@pytest.mark.parametrize(
    ("given", "over"),
    [
        ({"tags": [("SA", "chr2,520,+,50M50S,60,0;")], "cigar": "50M50S"}, True),
        ({"tags": [("SA", "chr2,1900,+,50M50S,60,0;")], "cigar": "50M50S"}, False),
        ({"cigar": "50M50S"}, False),
        ({"flag": 1 | 64, "mate": (1, 700)}, True),
        ({"flag": 1 | 2 | 64, "mate": (1, 700)}, False),
        ({"flag": 1 | 8 | 64, "mate": (1, 700)}, False),
        ({"flag": 1 | 64, "mate": (0, PLACE + 100)}, False),
    ],
)
def test_a_read_goes_over_by_its_other_part_or_its_mate(
    tmp_path: Path, given: dict[str, Any], over: bool
) -> None:
    path = write(tmp_path / "t.bam", [read("a", **given)])
    with pysam.AlignmentFile(str(path)) as bam:
        assert goes_over(next(iter(bam)), JOIN) is over


@pytest.mark.parametrize(("skip", "over"), [(300, True), (200, False)])
def test_a_spliced_read_goes_over(tmp_path: Path, skip: int, over: bool) -> None:
    path = write(tmp_path / "t.bam", [read("a", cigar=f"50M{skip}N50M")])
    with pysam.AlignmentFile(str(path)) as bam:
        one = next(iter(bam))
        assert goes_over(one, Join(PLACE, "chr1", PLACE + 301)) is over
        assert goes_over(one, Join(PLACE + 301, "chr1", PLACE)) is over


def test_the_other_part_of_a_split_read_is_drawn_at_a_breakpoint(tmp_path: Path) -> None:
    tags = [("SA", "chr2,500,+,50M50S,60,0;")]
    split = [read(f"s{n}", cigar="50M50S", flag=2048, tags=tags) for n in range(100)]
    path = write(tmp_path / "t.bam", [*split, read("r"), read("d", flag=1024)])
    with pysam.AlignmentFile(str(path)) as bam:
        found = reads_of_join(bam, WINDOW, JOIN, COUNTING)
    assert [group.total for group in found.groups] == [100, 1]
    assert len(found.groups[0].drawn) == AT_JOIN - 1
    assert found.molecules is None


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("phase", [0, 1, 2])
def test_codons_are_those_of_the_spliced_transcript(
    fasta: pysam.FastaFile, strand: str, phase: int
) -> None:
    exons = [(900, 950), (970, 1003), (1010, 1130)]
    coding = "".join(REFERENCE[start:end] for start, end in [(910, 950), (970, 1003), (1010, 1106)])
    if strand == "-":
        exons, coding = exons[::-1], reverse_complement(coding)
    one = Transcript(
        id="T1", version=None, gene="G", gene_id="G1", chrom="chr1", strand=strand,
        biotype="protein_coding", exons=tuple(exons), cds=(910, 1106), cds_phase=phase,
    )  # fmt: skip
    protein = translate(coding[phase:][: (len(coding) - phase) // 3 * 3])
    first = 1 if phase else 0  # the codon that is not whole comes before
    for start, end in [(900, 1130), (960, 1012), (985, 1060)]:
        found = list(codons(fasta, one, start, end))
        assert found
        for codon in found:
            expected = protein[codon.number - 1 - first]
            assert codon.residue in {expected, "U" if expected == "*" else expected}
            assert all(start <= a < b <= end for a, b in codon.parts)
    whole = list(codons(fasta, one, 900, 1130))
    assert [codon.number for codon in whole] == [n + 1 + first for n in range(len(protein))]
    assert all(sum(b - a for a, b in codon.parts) == 3 for codon in whole)


class Tags(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())


def test_page_shows_the_finding_in_each_language_and_needs_nothing(tmp_path: Path) -> None:
    record = interpreted(records.record(findings=(finding(),)))
    shown = made(tmp_path, record)
    assert "4 reads show it (4 forward, 0 reverse)" in text_of(shown["en"])
    assert "4 lesninger viser endringen (4 forover, 0 revers)" in text_of(shown["nb"])
    (item,) = [one for one in record.interpretation.items if one.kind == "small_variant"]  # type: ignore[union-attr]
    for language in ("nb", "en"):
        page = shown[language]
        assert "EGFR p.(Leu858Arg)" in text_of(page)
        tags = Tags(page).found
        ids = [attributes["id"] for _, attributes in tags if attributes.get("id")]
        assert anchor(item.id) in ids
        assert len(ids) == len(set(ids))
        assert not {"script", "link", "img", "iframe", "object"} & {name for name, _ in tags}
        links = [str(attributes["href"]) for name, attributes in tags if name == "a"]
        away = [link for link in links if "//" in link]
        assert away == ["http://localhost:60151/goto?locus=chr1%3A961-1041"]
        assert "default-src 'none'" in page
        assert len(page) < 300_000
    assert 'lang="nb"' in shown["nb"]
    assert "C1.en.reads.html" in shown["nb"]


def test_other_alignments_than_the_records_are_told(tmp_path: Path) -> None:
    told = "count otherwise than the case record says"
    record = interpreted(records.record(findings=(finding(),)))
    assert told not in made(tmp_path, record)["en"]
    assert told in made(tmp_path, record, reads=[with_alt("a"), read("b")])["en"]


def test_a_place_without_reads_says_so(tmp_path: Path) -> None:
    record = interpreted(records.record(findings=(finding(alt_reads=0, depth=0, vaf=None),)))
    assert "No read here." in made(tmp_path, record, reads=[])["en"]


def test_session_names_alignments_beside_it_and_findings(tmp_path: Path) -> None:
    record = interpreted(records.record(findings=(finding(),)))
    root = ET.fromstring(made(tmp_path, record)["igv"])
    assert root.get("genome") == "toy.fa"
    (resource,) = root.iter("Resource")
    assert (resource.get("path"), resource.get("index")) == ("t.bam", "t.bam.bai")
    (region,) = root.iter("Region")
    assert region.get("description") == "EGFR p.(Leu858Arg)"


def test_known_assemblies_are_called_as_igv_calls_them(tmp_path: Path) -> None:
    record = records.record()
    panel = record.panel.model_copy(update={"genome": "GRCh38"})
    shown = made(tmp_path, interpreted(record.model_copy(update={"panel": panel})))
    assert ET.fromstring(shown["igv"]).get("genome") == "hg38"
    assert "No finding has a read view." in shown["en"]


def test_what_people_wrote_stays_text(tmp_path: Path) -> None:
    wild = "<script>alert(1)</script>\u202e{{7*7}}\x00" + "x" * 10_000
    record = interpreted(records.record(findings=(finding(),)))
    done = record.interpretation
    assert done
    items = tuple(
        one.model_copy(update={"name": wild}) if one.kind == "small_variant" else one
        for one in done.items
    )
    panel = record.panel.model_copy(update={"name": wild})
    changed = {"interpretation": done.model_copy(update={"items": items}), "panel": panel}
    shown = made(tmp_path, record.model_copy(update=changed))
    assert "<script" not in shown["en"]
    assert "&lt;script&gt;" in shown["en"]
    assert "{{7*7}}" in shown["en"]
    ET.fromstring(shown["igv"])


def test_a_sample_that_is_not_of_the_case_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made(tmp_path, interpreted(records.record()), sample="C2-T") == {"status": "2"}
    assert "C2-T is not a sample of this case" in capsys.readouterr().err


def test_a_report_links_what_has_a_view() -> None:
    key, flagged = finding(), finding("EGFR T790M", pos=PLACE + 9, filters=("low_vaf",))
    unsure = finding("EGFR A289G", pos=PLACE + 30)
    record = interpreted(records.lung(findings=(key, flagged, unsure)))
    view = ReportView.of(record)
    names = [line.name for line in with_reads(view)]
    assert {"EGFR p.(Leu858Arg)", "EGFR p.(Thr790Met)", "EML4::ALK"} <= set(names)
    assert "MET amplification" not in names
    calls = tuple(one.model_copy(update={"door": "vcf"}) for one in record.samples)
    assert not with_reads(ReportView.of(record.model_copy(update={"samples": calls})))


def test_both_sides_of_a_fusion_are_shown_by_dna_and_by_rna() -> None:
    view = ReportView.of(interpreted(records.lung()))
    lengths = records.CONTIGS
    (one,) = [place for place in places.places(view, lengths) if place.line.name == "EML4::ALK"]
    event = records.fusion()
    at = [(w.analyte, w.join and w.join.pos) for w in one.windows]
    assert at == [
        ("dna", event.pos_1),
        ("dna", event.pos_2),
        ("rna", event.rna_pos_1),
        ("rna", event.rna_pos_2),
    ]
    assert goto(one.windows[:2]).count("%20") == 1


def test_a_long_change_has_a_window_at_each_end() -> None:
    long = finding("EGFR L858R", start=PLACE - 30, end=PLACE + 90)
    view = ReportView.of(interpreted(records.record(findings=(long,))))
    (one,) = places.places(view, {"chr1": LENGTH})
    assert [(w.start, w.end) for w in one.windows] == [
        (PLACE - 70, PLACE + 10),
        (PLACE + 50, PLACE + 130),
    ]


def test_a_window_ends_where_the_contig_does() -> None:
    view = ReportView.of(interpreted(records.record(findings=(finding(start=5, end=6),))))
    (one,) = places.places(view, {"chr1": 30})
    assert [(w.start, w.end) for w in one.windows] == [(0, 30)]
    (one,) = places.places(view, {"chr2": 30})
    assert one.windows == ()


def test_anchors_are_plain_and_tell_findings_apart() -> None:
    assert anchor("chr7-51895-AGG-A") == "f-chr7-51895-AGG-A"
    assert anchor("EML4::ALK") == "f-EML4-ALK"
    long = ["chr7-5-A-" + "A" * 500, "chr7-5-A-" + "A" * 501]
    assert anchor(long[0]) != anchor(long[1])
    assert all(re.fullmatch(r"f-[\w.-]{1,80}", anchor(one)) for one in [*long, "\u202e", " "])
