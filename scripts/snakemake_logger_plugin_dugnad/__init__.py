"""What a person sees while Snakemake runs the workflow: `--logger dugnad`.

Snakemake finds this package by its name, and imports it at every start, in each job on a cluster
too: nothing heavy is imported before a run is shown.
"""

import logging
import sys
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase


class LogHandler(LogHandlerBase):
    """Shows cases while jobs run; everything else is written as Snakemake would write it.

    No error in here reaches the run: what cannot be shown is written in Snakemake's own form.
    """

    def __post_init__(self) -> None:
        """Snakemake's own handler always stands ready; the watch only where jobs will run."""
        from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter

        asked = self.common_settings
        stream = sys.stdout if asked.stdout else sys.stderr
        quiet = set(asked.quiet or ())
        self.own = ColorizingTextHandler(
            nocolor=asked.nocolor,
            stream=stream,
            formatter=DefaultFormatter(quiet, asked.show_failed_logs),
            filter=DefaultFilter(
                quiet, asked.debug_dag, asked.verbose, asked.dryrun, asked.printshellcmds
            ),
        )
        self.watch: Any = None
        if asked.dryrun or asked.verbose or asked.debug_dag:
            return
        try:
            from .watch import Watch

            names = {str(item) for item in quiet}
            self.watch = Watch(stream, self.own, names, colour=not asked.nocolor)
        except Exception:
            self.watch = None

    def emit(self, record: logging.LogRecord) -> None:
        """Show one event of Snakemake."""
        try:
            if self.watch is not None and self.watch.takes(record):
                return
        except Exception:
            self.watch.give_up()
        try:
            self.own.handle(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """The last word on the run."""
        try:
            if self.watch is not None:
                self.watch.close()
        except Exception:
            self.watch.give_up()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """It takes the place of Snakemake's own handler; .snakemake/log keeps everything."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """It writes no file."""
        return False

    @property
    def has_filter(self) -> bool:
        """`--quiet` is heeded by the parts."""
        return True

    @property
    def has_formatter(self) -> bool:
        """The texts are our own."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """Cases are shown, not rules."""
        return False
