"""What is wrong with which shop, the gravest first, and the mail that asks for it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.oversight.faults import ADVICE, ASKS, Fault
from comptoir.oversight.letters import draft
from comptoir.oversight.operations import Asked, ask_to_mend
from comptoir.oversight.quality import counts, faults_of, quality_of
from comptoir.shops.models import Service, Shop, StaffRole
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.arrivals.models import FeedSilence
from comptoir.stock.models import Feed, Report
from comptoir.stock.shelf.models import TrackRecord
from tests.browsers import BACKEND
from tests.factories import (
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
)
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
SLIGHT = {Fault.NO_PHOTO}


@pytest.fixture
def network():
    return make_network(name="Librairies de la Vienne")


def member(network, **fields) -> Shop:
    """Return a member with which nothing is wrong but that it has no photo."""
    shop = make_shop(**{"email": "shop@example.org", "opening_hours": "Tu-Sa 10:00-19:00"} | fields)
    join_network(shop=shop, network=network, actor=SYSTEM)
    make_staff(shop, StaffRole.MANAGER)
    Service.objects.create(shop=shop, kind="mail_order")
    feed = Feed.objects.create(shop=shop, format="csv")
    now = timezone.now()
    Report.objects.create(
        feed=feed, mode="snapshot", as_of=now, status="applied", actor_kind="feed"
    )
    return shop


def check(network, shop) -> set[Fault]:
    found = faults_of(network, shop, actor=SYSTEM, now=timezone.now())
    return set(found.faults) if found else set()


def failing(to: str) -> None:
    now = timezone.now()
    Message.objects.create(
        to=to,
        language="fr",
        template="x",
        context={},
        status="failed",
        reason="mailbox",
        failing_since=now,
    )


def silent(shop: Shop) -> None:
    feed, past = shop.feeds.get(), timezone.now() - timedelta(days=9)
    Report.objects.update(received_at=past)
    FeedSilence.objects.create(feed=feed, heard_at=past, noticed_at=past)


def unanswered(shop: Shop) -> None:
    order = place(persons_request_for(make_offer(shop=shop)))
    past = timezone.now() - timedelta(days=3)
    Order.objects.filter(pk=order.pk).update(placed_at=past, status="placed")


CAUSES = {
    Fault.CLOSED: lambda shop: Shop.objects.update(registry_state="closed"),
    Fault.UNANSWERED: unanswered,
    Fault.UNUSED: lambda shop: shop.staff.all().delete(),
    Fault.NOT_COME: lambda shop: shop.invitations.create(
        email="new@example.org",
        nonce="0",
        sent_at=timezone.now(),
        ends_at=timezone.now(),
        actor_kind="system",
    ),
    Fault.BOUNCED: lambda shop: failing(shop.email),
    Fault.SILENT: silent,
    Fault.NOT_FOUND: lambda shop: TrackRecord.objects.create(
        shop=shop, promised=10, missing=3, as_of=timezone.now()
    ),
    Fault.NO_HOURS: lambda shop: Shop.objects.update(opening_hours=""),
    Fault.NO_TILL: lambda shop: shop.feeds.all().delete(),
    Fault.DOUBTFUL_HOURS: lambda shop: Shop.objects.update(
        opening_hours="PH 10:00-12:00; Mo-Su 10:00-19:00"
    ),
    Fault.NO_PLACE: lambda shop: Shop.objects.update(placed_in_town=True),
    Fault.NO_SERVICES: lambda shop: shop.services.all().delete(),
    Fault.NO_TERMS: post_from,
}


@pytest.mark.parametrize("fault", [each for each in Fault if each not in SLIGHT])
def test_each_fault_is_found_where_it_is_and_nowhere_else(network, fault):
    shop = member(network)
    assert check(network, shop) == SLIGHT
    CAUSES[fault](shop)
    shop.refresh_from_db()
    assert check(network, shop) == SLIGHT | {fault}


def test_every_fault_has_its_advice_and_its_words():
    assert set(Fault) == set(ADVICE) == set(ASKS)


def test_the_gravest_come_first_and_others_shops_do_not(network):
    quiet, closed = member(network), member(network, registry_state="closed")
    member(make_network(), registry_state="closed")
    found = quality_of(network, actor=SYSTEM, now=timezone.now())
    assert [each.shop for each in found] == [closed, quiet]
    assert counts(found) == [(Fault.CLOSED, 1), (Fault.NO_PHOTO, 2)]


def test_many_shops_take_no_more_queries(network, django_assert_max_num_queries):
    for n in range(12):
        silent(member(network, email=f"s{n}@example.org"))
    with django_assert_max_num_queries(10):
        assert len(quality_of(network, actor=SYSTEM, now=timezone.now())) == 12


def asked(*faults: Fault, text: str = "Bonjour", days: int = 14) -> Asked:
    return Asked(faults=faults, subject="Votre page", text=text, days=days)


def test_the_mail_goes_to_the_owners_once_and_its_answer_to_who_asks(network):
    shop = member(network)
    make_staff(shop)
    coordinator = make_coordinator(network)
    ask = {"network": network, "shop": shop, "actor": coordinator.actor}
    assert ask_to_mend(asked=asked(Fault.NO_PHOTO), **ask) == 1
    (mail,) = Message.objects.all()
    assert mail.to == shop.staff.get(role=StaffRole.MANAGER).user.email
    assert mail.context["email"] == coordinator.email
    render(mail)
    assert "Votre page" in mail.subject
    assert "Bonjour" in mail.text
    with pytest.raises(Conflict) as refusal:
        ask_to_mend(asked=asked(Fault.NO_PHOTO, Fault.NO_HOURS), **ask)
    assert refusal.value.code == "asked_already"
    assert ask_to_mend(asked=asked(Fault.NO_HOURS), **ask) == 1
    entry = AuditEntry.objects.filter(deed="asked_to_mend").order_by("pk").first()
    assert (entry.shop_id, entry.network_id) == (shop.pk, network.pk)
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=15))
    assert ask_to_mend(asked=asked(Fault.NO_PHOTO), **ask) == 1


def test_what_may_not_be_asked_is_refused_and_nothing_leaves(network):
    shop, away = member(network), member(make_network())
    editor = make_coordinator(network, NetworkRole.EDITOR).actor
    good = asked(Fault.NO_PHOTO)
    for refusal, values in (
        (Forbidden, {"shop": shop, "asked": good, "actor": editor}),
        (NotFound, {"shop": away, "asked": good, "actor": SYSTEM}),
        (Invalid, {"shop": shop, "asked": asked(Fault.NO_PHOTO, text=" "), "actor": SYSTEM}),
        (Invalid, {"shop": shop, "asked": asked(), "actor": SYSTEM}),
    ):
        with pytest.raises(refusal):
            ask_to_mend(network=network, **values)
    shop.staff.all().delete()
    Shop.objects.update(email="")
    with pytest.raises(Conflict):
        ask_to_mend(network=network, shop=shop, asked=good, actor=SYSTEM)
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(deed="asked_to_mend").exists()


def test_the_page_shows_it_and_sends_the_mail_as_it_was_edited(network):
    shop = member(network, name="Le Rat", slug="le-rat")
    client = Client()
    client.force_login(make_coordinator(network), backend=BACKEND)
    at = f"/bureau/{network.slug}/qualite"
    assert "1 boutique\u00a0: pas de photo" in client.get(at).content.decode()
    assert "Le Rat" not in client.get(at + "?defaut=closed").content.decode()
    page = client.get(f"{at}/le-rat?langue=en").content.decode()
    assert "Your page has no photo" in page
    assert "Votre page n’a pas de photo" in client.get(f"{at}/le-rat").content.decode()
    values = {
        "faults": ["no_photo"],
        "subject": "Une photo ?",
        "text": "S’il vous plaît",
        "days": 7,
    }
    assert client.post(f"{at}/le-rat", values).status_code == 302
    assert Message.objects.get().context["text"] == "S’il vous plaît"
    day = timezone.localdate()
    assert f"Demandé le {day.day}" in client.get(at).content.decode()
    assert "a été sollicitée" in client.post(f"{at}/le-rat", values).content.decode()
    assert Message.objects.count() == 1
    text = b"".join(client.get(at + ".csv").streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("Le Rat;")
    assert shop.slug == "le-rat"


@pytest.mark.parametrize("host", ["nord.example", None])
def test_the_mail_leads_to_the_networks_own_address(network, settings, host):
    network.host = host
    network.save()
    shop = member(network)
    _subject, text = draft(network, shop, [Fault.NO_PHOTO], signed="Ana", language="fr")
    base = f"http://{host}:8000" if host else settings.BASE_URL
    assert f"{base}/comptoir/{shop.slug}/boutique" in text
    assert (settings.BASE_URL in text) is (host is None)
