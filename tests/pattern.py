"""A cluster whose database this version has migrated: made once, copied wherever one is wanted.

    python -m tests.pattern

Migrations take five processor seconds, a copy a fifth of one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from comptoir.core import postgres

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "test" / "pattern"
DATABASE = "comptoir"
_CODE = (
    *("comptoir/*/migrations/*.py", "comptoir/core/management/**/*.py", "comptoir/core/*.py"),
    *("comptoir/core/backend/*.py", "comptoir/config/*.py", "comptoir/serve/commands.py"),
    *("requirements/*.txt", "tests/pattern.py"),
)


def cluster() -> Path:
    """Return the folder of the cluster, stopped in good order. Whoever comes first makes it, and
    makes it anew where what migrates has changed; the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made, note = FOLDER / "postgres", FOLDER / "of"
    with (FOLDER / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        code = _code()
        if not note.exists() or note.read_text(encoding="utf-8") != code:
            note.unlink(missing_ok=True)
            remove(made)
            _make(made)
            note.write_text(code, encoding="utf-8")
    return made


def copy_to(folder: Path) -> None:
    """Put a copy of the cluster where nothing is, with its owner, whom `shutil` does not copy."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", cluster(), folder], check=True)


def remove(folder: Path) -> None:
    """Stop the server of a folder if one runs, and remove it."""
    if folder.exists():
        postgres.stop(folder)
        shutil.rmtree(folder)


def hurry(url: str) -> None:
    """Have a server leave it to the system when what it writes reaches the disk: no test cuts the
    power, and those that kill a server have one of their own. And have it look sooner for those
    who wait for each other: a control waits for nothing else."""
    told = {"fsync": "off", "full_page_writes": "off", "deadlock_timeout": "'100ms'"}
    _tell(url, *(f"ALTER SYSTEM SET {name} = {value}" for name, value in told.items()))


def _make(folder: Path) -> None:
    url = postgres.start(folder, DATABASE)
    hurry(url)
    # Of the tests' own settings none may be read, but where its files go.
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COMPTOIR_")}
    try:
        with tempfile.TemporaryDirectory() as var:
            subprocess.run(
                [sys.executable, "-m", "comptoir", "migrate"],
                cwd=ROOT,
                env={**kept, "DATABASE_URL": url, "COMPTOIR_VAR": var},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        # No copy of it is a copy of an installation: each is to note itself, or nothing.
        _tell(url, "ALTER SYSTEM RESET ALL", "DELETE FROM core_installation")
    finally:
        postgres.stop(folder)


def _tell(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            connection.execute(statement.encode())


def _code() -> str:
    """Return what the tables are made of: migrations, which import nothing of the packages, what
    runs them, and the versions of libraries and server."""
    found = hashlib.sha256()
    for path in sorted(path for name in _CODE for path in ROOT.glob(name)):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


if __name__ == "__main__":
    cluster()
