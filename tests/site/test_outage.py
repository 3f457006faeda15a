"""While the database is gone: a page that says so, the directory as it was, no false word."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from comptoir.orders.operations import gatherer
from comptoir.orders.operations.batch import Outcome
from comptoir.orders.operations.gatherer import attempt
from comptoir.orders.operations.memory import Shops
from comptoir.orders.operations.requests import Checked, check
from comptoir.site import memory
from tests.factories import make_offer, make_shop, make_staff, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gone(monkeypatch) -> Iterator[Callable[[], None]]:
    """A database that cannot be reached from now on."""

    def take_away() -> None:
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")

    yield take_away
    monkeypatch.undo()
    connection.close()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_a_page_says_that_it_tries_again(gone, visitor):
    gone()
    answer = visitor.get(reverse("site:product", args=["9782070360024"]))
    assert answer.status_code == 503
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")
    assert "http-equiv" in answer.content.decode()
    english = visitor.get(reverse("site:shops"), headers={"accept-language": "en"})
    assert "One moment, please" in english.content.decode()


def test_who_was_sending_something_is_told_that_it_may_have_arrived(gone, visitor):
    gone()
    text = visitor.post(reverse("site:order_cancel", args=["x" * 43])).content.decode()
    assert "regardez avant de l’envoyer encore" in text
    assert "http-equiv" not in text


def test_one_who_is_signed_in_gets_the_page_too(gone, visitor):
    shop = make_shop()
    visitor.force_login(make_staff(shop))
    gone()
    answer = visitor.get(reverse("counter:tasks", args=[shop.slug]))
    assert answer.status_code == 503
    assert "appeler la boutique" not in answer.content.decode()
    reader = visitor.get(reverse("site:product", args=["9782070360024"])).content.decode()
    assert "appeler la boutique" in reader
    assert f'href="{reverse("site:shops")}"' in reader


def test_a_program_is_told_when_to_come_back(gone, visitor):
    gone()
    answer = visitor.get("/api/v1/shops")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_gone")
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize("name", ["home", "shops", "shop"])
@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_the_directory_is_shown_as_it_was(gone, visitor, name, accepted):
    shop = make_shop(name="Librairie du Clain")
    url = reverse(f"site:{name}", args=[shop.slug] if name == "shop" else [])
    stranger = Client(raise_request_exception=False, headers={"accept-encoding": accepted})
    before = stranger.get(url)
    assert before.status_code == 200
    gone()
    answer = stranger.get(url)  # with the cookies that the first answer set
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "telle qu’elle était" in text
    assert "no-store" in answer["Cache-Control"]
    # Not the token of the one for whom it was made.
    assert 'name="csrfmiddlewaretoken" value=""' in text
    assert stranger.get(url + "?page=7").status_code == 503


def test_what_was_made_for_somebody_is_not_remembered(gone):
    shop = make_shop()
    somebody = Client(raise_request_exception=False)
    somebody.cookies["near"] = "x"
    url = reverse("site:shop", args=[shop.slug])
    assert somebody.get(url).status_code == 200
    gone()
    assert somebody.get(url).status_code == 503


@pytest.mark.parametrize("name", ["home", "shops", "shop"])
def test_invented_queries_drive_no_page_out(gone, monkeypatch, name):
    monkeypatch.setattr(memory, "MOST_PAGES", 3)
    shop = make_shop()
    url = reverse(f"site:{name}", args=[shop.slug] if name == "shop" else [])
    stranger = Client(raise_request_exception=False)
    for query in ("", "?x=1", "?x=2", "?q=1", "?page=1"):
        assert stranger.get(url + query).status_code == 200
        stranger.cookies.clear()
    gone()
    assert stranger.get(url).status_code == 200
    assert stranger.get(url + "?x=2").status_code == 503


@pytest.mark.parametrize("name", ["home", "shops"])
def test_shops_in_any_number_drive_out_neither_the_home_page_nor_the_list(gone, monkeypatch, name):
    monkeypatch.setattr(memory, "MOST_PAGES", 3)
    shops = [reverse("site:shop", args=[make_shop().slug]) for _each in range(4)]
    stranger = Client(raise_request_exception=False)
    for url in (reverse(f"site:{name}"), *shops):
        assert stranger.get(url).status_code == 200
        stranger.cookies.clear()
    gone()
    assert stranger.get(reverse(f"site:{name}")).status_code == 200
    assert [stranger.get(url).status_code for url in shops] == [503, 503, 200, 200]


@pytest.mark.parametrize("patient", [True, False])
def test_an_order_waits_for_a_database_that_is_restarted(gone, monkeypatch, patient):
    request = check(request_for(make_offer(), idempotency_key="k"))
    host = connection.settings_dict["HOST"]
    gone()
    failed = threading.Event()
    monkeypatch.setattr(gatherer, "GONE_SECONDS", 60.0 if patient else -1.0)

    def pause(_seconds: float) -> None:
        failed.set()
        connection.settings_dict["HOST"] = host

    monkeypatch.setattr(gatherer.time, "sleep", pause)
    if patient:
        (outcome,) = attempt([request])
        assert outcome.pk
        assert failed.is_set()
    else:
        with pytest.raises(gatherer.OperationalError):
            attempt([request])


def placed_together(monkeypatch, requests: list[Checked]) -> tuple[list[Future[Outcome]], int]:
    """Place requests as the one batch that they are in; return their futures, and in how many
    transactions it was tried."""
    tries: list[int] = []

    def counted(batch: list[Checked], shops: Shops) -> list[Outcome]:
        tries.append(len(batch))
        return attempt(batch, shops)

    monkeypatch.setattr(gatherer, "attempt", counted)
    waiting: list[tuple[Checked, Future[Outcome]]] = [(each, Future()) for each in requests]
    gatherer.Gatherer()._place(waiting)
    return [future for _checked, future in waiting], len(tries)


def requests_of_three() -> list[Checked]:
    offer = make_offer(on_hand=9)
    return [check(request_for(offer, idempotency_key=f"k{number}")) for number in range(3)]


def test_a_batch_does_not_wait_once_more_for_each_of_its_orders(gone, monkeypatch):
    requests = requests_of_three()
    monkeypatch.setattr(gatherer, "GONE_SECONDS", -1.0)
    gone()
    futures, tries = placed_together(monkeypatch, requests)
    assert tries == 1
    assert [type(future.exception(0)) for future in futures] == [gatherer.OperationalError] * 3


def test_control_what_one_request_breaks_is_tried_alone_and_the_others_are_placed(monkeypatch):
    """The database is there: with the same haste the others would be refused for one's fault."""
    first, second, third = requests_of_three()
    customer = replace(second.request.customer, name="\0")
    broken = replace(second, request=replace(second.request, customer=customer))
    futures, tries = placed_together(monkeypatch, [first, broken, third])
    assert tries == 4
    assert [future.exception(0) is None for future in futures] == [True, False, True]
