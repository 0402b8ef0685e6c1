"""When the report may not say that something is absent."""

from typing import Literal

from dugnad.record import CaseRecord
from dugnad.report.words import Words


def doubt(record: CaseRecord, analyte: Literal["dna", "rna"], t: Words) -> str | None:
    """Why the tumour's reads allow no negative; None where they meet their limits.

    Fusions and copy numbers have no depth of their own at each place, as hotspots do: a sample
    that fails leaves nothing to say of what it does not show.
    """
    tumours = [s for s in record.samples if s.role == "tumour" and s.analyte == analyte]
    if any(sample.verdict == "fail" or sample.blocked_by for sample in tumours):
        return t(f"page.doubt.{analyte}")
    return None
