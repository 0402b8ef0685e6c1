"""Case records built directly: what the report must be able to tell."""

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from builders import panel_data
from dugnad.panel_rules import Origin
from dugnad.record import CaseRecord, PanelRecord, SampleRecord
from dugnad.record_biomarkers import (
    Biomarkers,
    Hrd,
    Msi,
    MsiLocus,
    Signature,
    Signatures,
    Tmb,
    TmbLimit,
    TmbRule,
)
from dugnad.record_copy_number import (
    CopyCall,
    CopyLimit,
    CopyNumber,
    Fit,
    GeneCopies,
    Purity,
    PurityCall,
    Segment,
    Track,
)
from dugnad.record_rearrangements import Domain, PartnerGene, Rearrangement, Rearrangements

PURITY = 0.6
CONTIGS = {f"chr{name}": 250_000 - 9_000 * n for n, name in enumerate((*range(1, 23), "X", "Y"))}
GENES = {
    "MET": ("chr7", 116_000, 124_000),
    "EGFR": ("chr7", 55_000, 62_000),
    "CDKN2A": ("chr9", 21_900, 23_600),
    "STK11": ("chr19", 1_200, 4_000),
    "TP53": ("chr17", 7_600, 10_100),
}


def sample(name: str = "C1-T", **changes: Any) -> SampleRecord:
    given = {
        "id": name,
        "role": "tumour",
        "analyte": "dna",
        "door": "fastq",
        "sex": "female",
        "purity": PURITY,
        "verdict": "pass",
        "reasons": (),
        "metrics": (),
    }
    return SampleRecord.model_validate(given | changes)


def record(**changes: Any) -> CaseRecord:
    """A case of one tumour sample in which nothing was found and nothing else was assessed."""
    panel = PanelRecord(
        id="tiny",
        version="1.0.0",
        name="Tiny panel",
        genome="tiny-1",
        genes=tuple(GENES),
        callable_depth=20,
        filters=(),
        origin=Origin.model_validate(panel_data()["origin"]),
    )
    given = {
        "case": "C1",
        "created": datetime(2026, 1, 1, tzinfo=UTC),
        "tumour_type": "LUAD",
        "consent": "clinical",
        "verdict": "pass",
        "panel": panel,
        "samples": (sample(),),
        "findings": (),
        "places": (),
        "depth_known": True,
        "annotated": True,
        "sources": (),
        "software": (),
        "code": "0" * 8,
    }
    return CaseRecord(**(given | changes))


def log2(copies: float, purity: float = PURITY) -> float:
    return math.log2((purity * copies + 2 * (1 - purity)) / 2)


def gene(name: str, copies: float | None, call: CopyCall, **changes: Any) -> GeneCopies:
    chrom, start, end = GENES.get(name, ("chr1", 1_000, 4_000))
    given = {
        "gene": name,
        "chrom": chrom,
        "start": start,
        "end": end,
        "bins": 14,
        "log2": None if copies is None else log2(copies),
        "z_score": None if copies is None else 20 * log2(copies),
        "baf": 0.3,
        "baf_sites": 3,
        "copies": copies,
        "copies_lower": None if copies is None else max(0, copies - 0.4),
        "copies_upper": None if copies is None else copies + 0.4,
        "minor_copies": None,
        "normal_copies": 2,
        "segment_length": 9_000,
        "focal": True,
        "call": call,
        "confidence": "high",
        "reason": f"copies {copies}, beyond the panel's limit",
    }
    return GeneCopies.model_validate(given | changes)


def segment(chrom: str, start: int, end: int, copies: float, minor: int = 1) -> Segment:
    total = round(copies)
    share = (PURITY * minor + 1 - PURITY) / (PURITY * copies + 2 * (1 - PURITY))
    return Segment(
        chrom=chrom,
        start=start,
        end=end,
        bins=20,
        log2=log2(copies),
        log2_se=0.03,
        baf=min(share, 1 - share),
        baf_sites=8,
        copies=copies,
        copies_lower=copies - 0.3,
        copies_upper=copies + 0.3,
        total_copies=total,
        minor_copies=minor,
        normal_copies=2,
        loh=minor == 0,
    )


def segments() -> list[Segment]:
    """Of a lung tumour: MET and chr7p gained, CDKN2A and chr19p lost."""
    found = []
    altered: dict[str, list[tuple[int, int, float, int]]] = {
        "chr7": [(0, 60_000, 3, 1), (60_000, 114_000, 2, 1), (114_000, 126_000, 9, 1)],
        "chr9": [(0, 21_500, 2, 1), (21_500, 24_000, 0, 0)],
        "chr19": [(0, 30_000, 1, 0)],
        "chr17": [(0, 25_000, 2, 0)],
    }
    for chrom, length in CONTIGS.items():
        pieces = altered.get(chrom, [])
        last = pieces[-1][1] if pieces else 0
        for start, end, copies, minor in [*pieces, (last, length, 2, 1)]:
            found.append(segment(chrom, start, end, copies, minor))
    return found


def tracks(found: Sequence[Segment], seed: int = 1) -> tuple[Track, Track]:
    """Bins every 700 bases and denser in genes, and sites every 5 kb."""
    draw = random.Random(seed)
    bins, sites = [], []
    for one in found:
        inside = [
            pos
            for chrom, start, end in GENES.values()
            if chrom == one.chrom
            for pos in range(start, end, 220)
            if one.start <= pos < one.end
        ]
        for pos in sorted({*range(one.start + 300, one.end, 1_500), *inside}):
            bins.append((one.chrom, pos, one.log2 + draw.gauss(0, 0.08)))
        for pos in range(one.start + 2_000, one.end, 5_000):
            share = one.baf if draw.random() < 0.5 else 1 - (one.baf or 0)
            value = min(1.0, max(0.0, (share or 0) + draw.gauss(0, 0.03)))
            sites.append((one.chrom, pos, value))
    return _track(bins), _track(sites)


def _track(points: Sequence[tuple[str, int, float]]) -> Track:
    return Track(
        chrom=tuple(chrom for chrom, _, _ in points),
        pos=tuple(pos for _, pos, _ in points),
        value=tuple(value for _, _, value in points),
    )


def purity(**changes: Any) -> Purity:
    given = {
        "stated": 0.6,
        "estimated": 0.57,
        "lower": 0.51,
        "upper": 0.64,
        "ploidy": 2.0,
        "used": 0.57,
        "used_from": "estimated",
        "reason": "the interval is narrow and 96 heterozygous sites bear on it",
        "fits": (
            Fit(purity=0.57, ploidy=2.0, likelihood=1),
            Fit(purity=0.31, ploidy=3.9, likelihood=0.12),
            Fit(purity=0.82, ploidy=1.4, likelihood=0.02),
        ),
    }
    return Purity.model_validate(given | changes)


def copy_number(**changes: Any) -> CopyNumber:
    found = segments()
    depth, baf = tracks(found)
    given = {
        "reference": "20 normals of the panel",
        "flat_reference": False,
        "noise": 0.09,
        "purity": purity(),
        "genes": (
            gene("EGFR", 3.0, "gain", focal=False, segment_length=60_000),
            gene("MET", 9.1, "amplification", minor_copies=1),
            gene("CDKN2A", 0.1, "homozygous_deletion", minor_copies=0),
            gene("STK11", 1.0, "loss", minor_copies=0, loh=True, focal=False),
            gene("TP53", 2.0, "neutral", minor_copies=0, loh=True),
            gene("KRAS", 2.0, "neutral", minor_copies=1, loh=False),
            gene("CRLF2", None, "not_assessable", bins=1, reason="one bin, needs 3"),
        ),
        "segments": tuple(found),
        "sensitivity": (
            PurityCall(gene="EGFR", purity=0.29, label="half", copies=4.0, call="gain"),
            PurityCall(gene="MET", purity=1.0, label="double", copies=5.4, call="gain"),
        ),
        "limits": (
            CopyLimit(call="amplification", copies=6),
            CopyLimit(call="homozygous_deletion", copies=0.5),
        ),
        "depth": depth,
        "baf": baf,
        "notes": ("CRLF2 lies in the pseudoautosomal region: few bins.",),
    }
    return CopyNumber.model_validate(given | changes)


def partner(name: str, strand: str, first: int, count: int, **changes: Any) -> PartnerGene:
    """A gene of evenly spaced coding exons, in the order of its transcript."""
    exons = [(first + 900 * n, first + 900 * n + 100 + 13 * (n % 7)) for n in range(count)]
    given = {
        "gene": name,
        "transcript": f"{name}-201",
        "strand": strand,
        "exons": tuple(exons if strand == "+" else exons[::-1]),
        "coding": (exons[0][0] + 40, exons[-1][1] - 30),
    }
    return PartnerGene.model_validate(given | changes)


def fusion(**changes: Any) -> Rearrangement:
    """EML4 (plus strand, 23 exons) joined to ALK (minus strand, 29 exons) by an inversion."""
    given = dict.fromkeys(Rearrangement.model_fields) | {
        "kind": "fusion",
        "name": "EML4::ALK",
        "gene_5": "EML4",
        "gene_3": "ALK",
        "transcript_5": "EML4-201",
        "transcript_3": "ALK-201",
        "exon_5": 13,
        "exon_3": 20,
        "frame": "in_frame",
        "domain": "protein kinase",
        "domain_kept": "kept",
        "known": True,
        "on_target": ("ALK",),
        "svtype": "INV",
        # ALK lies before EML4 on the chromosome, and breaks between exons 19 and 20
        "chrom_1": "chr2",
        "pos_1": 29_000 + 900 * 9 + 400,
        "strand_1": "+",
        "chrom_2": "chr2",
        "pos_2": 62_000 + 900 * 12 + 500,
        "strand_2": "+",
        "uncertainty": 0,
        "split_reads": 34,
        "pairs": 21,
        "vaf": 0.24,
        "rna_chrom_1": "chr2",
        "rna_pos_1": 62_000 + 900 * 12 + 165,
        "rna_chrom_2": "chr2",
        "rna_pos_2": 29_000 + 900 * 9 + 126,
        "rna_split_reads": 58,
        "rna_pairs": 40,
        "rna_reference_1": 12,
        "rna_reference_2": 3,
        "called_by": ("dna:search", "dna:delly", "rna:star", "rna:pizzly"),
        "filters": (),
        "reason": "in the panel's list; DNA and RNA agree",
    }
    return Rearrangement.model_validate(given | changes)


def skipping(**changes: Any) -> Rearrangement:
    """MET without exon 14, by RNA."""
    return fusion(
        kind="splice_variant",
        name="MET exon 14 skipping",
        gene_5="MET",
        gene_3="MET",
        transcript_5="MET-201",
        transcript_3="MET-201",
        exon_5=13,
        exon_3=15,
        domain=None,
        domain_kept="unknown",
        svtype=None,
        chrom_1=None,
        pos_1=None,
        strand_1=None,
        chrom_2=None,
        pos_2=None,
        strand_2=None,
        uncertainty=None,
        split_reads=None,
        pairs=None,
        vaf=None,
        rna_chrom_1="chr7",
        rna_chrom_2="chr7",
        rna_pos_1=116_000 + 900 * 12 + 165,
        rna_pos_2=116_000 + 900 * 14 + 1,
        rna_split_reads=210,
        rna_pairs=None,
        rna_reference_1=24,
        rna_reference_2=31,
        called_by=("rna:splice",),
        reason="88 % of 238 reads skip exon 14; the panel asks for 10 %",
        **changes,
    )


def partners() -> tuple[PartnerGene, ...]:
    alk = (Domain(name="MAM", first=60, last=200), Domain(name="kinase", first=900, last=1150))
    eml4 = (Domain(name="HELP", first=230, last=290), Domain(name="WD", first=420, last=900))
    return (
        partner("EML4", "+", 62_000, 23, domains=eml4),
        partner("ALK", "-", 29_000, 29, domains=alk),
        partner("MET", "+", 116_000, 21, domains=(Domain(name="kinase", first=800, last=960),)),
    )


def rearrangements(**changes: Any) -> Rearrangements:
    doubted = fusion(
        name="CCDC6::RET",
        gene_5="CCDC6",
        gene_3="RET",
        known=False,
        split_reads=2,
        pairs=0,
        rna_split_reads=None,
        rna_pairs=None,
        filters=("few_reads",),
        reason="2 split reads, needs 5",
    )
    given = {
        "found": (fusion(), skipping(), doubted),
        "partners": partners(),
        "dna_methods": ("search", "delly"),
        "rna_methods": ("star", "pizzly", "splice"),
        "splice_variants": ("MET exon 14 skipping", "EGFRvIII"),
        "notes": ("AR is not expressed: its splice variants could not be seen.",),
    }
    return Rearrangements.model_validate(given | changes)


def tmb(**changes: Any) -> Tmb:
    limits = (TmbLimit(category="intermediate", value=5), TmbLimit(category="high", value=20))
    rules = [
        ("coding", "Coding non-synonymous", 9, 1.21, 7.4, 3.4, 14.1, "intermediate"),
        ("synonymous", "Coding with synonymous", 12, 1.21, 9.9, 5.1, 17.3, "intermediate"),
        ("inpred", "InPreD, VAF 5 % and depth 50", 7, 1.18, 5.9, 2.4, 12.2, "intermediate"),
        ("vendor", "Vendor-like, germline removed", 6, 0.9, None, None, None, None),
    ]
    made = tuple(
        TmbRule(
            id=key,
            name=name,
            source="PMID:28420421",
            mutations=count,
            megabases=size,
            value=value,
            lower=lower,
            upper=upper,
            category=category,
            limits=limits,
            germline_expected=0.7,
            counted=("EGFR p.(Leu858Arg)", "TP53 p.(Arg175His)"),
            note=None if value else "0.90 Mb callable, needs 1.14",
        )
        for key, name, count, size, value, lower, upper, category in rules
    )
    return Tmb.model_validate({"rules": made, "tumour_only": True} | changes)


def locus(name: str, status: str, shift: int) -> MsiLocus:
    normal = [0.01, 0.03, 0.08, 0.2, 0.6, 0.08]
    moved = [0.0] * 6
    for at, share in enumerate(normal):
        moved[max(0, at - shift)] += 0.55 * share
        moved[at] += 0.45 * share
    return MsiLocus(
        name=name,
        chrom="chr1",
        start=100,
        end=112,
        unit="A",
        reads=412,
        first_length=8,
        shares=tuple(moved),
        normal_shares=tuple(normal),
        score=3.4,
        status=status,  # type: ignore[arg-type]
    )


def msi(**changes: Any) -> Msi:
    shown = [locus(f"MSI-{n:02d}", "unstable" if n < 13 else "stable", n % 4) for n in range(19)]
    shown.append(locus("MSI-19", "not_usable", 0))
    given = {
        "loci": 40,
        "usable": 38,
        "unstable": 27,
        "value": 0.71,
        "lower": 0.55,
        "upper": 0.83,
        "status": "high",
        "homopolymer_indels": 5,
        "homopolymer_indels_per_mb": 4.1,
        "method": "Peaks above 5 % of the highest against 20 normals (mSINGS, PMID:24987110).",
        "reason": "27 of 38 usable loci are unstable (71 %, 95 % interval 55 % to 83 %;"
        " high from 20 %)",
        "shown": tuple(shown),
    }
    return Msi.model_validate(given | changes)


def hrd(**changes: Any) -> Hrd:
    given = {
        "loh": 3,
        "tai": 4,
        "lst": 6,
        "score": 13,
        "status": "low",
        "sites": 180,
        "site_spacing": 14_800.0,
        "method": "Scars counted as by Telli 2016 (PMID:26957554).",
        "reason": "Score 13, below 42. A panel sees large events only.",
    }
    return Hrd.model_validate(given | changes)


def signatures(**changes: Any) -> Signatures:
    draw = random.Random(4)
    spectrum = [
        draw.choice((0, 0, 1, 2)) + (4 if 32 <= n < 48 and n % 3 == 0 else 0) for n in range(96)
    ]
    given = {
        "mutations": sum(spectrum),
        "spectrum": tuple(spectrum),
        "assigned": (
            Signature(name="SBS4", share=0.52, lower=0.34, upper=0.66, aetiology="tobacco smoking"),
            Signature(name="SBS7a", share=0.3, lower=0.1, upper=0.4, aetiology="ultraviolet light"),
            Signature(name="SBS5", share=0.18, lower=0.0, upper=0.3),
        ),
        "unexplained": 0.12,
        "method": "SigProfilerAssignment with COSMIC 3.4.",
        "reason": "Enough for signatures; the panel needs 50.",
    }
    return Signatures.model_validate(given | changes)


def biomarkers(**changes: Any) -> Biomarkers:
    given = {"tmb": tmb(), "msi": msi(), "hrd": hrd(), "signatures": signatures()}
    return Biomarkers.model_validate(given | changes)


RNA = sample("C1-R", analyte="rna")


def lung(**changes: Any) -> CaseRecord:
    """EML4::ALK, MET amplified and skipping exon 14, CDKN2A lost, and every biomarker."""
    given = {
        "samples": (sample(), RNA),
        "copy_number": copy_number(),
        "rearrangements": rearrangements(),
        "biomarkers": biomarkers(),
    }
    return record(**(given | changes))


def blind(**changes: Any) -> CaseRecord:
    """Everything was asked for, and nothing could be assessed."""
    empty = Track(chrom=(), pos=(), value=())
    known = purity(
        stated=None, estimated=None, lower=None, upper=None, ploidy=None, used=None,
        used_from="none", reason="no purity is stated and depth is flat", fits=(),
    )  # fmt: skip
    genes = tuple(
        gene(name, None, "not_assessable", bins=0, reason="no bin reaches depth 20")
        for name in GENES
    )
    rules = tuple(
        rule.model_copy(
            update={"value": None, "lower": None, "upper": None, "mutations": 0, "megabases": 0.0}
        )
        for rule in tmb().rules
    )
    given = {
        "copy_number": copy_number(
            purity=known, genes=genes, segments=(), sensitivity=(), depth=empty, baf=empty,
            noise=None, notes=("Depth is too low everywhere.",), flat_reference=True,
            reference="a flat reference",
        ),
        "rearrangements": rearrangements(
            found=(), partners=(), rna_methods=(), notes=("There is no RNA.",)
        ),
        "biomarkers": biomarkers(
            tmb=tmb(rules=rules),
            msi=msi(
                usable=0, unstable=0, value=None, lower=None, upper=None,
                status="not_assessable", shown=(), reason="0 loci are usable, needs 20.",
                homopolymer_indels=None, homopolymer_indels_per_mb=None,
            ),
            hrd=hrd(
                loh=None, tai=None, lst=None, score=None, status="not_assessable", sites=3,
                site_spacing=None, reason="3 sites, needs 500: a panel this small gives no score.",
            ),
            signatures=signatures(
                mutations=0, spectrum=(0,) * 96, assigned=(), unexplained=None,
                reason="No substitution counts; the panel needs 50.",
            ),
        ),
    }  # fmt: skip
    return record(**(given | changes))
