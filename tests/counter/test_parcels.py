"""Parcels at the counter: prices typed row by row, a wrong row told, books with two prices."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.quotes.models import PriceDecision, Tariff
from tests.counter.conftest import browser_of
from tests.factories import make_offer, make_product
from tests.terms.world import publish_for

PAGE = "/comptoir/pilori/boutique/envois"


def form(*rows: tuple[str, str, str, str], **more: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    found = {"since": today, "box_grams": "80", "box_mm": "5"} | more
    for place, (zone, grams, mm, price) in enumerate(rows):
        for name, value in (("zone", zone), ("grams", grams), ("mm", mm), ("price", price)):
            found[f"band_{place}_{name}"] = value
    return found


@pytest.fixture
def owner(manager, shop):
    publish_for(shop)
    return browser_of(manager)


def test_an_owner_begins_with_values_and_saves_them(owner, shop):
    page = owner.get(PAGE).content.decode()
    assert "Vous n’envoyez encore rien" in page
    assert 'value="4,00"' in page
    english = owner.get(PAGE, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ('value="4.00"' in english, 'value="4,00"' in english) == (True, False)
    rows = [("france", "250", "30", "4,00"), ("eu", "500", "", "14.00"), ("france", "", "", "")]
    sent = form(*rows, band_1_tracked="on")
    assert owner.post(PAGE, sent).status_code == 302
    bands = list(Tariff.objects.get(shop=shop).bands.values_list("zone", "max_mm", "price_cents"))
    assert bands == [("france", 30, 400), ("eu", None, 1400)]
    assert "Ces tarifs valent depuis" in owner.get(PAGE).content.decode()
    assert "Tarifs d’envoi" in owner.get("/comptoir/pilori/page/historique").content.decode()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("france", "abc", "", "4"), "nombres entiers"),
        (("mars", "250", "", "4"), "choisissez où va le colis"),
        (("france", "250", "", "cher"), "n’est pas un prix"),
        (("france", "250", "", ""), "n’est pas un prix"),
        (("france", "99999", "", "4"), "un colis pèse de 1"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_lost(owner, row, told):
    page = owner.post(PAGE, form(("eu", "500", "", "14,20"), row))
    assert page.status_code == 200
    text = page.content.decode()
    assert told in text
    assert "Ligne\u00a02" in text or "Ligne 2" in text
    assert 'value="14,20"' in text
    assert 'aria-invalid="true"' in text
    assert not Tariff.objects.exists()


def test_more_rows_are_given_and_nothing_is_saved(owner):
    sent = form(*[("france", str(100 + n), "", "4") for n in range(3)], more="1")
    page = owner.post(PAGE, sent).content.decode()
    assert 'name="band_5_grams"' in page
    assert not Tariff.objects.exists()


def test_posting_is_ended_and_prices_to_come_are_taken_back(owner, shop):
    owner.post(PAGE, form(("france", "250", "", "4")))
    later = (timezone.localdate() + timedelta(days=9)).isoformat()
    owner.post(PAGE, form(("france", "250", "", "5"), since=later, nothing="1"))
    ends = Tariff.objects.get(since=later)
    assert not ends.bands.exists()
    assert "rien n’est envoyé" in owner.get(PAGE).content.decode()
    owner.post(f"{PAGE}/{ends.pk}/retirer")
    assert Tariff.objects.count() == 1


def test_staff_see_prices_and_do_not_change_them(desk, owner):
    owner.post(PAGE, form(("france", "250", "", "4,30")))
    page = desk.get(PAGE).content.decode()
    assert "4,30" in page
    assert "band_0_grams" not in page
    assert desk.post(PAGE, form(("france", "250", "", "1"))).status_code == 403
    assert Tariff.objects.get().bands.get().price_cents == 430


def test_a_book_with_two_prices_is_decided_by_a_tap(desk, shop):
    book = make_product(list_price_cents=1290, title="Deux prix")
    make_offer(product=book, shop=shop, price_cents=1390)
    assert "Deux prix" in desk.get(PAGE).content.decode()
    page = desk.post(f"{PAGE}/prix/{book.ref}", {"cents": "1290"}, follow=True)
    assert "C’est tranché" in page.content.decode()
    assert "Livres à deux prix" not in page.content.decode()
    assert PriceDecision.objects.get().price_cents == 1290
    page = desk.post(f"{PAGE}/prix/{book.ref}", {"cents": "1"}, follow=True)
    assert "regardez à nouveau" in page.content.decode()
    assert PriceDecision.objects.get().price_cents == 1290
