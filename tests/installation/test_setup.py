"""`comptoir setup`: from nothing to an installation that its own check finds nothing wrong with."""

import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from comptoir import environment
from tests.installation.copies import dump, program
from tests.installation.foreign import Foreign
from tests.installation.shell import comptoir
from tests.mailserver import knows, mail_server

WORD = "p@ss/w:rd"
ADMIN = "ana@reseau.example"


@pytest.fixture
def database(foreign: Foreign):
    """Return a database that its role owns, as the documentation has it made."""
    foreign.run(
        f"CREATE ROLE comptoir LOGIN PASSWORD '{WORD}'",
        "CREATE DATABASE comptoir OWNER comptoir ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        " TEMPLATE template0",
    )
    yield foreign.url("comptoir", "comptoir", WORD)
    foreign.run("DROP DATABASE comptoir WITH (FORCE)", "DROP ROLE comptoir")


def flags(folder: Path, url: str, port: int, /, **more: str) -> list[str]:
    values = {
        "database": url,
        "folder": str(folder / "var"),
        "name": "Livres d’Aunis",
        "url": "https://livres.aunis.example",
        "mail-host": "127.0.0.1",
        "mail-port": str(port),
        "mail-tls": "none",
        "mail-user": "comptoir",
        "mail-password": "un mot",
        "publisher": "Livres d’Aunis, 1 rue du Port, La Rochelle",
        "director": "Ana Bel",
        "contact": "bonjour@livres.aunis.example",
        "hosted-by": "Hébergeur, 2 rue du Quai, Niort",
        "administrator": ADMIN,
        **more,
    }
    return [word for name, value in values.items() for word in (f"--{name}", value)]


def test_from_nothing_to_an_installation(tmp_path: Path, database: str, foreign) -> None:
    file = tmp_path / "etc" / "comptoir.env"
    with mail_server(**knows("comptoir", "un mot")) as (box, port):
        words = ["--env", str(file), "setup", "--yes", *flags(tmp_path, database, port)]
        done = comptoir(tmp_path, *words)
        assert done.returncode == 0, done.stderr + done.stdout
        assert "What comes next:" in done.stdout
        assert "  1. Start it: " in done.stdout
        assert "  3. " in done.stdout
        assert "un mot" not in done.stdout
        assert "p%40ss" not in done.stdout
        ((to, mail),) = box.taken
        assert to == [ADMIN]
        assert str(mail["From"]) == "Livres d’Aunis <comptoir@livres.aunis.example>"
        known = environment.read(file)
        assert stat.S_IMODE(file.stat().st_mode) in (0o600, 0o640)
        assert known["COMPTOIR_HOSTS"] == "livres.aunis.example"
        assert known["COMPTOIR_PROXIES"] == "1"
        assert len(known["COMPTOIR_SECRET_KEY"]) > 40
        with psycopg.connect(database) as connection:
            query = b"SELECT email, is_superuser FROM accounts_user"
            assert connection.execute(query).fetchall() == [(ADMIN, True)]

        # Again: nothing is lost, and what one changes is all that changes.
        before = file.read_text()
        file.write_text(f"# ours\n{before}COMPTOIR_WORKERS=3\n")
        again = [*words[:4], "--name", "Livres du Poitou", "--no-mail", "--administrator", ADMIN]
        done = comptoir(tmp_path, *again)
        assert done.returncode == 0, done.stderr
        assert "  1. Restart it, " in done.stdout
        assert "systemctl restart comptoir" in done.stdout
        after = environment.read(file)
        assert file.read_text().startswith("# ours\n")
        assert after == {**known, "COMPTOIR_WORKERS": "3", "COMPTOIR_NAME": "Livres du Poitou"}
        assert not (tmp_path / "var" / "secret_key").exists()

        # The one file is enough for every other command.
        assert comptoir(tmp_path, "--env", str(file), "check").returncode == 0
        look = comptoir(tmp_path, "--env", str(file), "check", "--installation")
        assert [line[:60] for line in look.stderr.splitlines()] == [
            "✗ https://livres.aunis.example does not answer ([Errno -2] Na"[:60]
        ], look.stderr
        assert "The mail server 127.0.0.1" in look.stdout
        assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"database": "postgresql://x:y@127.0.0.1:1/x"}, "No PostgreSQL answers"),
        ({"url": "livres.example"}, "COMPTOIR_BASE_URL is “livres.example”: write https://"),
        ({"url": "https://comptoir.example"}, "only an example"),
        ({"administrator": "ana"}, "is no e-mail address"),
        ({"mail-port": "25a"}, "COMPTOIR_SMTP_PORT is “25a”"),
        ({"folder": "var"}, "Write the whole path"),
        ({"mail-password": "un autre"}, "it refuses our user or password"),
    ],
)
def test_a_wrong_answer_is_refused_before_anything_is_written(
    tmp_path: Path, database: str, more: dict[str, str], said: str
) -> None:
    file = tmp_path / "comptoir.env"
    with mail_server(**knows("comptoir", "un mot")) as (box, port):
        words = flags(tmp_path, database, port, **more)
        done = comptoir(tmp_path, "--env", str(file), "setup", "--yes", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not file.exists()
    assert box.taken == []


def test_it_asks_in_french_and_again_until_the_answer_is_right(
    tmp_path: Path, database: str, django_db_setup: None
) -> None:
    # A database that has its tables: to make them from nothing is tried above.
    tables = tmp_path / "tables"
    dump(tables)
    words = [program("pg_restore"), "--no-owner", f"--dbname={database}", str(tables)]
    subprocess.run(words, check=True)
    file = tmp_path / "comptoir.env"
    with mail_server() as (box, port):
        wrong = f"{database.removesuffix('comptoir')}nowhere"
        answers = [wrong, database, str(tmp_path / "var"), "", "https://livres.aunis.example", ""]
        answers += ["127.0.0.1", "none", "25a", str(port), "", ""]
        answers += ["Une association", "Ana Bel", "ana", ADMIN, "Un hébergeur", ADMIN, "o", ""]
        done = comptoir(
            tmp_path, "--env", str(file), "setup", typed="\n".join(answers), LANG="fr_FR.UTF-8"
        )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Comment s’appelle le réseau" in done.stdout
    assert "Il n’y a pas de base « nowhere »".replace("« ", "«\u202f").replace(" »", "\u202f»") in (
        done.stderr
    )
    assert "COMPTOIR_SMTP_PORT" in done.stderr
    assert "COMPTOIR_CONTACT" in done.stderr
    assert "[O/n]" in done.stdout
    assert "p%40ss" not in done.stdout.replace(wrong, "")
    assert len(box.taken) == 1
    assert environment.read(file)["COMPTOIR_NAME"] == "Comptoir"


def test_said_no_nothing_is_written(tmp_path: Path, database: str) -> None:
    file = tmp_path / "comptoir.env"
    with mail_server() as (_box, port):
        words = flags(tmp_path, database, port, **{"mail-user": "", "sender": "a@b.example"})
        words += ["--proxies", "1"]
        done = comptoir(tmp_path, "--env", str(file), "setup", *words, typed="n\n")
    assert done.returncode == 1
    assert "Nothing was written" in done.stdout
    assert not file.exists()
