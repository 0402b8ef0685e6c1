"""The case record: what a case amounts to. All that people and systems read renders this."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dugnad.panel_rules import Filter, Origin
from dugnad.quantities import AgeBand
from dugnad.record_biomarkers import Biomarkers
from dugnad.record_copy_number import CopyNumber
from dugnad.record_curation import Curation
from dugnad.record_interpretation import Interpretations
from dugnad.record_part import Part
from dugnad.record_rearrangements import Rearrangements

RECORD_VERSION: Literal["1.0.0"] = "1.0.0"

Status = Literal["pass", "warn", "fail", "info", "not_measured"]
Verdict = Literal["pass", "warn", "fail", "not_assessed"]
OriginName = Literal["germline", "likely_germline", "somatic", "uncertain"]


class Metric(Part):
    """One measured figure with the limit that it was held against."""

    metric: str
    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    status: Status
    source: str

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit, which a metric that was not measured does not meet."""
        return self.lower is not None or self.upper is not None


class Acceptance(Part):
    """A sample taken in spite of one blocking metric, by whom and why."""

    sample: str
    metric: str
    reason: str
    initials: str


class SampleGate(Part):
    """What the panel's limits say of a sample."""

    sample: str
    verdict: Verdict
    reasons: tuple[str, ...] = Field(description="the limits that are not met")
    blocked_by: tuple[str, ...] = Field(description="failed metrics whose limit blocks")
    accepted: tuple[Acceptance, ...] = Field(description="of those, what the site accepts")

    @property
    def not_accepted(self) -> tuple[str, ...]:
        """The metrics that block and that nobody has accepted."""
        taken = {item.metric for item in self.accepted}
        return tuple(metric for metric in self.blocked_by if metric not in taken)


class CaseGate(Part):
    """What the panel's limits say of a case: the worst of its samples."""

    case: str
    verdict: Verdict
    samples: tuple[SampleGate, ...]


class SampleRecord(Part):
    """A sample and whether it can be trusted."""

    id: str
    role: Literal["tumour", "normal"]
    analyte: Literal["dna", "rna"]
    door: Literal["fastq", "bam", "vcf"]
    sex: str = Field(description="as stated on the sheet")
    sex_observed: Literal["female", "male", "unknown"] = Field(
        "unknown", description="as the reads say; rules that depend on sex use it"
    )
    sex_reason: str | None = None
    purity: float | None = Field(description="tumour fraction as stated on the sheet")
    verdict: Verdict
    reasons: tuple[str, ...]
    blocked_by: tuple[str, ...] = Field((), description="failed metrics whose limit blocks")
    accepted: tuple[Acceptance, ...] = Field((), description="of those, what the site accepts")
    metrics: tuple[Metric, ...]


class Finding(Part):
    """A small variant with its evidence, what it does, whose it is and why it matters."""

    chrom: str
    pos: int = Field(description="1-based VCF position")
    ref: str
    alt: str
    start: int = Field(description="0-based; with end: bases touched in any equal placement")
    end: int = Field(description="exclusive")
    called_by: tuple[str, ...]
    caller_filters: tuple[str, ...] = Field(description="the caller's own FILTER, without PASS")
    depth: int | None
    alt_reads: int | None
    vaf: float | None
    normal_depth: int | None
    normal_alt_reads: int | None
    normal_vaf: float | None
    normal_ratio: float | None = Field(None, description="normal VAF over tumour VAF")
    rna_depth: int | None = None
    rna_alt_reads: int | None = None
    rna_vaf: float | None = None
    base_quality: float | None = Field(description="mean, Phred, of the alternative reads")
    mapping_quality: float | None = Field(description="mean, Phred, of the alternative reads")
    mapping_quality_loss: float | None = Field(
        None, description="mean mapping quality of reference reads less that of alternative ones"
    )
    end_distance: float | None = Field(
        None, description="median distance of the alternative reads' change to their end, bases"
    )
    extra_mismatches: float | None = Field(
        None, description="mean mismatches of alternative reads above those of reference reads"
    )
    strand_odds: float | None = Field(description="symmetric odds ratio, 0.69 without bias")
    damage_orientation: float | None = Field(
        None,
        description="likelihood ratio, Phred-scaled, of damage to a true variant by orientation",
    )
    homopolymer: int | None = Field(None, description="run of one base that an indel lies in")
    neighbours: int | None = Field(
        None, description="other places within 50 bases where the tumour shows a variant"
    )
    background_quality: float | None = Field(
        None, description="Phred-scaled probability of so many reads by error alone"
    )
    background_vaf: float | None = Field(None, description="mean VAF in the panel of normals")
    background_sd: float | None = None
    normals_share: float | None = Field(
        None, description="share of the panel of normals that has the allele as germline"
    )
    cis_with: tuple[str, ...] | None = Field(
        None, description="other changes that the same fragments show"
    )
    gene: str | None
    transcript: str | None
    place: str | None
    consequence: tuple[str, ...] | None = Field(description="Sequence Ontology terms")
    impact: str | None
    hgvs_g: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    annotation_note: str | None
    other_transcripts: tuple[str, ...] | None
    population_frequency: float | None
    population_source: str | None
    population_maximum: float | None = Field(
        None, description="highest frequency in one of the groups that the source is set to compare"
    )
    population_group: str | None = Field(None, description="the group of population_maximum")
    population_filter: str | None = Field(
        None, description="FILTER of the population's record, as source: FILTER; null: passes"
    )
    clinical_significance: str | None
    clinical_source: str | None
    clinical_stars: int | None = Field(
        None, description="ClinVar's review status in stars, 0 to 4; the lowest where several tell"
    )
    clinical_conditions: tuple[str, ...] | None = None
    clinical_oncogenicity: str | None = Field(
        None, description="as the clinical source words it, such as ClinVar's ONC"
    )
    known_ids: tuple[str, ...] | None
    annotations: tuple[str, ...] | None = Field(
        None, description="what further sources say, each as source: key=value"
    )
    recurrence: str | None = Field(
        None, description="in runs before: samples by VAF bin, X:A+B+C+D=M/N"
    )
    recurrence_tumours: float | None = None
    recurrence_normals: float | None = None
    copies: float | None = Field(None, description="of its place, in a tumour cell")
    minor_copies: int | None = Field(None, description="of the parent that has fewer")
    origin: OriginName
    origin_reason: str
    hotspot: str | None
    filters: tuple[str, ...] = Field(description="ids of the filters that flag it; empty: PASS")
    not_judged: tuple[str, ...] = Field(description="ids of filters without the evidence they need")
    rescued: tuple[str, ...] = Field(
        (), description="ids of filters that flag it but for a hotspot or a known significance"
    )
    relevance: Literal["hotspot", "clinical", "altering", "other"]
    relevance_reason: str

    @property
    def passes(self) -> bool:
        """Whether no filter flags it."""
        return not self.filters

    @property
    def notation(self) -> str:
        """The most telling HGVS name that there is: p., else c., else g."""
        protein = self.hgvs_p if self.hgvs_p != "p.?" else None
        return protein or self.hgvs_c or self.hgvs_g or f"{self.chrom}:{self.pos}"

    @property
    def name(self) -> str:
        """Gene and notation."""
        return f"{self.gene} {self.notation}" if self.gene else self.notation


class Place(Part):
    """A hotspot or target of the tumour sample, and whether it could be seen."""

    kind: Literal["hotspot", "target"]
    label: str
    gene: str | None = None
    chrom: str
    start: int = Field(description="0-based")
    end: int = Field(description="exclusive")
    mean_depth: float
    min_depth: int
    callable_fraction: float
    status: Literal["callable", "partly", "not_assessable"]

    def is_touched_by(self, finding: Finding) -> bool:
        """Whether a finding changes a base of it."""
        overlaps = finding.start < self.end and self.start < finding.end
        return finding.chrom == self.chrom and overlaps


class GeneCoverage(Part):
    """How much of a gene's targeted coding bases could be seen in the tumour."""

    gene: str
    callable_fraction: float
    mean_depth: float
    status: Literal["callable", "partly", "not_assessable"]


class PanelRecord(Part):
    """The assay and the rules that were applied."""

    id: str
    version: str
    name: str
    genome: str
    genes: tuple[str, ...]
    callable_depth: float
    filters: tuple[Filter, ...]
    origin: Origin


class SourceRecord(Part):
    """A source of known sites and its release."""

    id: str
    kind: str
    release: str


class Software(Part):
    """A program that made a part of the result."""

    name: str
    version: str


class CaseRecord(Part):
    """One case, whole."""

    record_version: Literal["1.0.0"] = RECORD_VERSION
    migrated_from: str | None = Field(
        None, description="record version that it was written in; null: this one"
    )
    case: str
    status: Literal["DRAFT", "SIGNED"] = "DRAFT"
    created: datetime
    tumour_type: str = Field(description="OncoTree code")
    consent: str
    age_band: AgeBand | None = Field(None, description="as stated on the sheet")
    verdict: Verdict = Field(description="the worst of its samples")
    panel: PanelRecord
    samples: tuple[SampleRecord, ...] = Field(
        description="tumour DNA, normal DNA, then RNA, of which the quality alone is judged"
    )
    findings: tuple[Finding, ...] = Field(description="all variants, flagged ones too")
    places: tuple[Place, ...] = Field(
        description="all hotspots, and the targets that are not wholly callable, in the tumour"
    )
    genes_unseen: tuple[GeneCoverage, ...] = Field(
        (), description="reportable genes that are not wholly callable in the tumour"
    )
    copy_number: CopyNumber | None = Field(
        None, description="null: the panel does not ask for it, or there are no reads"
    )
    rearrangements: Rearrangements | None = Field(None, description="null: as of copy number")
    biomarkers: Biomarkers = Biomarkers()
    interpretation: Interpretations | None = Field(None, description="null: not classified yet")
    curation: Curation | None = Field(None, description="null: nobody has judged anything yet")
    depth_known: bool = Field(description="false when the case came as calls, without reads")
    annotated: bool = Field(description="false when no gene annotation is configured")
    sources: tuple[SourceRecord, ...]
    software: tuple[Software, ...]
    code: str = Field(description="digest of the code that made the record")

    @property
    def blocked(self) -> bool:
        """Whether a blocking limit is not met: nothing here may look sure, accepted or not."""
        return any(sample.blocked_by for sample in self.samples)

    @property
    def not_found(self) -> tuple[str, ...]:
        """Hotspots that could be seen and that no finding changes, flagged or not."""
        found = [finding for finding in self.findings if finding.hotspot]
        return tuple(
            place.label
            for place in self.places
            if place.kind == "hotspot"
            and place.status == "callable"
            and not any(place.is_touched_by(finding) for finding in found)
        )
