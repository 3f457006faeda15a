"""Hosts: which one answers what, by which name and address, and what is bound to it."""

import copy
import re
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.conf import settings as installation
from django.contrib.sessions.backends import db
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.sessions import SessionStore
from comptoir.alerts.operations.matches import find
from comptoir.core.errors import NotFound
from comptoir.networks.operations import NetworkChange, change_network
from comptoir.networks.portal import Portal, shown_as
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.operations import place
from comptoir.shops.choice import portals
from comptoir.shops.operations import set_host
from comptoir.shops.operations.memberships import join_network
from comptoir.site import person
from tests.alerts.waiting import waits_for
from tests.factories import (
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
)

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "nord.example", "sud.example"
AT_NORTH = f"http://{NORTH}:8000"


@pytest.fixture(autouse=True)
def north():
    network = make_network(slug="nord", name="Réseau du Nord", host=NORTH)
    make_network(slug="sud", name="Réseau du Sud", host=SOUTH)
    return network


@pytest.fixture
def member(north):
    shop = make_shop(name="Nadir", slug="nadir")
    join_network(shop=shop, network=north, actor=SYSTEM)
    return shop


def at(host: str, **options) -> Client:
    return Client(SERVER_NAME=host, **options)


@pytest.mark.parametrize(
    "path",
    ["/", "/boutiques", "/api/v1/shops", "/static/ui/comptoir.css", "/compte/", "/healthz/seen"],
)
@pytest.mark.parametrize("host", ["evil.example", "nord.example.evil.example", "a b", "192.0.2.7"])
def test_an_unknown_host_is_told_that_there_is_nothing(path, host):
    answer = Client().get(path, HTTP_HOST=host)
    assert answer.status_code == 404
    assert host not in answer.content.decode()
    assert Client().get("/boutiques").status_code == 200


def test_health_and_metrics_are_answered_under_any(settings):
    settings.STATUS_TOKEN = "a-long-secret"
    said = {"HTTP_HOST": "evil.example"}
    told = {**said, "headers": {"Authorization": "Bearer a-long-secret"}}
    assert set(Client().get("/healthz", **said).json()) == {"status"}
    assert "reasons" in Client().get("/healthz", **told).json()
    assert Client().get("/metrics", **said).status_code == 404
    assert b"comptoir_info" in Client().get("/metrics", **told).content


def test_a_host_is_answered_once_it_is_given_and_no_more_once_it_is_taken_away(north, monkeypatch):
    assert at(NORTH).get("/").status_code == 200
    change_network(network=north, change=NetworkChange(host="ouest.example"), actor=SYSTEM)
    assert at(NORTH).get("/").status_code == 200, "it is kept for some seconds"
    assert at("ouest.example").get("/").status_code == 404
    monkeypatch.setattr(portals, "KEPT_SECONDS", 0.0)
    assert at(NORTH).get("/").status_code == 404
    assert at("OUEST.example.").get("/").status_code == 200


def test_a_proxys_certificates_are_for_known_names_alone(settings, member):
    set_host(shop=member, host="nadir.example", actor=SYSTEM)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "comptoir.example"]

    def known(name: str, **said) -> int:
        asked = {"SERVER_NAME": "localhost", "REMOTE_ADDR": "127.0.0.1"} | said
        return Client().get("/healthz/host", {"domain": name}, **asked).status_code

    names = (NORTH, "nadir.example", "comptoir.example", "evil.example", "")
    assert [known(name) for name in names] == [200, 200, 200, 404, 404]
    assert known(NORTH, HTTP_X_FORWARDED_FOR="192.0.2.1") == 404
    assert known(NORTH, SERVER_NAME=NORTH) == 404


PAGES = (
    "/",
    "/boutiques",
    "/boutiques/nadir",
    "/robots.txt",
    "/sitemap-boutiques.xml",
    "/opensearch.xml",
    "/agenda.atom",
    "/agenda.ics",
    "/api/v1/shops",
    "/donnees",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_its_own_address_and_no_other(path, member):
    said = at(NORTH).get(path).content.decode()
    assert AT_NORTH in said
    assert installation.BASE_URL not in said
    said = Client().get(path).content.decode()
    assert AT_NORTH not in said
    assert installation.BASE_URL in said


def test_a_page_bears_its_own_name(member):
    for path in ("/", "/manifest.webmanifest", "/opensearch.xml"):
        said = (
            at(NORTH).get(path).content.decode("unicode-escape" if "manifest" in path else "utf8")
        )
        assert "Réseau du Nord" in said, path
        assert "Réseau du Nord" not in Client().get(path).content.decode(), path


def test_mails_of_an_order_bear_the_name_and_the_address_it_was_placed_under(member):
    offer = make_offer(shop=member, on_hand=4)
    for host, base, name in (
        (f"{NORTH}:8000", AT_NORTH, "Réseau du Nord"),
        ("testserver", installation.BASE_URL, installation.SITE_NAME),
    ):
        order = place(request_for(offer, host=host))
        deliver(message_id=Message.objects.latest("pk").pk)
        html = mail.outbox[-1].alternatives[0].content
        assert f"{base}/reservation/{order.token}" in html
        assert name in html
        sender, address = parseaddr(
            str(make_header(decode_header(mail.outbox[-1].message()["From"])))
        )
        assert address == parseaddr(installation.DEFAULT_FROM_EMAIL)[1]
        assert sender == name
    assert AT_NORTH not in html


def test_nothing_is_reserved_under_a_host_in_a_shop_that_it_does_not_show(member):
    offer = make_offer(on_hand=3)
    with pytest.raises(NotFound, match="boutique"):
        place(request_for(offer, host=f"{NORTH}:8000"))
    # Control: elsewhere, and by its own staff.
    assert place(request_for(offer, host="testserver")).network_id is None
    assert place(request_for(offer, host=NORTH, trusted=True)).network_id


def test_an_alert_is_answered_by_the_shops_where_it_was_asked_for(north, member):

    product = make_product()
    alerts = {where: waits_for(product) for where in ("north", "shop", "anywhere")}
    alerts["north"].network, alerts["shop"].shop = north, member
    for each in alerts.values():
        each.save()

    def due() -> set[str]:
        find([product.pk], now=timezone.now())
        for each in alerts.values():
            each.refresh_from_db()
        return {where for where, each in alerts.items() if each.due_at}

    make_offer(product=product)
    assert due() == {"anywhere"}
    make_offer(product=product, shop=member)
    assert due() == {"anywhere", "north", "shop"}


def entered(host: str, user) -> Client:
    """Return the browser of somebody who signed in by a code under a host."""
    browser = at(host)
    browser.post("/compte/code/", {"email": user.email})
    code = Message.objects.latest("pk").context["code"]
    browser.post("/compte/code/confirmer/", {"code": code})
    return browser


def taken_to(host: str, browser: Client) -> Client:
    """Return a browser that sends the cookies of another to a host."""
    other = at(host)
    other.cookies = copy.deepcopy(browser.cookies)
    return other


def test_who_signed_in_under_one_host_did_so_there_alone(member, monkeypatch):
    user = make_staff(member)
    browser = entered(NORTH, user)
    assert browser.get("/comptoir/nadir/").status_code == 200
    assert taken_to(SOUTH, browser).get("/comptoir/nadir/").status_code == 302
    assert browser.get("/comptoir/nadir/").status_code == 200, "its own host still has it"
    monkeypatch.setattr(SessionStore, "load", db.SessionStore.load)
    assert taken_to(SOUTH, browser).get("/comptoir/nadir/").status_code == 200, "control"


def test_a_code_is_good_where_it_was_asked_for_alone(member, monkeypatch):
    def enters(host: str) -> bool:
        asked = at(NORTH)
        asked.post("/compte/code/", {"email": make_staff(member).email})
        code = Message.objects.latest("pk").context["code"]
        there = taken_to(host, asked)
        there.post("/compte/code/confirmer/", {"code": code})
        return there.get("/comptoir/nadir/").status_code == 200

    assert enters(NORTH)
    assert not enters(SOUTH)
    monkeypatch.setattr(SessionStore, "load", db.SessionStore.load)
    assert enters(SOUTH), "control"


def test_a_form_of_another_host_is_refused(member):
    browser = at(NORTH, enforce_csrf_checks=True)
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    sent = {"language": "en", "csrfmiddlewaretoken": token}
    own, other = (
        browser.post("/i18n/setlang/", sent, headers={"Origin": f"http://{host}"})
        for host in (NORTH, SOUTH)
    )
    assert (own.status_code, other.status_code) == (302, 403)


def test_no_cookie_names_a_domain(member):
    browser = entered(NORTH, make_staff(member))
    browser.get("/boutiques", {"near": "Poitiers"})
    browser.get("/")
    assert {"sessionid", "near", "csrftoken"} <= set(browser.cookies)
    assert {morsel["domain"] for morsel in browser.cookies.values()} == {""}


def test_the_mark_of_a_person_is_good_under_its_host_alone():
    request = RequestFactory().get("/reserver")

    north = Portal(NORTH, "Nord", shop_id=1)
    response = HttpResponse()
    with shown_as(north):
        person.mark(response, "ana@example.org")
        request.COOKIES[person.COOKIE] = response.cookies[person.COOKIE].value
        assert person.marked_key(request)
    assert person.marked_key(request) == ""


def test_a_passkey_is_of_its_host(member):
    # Of a coordinator a second factor would be asked first.
    browser = entered(NORTH, make_staff(member))
    page = browser.get("/compte/securite/webauthn/add/", follow=True).content.decode()
    assert re.search(rf'"rp":\s*{{[^}}]*"id":\s*"{NORTH}"', page), page[:3000]


def test_a_shops_page_hears_of_its_shelves_under_any_host_a_titles_elsewhere_alone(
    member, settings
):
    """The feed of a title names offers of shops that the portal does not show."""
    settings.LIVE_URL = "https://direct.example"
    product = make_offer(shop=member).product
    for client, title_hears in ((at(NORTH), False), (Client(), True)):
        shop = client.get(f"/boutiques/{member.slug}").content.decode()
        assert f'data-feed="https://direct.example/direct/boutiques/{member.slug}"' in shop
        title = client.get(f"/titre/{product.ref}").content.decode()
        assert "data-live=" in title
        assert ("data-feed=" in title) is title_hears
