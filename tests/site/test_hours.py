"""What the public pages, mails and the API say of a shop that is open by appointment."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.utils.translation import override

from comptoir.orders.mails import context, read_orders
from comptoir.orders.operations import place
from comptoir.shops import memory
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.site.present import week_table
from tests.factories import make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db
ASK = '"sur <rendez-vous>"'


def text(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_a_page_says_by_appointment_in_the_shops_own_words(client):
    make_shop(slug="atelier", opening_hours=ASK)
    page = text(client.get("/boutiques/atelier"))
    assert page.count("sur &lt;rendez-vous&gt;") == 7, "each day of the week"
    assert "fermé" not in page
    assert "Sur &lt;rendez-vous&gt;" in page
    assert "sur &lt;rendez-vous&gt;" in text(client.get("/boutiques"))
    assert "atelier" not in text(client.get("/boutiques?open=1"))


def test_the_week_shows_open_hours_and_those_by_appointment(client):
    make_shop(slug="atelier", opening_hours=f"Mo-Su 10:00-12:00, Mo-Su 14:00-18:00 {ASK}")
    page = unescape(text(client.get("/boutiques/atelier")))
    assert "10 h – 12 h</span>, 14 h – 18 h (sur <rendez-vous>)" in page


def test_the_api_says_by_appointment(client):
    make_shop(slug="atelier", opening_hours=ASK)
    make_shop(slug="pilori", opening_hours="24/7")
    told = client.get("/api/v1/shops/atelier").json()
    assert (told["open_now"], told["open_until"]) == (False, None)
    assert told["by_appointment"] == "sur <rendez-vous>"
    assert client.get("/api/v1/shops/pilori").json()["by_appointment"] is None


def test_a_mail_says_by_appointment():
    shop = make_shop(opening_hours=f"Mo-Su 10:00-12:00 || {ASK}")
    named = {"order": place(request_for(make_offer(shop=shop, on_hand=1))).pk}
    said = context(named, read_orders([named]))["shop_text"].splitlines()
    assert {line.partition("\u00a0: ")[2] for line in said if line.startswith("dimanche")} == {
        "10 h – 12 h, sinon sur <rendez-vous>"
    }


@pytest.mark.parametrize(("hours", "times"), [("", 1), ("Mo 10:00-11:00", 0)])
def test_a_week_of_which_nothing_is_known_is_said_in_one_line(client, hours, times) -> None:
    make_shop(slug="pilori", opening_hours=hours)
    page = client.get("/boutiques/pilori").content.decode()
    assert page.count('<p class="small soft">Horaires inconnus</p>') == times
    assert page.count('<table class="week">') == 1 - times


@pytest.mark.parametrize("changes", [True, False], ids=["changed", "the control"])
def test_the_week_is_the_shops_as_it_is_whatever_was_kept_of_it(
    client, shops_are_kept, changes
) -> None:
    """The control: where nobody asks whether the shop changed, the kept week stays."""
    shop = make_shop(slug="pilori", opening_hours="Mo-Su 10:00-11:00")
    assert "10 h – 11 h" in text(client.get("/boutiques/pilori"))
    Shop.objects.filter(pk=shop.pk).update(opening_hours="Mo-Su 16:00-17:00")
    if changes:
        memory.forget()
    said = text(client.get("/boutiques/pilori"))
    assert ("16 h – 17 h" in said) is changes
    assert ("10 h – 11 h" in said) is not changes


def test_the_week_that_is_kept_ends_with_its_day_and_has_its_language(
    client, shops_are_kept, monkeypatch
) -> None:
    shop = make_shop(opening_hours="Mo-Su 10:00-11:00")
    tables = set()
    for day in (23, 24):
        moment = datetime(2026, 11, day, 12, tzinfo=UTC)
        monkeypatch.setattr("comptoir.site.present.timezone.now", lambda at=moment: at)
        for language in ("fr", "en"):
            with override(language):
                kept = directory().shops[shop.pk]
                tables.add(week_table(kept))
                assert week_table(kept) is week_table(kept)
    assert len(tables) == 4
