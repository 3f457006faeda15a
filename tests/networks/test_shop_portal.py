"""A shop's own address: there only its shelves are shown."""

from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from click.testing import CliRunner
from django.core import mail
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict, Forbidden, Invalid
from comptoir.networks.operations import NetworkChange, change_network
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.mails import context, read_orders
from comptoir.orders.operations import collect, place, set_aside
from comptoir.search import builder
from comptoir.shops.choice import portals
from comptoir.shops.commands import shops as commands
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import set_host
from comptoir.shops.operations.memberships import join_network
from tests.factories import (
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
)
from tests.networks.portals import MARKS, NORTH
from tests.networks.test_portals import SHARED, leaks, region

__all__ = ["region"]
pytestmark = pytest.mark.django_db
HOST = "nadir.example"


def test_a_shops_host_shows_its_shelves_alone(region):
    shop = region[NORTH].shop
    set_host(shop=shop, host=HOST, actor=SYSTEM)
    portals.forget()
    pages = (
        "/",
        "/boutiques",
        "/agenda",
        "/annuaire",
        "/sitemap-boutiques.xml",
        "/boutiques/zyxquarb",
    )
    assert leaks(region, HOST, pages) == {}
    own = Client(SERVER_NAME=HOST)
    home = own.get("/").content.decode()
    assert "<title>Nadir" in home
    assert SHARED in home
    assert 'href="/boutiques"' not in home
    found = own.get("/recherche", {"q": SHARED}).content.decode()
    assert "Nadir" in found
    title = own.get(f"/titre/{region[NORTH].offer.product.ref}").content.decode()
    assert "Nadir" in title
    assert set(MARKS).isdisjoint(title.lower().split())


def test_its_search_is_in_its_stock(region):

    make_product(title="Un livre que personne n’a")
    builder.rebuild()
    set_host(shop=region[NORTH].shop, host=HOST, actor=SYSTEM)
    portals.forget()
    question = {"q": "livre que personne"}
    assert Client(SERVER_NAME=HOST).get("/api/v1/products", question).json()["total"] == 0
    assert Client().get("/api/v1/products", question).json()["total"] == 1


def test_only_who_runs_the_installation_gives_a_shop_a_host():
    shop, network = make_shop(), make_network(host="nord.example")
    with pytest.raises(Forbidden):
        set_host(shop=shop, host=HOST, actor=make_staff(shop, StaffRole.MANAGER).actor)
    for host, fault in (("nord.example", Conflict), ("127.0.0.1", Invalid), ("a b", Invalid)):
        with pytest.raises(fault):
            set_host(shop=shop, host=host, actor=SYSTEM)
    set_host(shop=shop, host=HOST, actor=SYSTEM)
    with pytest.raises(Conflict):
        set_host(shop=make_shop(), host=HOST, actor=SYSTEM)
    with pytest.raises(Conflict) as taken:
        change_network(network=network, change=NetworkChange(host=HOST), actor=SYSTEM)
    assert str(taken.value.message).startswith(shop.name)
    change_network(network=network, change=NetworkChange(host="nord.example"), actor=SYSTEM)
    set_host(shop=shop, host=HOST, actor=SYSTEM)
    network.refresh_from_db()
    assert network.host != shop.host


def test_no_portal_gets_a_name_of_the_installation(settings):
    settings.BASE_URL, settings.LIVE_URL = "https://region.example", "https://direct.region.example"
    settings.ALLOWED_HOSTS = ["region.example", "WWW.region.example", ".boutiques.example"]
    shop, network = make_shop(), make_network()
    for host in ("region.example", "direct.region.example", "www.region.example"):
        with pytest.raises(Invalid):
            set_host(shop=shop, host=host, actor=SYSTEM)
        with pytest.raises(Invalid):
            change_network(network=network, change=NetworkChange(host=host), actor=SYSTEM)
    set_host(shop=shop, host="nadir.boutiques.example", actor=SYSTEM)


def mail_of(order) -> str:
    """Return the newest mail as it is sent, with its sender."""
    deliver(message_id=Message.objects.latest("pk").pk)
    sent = mail.outbox[-1]
    sender, _address = parseaddr(str(make_header(decode_header(sent.message()["From"]))))
    return f"{sender} {sent.subject} {sent.alternatives[0].content}"


def test_mails_of_an_order_placed_there_speak_for_the_shop_and_lead_there(settings):
    shop, network = make_shop(name="Nadir"), make_network(host="nord.example")
    set_host(shop=shop, host=HOST, actor=SYSTEM)
    join_network(shop=shop, network=network, actor=SYSTEM)
    portals.forget()
    offer = make_offer(shop=shop, on_hand=9)
    order = place(request_for(offer, host=f"{HOST}:8000", verified=True))
    at_shop = f"http://{HOST}:8000/reservation/{order.token}"
    assert (order.at_own_host, order.network_id) == (True, None)
    placed = mail_of(order)
    set_aside(order_id=order.pk, actor=SYSTEM)
    ready = mail_of(order)
    for said in (placed, ready):
        assert at_shop in said
        assert said.startswith("Nadir ")
        assert settings.SITE_NAME not in said
        assert settings.BASE_URL not in said
    assert Client(SERVER_NAME=HOST).get(f"/reservation/{order.token}").status_code == 200
    # Control: of the same shop, at the installation.
    elsewhere = place(request_for(offer, host="testserver", verified=True))
    assert not elsewhere.at_own_host
    assert f"{settings.BASE_URL}/reservation/{elsewhere.token}" in mail_of(elsewhere)
    set_host(shop=shop, host="", actor=SYSTEM)
    portals.forget()
    collect(order_id=order.pk, actor=SYSTEM)
    later = context({"order": order.pk}, read_orders([{"order": order.pk}]))
    assert later["portal"] is None, "its host answers no more"


def test_a_hidden_shop_is_not_there_under_its_host_either():
    shop = make_shop(slug="nadir")
    done = CliRunner().invoke(commands, ["host", "nadir", HOST])
    assert done.exit_code == 0, done.output
    portals.forget()
    assert Client(SERVER_NAME=HOST).get("/").status_code == 200
    shop.refresh_from_db()
    shop.paused_at = shop.created_at
    shop.save()
    portals.forget()
    assert Client(SERVER_NAME=HOST).get("/").status_code == 404
