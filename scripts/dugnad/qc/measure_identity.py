"""Measure whether a case's samples are of one person, from the reads at common sites.

Each sample is held beside the case's tumour DNA (see ``compare-samples``). How alike it is to the
samples of other cases is measured across the run, at its end, so that no case waits for another.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dugnad.qc.compare_samples import Needs, Pairs, add_needs, compare, needs_of
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.sites import read_counts

SOURCE = "dugnad measure-identity"
LATER = "compared at the end of the run: see the run's quality page"


class Member(NamedTuple):
    """A sample of the case: its role (tumour or normal) and its analyte (dna or rna)."""

    sample: str
    role: str
    analyte: str


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--sample", nargs=4, action="append", default=[],
        metavar=("ID", "ROLE", "ANALYTE", "COUNTS"),
        help="a sample of the case, and its counts by count-sites; may be repeated",
    )  # fmt: skip
    add_needs(parser)
    parser.add_argument("--output", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the measures of all samples."""
    needs = needs_of(args)
    members = [Member(*words[:3]) for words in args.sample]
    pairs = compare([read_counts(Path(words[3])).autosomal() for words in args.sample], needs)
    found = {
        member.sample: measures(index, members, pairs, needs)
        for index, member in enumerate(members)
    }
    write_measures(args.output, found)


def measures(
    index: int, members: Sequence[Member], pairs: Pairs, needs: Needs
) -> dict[str, Measured]:
    """Relatedness of one member with the case's tumour DNA, which itself has no ``identity``."""
    later = {"identity_elsewhere": Measured(None, "ratio", LATER)}
    mine = members[index]
    if (mine.role, mine.analyte) == ("tumour", "dna"):
        own = Measured(int(pairs.sites[index, index]), "sites", SOURCE)
        return {"identity_sites": own} | later
    tumour = next(
        (n for n, m in enumerate(members) if (m.role, m.analyte) == ("tumour", "dna")), None
    )
    if tumour is None:
        own = Measured(int(pairs.sites[index, index]), "sites", SOURCE)
        absent = Measured(None, "ratio", "the case's tumour DNA is not here")
        return {"identity_sites": own} | later | {"identity": absent}
    shared = Measured(int(pairs.sites[index, tumour]), "sites", SOURCE)
    identity = _identity(index, tumour, pairs, needs)
    return {"identity_sites": shared} | later | {"identity": identity}


def _identity(index: int, tumour: int, pairs: Pairs, needs: Needs) -> Measured:
    if not pairs.enough[index, tumour]:
        sites, found = pairs.sites[index, tumour], pairs.loci[index, tumour]
        text = f"too few sites: {sites} of at least {needs.sites}"
        return Measured(None, "ratio", f"{text}, in {found} loci of at least {needs.loci}")
    return Measured(float(pairs.relatedness[index, tumour]), "ratio", SOURCE)
