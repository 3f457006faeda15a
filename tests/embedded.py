"""Gives the tests a real PostgreSQL before Django reads its settings."""

import os
import tempfile
from pathlib import Path

import pytest

from comptoir.core import postgres

VAR = Path(__file__).resolve().parent.parent / "var" / "test"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start (or find) the tests' own embedded server, unless DATABASE_URL names another."""
    os.environ["COMPTOIR_VAR"] = tempfile.mkdtemp(prefix="comptoir-test-")
    Path(os.environ["COMPTOIR_VAR"], "static").mkdir()
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = postgres.start(VAR / "postgres")
