"""A bank transfer that is taken back: nothing is sent unpaid, and reader and shop are told."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.words import spaced_code
from comptoir.notifications.operations import NoLongerTrue
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import Delivery, Order, OrderStatus, PostalAddress
from comptoir.orders.operations import collect, expire_due
from comptoir.orders.operations.postal import mark_shipped, prepare
from comptoir.orders.postal.errors import NotPaid
from comptoir.payments import operations
from comptoir.payments.operations import transfers
from comptoir.payments.reads.differences import in_words
from comptoir.payments.reads.state import Standing, state_of
from comptoir.post.reads import days_post
from tests.factories import make_staff
from tests.payments.money import came, words_of_last

pytestmark = pytest.mark.django_db
NOW = timezone.now


def test_a_transfer_taken_back_leaves_the_order_unpaid_and_nothing_is_sent(order):
    transfer = came(order)
    assert days_post(shop=order.shop, actor=SYSTEM).orders
    operations.void_transfer(transfer_id=transfer.pk, actor=SYSTEM, now=NOW())
    order.refresh_from_db()
    state = state_of(order)
    assert (state.to_pay, state.standing, order.deadline > NOW()) == (3889, Standing.TO_PAY, True)
    assert order.events.last().data["unpaid"]
    assert not days_post(shop=order.shop, actor=SYSTEM).orders
    for sends in (prepare, mark_shipped):
        with pytest.raises(NotPaid):
            sends(order_id=order.pk, actor=SYSTEM)
    came(order, reference="the right one")
    assert state_of(order).is_settled
    prepare(order_id=order.pk, actor=SYSTEM)


def test_control_where_the_order_stays_paid_it_is_sent_for_nothing(order, monkeypatch):
    monkeypatch.setattr(transfers, "unsettle_payment", lambda **_named: None)
    operations.void_transfer(transfer_id=came(order).pk, actor=SYSTEM, now=NOW())
    assert prepare(order_id=order.pk, actor=SYSTEM).status == OrderStatus.PREPARED


def words_of(client, path: str) -> str:
    return html.unescape(client.get(path).content.decode()).replace("\xa0", " ")


def test_that_an_order_is_to_be_paid_is_said_once(order, client):
    page = words_of(client, reverse("site:order", args=[order.token]))
    assert page.count("À payer") == 1
    came(order, 1000)
    assert "Reste à payer" in words_of(client, reverse("site:order", args=[order.token]))


def test_the_reader_is_told_of_a_transfer_that_is_taken_back(order, client):
    transfer = came(order)
    prepare(order_id=order.pk, actor=SYSTEM)
    operations.void_transfer(transfer_id=transfer.pk, actor=SYSTEM, now=NOW())
    said = words_of_last("payment_undone").replace("\xa0", " ")
    assert "38,89 € restent à payer avant le départ" in said
    page = words_of(client, reverse("site:order", args=[order.token]))
    assert "La boutique avait saisi un virement" in page
    assert "Elle part une fois payée" in page
    # Entered rightly meanwhile, nothing is told.
    came(order, reference="the right one")
    with pytest.raises(NoLongerTrue):
        words_of_last("payment_undone")
    assert "avait saisi" not in words_of(client, reverse("site:order", args=[order.token]))


def test_what_is_collected_after_its_transfer_was_taken_back_is_paid_at_the_counter(order, client):
    transfer = came(order)
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.COLLECT)
    PostalAddress.objects.filter(order=order).delete()
    operations.void_transfer(transfer_id=transfer.pk, actor=SYSTEM, now=NOW())
    state = state_of(order)
    assert (state.lacking, state.to_pay, state.standing) == (3889, 0, Standing.TO_PAY)
    said = words_of_last("payment_undone").replace("\xa0", " ")
    assert "vous payez 38,89 € à la caisse" in said
    assert "à la caisse" in words_of(client, reverse("site:order", args=[order.token]))
    client.force_login(make_staff(order.shop))
    slip = reverse("counter:order", args=[order.shop.slug, order.pk])
    assert "Encaissez 38,89 €" in words_of(client, slip)
    (found,) = operations.reconcile(account=transfer.account, now=NOW()).differences
    assert found["what"] == "at_counter"
    assert "commande" in words_of(client, reverse("counter:payments", args=[order.shop.slug]))
    collect(order_id=order.pk, actor=SYSTEM)
    assert operations.reconcile(account=transfer.account, now=NOW()).differences == []


@pytest.mark.parametrize("sent", [None, 1, 2])
def test_a_transfer_taken_back_too_late_is_told(order, sent):
    transfer = came(order)
    prepare(order_id=order.pk, actor=SYSTEM)
    if sent:
        parts = {line.pk: 1 for line in order.lines.order_by("pk")[:sent]}
        mark_shipped(order_id=order.pk, quantities=parts, actor=SYSTEM)
    operations.void_transfer(transfer_id=transfer.pk, actor=SYSTEM, now=NOW())
    (found,) = operations.reconcile(account=transfer.account, now=NOW()).differences
    assert (found["what"], found["ref"], found["theirs"], found["ours"]) == (
        *("unpaid", order.code, 0, 3889),
    )
    assert spaced_code(order.code) in in_words(found, transfer.account, order).what
    with pytest.raises(MoveRefused if sent == 2 else NotPaid):
        mark_shipped(order_id=order.pk, actor=SYSTEM)
    expire_due(now=NOW() + timedelta(days=30))
    came(order, reference="the right one")
    assert operations.reconcile(account=transfer.account, now=NOW()).differences == []
