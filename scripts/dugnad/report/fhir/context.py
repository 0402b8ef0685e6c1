"""What all resources of a bundle share: the case's frame, language, status and identifiers."""

import uuid
from dataclasses import dataclass
from typing import Any

from dugnad.record import CaseRecord, SampleRecord
from dugnad.report.fhir.codes import assembly_of
from dugnad.report.fhir.parts import Resource, concept, narrative, notes, reference
from dugnad.report.words import Words

GUIDE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:dugnad:fhir")
STATUS = {"DRAFT": "preliminary", "SIGNED": "final"}


@dataclass(frozen=True)
class Context:
    """``frame`` are the patient, the specimens by sample, the device and the organisation."""

    record: CaseRecord
    words: Words
    patient: Resource
    specimens: dict[str, Resource]
    device: Resource
    organisation: Resource | None

    @property
    def status(self) -> str:
        """Of the report and of all observations."""
        return STATUS[self.record.status]

    @property
    def assembly(self) -> str | None:
        """GRCh37 or GRCh38, where the genome is one of these."""
        return assembly_of(self.record.panel.genome)

    def specimen(self, analyte: str = "dna") -> Resource:
        """The tumour's specimen of an analyte, as an element; the other one where it has none."""
        tumours = [sample for sample in self.record.samples if sample.role == "tumour"]
        tumours.sort(key=lambda sample: sample.analyte != analyte)
        if not tumours:
            return {}
        return {"specimen": reference(self.specimens[tumours[0].id])}

    def observation(
        self, key: str, profile: str | None, code: Resource, told: str, **more: Any
    ) -> Resource:
        """An Observation of the tumour. ``key`` is its name in the case, which gives its id.

        When the quality gate is not passed, it has no value that a program could take for sure.
        """
        if self.record.blocked:
            more = self._unsure(told, more)
        found: Resource = {
            "resourceType": "Observation",
            "id": identity(self.record, "Observation", key),
            "language": self.words.language,
            "text": narrative(self.words.language, told),
            "status": self.status,
            "category": [concept("laboratory"), concept("genetics")],
            "code": code,
            "subject": reference(self.patient),
            "issued": instant(self.record),
            "device": reference(self.device),
            **more,
        }
        if profile:
            found["meta"] = {"profile": [f"{GUIDE}/{profile}"]}
        if self.organisation:
            found["performer"] = [reference(self.organisation)]
        return found

    def _unsure(self, told: str, more: Resource) -> Resource:
        """The same without its value: present is indeterminate, all else is absent with a note."""
        gate = self.words("fhir.gate")
        kept = {key: value for key, value in more.items() if not key.startswith("value")}
        if more.get("valueCodeableConcept") == concept("present"):
            kept["valueCodeableConcept"] = concept("indeterminate")
        elif len(kept) < len(more):
            kept["dataAbsentReason"] = concept("unknown", text=gate)
        return kept | {"note": [*notes(gate, told)["note"], *more.get("note", [])]}


def identity(record: CaseRecord, kind: str, key: str) -> str:
    """The same UUID (version 5) for the same thing of the same case, run after run."""
    return str(uuid.uuid5(NAMESPACE, "\n".join((record.case, kind, key))))


def instant(record: CaseRecord) -> str:
    """When the record was made, as a FHIR instant."""
    made = record.created
    return made.isoformat() if made.tzinfo else f"{made.isoformat()}+00:00"


def kind_of(sample: SampleRecord) -> str:
    """Role and analyte, as ``fhir.specimen`` names them."""
    return f"{sample.role}_{sample.analyte}"
