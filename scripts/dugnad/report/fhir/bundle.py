"""A case as one bundle: the report, whose it is, what was examined, by what, and all that it says.

The frame and the codes follow HL7's Genomics Reporting Implementation Guide on FHIR R4.
"""

from collections import Counter
from collections.abc import Iterator

from dugnad.record import CaseRecord, SampleRecord
from dugnad.report.fhir.biomarkers import biomarkers
from dugnad.report.fhir.context import GUIDE, Context, identity, instant, kind_of
from dugnad.report.fhir.implications import implications
from dugnad.report.fhir.parts import Resource, clean, concept, narrative, notes, reference
from dugnad.report.fhir.seen import negatives, region, specimens
from dugnad.report.fhir.variants import variant
from dugnad.report.standing import curation_notes
from dugnad.report.view import Line, ReportView
from dugnad.report.words import Words
from dugnad.site import Site


def bundle_of(record: CaseRecord, words: Words, site: Site) -> Resource:
    """The bundle (type collection) of a case; the same record gives the same bundle."""
    context = context_of(record, words, site)
    view = ReportView.of(record)
    observations = [*_observations(context, view)]
    report = _report(context, view, observations, site)
    frame = [context.patient, *context.specimens.values(), context.device]
    if context.organisation:
        frame.append(context.organisation)
    return {
        "resourceType": "Bundle",
        "id": identity(record, "Bundle", "report"),
        "language": words.language,
        "identifier": {"value": clean(f"{record.case}.case.json")},
        "type": "collection",
        "timestamp": instant(record),
        "entry": [
            {"fullUrl": f"urn:uuid:{one['id']}", "resource": one}
            for one in (report, *frame, *observations)
        ],
    }


def context_of(record: CaseRecord, words: Words, site: Site) -> Context:
    """The frame of a case's resources."""
    patient = _resource(record, words, "Patient", record.case, record.case)
    label = words("fhir.pseudonym")
    patient["identifier"] = [{"type": {"text": label}, "value": clean(record.case)}]
    found = {sample.id: _specimen(record, words, sample, patient) for sample in record.samples}
    organisation = None
    if site.name:
        organisation = _resource(record, words, "Organization", site.name, site.name)
        organisation["name"] = clean(site.name)
    device = _device(record, words)
    return Context(record, words, patient, found, device, organisation)


def _resource(record: CaseRecord, words: Words, kind: str, key: str, told: str) -> Resource:
    return {
        "resourceType": kind,
        "id": identity(record, kind, key),
        "language": words.language,
        "text": narrative(words.language, told),
    }


def _specimen(
    record: CaseRecord, words: Words, sample: SampleRecord, patient: Resource
) -> Resource:
    kind = words(f"fhir.specimen.{kind_of(sample)}")
    told = f"{sample.id}: {kind}"
    verdict = words("fhir.quality", verdict=words.term("verdict", sample.verdict))
    return _resource(record, words, "Specimen", sample.id, told) | {
        "identifier": [{"value": clean(sample.id)}],
        "type": {"text": kind},
        "subject": reference(patient),
        **notes(verdict, *sample.reasons),
    }


def _device(record: CaseRecord, words: Words) -> Resource:
    """The program with the versions of all programs, and the knowledge that it used."""
    done = record.interpretation
    known = [f"{one.id} {one.release}, {one.date}" for one in (done.knowledge if done else ())]
    known += [f"{one.id} {one.release}" for one in record.sources]
    versions = [
        {"type": {"text": clean(one.name)}, "value": clean(one.version)} for one in record.software
    ]
    versions.append({"type": {"text": words("fhir.code")}, "value": clean(record.code)})
    return _resource(record, words, "Device", "dugnad", "Dugnad") | {
        "deviceName": [{"name": "Dugnad", "type": "manufacturer-name"}],
        "type": {"text": words("fhir.program")},
        "version": versions,
        **notes(words("fhir.knowledge", listed="; ".join(known)) if known else None),
    }


def _observations(context: Context, view: ReportView) -> Iterator[Resource]:
    """Region, biomarkers, findings and their implications, then what was not found."""
    yield region(context)
    own = {}
    for name, found in biomarkers(context):
        own[name] = found
        yield found
    seen: Counter[str] = Counter()
    doubted = [(line, False) for line in view.flagged]
    for line, sure in (*((line, True) for line in view.lines), *doubted):
        key = f"{line.item.kind}/{line.item.id}"
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key}/{seen[key]}"
        if line.item.kind == "biomarker" and line.item.id in own:
            of = own[line.item.id]
        else:
            of = variant(context, line, key, sure)
            yield of
        yield from implications(context, line, of, key, sure and not context.record.blocked)
    yield from negatives(context, view)


def _report(
    context: Context, view: ReportView, observations: list[Resource], site: Site
) -> Resource:
    record, words = context.record, context.words
    told = tuple(_conclusion(context, view))
    signed = record.curation.signed if record.curation else None
    title = f"{words('report.title')} {record.case}, {view.tumour_type}"
    found = _resource(record, words, "DiagnosticReport", record.case, title) | {
        "meta": {"profile": [f"{GUIDE}/genomic-report"]},
        "text": narrative(words.language, title, (*told, *_frame(site))),
        "identifier": [{"value": clean(record.case)}],
        "status": context.status,
        "category": [concept("genetics")],
        "code": concept("genetic_report", "reporting_panel", text=words("report.title")),
        "subject": reference(context.patient),
        "issued": instant(record),
        "specimen": specimens(context),
        "result": [reference(one) for one in observations],
        "conclusion": clean("\n".join(told)),
    }
    if context.organisation:
        found["performer"] = [reference(context.organisation)]
    if signed and record.status == "SIGNED":
        found["resultsInterpreter"] = [{"display": f"{signed.initials}, {signed.date}"}]
    return found


def _frame(site: Site) -> Iterator[str]:
    yield from (text for text in (site.contact, site.disclaimer) if text)


def _conclusion(context: Context, view: ReportView) -> Iterator[str]:
    """The first screen in lines of text."""
    record, words = context.record, context.words
    yield words("report.signed" if record.status == "SIGNED" else "report.draft")
    if record.blocked:
        yield words("fhir.gate")
    if view.done is None:
        yield words("fhir.not_classified")
        return
    yield from _curated(context, view)
    for line in view.key:
        yield _told(context, line)
    if not view.key:
        yield words("head.nothing_key")
    for line in view.flagged:
        yield f"{line.name}: {words('fhir.doubted')}"
    for line in view.excluded:
        yield f"{line.name}: {words('fhir.excluded')}"
    yield from curation_notes(view, words)
    for offer in view.matches:
        yield f"{offer.line.name}: {words('fhir.trial.match')}: {offer.trial.trial}"
    if view.not_assessable:
        listed = ", ".join(dict.fromkeys(one.alteration for one in view.not_assessable))
        yield f"{words('head.not_assessable')}: {listed}"
    referred = ", ".join(line.name for line in view.referral)
    yield f"{words('head.germline')}: {referred or words('head.nothing_germline')}"


def _curated(context: Context, view: ReportView) -> Iterator[str]:
    """A signature that holds no longer, and what must be looked at after a judgement."""
    curation, words = context.record.curation, context.words
    if curation is not None and curation.lapsed is not None:
        lapsed = curation.lapsed
        yield words("fhir.lapsed", initials=lapsed.initials, date=words.day(lapsed.date))
    if view.rematch:
        yield words("fhir.rematch", names=", ".join(line.name for line in view.rematch))


def _told(context: Context, line: Line) -> str:
    words = context.words
    tiers = f"{words('column.amp')} {line.item.amp.name}, ESCAT {line.item.escat.name}"
    parts = [f"{line.name}: {tiers}"]
    if line.sensitive:
        parts.append(f"{words('column.responds')}: {', '.join(line.sensitive)}")
    if line.resistant:
        parts.append(f"{words('column.resists')}: {', '.join(line.resistant)}")
    return "; ".join(parts)
