"""A toy genome with reads over one place of it, and a finding there."""

from pathlib import Path
from typing import Any

import pysam

from builders import sequence
from dugnad.cli import main
from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import classify
from dugnad.interpretation.named import subject_of
from dugnad.knowledge import SHIPPED
from dugnad.record import CaseRecord, Finding

LENGTH, PLACE = 2000, 1000
REFERENCE = sequence(LENGTH, 7)
REF = REFERENCE[PLACE]
ALT = "ACGT"[("ACGT".index(REF) + 1) % 4]


def write_fasta(folder: Path) -> Path:
    path = folder / "toy.fa"
    path.write_text(f">chr1\n{REFERENCE}\n>chr2\n{sequence(LENGTH, 8)}\n")
    pysam.faidx(str(path))
    return path


def read(
    name: str, start: int = PLACE - 50, cigar: str = "100M", bases: str = "", **changes: Any
) -> dict[str, Any]:
    """A read of the reference, or of other bases, at a 0-based place."""
    given = {"flag": 0, "mapping_quality": 60, "quality": 35, "tags": []}
    return given | {
        "name": name,
        "start": start,
        "cigar": cigar,
        "bases": bases or REFERENCE[start : start + 100],
        **changes,
    }


def with_alt(name: str, start: int = PLACE - 50, **changes: Any) -> dict[str, Any]:
    bases = REFERENCE[start:PLACE] + ALT + REFERENCE[PLACE + 1 : start + 100]
    return read(name, start, bases=bases, **changes)


def write(path: Path, reads: list[dict[str, Any]]) -> Path:
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [
        {"SN": "chr1", "LN": LENGTH}, {"SN": "chr2", "LN": LENGTH},
    ]}  # fmt: skip
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for given in sorted(reads, key=lambda one: one["start"]):
            one = pysam.AlignedSegment(out.header)
            one.query_name, one.flag = given["name"], given["flag"]
            one.reference_id, one.reference_start = 0, given["start"]
            one.mapping_quality, one.cigarstring = given["mapping_quality"], given["cigar"]
            one.query_sequence = given["bases"]
            one.query_qualities = pysam.qualitystring_to_array(
                chr(33 + given["quality"]) * len(given["bases"])
            )
            one.set_tags(given["tags"])
            if "mate" in given:
                one.next_reference_id, one.next_reference_start = given["mate"]
            out.write(one)
    pysam.index(str(path))
    return path


def finding(name: str = "EGFR L858R", **changes: Any) -> Finding:
    one = subject_of(name)
    assert isinstance(one, Finding)
    given = {
        "chrom": "chr1",
        "pos": PLACE + 1,
        "ref": REF,
        "alt": ALT,
        "start": PLACE,
        "end": PLACE + 1,
        "depth": 9,
        "alt_reads": 4,
        "vaf": 4 / 9,
        "normal_depth": None,
        "normal_alt_reads": None,
        "normal_vaf": None,
        "rna_depth": None,
        "rna_alt_reads": None,
        "rna_vaf": None,
    }
    return one.model_copy(update=given | changes)


def interpreted(record: CaseRecord) -> CaseRecord:
    done = classify(record, load_base(SHIPPED))
    return record.model_copy(update={"interpretation": done})


def made(tmp_path: Path, record: CaseRecord, **changes: Any) -> dict[str, str]:
    """The pages by language, and the session, of a case with nine reads at the place."""
    (tmp_path / "case.json").write_text(record.model_dump_json())
    reads = [*(with_alt(f"a{n}") for n in range(4)), *(read(f"r{n}") for n in range(5))]
    bam = write(tmp_path / "t.bam", changes.get("reads", reads))
    pages = {name: tmp_path / f"C1.{name}.reads.html" for name in ("nb", "en")}
    options = [word for name, path in pages.items() for word in ("--page", name, str(path))]
    status = main(
        [
            "show-reads", "--record", str(tmp_path / "case.json"),
            "--sample", changes.get("sample", "C1-T"), str(bam),
            "--fasta", str(write_fasta(tmp_path)),
            "--min-base-quality", "20", "--min-mapping-quality", "20",
            *options, "--igv", str(tmp_path / "C1.igv.xml"),
        ]
    )  # fmt: skip
    if status:
        return {"status": str(status)}
    found = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    return found | {"igv": (tmp_path / "C1.igv.xml").read_text(encoding="utf-8")}
