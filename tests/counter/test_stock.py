"""The stock by EAN: “sold one”, “received n”, “there are n”."""

import pytest

from comptoir.catalogue.models import Product, ProductState
from comptoir.stock.models import Offer, StockMovement
from comptoir.stock.shelf import locks
from tests.factories import ean, make_offer, make_shop

BASE = "/comptoir/pilori/stock"


def seen(desk, code):
    return desk.get(f"{BASE}/{code}").context["seen"]


def move(desk, code, verb, **fields):
    form = {"seen": seen(desk, code), "condition": "new"} | fields
    return desk.post(f"{BASE}/{code}/{verb}", form, follow=True)


def test_the_shelf_says_what_is_there_and_why(desk, offer, reserve):
    reserve()
    page = desk.get(f"{BASE}/{offer.product.ean}")
    standing = page.context["standings"][0]
    assert (standing.offer.on_hand, standing.offer.held, standing.available) == (3, 1, 2)
    assert len(page.context["ledger"]) == 1
    assert "Ana Neuve" in page.content.decode()


def test_what_another_shop_has_is_not_shown(desk, offer):
    make_offer(shop=make_shop(), product=offer.product, on_hand=7)
    page = desk.get(f"{BASE}/{offer.product.ean}")
    assert [standing.offer for standing in page.context["standings"]] == [offer]


def test_sold_one(desk, offer, staff):
    page = move(desk, offer.product.ean, "vendu")
    offer.refresh_from_db()
    assert offer.on_hand == 2
    movement = StockMovement.objects.latest("pk")
    assert (movement.delta, movement.reason, movement.actor_id) == (-1, "sold", staff.pk)
    assert "note--success" in page.content.decode()


def test_received_and_counted(desk, offer):
    move(desk, offer.product.ean, "recu", quantity="4")
    offer.refresh_from_db()
    assert offer.on_hand == 7
    move(desk, offer.product.ean, "compte", quantity="5")
    offer.refresh_from_db()
    assert offer.on_hand == 5


def test_a_double_tap_sells_one(desk, offer):
    form = {"seen": seen(desk, offer.product.ean), "condition": "new"}
    for _ in range(2):
        page = desk.post(f"{BASE}/{offer.product.ean}/vendu", form, follow=True)
    offer.refresh_from_db()
    assert offer.on_hand == 2
    assert "note--warning" in page.content.decode()


def test_without_its_guard_a_double_tap_sells_two(desk, offer, monkeypatch):
    monkeypatch.setattr(locks, "last_movement", lambda shop_id, ean: 0)
    for _ in range(2):
        desk.post(f"{BASE}/{offer.product.ean}/vendu", {"seen": "0", "condition": "new"})
    offer.refresh_from_db()
    assert offer.on_hand == 1


def test_nothing_left_is_said(desk, shop):
    empty = make_offer(shop=shop, on_hand=0)
    page = move(desk, empty.product.ean, "vendu")
    assert "note--warning" in page.content.decode()
    empty.refresh_from_db()
    assert empty.on_hand == 0


def test_an_unknown_ean_can_be_received(desk, shop):
    code = ean()
    assert desk.get(f"{BASE}/{code}").status_code == 200
    move(desk, code, "recu", quantity="2")
    product = Product.objects.get(ean=code)
    assert product.state == ProductState.UNKNOWN
    assert Offer.objects.get(shop=shop, product=product).on_hand == 2


def test_a_used_copy_is_sold_from_its_own_offer(desk, offer, shop):
    used = make_offer(shop=shop, product=offer.product, condition="VG", on_hand=2)
    move(desk, offer.product.ean, "vendu", condition="VG")
    used.refresh_from_db()
    offer.refresh_from_db()
    assert (used.on_hand, offer.on_hand) == (1, 3)


@pytest.mark.parametrize("quantity", ["", "0", "-1", "1,5", "deux", "٣", "99999999"])
def test_a_bad_number_is_told_and_changes_nothing(desk, offer, quantity):
    page = move(desk, offer.product.ean, "recu", quantity=quantity)
    assert page.status_code == 200
    assert "note--warning" in page.content.decode()
    offer.refresh_from_db()
    assert offer.on_hand == 3


@pytest.mark.parametrize("ref", ["9782070612360", "p999999", "poo", "123", "p" + "9" * 40])
def test_what_is_no_product_is_not_there(desk, ref):
    page = desk.get(f"{BASE}/{ref}", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This is not an EAN: check its digits." in page.content.decode()
    assert desk.post(f"{BASE}/{ref}/vendu").status_code == 404


def test_an_isbn_10_goes_to_its_ean(desk):
    assert desk.get(f"{BASE}/2070612368")["Location"] == f"{BASE}/9782070612369"


def test_selling_a_promised_copy_warns(desk, shop, reserve):
    last = make_offer(shop=shop, on_hand=1)
    reserve(last)
    page = move(desk, last.product.ean, "vendu")
    assert page.content.decode().count("note--warning") == 1
    last.refresh_from_db()
    assert (last.on_hand, last.held, last.short) == (0, 1, 1)


def test_why_this_number(desk, offer, reserve):
    reserve()
    page = desk.get(f"{BASE}/{offer.product.ean}")
    address = f"{BASE}/{offer.product.ean}/pourquoi"
    assert f'href="{address}#o{offer.pk}"' in page.content.decode()
    (explanation,) = desk.get(address).context["explanations"]
    assert [line.delta for line in explanation.lines] == [3, -1]
    assert explanation.total == 2
    make_offer(shop=make_shop(), product=offer.product)
    assert len(desk.get(address).context["explanations"]) == 1
    elsewhere = make_offer(shop=make_shop()).product.ean
    assert desk.get(f"{BASE}/{elsewhere}/pourquoi").status_code == 404
