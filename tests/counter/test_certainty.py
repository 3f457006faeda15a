"""What the counter says of certainty: which to look for first, a silent till, the shop's record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.orders import operations
from comptoir.orders.models import Order
from comptoir.stock.models import Feed, FeedSilence, Report, TrackRecord
from tests.counter.conftest import browser_of
from tests.factories import make_offer, make_shop, make_staff

BOARD = "/comptoir/pilori/"
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def unsure(shop, reserve):
    """A reservation of a copy that was not promised outright, after one that was."""
    reserve(name="Zoé Sûre")
    old = make_offer(shop=shop, as_of=timezone.now() - timedelta(hours=50))
    return reserve(old, name="Ana Incertaine")


@pytest.fixture
def silence(shop):
    """A silence of the shop's till, noticed and not ended."""
    now = timezone.now()
    feed = Feed.objects.create(shop=shop, format="csv")
    return FeedSilence.objects.create(feed=feed, heard_at=now - timedelta(days=3), noticed_at=now)


def said(browser, path: str) -> str:
    page = browser.get(path, headers=FRENCH).content.decode()
    return page.replace("\u202f", " ").replace("\u00a0", " ")


def test_what_was_not_promised_outright_stands_first_and_says_so(desk, unsure):
    board = said(desk, BOARD)
    assert board.index("Ana Incertaine") < board.index("Zoé Sûre")
    assert board.count("à vérifier") == 1
    assert board.count("task--look") == 1
    assert "task--look" in said(desk, f"{BOARD}liste")
    operations.set_aside(order_id=unsure.pk, actor=make_staff(unsure.shop).actor)
    assert "à vérifier" not in said(desk, BOARD)


def test_the_reservation_says_until_when_its_reader_waits(desk, unsure, reserve):
    page = said(desk, f"{BOARD}reservations/{unsure.pk}")
    assert "À vérifier d’abord." in page
    assert "attend votre réponse" in page
    assert "Il est là, mettre de côté" in page
    assert "au moment de réserver : à confirmer par la boutique" in page
    sure = Order.objects.exclude(pk=unsure.pk).get()
    assert "À vérifier" not in said(desk, f"{BOARD}reservations/{sure.pk}")


def test_a_risky_number_says_why_in_french(desk, shop):
    TrackRecord.objects.create(shop=shop, promised=99, missing=40, as_of=timezone.now())
    product = make_offer(shop=shop).product
    why = said(desk, f"{BOARD}stock/{product.ean}/pourquoi")
    assert "21 % de ce que la boutique promet manque en rayon" in why


@pytest.mark.parametrize(("hours", "words"), [(0, "en rayon"), (50, "à confirmer par la boutique")])
def test_the_shelf_tells_what_readers_see(desk, shop, hours, words):
    offer = make_offer(shop=shop, as_of=timezone.now() - timedelta(hours=hours))
    page = said(desk, f"{BOARD}stock/{offer.product.ean}")
    assert "Les lecteurs voient" in page
    assert f"</svg>{words}</span>" in page


def test_a_silent_till_is_a_banner_on_every_page_until_it_speaks(desk, shop, silence):
    for path in (BOARD, f"{BOARD}stock", f"{BOARD}reserver", f"{BOARD}boutique"):
        assert "Votre caisse ne répond plus." in said(desk, path), path
    assert "ne répond plus" not in said(desk, f"{BOARD}liste")
    page = said(desk, f"{BOARD}inventaires")
    assert "Votre caisse ne répond plus (CSV)" in page
    assert "La caisse écrit-elle toujours son fichier de stock" in page
    Report.objects.create(
        feed=silence.feed,
        mode="snapshot",
        as_of=timezone.now(),
        status="applied",
        actor_kind="feed",
    )
    assert "ne répond plus" not in said(desk, BOARD)


@pytest.mark.parametrize(("part", "times"), [("", 1), ("inventaires", 1), ("liste", 0)])
def test_the_silences_are_queried_once_and_only_where_they_are_shown(desk, silence, part, times):
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(f"{BOARD}{part}").status_code == 200
    asked = f'FROM "{FeedSilence._meta.db_table}"'
    assert sum(asked in each["sql"] for each in queries) == times


def test_the_banner_is_the_shops_own(silence):
    other = make_shop(slug="autre")
    page = said(browser_of(make_staff(other)), "/comptoir/autre/")
    assert "ne répond plus" not in page


def test_a_till_that_was_replaced_is_taken_off(desk, silence):
    path = f"{BOARD}caisses/{silence.feed_id}/remplacee"
    stranger = browser_of(make_staff(make_shop(slug="autre")))
    assert stranger.post(path).status_code == 404
    assert stranger.post(f"/comptoir/autre/caisses/{silence.feed_id}/remplacee").status_code == 404
    assert "ne répond plus" in said(desk, BOARD)
    assert desk.post(path).status_code == 302
    assert "ne répond plus" not in said(desk, BOARD)


@pytest.mark.parametrize(
    ("promised", "missing", "words"),
    [
        (148, 2, "Ces 90 derniers jours, 2 des 148 exemplaires promis n’étaient pas en rayon."),
        (6, 1, "Ces 90 derniers jours, 1 des 6 exemplaires promis n’était pas en rayon."),
    ],
)
def test_the_shop_reads_its_record_as_a_sentence(desk, shop, promised, missing, words):
    TrackRecord.objects.create(shop=shop, promised=promised, missing=missing, as_of=timezone.now())
    assert words in said(desk, f"{BOARD}stock")
    assert words in said(desk, f"{BOARD}inventaires")
    offer = make_offer(shop=shop)
    for public in ("/boutiques/pilori", f"/titre/{offer.product.ean}"):
        assert "exemplaires promis" not in said(desk, public)


def test_a_shop_without_a_record_reads_none(desk, shop):
    assert "90 derniers jours" not in said(desk, f"{BOARD}stock")


def test_not_on_the_shelf_shows_in_the_record_at_once(desk, shop, reserve):
    order = reserve()
    line = order.lines.order_by("pk")[0]
    desk.post(f"{BOARD}reservations/{order.pk}/lignes/{line.pk}/pas-en-rayon")
    assert "1 des 1 exemplaires promis n’était pas en rayon" in said(desk, f"{BOARD}stock")


def test_a_typed_reservation_shows_how_sure_each_choice_is(desk, shop):
    old = make_offer(shop=shop, as_of=timezone.now() - timedelta(hours=50))
    make_offer(shop=shop, product=old.product, condition="VG+")
    page = desk.post(
        f"{BOARD}reserver", {"q": old.product.ean, "action": "search"}, headers=FRENCH
    ).content.decode()
    assert page.count('class="choice__one"') == 2
    assert page.count("à confirmer par la boutique") == 1


def test_what_is_wrong_with_a_copy_is_tied_to_its_field(desk, shop):
    product = make_offer(shop=shop).product
    form = {"p": product.ref, "ref": "A1", "price": "abc", "condition": "VG+"}
    page = desk.post(f"{BOARD}occasions/ajouter", form).content.decode()
    assert 'id="e-error-price"' in page
    assert 'aria-invalid="true" aria-describedby="e-error-price"' in page
    assert page.count("aria-invalid") == 1
