"""Gives the tests a real PostgreSQL before Django reads its settings.

Each worker has its own: what follows the outbox waits for the oldest transaction of the whole
server, and would wait for the tests of the other worker.
"""

import os
import shutil
import tempfile
from pathlib import Path

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


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave no server and no folder behind."""
    if os.environ.get(MINE) == str(FOLDER):
        postgres.stop(FOLDER)
    shutil.rmtree(os.environ["COMPTOIR_VAR"], ignore_errors=True)
