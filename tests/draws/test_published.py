"""What a draw publishes: made anew for whoever asks, so counted; and what its title's page says."""

import pytest
from django.utils import timezone

from comptoir.core import limits
from comptoir.draws.models import Draw
from comptoir.site.draws import draw as pages
from tests.draws.world import person
from tests.factories import make_offer
from tests.releases.made import DAY, HOUR, drawn
from tests.site.flows import text

pytestmark = pytest.mark.django_db


def test_an_address_asks_for_a_draw_so_often(client, settings, monkeypatch):
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    offer = make_offer(on_hand=2)
    draw = drawn(offer.shop, offer.product)
    monkeypatch.setattr(pages, "DATA_PER_ADDRESS", limits.Limit("draw_data_test", 2, 86_400))
    page = f"/tirages/{draw.pk}.json"
    statuses = [client.get(page, REMOTE_ADDR="198.51.100.7").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_the_page_of_a_title_says_its_draw_until_its_copies_are_handed_out(client):
    offer = make_offer(on_hand=2)
    draw, now = drawn(offer.shop, offer.product), timezone.now()

    def said(**fields) -> str:
        Draw.objects.update(**fields)
        page = client.get(f"/titre/{offer.product.ref}")
        linked = f'href="/tirages/{draw.pk}"' in page.content.decode()
        found = text(page)
        assert linked is ("au sort" in found)
        return found

    assert f"tirés au sort ({offer.shop.name}) : inscriptions jusqu’au " in said()
    closed = {"closes_at": now - DAY, "known_at": now - HOUR, "frozen_at": now - DAY}
    page, entry = f"/tirages/{draw.pk}", f"/tirages/entree/{person(draw, 'a@example.org').token}"
    told = "Les inscriptions sont closes depuis le "
    assert told not in text(client.get(page))
    assert told not in text(client.get(entry))
    assert "les inscriptions sont closes depuis le " in said(**closed)
    for each in (page, entry):
        found = text(client.get(each))
        assert told in found
        assert "se closent" not in found
        assert "est connu depuis le " in found
    assert "au sort" not in said(frozen_at=now)  # too late: it is not made
    for each in (page, entry):
        found = text(client.get(each))
        assert "ce tirage n’aura pas lieu" in found
        assert "le tirage se fait avec lui" not in found
    assert "Les gagnants prennent le leur jusqu’au " in said(drawn_at=now)
    assert "tirés au sort" not in said(ended_at=now)


def test_a_draw_says_until_when_its_winner_has_time_by_whichever_end_is_first(client):
    offer, now = make_offer(on_hand=2), timezone.now()
    draw = drawn(offer.shop, offer.product, days=30)
    made = {"closes_at": now - 3 * DAY, "known_at": now - 2 * DAY, "frozen_at": now - 3 * DAY}
    for days, whole in ((30, False), (2, True)):
        Draw.objects.update(days=days)
        assert (f"gagne a {days} jours" in text(client.get(f"/tirages/{draw.pk}"))) is whole
    Draw.objects.update(**made, drawn_at=now - DAY, days=4, until=now + 3 * DAY)
    found = text(client.get(f"/tirages/{draw.pk}"))
    assert "gagne a 4 jours" in found, "both ends are one"
    Draw.objects.update(until=now + 2 * DAY)
    found = text(client.get(f"/tirages/{draw.pk}"))
    assert "4 jours" not in found
    assert "Qui gagne a jusqu’au " in found


def test_a_draw_that_was_made_is_listed_with_its_proof_for_thirty_days(client):
    offer, now = make_offer(on_hand=2), timezone.now()
    draw = drawn(offer.shop, offer.product)
    closed = now - 40 * DAY
    past = {"closes_at": closed, "known_at": closed + HOUR, "frozen_at": closed, "ended_at": now}
    for ago, listed in ((29, True), (31, False)):
        Draw.objects.update(**past, drawn_at=now - ago * DAY)
        page = client.get("/sorties")
        assert (f'href="/tirages/{draw.pk}"' in page.content.decode()) is listed
        assert ("Tirages effectués" in text(page)) is listed
        assert ("Rien n’est annoncé ici" in text(page)) is not listed
