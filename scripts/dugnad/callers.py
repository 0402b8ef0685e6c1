"""What a caller writes of itself and of its alleles, where the callers differ in it."""

import re

import pysam

GATK_LINE = re.compile(r'##GATKCommandLine=<ID=(\w+),.*?\bVersion="?([^",>]+)')
"""The header line in which a tool of GATK names itself (1) and its version (2)."""

NO_COLUMNS = (
    "has no sample columns, as LoFreq writes it, and so no reads of any sample",
    "start from the reads, or add a column with DP and AD for each sample",
)
"""Fault and remedy of a VCF of sites alone."""

_ALLELE_STATUS = "AS_FilterStatus"
_NO_FILTER = {"PASS", "SITE", "."}


def own_filters(record: pysam.VariantRecord) -> tuple[str, ...]:
    """FILTER without PASS, and what GATK says of the allele alone; each once.

    GATK's FILTER of a record with several alleles is that of the best one; what the others fail
    stands in ``AS_FilterStatus``. The record must be split; the filters of the status may be
    parted by "," as GATK writes them, or by "/" as our rules do before they split alleles.
    """
    names = [name for name in record.filter if name not in _NO_FILTER]
    if _ALLELE_STATUS in record.info:
        status = record.info[_ALLELE_STATUS]
        text = ",".join(map(str, status)) if isinstance(status, tuple) else str(status)
        names += [name for name in re.split("[,/]", text) if name not in _NO_FILTER]
    return tuple(dict.fromkeys(names))
