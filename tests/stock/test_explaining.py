"""A number explains itself, and its lines always add up to it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import RingsUp
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, Reason
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.explain import explain_numbers
from comptoir.stock.shelf.holds import hand_over, hold, release, write_off
from comptoir.stock.shelf.standing import who_has
from tests.factories import make_offer, make_product, make_shop
from tests.trials import tally, times

pytestmark = pytest.mark.django_db
MORNING = datetime(2025, 10, 14, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def explained(offer, at=None):
    offer.refresh_from_db()
    moment = at or MORNING + 9 * HOUR
    (found,) = explain_numbers(shop=offer.shop, product_id=offer.product_id, at=moment)
    return found


def said(explanation):
    return [(line.delta, str(line.what)) for line in explanation.lines]


def tell(shop, eans, figures, as_of, mode="delta"):
    lines = [StockLine(1, eans[title], figure) for title, figure in figures.items()]
    return take_report(
        Incoming(shop=shop, format="api", mode=mode, as_of=as_of, lines=lines, actor=SYSTEM)
    )


@pytest.fixture
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_the_story_of_the_issue(english):
    shop = make_shop(safety_stock=1)
    offer = make_offer(shop=shop, on_hand=0, as_of=MORNING - HOUR)
    tell(shop, [offer.product.ean], {0: 4}, MORNING)
    hold({offer.pk: 2})
    ledger.move(Offer.objects.get(pk=offer.pk), -1, Reason.COLLECTED, SYSTEM, MORNING + HOUR)
    release({offer.pk: 1})
    explanation = explained(offer)
    assert said(explanation) == [
        (4, "The till said 4 copies."),
        (-1, "1 × handed over or posted to the reader"),
        (-1, "1 copy reserved."),
        (-1, "Kept back: the shop's safety stock."),
    ]
    assert [line.at for line in explanation.lines[:2]] == [MORNING, MORNING + HOUR]
    assert (explanation.total, explanation.standing.confidence, explanation.why) == (1, "sure", [])


def test_what_left_unseen_is_told_with_what_to_do(english):
    offer = make_offer(on_hand=2, as_of=timezone.now() - HOUR)
    hold({offer.pk: 1})
    write_off({offer.pk: 1}, actor=SYSTEM, at=timezone.now())
    tell(offer.shop, [offer.product.ean], {0: 2}, timezone.now())
    explanation = explained(offer, timezone.now())
    gone = "1 is gone that the till still counts: collected, or not on the shelf."
    assert said(explanation) == [(2, "The till said 2 copies."), (-1, gone)]
    assert explanation.standing.confidence == "to_confirm"
    assert "look, and count" in str(explanation.why[0])


def test_a_count_by_hand_is_called_so(english):
    offer = make_offer(on_hand=3, as_of=MORNING)
    ledger.set_count(
        shop=offer.shop, ean=offer.product.ean, count=2, actor=SYSTEM, at=MORNING + HOUR
    )
    assert said(explained(offer)) == [(2, "2 copies counted by hand.")]


def test_more_promised_than_there_is(english):
    offer = make_offer(on_hand=2, as_of=MORNING)
    hold({offer.pk: 2})
    tell(offer.shop, [offer.product.ean], {0: 1}, MORNING + HOUR)
    explanation = explained(offer)
    assert [line.delta for line in explanation.lines] == [1, -2, 1]
    assert explanation.total == 0


def test_another_shops_number_is_not_explained():
    offer = make_offer()
    assert explain_numbers(shop=make_shop(), product_id=offer.product_id) == []


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["snapshot", "delta", "sales"]),
            st.integers(0, 8),
            st.dictionaries(st.integers(0, 1), st.integers(0, 4), min_size=1),
        ),
        st.tuples(
            st.sampled_from(["hold", "release", "collect", "miss"]), st.integers(0, 1), st.none()
        ),
        st.tuples(st.just("count"), st.integers(0, 1), st.integers(0, 4)),
        st.tuples(st.sampled_from(["sold", "received"]), st.integers(0, 1), st.integers(1, 2)),
    ),
    max_size=18,
)


def take(step, shop, offers, moment, eans):
    """Do one step of a random history, where it can be done."""
    verb, which, values = step
    if verb in ("snapshot", "delta", "sales"):
        tell(shop, eans, values, moment - which * HOUR / 2, verb)
        return
    offer = Offer.objects.select_related("shop").get(pk=offers[which].pk)
    free = offer.on_hand - offer.held - shop.safety_stock
    if verb == "count":
        ledger.count_offer(offer, values, moment, SYSTEM)
    elif verb == "received" or (verb == "sold" and offer.on_hand >= values):
        delta = values if verb == "received" else -values
        ledger.move(offer, delta, Reason(verb), SYSTEM, moment)
    elif verb == "hold" and free > 0:
        hold({offer.pk: 1})
    elif verb == "release" and offer.held:
        release({offer.pk: 1})
    elif verb in ("collect", "miss") and offer.held:
        {"collect": hand_over, "miss": write_off}[verb]({offer.pk: 1}, actor=SYSTEM, at=moment)


@pytest.mark.proof
def test_the_lines_add_up_whatever_happened(monkeypatch):
    now = MORNING
    products = [make_product(), make_product()]

    @settings(max_examples=times(13), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(list(RingsUp)), st.integers(0, 1), _STEPS)
    def play(habit, safety, steps):
        tally("histories")
        with transaction.atomic():
            shop = make_shop(rings_up=habit, safety_stock=safety)
            offers = [make_offer(shop=shop, product=p, on_hand=2, as_of=now) for p in products]
            for number, step in enumerate(steps):
                moment = now + (number + 1) * HOUR
                monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
                take(step, shop, offers, moment, [p.ean for p in products])
                shown = who_has([p.pk for p in products], at=moment)
                for offer in offers:
                    explanation = explained(offer, moment)
                    here = [o for o in shown.get(offer.product_id, []) if o.shop == shop]
                    assert explanation.total == (here[0].available if here else 0)
                    assert not here or explanation.standing.confidence == here[0].confidence
            transaction.set_rollback(True)

    play()
