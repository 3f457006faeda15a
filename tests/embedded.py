"""Gives the tests a real PostgreSQL before Django reads its settings, with every table.

Each worker has its own: what follows the outbox waits for the oldest transaction of the whole
server, and would wait for the tests of the other worker.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from comptoir.core import postgres
from tests import pattern

NOWHERE = "postgresql://nobody@/none?host=/nowhere"
MINE = "COMPTOIR_TEST_SERVER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
FOLDER = pattern.ROOT / "var" / "test" / (WORKER or "alone") / "postgres"


# What one process has compiled, the hundreds of others that the tests start need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Models that migrations draw anew a thousand times are garbage enough to be looked for less often.
gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the tests' own embedded server, on a copy of the pattern, unless DATABASE_URL names
    another.

    To collect is to ask no database anything: then none is started. Nor does the process need one
    that only hands the tests out; it has the pattern made while its workers start.
    """
    os.environ["COMPTOIR_VAR"] = tempfile.mkdtemp(prefix="comptoir-test-")
    Path(os.environ["COMPTOIR_VAR"], "static").mkdir()
    known = early_config.known_args_namespace
    if known.collectonly:
        os.environ["DATABASE_URL"] = NOWHERE
    elif os.environ.get("DATABASE_URL", NOWHERE) == NOWHERE:
        if getattr(known, "numprocesses", None) and WORKER is None:
            os.environ["DATABASE_URL"] = NOWHERE
            beside = subprocess.Popen([sys.executable, "-m", "tests.pattern"], cwd=pattern.ROOT)
            early_config.add_cleanup(beside.wait)
        else:
            pattern.remove(FOLDER)
            pattern.copy_to(FOLDER)
            os.environ["DATABASE_URL"] = postgres.start(FOLDER)
            os.environ[MINE] = str(FOLDER)
            pattern.hurry(os.environ["DATABASE_URL"])


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
