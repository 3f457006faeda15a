"""The live feeds as a process: what changes is told within seconds, to thousands of open pages."""

import re
from contextlib import ExitStack

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core import outbox
from comptoir.core.db import fetch
from comptoir.core.limits import believed_address
from comptoir.core.models import OutboxEntry
from comptoir.live.app import _asked
from comptoir.orders.operations import place
from comptoir.stock.shelf.ledger import sell
from tests.factories import make_network, make_offer, make_product, request_for
from tests.late import committing_late
from tests.live.server import Reader, feeds
from tests.patience import PATIENCE_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer():
    return make_offer(on_hand=3)


@pytest.fixture
def port():
    with feeds(COMPTOIR_PROXIES="1") as found:
        yield found


@pytest.fixture
def listen(port):
    """Give the function that opens a page; all are closed at the end."""
    with ExitStack() as opened:

        def listen(path: str, **headers: str) -> Reader:
            reader = Reader(port, path, **headers)
            opened.callback(reader.close)
            return reader

        yield listen


def title_of(offer) -> str:
    return f"/direct/titres/{offer.ean}"


def sold(offer) -> None:
    sell(shop=offer.shop, ean=offer.ean, actor=SYSTEM)


def test_the_pages_of_a_title_and_of_a_shop_hear_and_no_other(listen, offer) -> None:
    other = make_offer()
    paths = [title_of(offer), f"/direct/boutiques/{offer.shop.slug}", title_of(other)]
    readers = [listen(path) for path in paths]
    for reader in readers:
        head = reader.until("retry: ")
        assert "200 OK" in head
        assert "text/event-stream" in head
        assert "set-cookie" not in head.lower()
    place(request_for(offer))
    for reader in readers[:2]:
        assert f"event: change\ndata: {offer.pk}\n\n" in reader.until("data: ")
    # What comes to the third first is its own.
    sold(other)
    assert re.findall(r"data: (\d+)", readers[2].until(f"data: {other.pk}\n")) == [str(other.pk)]


def test_one_without_an_ean_is_named_by_its_page_too(listen) -> None:
    product = make_product(ean=None, source="discogs", source_ref="r1")
    offer = make_offer(product=product)
    reader = listen(f"/direct/titres/{product.ref}")
    reader.until("retry: ")
    outbox.publish(OutboxEntry.Topic.OFFER, [offer.pk])
    reader.until("data: ")


def test_three_hundred_open_pages_are_all_told_and_the_site_still_answers(
    listen, offer, live_server
) -> None:
    """One process and one thread of it serves them; the web server knows nothing of them."""
    import urllib.request

    readers = [
        listen(title_of(offer), X_Forwarded_For=f"192.0.2.{number % 250}") for number in range(300)
    ]
    for reader in readers:
        reader.until("retry: ")
    page_of = f"{live_server.url}/titre/{offer.ean}"
    with urllib.request.urlopen(page_of, timeout=PATIENCE_SECONDS) as page:
        assert page.status == 200
    sold(offer)
    for reader in readers:
        reader.until("data: ")
    for reader in readers:
        reader.close()


def listen_when_there_is_room(listen, path: str) -> Reader:
    """Open a page, again and again until there is room for it; who left may be missed a while."""
    opened: list[Reader] = []

    def has_room() -> bool:
        opened.append(listen(path))
        return " 503 " not in opened[-1].until("\r\n\r\n")

    until(has_room)
    opened[-1].until("retry: ")
    return opened[-1]


def test_readers_who_left_make_room(listen, offer) -> None:
    """Sixty from one address; their connections are given back when they close."""
    for _round in range(2):
        readers = [listen_when_there_is_room(listen, title_of(offer)) for _ in range(60)]
        one_more = listen(title_of(offer))
        assert " 503 " in one_more.until("\r\n\r\n")
        for reader in readers:
            reader.close()


def test_of_ipv6_the_room_is_a_whole_64_s(listen, offer) -> None:
    for host in range(60):
        listen(title_of(offer), X_Forwarded_For=f"2001:db8::{host:x}").until("retry: ")
    beside = listen(title_of(offer), X_Forwarded_For="2001:db8::ffff")
    assert " 503 " in beside.until("\r\n\r\n")
    listen(title_of(offer), X_Forwarded_For="2001:db8:0:1::1").until("retry: ")


ASKED = [
    ("/direct/titres/", {}, 404),
    ("/direct/titres/../../etc", {}, 404),
    ("/direct/commandes/1", {}, 404),
    ("/direct/titres/" + "9" * 200, {}, 404),
    ("/direct/titres/1", {"Origin": "https://elsewhere.example"}, 403),
    ("/direct/titres/1", {"Origin": "null"}, 403),
    ("/direct/titres/1", {"Origin": "https://nobodys.example"}, 403),
    ("/direct/titres/1", {"Origin": "ftp://nord.example"}, 403),
    ("/direct/titres/1", {"Origin": "https://nord.example"}, 200),
    ("/direct/titres/1", {"Origin": "http://localhost:8000"}, 200),
    ("/direct/titres/1", {"Origin": "http://127.0.0.1:4999"}, 200),
]
"""What one process is asked, with which headers, and what it answers."""


def test_what_is_answered_to_whom(listen) -> None:
    make_network(host="nord.example")
    for path, headers, status in ASKED:
        head = listen(path, **headers).until("\r\n\r\n")
        assert f" {status} " in head, (path, headers)
        allowed = f"access-control-allow-origin: {headers.get('Origin')}" in head.lower()
        assert allowed == (status == 200), (path, headers)


def test_what_commits_late_is_heard_and_what_runs_delays_nobody(listen, offer) -> None:
    late = make_offer(on_hand=2)
    first, second = listen(title_of(offer)), listen(title_of(late))
    first.until("retry: ")
    second.until("retry: ")
    with committing_late(lambda: sold(late)):
        sold(offer)
        first.until("data: ")
        assert "data: " not in second.text
    second.until("data: ")


def nobody_looked() -> bool:
    """Return whether a second went by without a look at the outbox (while heard: 0.4 s)."""
    found = fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND query LIKE '%%core_outbox%%'"
        " AND query_start > now() - interval '1 second'"
    )
    return found == [(0,)]


def test_it_asks_seldom_while_nobody_listens(port) -> None:
    until(nobody_looked)


def test_nothing_falls_between_a_pages_own_look_and_its_first_event(listen, offer) -> None:
    """What changes as soon as the stream is open is told, though nobody listened before."""
    until(nobody_looked)
    reader = listen(title_of(offer))
    reader.until("retry: ")
    sold(offer)
    assert f"data: {offer.pk}\n" in reader.until("data: ")


def test_a_header_on_several_lines_is_one_list(settings) -> None:
    settings.PROXIES = 2
    lines = [b"192.0.2.1, 198.51.100.7", b"10.0.0.1"]
    asked = _asked([(b"x-forwarded-for", line) for line in lines])
    assert believed_address("127.0.0.1", asked["x-forwarded-for"]) == "198.51.100.7"
