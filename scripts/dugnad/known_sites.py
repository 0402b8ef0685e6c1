"""The reader of known sites: what a VCF of a population, or of clinical variants, says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pysam

from dugnad.alleles import trim
from dugnad.errors import UserError
from dugnad.fields import field
from dugnad.vcf import Call


@dataclass(frozen=True)
class Hit:
    """What a source of known sites says of one allele."""

    id: str | None
    frequency: float | None
    significance: str | None


class KnownSites:
    """A VCF of known sites, looked up by allele.

    Alleles are compared in their shortest form, so that padding and multi-allelic records
    do not hide a match; both sides are taken to be left-aligned.
    """

    def __init__(
        self, source: str, path: Path, kind: Literal["population", "clinical"], key: str
    ) -> None:
        self.source = source
        self.kind = kind
        self._key = key
        self._vcf = pysam.VariantFile(str(path))
        if key not in self._vcf.header.info:
            raise UserError(f"{path}: has no INFO key {key!r}; name the right key in the config")
        with pysam.TabixFile(str(path)) as table:
            self._contigs = set(table.contigs)

    def covers(self, chrom: str) -> bool:
        """Whether the source has any record on the contig; without one it says nothing there."""
        return chrom in self._contigs

    def look_up(self, call: Call) -> Hit | None:
        """The source's word on the call's allele; None when it has none.

        Where several records have the allele, the highest frequency and all significances count.
        """
        if not self.covers(call.chrom):
            return None
        wanted = trim(call.pos, call.ref, call.alt)
        start = call.pos - 1
        hits = [
            self._hit(record, index)
            for record in self._vcf.fetch(call.chrom, start, start + len(call.ref))
            for index, alt in enumerate(record.alts or ())
            if trim(record.pos, str(record.ref), alt) == wanted
        ]
        if not hits:
            return None
        frequencies = [hit.frequency for hit in hits if hit.frequency is not None]
        said = [hit.significance for hit in hits if hit.significance]
        name = next((hit.id for hit in hits if hit.id), None)
        return Hit(name, max(frequencies, default=None), "; ".join(said) or None)

    def _hit(self, record: pysam.VariantRecord, index: int) -> Hit:
        name = record.id if record.id not in (None, ".") else None
        value = self._of_allele(record, index)
        if self.kind == "clinical":
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            return Hit(name, None, None if text is None else str(text).replace("_", " "))
        try:
            return Hit(name, None if value is None else _plain(float(value)), None)
        except (TypeError, ValueError):
            place = f"{self.source}: {record.chrom}:{record.pos}"
            raise UserError(f"{place}: {self._key} is not a number for each allele") from None

    def _of_allele(self, record: pysam.VariantRecord, index: int) -> Any:
        """The value that belongs to one alternative allele, by the number that the header gives."""
        value, alts = field(record.info, self._key), len(record.alts or ())
        if not isinstance(value, tuple):
            return value
        number = record.header.info[self._key].number
        if number == "R":
            return value[index + 1]
        if number == "A" or (self.kind == "population" and len(value) == alts):
            return value[index]
        return value[0] if len(value) == 1 else value


def _plain(value: float) -> float:
    """A VCF's 32-bit float as the number that the file has."""
    return float(f"{value:.6g}")
