"""A finding written by hand as a subject, to ask the knowledge without a case.

Takes what the grammar of alterations takes for one finding, and what people write::

    EGFR p.Leu858Arg, egfr l858r, EGFR c.2573T>G p.(Leu858Arg), NM_005228.5(EGFR):p.L858R
    MET c.3028+1G>T exon 14, TERT c.-124C>T, TERT C228T
    TP53 p.Pro72Arg frequency 0.7, BRCA1 Q1756fs germline vaf 0.31 clinvar pathogenic
    HER2 amplified, CDKN2A homozygous deletion, EML4-ALK, ALK rearrangement, METex14
    EGFR ex19del, KIT exon 11 mutation, BRCA1 truncating germline, FLT3-ITD, EGFRvIII
    MSI-H, dMMR, TMB 17, HRD positive

What cannot be judged so is refused, with what to write: an exonic change without the protein's
(``EGFR c.2573T>G``), a residue without the new one (``BRAF V600``), a gene that no table knows.
"""

import re
from dataclasses import dataclass, replace

from dugnad.interpretation.named_fusion import fusion_of
from dugnad.interpretation.named_variant import change_of, variant
from dugnad.interpretation.profile import Subject
from dugnad.interpretation.relevance import is_pathogenic
from dugnad.interpretation.words import CLASSES, Beside, beside, biomarker, phrase, protein, tidy
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.symbols import CommonName, Symbols
from dugnad.record import Finding

_OPEN = Symbols()
_REFSEQ_FIRST = re.compile(r"(NM_\d+(?:\.\d+)?)\(([\w.-]+)\):", re.IGNORECASE)
_STUCK_EXON = re.compile(r"([\w-]+?)-?ex(?:on)?(\d+)([a-z]*)", re.IGNORECASE)
_EXPRESSED = re.compile(
    r"(?:over)?express|positive|ihc|tps|cps|gain|copy|copies|cn|[123]\+", re.IGNORECASE
)
_KARYOTYPE = re.compile(r"(?:t|inv|del|dup|add|der|i)\(", re.IGNORECASE)
_WILD = re.compile(r"wild[ _-]?type|wt|negative|normal|not found", re.IGNORECASE)
_CLASS_ONLY = "the exact change was not given: what asks for one, or for residues, is not matched"


@dataclass(frozen=True)
class _Asked:
    """A gene (as written, and approved), what is said of it, and what is said beside."""

    written: str
    gene: str
    rest: str
    said: Beside
    symbols: Symbols

    def refuse(self, fault: str, example: str | None = None) -> ValueError:
        return ValueError(f"{fault}; write e.g. {example or self.symbols.example(self.gene)}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know of how it was read."""
        same = self.written.upper() == self.gene.upper()
        return () if same else (f"{self.written} is {self.gene} by HGNC",)

    @property
    def notes_of_variant(self) -> tuple[str, ...]:
        """The same of a small variant, whose origin may matter."""
        by_default = self.said.origin is None and self.symbols.has_origin(self.gene)
        taken = "whether it is of the germline was not said: taken as somatic"
        return (*self.notes, *((taken,) if by_default else ()))


def subject_of(text: str, symbols: Symbols = _OPEN) -> Subject | Finding:
    """What a text names: a small variant as a finding without reads, or another subject.

    Without ``symbols`` gene symbols are taken as they are, and common names are not known. Raises
    ValueError with what is wrong and what to write.
    """
    words = tidy(_REFSEQ_FIRST.sub(r"\2 \1:", text.strip()))
    if _KARYOTYPE.match(words):
        raise ValueError("is of the karyotype; write the genes, e.g. RUNX1::RUNX1T1 fusion")
    if not words:
        raise ValueError(f"is empty; write e.g. {symbols.example(None)}")
    if re.search(r"; ?[A-Za-z]\w+[ :/-]", words):
        raise ValueError("holds several findings; give each as an argument of its own, in quotes")
    plain, said = beside(words)
    if marker := biomarker(plain):
        name, value, caution = marker
        shown = f"{name} high" if value is None else f"{name} {value:g}/Mb"
        status = "high" if value is None else None
        notes = (caution,) if caution else ()
        one = Subject(
            "biomarker", name, shown, biomarker=name, value=value, status=status, cautions=notes
        )
        return _whole(one, said)
    if name_of := symbols.names.get(plain.upper()):
        return _common(name_of, said, symbols)
    if (pair := fusion_of(plain, symbols)) is not None:
        return _whole(pair, said)
    return _of_gene(_split(plain, said, symbols))


def _split(plain: str, said: Beside, symbols: Symbols) -> _Asked:
    """The gene, and what is said of it; a hyphen or colon may stand between them."""
    first, _, rest = plain.partition(" ")
    if first.endswith("+"):
        first, rest = first[:-1], f"positive {rest}".strip()
    if not symbols.knows(first):
        gene, colon, change = first.partition(":")
        if colon and re.match(r"[cnp]\.|NM_", change, re.IGNORECASE):
            first, rest = gene, f"{change} {rest}".strip()
        elif (found := _STUCK_EXON.fullmatch(first)) and symbols.knows(found[1]):
            said = replace(said, exon=int(found[2]))
            first, rest = found[1], f"{found[3]} {rest}".strip()
        elif "-" in first:
            at = next((m.start() for m in re.finditer("-", first) if symbols.knows(
                first[: m.start()])), None)  # fmt: skip
            if at is not None:
                first, rest = first[:at], f"{first[at + 1 :]} {rest}".strip()
    if not symbols.knows(first) and protein(first) and not rest:
        raise ValueError(f"is a change without its gene; write e.g. {symbols.example(None)}")
    if not symbols.knows(first) and protein(first):
        raise ValueError(f"begins with a change; write the gene first: {rest.upper()} {first}")
    return _Asked(first, symbols.resolve(first), rest, said, symbols)


def _common(name: CommonName, said: Beside, symbols: Symbols) -> Subject | Finding:
    """What a common name stands for."""
    one = name.alteration
    gene = one.gene or ""
    asked = _Asked(gene, gene, "", said, symbols)
    note = f"{name.name} is {one.text} ({', '.join(name.source)})"
    if one.protein or one.coding:
        return variant(gene, one.protein, one.coding, said, (note, *asked.notes_of_variant))
    if one.kind == "skipping":
        found = _whole(_skips(gene, one.exons), said)
        return replace(found, name=name.name, cautions=(note, *found.cautions))
    found = _of_class(asked, one)
    return replace(found, id=name.name, name=name.name, cautions=(note, *found.cautions))


def _of_gene(asked: _Asked) -> Subject | Finding:
    """A finding that begins with its gene."""
    gene, rest, said, symbols = asked.gene, asked.rest, asked.said, asked.symbols
    changed = protein(rest)
    for name in (rest, changed.short if changed else rest):
        if found := symbols.names.get(f"{gene} {name}".upper()):
            return _with(_common(found, said, symbols), asked.notes)
    if not rest:
        if said.exon and symbols.has(f"{gene} exon {said.exon} skipping"):
            return _with(_skips(gene, (said.exon,)), asked.notes)
        raise asked.refuse(f"'{asked.written}' lacks what changes in the gene")
    if change := change_of(rest, gene, said, symbols):
        return variant(gene, *change, said, asked.notes_of_variant)
    kind = phrase(rest) or _in_grammar(asked)
    if _EXPRESSED.match(rest):
        raise asked.refuse(f"'{rest}' does not say what was found", symbols.whole(gene))
    if kind is None and _WILD.fullmatch(rest):
        raise ValueError("is no finding; leave it out: a gene that is not named is of wild type")
    if kind is None:
        raise asked.refuse(f"'{rest}' cannot be read")
    return _with(_of_kind(kind, asked), asked.notes)


def _in_grammar(asked: _Asked) -> str | None:
    """``skipping`` or ``class`` for what the grammar has and a phrase has not."""
    try:
        one = parse_alteration(f"{asked.gene} {asked.rest}")
    except ValueError:
        return None
    if one.substitution:
        raise asked.refuse(f"'{asked.rest}' does not say which residue comes")
    if one.kind == "class" and len(one.codons) == 1 and not one.exons:
        return "class"
    return "skipping" if one.kind == "skipping" else None


def _of_kind(kind: str, asked: _Asked) -> Subject:
    """What a phrase says of a gene."""
    gene, said = asked.gene, asked.said
    if kind == "class":
        return _of_class(asked, parse_alteration(f"{gene} {asked.rest}"))
    if kind in {"fusion", "rearrangement"}:
        name = f"{gene} {kind}"
        one = Subject(
            "rearrangement", name, name, (None, gene), event="fusion", unsided=True,
            cautions=("the partner was not given",),
        )  # fmt: skip
        return _whole(one, said)
    if kind == "skipping":
        if said.exon is None and "exon" not in asked.rest:
            raise asked.refuse("the exon that is skipped is missing", "MET exon 14 skipping")
        exons = (said.exon,) if said.exon else parse_alteration(f"{gene} {asked.rest}").exons
        return _skips(gene, exons)
    if said.exon and kind in {"loss", "insertion"}:
        return _in_exon(kind, asked)
    if kind == "insertion":
        raise asked.refuse(f"'{asked.rest}' lacks its exon", "EGFR exon 20 insertion")
    if kind in CLASSES:
        return _of_class(asked, _alteration(gene, said.exon, kind))
    return _copies(kind, asked)


def _alteration(gene: str, exon: int | None, kind: str) -> Alteration:
    return parse_alteration(f"{gene} {f'exon {exon} ' if exon else ''}{CLASSES[kind]}")


def _copies(kind: str, asked: _Asked) -> Subject:
    call = "homozygous_deletion" if kind == "loss" else kind
    taken = f"'{asked.rest}' is taken as the loss of all copies; of one copy none of this holds"
    name = f"{asked.gene} {call}"
    notes = (taken,) if kind == "loss" else ()
    one = Subject("copy_number", name, name, (asked.gene,), call=call, cautions=notes)
    return _whole(one, asked.said)


def _in_exon(kind: str, asked: _Asked) -> Subject:
    """A deletion or insertion in an exon: in frame, where a gene is known for those."""
    gene, exon = asked.gene, asked.said.exon
    name = "inframe_deletion" if kind == "loss" else "inframe_insertion"
    text = f"{gene} exon {exon} {name}"
    skipped = f"{gene} exon {exon} skipping"
    if gene in asked.symbols.suppressors or asked.symbols.has(skipped):
        other = skipped if asked.symbols.has(skipped) else f"{gene} truncating"
        raise ValueError(f"'{asked.rest}' may be of the whole exon, or in it; write {text}, {other}"
                         f" or {gene} homozygous_deletion")  # fmt: skip
    return _of_class(asked, parse_alteration(text))


def _skips(gene: str, exons: tuple[int, ...]) -> Subject:
    name = f"{gene} exon {','.join(map(str, exons))} skipping"
    return Subject(
        "rearrangement", name, name, (gene,), event="splice_variant", skipped_exons=exons
    )


def _of_class(asked: _Asked, one: Alteration) -> Subject:
    """A small variant of which no more is known than its class, and perhaps its place."""
    said = asked.said
    if said.frequency is not None or "benign" in (said.clinvar or ""):
        raise asked.refuse("a class has no frequency and is not benign: name the change")
    pathogenic = asked.rest if (phrase(asked.rest) or "").endswith("pathogenic") else said.clinvar
    shown = " ".join(w for w in (one.text, said.origin, pathogenic and "clinvar pathogenic") if w)
    return Subject(
        kind="small_variant",
        id=shown,
        name=shown,
        genes=(asked.gene,),
        stated=one.variant_class,
        codons=one.codons[0] if one.codons else None,
        exon=one.exons[0] if one.exons else said.exon,
        origin=said.origin or "somatic",
        oncogenicity="oncogenic" if one.variant_class == "oncogenic" else None,
        pathogenic=bool(pathogenic) and is_pathogenic(said.clinvar or "pathogenic"),
        cautions=(*asked.notes_of_variant, _CLASS_ONLY),
    )


def _whole(one: Subject, said: Beside) -> Subject:
    """What is not a small variant; ValueError for words that only those have."""
    if word := said.of_variants:
        raise ValueError(f"'{word}' is of small variants, and {one.name} is none; leave it out")
    if said.origin != "germline":
        return one
    return replace(one, cautions=(*one.cautions, "germline is not asked of what is no variant"))


def _with(found: Subject | Finding, notes: tuple[str, ...]) -> Subject | Finding:
    if isinstance(found, Subject):
        return replace(found, cautions=tuple(dict.fromkeys((*notes, *found.cautions))))
    kept = found.annotation_note
    said = "; ".join(dict.fromkeys((*notes, *(kept.split("; ") if kept else ()))))
    return found.model_copy(update={"annotation_note": said or None})
