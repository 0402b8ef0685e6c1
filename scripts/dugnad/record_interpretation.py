"""The record's interpretation: classes, tiers, evidence, trials and negatives, with reasons."""

from typing import Literal

from pydantic import Field

from dugnad.record_part import Part
from dugnad.record_rearrangements import Domain

State = Literal["met", "not_met", "not_assessable", "overruled"]
Effect = Literal["sensitivity", "resistance", "diagnostic", "prognostic"]
SubjectKind = Literal["small_variant", "copy_number", "rearrangement", "biomarker"]


class Reason(Part):
    """One criterion and how it was judged."""

    criterion: str = Field(description="its id, such as OVS1")
    state: State
    values: tuple[str, ...] = Field((), description="the facts it looked at, as fact: value")
    points: int | None = Field(None, description="that it gives when met; null: it gives none")
    text: str = Field(description="what it asks, in words")
    source: str


class Classification(Part):
    """A class or tier by one scheme, with its trace."""

    scheme: str = Field(description="such as AMP/ASCO/CAP 2017")
    category: str = Field(description="such as oncogenic, or I")
    level: str | None = Field(None, description="such as A")
    points: int | None = None
    reasons: tuple[Reason, ...] = ()
    note: str | None = None

    @property
    def name(self) -> str:
        """Category and level, such as IA."""
        return f"{self.category}{self.level or ''}"


class Evidence(Part):
    """What the knowledge says of an alteration, in this tumour type or another."""

    id: str = Field(description="of the row")
    resource: str = Field(description="that has it, such as dugnad or civic")
    alteration: str = Field(description="that the row is about")
    tumour_types: tuple[str, ...] = Field(description="OncoTree codes, any or any_solid")
    here: bool = Field(description="whether it holds in this case's tumour type")
    blocked_by: tuple[str, ...] = Field(
        (), description="other findings of the case that exclude it, so that it does not hold"
    )
    effect: Effect
    drugs: tuple[str, ...] = ()
    amp_level: Literal["A", "B", "C", "D"] | None = Field(None, description="in its tumour types")
    escat: str | None = Field(None, description="in its tumour types")
    setting: str | None = None
    statement: str
    source: tuple[str, ...]
    date: str
    reason: str = Field(description="why it matches, in words")


class TrialMatch(Part):
    """A cohort of a trial that the alteration may open."""

    trial: str
    title: str
    cohort: str
    drugs: tuple[str, ...]
    registry: str | None = Field(None, description="such as NCT04817956")
    as_of: str = Field(description="date of the trial's file")
    verify: bool = Field(description="whether the file is to be verified before use")
    match: Literal["match", "near"]
    reasons: tuple[str, ...] = Field(description="what fits, and for a near match what does not")


class Interpretation(Part):
    """What one finding means for this patient."""

    kind: SubjectKind
    id: str = Field(description="chrom-pos-ref-alt; gene copies; fusion's name; or biomarker")
    name: str = Field(description="as reports show it")
    gene: str | None
    reported: bool = Field(description="passes the filters")
    oncogenicity: Classification | None = Field(
        None, description="ClinGen/CGC/VICC 2022; of small variants"
    )
    amp: Classification
    escat: Classification
    evidence: tuple[Evidence, ...] = Field((), description="strongest first")
    trials: tuple[TrialMatch, ...] = ()
    germline: Classification | None = Field(
        None, description="whether to consider referral; never a diagnosis"
    )
    haematopoiesis: Classification | None = Field(
        None, description="whether it may be of clonal haematopoiesis"
    )
    cautions: tuple[str, ...] = Field((), description="what makes it less sure, in words")


class Unremarkable(Part):
    """A small variant of no relevance and without evidence: its class and tiers alone.

    There may be a hundred thousand; ``dugnad explain`` works their reasons out anew.
    """

    id: str
    name: str
    oncogenicity: str | None
    points: int | None
    amp: str
    escat: str


class Negative(Part):
    """A guideline biomarker of the tumour type that was not found, or could not be seen."""

    alteration: str
    drugs: tuple[str, ...]
    effect: Effect
    amp_level: str | None
    escat: str | None
    source: tuple[str, ...]
    status: Literal["not_found", "partly", "not_assessable"]
    reason: str = Field(description="what was looked at, and what was not")


class Knowledge(Part):
    """A body of knowledge that was consulted."""

    id: str
    release: str
    date: str
    sha256: str | None = None
    licence: str | None = None


class TumourType(Part):
    """The case's tumour type, as the knowledge understands it."""

    code: str
    name: str | None = Field(description="null: the code is not known, so that it matches any only")
    path: tuple[str, ...] = Field(description="ancestors, nearest first")
    group: Literal["solid", "haematological", "unknown"]


class Protein(Part):
    """A gene's protein, for pictures."""

    gene: str
    length: int | None = Field(description="residues")
    domains: tuple[Domain, ...] = ()


class Interpretations(Part):
    """All findings of a case, interpreted, with the knowledge that was used."""

    knowledge: tuple[Knowledge, ...]
    tumour_type: TumourType
    age_band: str | None = None
    items: tuple[Interpretation, ...] = Field(description="highest tier first")
    unremarkable: tuple[Unremarkable, ...] = Field((), description="in the order of the findings")
    negatives: tuple[Negative, ...] = ()
    notes: tuple[str, ...] = ()
    proteins: tuple[Protein, ...] = Field((), description="of genes with small variants, if known")
