"""Gives the tests a real PostgreSQL before Django reads its settings.

Each worker has its own: what follows the outbox waits for the oldest transaction of the whole
server, and would wait for the tests of the other worker.
"""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from comptoir.core import postgres

MINE = "COMPTOIR_TEST_SERVER"
FOLDER = (
    Path(__file__).resolve().parent.parent
    / "var"
    / "test"
    / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    / "postgres"
)


# What one process has compiled, the hundreds of others that the tests start need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Models that migrations draw anew a thousand times are garbage enough to be looked for less often.
gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start (or find) the tests' own embedded server, unless DATABASE_URL names another.

    To collect is to ask no database anything: then none is started.
    """
    os.environ["COMPTOIR_VAR"] = tempfile.mkdtemp(prefix="comptoir-test-")
    Path(os.environ["COMPTOIR_VAR"], "static").mkdir()
    # A worker inherits what the process that started it had set for itself.
    if early_config.known_args_namespace.collectonly:
        os.environ["DATABASE_URL"] = "postgresql://nobody@/none?host=/nowhere"
    elif "DATABASE_URL" not in os.environ or MINE in os.environ:
        os.environ["DATABASE_URL"] = postgres.start(FOLDER)
        os.environ[MINE] = str(FOLDER)
        _write_without_care(os.environ["DATABASE_URL"])


def _write_without_care(url: str) -> None:
    """Have the server leave it to the system when what it writes reaches the disk: no test cuts the
    power, and those that kill a server have one of their own."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what was imported and collected: it stays anyway."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave no server and no folder behind."""
    if os.environ.get(MINE) == str(FOLDER):
        postgres.stop(FOLDER)
    shutil.rmtree(os.environ["COMPTOIR_VAR"], ignore_errors=True)
