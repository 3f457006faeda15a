"""Other versions of the project, taken from its own history."""

import io
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ":(glob)comptoir/**/migrations/*.py"
# What a Python before 3.11.4 does not know of; the archive is of our own history.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def git(*words: str) -> bytes:
    """Return what git says. Skips the test where there is no history to ask."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed: there is no version before to try")
    if done.returncode:
        pytest.skip(f"no history: {done.stderr.decode().strip()[:200]}")
    return done.stdout


def commit_before_last_migration() -> str:
    """Return the commit before the one that last brought a migration to the main line, or the one
    that COMPTOIR_BEFORE names."""
    if named := os.environ.get("COMPTOIR_BEFORE"):
        return named
    words = ("log", "-1", "--first-parent", "-m", "--diff-filter=A", "--format=%H")
    found = git(*words, "--", MIGRATIONS).decode().strip()
    if not found:
        pytest.skip("no commit of this history brought a migration")
    return git("rev-parse", "--verify", f"{found}^1").decode().strip()


def unpack(commit: str, folder: Path) -> Path:
    """Put the files of a commit into a folder, and return it; the history stays as it is."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as archive:
        archive.extractall(folder, **SAFELY)
    return folder
