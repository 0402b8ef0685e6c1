"""Each picture is sound XML of the right marks and labels, and of bounded size."""

import math
import random
import re
from xml.etree import ElementTree

import pytest

import records
from dugnad.record_biomarkers import TmbLimit
from dugnad.record_copy_number import CopyNumber, Purity, Track
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.pictures import (
    domains,
    exon_labels,
    fusion,
    gene_zoom,
    genome_depth,
    microsatellites,
    purity_scale,
    spectrum,
    svg,
    tmb_rules,
    transcripts,
)
from dugnad.report.pictures.axes import Axis, Genome, Squeezed, merge, spread
from dugnad.report.pictures.copies import Mixture
from dugnad.report.words import words_of

EN = words_of("en")
NAMESPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x00\x1b\ud800{{7*7}}" + "x" * 3000


def plain(words: str) -> str:
    """With plain blanks."""
    return " ".join(words.split())


class Picture:
    """A drawn picture, parsed; fails where it is no sound SVG."""

    def __init__(self, drawn: str) -> None:
        self.source = str(drawn)
        self.root = ElementTree.fromstring(self.source)
        assert self.root.tag == f"{NAMESPACE}svg"
        assert self.root.get("role") == "img"
        assert [child.tag for child in self.root[:2]] == [f"{NAMESPACE}title", f"{NAMESPACE}desc"]
        assert not re.search(r"\b(nan|inf)\b", self.source, re.I)
        assert "<script" not in self.source
        self.width, self.height = (float(v) for v in self.root.attrib["viewBox"].split()[2:])

    def marks(self, name: str) -> list[ElementTree.Element]:
        return [item for item in self.root.iter() if item.get("class") == name]

    def labels(self) -> list[str]:
        return [plain(item.text or "") for item in self.root.iter(f"{NAMESPACE}text")]

    def titles(self, name: str) -> list[str]:
        return [plain(mark.findtext(f"{NAMESPACE}title") or "") for mark in self.marks(name)]

    def check_labels_are_inside(self) -> None:
        """No text begins or ends outside the picture; fonts may be a tenth wider."""
        for item in self.root.iter(f"{NAMESPACE}text"):
            if item.get("transform"):
                continue
            size = float(item.get("font-size", svg.SIZE))
            width = svg.width_of(item.text or "", size)
            x = float(item.attrib["x"])
            x -= {"middle": width / 2, "end": width}.get(item.get("text-anchor", ""), 0)
            assert -0.1 * width - 1 <= x, item.text
            assert x + width <= self.width * 1.005 + 0.1 * width, item.text
            assert 0 < float(item.attrib["y"]) <= self.height


def test_depth_shows_every_segment_and_names_called_genes() -> None:
    part = records.copy_number()
    picture = Picture(genome_depth.draw(part, EN))
    assert len(picture.marks("segment")) == len(part.segments)
    # one line of BAF where both alleles are alike, else two
    expected = sum(1 if segment.baf == 0.5 else 2 for segment in part.segments)
    assert len(picture.marks("baf")) == expected
    names = [item.text for item in picture.marks("gene")]
    assert sorted(names) == ["CDKN2A", "EGFR", "MET", "STK11", "TP53"]
    assert {"1", "7", "22", "X", "Y", "log2 of depth", "BAF", "copies"} <= set(picture.labels())
    assert "KRAS" not in picture.source
    picture.check_labels_are_inside()


def test_dots_are_as_many_as_bins_when_there_is_room() -> None:
    points = [("chr1", 1000 * n, 0.2 * (n % 3)) for n in range(50)]
    track = Track(
        chrom=tuple(p[0] for p in points),
        pos=tuple(p[1] for p in points),
        value=tuple(p[2] for p in points),
    )
    empty = Track(chrom=(), pos=(), value=())
    part = records.copy_number(depth=track, baf=empty, segments=(), genes=())
    paths = [
        item.attrib["d"]
        for item in Picture(genome_depth.draw(part, EN)).root.iter(f"{NAMESPACE}path")
    ]
    assert sum(path.count("M") for path in paths) == 50


def many_bins(count: int) -> CopyNumber:
    draw = random.Random(3)
    names = list(records.CONTIGS)
    points = sorted((draw.choice(names), draw.randrange(250_000)) for _ in range(count))
    values = [draw.gauss(0, 0.3) for _ in points]
    values[:5] = [-math.inf, math.inf, math.nan, -30.0, 30.0]
    track = Track(
        chrom=tuple(p[0] for p in points), pos=tuple(p[1] for p in points), value=tuple(values)
    )
    return records.copy_number(depth=track, baf=track)


def test_ten_thousand_bins_stay_small_and_odd_values_do_no_harm() -> None:
    picture = Picture(genome_depth.draw(many_bins(10_000), EN))
    assert len(picture.source) < 400_000
    part = many_bins(10_000)
    for gene in part.genes:
        assert len(gene_zoom.draw(part, gene, EN)) < 20_000
    # half a pixel holds one dot, so that there is an upper bound
    dense = svg.dots(((n % 100 / 7, n % 90 / 7) for n in range(100_000)), 2)
    assert len(dense) < 15_000


def test_forty_called_genes_do_not_overlap() -> None:
    genes = tuple(
        records.gene(f"GENE{n}", 7.0, "amplification", start=4000 * n, end=4000 * n + 900)
        for n in range(60)
    )
    picture = Picture(genome_depth.draw(records.copy_number(genes=genes), EN))
    marks = picture.marks("gene")
    assert len(marks) == genome_depth.LABELS
    places = [(float(m.attrib["y"]), float(m.attrib["x"])) for m in marks]
    for (row, x), (next_row, next_x) in zip(sorted(places), sorted(places)[1:], strict=False):
        assert row != next_row or next_x - x > svg.width_of("GENE10") - 1
    picture.check_labels_are_inside()


def test_copies_beside_depth_only_where_they_fit_the_segments() -> None:
    part = records.copy_number(purity=records.purity(used=records.PURITY))
    mixture = Mixture.of(part)
    assert mixture
    assert mixture.log2(2) == pytest.approx(0)
    assert mixture.log2(4) == pytest.approx(records.log2(4))
    assert [copies for copies, _ in mixture.lines(-2, 1, 0.01)] == [0, 1, 2, 3, 4]
    # another centre than the mean genome: the scale would be wrong, so there is none
    shifted = tuple(s.model_copy(update={"log2": s.log2 + 0.4}) for s in part.segments)
    assert Mixture.of(part.model_copy(update={"segments": shifted})) is None
    unknown = records.purity(used=None, used_from="none")
    assert Mixture.of(records.copy_number(purity=unknown)) is None


def test_zoom_has_the_genes_bins_its_neighbours_and_limits() -> None:
    part = records.copy_number(purity=records.purity(used=records.PURITY))
    met = next(gene for gene in part.genes if gene.gene == "MET")
    picture = Picture(gene_zoom.draw(part, met, EN))
    within = sum(
        chrom == met.chrom and met.start <= pos < met.end
        for chrom, pos in zip(part.depth.chrom, part.depth.pos, strict=True)
    )
    beside, inside = [item.attrib["d"].count("M") for item in picture.root.iter(f"{NAMESPACE}path")]
    assert inside == within
    assert beside == 2 * gene_zoom.NEIGHBOURS
    assert len(picture.marks("limit")) == 2
    assert {"amplification 6", "homozygous deletion 0.5", "MET"} <= set(picture.labels())
    assert len(picture.marks("segment")) >= 2
    picture.check_labels_are_inside()
    met_exons = next(p for p in records.partners() if p.gene == "MET")
    drawn = gene_zoom.draw(part, met, EN, met_exons)
    assert len(re.findall("<title>exon", drawn)) == len(met_exons.exons)


def test_a_zoom_without_any_bin_is_drawn_empty() -> None:
    empty = Track(chrom=(), pos=(), value=())
    part = records.copy_number(depth=empty, segments=())
    Picture(gene_zoom.draw(part, part.genes[0], EN)).check_labels_are_inside()


def drawn_fusion(found: Rearrangement) -> Picture:
    picture = Picture(fusion.draw(found, records.partners(), EN))
    picture.check_labels_are_inside()
    return picture


def test_fusion_keeps_the_right_exons_of_either_gene() -> None:
    picture = drawn_fusion(records.fusion())
    exons = picture.titles("exon")
    assert len(exons) == 23 + 29
    assert sum("kept" in title for title in exons) == 13 + 10
    kept = picture.titles("kept")
    assert kept == [
        *(f"EML4 exon {n}" for n in range(1, 14)),
        *(f"ALK exon {n}" for n in range(20, 30)),
    ]
    starts = [float(mark.attrib["x"]) for mark in picture.marks("kept")]
    assert starts == sorted(starts)
    labels = picture.labels()
    assert {"In frame", "protein kinase: kept", "34 split reads, 21 pairs"} <= set(labels)
    assert {"58 reads across, 40 pairs", "by star, pizzly", "VAF 24 %"} <= set(labels)
    # ALK comes first on the chromosome; its breakpoint is drawn with it all the same
    assert "DNA chr2:73,300" in labels[: labels.index("ALK")]
    assert "DNA chr2:37,500" in labels[labels.index("ALK") :]
    assert len(picture.marks("break")) == 2
    assert len(picture.marks("rna")) == 2


def test_numbers_of_the_exons_that_join_are_never_left_out() -> None:
    exons = [(10.0 * n, n + 10) for n in range(30)]
    drawn = "".join(exon_labels.draw(exons, 0, 155))
    assert ">25<" in drawn
    assert ">26<" in drawn
    assert drawn.count("<text") < 30
    assert drawn.count("<text") > 10


def test_breakpoints_lie_between_the_exons_that_part() -> None:
    five, three = transcripts.sides(records.fusion(), records.partners())
    assert five and three
    axis = fusion._axis(five)
    exons = five.gene.exons
    assert axis(exons[12][1]) < axis(five.dna[0][1]) < axis(exons[13][0])
    axis = fusion._axis(three)
    exons = three.gene.exons
    # the minus strand is drawn from right to left, so that exon 1 is at the left
    assert axis(exons[0][0]) < axis(exons[28][0])
    assert axis(exons[18][0]) < axis(three.dna[0][1]) < axis(exons[19][1])


def test_domains_are_kept_cut_or_lost_by_the_exons_that_encode_them() -> None:
    five, three = transcripts.sides(records.fusion(), records.partners())
    assert five and three
    assert [five.fate(domain) for domain in five.gene.domains] == ["kept", "cut"]
    assert [three.fate(domain) for domain in three.gene.domains] == ["lost", "kept"]
    # residue 1 is the first codon after the untranslated bases, on the minus strand too
    first = three.gene.domains[0].model_copy(update={"first": 1, "last": 1})
    last = three.gene.coding[1] if three.gene.coding else 0
    assert three.domain_parts(first) == [(0, (last - 3, last))]
    total = sum(b - a for exon in five.gene.exons for a, b in [five.coding(exon) or (0, 0)])
    whole = first.model_copy(update={"first": 1, "last": total // 3})
    assert sum(b - a for _, (a, b) in five.domain_parts(whole)) == total // 3 * 3


def test_out_of_frame_is_said_and_its_domain_not_read() -> None:
    picture = drawn_fusion(records.fusion(frame="out_of_frame", domain_kept="lost"))
    assert {"Out of frame", "out of frame", "kinase (not in frame)"} <= set(picture.labels())


def test_skipping_is_one_gene_with_its_exon_left_out() -> None:
    picture = drawn_fusion(records.skipping())
    lost = [title for title in picture.titles("exon") if "lost" in title]
    assert lost == ["exon 14, lost"]
    assert len(picture.titles("kept")) == 20
    assert "MET exon 14" not in picture.titles("kept")
    assert "no evidence, or not looked for" in picture.labels()


@pytest.mark.parametrize(
    "changes",
    [
        {"gene_5": None, "exon_5": None},
        {"exon_3": None, "frame": "unknown"},
        {"gene_3": "NOBODY"},
        {"exon_5": 99},
        {"pos_1": None, "pos_2": None, "rna_pos_1": None},
        {"pos_1": 10**9, "pos_2": 10**9},
    ],
    ids=str,
)
def test_what_is_not_known_of_a_fusion_is_left_out(changes: dict[str, object]) -> None:
    drawn_fusion(records.fusion(**changes))


def test_breakpoints_that_could_be_of_either_gene_are_not_drawn() -> None:
    five = records.partner("EML4", "+", 1000, 23)
    three = records.partner("ALK", "-", 1000, 29)
    found = records.fusion(pos_1=5000, pos_2=6000, rna_pos_1=None)
    one, two = transcripts.sides(found, [five, three])
    assert one and two
    assert (one.dna, two.dna) == ((), ())
    apart = [five.model_copy(update={"chrom": "chr9"}), three.model_copy(update={"chrom": "chr2"})]
    one, two = transcripts.sides(found.model_copy(update={"chrom_2": "chr9"}), apart)
    assert one and two
    assert (one.dna, two.dna) == ((("chr9", 6000),), (("chr2", 5000),))


def test_domains_in_rows_do_not_overlap() -> None:
    model = records.partners()[1].domains[0]
    placed = [domains.Placed(10.0 + n, 60.0 + n, model, "#000") for n in range(6)]
    parts, bottom = domains.draw(placed, 0, (0, 600), EN)
    assert len(parts) == 2 * domains.ROWS
    assert bottom == domains.ROW * domains.ROWS


def test_spectrum_has_a_bar_per_context_in_its_colour() -> None:
    part = records.signatures()
    picture = Picture(spectrum.draw(part, EN))
    bars = picture.titles("context")
    assert len(bars) == sum(count > 0 for count in part.spectrum)
    assert bars[0] == f"A[C>A]C: {part.spectrum[1]}"
    assert bars[-1].startswith("T[T>G]T") == (part.spectrum[95] > 0)
    kinds = ["C>A", "C>G", "C>T", "T>A", "T>C", "T>G"]
    assert [label for label in picture.labels() if ">" in label] == kinds
    picture.check_labels_are_inside()


def test_signatures_have_bars_and_intervals() -> None:
    picture = Picture(spectrum.draw_assigned(records.signatures(), EN))
    assert len(picture.marks("share")) == 3
    assert len(picture.marks("interval")) == 3
    assert {"SBS4", "tobacco smoking", "cause not known"} <= set(picture.labels())
    picture.check_labels_are_inside()


def test_microsatellites_are_marked_when_unstable() -> None:
    part = records.msi()
    picture = Picture(microsatellites.draw(part, EN))
    assert len(picture.marks("locus")) == len(part.shown)
    unstable = [locus for locus in part.shown if locus.status == "unstable"]
    assert len(picture.marks("unstable")) == len(unstable)
    assert picture.labels().count("unstable") == len(unstable)
    assert len(picture.marks("tumour")) == len(picture.marks("normal"))
    assert "not usable" in picture.labels()


def test_microsatellite_lengths_are_trimmed_to_what_is_seen() -> None:
    base = records.locus("m", "stable", 0)
    changes = {
        "first_length": 5,
        "shares": (0.0, 0.0, 1.0),
        "normal_shares": (0.0, 0.1, 0.9, 0.001),
    }
    locus = base.model_copy(update=changes)
    assert microsatellites.trimmed(locus) == (6, [0.0, 1.0], [0.1, 0.9])
    nothing = base.model_copy(update={"shares": (), "normal_shares": ()})
    assert microsatellites.trimmed(nothing) == (8, [], [])
    long = base.model_copy(update={"shares": (0.01,) * 100})
    assert len(microsatellites.trimmed(long)[1]) == microsatellites.LENGTHS
    drawn = microsatellites.draw(records.msi(shown=(locus, nothing, long)), EN)
    Picture(drawn)


def test_purity_shows_both_figures_and_rivals() -> None:
    picture = Picture(purity_scale.draw(records.purity(), EN))
    assert [len(picture.marks(name)) for name in ("stated", "estimated", "used")] == [1, 1, 1]
    assert len(picture.marks("interval")) == 1
    assert len(picture.marks("rival")) == 2
    assert {"stated", "estimated*", "ploidy 3.9", "ploidy 1.4"} <= set(picture.labels())
    stated, estimated = picture.titles("stated"), picture.titles("estimated")
    assert (stated, estimated) == (["stated 60 %"], ["estimated 57 %"])
    picture.check_labels_are_inside()


@pytest.mark.parametrize(
    "purity",
    [
        records.purity(stated=None),
        records.purity(estimated=None, lower=None, upper=None, fits=()),
        records.purity(stated=None, estimated=None, used=None, used_from="none", fits=()),
    ],
)
def test_purity_that_is_not_known_is_said(purity: Purity) -> None:
    picture = Picture(purity_scale.draw(purity, EN))
    unknown = [value is None for value in (purity.stated, purity.estimated)]
    assert picture.labels().count("not known") == sum(unknown)


def test_tmb_has_a_dot_per_rule_that_could_be_assessed() -> None:
    rules = records.tmb().rules
    picture = Picture(tmb_rules.draw(rules, EN))
    assert len(picture.marks("tmb")) == 3
    assert len(picture.marks("interval")) == 3
    assert len(picture.marks("limit")) == 2
    assert {"not assessable", "intermediate from 5", "high from 20"} <= set(picture.labels())
    picture.check_labels_are_inside()
    # limits of their own are drawn in the rule's row alone
    own = rules[0].model_copy(update={"limits": (TmbLimit(category="high", value=10),)})
    assert len(Picture(tmb_rules.draw([own, rules[1]], EN)).marks("limit")) == 3


def test_names_that_people_wrote_stay_text() -> None:
    gene = records.gene("MET", 9.0, "amplification").model_copy(update={"gene": HOSTILE})
    part = records.copy_number(genes=(gene,))
    found = records.fusion(name=HOSTILE, gene_5=HOSTILE, domain=HOSTILE, called_by=(HOSTILE,))
    named = records.partners()[0].model_copy(update={"gene": HOSTILE, "transcript": HOSTILE})
    rule = records.tmb().rules[0].model_copy(update={"name": HOSTILE})
    locus = records.locus(HOSTILE, "unstable", 1)
    signature = records.signatures().assigned[0]
    signature = signature.model_copy(update={"name": HOSTILE, "aetiology": HOSTILE})
    for drawn in (
        genome_depth.draw(part, EN),
        gene_zoom.draw(part, gene, EN),
        fusion.draw(found, [named, *records.partners()], EN),
        tmb_rules.draw([rule], EN),
        microsatellites.draw(records.msi(shown=(locus,)), EN),
        spectrum.draw_assigned(records.signatures(assigned=(signature,)), EN),
    ):
        Picture(drawn).check_labels_are_inside()


def test_numbers_that_are_none_have_no_place() -> None:
    with pytest.raises(ValueError, match="no place in a picture"):
        svg.line(0, math.nan, 1, 1)
    assert svg.line(-0.01, 1.0, 2.25, 10) == '<line x1="0" y1="1" x2="2.2" y2="10"/>'


def test_axes() -> None:
    axis = Axis(0, 10, 100, 0)
    assert [axis(v) for v in (-1, 0, 5, 10, 11)] == [100, 100, 50, 0, 0]
    assert axis.ticks() == [0, 2, 4, 6, 8, 10]
    assert merge([(5, 9), (1, 3), (3, 4), (8, 12), (2, 2)]) == [(1, 4), (5, 12)]
    squeezed = Squeezed.of([(0, 10), (1000, 1010)], 5, 0, 25)
    assert [squeezed(pos) for pos in (-5, 0, 10, 1000, 1010, 9999)] == [0, 0, 10, 15, 25, 25]
    backwards = Squeezed.of([(0, 10), (1000, 1010)], 5, 25, 0)
    assert [backwards(pos) for pos in (0, 1010)] == [25, 0]
    genome = Genome.of({"chrX": 50, "chr10": 100, "chr2": 100, "chrY": 50}, 0, 306)
    assert list(genome.starts) == ["chr2", "chr10", "chrX", "chrY"]
    assert genome("chr10", 50) == pytest.approx(152)
    assert spread([10, 12, 60], [20, 20, 20], 0, 100) == [0, 1, 0]
