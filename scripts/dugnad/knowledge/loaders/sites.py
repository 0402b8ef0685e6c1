"""The records of a VCF of known sites, one allele at a time, as text streams by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.known_sites import Listed, Site

_NUMBER = re.compile(r"##INFO=<ID=([^,]+),Number=([^,]+),")


@dataclass(frozen=True)
class Allele:
    """One alternative allele of a record; ``chrom`` as the file names it, ``pos`` 1-based."""

    chrom: str
    pos: int
    ref: str
    alt: str
    site: Site


def read_alleles(path: Path, head: list[str]) -> Iterator[Allele]:
    """Each alternative allele of a VCF whose header is ``head``; records without one are left out.

    Raises UserError at a record that is none, or where the file breaks off.
    """
    numbers = {m[1]: m[2] for line in head if (m := _NUMBER.match(line))}
    try:
        with open_bytes(path) as lines:
            for line, raw in enumerate(lines, start=1):
                if raw.startswith(b"#"):
                    continue
                cells = raw.decode("utf-8").rstrip("\r\n").split("\t", 8)
                if len(cells) < 8 or not cells[1].isdecimal():
                    raise UserError(f"{path}:{line}: is not a record of a VCF; get it again")
                alts = cells[4].split(",")
                for number, alt in enumerate(alts):
                    if alt not in {".", "*"} and set(alt.upper()) <= set("ACGTN"):
                        place = f"{path}:{line}"
                        site = Site(Listed(cells, number, len(alts)), numbers, place)
                        yield Allele(cells[0], int(cells[1]), cells[3], alt, site)
    except (UnicodeDecodeError, EOFError, OSError) as error:
        raise UserError(f"{path}: is cut off or damaged ({error}); get it again") from None


def plain(text: str | None) -> str | None:
    """A VCF's text, which has underscores for spaces, as it is read."""
    return " ".join(text.replace("_", " ").split()) if text else None
