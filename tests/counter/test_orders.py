"""Finding an order, and its page."""

from tests.counter.conftest import browser_of
from tests.counter.test_scan import AZERTY
from tests.factories import make_offer, make_shop, make_staff

BASE = "/comptoir/pilori/"


def find(client, text):
    return client.get(f"{BASE}trouver", {"q": text})


def test_a_code_opens_its_order_scanned_on_azerty_too(desk, reserve):
    order = reserve()
    for text in (order.code, f"{order.code[:4]} {order.code[4:]}", order.code.translate(AZERTY)):
        response = find(desk, text)
        assert response["Location"] == f"{BASE}reservations/{order.pk}"


def test_a_code_of_an_ended_order_opens_it_still(desk, reserve):
    order = reserve()
    desk.post(f"{BASE}reservations/{order.pk}/annuler")
    assert find(desk, order.code)["Location"] == f"{BASE}reservations/{order.pk}"


def test_a_code_of_another_shop_is_said_to_be_unknown_here(desk, reserve):
    order = reserve(make_offer(shop=make_shop()))
    response = find(desk, order.code)
    assert response.status_code == 200
    assert list(response.context["orders"]) == []


def test_an_ean_opens_its_shelf(desk, offer):
    for text in (offer.product.ean, offer.product.ean.translate(AZERTY)):
        assert find(desk, text)["Location"] == f"{BASE}stock/{offer.product.ean}"


def test_a_name_or_a_title_lists_orders(desk, reserve, offer):
    order = reserve(name="Zoé Lherbier")
    assert list(find(desk, "lherbier").context["orders"]) == [order]
    assert list(find(desk, offer.product.title).context["orders"]) == [order]


def test_an_order_shows_its_contact_and_its_history(desk, reserve, staff):
    order = reserve(contact={"email": "ana@example.org", "phone": "0612345678"})
    desk.post(f"{BASE}reservations/{order.pk}/mettre-de-cote")
    page = desk.get(f"{BASE}reservations/{order.pk}").content.decode()
    for fact in ("tel:+33612345678", "mailto:ana@example.org", "Agathe", "12,90"):
        assert fact in page


def test_an_order_offers_only_the_moves_it_may_make(desk, reserve):
    order = reserve()
    address = f"{BASE}reservations/{order.pk}"
    assert f"{address}/mettre-de-cote" in desk.get(address).content.decode()
    desk.post(f"{address}/remettre")
    page = desk.get(address).content.decode()
    assert not [verb for verb in ("mettre", "remettre", "annuler") if f"{address}/{verb}" in page]


def test_an_order_is_hidden_from_another_shop(reserve):
    stranger = browser_of(make_staff(make_shop(slug="autre")))
    order = reserve()
    for base in (BASE, "/comptoir/autre/"):
        assert stranger.get(f"{base}reservations/{order.pk}").status_code == 404


def test_a_line_is_reached_through_its_own_order_only(desk, reserve):
    one, two = reserve(), reserve(name="Bea")
    line = two.lines.get()
    response = desk.post(f"{BASE}reservations/{one.pk}/lignes/{line.pk}/pas-en-rayon")
    assert response.status_code == 404
    line.refresh_from_db()
    assert line.status == "held"
