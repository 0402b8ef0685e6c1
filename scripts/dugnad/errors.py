"""The one error class for what a user can mend."""

from collections.abc import Iterable


class UserError(Exception):
    """One or several problems that the user can mend; each is one line of text.

    Raised with all problems at once, so that a sheet is corrected in one go.
    The command line prints the lines and exits with status 2; any other exception is a bug.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: list[str] = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))
