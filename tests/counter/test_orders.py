"""Finding an order, and its page."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.counter.board import board_version
from comptoir.orders.operations import place
from comptoir.payments.kinds import ProviderName
from comptoir.payments.operations import TransferSaid, enter_transfer, void_transfer
from tests.counter.conftest import browser_of
from tests.counter.test_scan import AZERTY
from tests.factories import make_offer, make_shop, make_staff, persons_request_for
from tests.payments.world import account_of

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


def test_who_looks_for_no_order_at_the_counter_is_not_sent_where_readers_look(desk):
    page = desk.get(f"{BASE}reservations/999999")
    assert page.status_code == 404
    assert 'class="button" href="/retrouver-ma-commande"' not in page.content.decode()


def paid_words_of(client, order) -> list[bool]:
    """Return whether board, search and page say “paid in advance”, then, as a warning, “to ring
    up”."""
    paths = ("", f"trouver?q={order.name}", f"reservations/{order.pk}")
    french = {"Accept-Language": "fr"}
    pages = [client.get(BASE + path, headers=french).content.decode() for path in paths]
    said = ("payé d’avance", '"warn">12,90\u00a0€ à encaisser')
    return [[word in page for page in pages] for word in said]


@pytest.mark.parametrize("is_ready", [False, True])
def test_what_is_paid_in_advance_is_told_wherever_it_is_handed_over(
    desk, reserve, offer, shop, settings, is_ready
):
    account_of(shop)
    account_of(shop, ProviderName.TRANSFER)
    reserve(name="Bea Caisse")
    order = place(persons_request_for(offer, prepay=True))
    now = timezone.now()
    said = TransferSaid(cents=1290, dated=now.date(), reference="-")
    transfer = enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=now)
    if is_ready:
        desk.post(f"{BASE}reservations/{order.pk}/mettre-de-cote")
    assert paid_words_of(desk, order) == [[True] * 3, [False] * 3]
    page = desk.get(f"{BASE}reservations/{order.pk}").content.decode()
    assert "<span>payé d’avance</span></li>" in page
    before = board_version(shop.pk)
    void_transfer(transfer_id=transfer.pk, actor=SYSTEM, now=now)
    assert board_version(shop.pk) != before
    assert paid_words_of(desk, order)[1] == [True] * 3
