"""Versions of the programs that made a result, read from what they wrote.

The files' own headers are the witnesses, so that the answer is right however a program was
installed.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pysam

from dugnad.callers import GATK_LINE
from dugnad.reads.lane_reports import lane_reports

Versions = dict[str, str]

_SOURCE = re.compile(r"##source=([A-Za-z][A-Za-z0-9]*)(?:[ _]v?(\d\S*))?")


def of_fastp(folders: Iterable[Path]) -> Versions:
    """From fastp's reports of the lanes."""
    found = [report["summary"]["fastp_version"] for report in lane_reports(folders)]
    return {"fastp": found[-1]} if found else {}


def of_alignments(bams: Iterable[Path]) -> Versions:
    """From the @PG lines of BAM files; the latest line of a program counts."""
    found: Versions = {}
    for path in bams:
        with pysam.AlignmentFile(str(path)) as bam:
            for line in bam.header.to_dict().get("PG", []):
                if "PN" in line and "VN" in line:
                    found[line["PN"]] = line["VN"]
    return found


def of_calls(vcfs: Iterable[Path]) -> Versions:
    """From the header of VCF files: the callers' ``source``, GATK's tools, and bcftools.

    A caller that names itself without a version is there with ``not stated``.
    """
    found: Versions = {}
    for path in vcfs:
        with pysam.VariantFile(str(path)) as vcf:
            for line in str(vcf.header).splitlines():
                if match := GATK_LINE.match(line):
                    found[match[1]] = match[2]
                elif match := _SOURCE.match(line):
                    found[match[1]] = match[2] or found.get(match[1], "not stated")
                elif match := re.match(r"##bcftools_normVersion=([^+\s]+)", line):
                    found["bcftools"] = match[1]
    return found


def of_texts(files: Iterable[Path]) -> Versions:
    """From files whose first line has a program's name and its version."""
    found = (path.read_text(encoding="utf-8").split() for path in files)
    return {name: version for name, version, *_ in found}


def of_program(text: str | None) -> Versions:
    """From a program's name and its version, as a part of the record has them."""
    name, _, version = (text or "").rpartition(" ")
    return {name: version} if name else {}


def of_mosdepth(files: Iterable[Path]) -> Versions:
    """From what ``mosdepth --version`` printed."""
    found = [path.read_text().split()[-1] for path in files]
    return {"mosdepth": found[-1]} if found else {}
