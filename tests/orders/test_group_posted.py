"""Orders by post over several shops, placed in one act: one mail, each paid by itself."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import READER
from comptoir.core.money import format_cents
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import render
from comptoir.orders.charges.reads import charged
from comptoir.orders.errors import GroupRefused
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import cancel_group, place_group
from comptoir.orders.operations.groups import moves
from comptoir.orders.operations.requests import Customer
from comptoir.orders.trust.demand import Demand
from comptoir.stock.models import Offer
from tests.factories import HOME, group_for, make_offer, make_product, make_shop
from tests.orders.groups import confirm_all_by_mail
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> list[Offer]:
    """A book in each of two shops, which post it for € 4.95 and € 6."""
    found = []
    for cents in (495, 600):
        offer = make_offer(
            shop=make_shop(), on_hand=1, product=make_product(weight_grams=200, title="Préludes")
        )
        post_from(offer.shop, cents=cents)
        found.append(offer)
    return found


def posted(offers, totals=(None, None), **fields):
    """Return the request to have one copy of each posted."""
    asked = group_for(*offers, **fields)
    parts = zip(asked.parts, totals, strict=True)
    return replace(
        asked, parts=tuple(replace(part, posted_to=HOME, total=total) for part, total in parts)
    )


def templates() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "fr",
            (
                "plusieurs boutiques vous envoient",
                "En tout",
                "36,75",
                "confirmez",
                "Frais de port",
                "Limoges",
            ),
        ),
        (
            "en",
            ("several shops each post you", "In all", "36", "confirm first", "Postage", "Limoges"),
        ),
    ],
)
def test_one_mail_says_what_each_costs_and_where_it_is_paid(offers, language, says):
    customer = Customer("Zéphirine", "camille@example.org", language=language)
    group = place_group(posted(offers, (1785, 1890), customer=customer))
    orders = list(Order.objects.filter(group=group).order_by("pk"))
    assert [charged(each) for each in orders] == [1785, 1890]
    message = Message.objects.get()
    assert message.template == "group_posted"
    render(message)
    for text in (message.text, message.html):
        for word in says:
            assert word in text, word
        for order in orders:
            assert f"/reservation/{order.token}/conditions" in text
            assert order.shop.name in text
            assert format_cents(charged(order)).split(" ")[0].strip("€ ")[:2] in text
        assert text.count(f"/reservation/groupe/{group.token}/confirmer/") == 1


def asked_by_mails_of(shops: int) -> dict[str, int]:
    """Return how many queries each mail of a group in so many shops asks, by its template; without
    whether what a process keeps of shops is new, which tests ask each time and it asks by time."""
    offers = []
    for _shop in range(shops):
        offers.append(make_offer(shop=make_shop(), on_hand=9, product=make_product(weight_grams=9)))
        post_from(offers[-1].shop, cents=495)
    for each in (group_for(*offers), posted(offers, [None] * shops)):
        confirm_all_by_mail(place_group(each))
    asked = {}
    for message in Message.objects.order_by("pk"):
        with CaptureQueriesContext(connection) as captured:
            render(message)
        asked[message.template] = sum("t.xmin" not in each["sql"] for each in captured)
    Message.objects.all().delete()
    return asked


def test_mails_of_five_shops_ask_no_more_than_those_of_two() -> None:
    assert asked_by_mails_of(5) == asked_by_mails_of(2)


def test_the_link_confirms_all_and_the_mail_tells_again_where_to_pay(offers):
    group = place_group(posted(offers))
    confirm_all_by_mail(group)
    assert {o.status for o in Order.objects.filter(group=group)} == {OrderStatus.PLACED}
    assert templates() == ["group_posted", "group_posted"]
    cancel_group(token=group.token, actor=READER)
    assert templates()[-1] == "group_posted_cancelled"
    for message in Message.objects.all():
        render(message)
        assert "{" not in message.subject
    assert not Offer.objects.filter(held__gt=0).exists()


def test_what_is_collected_and_what_is_posted_have_a_mail_each(offers):
    asked = posted(offers)
    there, collected = asked.parts
    place_group(replace(asked, parts=(there, replace(collected, posted_to=None))))
    assert sorted(templates()) == ["group_confirm", "group_posted"]


@pytest.mark.parametrize("mode", list(GroupMode))
def test_a_total_that_changed_refuses_that_part_or_all(offers, mode):
    """Control: the mode `each` keeps the other part."""
    asked = posted(offers, (1785, 1790), mode=mode)
    if mode == GroupMode.ALL:
        with pytest.raises(GroupRefused):
            place_group(asked)
        assert not Order.objects.exists()
        assert not Message.objects.exists()
        assert not Offer.objects.filter(held__gt=0).exists()
        return
    place_group(asked)
    refused = OrderGroup.objects.get().refusals
    assert [(each.shop_id, each.code) for each in refused] == [(offers[1].shop_id, "total_changed")]
    assert list(Order.objects.values_list("shop", flat=True)) == [offers[0].shop_id]


def test_all_or_nothing_where_one_shop_posts_nothing(offers):
    offers[1].shop.tariffs.all().delete()
    with pytest.raises(GroupRefused):
        place_group(posted(offers, mode=GroupMode.ALL))
    assert not Order.objects.exists()


def test_what_is_posted_is_paid_first_and_waits_for_no_tap(offers, monkeypatch):
    monkeypatch.setattr(moves, "demanded", lambda _shop, _person: Demand.ASK)
    group = place_group(posted(offers))
    confirm_all_by_mail(group)
    assert {o.status for o in Order.objects.filter(group=group)} == {OrderStatus.PLACED}
