"""What is wrong with the logs of judgements that a run will read."""

from collections.abc import Iterator

from dugnad.border import got
from dugnad.curation.log import log_path, read_log
from dugnad.errors import UserError
from dugnad.run import Run


def log_problems(run: Run) -> Iterator[str]:
    """A folder that is not there, and each case's log that does not hold."""
    folder = run.config.curation
    if folder is None:
        return
    if not folder.is_dir():
        text = f"no such folder {got(folder)}; make it, or mend the path"
        yield f"{run.files[0]}: curation: {text}"
    for case in run.cases:
        try:
            read_log(log_path(folder, case), case)
        except UserError as error:
            yield from error.problems
