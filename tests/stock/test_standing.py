"""How an offer stands: the view, the rule in plain words, and the text that is the view's."""

import ast
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comptoir.core.db import execute, fetch
from comptoir.stock.models import (
    Condition,
    Feed,
    Offer,
    OfferStanding,
    ShopClock,
    TrackRecord,
    UsedCopy,
)
from comptoir.stock.shelf import sql
from comptoir.stock.shelf.copies import Shown, copies_of
from comptoir.stock.shelf.holds import lock_offers
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import standings, who_has
from comptoir.stock.shelf.window import window
from tests.factories import make_offer, make_product, make_shop

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STOCK = Path(sql.__file__).parent.parent


@pytest.fixture
def offers(db):
    """Offers of all kinds: new, used, one-off copies of a feed and of a hand; of shops with and
    without a clock, a record, a feed, a safety stock, open and paused."""
    dice = random.Random(7)
    products = [make_product() for _ in range(3)]
    for _ in range(12):
        shop = make_shop(
            safety_stock=dice.randrange(3),
            paused_at=dice.choice([None, None, None, NOW]),
            stock_shown=dice.choice(["exact", "exact", "in_stock", "nothing"]),
        )
        if dice.random() < 0.7:
            ShopClock.objects.create(
                shop=shop,
                new_as_of=dice.choice([None, some_moment(dice)]),
                used_as_of=dice.choice([None, some_moment(dice)]),
                contested_at=dice.choice([None, some_moment(dice)]),
            )
        if dice.random() < 0.5:
            TrackRecord.objects.create(
                shop=shop, promised=9, missing=4, reported_every=60, as_of=NOW
            )
        feed = Feed.objects.create(
            shop=shop, format="csv", changes_as_of=dice.choice([None, some_moment(dice)])
        )
        for product in products:
            for kind in ("new", "used", "told", "by hand"):
                make_one(dice, kind, shop, product, dice.choice([None, feed]))
    return list(
        Offer.objects.select_related("shop__stock_clock", "shop__stock_record", "reported_by")
    )


def some_moment(dice):
    return NOW - timedelta(hours=dice.choice([1, 30, 100, 24 * 20, 24 * 100, 24 * 400]))


def make_one(dice, kind, shop, product, feed):
    on_hand = dice.randrange(4)
    held = dice.randrange(3)
    ref = {"told": f"discogs:{product.pk}", "by hand": f"C{product.pk}"}.get(kind, "")
    offer = make_offer(
        shop=shop,
        product=product,
        condition=Condition.NEW if kind == "new" else Condition.GOOD,
        copy_ref=ref,
        on_hand=on_hand,
        held=held,
        short=max(0, held - on_hand),
        doubtful=dice.randrange(2),
        pace=dice.random(),
        as_of=some_moment(dice),
        reported_by=feed,
    )
    if ref and dice.random() < 0.5:
        UsedCopy.objects.create(offer=offer, sleeve="NM", note="creased")


def said(offer: Offer) -> dict[str, object]:
    """State the rule of how an offer stands, in plain words."""
    shop, alike = offer.shop, offer.copy_ref == ""
    clock = getattr(shop, "stock_clock", None)
    record = getattr(shop, "stock_record", None)
    told = None
    if alike and clock:
        told = clock.new_as_of if offer.condition == "new" else clock.used_as_of
    vouched = offer.reported_by.changes_as_of if offer.reported_by else None
    kept_back = shop.safety_stock if alike else 0
    known_at = max(filter(None, (offer.as_of, told)))
    copy = UsedCopy.objects.filter(offer=offer).first()
    return {
        "offer_id": offer.pk,
        "shop_id": shop.pk,
        "product_id": offer.product_id,
        "ean": offer.ean,
        "condition": offer.condition,
        "copy_ref": offer.copy_ref,
        "price_cents": offer.price_cents,
        "on_hand": offer.on_hand,
        "held": offer.held,
        "kept_back": kept_back,
        "available": offer.on_hand - offer.held - kept_back,
        "known_at": known_at,
        "as_of": max(filter(None, (known_at, vouched))),
        "by_hand": not alike and ":" not in offer.copy_ref,
        "paused": shop.paused_at is not None,
        "unseen": offer.unseen,
        "doubtful": offer.doubtful,
        "pace": offer.pace,
        "paced_at": offer.as_of,
        "contested_at": clock.contested_at if clock and alike else None,
        "promised": record.promised if record else 0,
        "missing": record.missing if record else 0,
        "reported_every": record.reported_every if record else None,
        "confirm_after": shop.confirm_after,
        "time_zone": shop.time_zone,
        "sleeve": copy.sleeve if copy else None,
        "note": copy.note if copy else None,
        "photo_id": None,
        "shown": told_of(shop, max(0, offer.on_hand - offer.held - kept_back)),
    }


def told_of(shop, promised: int) -> int:
    """State in plain words how many copies others are told of."""
    return {"exact": promised, "in_stock": min(1, promised), "nothing": 0}[shop.stock_shown]


def is_shown(offer: Offer, settings, column: str = "shown") -> bool:
    """State in plain words whether the public sees an offer of an open shop, or the shop itself
    what of it could be had (`available`)."""
    stands = said(offer)
    kept = (
        timedelta(days=settings.HIDE_COPIES_AFTER_DAYS)
        if stands["by_hand"]
        else timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    )
    return stands[column] > 0 and stands["as_of"] >= NOW - kept


def test_the_view_says_the_rule(offers):
    found = OfferStanding.objects.in_bulk()
    fields = [field.attname for field in OfferStanding._meta.concrete_fields]
    assert len(found) == len(offers)
    for offer in offers:
        assert {name: getattr(found[offer.pk], name) for name in fields} == said(offer)
        assert found[offer.pk].kept_back == offer.kept_back(offer.shop)
    # The dice have thrown enough of each.
    for name in ("available", "by_hand", "contested_at", "paused", "promised", "sleeve"):
        assert len({str(said(offer)[name]) for offer in offers}) > 1
    assert any(said(offer)["as_of"] != said(offer)["known_at"] for offer in offers)
    assert any(said(offer)["known_at"] != offer.as_of for offer in offers)
    assert any(said(offer)["available"] < 0 for offer in offers)


def test_every_reader_shows_what_the_rule_shows(offers, settings):
    public = [each for each in offers if each.shop.paused_at is None]
    shown = {each.pk for each in public if is_shown(each, settings)}
    assert 0 < len(shown) < len(public)
    products = {each.product_id for each in offers}
    assert ids(who_has(products, at=NOW)) == shown
    found = nearest_offers(products, most=1000, at=NOW)
    assert {each.offer_id for one in found.values() for each in one.offers} == shown
    for shop in {each.shop for each in public}:
        own = {each.pk for each in public if each.shop == shop}
        assert {x.offer_id for _, x in window(shop, most=999, at=NOW).offers} == shown & own
        copies = {each.pk for each in public if each.shop == shop and each.copy_ref}
        on_sale = {each.pk for each in public if is_shown(each, settings, "available")}
        assert {each.pk for each in copies_of(shop, Shown.ON_SALE, at=NOW)} == on_sale & copies


def ids(found):
    return {each.offer_id for rows in found.values() for each in rows}


def test_locks_and_staff_read_the_same_figures(offers):
    locked = lock_offers([offer.pk for offer in offers])
    assert set(locked) == {offer.pk for offer in offers if offer.shop.paused_at is None}
    for offer in offers:
        stands = said(offer)
        own = standings(offer.shop, [offer.product_id], NOW)
        (shown,) = [each for each in own if each.offer == offer]
        assert (shown.available, shown.as_of) == (max(0, stands["available"]), stands["as_of"])
        if offer.pk in locked:
            one = locked[offer.pk]
            assert (one.available, one.evidence.as_of) == (stands["available"], stands["as_of"])
            assert (one.evidence, one.habits, one.copy) == (
                shown.evidence,
                shown.habits,
                shown.copy,
            )


def text_of(columns, of):
    """Return how PostgreSQL writes the view that this text makes."""
    named = ", ".join(f"{column} AS {name}" for name, column in columns.items())
    execute("DROP VIEW IF EXISTS once_more")
    execute(f"CREATE TEMP VIEW once_more AS SELECT {named} FROM {of}")
    return fetch("SELECT pg_get_viewdef('once_more'::regclass)")


def test_the_text_is_that_of_the_view(db):
    view = fetch("SELECT pg_get_viewdef('stock_standing'::regclass)")
    assert text_of(sql.STANDING, sql.STANDING_OF) == view
    # The control: a word of it changed.
    changed = sql.STANDING | {"kept_back": "s.safety_stock"}
    assert text_of(changed, sql.STANDING_OF) != view


def sliced(source: str) -> list[int]:
    """Return the lines that read a row by the place of a column."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"row", "rows"}
        and isinstance(node.slice, ast.Slice | ast.Constant | ast.UnaryOp | ast.Name)
        and not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str))
    ]


def test_no_row_is_read_by_the_places_of_its_columns():
    # What reads a till's tables has columns that only their places name.
    paths = [path for path in STOCK.rglob("*.py") if path.parent.name != "formats"]
    assert len(paths) > 50
    assert {str(path): lines for path in paths if (lines := sliced(path.read_text()))} == {}
    # The control.
    assert sliced("a = row[0]\nb, *c = rows[2:]\nd = row[N]\ne = row[-1]\nf = row['x']") == [
        1,
        2,
        3,
        4,
    ]
