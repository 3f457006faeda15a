"""Whole installations beside each other: this program, each with a database of its own, before each
a server that stands for its public address and keeps what it was asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from comptoir.neighbours.description import Description, describe
from comptoir.search import builder, reader
from tests.answering import answering, reply
from tests.installation.copies import database
from tests.patience import PATIENCE_SECONDS
from tests.serve.web import site
from tests.served import address_of

_PASSED_ON = ("accept", "comptoir-neighbour", "user-agent")


@dataclass
class Running:
    """An installation that runs: its public address, its own port, and what the first was asked."""

    url: str = ""
    port: int = 0
    database: str = ""
    asked: list[str] = field(default_factory=list)

    def ask(self, path: str, **headers: str) -> str:
        """Ask it for a page, as a reader who is at its own port; return the page."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            wire.request("GET", path, headers=headers)
            return wire.getresponse().read().decode()
        finally:
            wire.close()

    def name(self, other: "Running") -> Description:
        """Have it know another as its neighbour, as that describes itself."""
        said = describe(other.url)
        with psycopg.connect(address_of(self.database)) as mine:
            mine.execute(
                "INSERT INTO neighbours_neighbour (address, name, search_page, area, checked_at,"
                " failures) VALUES (%s, %s, %s, %s, now(), 0)",
                [other.url, said.name, said.search_page, json.dumps(said.area)],
            )
        return said

    def failures(self) -> int:
        """Return how many questions in a row have failed, of its neighbours together."""
        with psycopg.connect(address_of(self.database)) as mine:
            found = mine.execute("SELECT sum(failures) FROM neighbours_neighbour").fetchone()
        return int(found[0]) if found else 0


@contextmanager
def installation(folder: Path, name: str, fill: Callable[[], object]) -> Iterator[Running]:
    """Run an installation of what `fill` makes, in the tests' own database, which is empty before
    and after."""
    folder.mkdir()
    settings.VAR = folder
    fill()
    reader.READER.forget()
    builder.rebuild()
    connection.close()
    found = Running()
    with (
        database(str(connection.settings_dict["NAME"])) as found.database,
        answering(lambda handler: _pass_on(found, handler)) as found.url,
    ):
        with psycopg.connect(address_of(found.database)) as mine:
            # A copy is quiet; one that was never noted speaks.
            mine.execute("DELETE FROM core_installation")
        call_command("flush", verbosity=0, interactive=False)
        told = {
            "DATABASE_URL": address_of(found.database),
            "COMPTOIR_VAR": str(folder),
            "COMPTOIR_NAME": name,
            "COMPTOIR_BASE_URL": found.url,
            "COMPTOIR_OUTGOING_ANYWHERE": "1",
        }
        with site(**told) as found.port:
            yield found


def _pass_on(running: Running, handler: BaseHTTPRequestHandler) -> None:
    running.asked.append(handler.path)
    wire = HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_SECONDS)
    try:
        headers = {name: handler.headers[name] for name in _PASSED_ON if name in handler.headers}
        wire.request("GET", handler.path, headers=headers)
        answer = wire.getresponse()
        body = answer.read()
    finally:
        wire.close()
    reply(handler, answer.status, body, Content_Type=answer.headers["Content-Type"])
