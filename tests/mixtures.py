"""Tumours mixed from the reads of two people: the noise of real reads, with a known truth.

A share of the donor's read pairs goes into the host's reads; other reads of the host are the
normal. What the donor has and the host has not is somatic in the mixture, and nothing else is.
Other people and shares can be had by other arguments.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

import pysam


@dataclass(frozen=True)
class Mixture:
    """A host, a donor, and the share of the donor's read pairs that goes into the host."""

    host: str
    donor: str
    share: float
    host_share: float = 0.6

    @property
    def name(self) -> str:
        """An identifier, as sample sheets allow."""
        return f"{self.host}-{self.donor}-{round(100 * self.share)}"


def draw(name: str, salt: str) -> float:
    """A number from 0 to 1 that belongs to a read pair's name: the same at each call."""
    return zlib.crc32(f"{salt}:{name}".encode()) / 2**32


def mix(bams: Path, mixture: Mixture, folder: Path) -> tuple[Path, Path]:
    """Write tumour and normal of a mixture as sorted, indexed BAM; returns their paths.

    The host's pairs are parted into tumour and normal, so that these share no read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tumour, normal = (folder / f"{mixture.name}-{kind}.bam" for kind in ("T", "N"))
    with pysam.AlignmentFile(str(bams / f"{mixture.host}.bam")) as host:
        header = pysam.AlignmentHeader.from_dict(
            {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": host.header.to_dict()["SQ"]}
        )
        own = [(draw(str(r.query_name), "host") < mixture.host_share, r) for r in host]
    with pysam.AlignmentFile(str(bams / f"{mixture.donor}.bam")) as donor:
        other = [r for r in donor if draw(str(r.query_name), "donor") < mixture.share]
    _write(tumour, header, [r for to_tumour, r in own if to_tumour] + other)
    _write(normal, header, [r for to_tumour, r in own if not to_tumour])
    return tumour, normal


def _write(path: Path, header: pysam.AlignmentHeader, reads: list[pysam.AlignedSegment]) -> None:
    unsorted = path.with_suffix(".unsorted.bam")
    with pysam.AlignmentFile(str(unsorted), "wb", header=header) as out:
        for read in reads:
            copy = pysam.AlignedSegment.from_dict(
                {**read.to_dict(), "tags": _without_group(read.to_dict()["tags"])}, header
            )
            out.write(copy)
    pysam.sort("-o", str(path), str(unsorted))
    pysam.index(str(path))
    unsorted.unlink()


def _without_group(tags: list[str]) -> list[str]:
    return [tag for tag in tags if not tag.startswith("RG:")]
