"""A finding written by hand as a subject, to ask the knowledge without a case.

Takes what the grammar of alterations takes for one finding, and some words more::

    EGFR p.Leu858Arg          a protein change, of one or three letters; exon 21 may follow
    EGFR E746_A750del         p. may be left out
    MET c.3028+1G>T exon 14   a coding change
    TP53 p.Pro72Arg frequency 0.7
    BRCA1 Q1756fs germline
    MET amplification, CDKN2A homozygous_deletion, EML4::ALK fusion, MET exon 14 skipping
    MSI high, TMB 17, HRD high
"""

import re
from collections.abc import Mapping

from dugnad.interpretation.profile import Subject
from dugnad.knowledge.alteration import parse_alteration
from dugnad.knowledge.protein import ProteinChange, protein_change_of
from dugnad.record import Finding

_WORDS = re.compile(r" (exon|frequency|clinvar) (\S+)| (germline|somatic)| splice (donor|acceptor)")
_TMB = re.compile(r"TMB (\d+(?:\.\d+)?)(?:/Mb)?")
_INTRONIC = re.compile(r"[cn]\.[^+-]*?\d+([+-])([12])(?!\d)")
_TERMS: dict[str, str] = {
    "substitution": "missense_variant",
    "nonsense": "stop_gained",
    "frameshift": "frameshift_variant",
    "deletion": "inframe_deletion",
    "insertion": "inframe_insertion",
    "duplication": "inframe_insertion",
    "extension": "stop_lost",
    "start_lost": "start_lost",
    "synonymous": "synonymous_variant",
}


def subject_of(text: str) -> Subject | Finding:
    """What a text names: a small variant as a finding without reads, or another subject.

    Raises ValueError with what is wrong.
    """
    words = " ".join(text.split())
    if found := _TMB.fullmatch(words):
        value = float(found[1])
        return Subject("biomarker", "TMB", f"{words}/Mb", biomarker="TMB", value=value)
    named = {m[1] or m[3] or "splice": m[2] or m[3] or m[4] for m in _WORDS.finditer(words)}
    plain = _WORDS.sub("", words)
    gene, _, rest = plain.partition(" ")
    if rest.startswith(("c.", "n.")) or protein_change_of(rest):
        return _variant(gene, rest, named)
    return _other(words if " skipping" in words else plain)


def _other(words: str) -> Subject:
    """A copy number, rearrangement or biomarker."""
    asked = parse_alteration(words)
    name = asked.text
    if asked.kind == "biomarker" and asked.level is None:
        return Subject("biomarker", name, name, biomarker=asked.biomarker, status="high")
    if asked.kind in {"amplification", "homozygous_deletion"}:
        return Subject("copy_number", name, name, (asked.gene,), call=asked.kind)
    if asked.kind in {"fusion", "rearrangement"}:
        genes = (asked.partner_5, asked.partner_3) if asked.gene is None else (None, asked.gene)
        event = "fusion" if asked.kind == "fusion" else "structural"
        return Subject("rearrangement", name, name, genes, event=event)
    if asked.kind == "skipping":
        event, exons = "splice_variant", asked.exons
        return Subject("rearrangement", name, name, (asked.gene,), event=event, skipped_exons=exons)
    raise ValueError(f"'{words}' is not one finding; write e.g. EGFR p.Leu858Arg or TMB 17")


def _variant(gene: str, change: str, named: Mapping[str, str]) -> Finding:
    """A finding of which only the names are known, and its exon if it is given."""
    protein = protein_change_of(change)
    coding = None if protein else change
    exon = named.get("exon")
    frequency = named.get("frequency")
    origin = "germline" if "germline" in named else "somatic"
    empty = {name: None for name, field in Finding.model_fields.items() if field.is_required()}
    return Finding.model_validate(
        empty
        | {
            "chrom": "-", "pos": 0, "ref": "-", "alt": "-", "start": 0, "end": 0,
            "called_by": (), "caller_filters": (), "filters": (), "not_judged": (),
            "gene": gene,
            "hgvs_p": f"p.({protein.name.removeprefix('p.')})" if protein else None,
            "hgvs_c": coding,
            "place": _place(coding, exon),
            "consequence": (_term(protein, coding, named.get("splice")),),
            "population_frequency": float(frequency) if frequency else None,
            "population_source": "named by hand",
            "clinical_significance": named.get("clinvar"),
            "clinical_source": "named by hand" if "clinvar" in named else None,
            "origin": origin,
            "origin_reason": "named by hand",
            "relevance": "altering",
            "relevance_reason": "named by hand",
        }
    )  # fmt: skip


def _term(protein: ProteinChange | None, coding: str | None, splice: str | None) -> str:
    """The Sequence Ontology term that a name stands for."""
    if protein:
        if protein.kind != "delins":
            return _TERMS[protein.kind]
        if protein.growth is None:
            return "stop_gained"
        longer = "inframe_insertion" if protein.growth > 0 else "inframe_deletion"
        return longer if protein.growth else "missense_variant"
    if splice:
        return f"splice_{splice}_variant"
    if found := _INTRONIC.search(coding or ""):
        return "splice_donor_variant" if found[1] == "+" else "splice_acceptor_variant"
    return "upstream_gene_variant" if (coding or "").startswith("c.-") else "intron_variant"


def _place(coding: str | None, exon: str | None) -> str | None:
    """``exon 14/?``; of a splice site, the intron that it belongs to."""
    if exon is None:
        return None
    found = _INTRONIC.search(coding or "")
    if found is None:
        return f"exon {exon}/?"
    return f"intron {int(exon) - (found[1] == '-')}/?"
