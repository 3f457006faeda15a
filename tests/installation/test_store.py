"""A database that Comptoir cannot live in is refused with the statement that mends it."""

import re

import psycopg
import pytest

from comptoir.installation import store
from comptoir.installation.findings import Weight
from comptoir.installation.postgres import connect, trouble_with
from tests.installation.foreign import Foreign

pytestmark = pytest.mark.usefixtures("in_english")
ROLE = 'the "Role"'
QUOTED = '"the ""Role"""'
WORD = "p@ss/w:rd#?"


@pytest.fixture
def database(foreign: Foreign):
    """Return how to make a database with the role that nobody gave rights to."""
    foreign.run(f"CREATE ROLE {QUOTED} LOGIN PASSWORD '{WORD}'")
    made = []

    def make(name: str, more: str = "") -> str:
        foreign.run(f'CREATE DATABASE "{name}" {more}')
        made.append(name)
        return foreign.url(name, ROLE, WORD)

    yield make
    foreign.run(*(f'DROP DATABASE "{name}" WITH (FORCE)' for name in made))
    foreign.run(f"DROP ROLE {QUOTED}")


def errors(url: str) -> list[str]:
    with connect(url) as connection:
        return [e.sentence for e in store.findings(connection) if e.weight is Weight.ERROR]


def statement_in(sentence: str) -> str:
    found = re.search(r"((?:GRANT|CREATE|REASSIGN)\b.*?;)", sentence)
    assert found, sentence
    return found[1]


def test_a_role_without_rights_is_given_the_statement_that_helps(foreign, database) -> None:
    url = database("one more")
    (told,) = errors(url)
    assert statement_in(told) == f'GRANT USAGE, CREATE ON SCHEMA "public" TO {QUOTED};'
    foreign.run(statement_in(told), database="one more")
    assert errors(url) == []


def test_another_encoding_is_refused_with_a_database_that_is_right(foreign, database) -> None:
    url = database("ascii", "ENCODING 'SQL_ASCII' TEMPLATE template0")
    told = errors(url)
    assert "is written in SQL_ASCII" in told[0]
    foreign.run(statement_in(told[0]))
    try:
        assert errors(foreign.url("ascii_utf8", ROLE, WORD)) == []
    finally:
        foreign.run("DROP DATABASE ascii_utf8")


def test_no_schema_and_no_temporary_tables(foreign, database) -> None:
    url = database("bare")
    foreign.run("DROP SCHEMA public CASCADE", database="bare")
    foreign.run("REVOKE ALL ON DATABASE bare FROM PUBLIC")
    foreign.run(f"GRANT CONNECT ON DATABASE bare TO {QUOTED}")
    told = errors(url)
    assert len(told) == 2
    for sentence in told:
        for statement in re.findall(r"(?:GRANT|CREATE)[^;]*;", sentence):
            foreign.run(statement, database="bare")
    assert errors(url) == []


def test_tables_of_another_program_and_of_another_user(foreign, database) -> None:
    url = database("taken")
    foreign.run(f"GRANT ALL ON SCHEMA public TO {QUOTED}", database="taken")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    (told,) = errors(url)
    assert "holds 1 tables of another program" in told
    foreign.run("CREATE TABLE of_postgres (id int)", database="taken")
    (told,) = errors(url)
    assert "belong to the user “postgres”" in told


def test_a_wrong_password_is_said_and_not_shown(foreign, database) -> None:
    database("here")
    told = trouble_with(foreign.url("here", ROLE, "wr0ng-word"))
    assert told
    assert 'refuses the password of the user “the "Role"”' in told
    assert "wr0ng-word" not in told
    assert trouble_with(foreign.url("here", ROLE, WORD)) is None
    # Without its signs written as they must be, the address itself is what is wrong.
    told = trouble_with(f"postgresql://role:{WORD}@127.0.0.1:{foreign.port}/here")
    assert told
    assert "is no address of a database" in told
    assert "w:rd" not in told


def test_an_unknown_database_is_named(foreign) -> None:
    told = trouble_with(foreign.url("nowhere"))
    assert told
    assert "There is no database “nowhere” at 127.0.0.1" in told


def test_a_server_whose_log_would_quote_rows_is_told_how_not_to(foreign, database) -> None:
    """Each of the two settings alone is not enough."""

    def told(url: str) -> list[str]:
        with connect(url) as connection:
            found = [e.sentence for e in store.findings(connection) if e.weight is Weight.WARNING]
        return [sentence for sentence in found if "log" in sentence]

    url = database("logging")
    (sentence,) = told(url)
    assert "log_error_verbosity is default, log_min_error_statement error" in sentence
    both = re.findall(r"ALTER DATABASE .*?;", sentence)
    assert len(both) == 2
    foreign.run(both[0])
    assert len(told(url)) == 1
    foreign.run(both[1])
    assert told(url) == []
