"""What is wrong with a panel's reference of copy numbers, before any work is done."""

from collections.abc import Iterator
from pathlib import Path

from dugnad.copy_number.bins import cut_targets
from dugnad.copy_number.reference import match, read_reference
from dugnad.errors import UserError
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.regions import read_targets


def reference_problems(rules: CopyNumberRules | None, targets: Path) -> Iterator[str]:
    """Faults of the reference: no such file, or of other bins than the panel's ``targets``."""
    if rules is None or rules.normals is None:
        return
    try:
        regions = read_targets(targets)
    except UserError:
        return  # told elsewhere
    try:
        match(
            read_reference(rules.normals),
            cut_targets(regions, rules.bin_size.value),
            rules.normals,
        )
    except UserError as error:
        yield from error.problems
