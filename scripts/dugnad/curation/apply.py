"""What a log says of a record: the last judgement of each finding, and whether it is signed."""

from collections.abc import Iterable, Sequence

from dugnad.curation.digest import digest
from dugnad.curation.log import START, Chained
from dugnad.record import CaseRecord
from dugnad.record_curation import Curation, Judgement, Lapsed, Signature


def judgements(found: Iterable[Chained]) -> dict[str, Judgement]:
    """The last judgement of each finding, by its id, in the order of the log."""
    last: dict[str, Judgement] = {}
    for one in found:
        if one.entry.judgement:
            last.pop(one.entry.judgement.finding, None)
            last[one.entry.judgement.finding] = one.entry.judgement
    return last


def curated(record: CaseRecord, found: Sequence[Chained]) -> CaseRecord:
    """The record with its curation made anew from the log, and nothing else changed.

    It is SIGNED when the log's last entry signs the very record; else a DRAFT, which says whose
    signature holds no longer.
    """
    if not found:
        return record.model_copy(update={"curation": None, "status": "DRAFT"})
    known = {item.id for item in record.interpretation.items} if record.interpretation else set()
    last = judgements(found).values()
    signed, lapsed = _signature(record, found)
    curation = Curation(
        judgements=tuple(one for one in last if one.finding in known),
        gone=tuple(one for one in last if one.finding not in known),
        signed=signed,
        lapsed=lapsed,
        log_head=head_of(found),
        entries=len(found),
    )
    status = "SIGNED" if signed else "DRAFT"
    return record.model_copy(update={"curation": curation, "status": status})


def head_of(found: Sequence[Chained]) -> str:
    """The digest of the last entry."""
    return found[-1].digest if found else START


def _signature(
    record: CaseRecord, found: Sequence[Chained]
) -> tuple[Signature | None, Lapsed | None]:
    """The signature that holds, or the last one, which does not."""
    last = next((one.entry for one in reversed(found) if one.entry.signature), None)
    if last is None or last.signature is None:
        return None, None
    one = last.signature
    same = one.record == digest(record)
    if same and last.number == len(found):
        return one, None
    changed = "judgements" if same else "record"
    return None, Lapsed.model_validate(
        {"initials": one.initials, "date": one.date, "changed": changed}
    )
