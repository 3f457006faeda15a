"""What a reader has withdrawn from before anything left: the shop does not post it, is told so
wherever it would, and pays back at once; the reader has nothing to send back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Invalid
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.charges import withheld as said
from comptoir.orders.models import Delivery, Order
from comptoir.orders.operations import cancel
from comptoir.orders.operations.postal import prepare
from comptoir.payments.operations import settle
from comptoir.payments.reads.state import state_of
from comptoir.post import operations
from comptoir.post.errors import NothingToFetch, NotInOrder, NotToLeave, NotToPost, TooMany
from comptoir.post.operations import take_rows
from comptoir.post.prints import paper_of
from comptoir.post.reads import days_post, how_many, parcels_of
from comptoir.shops.models import Staff
from comptoir.withdrawals.errors import NotSoMany
from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations import declare, receive
from comptoir.withdrawals.reads import followed
from tests.factories import staff_of
from tests.withdrawals.world import POSTAGE, bought, delivered, whole

pytestmark = pytest.mark.django_db


def withdrawn(order: Order, count: int) -> Withdrawal:
    line = order.lines.get()
    return declare(token=order.token, quantities={line.pk: count}, actor=READER)


def mail_of(template: str) -> Message:
    found = Message.objects.get(template=template)
    render(found)
    return found


def screen(client: Client, order: Order, name: str, *keys: int) -> str:
    staff_of(order.shop)
    job = Staff.objects.select_related("user").filter(shop=order.shop).first()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(job.user, backend=backend)
    found = client.get(reverse(f"counter:{name}", args=[order.shop.slug, *keys]))
    return found.content.decode().replace("\u00a0", " ")


def leave(order: Order) -> list[int]:
    """Fetch, pack and hand over all that can be; return how many copies left."""
    line = order.lines.get()
    for _each in range(line.quantity):
        try:
            operations.fetch(shop=order.shop, text=line.product.ean, actor=SYSTEM)
        except NothingToFetch:
            break
    parcel = operations.pack(order_id=order.pk, actor=SYSTEM)
    operations.hand_over(parcel_id=parcel.pk, actor=SYSTEM)
    return [each.quantity for each in parcel.contents.all()]


def test_one_of_two_is_withdrawn_from_and_the_other_one_alone_leaves():
    order = bought(2)
    made, line = withdrawn(order, 1), order.lines.get()
    (each,) = days_post(shop=order.shop, actor=SYSTEM).orders
    assert (each.to_fetch, each.to_pack) == (1, 1)
    with pytest.raises(TooMany):
        operations.tick(line_id=line.pk, quantity=2, actor=SYSTEM)
    with pytest.raises(TooMany):
        operations.pack(order_id=order.pk, copies={line.pk: 2}, actor=SYSTEM)
    assert leave(order) == [1]
    keys = order.parcels.values_list("pk", flat=True)
    (parcel,) = parcels_of(shop=order.shop, keys=keys, actor=SYSTEM)
    assert paper_of(parcel).remarks == [f"Pas envoyé, car vous y avez renoncé : {line.title}."]
    assert how_many(order.shop_id) == 0
    with pytest.raises(NotInOrder):
        operations.put_in(order_id=order.pk, text=line.product.ean, actor=SYSTEM)
    with pytest.raises(Invalid):
        operations.pack(order_id=order.pk, actor=SYSTEM)
    receive(withdrawn_id=made.lines.get().pk, quantity=1, actor=SYSTEM)
    # Printed again once the shop keeps it here, the slip says no other thing.
    told = paper_of(parcel).remarks
    (parcel,) = parcels_of(shop=order.shop, keys=keys, actor=SYSTEM)
    assert paper_of(parcel).remarks == told
    order.refresh_from_db()
    settle(order_id=order.pk, now=made.confirmed_at)
    assert (order.status, state_of(order).gone) == ("shipped", 1290)


def test_what_is_kept_here_is_told_where_its_slip_leads(client):
    order = bought(2)
    receive(withdrawn_id=withdrawn(order, 1).lines.get().pk, quantity=1, actor=SYSTEM)
    assert "1 sur 2 en rétractation, gardé ici" in screen(client, order, "post_order", order.pk)
    cancel(order_id=order.pk, actor=SYSTEM)
    shown = screen(client, order, "post_order", order.pk)
    assert re.search("à expédier maintenant.: annulée", shown)
    (row,) = take_rows(shop=order.shop, text=f"{order.code} 6A12345678901", actor=SYSTEM)
    assert isinstance(row.refusal, NotToPost)
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.COLLECT)
    scanned = reverse("counter:post_scan", args=[order.shop.slug])
    told = client.post(scanned, {"code": order.code}, follow=True)
    assert told.status_code == 200
    assert "Rien de la commande" in told.content.decode()
    assert told.redirect_chain[-1][0] == reverse("counter:order", args=[order.shop.slug, order.pk])


def test_control_without_the_word_of_withdrawals_both_leave(monkeypatch):
    monkeypatch.setattr(said, "_SAID", [])
    order = bought(2)
    withdrawn(order, 1)
    assert leave(order) == [2]


def test_a_packed_copy_is_to_be_taken_out_before_its_parcel_leaves(client):
    order = bought(2)
    parcel = operations.pack(order_id=order.pk, actor=SYSTEM)
    withdrawn(order, 1)
    (each,) = days_post(shop=order.shop, actor=SYSTEM).orders
    assert [(line.order_id, n) for line, n in each.to_take_out(parcel)] == [(order.pk, 1)]
    assert "à ne pas envoyer, à ressortir : 1 ×" in screen(client, order, "post")
    assert "ressortez tout, puis emballez le reste" in screen(client, order, "post_order", order.pk)
    with pytest.raises(NotToLeave, match="Ressortez tout du colis"):
        operations.hand_over(parcel_id=parcel.pk, actor=SYSTEM)
    operations.unpack(parcel_id=parcel.pk, actor=SYSTEM)
    assert leave(order) == [1]


def test_all_of_it_leaves_the_days_post_and_stands_among_what_is_to_do(client):
    order = bought(2)
    prepare(order_id=order.pk, actor=SYSTEM)
    made = withdrawn(order, 2)
    assert days_post(shop=order.shop, actor=SYSTEM).orders == []
    assert how_many(order.shop_id) == 0
    assert "1 rétractation à rembourser" in screen(client, order, "tasks")
    shown = screen(client, order, "order", order.pk)
    assert "rétractation : 2 sur 2" in shown
    assert f"rétractation (2 × {order.lines.get().title})" in shown
    assert "jamais parti : à rembourser tout de suite" in screen(client, order, "withdrawals")
    assert not followed(order.shop, actor=SYSTEM)[0].waits
    receive(withdrawn_id=made.lines.get().pk, quantity=2, actor=SYSTEM)
    settle(order_id=order.pk, now=made.confirmed_at)
    assert state_of(order).gone == 2 * 1290 + POSTAGE
    assert "à rembourser" not in screen(client, order, "tasks")


def test_what_never_left_was_not_unsealed():
    order = bought(2, kind="record", format="lp")
    row = withdrawn(order, 1).lines.get()
    with pytest.raises(NotSoMany):
        receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM, unsealed=True)


@pytest.mark.parametrize("gone", [False, True])
def test_the_reader_sends_nothing_back_of_what_has_not_left(client, gone):
    order = bought(2)
    prepare(order_id=order.pk, actor=SYSTEM)
    order = delivered_whole(order) if gone else order
    made = declare(token=order.token, quantities=whole(order), actor=READER)
    page = f"/reservation/{order.token}"
    receipt = client.get(f"{page}/retractation/{made.pk}").content.decode()
    mail, told = mail_of("withdrawal_receipt"), mail_of("withdrawal_shop")
    texts = [receipt, mail.text, mail.html]
    assert ["rien à renvoyer" in text for text in texts] == [not gone] * 3
    assert ('name="proof"' in receipt) is gone
    assert "Renvoyez" not in mail.text or gone
    assert ("ne les envoyez pas" in told.text) is not gone
    shown = client.get(page).content.decode()
    assert ("Rien n’est envoyé" in shown) is not gone
    assert "Le colis se prépare" not in shown


def delivered_whole(order: Order) -> Order:
    """Have an order leave in one parcel and arrive."""
    parcel = operations.pack(order_id=order.pk, actor=SYSTEM)
    operations.hand_over(parcel_id=parcel.pk, actor=SYSTEM)
    order.refresh_from_db()
    return delivered(order)


def test_copies_that_were_fetched_are_not_told_as_packed(client):
    order = bought()
    operations.tick(line_id=order.lines.get().pk, actor=SYSTEM)
    mail = mail_of("post_prepared")
    shown = client.get(f"/reservation/{order.token}").content.decode()
    assert "mis vos exemplaires de côté. Le colis se prépare" in mail.text
    assert "Le colis se prépare" in shown
    assert not any("mball" in text for text in (mail.subject, mail.text, shown))


@pytest.mark.parametrize("gone", [False, True])
def test_the_shop_is_told_to_put_back_what_had_left(client, gone):
    order = bought()
    prepare(order_id=order.pk, actor=SYSTEM)
    order = delivered_whole(order) if gone else order
    row = withdrawn(order, 1).lines.get()
    page = screen(client, order, "withdrawals")
    state = "fine" if gone else "here"
    assert f'value="{state}"' in page
    there = reverse("counter:withdrawn_received", args=[order.shop.slug, row.pk])
    told = client.post(there, {"copies": "1", "state": state}, follow=True).content.decode()
    assert "repart de soi-même" in told
    assert ("dans le stock de votre caisse" in told) is gone
