"""A small variant that is named by hand: its change checked, and a finding without reads."""

import re

from dugnad.interpretation.words import RESIDUE, Beside, protein
from dugnad.knowledge.protein import ProteinChange
from dugnad.knowledge.symbols import Symbols
from dugnad.record import Finding

_INTRONIC = re.compile(r"[cn]\.[^+-]*?\d+([+-])([12])(?!\d)")
_BEYOND = re.compile(r"[cn]\.-?[^+-]*?\d+[+-]\d+")
_PLACE = r"[-*]?\d+(?:[+-]\d+)?"
_CODING = re.compile(
    rf"c\.{_PLACE}(?:_{_PLACE})?"
    r"(?:[ACGT]+>[ACGT]+|del[ACGT]*ins[ACGT]+|del[ACGT]*|dup[ACGT]*|ins[ACGT]+|inv|=)"
)
_EXCHANGE = re.compile(r"c\.(\d+)[ACGT]>[ACGT]")
_REFSEQ = re.compile(r"(NM_\d+)(?:\.\d+)?(?::(.+))?", re.IGNORECASE)
_OPEN_RESIDUE = re.compile(rf"(?:p\.)?\(?(?:{RESIDUE}|[A-Z])\d+\)?", re.IGNORECASE)
_ANY_RESIDUE = re.compile(rf"(?:p\.)?\(?(?:{RESIDUE}|[A-Z])\d+X\)?", re.IGNORECASE)
_LETTERS = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E",
    "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F",
    "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V",
}  # fmt: skip
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
Change = tuple[ProteinChange | None, str | None]


def change_of(rest: str, gene: str, said: Beside, symbols: Symbols) -> Change | None:
    """The change of the protein, and that of the coding sequence; None for what is neither.

    ValueError for a change that cannot be judged by hand, or that is not of this gene.
    """
    changed: ProteinChange | None = None
    coding: str | None = None
    left: list[str] = []
    for word in rest.split(" "):
        bare = _of_transcript(word, gene, symbols)
        if not bare:
            continue
        _refuse_open(bare, gene, symbols)
        if bare.strip("()").lower().startswith(("c.", "n.")) and coding is None:
            coding = _coding(bare.strip("()"))
        elif (found := protein(bare)) and changed is None:
            changed = found
        else:
            left.append(bare)
    if left == ["promoter"] and (coding or "").startswith("c.-"):
        left = []
    if changed is None and coding is None:
        return None
    if others := [word for word in left if protein(word.partition(",")[2] or word)]:
        raise ValueError(f"'{others[0]}' is a change too many; give each as a finding of its own")
    if left:
        raise ValueError(f"'{' '.join(left)}' cannot be read; write e.g. {symbols.example(gene)}")
    if changed:
        _check_residue(changed, coding, gene, symbols)
    else:
        _check_coding(coding or "", gene, said, symbols)
    return changed, coding


def _of_transcript(word: str, gene: str, symbols: Symbols) -> str:
    """The word without its transcript, which must be the one that the knowledge numbers by."""
    found = _REFSEQ.fullmatch(word)
    if found is None:
        return word
    preferred = symbols.transcripts.get(gene)
    if preferred and preferred != found[1].upper():
        raise ValueError(
            f"'{found[1]}' is not the transcript that {gene} is numbered by; write the change on "
            f"{preferred}"
        )
    return found[2] or ""


def _refuse_open(word: str, gene: str, symbols: Symbols) -> None:
    """ValueError for a residue of which is not said what comes in its place."""
    example = symbols.example(gene)
    if _ANY_RESIDUE.fullmatch(word):
        stop = f"{gene} {word[:-1]}*"
        raise ValueError(
            f"'{word}': X may be a stop or any residue; write {stop}, or e.g. {example}"
        )
    if _OPEN_RESIDUE.fullmatch(word):
        raise ValueError(f"'{word}' does not say which residue comes; write e.g. {example}")


def _coding(word: str) -> str:
    """A coding change with letters of the right case; ValueError for what is none."""
    plain = re.sub("(delins|del|dup|ins|inv)|([acgt])", lambda m: m[1] or m[2].upper(),
                   word[2:].lower())  # fmt: skip
    text = word[:2].lower() + plain
    if not _CODING.fullmatch(text):
        raise ValueError(f"'{word}' is not a coding change in HGVS; write e.g. c.3028+1G>T")
    return text


def _check_residue(changed: ProteinChange, coding: str | None, gene: str, symbols: Symbols) -> None:
    known = symbols.residues.get(gene, {}).get(changed.first, frozenset()) - {"X"}
    if known and _LETTERS.get(changed.reference) not in known:
        raise ValueError(
            f"'{changed.name}': residue {changed.first} of {gene} is {' or '.join(sorted(known))} "
            f"on the transcript of MANE Select; write e.g. {symbols.example(gene)}"
        )
    found = _EXCHANGE.fullmatch(coding or "")
    if found and (int(found[1]) + 2) // 3 != changed.first:
        at = (int(found[1]) + 2) // 3
        raise ValueError(f"'{coding}' is of residue {at}, and '{changed.name}' is not; write one")


def _check_coding(coding: str, gene: str, said: Beside, symbols: Symbols) -> None:
    """ValueError for a change within an exon, whose effect is not known by its name."""
    site = _INTRONIC.search(coding) is not None or said.splice is not None
    if site and said.exon is None and symbols.skips(gene):
        raise ValueError(
            f"'{coding}' is of a splice site, and which exon's matters; write e.g. "
            "MET c.3028+1G>T exon 14"
        )
    if said.splice or _BEYOND.match(coding) or symbols.has(f"{gene} {coding}"):
        return
    if coding.startswith("c.-") and symbols.has_promoter(gene):
        return
    if coding.startswith(("c.-", "c.*")):
        raise ValueError(
            f"'{coding}' lies beside the coding region, where nothing is judged by hand"
        )
    raise ValueError(
        f"'{coding}' cannot be judged without the change of the protein; write it too, e.g. "
        "EGFR p.Leu858Arg or EGFR c.2573T>G p.Leu858Arg"
    )


def variant(
    gene: str,
    changed: ProteinChange | None,
    coding: str | None,
    said: Beside,
    notes: tuple[str, ...] = (),
) -> Finding:
    """A finding of which only the names are known, and what is said beside."""
    if changed is None and _BEYOND.match(coding or "") and not _INTRONIC.search(coding or ""):
        notes = (*notes, f"{coding} lies in an intron: what it does to splicing is not known")
    empty = {name: None for name, field in Finding.model_fields.items() if field.is_required()}
    return Finding.model_validate(
        empty
        | {
            "chrom": "-", "pos": 0, "ref": "-", "alt": "-", "start": 0, "end": 0,
            "called_by": (), "caller_filters": (), "filters": (), "not_judged": (),
            "gene": gene,
            "vaf": said.vaf,
            "hgvs_p": f"p.({changed.name.removeprefix('p.')})" if changed else None,
            "hgvs_c": coding,
            "place": _place(coding, said.exon),
            "consequence": (_term(changed, coding, said.splice),),
            "annotation_note": "; ".join(notes) or None,
            "population_frequency": said.frequency,
            "population_source": "named by hand",
            "clinical_significance": said.clinvar,
            "clinical_source": "named by hand" if said.clinvar else None,
            "origin": said.origin or "somatic",
            "origin_reason": "named by hand",
            "relevance": "altering",
            "relevance_reason": "named by hand",
        }
    )  # fmt: skip


def _term(changed: ProteinChange | None, coding: str | None, splice: str | None) -> str:
    """The Sequence Ontology term that a name stands for."""
    if splice:
        return f"splice_{splice}_variant"
    if changed:
        if changed.kind != "delins":
            return _TERMS[changed.kind]
        if changed.growth is None:
            return "stop_gained"
        longer = "inframe_insertion" if changed.growth > 0 else "inframe_deletion"
        return longer if changed.growth else "missense_variant"
    if found := _INTRONIC.search(coding or ""):
        return "splice_donor_variant" if found[1] == "+" else "splice_acceptor_variant"
    if _BEYOND.match(coding or ""):
        return "intron_variant"
    before = (coding or "").startswith("c.-")
    return "upstream_gene_variant" if before else "coding_sequence_variant"


def _place(coding: str | None, exon: int | None) -> str | None:
    """``exon 14/?``; of a splice site, the intron that it belongs to."""
    if exon is None:
        return None
    found = _INTRONIC.search(coding or "")
    if found is None:
        return f"exon {exon}/?"
    return f"intron {exon - (found[1] == '-')}/?"
