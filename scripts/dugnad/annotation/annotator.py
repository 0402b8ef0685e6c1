"""What calls do, on the transcripts that a panel reports: consequence, place and HGVS names."""

from collections.abc import Iterator
from dataclasses import dataclass
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
from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.panel import Panel
from dugnad.vcf import Call

_CLASSES = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_SPLICE_SITES = {"splice_acceptor_variant", "splice_donor_variant"}
_SEVERITY = tuple(IMPACTS)
_ELSEWHERE = "not on the transcript that the panel reports, which does not reach here"


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
