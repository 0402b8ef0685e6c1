"""Add to each call what it does (consequence, HGVS) and who has seen it (known sites).

Consequences come from bcftools csq in the calls; HGVS names from the gene annotation, on the
transcript that the panel reports. Without an annotation both stay empty: not assessed.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dugnad.alleles import Change, trim
from dugnad.annotation.consequences import (
    IMPACTS,
    Consequence,
    consequence_on,
    parse_bcsq,
    reconcile,
)
from dugnad.annotation.hgvs import FLANK, HgvsNamer, HgvsNames
from dugnad.annotation.transcripts import Transcript, Transcripts, read_transcripts
from dugnad.known_sites import KnownSites
from dugnad.panel import Panel, load_panel
from dugnad.recurrence.register import Register, open_register
from dugnad.tables import VARIANTS, write_table
from dugnad.vcf import Call, Support, read_calls

GERMLINE_VAF = 0.35  # TSOPPI's highest bin, in which its recurrent_germline counts normals
_CLASSES = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_SPLICE_SITES = {"splice_acceptor_variant", "splice_donor_variant"}
_SEVERITY = tuple(IMPACTS)
_ELSEWHERE = "not on the transcript that the panel reports, which does not reach here"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--calls", type=Path, required=True, help="VCF, alleles split")
    parser.add_argument("--tumour", required=True, help="the tumour's column")
    parser.add_argument("--normal", help="the normal's column, if there is one")
    parser.add_argument("--rna", help="the RNA's column, if there is one")
    parser.add_argument("--called-by", default="imported", help="caller, where the VCF names none")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--annotation", type=Path, help="GFF3; absent: not assessed")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument(
        "--source",
        action="append",
        nargs=4,
        default=[],
        metavar=("ID", "KIND", "KEY", "VCF"),
        help="known sites; KIND is population or clinical, KEY the INFO key to read",
    )
    parser.add_argument("--recurrence", type=Path, help="register of earlier runs, a folder")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of variants")


def main(args: argparse.Namespace) -> None:
    """Write the variants table."""
    panel, _ = load_panel(args.panel)
    transcripts = read_transcripts(args.annotation) if args.annotation else Transcripts()
    annotator = Annotator(panel, transcripts, HgvsNamer(args.fasta, transcripts))
    sources = [KnownSites(name, Path(path), kind, key) for name, kind, key, path in args.source]
    register = open_register(args.recurrence) if args.recurrence else None
    rows = (
        {
            **evidence(call, args.called_by),
            **annotator.describe(call, assessed=args.annotation is not None),
            **seen(call, sources),
            **recurred(call, register),
        }
        for call in read_calls(args.calls, args.tumour, args.normal, args.rna)
    )
    write_table(args.output, rows, VARIANTS)


def evidence(call: Call, called_by: str) -> dict[str, Any]:
    """The place and the reads of a call; ``called_by`` holds where the call names nobody."""
    normal, rna = call.normal or Support(), call.rna or Support()
    return {
        "chrom": call.chrom,
        "pos": call.pos,
        "ref": call.ref,
        "alt": call.alt,
        "called_by": list(call.called_by) or [called_by],
        "caller_filters": list(call.filters),
        "depth": call.tumour.depth,
        "alt_reads": call.tumour.alt_reads,
        "vaf": call.tumour.vaf,
        "normal_depth": normal.depth,
        "normal_alt_reads": normal.alt_reads,
        "normal_vaf": normal.vaf,
        "normal_ratio": _ratio(normal.vaf, call.tumour.vaf),
        "rna_depth": rna.depth,
        "rna_alt_reads": rna.alt_reads,
        "rna_vaf": rna.vaf,
        "cis_with": list(call.cis_with),
        **asdict(call.quality),
    }


def _ratio(normal: float | None, tumour: float | None) -> float | None:
    return normal / tumour if normal is not None and tumour else None


def seen(call: Call, sources: Sequence[KnownSites]) -> dict[str, Any]:
    """What the sources of known sites say: the highest frequency, and each significance.

    ``population_source`` names the source of the frequency, or all that were consulted and do
    not list the allele; it is null when none is configured that covers the contig.
    """
    hits = [(source, source.look_up(call)) for source in sources]
    frequencies = [
        (hit.frequency, source.source) for source, hit in hits if hit and hit.frequency is not None
    ]
    consulted = ", ".join(
        source.source
        for source in sources
        if source.kind == "population" and source.covers(call.chrom)
    )
    frequency, population = max(frequencies, default=(None, consulted or None))
    clinical = [(hit.significance, s.source) for s, hit in hits if hit and hit.significance]
    return {
        "population_frequency": frequency,
        "population_source": population,
        "clinical_significance": "; ".join(said for said, _ in clinical) or None,
        "clinical_source": ", ".join(name for _, name in clinical) or None,
        "known_ids": sorted({hit.id for _, hit in hits if hit and hit.id}),
    }


def recurred(call: Call, register: Register | None) -> dict[str, Any]:
    """How often earlier runs had the allele; empty without a register.

    ``recurrence_tumours`` is the share of callable tumours that have it at a VAF of the call's bin
    or above, ``recurrence_normals`` that of normals at ``GERMLINE_VAF`` or above.
    """
    if register is None:
        return {}
    found = register.look_up(call.chrom, call.pos, call.ref, call.alt)
    vaf = call.tumour.vaf
    return {
        "recurrence": f"{found.tumour.text} {found.normal.text}",
        "recurrence_tumours": None if vaf is None else found.tumour.share_at_or_above(vaf),
        "recurrence_normals": found.normal.share_at_or_above(GERMLINE_VAF),
    }


@dataclass(frozen=True)
class Effect:
    """A call's effect on one transcript."""

    transcript: Transcript
    consequence: Consequence
    names: HgvsNames

    def __str__(self) -> str:
        notations = [text for text in (self.names.c, self.names.p) if text]
        terms = "&".join(self.consequence.terms)
        return " ".join([self.transcript.gene, self.transcript.name, *notations, terms])


class Annotator:
    """Says what calls do, on the transcripts that a panel reports."""

    def __init__(self, panel: Panel, transcripts: Transcripts, namer: HgvsNamer) -> None:
        self._panel = panel
        self._transcripts = transcripts
        self._namer = namer
        for gene, choice in panel.transcripts.items():
            transcripts.preferred(gene, choice)

    def describe(self, call: Call, assessed: bool) -> dict[str, Any]:
        """The columns of the variants table that say what a call does."""
        alleles = (call.chrom, call.pos, call.ref, call.alt)
        start, end = self._namer.span(*alleles)
        row: dict[str, Any] = {"start": start, "end": end}
        row["hgvs_g"] = self._namer.genomic(*alleles)
        if not assessed:
            return row
        effects = sorted(self._effects(call), key=self._rank)
        if not effects:
            return row | {"consequence": ["intergenic_variant"], "impact": "MODIFIER"}
        reported, *others = effects
        consequence, names = reported.consequence, reported.names
        change = trim(call.pos, call.ref, call.alt)
        elsewhere = None if self._is_reported(reported.transcript) else _ELSEWHERE
        notes = [note for note in (elsewhere, consequence.disagreement, names.problem) if note]
        return row | {
            "gene": reported.transcript.gene,
            "transcript": reported.transcript.name,
            "place": _place(reported.transcript, change),
            "consequence": list(consequence.terms),
            "impact": consequence.impact,
            "hgvs_c": names.c,
            "hgvs_p": names.p or _splicing(consequence),
            "annotation_note": "; ".join(notes) or None,
            "other_transcripts": [str(effect) for effect in others],
        }

    def _effects(self, call: Call) -> Iterator[Effect]:
        change = trim(call.pos, call.ref, call.alt)
        parsed = parse_bcsq(call.consequences)
        near = self._transcripts.overlapping(call.chrom, change.start, change.end, margin=FLANK)
        for transcript in near:
            if (found := consequence_on(transcript, change, parsed)) is not None:
                names = self._namer.name(call.chrom, call.pos, call.ref, call.alt, transcript)
                yield Effect(transcript, reconcile(found, names), names)

    def _is_reported(self, transcript: Transcript) -> bool:
        choice = self._panel.transcripts.get(transcript.gene)
        preferred = self._transcripts.preferred(transcript.gene, choice)
        return preferred is not None and preferred.id == transcript.id

    def _rank(self, effect: Effect) -> tuple[object, ...]:
        """Reported transcripts first; of these the higher impact, then the panel's genes."""
        return (
            not self._is_reported(effect.transcript),
            _CLASSES.index(effect.consequence.impact),
            effect.transcript.gene not in self._panel.genes,
            _SEVERITY.index(effect.consequence.terms[0]),
            effect.transcript.gene,
            effect.transcript.id,
        )


def _splicing(consequence: Consequence) -> str | None:
    """``p.?`` for a changed splice site: HGVS wants it where the effect is not known."""
    return "p.?" if _SPLICE_SITES & set(consequence.terms) else None


def _place(transcript: Transcript, change: Change) -> str | None:
    """Exon or intron of the change; None outside the transcript."""
    feature = transcript.feature_at(change.start + 1) or transcript.feature_at(change.end)
    return str(feature) if feature else None
