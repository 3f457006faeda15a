"""The stock as a list: each filter and order against plain Python, and pages while rows move."""

import csv
import random
import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core import outbox
from comptoir.core.errors import Faults, Invalid, NotFound
from comptoir.core.models import OutboxEntry
from comptoir.stock.assortment import marks
from comptoir.stock.assortment.reads import Place, each, page, place_of, total
from comptoir.stock.assortment.request import (
    OF_TITLES,
    AssortmentRequest,
    Sort,
    State,
    read_request,
    read_words,
)
from comptoir.stock.assortment.table import COLUMNS
from comptoir.stock.models import (
    Demand,
    Offer,
    Reason,
    ShopClock,
    StockMovement,
    TrackRecord,
)
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.standing import standings
from tests.factories import make_offer, make_product, make_shop, make_staff, staff_of

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TITLES = ("Élégie", "élan", "« Eau »", "Œuvres", "zéro", "Étoile", "L’Été", "Abîme", "", "Ça")
AUTHORS = ("", "Ernaux", "Éluard", "de Beauvoir", "Çelik")
HOUSES = ("", "Actes Sud", "ACTES SUD Junior", "Éditions du Clain", "Gallimard")
KINDS = (("book", "paperback"), ("book", "comic"), ("record", "lp"), ("record", "cd"))


@pytest.fixture(scope="module")
def now():
    return timezone.now()


def a_world(now, seed: int = 7, offers: int = 45):
    """Return a shop with so many offers, one of every sort, beside another that has them too."""
    dice = random.Random(seed)
    shop, other = make_shop(safety_stock=1, confirm_after=3 * 24 * 60), make_shop()
    ShopClock.objects.create(shop=shop, used_as_of=now - timedelta(days=2))
    TrackRecord.objects.create(shop=shop, promised=30, missing=1, as_of=now)
    for _number in range(offers):
        kind, shape = dice.choice(KINDS)
        title = dice.choice(TITLES)
        product = make_product(
            kind=kind,
            format=shape,
            title=title,
            byline=dice.choice(AUTHORS),
            publisher=dice.choice(HOUSES),
            state="listed" if title else "unknown",
        )
        for condition in dice.choice((("new",), ("new",), ("new", "VG"), ("NM",))):
            on_hand = dice.choice((0, 1, 1, 2, 5))
            offer = make_offer(
                shop=shop,
                product=product,
                condition=condition,
                on_hand=on_hand,
                held=dice.choice((0, 0, 0, 1)) if on_hand else 0,
                price_cents=dice.choice((None, 500, 990, 2500)),
                as_of=now - timedelta(hours=dice.choice((1, 30, 50, 100, 9000))),
                pace=dice.choice((0, 0.05, 0.4)),
                doubtful=dice.choice((0, 0, 0, 1)),
            )
            if dice.random() < 0.3:
                StockMovement.objects.create(
                    offer=offer,
                    delta=dice.choice((-1, 1)),
                    reason=dice.choice((Reason.COUNTED, Reason.NOT_FOUND, Reason.SOLD)),
                    happened_at=now - timedelta(days=dice.choice((0, 20, 100, 200))),
                    actor_kind="system",
                )
        if dice.random() < 0.5:
            make_offer(shop=other, product=product, on_hand=3)
    for product in (make_product(title="Désiré"), make_product(title="Voulu"), offer.product):
        Demand.objects.create(product=product, day=timezone.localdate(), count=dice.choice((2, 3)))
    return shop


def letters(text: str) -> str:
    """Return a text as the alphabet has it, by other means than the database's."""
    small = text.lower().replace("œ", "oe").replace("’", "'")
    plain = "".join(x for x in unicodedata.normalize("NFD", small) if not unicodedata.combining(x))
    return plain.lstrip(" '\"«»“”„‘(…-–—.[¿¡\u00a0\u202f")


def section_of(product) -> str:
    if product.kind == "book":
        return "comics" if product.format == "comic" else "books"
    return {"lp": "vinyl", "cd": "cds"}[product.format]


def key_of(offer: Offer, sort: Sort, standing):
    last = max(each.happened_at for each in offer.movements.all())
    price = offer.price_cents
    return {
        Sort.TITLE: letters(offer.product.title) or None,
        Sort.AUTHOR: letters(offer.product.byline) or None,
        Sort.PUBLISHER: letters(offer.product.publisher) or None,
        Sort.COPIES: offer.on_hand,
        Sort.PRICE: price,
        Sort.VALUE: None if price is None else price * offer.on_hand,
        Sort.MOVED: last,
        Sort.AS_OF: standing.as_of,
    }[sort]


def is_listed(offer: Offer, asked: AssortmentRequest, standing, now) -> bool:
    owed = sum(
        each.delta
        for each in offer.movements.all()
        if each.reason in (Reason.COUNTED, Reason.NOT_FOUND)
    )
    last = max(each.happened_at for each in offer.movements.all())
    states = {
        State.THERE: offer.on_hand > 0 or offer.held > 0,
        State.HELD: offer.held > 0,
        State.TO_CONFIRM: standing.available > 0 and standing.confidence == Confidence.TO_CONFIRM,
        State.DIFFERS: owed != 0,
        State.GONE: offer.on_hand == 0 and offer.held == 0,
    }
    conditions = {"": True, "used": offer.condition != "new"}
    return (
        states[asked.state]
        and asked.section in ("", section_of(offer.product))
        and letters(offer.product.publisher).startswith(letters(asked.publisher))
        and conditions.get(asked.condition, offer.condition == asked.condition)
        # Months are of 28 to 31 days; the world moved nothing near their ends.
        and (not asked.silent or last < now - timedelta(days=30 * asked.silent))
    )


def expected(shop, asked: AssortmentRequest, now) -> list[int]:
    """Return the keys of the offers that a list has, in its order, by plain Python."""
    offers = list(
        Offer.objects.filter(shop=shop).select_related("product").prefetch_related("movements")
    )
    known = {
        each.offer.pk: each for each in standings(shop, {each.product_id for each in offers}, now)
    }
    listed = [each for each in offers if is_listed(each, asked, known[each.pk], now)]
    keyed = [
        (key_of(each, asked.sort, known[each.pk]), each.product_id, each.pk) for each in listed
    ]
    some = sorted((x for x in keyed if x[0] is not None), reverse=asked.descending)
    none = sorted((x[1:] for x in keyed if x[0] is None), reverse=asked.descending)
    return [key for *_rest, key in some] + [key for _product, key in none]


def in_pages(shop, asked: AssortmentRequest, now, most: int = 7) -> list[int | None]:
    """Return the keys of a list, page by page."""
    found, after = [], None
    while True:
        one, _sum = page(shop=shop, actor=SYSTEM, request=asked, most=most, after=after, at=now)
        found += [row.offer_id for row in one.rows]
        if one.next is None:
            return found
        # As an address carries it.
        after = place_of([one.next.key, one.next.product, one.next.offer], asked)


def requests() -> list[AssortmentRequest]:
    """Return every filter in some order, every order both ways, and filters drawn together."""
    dice = random.Random(3)
    states = [state for state in State if state is not State.ASKED]
    sorts = [sort for sort in Sort if sort is not Sort.ASKED]
    found = [
        AssortmentRequest(sort=sort, descending=way) for sort in sorts for way in (False, True)
    ]
    found += [AssortmentRequest(state=state, sort=dice.choice(sorts)) for state in states]
    found += [
        AssortmentRequest(section=each) for each in ("books", "comics", "vinyl", "cds", "rest")
    ]
    found += [AssortmentRequest(publisher=each) for each in ("actes", "ÉDITIONS", "x", "«")]
    found += [AssortmentRequest(condition=each) for each in ("new", "used", "VG")]
    found += [AssortmentRequest(silent=each) for each in (1, 3, 12)]
    found += [
        AssortmentRequest(
            state=dice.choice(states),
            section=dice.choice(("", "books")),
            publisher=dice.choice(("", "actes sud")),
            condition=dice.choice(("", "new")),
            silent=dice.choice((0, 2)),
            sort=dice.choice(sorts),
            descending=dice.random() < 0.5,
        )
        for _each in range(12)
    ]
    return found


@pytest.mark.parametrize("kept", [False, True], ids=["not yet marked", "marked"])
def test_each_filter_and_order_is_what_plain_python_says(now, kept):
    shop = a_world(now)
    if kept:
        while marks.keep(now=now):
            pass
        assert not Offer.objects.filter(last_moved_at=None).exists()
    seen = 0
    for asked in requests():
        keys = expected(shop, asked, now)
        assert in_pages(shop, asked, now) == keys, asked
        seen += bool(keys)
        offers = Offer.objects.in_bulk(keys).values()
        found = total(shop=shop, actor=SYSTEM, request=asked, at=now)
        assert found.lines == len(keys)
        assert found.titles == len({each.product_id for each in offers}), asked
        assert found.copies == sum(each.on_hand for each in offers)
        assert found.value_cents == sum(each.on_hand * (each.price_cents or 0) for each in offers)
        assert found.unpriced == sum(each.on_hand for each in offers if each.price_cents is None)
    assert seen > 30


def test_titles_asked_for_in_vain_are_listed_with_how_often(now):
    shop = a_world(now)
    asked = read_request({"state": "asked", "condition": "new", "silent": "3"})
    assert (asked.condition, asked.silent, asked.sort) == ("", 0, Sort.ASKED)
    Demand.objects.update(count=5)
    Demand.objects.filter(product__title="Voulu").update(count=3)
    make_offer(shop=shop, product=make_product(title="Là"), on_hand=1)
    Demand.objects.create(
        product=Offer.objects.latest("pk").product, day=timezone.localdate(), count=9
    )
    found, summed = page(shop=shop, actor=SYSTEM, request=asked, most=50, at=now)
    shown = [(row.product.title, row.asked, row.offer_id) for row in found.rows]
    assert ("Désiré", 5, None) in shown
    assert shown[-1] == ("Voulu", 3, None)
    assert "Là" not in {title for title, *_rest in shown}
    assert summed.lines == summed.titles == len(shown)
    by_title = AssortmentRequest(state=State.ASKED, sort=Sort.TITLE)
    assert sorted(row.product.pk for row in each(shop=shop, actor=SYSTEM, request=by_title)) == (
        sorted(row.product.pk for row in found.rows)
    )


@pytest.mark.parametrize("sort", [Sort.TITLE, Sort.PRICE])
def test_pages_neither_skip_nor_repeat_what_stays_while_others_move(now, sort):
    shop = a_world(now)
    asked = AssortmentRequest(sort=sort)
    keys = expected(shop, asked, now)
    moving = set(keys[::3])
    dice, found, after = random.Random(1), [], None
    while True:
        one, _sum = page(shop=shop, actor=SYSTEM, request=asked, most=5, after=after, at=now)
        found += [row.offer_id for row in one.rows]
        after = one.next
        if after is None:
            break
        # Some are sold out, or come back, or change their price: they leave, return, go elsewhere.
        for key in dice.sample(sorted(moving), 4):
            Offer.objects.filter(pk=key, held=0).update(
                on_hand=dice.choice((0, 4)), price_cents=dice.choice((100, 990, 9000))
            )
    stay = [key for key in found if key not in moving]
    assert stay == [key for key in keys if key not in moving]
    if sort in OF_TITLES:
        assert len(found) == len(set(found))


def test_who_does_not_work_in_the_shop_lists_nothing(now):
    shop, other = make_shop(), make_shop()
    offer = make_offer(shop=shop)
    asked = AssortmentRequest()
    mine, _sum = page(shop=shop, actor=staff_of(shop), request=asked, most=5)
    assert [row.offer_id for row in mine.rows] == [offer.pk]
    for actor in (READER, staff_of(other)):
        with pytest.raises(NotFound):
            page(shop=shop, actor=actor, request=asked, most=5)
        with pytest.raises(NotFound):
            list(each(shop=shop, actor=actor, request=asked))
    theirs, _sum = page(shop=other, actor=staff_of(other), request=asked, most=5)
    assert theirs.rows == []


def test_what_is_asked_wrongly_is_told_and_the_rest_holds():
    words = {"state": "x", "section": "vinyl", "silent": "-1", "sort": "-nothing", "condition": "?"}
    asked, faults = read_words(words)
    assert asked == AssortmentRequest(section="vinyl")
    assert [fault.code for fault in faults] == [
        *("bad_state", "bad_sort", "bad_condition", "bad_silent")
    ]
    with pytest.raises(Faults):
        read_request(words)
    for word, value in (("silent", "٣"), ("silent", "121"), ("publisher", "x" * 61)):
        assert read_words({word: value})[1]
    every = AssortmentRequest(State.HELD, "books", "Actes", "VG+", 3, Sort.PRICE, True)
    assert read_request(every.words()) == every
    assert AssortmentRequest().words() == {}


@pytest.mark.parametrize(
    "told", [None, [], "x", ["a", 1], [1.5, 1, 1], [{}, 1, 1], ["a", 1, 2**63], ["a\0", 1, 1]]
)
def test_a_place_of_another_order_is_refused(told):
    with pytest.raises(Invalid):
        place_of(told, AssortmentRequest())
    with pytest.raises(Invalid):
        place_of(["letters", 1, 1], AssortmentRequest(sort=Sort.PRICE))
    assert place_of(["letters", 1, 1], AssortmentRequest()) == Place("letters", 1, 1)


def test_marks_follow_what_changes(now, monkeypatch):
    offer = make_offer(product=make_product(publisher="Éditions du Clain"))
    while marks.keep(now=now):
        pass
    offer.refresh_from_db()
    assert (offer.section, offer.house) == ("books", "editions du clain")
    assert offer.last_moved_at == offer.movements.get().happened_at
    product = offer.product
    product.kind, product.format = "record", "lp"
    product.save()
    newer = make_offer(shop=offer.shop)
    # As the follower is told of them: what this transaction announces is read once it has ended.
    told = [
        (OutboxEntry.Topic.PRODUCT.value, product.pk),
        (OutboxEntry.Topic.OFFER.value, newer.pk),
    ]
    monkeypatch.setattr(outbox, "read_after", lambda position, *_rest: (told, position))
    assert marks.keep(now=now) == len(told) + marks.STEP
    offer.refresh_from_db()
    newer.refresh_from_db()
    assert (offer.section, newer.section) == ("vinyl", "books")


def test_the_export_and_the_page_are_for_the_shops_own_staff(now, client):
    shop = a_world(now, offers=12)
    Offer.objects.filter(shop=shop).update(on_hand=2)
    product = make_product(title="=cmd|' /C calc'!A0", publisher="+33", byline="@SUM(A1)")
    make_offer(shop=shop, product=product, on_hand=1, price_cents=None)
    path = f"/comptoir/{shop.slug}/stock"
    assert client.get(f"{path}.csv").status_code == 302
    client.force_login(make_staff(make_shop()), backend=BACKEND)
    assert client.get(path).status_code == client.get(f"{path}.csv").status_code == 404
    client.force_login(make_staff(shop), backend=BACKEND)
    answer = client.get(f"{path}.csv?sort=-copies", headers={"Accept-Language": "fr"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows[0]) == len(COLUMNS)
    assert [row["Exemplaires"] for row in rows] == ["2"] * (len(rows) - 1) + ["1"]
    last = rows[-1]
    told = [last[name] for name in ("Éditeur ou label", "Auteur, artiste", "État")]
    assert last["Titre"][0] == "'"
    assert told == ["'+33", "'@SUM(A1)", "neuf"]
    assert {row["Certitude"] for row in rows} <= {"", "en rayon", "à confirmer par la boutique"}
    first = client.get(f"{path}?silent=abc&section=books", headers={"Accept-Language": "en"})
    lines = first.context["lines"]
    assert "Type a number of months" in first.content.decode()
    assert {row.product.kind for row in lines.page.rows} <= {"book"}
    assert client.get(f"{path}?after=x").status_code == 200


def test_the_pages_of_the_counter_lead_through_the_list(now, client):
    shop = a_world(now, offers=70)
    Offer.objects.filter(shop=shop).update(on_hand=2)
    client.force_login(make_staff(shop), backend=BACKEND)
    path, query, found = f"/comptoir/{shop.slug}/stock", "?sort=-price", []
    while query:
        lines = client.get(f"{path}{query}").context["lines"]
        found += [row.offer_id for row in lines.page.rows]
        query = lines.next
    assert found == expected(shop, AssortmentRequest(sort=Sort.PRICE, descending=True), now)
    english = {"Accept-Language": "en"}
    empty = client.get(f"{path}?section=comics&publisher=x", headers=english).content.decode()
    assert "Nothing is like that: take a filter away." in empty
