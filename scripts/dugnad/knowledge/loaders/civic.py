"""CIViC's TSV releases as therapy rows: ClinicalEvidenceSummaries, with Variant- and
AssertionSummaries beside it.

A row comes from an item that is accepted, not flagged, supports its claim, and whose molecular
profile and effect have a counterpart here. All others are counted and listed with the reason.

CIViC's level (docs.civicdb.org/model/evidence/level) becomes a level of AMP/ASCO/CAP
(PMID:27993330) so: A (proven or consensus) is A, B (patient data) is B, C (case study) and D
(preclinical) are D, E (inferential) is left out. An assertion has its own AMP level. A disease that
disease_terms.tsv does not have gives no tumour types, so that the row is of no tumour type.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.alteration import parse_alteration
from dugnad.knowledge.loaders.civic_fields import (
    Cells,
    NotUsed,
    amp_level_of,
    drugs_of,
    effect_of,
    level_of,
    open_assertions,
    open_evidence,
    open_variants,
    sources_of,
    usable,
)
from dugnad.knowledge.loaders.civic_names import Alternative, Known, Variants, read_profile
from dugnad.knowledge.loaders.diseases import DiseaseTerms, read_disease_terms
from dugnad.knowledge.loaders.release_table import ReleaseTable
from dugnad.knowledge.therapies import AmpLevel, Therapy

_EVIDENCE, _VARIANTS, _ASSERTIONS = (
    "ClinicalEvidenceSummaries.tsv",
    "VariantSummaries.tsv",
    "AssertionSummaries.tsv",
)
_DAY = re.compile(r"(?:19|20)\d\d-\d\d")


@dataclass(frozen=True)
class CivicRow:
    """A therapy row and what CIViC says besides.

    ``disease`` is CIViC's own; with one that OncoTree codes do not cover, the row's
    ``tumour_types`` are empty: another disease. ``rating`` is CIViC's trust, 1 to 5 stars.
    """

    therapy: Therapy
    profile: str
    disease: str
    doid: str
    level: str
    rating: int | None
    significance: str
    origin: str
    """somatic, rare germline, common germline, unknown, ..."""

    @property
    def germline(self) -> bool:
        """Whether it is about inherited variants; kept apart from the tumour's."""
        return "germline" in self.origin


@dataclass(frozen=True)
class Unread:
    """An item that gives no row, and why."""

    id: str
    profile: str
    reason: str


@dataclass(frozen=True)
class CivicEvidence:
    """What a release gives. ``rows`` are of the tumour's variants, ``germline`` of inherited ones.

    ``unread`` have a profile or a field without a counterpart; ``left_out`` counts those that are
    not accepted, do not support their claim, are inferential, or of a type that is not used.
    """

    release: str
    rows: tuple[CivicRow, ...]
    germline: tuple[CivicRow, ...]
    unread: tuple[Unread, ...]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def therapies(self) -> tuple[Therapy, ...]:
        """The rows for matching: those whose disease is a tumour type that we know."""
        return tuple(row.therapy for row in self.rows if row.therapy.tumour_types)


def load_civic(folder: Path, terms: DiseaseTerms | None = None) -> CivicEvidence:
    """The evidence and assertions of a release.

    Args:
        folder: holds one ``*ClinicalEvidenceSummaries.tsv``, and of the same release
            ``*VariantSummaries.tsv`` and ``*AssertionSummaries.tsv`` where there are these.
        terms: diseases as OncoTree codes; our table when not given.

    Raises UserError when the evidence lacks, or a file is not what it should be.
    """
    evidence = _only(folder, _EVIDENCE)
    if evidence is None:
        raise UserError(f"{folder}: has no *{_EVIDENCE}; run: dugnad resources fetch civic")
    variants_path, assertions = _only(folder, _VARIANTS), _only(folder, _ASSERTIONS)
    reader = _Items(
        release_of(evidence) or "unknown release",
        read_variants(variants_path) if variants_path else {},
        terms or read_disease_terms(),
    )
    reader.read(open_evidence(evidence), "eid")
    if assertions:
        reader.read(open_assertions(assertions), "aid")
    return reader.whole()


def _only(folder: Path, name: str) -> Path | None:
    """The one file of the folder that ends so; None without. UserError for several."""
    found = sorted(path for path in folder.glob(f"*{name}") if "Submitted" not in path.name)
    if len(found) > 1:
        shown = ", ".join(path.name for path in found)
        raise UserError(f"{folder}: has several releases ({shown}); keep one")
    return found[0] if found else None


def read_variants(path: Path) -> Variants:
    """What VariantSummaries says of each variant; UserError when it is another file."""
    table = open_variants(path)
    found: Variants = {}
    for _, cells in table.rows():
        types = (text.strip().lower().replace("-", "") for text in cells["types"].split(","))
        known = Known(
            frozenset(text.replace(" ", "_") for text in types if text),
            tuple(text.strip() for text in cells["hgvs"].split(",")),
        )
        for feature in {cells["feature"], cells["gene"]} - {""}:
            found[feature.upper(), cells["variant"].upper()] = known
    return found


class _Items:
    """Gathers the rows of both files, and what is not used of them."""

    def __init__(self, release: str, variants: Variants, terms: DiseaseTerms) -> None:
        self._release = release
        self._variants = variants
        self._terms = terms
        self._rows: list[CivicRow] = []
        self._unread: list[Unread] = []
        self._left_out: Counter[str] = Counter()

    def read(self, table: ReleaseTable, kind: str) -> None:
        for _, cells in table.rows():
            profile = cells["profile"] or f"{cells.get('gene', '')} {cells.get('variant', '')}"
            try:
                usable(cells)
                self._rows += self._of_item(cells, kind, profile.strip())
            except NotUsed as reason:
                self._left_out[str(reason)] += 1
            except ValueError as reason:
                self._unread.append(Unread(f"{kind.upper()}{cells['id']}", profile, str(reason)))

    def whole(self) -> CivicEvidence:
        return CivicEvidence(
            self._release,
            tuple(row for row in self._rows if not row.germline),
            tuple(row for row in self._rows if row.germline),
            tuple(self._unread),
            dict(self._left_out),
        )

    def _of_item(self, cells: Cells, kind: str, profile: str) -> Iterator[CivicRow]:
        level: AmpLevel = level_of(cells) if kind == "eid" else amp_level_of(cells)
        effect = effect_of(cells)
        drugs = drugs_of(cells) if effect in {"sensitivity", "resistance"} else ()
        origin = cells["origin"].lower()
        alternatives = read_profile(profile, self._variants)
        for number, one in enumerate(alternatives, start=1):
            suffix = f"-{number}" if len(alternatives) > 1 else ""
            present, absent = _of_origin(one, origin)
            first = next(text for text in present if not text.endswith("wild_type"))
            rest = list(present)
            rest.remove(first)
            therapy = Therapy(
                id=f"civic-{kind}{cells['id']}{suffix}",
                alteration=parse_alteration(first),
                requires=tuple(map(parse_alteration, rest)),
                unless=tuple(map(parse_alteration, absent)),
                tumour_types=self._terms.codes(cells["doid"], cells["disease"]),
                not_tumour_types=(),
                effect=effect,
                drugs=drugs,
                amp_level=level,
                escat=None,
                setting=None,
                statement=" ".join(cells["statement"].split()),
                source=sources_of(cells, kind),
                date=cells["date"][:7] if _DAY.match(cells["date"]) else self._release,
                resource=f"CIViC {self._release}",
            )
            yield CivicRow(
                therapy,
                profile,
                cells["disease"],
                cells["doid"],
                cells.get("level", "") or cells.get("amp", ""),
                int(cells["rating"]) if cells.get("rating", "").isdecimal() else None,
                cells["significance"],
                origin,
            )


def _of_origin(one: Alternative, origin: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The alterations, restricted to the germline where the evidence is of inherited variants."""
    if "germline" not in origin:
        return one.present, one.absent
    return tuple(
        text if text.endswith(("wild_type", " high", " fusion")) else f"{text} germline"
        for text in one.present
    ), one.absent


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not the summary that its name says."""
    del genome  # CIViC's summaries are of no genome
    if path.name.endswith(_EVIDENCE):
        open_evidence(path)
    elif path.name.endswith(_VARIANTS):
        open_variants(path)
    elif path.name.endswith(_ASSERTIONS):
        open_assertions(path)
    else:
        raise UserError(f"{path}: is no summary of CIViC by its name; name it as CIViC does")


def release_of(path: Path) -> str | None:
    """The day in the file's name, as 01-Jan-2026; None for nightly ones."""
    found = re.match(r"(\d\d-[A-Z][a-z]{2}-\d{4})-", path.name)
    return found[1] if found else None
