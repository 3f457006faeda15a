"""Commands of copies: who speaks, who is quiet, and a drill that brings a dump back."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import click
import psycopg
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from comptoir.core.db import connect
from comptoir.core.exits import voice
from comptoir.core.postgres import program
from comptoir.notifications.operations import release

MAIL_HOURS = 24
SCRATCH = "comptoir_drill_"
_LAST = (
    "SELECT greatest((SELECT max(written_at) FROM core_outbox),"
    " (SELECT max(placed_at) FROM orders_order))"
)
_COUNTED = {
    "shops": "shops_shop",
    "products": "catalogue_product",
    "offers": "stock_offer",
    "orders": "orders_order",
}


@click.command()
@click.option(
    "--mail-hours",
    type=click.IntRange(0),
    default=MAIL_HOURS,
    show_default=True,
    help="Mails that were written earlier are given up, not sent.",
)
def speak(mail_hours: int) -> None:
    """Have this installation send mails, call and ask others: the copy is the real one now."""
    with transaction.atomic():
        if not voice.speak():
            click.echo("This installation speaks already.")
            return
        queued, given_up = release(since=timezone.now() - timedelta(hours=mail_hours))
    click.echo("This installation speaks now: what waited is being sent.")
    click.echo(f"Mails that were held: {queued}. Mails too old to be sent: {given_up}.")


@click.command()
def quiet() -> None:
    """Hold every mail and call back until “comptoir speak”; what waits is kept."""
    voice.be_quiet()
    click.echo("Nothing leaves this installation from now on. “comptoir speak” ends that.")


@click.command()
@click.argument("dump", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def drill(dump: Path) -> None:
    """Bring DUMP (of pg_dump, custom format) back beside the real database, migrate and check it.

    It makes a database of its own on the same server and removes it. A copy is quiet: nothing
    leaves.
    """
    # Told to end, it still removes what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with _scratch() as url, TemporaryDirectory(prefix="comptoir-drill-") as var:
        _run([program("pg_restore"), "--no-owner", "--no-privileges", f"--dbname={url}", str(dump)])
        with psycopg.connect(url, autocommit=True) as database:
            _tell_age(database)  # before a migration writes anything
        env = {**os.environ, "DATABASE_URL": url, "COMPTOIR_VAR": var}
        env["COMPTOIR_SECRET_KEY"] = settings.SECRET_KEY
        for name in ("migrate", "check"):
            click.echo(f"comptoir {name}")
            _run([sys.executable, "-m", "comptoir", name], env)
        with psycopg.connect(url, autocommit=True) as database:
            _tell(database)
    click.echo("The dump can be brought back. Nothing is left of the drill.")


@contextmanager
def _scratch() -> Iterator[str]:
    """Make an empty database, give its address, and drop it."""
    name = SCRATCH + token_hex(4)
    with connect() as server:
        try:
            made = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
            server.execute(sql.SQL(made).format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            text = (
                "A drill makes a database of its own. Let the user do that (ALTER ROLE … CREATEDB),"
                " or set DATABASE_URL to a server where it may."
            )
            raise click.ClickException(text) from None
    try:
        # As it was written: the words that our own libpq adds are unknown to an older pg_restore.
        yield make_conninfo(os.environ["DATABASE_URL"], dbname=name)
    finally:
        with connect() as server:
            dropped = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
            server.execute(sql.SQL(dropped).format(sql.Identifier(name)))


def _run(words: list[str], env: dict[str, str] | None = None) -> None:
    """Run a program. Raises `ClickException` with its last words where it fails."""
    done = subprocess.run(  # noqa: S603 - this program's own, and PostgreSQL's
        words, env=env, capture_output=True, text=True, check=False
    )
    if done.stdout:
        click.echo(done.stdout.rstrip())
    if done.returncode:
        said = " ".join(done.stderr.split())[-1000:]
        raise click.ClickException(f"{Path(words[0]).name} failed: {said}")


def _tell(database: psycopg.Connection[tuple[object, ...]]) -> None:
    """Print what the dump holds."""
    for name, table in _COUNTED.items():
        counted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = database.execute(counted).fetchone()
        click.echo(f"{name}\t{row[0] if row else 0}")


def _tell_age(database: psycopg.Connection[tuple[object, ...]]) -> None:
    row = database.execute(_LAST).fetchone()
    if row and isinstance(row[0], datetime):
        age = timedelta(seconds=int((timezone.now() - row[0]).total_seconds()))
        moment = f"{timezone.localtime(row[0]):%Y-%m-%d %H:%M:%S}"
        click.echo(f"Last entry: {moment}, {age} ago.")
    else:
        click.echo("Nothing was ever written in it.")
