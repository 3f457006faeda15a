"""nginx and Caddy with the files that are shipped, before the real site and its real live feeds."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.db.models.functions import Length
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.crypto import get_random_string

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.uploads import LARGEST_BYTES
from comptoir.stock.models import UploadPiece
from comptoir.stock.shelf.ledger import sell
from tests.deploy.fronts import FRONTS, NAME, Front, front, program
from tests.factories import make_offer, make_shop, make_staff
from tests.live.server import feeds
from tests.patience import PATIENCE_SECONDS
from tests.serve.web import ask, rest, site

pytestmark = pytest.mark.django_db(transaction=True)
READS = 6
PAGE = "/robots.txt"


@contextmanager
def installed(kind: str, folder: Path, **more: str) -> Iterator[tuple[Front, int]]:
    """Run the site and its live feeds behind a proxy; give the proxy and the site's own port."""
    program(kind)
    told = {"COMPTOIR_PROXIES": "1", "COMPTOIR_HOSTS": NAME, "COMPTOIR_BASE_URL": f"https://{NAME}"}
    with (
        site(**told, **more) as web,
        feeds(**told) as live,
        front(kind, folder, web, live) as proxy,
    ):
        yield proxy, web


@pytest.fixture(scope="module", params=FRONTS)
def both(request, tmp_path_factory, django_db_setup) -> Iterator[tuple[Front, int]]:
    with installed(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def proxy(both: tuple[Front, int]) -> Front:
    return both[0]


def head(method: str, path: str, *lines: str) -> bytes:
    whole = [f"{method} {path} HTTP/1.1", f"Host: {NAME}", "Accept-Language: fr", *lines]
    return "\r\n".join([*whole, "", ""]).encode()


def get(proxy: Front, path: str, *lines: str) -> bytes:
    with proxy.dial() as wire:
        wire.sendall(head("GET", path, "Connection: close", *lines))
        return rest(wire)


def status_of(answer: bytes) -> int:
    return int(re.match(rb"HTTP/1\.1 (\d+) ", answer)[1])


def send(proxy: Front, path: str, content: bytes, *lines: str) -> bytes:
    """Send a body; return what is answered, whenever it comes."""
    with proxy.dial() as wire:
        wire.sendall(
            head("POST", path, "Connection: close", *lines, f"Content-Length: {len(content)}")
        )
        # What is refused is refused before all of it was sent.
        with suppress(OSError):
            wire.sendall(content)
        return rest(wire)


def drop(proxy: Front, user: User, shop: Shop, content: bytes) -> bytes:
    """Drop a till's file at the counter, as the browser of who is signed in does."""
    browser = Client()
    browser.force_login(user)
    secret = get_random_string(32)
    cookies = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={secret}"
    content = encode_multipart(
        BOUNDARY,
        {"csrfmiddlewaretoken": secret, "file": SimpleUploadedFile("STOCK.csv", content)},
    )
    lines = (f"Cookie: {cookies}", f"Origin: https://{NAME}", f"Content-Type: {MULTIPART_CONTENT}")
    return send(proxy, f"/comptoir/{shop.slug}/inventaires/essai", content, *lines)


def test_pages_come_by_https_alone_and_say_so(proxy: Front) -> None:
    with socket.create_connection(("127.0.0.1", proxy.plain), PATIENCE_SECONDS) as wire:
        wire.sendall(head("GET", "/boutiques?q=x", "Connection: close"))
        answer = rest(wire).decode()
    assert re.match(r"HTTP/1\.1 30[18] ", answer)
    assert re.search(rf"(?i)^location: https://{NAME}(:\d+)?/boutiques\?q=x\r$", answer, re.M)
    page = get(proxy, PAGE).decode()
    assert page.startswith("HTTP/1.1 200 ")
    # Comptoir knows that the reader speaks TLS: it sends HSTS to nobody else.
    assert "strict-transport-security: max-age=31536000" in page.lower()


@pytest.mark.parametrize("kind", FRONTS)
def test_a_reader_is_counted_by_their_own_address_whatever_they_say(kind, tmp_path) -> None:
    limits = {"COMPTOIR_READS_PER_ADDRESS": str(READS), "COMPTOIR_RATE_LIMITS": "1"}
    said = [f"X-Forwarded-For: 198.51.100.{number}" for number in range(2 * READS + 1)]
    with installed(kind, tmp_path, **limits) as (proxy, web):
        found = [status_of(get(proxy, PAGE, line)) for line in said]
        # Of twice as many and one, one minute has more than the limit, wherever it begins.
        assert 429 in found
        # The control: without the proxy's own word, each would be somebody else.
        assert {status_of(ask(web, PAGE, line)) for line in said} == {200}


def test_who_comes_by_the_proxy_is_no_operator(both: tuple[Front, int]) -> None:
    proxy, web = both
    told = [json.loads(get(proxy, "/healthz").partition(b"\r\n\r\n")[2].strip())]
    told.append(json.loads(ask(web, "/healthz").partition(b"\r\n\r\n")[2]))
    assert ["version" in each for each in told] == [False, True]


def test_no_reader_chooses_the_number_that_the_logs_bear(both: tuple[Front, int]) -> None:
    proxy, web = both
    invented = "of-somebody-else"
    answers = (
        get(proxy, PAGE, f"X-Request-ID: {invented}"),
        ask(web, PAGE, f"X-Request-ID: {invented}"),
    )
    said = [re.search(rb"(?im)^x-request-id: (\S+)\r$", answer)[1] for answer in answers]
    assert re.fullmatch(rb"[0-9a-f-]{32,36}", said[0])
    assert said[1] == invented.encode(), "the control: who asks without the proxy could"


def test_a_till_s_file_of_100_mb_gets_through_and_no_larger_one(proxy: Front) -> None:
    shop = make_shop()
    staff = make_staff(shop)
    first = b"ean;quantite\n9782070360024;7\n"
    answer = drop(proxy, staff, shop, first.ljust(LARGEST_BYTES, b"\n"))
    assert status_of(answer) == 302, answer[:500]
    assert b"/inventaires/essai/" in answer, answer
    assert UploadPiece.objects.aggregate(size=Sum(Length("content")))["size"] == LARGEST_BYTES
    answer = drop(proxy, staff, shop, first.ljust(LARGEST_BYTES + 7_000_000, b"\n"))
    # Caddy passes it on until it is too large for it, and then says what became of that.
    assert status_of(answer) >= 400, answer[:500]
    assert b"nginx" not in answer or status_of(answer) == 413
    assert UploadPiece.objects.aggregate(size=Sum(Length("content")))["size"] == LARGEST_BYTES


def test_a_large_body_that_is_refused_early_is_told_why(proxy: Front) -> None:
    """The control, without `pass_over`: Caddy says 502, for the connection ended under it."""
    answer = send(proxy, "/api/v1/shops/nobody/files", b"x" * 8_000_000)
    assert status_of(answer) == 401, answer[:500]


def test_an_open_page_is_told_at_once(proxy: Front) -> None:
    offer = make_offer(on_hand=3)
    with proxy.dial() as wire:
        wire.sendall(head("GET", f"/direct/titres/{offer.ean}"))
        got = b""
        while b"retry: " not in got:
            got += wire.recv(65_536)
        assert status_of(got) == 200
        sell(shop=offer.shop, ean=offer.ean, actor=SYSTEM)
        while f"data: {offer.pk}\n".encode() not in got:
            piece = wire.recv(65_536)
            assert piece
            got += piece
