"""Mails that say the same are rendered once: each shows its own order, and its shop as it is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from comptoir.core.words import spaced_code, until
from comptoir.notifications.models import Message
from comptoir.notifications.operations import letters, render
from comptoir.orders import mails
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.shops.models import Closure, Shop
from tests.factories import make_offer, make_product, persons_request_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_rendered():
    letters._rendered.cache_clear()
    mails._shown.cache_clear()


def ordered(shop, name: str, title: str) -> Order:
    offer = make_offer(shop=shop, product=make_product(title=title))
    customer = Customer(name, f"reader{len(title)}@example.org")
    return place(persons_request_for(offer, customer=customer))


def mail_of(order: Order, language: str = "fr") -> Message:
    message = Message(
        to="a@example.org", language=language, template="order_placed", context={"order": order.pk}
    )
    render(message)
    return message


def hits() -> int:
    return letters._rendered.cache_info().hits


@pytest.mark.parametrize("signs", ["\ue0000\ue001", "\ue00099\ue001", "\ue000-1\ue001"])
def test_no_name_is_taken_for_a_blank(shop, signs):
    Shop.objects.filter(pk=shop.pk).update(name=f"A{signs}B")
    mail = mail_of(ordered(shop, "Ana Sorel", "Le Horla"))
    assert f"A{signs}B" in mail.text
    assert f"A{signs}B" in mail.html


def test_each_mail_shows_its_own_order(shop):
    first = ordered(shop, "Ana Sorel", "Le Horla")
    second = ordered(shop, "Zoé Brun", "Bel-Ami & Cie")
    mail_of(first)
    mail = mail_of(second)
    assert hits() == 1, "it was not rendered anew"
    for part in (mail.text, mail.html):
        assert "Zoé Brun" in part
        assert spaced_code(second.code) in part
        assert f"/reservation/{second.token}" in part
        for foreign in ("Ana", "Horla", first.token, spaced_code(first.code)):
            assert foreign not in part
        assert not set("\ue000\ue001") & set(part)
    assert "Bel-Ami & Cie" in mail.text
    assert "Bel-Ami &amp; Cie" in mail.html


def test_what_readers_write_is_escaped_when_it_is_filled_in(shop):
    order = ordered(shop, "Ana Sorel", "Le Horla")
    mail_of(order)
    Order.objects.update(name="<b>\ue0000\ue001")
    mail = mail_of(order)
    assert hits() == 1
    assert "&lt;b&gt;" in mail.html
    assert "<b>" not in mail.html
    assert "<b>\ue0000\ue001" in mail.text, "a blank is filled once"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_changes_in_a_shop_is_in_the_next_mail(shop, language):
    order = ordered(shop, "Ana Sorel", "Le Horla")
    before = mail_of(order, language)
    today = timezone.localdate()
    Closure.objects.create(shop=shop, first_day=today, last_day=today + timedelta(days=20))
    shut = mail_of(order, language)
    assert shut.text.count("fermé" if language == "fr" else "closed") == 7
    Shop.objects.update(name="Librairie <neuve>", street="1 rue Neuve", phone="+33549000000")
    after = mail_of(order, language)
    assert "Librairie <neuve>" in after.subject
    assert "Librairie &lt;neuve&gt;" in after.html
    assert "1 rue Neuve" in after.text
    assert "1 rue Neuve" not in before.text
    assert hits() == 0
    assert mail_of(order, language).html == after.html
    assert hits() == 1


def test_the_name_of_the_site_is_in_the_next_mail(shop, settings):
    order = ordered(shop, "Ana Sorel", "Le Horla")
    mail_of(order)
    settings.SITE_NAME, settings.CONTACT = "Livres d’Aunis", "bonjour@example.org"
    mail = mail_of(order)
    assert "Livres d’Aunis" in mail.html
    assert "bonjour@example.org" in mail.html
    assert "bonjour@example.org" in mail.text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("place", ["Europe/Paris", "America/Cayenne"])
def test_until_when_is_said_as_on_the_day_on_which_it_is_read(monkeypatch, language, place):
    moment, zone = datetime(2026, 12, 5, 18, 30, 7, 5, tzinfo=UTC), ZoneInfo(place)
    said = []
    with translation.override(language):
        for hours in range(0, 9 * 24, 3):
            now = moment - timedelta(hours=hours)
            monkeypatch.setattr(timezone, "now", lambda now=now: now)
            said.append(mails._until(moment, zone))
            assert said[-1] == until(moment, zone, now)
    assert len(set(said)) > 3, "it is not said alike on all days"
