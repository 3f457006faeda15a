"""`comptoir` as one types it in a plain shell: none of the tests' own settings."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-m", "comptoir"]
_OURS = ("COMPTOIR_", "PYTEST_", "DJANGO_")
_ALSO = {"DATABASE_URL", "LC_ALL", "LC_MESSAGES"}


def plain(**environment: str) -> dict[str, str]:
    """Return the environment of a plain shell, in English, and what is given. The file of an
    installation that this machine may have is left alone."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and name not in _ALSO
    }
    return {**kept, "LANG": "en_GB.UTF-8", "COMPTOIR_ENV": "", **environment}


def comptoir(
    folder: Path, *words: str, typed: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder and return what came of it."""
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=plain(**environment),
        input=typed or "",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
