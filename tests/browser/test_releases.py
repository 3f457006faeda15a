"""Release days and draws in a real browser: what readers, counters and offices see of them."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.draws.models import Draw, EntryState
from comptoir.draws.operations import draw_lots, freeze_due
from comptoir.shops.models import StaffRole
from comptoir.shops.operations.memberships import join_network
from tests.browser.conftest import sign_in
from tests.factories import make_coordinator, make_network, make_offer, make_shop, make_staff
from tests.releases.made import DAY, HOUR, drawn, entered, released

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COUNTER, OFFICE = "/comptoir/pilori/boutique", "/bureau/seul"


@pytest.fixture
def world():
    """Return a shop of a network, and its draw that is made: both announce titles, and draws of all
    phases stand beside it."""
    shop, network = make_shop(slug="pilori"), make_network(slug="seul", name="Lire ici")
    join_network(shop=shop, network=network, actor=SYSTEM)
    product = make_offer(shop=shop, on_hand=9).product
    now = timezone.now()
    said = {"one_each": "release", "text": "On ouvre à 8 h, café offert dans la file."}
    released(network, product, at=now + 3 * DAY, online_at=now + 9 * DAY, **said)
    released(shop, make_offer(shop=shop).product, at=now + 4 * DAY, shows_copies=True)
    made, frozen, late = (drawn(shop, product) for _number in range(3))
    for draw in (made, frozen, late):
        entered(draw)
    of_all = Draw.objects.filter(pk__in=[made.pk, frozen.pk, late.pk])
    of_all.update(closes_at=now - 2 * HOUR, known_at=now - HOUR)
    made.entries.model.objects.update(state=EntryState.IN)
    freeze_due(now=now - HOUR - timedelta(minutes=1))
    Draw.objects.filter(pk=late.pk).update(frozen_at=now)
    draw_lots(draw=made, value="0a1b2c", actor=SYSTEM, now=now)
    drawn(shop, product), drawn(network, product)
    return shop, network, made


def boxes(page, what: str) -> list[dict[str, float]]:
    return [each.bounding_box() for each in page.locator(what).all()]


def test_from_when_a_copy_can_be_had_covers_nothing_and_moves_no_column(page, world):
    _shop, _network, made = world
    make_offer(product=made.product)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/titre/{made.product.ref}")
        barred, prices = page.locator(".offer > .barred"), boxes(page, ".offer > .offer__price")
        assert (barred.count(), len(prices)) == (1, 2)
        own = page.locator(".offer:has(> .barred) > .offer__price").bounding_box()
        said = barred.bounding_box()
        assert said["y"] >= own["y"] + own["height"] or said["x"] >= own["x"] + own["width"]
        rights = {round(each["x"] + each["width"]) for each in prices}
        assert width == 360 or len(rights) == 1, "one column of prices"
        notes = boxes(page, ".product__shops > .note")
        assert len(notes) > 1
        for upper, lower in itertools.pairwise(notes):
            assert lower["y"] - upper["y"] - upper["height"] >= 8


def test_no_screen_of_them_breaks_accessibility(page, look, live_server, world):
    shop, network, made = world

    def open_all(*paths: str) -> None:
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            look(path)

    still_open = Draw.objects.latest("pk").pk - 1
    open_all("/sorties", f"/tirages/{still_open}", f"/tirages/{made.pk}", f"/tirages/{made.pk + 2}")
    page.get_by_text("ce tirage n’aura pas lieu").wait_for()
    sign_in(page, make_staff(shop, StaffRole.MANAGER), live_server.url)
    open_all(f"{COUNTER}/sorties", f"{COUNTER}/tirages")
    page.get_by_role("button", name="Ouvrir le tirage").click()
    page.locator(".errorlist").first.wait_for()
    look("wrong")
    sign_in(page, make_coordinator(network), live_server.url)
    open_all(f"{OFFICE}/sorties", f"{OFFICE}/tirages")
    assert page.faults == []
    assert not any(look.found.values()), look.found
