"""A reservation typed by staff."""

import pytest

from comptoir.counter import reservation
from comptoir.orders.errors import Busy
from comptoir.orders.models import Channel, Order, OrderStatus
from comptoir.search import builder, reader
from tests.factories import make_offer, make_product, make_shop

PAGE = "/comptoir/pilori/reserver"


@pytest.fixture
def index(db, tmp_path, settings, monkeypatch):
    """Return the function that builds an index of this test's own."""
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    yield builder.rebuild
    reader.READER.forget()


def typed(offer, **fields):
    form = {
        "form_key": "k1",
        "line": f"o{offer.pk}",
        "name": "Ana Neuve",
        "contact": "06 12 34 56 78",
        "channel": "phone",
        "action": "search",
        "q": "",
    }
    return form | fields


def test_an_ean_that_the_shop_has_is_picked_at_once(desk, offer):
    page = desk.post(PAGE, {"q": offer.product.ean, "action": "search"})
    assert [line.offer for line in page.context["picked"]] == [offer]
    assert (
        'id="who" name="name" value="" maxlength="120" autocomplete="off" required autofocus'
        in (page.content.decode())
    )


def test_a_choice_says_what_it_is_and_its_button_what_it_does(desk, shop):
    product = make_product(ean="9780306406157")
    for condition in ("new", "VG"):
        make_offer(shop=shop, product=product, on_hand=2, condition=condition)
    asked = {"q": product.ean, "action": "search"}
    page = desk.post(PAGE, asked, headers={"Accept-Language": "fr"}).content.decode()
    assert page.count(">Ajouter à la réservation</button>") == 2
    assert ">Ajouter, à commander au fournisseur</button>" in page


def test_two_enters_place_it_trusted_and_kept(desk, offer, staff):
    response = desk.post(PAGE, typed(offer), follow=True)
    order = Order.objects.get()
    assert (order.status, order.channel, order.phone) == (
        OrderStatus.PLACED,
        Channel.PHONE,
        "+33612345678",
    )
    assert response.redirect_chain == [(f"/comptoir/pilori/reservations/{order.pk}", 302)]
    event = order.events.get()
    assert (event.actor_kind, event.actor_id) == ("user", staff.pk)
    offer.refresh_from_db()
    assert offer.held == 1


def test_the_same_form_twice_is_one_order(desk, offer):
    for _ in range(2):
        assert desk.post(PAGE, typed(offer)).status_code == 302
    assert Order.objects.count() == 1


def test_a_form_changed_after_going_back_is_another_order(desk, offer):
    desk.post(PAGE, typed(offer))
    desk.post(PAGE, typed(offer, name="Bea Vieille"))
    assert Order.objects.count() == 2


def test_an_address_is_told_from_a_number(desk, offer):
    desk.post(PAGE, typed(offer, contact="ana@example.org", channel="email"))
    order = Order.objects.get()
    assert (order.email, order.phone, order.channel) == ("ana@example.org", "", Channel.EMAIL)


@pytest.mark.parametrize(
    ("field", "value", "bad"), [("contact", "12", "phone"), ("contact", "", "contact")]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, offer, field, value, bad):
    page = desk.post(PAGE, typed(offer, **{field: value}))
    assert page.status_code == 200
    assert page.context["bad_field"] in {bad, None}
    assert 'value="Ana Neuve"' in page.content.decode()
    assert 'role="alert"' in page.content.decode()
    assert not Order.objects.exists()


def test_a_copy_gone_meanwhile_is_told_and_nothing_is_reserved(desk, offer):
    offer.held = offer.on_hand
    offer.save()
    page = desk.post(PAGE, typed(offer))
    assert page.context["error"].code == "copies_gone"
    assert not Order.objects.exists()


def test_a_busy_server_keeps_what_was_typed(desk, offer, monkeypatch):
    def too_busy(_request):
        raise Busy

    monkeypatch.setattr(reservation, "place", too_busy)
    page = desk.post(PAGE, typed(offer))
    assert page.status_code == 503
    assert page.context["picked"][0].offer == offer
    assert 'value="Ana Neuve"' in page.content.decode()


def test_adding_and_removing_keep_what_was_typed(desk, offer, shop):
    other = make_offer(shop=shop)
    page = desk.post(PAGE, typed(offer, add=f"o{other.pk}"))
    assert [line.offer for line in page.context["picked"]] == [offer, other]
    assert page.context["name"] == "Ana Neuve"
    page = desk.post(PAGE, typed(offer, remove=f"o{offer.pk}"))
    assert page.context["picked"] == []
    assert not Order.objects.exists()


def test_an_offer_of_another_shop_is_not_picked(desk, offer):
    elsewhere = make_offer(shop=make_shop())
    page = desk.post(PAGE, typed(elsewhere))
    assert page.context["picked"] == []
    assert not Order.objects.exists()


@pytest.mark.parametrize("word", ["", "o", "p", "oé", "o1; drop", "x9", "o" + "9" * 30])
def test_a_word_that_means_nothing_is_dropped(desk, offer, word):
    page = desk.post(PAGE, typed(offer, line=word))
    assert page.status_code == 200
    assert page.context["picked"] == []


def test_a_title_is_searched_and_may_be_ordered(desk, shop, index):
    wanted = make_product(title="La Chartreuse de Parme", byline="Stendhal")
    index()
    page = desk.post(PAGE, {"q": "chartreuse parme", "action": "search"})
    assert [choice.product for choice in page.context["choices"]] == [wanted]
    desk.post(PAGE, {**typed(make_offer(shop=shop)), "line": f"p{wanted.pk}"})
    order = Order.objects.get()
    assert order.lines.get().status == "to_order"
    assert order.deadline is None
