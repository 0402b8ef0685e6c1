"""What other programs say of microsatellite instability, read from their files."""

from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import read_lines

# Number_of_Unstable_Sites since 1.3, Number_of_Somatic_Sites before
_HEADERS = {
    ("Total_Number_of_Sites", name, "%")
    for name in ("Number_of_Unstable_Sites", "Number_of_Somatic_Sites")
}


@dataclass(frozen=True)
class CrossCheck:
    """A program's count of sites with enough reads, and of those that are unstable."""

    program: str
    sites: int
    unstable: int

    @property
    def words(self) -> str:
        """As the reason tells it."""
        if not self.sites:
            return f"{self.program} found no site with enough reads"
        share = 100 * self.unstable / self.sites
        return (
            f"{self.program} finds {self.unstable} of {self.sites} sites unstable ({share:.0f} %)"
        )


def read_msisensor_pro(path: Path) -> CrossCheck:
    """MSIsensor-pro's result (``msi`` or ``pro``): a header and one row, the version before them.

    Raises UserError when the file is another.
    """
    lines = [line for line in read_lines(path) if line.strip()]
    version = lines.pop(0).split()[-1] if lines and lines[0].startswith("# version ") else ""
    cells = [line.split("\t") for line in lines]
    if len(cells) != 2 or tuple(cells[0]) not in _HEADERS or len(cells[1]) != 3:
        raise UserError(f"{path}: is not a result of MSIsensor-pro; run it again")
    try:
        sites, unstable = int(cells[1][0]), int(cells[1][1])
    except ValueError as error:
        raise UserError(f"{path}: has no counts of sites; run MSIsensor-pro again") from error
    return CrossCheck(f"MSIsensor-pro {version}".strip(), sites, unstable)
