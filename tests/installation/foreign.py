"""A PostgreSQL that is not ours: another cluster, by TCP and password, with roles and databases."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from comptoir.core.postgres import server_of
from tests.concurrency.live import free_port

HERE = "127.0.0.1"
SUPER = "s/pe r@"


class Foreign:
    """A server of somebody else's, whose superuser is `postgres`."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str, role: str = "postgres", password: str = SUPER) -> str:
        """Return the address of a database for a role."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{who}@{HERE}:{self.port}/{quote(database, safe='')}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, each by itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def foreign_server() -> Iterator[Foreign]:
    """Run a server of its own while the block lasts, by the embedded one's programs."""
    root = Path(tempfile.mkdtemp(prefix="comptoir-foreign-"))
    # The package knows the user that may run PostgreSQL here: root may not.
    known = server_of(root / "unused")
    word = root / "password"
    word.write_text(SUPER)
    if known.system_user:
        for path in (root, word):
            shutil.chown(path, known.system_user)

    def program(name: str, *words: str) -> None:
        subprocess.run(
            [known.bin_path / name, *words],
            user=known.system_user,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )

    port, data = free_port(), str(root / "data")
    options = ("-U", "postgres", "-A", "scram-sha-256", f"--pwfile={word}", "-E", "UTF8")
    program("initdb", "-D", data, "--locale=C", "--no-sync", *options)
    told = f"-c listen_addresses={HERE} -c port={port} -c unix_socket_directories='' -c fsync=off"
    program("pg_ctl", "-w", "-D", data, "-l", str(root / "log"), "-o", told, "start")
    try:
        yield Foreign(port)
    finally:
        program("pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")
        shutil.rmtree(root)
