"""The page of a fault reads nothing: it is there where the database is gone, at every front, under
every host, in the reader's language."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from comptoir.config import urls
from comptoir.networks.pages import memory as said
from comptoir.shops import memory as kept
from comptoir.shops.choice import portals
from comptoir.ui import errors
from tests.factories import make_network
from tests.routes import KINDS

pytestmark = pytest.mark.django_db(transaction=True)

NORTH = "nord.example"
SPOKEN = {
    "fr": ("Quelque chose s’est cassé de notre côté", "Un instant, s’il vous plaît"),
    "en": ("Something broke on our side", "One moment, please"),
}


def breaks(request: HttpRequest) -> HttpResponse:
    """Fail as a fault of the program does."""
    raise RuntimeError("a fault")


urlpatterns = [*urls.urlpatterns, path("breaks", breaks)]
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def north(settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.DEMO = True
    make_network(slug="nord", name="Réseau du Nord", host=NORTH)


@pytest.fixture
def gone(monkeypatch, north) -> Iterator[None]:
    """A database that cannot be reached, and of which nothing is remembered."""
    for memory in (portals, said, kept):
        memory.forget()
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    yield
    monkeypatch.undo()
    connection.close()
    portals.forget()


def visitor(language: str = "fr", host: str = "localhost") -> Client:
    told = {"accept-language": language}
    return Client(raise_request_exception=False, SERVER_NAME=host, headers=told)


@pytest.mark.parametrize("language", SPOKEN)
def test_a_fault_is_told_while_the_database_is_gone(gone, language):
    answer = visitor(language).get("/breaks")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert SPOKEN[language][0] in text
    assert f'<html lang="{language}">' in text
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.fixture
def unreadable(monkeypatch) -> None:
    """A database that is there, and fails where every page reads what networks say."""
    said.forget()
    monkeypatch.setattr(said, "_STATEMENT", "SELECT gone FROM nowhere")


def test_a_fault_is_told_where_every_page_meets_another(unreadable):
    answer = visitor("en").get("/boutiques")
    assert answer.status_code == 500
    assert SPOKEN["en"][0] in answer.content.decode()


def test_control_a_page_as_others_are_cannot_tell_it(unreadable, rf):
    request = rf.get("/breaks")
    request.network = request.portal = None
    with pytest.raises(ProgrammingError):
        errors.page(request, 500)


@pytest.mark.parametrize(("language", "host"), [("en", "localhost"), ("fr", NORTH)])
def test_every_front_says_so_in_the_readers_language(language, host, gone):
    """What needs no table still answers, and a program gets its problem."""
    client = visitor(language, host)
    wrong, told = [], 0
    for route in KINDS:
        address = "/" + route.replace("<", "").replace(">", "")
        answer = client.get(address)
        kind = answer.get("Content-Type", "")
        if answer.status_code < 500 or kind == "application/problem+json" or address == "/healthz":
            continue
        text = b"".join(answer).decode()
        policy = answer.get("Content-Security-Policy", "")
        if not any(each in text for each in SPOKEN[language]) or "'none'" not in policy:
            wrong.append((address, answer.status_code, text[:80]))
        told += 1
    assert wrong == []
    assert told > 20


def test_a_host_that_cannot_be_looked_up_is_not_said_to_be_nobodys(gone):
    page, problem = (visitor(host=NORTH).get(address) for address in ("/", "/api/v1/shops"))
    assert (page.status_code, problem.status_code) == (503, 503)
    assert SPOKEN["fr"][1] in page.content.decode()
    assert problem.json()["code"] == "database_gone"
    assert visitor(host=NORTH).get("/healthz").status_code == 503


def test_control_one_that_can_be_and_is_nobodys_is():
    assert visitor(host="nowhere.example").get("/").status_code == 404
