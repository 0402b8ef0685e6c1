"""Fusions by inversion and skipped exons, in DNA, in RNA and in the truth."""

from dataclasses import replace
from typing import Any

import pytest
from toy_cells import toy_case

from dugnad.demo.case_recipe import CaseRecipe, Signature
from dugnad.demo.case_truth import case_expected
from dugnad.demo.cells import Cells, Person
from dugnad.demo.expected import ExpectedCase
from dugnad.demo.expression import transcripts
from dugnad.demo.gene import Exon, Gene, Transcript, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.interval import Interval
from dugnad.demo.patients import World, patient
from dugnad.demo.sequence import random_background, reverse_complement
from dugnad.errors import UserError

FUSION = {
    "genes": ["HEAD", "TAIL"],
    "introns": [1, 1],
    "haplotype": 1,
    "expression": 1,
    "why": "test",
}


def toy_gene(contig: str, name: str, start: int, strand: Any) -> Gene:
    """Two exons of 100 bases with an intron of 100."""
    stretch = contig[start : start + 300]
    sequence = stretch if strand == "+" else reverse_complement(stretch)
    exons = (Exon(1, 0, 100), Exon(2, 200, 300))
    return Gene(
        name, name, "chr1", strand, start, sequence, (Transcript(name, True, exons, 0, 200),)
    )


@pytest.mark.parametrize(("head", "tail"), [("+", "-"), ("-", "+")])
@pytest.mark.parametrize("first", [1000, 3000])
def test_an_inversion_joins_the_partners(head: str, tail: str, first: int) -> None:
    """The truth's breakpoints, read from the turned chromosome; and the fused transcript."""
    contig = random_background(1, "chr1", 5000).decode()
    genes = (toy_gene(contig, "HEAD", first, head), toy_gene(contig, "TAIL", 4000 - first, tail))
    genome = Genome({"chr1": contig}, genes, {"chr1": 2500})
    plain = Signature(source="PMID:1234", patterns={"N[C>T]N": 1.0})
    world = World(genome, (Interval("chr1", 0, 300),), (), (), {"ageing": plain}, 1)
    case = toy_case(fusions=[FUSION])
    (turn,) = patient(world, case).inversions
    low, high = turn.interval.start, turn.interval.end
    turned = contig[:low] + reverse_complement(contig[low:high]) + contig[high:]
    fusion = expected(world, case).fusions[0]
    (_, left), (_, right) = fusion.breakpoints
    before = contig[left - 15 : left] if head == "+" else contig[left - 1 : left + 14]
    after = contig[right - 1 : right + 14] if tail == "+" else contig[right - 15 : right]
    before, after = (
        text if strand == "+" else reverse_complement(text)
        for text, strand in ((before, head), (after, tail))
    )
    assert before + after in turned + "|" + reverse_complement(turned)
    assert before in genes[0].sequence and after in genes[1].sequence
    assert left == genes[0].on_genome(149, 150)[1] and right == genes[1].on_genome(150, 151)[1]
    places = [genes[0].on_genome(99, 100)[1], genes[1].on_genome(200, 201)[1]]
    assert fusion.rna_junction == (("chr1", places[0]), ("chr1", places[1]))
    made = next(t for t in transcripts(genome, case, 1) if t.only == "HEAD::TAIL")
    texts = [(contig[exon.start : exon.end], strand) for exon, strand in made.exons]
    spliced = "".join(t if strand == "+" else reverse_complement(t) for t, strand in texts)
    assert spliced == genes[0].sequence[:100] + genes[1].sequence[200:]


def expected(world: World, case: CaseRecipe) -> ExpectedCase:
    """What the truth says of the case, were there no variants."""
    pairs = dict.fromkeys((sample.id for sample in case.samples), 1)
    cells: dict[str, tuple[Cells, ...]] = dict.fromkeys(pairs, ())
    return case_expected(world, case, (), cells, pairs, 1.0)


def test_the_real_fusion_joins_the_known_exons(
    world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """EML4 up to exon 13 and ALK from exon 20 on: variant 1."""
    fusion = expected(world, cases["IPX0002"]).fusions[0]
    assert (fusion.name, fusion.exons) == ("EML4::ALK", (13, 20))
    (turn,) = patients["IPX0002"].inversions
    assert (turn.clone, turn.haplotype, turn.mark) == ("A", 1, "EML4::ALK")
    assert [place for _, place in fusion.breakpoints] == [turn.interval.end, turn.interval.start]
    made = transcripts(world.genome, cases["IPX0002"], 1)[-1]
    assert (made.expression, made.only, made.unless) == (3, "EML4::ALK", None)
    assert len(made.exons) == 13 + len(by_name(world.genome.genes, "ALK").preferred.exons) - 19


def test_skipping_divides_the_expression(
    world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """Copies with the splice variant make nine parts without exon 14 and one with it."""
    made = transcripts(world.genome, cases["IPX0001"], 1)
    gene = by_name(world.genome.genes, "MET")
    normal, rest, skipping = [t for t in made if t.name.startswith(gene.preferred.id)]
    mark = "MET_exon14_skipping"
    assert [(t.only, t.unless) for t in (normal, rest, skipping)] == [
        (None, mark), (mark, None), (mark, None),
    ]  # fmt: skip
    level = normal.expression
    assert [rest.expression, skipping.expression] == pytest.approx([0.1 * level, 0.9 * level])
    left_out = set(normal.exons) - set(skipping.exons)
    place = next(exon for exon in gene.preferred.exons if exon.rank == 14)
    assert [(e.start, e.end) for e, _ in left_out] == [gene.on_genome(place.start, place.end)]
    assert normal.exons == rest.exons and len(skipping.exons) == len(normal.exons) - 1
    assert set(patients["IPX0001"].marked.values()) == {mark}
    (splice,) = expected(world, cases["IPX0001"]).splice_variants
    ends = {exon.rank: gene.on_genome(exon.start, exon.end) for exon in gene.preferred.exons}
    assert (splice.gene, splice.exon, splice.fraction, gene.strand) == ("MET", 14, 0.9, "+")
    assert splice.rna_junction == (("chr7", ends[13][1]), ("chr7", ends[15][0] + 1))
    others = {t.name: t for t in made if "MET" not in t.name and t.only is None}
    assert all(t.unless is None for name, t in others.items() if name != gene.preferred.id)
    elsewhere = transcripts(world.genome, cases["IPX0002"], 1)
    same = {t.name: t.expression for t in elsewhere if t.only is None}
    assert {name: t.expression for name, t in others.items()} == same
    assert len(same) == len(world.genome.genes) and len(set(same.values())) == len(same)


def test_nothing_lies_at_a_breakpoint(
    world: World, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """Neither what is drawn nor what is planted is within 30 bases of where ALK breaks."""
    place = patients["IPX0002"].inversions[0].interval.start
    gene = by_name(world.genome.genes, "ALK")
    window = Interval(gene.contig, place - 40, place + 40)
    background = {"germline_private": 1, "somatic": 1, "signature": "ageing"}
    case = CaseRecipe.model_validate(
        cases["IPX0002"].model_dump(mode="json") | {"variants": [], "background": background}
    )
    for seed in range(12):
        person = patient(replace(world, regions=(window,), sites=(), seed=seed), case)
        drawn = [v.allele.position - 1 for v in (*person.germline, *person.somatic)]
        assert drawn and all(at < place - 30 or at >= place + 30 for at in drawn), drawn
    site = gene.from_genome(place)
    (last,) = (exon.end - 1 for exon in gene.preferred.exons if exon.rank == 19)
    number = gene.preferred.coding_positions.index(last) + 1
    middle = site - last
    for distance, fits in ((0, False), (25, False), (35, True)):
        base = gene.sequence[last + middle + distance]
        change = f"c.{number}+{middle + distance}{base}>{'A' if base != 'A' else 'C'}"
        near = {"gene": "ALK", "change": change, "origin": "germline", "why": "test"}
        crowded = CaseRecipe.model_validate(case.model_dump(mode="json") | {"variants": [near]})
        if fits:
            assert patient(world, crowded).germline[0].hgvs_c == change
        else:
            with pytest.raises(UserError, match="from another variant or a breakpoint"):
                patient(world, crowded)
