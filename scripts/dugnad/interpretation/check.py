"""Is the knowledge that a run names sound, and does it know the tumour types of the sheet?"""

from collections.abc import Iterator

from dugnad.errors import UserError
from dugnad.interpretation.base import load_base
from dugnad.knowledge import SHIPPED
from dugnad.run import Run


def knowledge_problems(run: Run) -> Iterator[str]:
    """Faults of the tables and trials, and tumour types that they do not have, each by its row.

    With a tumour type that is not known, only knowledge of any tumour would count, and a tier
    would be too low without a sign: so it is refused.
    """
    config = run.config
    try:
        base = load_base(config.knowledge or SHIPPED, config.trials, config.resources)
    except UserError as error:
        yield from error.problems
        return
    for item in run.rows:
        if fault := base.types.problem(item.row.tumour_type):
            yield item.lines.problem(("tumour_type",), fault)
