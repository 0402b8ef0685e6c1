"""What calls do, on the transcripts that a panel reports: consequence, place and HGVS names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dugnad.alleles import Change, trim
from dugnad.annotation.consequences import Consequence, settled, terms_on
from dugnad.annotation.engines import Csq, Engine
from dugnad.annotation.hgvs import FLANK, HgvsNamer, HgvsNames, genomic_name
from dugnad.annotation.reference import Placed
from dugnad.annotation.severity import IMPACTS
from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.panel import Panel
from dugnad.vcf import Call

_CLASSES = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_SPLICE_SITES = {"splice_acceptor_variant", "splice_donor_variant"}
_SEVERITY = {term: rank for rank, term in enumerate(IMPACTS)}
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

    def __init__(
        self,
        panel: Panel,
        transcripts: Transcripts,
        namer: HgvsNamer,
        engine: Engine | None = None,
    ) -> None:
        """``engine``: absent, bcftools csq."""
        self._panel = panel
        self._transcripts = transcripts
        self._namer = namer
        self._engine = engine or Csq()
        self._reported: dict[str, str | None] = {}
        for gene, choice in panel.transcripts.items():
            transcripts.preferred(gene, choice)

    def describe(self, call: Call, assessed: bool) -> dict[str, Any]:
        """The columns of the variants table that say what a call does."""
        placed = self._namer.reference.place(call.chrom, call.pos, call.ref, call.alt)
        row: dict[str, Any] = {"start": call.pos - 1, "end": call.pos - 1 + len(call.ref)}
        change = trim(call.pos, call.ref, call.alt)
        if isinstance(placed, Placed):
            row["start"], row["end"] = placed.span
            row["hgvs_g"] = genomic_name(placed)
        if not assessed:
            return row
        effects = sorted(self._effects(call, change, placed), key=self._rank)
        if not effects:
            return row | {"consequence": ["intergenic_variant"], "impact": "MODIFIER"}
        reported, *others = effects
        consequence, names = reported.consequence, reported.names
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

    def _effects(self, call: Call, change: Change, placed: Placed | str) -> Iterator[Effect]:
        """The effect on each transcript within reach."""
        near = self._transcripts.overlapping(call.chrom, change.start, change.end, margin=FLANK)
        if not near:
            return
        said = self._engine.parse(call.consequences)
        for transcript in near:
            note: str | None = None
            if isinstance(placed, Placed):
                terms, note = settled(placed, transcript, self._namer.reference)
            else:
                terms = terms_on(transcript, change, self._namer.reference)
            if not terms:
                continue
            if isinstance(placed, Placed):
                is_reported = self._is_reported(transcript)
                names = self._namer.names(placed, transcript, library=is_reported)
            else:
                names = HgvsNames(None, None, placed)
            found = self._engine.settle(said.get(transcript.id), terms, names)
            yield Effect(transcript, found.noting(note), names)

    def _is_reported(self, transcript: Transcript) -> bool:
        gene = transcript.gene
        if gene not in self._reported:
            preferred = self._transcripts.preferred(gene, self._panel.transcripts.get(gene))
            self._reported[gene] = preferred.id if preferred else None
        return self._reported[gene] == transcript.id

    def _rank(self, effect: Effect) -> tuple[object, ...]:
        """Reported transcripts first; of these the higher impact, then the panel's genes."""
        return (
            not self._is_reported(effect.transcript),
            _CLASSES.index(effect.consequence.impact),
            effect.transcript.gene not in self._panel.genes,
            _SEVERITY[effect.consequence.terms[0]],
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
