"""The list fills itself from special orders, goes once to its supplier, and hears its answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from comptoir.accounts.actors import READER
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.operations import cancel, place
from comptoir.orders.operations.requests import LineRequest
from comptoir.purchases.export import as_text, dilicom_csv, rows_of, without_ean
from comptoir.purchases.kinds import Lack
from comptoir.purchases.message import dilicom_message, lacks
from comptoir.purchases.models import PurchaseLine, Wish
from comptoir.purchases.operations import (
    Said,
    SupplierSaid,
    answer,
    assign,
    end_supplier,
    give_up,
    write_own_gln,
    write_supplier,
)
from comptoir.purchases.operations import wish as want
from comptoir.purchases.reads import lists_of, own_gln_of
from tests.factories import make_product, make_shop, make_staff, request_for
from tests.purchases.town import GLN, OWN_GLN, Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(customer_number="C-77")


def on_the_list(town: Town) -> dict[str, int]:
    """Return how many copies of each title are to be ordered, by title."""
    lists = lists_of(shop=town.shop, actor=town.ann)
    return {item.product.title: item.copies for each in lists for item in each.items}


def test_only_confirmed_orders_are_on_the_list_and_a_cancelled_one_leaves_it(town: Town) -> None:
    town.shop.services.create(kind="special_orders")
    place(request_for(shop=town.shop, lines=(LineRequest(town.book.pk),)))
    assert on_the_list(town) == {}
    order = town.order(copies=2)
    assert on_the_list(town) == {town.book.title: 2}
    cancel(token=order.token, actor=READER)
    assert on_the_list(town) == {}


def test_copies_for_the_shelf_come_to_those_of_readers(town: Town) -> None:
    town.order()
    for _scan in range(3):
        want(shop=town.shop, product=town.book, quantity=1, actor=town.ann, add=True)
    assert on_the_list(town) == {town.book.title: 4}
    want(shop=town.shop, product=town.book, quantity=0, actor=town.ann)
    assert on_the_list(town) == {town.book.title: 1}
    with pytest.raises(Invalid):
        want(shop=town.shop, product=town.book, quantity=-1, actor=town.ann)


def test_the_shops_word_on_a_title_counts_before_that_on_its_publisher(town: Town) -> None:
    other = write_supplier(shop=town.shop, said=SupplierSaid("Les Belles"), actor=town.ann)
    same = make_product(publisher="ÉDITIONS  du clain")
    town.order(same)
    of = [each.supplier for each in lists_of(shop=town.shop, actor=town.ann)]
    assert of == [town.supplier]
    said = {"shop": town.shop, "product": same, "whole_publisher": False, "actor": town.ann}
    assign(supplier_id=other.pk, **said)
    assert [each.supplier for each in lists_of(shop=town.shop, actor=town.ann)] == [other]
    end_supplier(shop=town.shop, supplier_id=other.pk, actor=town.ann)
    assert [each.supplier for each in lists_of(shop=town.shop, actor=town.ann)] == [town.supplier]


def test_a_supplier_of_another_shop_is_not_there(town: Town) -> None:
    shop = make_shop()
    bob = make_staff(shop).actor
    said = {"product": town.book, "supplier_id": town.supplier.pk, "whole_publisher": True}
    with pytest.raises(NotFound):
        assign(shop=shop, actor=bob, **said)
    with pytest.raises(NotFound):
        lists_of(shop=town.shop, actor=bob)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "no_name"),
        ({"gln": "3012410000002"}, "bad_gln"),
        ({"gln": "301241000000"}, "bad_gln"),
        ({"way": "fax"}, "bad_way"),
        ({"way": "mail"}, "bad_email"),
        ({"email": "nobody"}, "bad_email"),
        ({"email": "root@localhost"}, "bad_email"),
        ({"name": "Distribution Ouest"}, "name_taken"),
    ],
)
def test_what_a_supplier_cannot_be(town: Town, said: dict[str, str], code: str) -> None:
    with pytest.raises((Invalid, Conflict)) as refused:
        write_supplier(shop=town.shop, said=SupplierSaid(**({"name": "B"} | said)), actor=town.ann)
    assert refused.value.code == code
    fine = SupplierSaid("B", gln="3012410000003", email="b@example.org", way="mail")
    assert write_supplier(shop=town.shop, said=fine, actor=town.ann).gln == "3012410000003"


def test_a_list_is_ordered_once_and_numbered(town: Town) -> None:
    order = town.order()
    want(shop=town.shop, product=town.book, quantity=2, actor=town.ann)
    seen = town.seen()
    sent = town.send()
    assert (sent.number, sent.lines.count(), Wish.objects.count()) == (1, 2, 0)
    assert town.send(seen=seen) == sent
    assert on_the_list(town) == {}
    with pytest.raises(Conflict) as refused:
        town.send(seen=seen.replace(seen[0], "x"))
    assert refused.value.code == "nothing_to_order"
    town.order(name="bea")
    looked_at = town.seen()
    town.order(name="eve")
    with pytest.raises(Conflict) as refused:
        town.send(seen=looked_at)
    assert refused.value.code == "list_moved"
    assert town.send().number == 2
    again = PurchaseLine(purchase=sent, product=town.book, order_line=order.lines.get(), quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_purchase_as_a_file_and_as_text_names_no_reader(town: Town) -> None:
    town.order(copies=2)
    own = make_product(ean=None, source="discogs", source_ref="1", title="Un vinyle sans code")
    want(shop=town.shop, product=town.book, quantity=1, actor=town.ann)
    want(shop=town.shop, product=own, quantity=1, actor=town.ann)
    purchase = town.send()
    rows = rows_of(purchase.lines.select_related("product"))
    assert dilicom_csv(rows) == f"{town.book.ean};3\r\n".encode()
    assert [row.product for row in without_ean(rows)] == [own]
    purchase.sent_at = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    text = as_text(purchase, rows)
    assert text.startswith("Commande 1 du 30/11/2026\n")  # where the shop is
    with override("en"):
        assert as_text(purchase, rows).startswith("Order 1 of 30 Nov 2026\n")
    assert f"3 × {town.book.ean}  Le Grand Meaulnes" in text
    assert "C-77" in text
    assert "Ana" not in text


def test_a_purchase_as_dilicoms_message_to_the_byte() -> None:
    town = make_town(gln=GLN)
    own = make_product(ean=None, source="discogs", source_ref="1", title="Un vinyle sans code")
    for product, copies in ((town.book, 2), (own, 1), (make_product(), 12)):
        assign(
            shop=town.shop,
            product=product,
            supplier_id=town.supplier.pk,
            whole_publisher=False,
            actor=town.ann,
        )
        want(shop=town.shop, product=product, quantity=copies, actor=town.ann)
    purchase = town.send()
    purchase.sent_at = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    rows = rows_of(purchase.lines.select_related("product"))
    assert lacks(purchase, rows, "") == [Lack.OWN_GLN]
    with pytest.raises(Conflict) as refused:
        dilicom_message(purchase, rows, "")
    assert refused.value.data["lacks"] == ["own_gln"]
    with pytest.raises(Invalid):
        write_own_gln(shop=town.shop, gln=OWN_GLN[:-1] + "9", actor=town.ann)
    write_own_gln(shop=town.shop, gln=f"{OWN_GLN[:7]} {OWN_GLN[7:]}", actor=town.ann)
    assert dilicom_message(purchase, rows, own_gln_of(town.shop)) == (
        b"A00013012410000003\n"
        b"B00023025590000008\n"
        b"C0003000001\n"
        b"D000420261130\n"  # the day where the shop is
        b"E0005090\n"
        b"L0006%b000002\n"
        b"L0007%b000012\n"
        b"Q0008\n"
    ) % tuple(row.product.ean.encode() for row in rows if row.product.ean)
    assert lacks(purchase, [row for row in rows if not row.product.ean], OWN_GLN) == [Lack.EAN]
    purchase.supplier.gln = ""
    assert lacks(purchase, rows, OWN_GLN) == [Lack.SUPPLIER_GLN]


def test_by_mail_it_goes_to_the_supplier_once() -> None:
    town = make_town(way="mail", email="commandes@example.org")
    town.order()
    Message.objects.all().delete()
    seen = town.seen()
    for _tab in range(2):
        sent = town.send(seen=seen)
    mail = Message.objects.get()
    assert (mail.to, mail.template, sent.mailed_to) == (
        "commandes@example.org",
        "purchase_order",
        "commandes@example.org",
    )
    render(mail)
    assert all("05\u00a049\u00a000\u00a000\u00a000" in part for part in (mail.text, mail.html))


def test_what_a_supplier_does_not_send_is_told_and_on_the_list_again(town: Town) -> None:
    order = town.order(copies=3)
    line = town.send().lines.get()
    Message.objects.all().delete()

    def say(**said: object) -> PurchaseLine:
        return answer(shop=town.shop, line_id=line.pk, said=Said(**said), actor=town.ann)

    tomorrow = timezone.localdate() + timedelta(days=1)
    say(answer="later", on=tomorrow)
    say(answer="later", on=tomorrow)
    assert Message.objects.filter(template="order_supply_news", to=order.email).count() == 1
    assert on_the_list(town) == {}
    say(answer="partly", copies=1)
    assert on_the_list(town) == {town.book.title: 2}
    for bad in ({"answer": "partly", "copies": 3}, {"answer": "later"}, {"answer": "no"}):
        with pytest.raises(Invalid):
            say(**bad)
    say(answer="unavailable")
    assert on_the_list(town) == {town.book.title: 3}
    with pytest.raises(Conflict):
        say(answer="unavailable")
    again = town.send().lines.get()
    give_up(shop=town.shop, line_id=again.pk, actor=town.ann)
    assert on_the_list(town) == {town.book.title: 3}
    assert Message.objects.count() == 3
