"""The embedded PostgreSQL while the site is served: restarted if it dies, stopped at the end.

It is stopped only where a `comptoir` command started it (then `var/postgres.started` is there), and
only by the last `comptoir serve` of the folder to end: each holds `var/serve.lock` shared.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import SubprocessError

import click
import psycopg

from comptoir.core import postgres

_CHECK_SECONDS = 1.0


class Embedded:
    """The server of a folder, or nothing where `DATABASE_URL` names one of its own."""

    def __init__(self, pgdata: Path | None) -> None:
        self.pgdata = pgdata
        self._checked_at = time.monotonic()

    def watch(self) -> None:
        """Start the server again if it died; what was committed comes back by its recovery."""
        now = time.monotonic()
        if self.pgdata is None or now - self._checked_at < _CHECK_SECONDS:
            return
        self._checked_at = now
        if not postgres.is_running(self.pgdata):
            click.echo("PostgreSQL ended; starting it again.", err=True)
            try:
                postgres.start(self.pgdata)
            except postgres.EmbeddedServerError as error:
                click.echo(str(error), err=True)
            except (OSError, psycopg.Error, SubprocessError) as error:
                # Its files may be mended while the site stays up and says that it cannot serve.
                text = (
                    f"PostgreSQL cannot be started: {error}. Mend {self.pgdata}; it is tried again."
                )
                click.echo(text, err=True)


@contextmanager
def embedded(var: Path) -> Iterator[Embedded]:
    """Hold the folder while serving; at the end stop the server if it is ours and nobody's else."""
    name = os.environ.get("COMPTOIR_EMBEDDED")
    pgdata = Path(name) if name else None
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield Embedded(pgdata)
        finally:
            if pgdata and _alone(lock.fileno()):
                _stop_if_ours(pgdata)


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop_if_ours(pgdata: Path) -> None:
    mark = pgdata.with_suffix(".started")
    if mark.exists():
        postgres.stop(pgdata)
        mark.unlink(missing_ok=True)
