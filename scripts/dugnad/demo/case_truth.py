"""What must be found in a case, worked out from its cells alone."""

import re
from collections.abc import Mapping, Sequence

from dugnad.demo.case_recipe import ROUNDING, CaseRecipe, Fusion, Planted, Skipping
from dugnad.demo.cells import Cells, Person, expected_vaf, lineage, mean_copies
from dugnad.demo.copies import clone_of, clone_segments, region_of
from dugnad.demo.expected import (
    ExpectedBiomarkers,
    ExpectedCase,
    ExpectedDiplotype,
    ExpectedFusion,
    ExpectedHrd,
    ExpectedMsi,
    ExpectedSample,
    ExpectedSplice,
    ExpectedTier,
    ExpectedTmb,
    ExpectedVerdict,
)
from dugnad.demo.expression import exons_of, fusion_exons, junction
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.interval import Interval
from dugnad.demo.molecules import Artefact
from dugnad.demo.patients import World, middle_of_intron
from dugnad.demo.scars import scars
from dugnad.demo.truth import TruthSegment, TruthVariant

TMB_MIN_VAF = 0.05  # PRONTO's rule for TSO500: VAF of at least 5 %
IN_CODING = re.compile(r"c\.\d+(_\d+)?(?![\d_+-])")  # neither in an intron nor in an UTR


def truth_variants(
    genome: Genome,
    person: Person,
    tumour: Sequence[Cells],
    normal: Sequence[Cells] | None,
    artefacts: Sequence[Artefact],
) -> list[TruthVariant]:
    """The patient's variants that show in a sample, and the tumour's artefacts, in genome order."""
    transcripts = {gene.name: gene.preferred.id for gene in genome.genes}
    found = []
    for variant in (*person.germline, *person.somatic):
        vaf = expected_vaf(tumour, variant) or 0.0
        normal_vaf = None if normal is None else expected_vaf(normal, variant) or 0.0
        if not vaf and not normal_vaf:
            continue
        allele = variant.allele
        found.append(
            TruthVariant(
                *(allele.contig, allele.position, allele.ref, allele.alt),
                origin=variant.origin,
                vaf=vaf,
                normal_vaf=normal_vaf,
                planted=variant.planted,
                clone=variant.clone,
                gene=variant.gene,
                transcript=transcripts[variant.gene] if variant.gene else None,
                hgvs_c=variant.hgvs_c,
                hgvs_p=variant.hgvs_p,
                why=variant.why,
            )
        )
    found += [_artefact(item, normal is not None) for item in artefacts]
    return sorted(found, key=lambda v: (contig_order(v.chrom), v.pos, v.ref, v.alt))


def _artefact(item: Artefact, has_normal: bool) -> TruthVariant:
    return TruthVariant(
        *(item.contig, item.position + 1, item.ref, item.alt),
        origin="artefact",
        vaf=item.fraction,
        normal_vaf=0.0 if has_normal else None,
        planted=False,
        clone=None,
        gene=None,
        transcript=None,
        hgvs_c=None,
        hgvs_p=None,
        why=f"only in reads of orientation {item.orientation}",
    )


def truth_segments(genome: Genome, case: CaseRecipe, tumour: Sequence[Cells]) -> list[TruthSegment]:
    """The case's copy-number events in genome order."""
    fractions = {clone.name: clone.fraction for clone in case.clones}
    found = []
    for event in case.copy_numbers:
        region = region_of(genome, event.region)
        clone = clone_of(case, event)
        middle = (region.start + region.end) // 2
        found.append(
            TruthSegment(
                *(region.contig, region.start, region.end, event.region, *event.copies),
                clone=clone,
                clone_fraction=fractions[clone],
                sample_copies=round(mean_copies(tumour, region.contig, middle), 4),
                call=event.call,
                why=event.why,
            )
        )
    return sorted(found, key=lambda s: (contig_order(s.chrom), s.start))


def case_expected(
    world: World,
    case: CaseRecipe,
    variants: Sequence[TruthVariant],
    cells: Mapping[str, Sequence[Cells]],
    pairs: Mapping[str, int],
    scale: float,
) -> ExpectedCase:
    """Everything else that is expected of the case; ``cells`` and ``pairs`` by sample."""
    return ExpectedCase(
        case=case.id,
        title=case.title,
        tumour_type=case.tumour_type,
        panel=case.panel,
        sex=case.sex,
        stated_sex=case.stated_sex or case.sex,
        samples=tuple(
            ExpectedSample(
                sample=sample.id,
                role=sample.role,
                analyte=sample.analyte,
                depth=None if sample.depth is None else sample.depth * scale,
                read_pairs=pairs[sample.id],
                purity=case.purity if sample.role == "tumour" else sample.tumour_cells,
                mean_copies=_average(world.regions, cells[sample.id])
                if sample.analyte == "dna"
                else None,
            )
            for sample in case.samples
        ),
        fusions=tuple(_fusion(world.genome, item) for item in case.fusions),
        splice_variants=tuple(_splice(world.genome, item) for item in case.skipping),
        biomarkers=_biomarkers(world, case, variants),
        diplotypes=tuple(ExpectedDiplotype(**d.model_dump()) for d in case.diplotypes),
        tiers=tuple(_tiers(case)),
        verdicts=tuple(ExpectedVerdict(**v.model_dump()) for v in case.verdicts),
        not_assessable=case.not_assessable,
    )


def _average(regions: Sequence[Interval], cells: Sequence[Cells]) -> float:
    """Copies of the average target base."""
    bases = sum(region.end - region.start for region in regions)
    total = sum((r.end - r.start) * mean_copies(cells, r.contig, r.start) for r in regions)
    return round(total / bases, 4)


def _fusion(genome: Genome, item: Fusion) -> ExpectedFusion:
    head, tail = (by_name(genome.genes, name) for name in item.genes)
    breaks = [middle_of_intron(g, n) for g, n in zip((head, tail), item.introns, strict=True)]
    exons = fusion_exons(genome, item)
    last = len(exons_of(head, last=item.introns[0])) - 1
    return ExpectedFusion(
        name="::".join(item.genes),
        genes=item.genes,
        exons=(item.introns[0], item.introns[1] + 1),
        breakpoints=(
            (head.contig, breaks[0] + (head.strand == "-")),
            (tail.contig, breaks[1] + (tail.strand == "+")),
        ),
        rna_junction=junction(exons, last),
        why=item.why,
    )


def _splice(genome: Genome, item: Skipping) -> ExpectedSplice:
    gene = by_name(genome.genes, item.gene)
    exons = [
        placed
        for placed, exon in zip(exons_of(gene), gene.preferred.exons, strict=True)
        if exon.rank != item.exon
    ]
    last = sum(exon.rank < item.exon for exon in gene.preferred.exons) - 1
    return ExpectedSplice(
        gene=item.gene,
        exon=item.exon,
        rna_junction=junction(exons, last),
        fraction=item.fraction,
        why=item.why,
    )


def _biomarkers(
    world: World, case: CaseRecipe, variants: Sequence[TruthVariant]
) -> ExpectedBiomarkers:
    coding = [
        v
        for v in variants
        if v.origin == "somatic"
        and IN_CODING.match(v.hgvs_c or "")
        and v.vaf >= TMB_MIN_VAF - ROUNDING
    ]
    silent = [v for v in coding if v.hgvs_p and v.hgvs_p.endswith("=)")]
    unstable = [v for v in variants if "unstable microsatellite" in v.why]
    segments = clone_segments(world.genome, case, lineage(case, case.founder), focal=False)
    return ExpectedBiomarkers(
        tmb=ExpectedTmb(
            coding=len(coding),
            nonsynonymous=len(coding) - len(silent),
            denominator_mb=round(coding_bases(world) / 1e6, 6),
            min_vaf=TMB_MIN_VAF,
        ),
        msi=ExpectedMsi(status=case.msi, unstable=len(unstable), loci=len(world.genome.msi)),
        hrd=ExpectedHrd(**scars(segments, world.genome.centromeres)),
        signature=case.background.signature,
    )


def coding_bases(world: World) -> int:
    """Coding bases of preferred transcripts that lie on target."""
    total = 0
    for gene in world.genome.genes:
        coding = gene.preferred.coding_positions
        for exon in gene.preferred.exons:
            start, end = max(exon.start, coding[0]), min(exon.end, coding[-1] + 1)
            low, high = gene.on_genome(start, max(start, end))
            total += sum(
                max(0, min(high, r.end) - max(low, r.start))
                for r in world.regions
                if r.contig == gene.contig
            )
    return total


def _told(variant: Planted) -> str:
    """Its protein change, or its coding change where that of the protein is not known."""
    return variant.protein if variant.protein not in (None, "p.?") else variant.change


def _tiers(case: CaseRecipe) -> list[ExpectedTier]:
    """The findings that the recipe names a tier for, of all kinds."""
    named = [
        *(("small_variant", f"{v.gene} {_told(v)}", v) for v in case.variants),
        *(("copy_number", f"{c.region} {c.call}", c) for c in case.copy_numbers),
        *(("fusion", "::".join(f.genes), f) for f in case.fusions),
        *(("splice_variant", f"{s.gene} exon {s.exon} skipping", s) for s in case.skipping),
    ]
    return [
        ExpectedTier(kind=kind, finding=finding, tier=item.tier, source=item.tier_source)
        for kind, finding, item in named
        if item.tier is not None
    ]
