"""An order by post that staff type: what it costs, then the order; no money at the counter."""

import pytest

from comptoir.notifications.models import Message
from comptoir.orders.models import Channel, Delivery, Order, OrderStatus
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Capture
from comptoir.payments.reads.state import state_of
from tests.factories import make_offer, make_product
from tests.payments.world import account_of
from tests.quotes.conftest import post_from

PAGE = "/comptoir/pilori/reserver"


@pytest.fixture
def ready(offer):
    """The shop posts, and is paid online and by transfer."""
    post_from(offer.shop)
    account_of(offer.shop)
    account_of(offer.shop, ProviderName.TRANSFER)
    return offer


def typed(offer, **fields):
    form = {
        "form_key": "k1",
        "line": f"o{offer.pk}",
        "name": "Ana Neuve",
        "contact": "ana@example.org",
        "channel": "phone",
        "delivery": "mail",
        "street": "3 rue Haute",
        "postcode": "87000",
        "city": "Limoges",
        "country": "FR",
        "pay": "link",
        "action": "place",
        "q": "",
    }
    return form | fields


def ordered(desk, offer, **fields):
    """See what it costs, then order."""
    shown = desk.post(PAGE, typed(offer, **fields))
    assert not Order.objects.exists()
    total = shown.context["quote"].total_cents
    assert f'name="total" value="{total}"' in shown.content.decode()
    return desk.post(PAGE, typed(offer, **fields, total=total, action="order"), follow=True)


def test_it_is_quoted_then_placed_and_the_link_is_mailed(desk, ready):
    page = ordered(desk, ready)
    order = Order.objects.get()
    assert (order.delivery, order.channel) == (Delivery.MAIL, Channel.PHONE)
    assert order.status == OrderStatus.PLACED
    assert order.address.lines == ["Ana Neuve", "3 rue Haute", "87000 Limoges"]
    assert [mail.template for mail in Message.objects.all()] == ["post_placed"]
    assert "ana@example.org" in page.content.decode()
    # Placed is not paid: nothing at the counter says that it is.
    assert not Capture.objects.exists()
    assert state_of(order).to_pay
    assert order.deadline is not None


def test_copies_of_one_title_stand_together_in_what_it_costs(desk, ready, shop):
    other = make_offer(shop=shop, product=make_product(title="Zadig", weight_grams=200))
    used = make_offer(shop=shop, product=ready.product, condition="VG", on_hand=1)
    lines = [f"o{each.pk}" for each in (used, other, ready)]
    page = desk.post(PAGE, typed(ready, line=lines))
    title = ready.product.title
    assert [row[0] for row in page.context["quoted"][:3]] == [title, title, "Zadig"]
    told = [row[1] for row in page.context["quoted"][:2]]
    assert told == [*dict.fromkeys(told)], "the new copy, then the used one"


def test_of_a_telephone_alone_it_waits_for_a_transfer(desk, ready):
    page = ordered(desk, ready, contact="06 12 34 56 78", pay="transfer")
    order = Order.objects.get()
    assert order.phone
    assert (order.deadline - order.placed_at).days >= 1
    assert order.code in page.content.decode()
    assert not Message.objects.exists()


def test_a_link_needs_an_address_and_a_way_an_account(desk, ready):
    page = desk.post(PAGE, typed(ready, contact="06 12 34 56 78"))
    assert page.context["bad_field"] == "contact"
    ready.shop.payment_accounts.filter(provider=ProviderName.TRANSFER).delete()
    page = desk.post(PAGE, typed(ready, pay="transfer"))
    assert page.context["bad_field"] == "pay"
    assert not Order.objects.exists()


def test_a_total_that_changed_is_told(desk, ready):
    page = desk.post(PAGE, typed(ready, total="1", action="order"))
    assert page.context["error"].code == "total_changed"
    assert page.context["quote"].total_cents
    assert not Order.objects.exists()


def test_the_form_has_no_post_where_the_shop_posts_nothing(desk, offer):
    page = desk.post(PAGE, {"line": f"o{offer.pk}", "q": "", "action": "search"})
    assert b'name="delivery"' not in page.content
