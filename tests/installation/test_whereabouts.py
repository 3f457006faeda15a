"""A command finds its installation or says that there is none; it starts no server."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from psycopg import OperationalError
from psycopg.conninfo import make_conninfo

from comptoir.core import postgres
from comptoir.installation.postgres import sentence, trouble_with
from tests.concurrency.live import free_port
from tests.installation.shell import comptoir

SECRET = "s3cret-word"


def test_a_command_in_a_plain_shell_starts_no_server(tmp_path: Path) -> None:
    for words in (["shops", "list"], ["demo"], ["migrate"], ["django", "showmigrations"]):
        done = comptoir(tmp_path, *words)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "No installation was found: COMPTOIR_ENV names no file" in done.stderr
        assert str(tmp_path / "var") in done.stderr
        assert "comptoir run" in done.stderr
        assert list(tmp_path.iterdir()) == []
    assert "Aucune installation" in comptoir(tmp_path, "migrate", LANG="C.UTF-8").stderr


def test_help_needs_nothing(tmp_path: Path) -> None:
    for words in (["--help"], ["shops", "--help"], ["stock", "import", "--help"]):
        assert comptoir(tmp_path, *words).returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user may enter, whatever becomes of pytest's."""
    root = Path(tempfile.mkdtemp(prefix="comptoir-found-"))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def test_one_that_runs_is_found_and_one_that_does_not_is_named(folder: Path) -> None:
    pgdata = folder / "var" / "postgres"
    postgres.start(pgdata)
    try:
        assert comptoir(folder, "django", "showmigrations", "core").returncode == 0
        done = comptoir(folder, "shops", "list")
        assert done.returncode == 1
        assert "run “comptoir migrate”" in done.stderr
        assert done.stderr.count("\n") == 1
        elsewhere = comptoir(Path("/"), "migrate", "--help", COMPTOIR_VAR=str(folder / "var"))
        assert elsewhere.returncode == 0
        assert not pgdata.with_suffix(".started").exists()
    finally:
        postgres.stop(pgdata)
    done = comptoir(folder, "shops", "list")
    assert done.returncode == 1
    assert "does not run: start “comptoir serve”" in done.stderr
    assert not postgres.is_running(pgdata)


def test_the_environment_file_names_the_installation(tmp_path: Path) -> None:
    file = tmp_path / "comptoir.env"
    file.write_text(f"# ours\nDATABASE_URL='{_url()}'\nCOMPTOIR_VAR={tmp_path / 'mine'}\n")
    for words, more in (
        (["--env", str(file), "check"], {}),
        (["check"], {"COMPTOIR_ENV": str(file)}),
    ):
        done = comptoir(tmp_path, *words, **more)
        # The tests' own database of the server has no table; the way to it is what counts.
        assert "No installation" not in done.stderr
        assert (tmp_path / "mine" / "secret_key").exists()
    file.write_text("DATABASE_URL='open\n")
    done = comptoir(tmp_path, "--env", str(file), "migrate")
    assert done.returncode == 1
    assert (
        done.stderr == f"Error: {file}, line 1: the quote of DATABASE_URL does not end. Close it.\n"
    )
    done = comptoir(tmp_path, "--env", "/no/such.env", "migrate")
    assert "/no/such.env cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql://u:{SECRET}@no-such-host.invalid/x", "No machine is called"),
        (
            f"postgresql://u:{SECRET}@127.0.0.1:NOBODYS/x",
            "No PostgreSQL answers at 127.0.0.1",
        ),
        (f"postgresql://u:{SECRET}/x@127.0.0.1/x", "is no address of a database"),
        (f"postgresql://u:x@{SECRET}@127.0.0.1/x", "is no address of a database"),
        (f"mysql://u:{SECRET}@127.0.0.1/x", "is no address of a database"),
        (f"host=127.0.0.1 port=x password='{SECRET}", "is no address of a database"),
    ],
)
def test_no_way_in_is_said_at_once_without_the_password(
    tmp_path: Path, url: str, said: str
) -> None:
    done = comptoir(tmp_path, "migrate", DATABASE_URL=url.replace("NOBODYS", str(free_port())))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_database_and_role_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en")
    host = quote(str(connection.settings_dict["HOST"]), safe="")
    unknown = trouble_with(f"postgresql://postgres@/nowhere?host={host}")
    assert unknown
    assert "There is no database “nowhere”" in unknown
    assert "createdb --encoding UTF8" in unknown
    role = trouble_with(f"postgresql://nobody@/nowhere?host={host}")
    assert role
    assert "nobody" in role
    assert trouble_with(_url()) is None


def test_who_runs_a_command_as_another_user_is_not_told_to_make_one() -> None:
    error = OperationalError('FATAL:  role "root" does not exist')
    told = sentence(error, {"dbname": "comptoir"})
    assert "runuser -u comptoir -- comptoir" in told
    assert "createuser" not in told
    assert "createuser --pwprompt ana" in sentence(error, {"dbname": "comptoir", "user": "ana"})


def _url() -> str:
    facts = connection.settings_dict
    return make_conninfo(dbname="postgres", user=facts["USER"], host=facts["HOST"])


def test_a_cluster_is_made_whatever_the_locale_of_the_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "xx_XX.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    try:
        assert trouble_with(postgres.start(folder / "var" / "postgres")) is None
    finally:
        postgres.stop(folder / "var" / "postgres")
    assert "LC_ALL" not in os.environ
