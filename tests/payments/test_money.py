"""Bank transfers, refunds, late money: what comes in and goes back, and who is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Invalid
from comptoir.notifications.models import Message
from comptoir.orders.models import Delivery, Order, OrderStatus, PostalAddress
from comptoir.orders.operations import cancel, expire_due, mark_not_found, place
from comptoir.payments import operations
from comptoir.payments.errors import NotPaidBack
from comptoir.payments.kinds import Late, ProviderName, RefundReason, RefundStatus
from comptoir.payments.mails import context
from comptoir.payments.models import Account, Capture, Refund, Session
from comptoir.payments.operations.sweep import money_on_its_way
from comptoir.payments.reads.state import Standing, state_of
from comptoir.payments.reads.ways import transfer_slip, ways_of
from comptoir.shops.models import Shop, StaffRole
from tests.factories import HOME, make_staff, persons_request_for
from tests.payments.money import came, words_of_last
from tests.payments.world import rolled

pytestmark = pytest.mark.django_db
NOW = timezone.now


def by_card(order: Order, part) -> Session:
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    part.pay(session.ref)
    operations.look(session, NOW())
    return session


def expired(order: Order) -> Order:
    Order.objects.filter(pk=order.pk).update(deadline=NOW() - timedelta(minutes=1))
    expire_due(now=NOW())
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    return order


def mails() -> list[str]:
    told = Message.objects.filter(template__in=("payment_refunded", "post_paid")).order_by("pk")
    return list(told.values_list("template", flat=True))


def test_a_transfer_in_parts_confirms_when_enough_came_and_a_double_tap_is_one(order):
    came(order, 1000)
    assert state_of(order).standing == Standing.PARTLY_PAID
    assert state_of(order).to_pay == 2889
    came(order, 1000)
    assert Capture.objects.count() == 1
    came(order, 2889, reference="rest")
    state = state_of(order)
    assert (state.standing, state.is_settled, state.in_hand) == (Standing.PAID, True, 3889)


def test_what_came_too_much_is_to_go_back_by_hand_and_is_noted_once(order):
    came(order, 4000)
    refund = Refund.objects.get()
    assert (refund.cents, refund.status) == (111, RefundStatus.ASKED)
    operations.settle(order_id=order.pk, now=NOW())
    assert Refund.objects.get().status == RefundStatus.ASKED
    for _tap in range(2):
        operations.note_paid_back(refund_id=refund.pk, actor=SYSTEM, now=NOW())
    assert state_of(order).standing == Standing.PARTLY_REFUNDED
    assert mails() == ["post_paid", "payment_refunded"]


def test_a_transfer_of_before_the_expiry_counts_as_in_time_whatever_the_shop_chose(order):
    Account.objects.update(late=Late.REFUND)
    expired(order)
    came(order, days=1)
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    assert state_of(order).is_settled
    assert mails() == ["post_paid"]


@pytest.mark.parametrize("taken", [True, False])
def test_late_money_is_honoured_while_copies_are_free_else_it_goes_back(order, stripe_part, taken):
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    expired(order)
    if taken:
        place(persons_request_for(order.lines.first().offer))
    stripe_part.pay(session.ref)
    operations.look(session, NOW())
    operations.settle(order_id=order.pk, now=NOW())
    order.refresh_from_db()
    assert (order.status == OrderStatus.EXPIRED) == taken
    refunds = [(each.cents, each.reason, each.status) for each in Refund.objects.all()]
    assert sum(cents for cents, _reason, _status in refunds) == 3889 * taken
    assert {reason for _cents, reason, _status in refunds} <= {RefundReason.LATE}
    assert mails()[-1] == ("payment_refunded" if taken else "post_paid")
    assert state_of(order).standing == (Standing.REFUNDED if taken else Standing.PAID)


def test_late_money_goes_back_where_the_shop_wants_that(order, stripe_part):
    Account.objects.update(late=Late.REFUND)
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    expired(order)
    stripe_part.pay(session.ref)
    operations.sweep(now=NOW())
    operations.settle(order_id=order.pk, now=NOW())
    assert state_of(order).standing == Standing.REFUNDED
    said = words_of_last("payment_refunded")
    assert "frais de port compris\u00a0: 38,89\u00a0€" in said
    assert "Vous ne devez plus rien" not in said


def test_an_order_that_ends_has_its_session_ended(order, stripe_part):
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    assert session.expires_at >= NOW() + timedelta(minutes=30)
    cancel(token=order.token, actor=READER)
    operations.settle(order_id=order.pk, now=NOW())
    assert stripe_part.sessions[session.ref]["status"] == "expired"
    assert not stripe_part.pay(session.ref)


def test_a_line_that_is_not_found_goes_back_at_once_and_postage_only_with_the_last(
    order, stripe_part, client
):
    by_card(order, stripe_part)
    first, second = order.lines.order_by("pk")
    mark_not_found(line_id=first.pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    operations.settle(order_id=order.pk, now=NOW())
    refund = Refund.objects.get()
    assert (refund.line, refund.quantity, refund.cents) == (first, 1, 1290)
    assert refund.status == RefundStatus.DONE
    # Reader and shop see it at the line, and at no other one.
    page = client.get(reverse("site:order", args=[order.token])).content.decode()
    assert page.count("remboursé\u00a0: 12,90\u00a0€") == 1
    client.force_login(make_staff(order.shop))
    slip = client.get(reverse("counter:order", args=[order.shop.slug, order.pk])).content.decode()
    assert slip.count("remboursé\u00a0: 12,90\u00a0€") == 1
    assert all(part in slip for part in (HOME.street, HOME.postcode))
    mark_not_found(line_id=second.pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    rest = Refund.objects.order_by("pk")[1:]
    assert [(each.line, each.cents) for each in rest] == [(second, 2200), (None, 399)]
    assert sum(each["amount"] for each in stripe_part.refunds.values()) == 3889
    assert state_of(order).standing == Standing.REFUNDED


def test_the_owner_refunds_by_copies_or_an_amount_and_never_more_than_came(order, stripe_part):
    by_card(order, stripe_part)
    line = order.lines.order_by("pk")[0]
    asked = {"order_id": order.pk, "actor": SYSTEM, "now": NOW()}
    operations.refund_line(line_id=line.pk, quantity=1, **asked)
    with pytest.raises(Invalid):
        operations.refund_line(line_id=line.pk, quantity=1, **asked)
    operations.refund_amount(cents=100, **asked)
    with pytest.raises(NotPaidBack) as refused:
        operations.refund_amount(cents=2500, **asked)
    assert refused.value.data["most_cents"] == 2499
    # That line is not found later: its price went back already, and the gift stays one.
    mark_not_found(line_id=line.pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    assert sum(each.cents for each in Refund.objects.all()) == 1390


def test_what_the_provider_refuses_waits_for_the_owner(order, stripe_part):
    by_card(order, stripe_part)
    stripe_part.refuses_refunds = True
    mark_not_found(line_id=order.lines.first().pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    refund = Refund.objects.get()
    assert (refund.status, refund.why) == (RefundStatus.FAILED, "charge_disputed")
    account = refund.capture.account
    assert [x["what"] for x in operations.reconcile(account=account, now=NOW()).differences] == [
        "refused"
    ]
    stripe_part.refuses_refunds = False
    operations.refund_again(refund_id=refund.pk, actor=SYSTEM, now=NOW())
    operations.send_refunds(order_id=order.pk, now=NOW())
    assert operations.reconcile(account=account, now=NOW()).differences == []
    with pytest.raises(Conflict):
        operations.refund_again(refund_id=refund.pk, actor=SYSTEM, now=NOW())


def test_a_refund_made_at_the_provider_is_counted_not_sent_again(order, stripe_part):
    session = by_card(order, stripe_part)
    stripe_part.refund_by_hand(Capture.objects.get().ref, 1290)
    operations.look(session, NOW())
    mark_not_found(line_id=order.lines.first().pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    assert [each.reason for each in Refund.objects.all()] == [RefundReason.PROVIDER]
    assert sum(each["amount"] for each in stripe_part.refunds.values()) == 1290


def test_late_money_that_is_honoured_is_told_in_words_of_its_own(order):
    expired(order)
    came(order)
    assert "après le délai" in words_of_last("post_paid")


def test_who_paid_before_collecting_is_told_of_a_refund_without_the_post(order):
    came(order)
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.COLLECT)
    PostalAddress.objects.filter(order=order).delete()
    made = operations.refund_amount(order_id=order.pk, cents=500, actor=SYSTEM, now=NOW())
    operations.note_paid_back(refund_id=made[0].pk, actor=SYSTEM, now=NOW())
    said = words_of_last("payment_refunded")
    assert "5,00\xa0€" in said
    assert "Limoges" not in said


def refused_at(order: Order, part) -> tuple[Session, Refund]:
    """Return a session of which Stripe has refused to pay a line back, and that refund."""
    session = by_card(order, part)
    part.refuses_refunds = True
    mark_not_found(line_id=order.lines.order_by("pk").first().pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    part.refuses_refunds = False
    return session, Refund.objects.get()


def test_what_was_refused_here_and_made_at_the_provider_is_one_refund(order, stripe_part):
    session, refund = refused_at(order, stripe_part)
    ref = stripe_part.refund_by_hand(Capture.objects.get().ref, 1290)
    operations.look(session, NOW())
    refund.refresh_from_db()
    assert (refund.status, refund.ref, refund.cents) == (RefundStatus.DONE, ref, 1290)
    assert state_of(order).in_hand == 2599
    assert operations.reconcile(account=session.account, now=NOW()).differences == []


def test_a_refused_refund_gives_way_to_what_went_back_at_the_provider(order, stripe_part):
    session, refund = refused_at(order, stripe_part)
    stripe_part.refund_by_hand(Capture.objects.get().ref, 3000)
    operations.look(session, NOW())
    refund.refresh_from_db()
    assert (refund.status, refund.cents) == (RefundStatus.FAILED, 889)
    operations.refund_again(refund_id=refund.pk, actor=SYSTEM, now=NOW())
    operations.send_refunds(order_id=order.pk, now=NOW())
    assert sum(each["amount"] for each in stripe_part.refunds.values()) == 3889
    assert operations.reconcile(account=session.account, now=NOW()).differences == []


def test_the_slip_of_a_transfer_has_what_a_bank_needs(order):
    account = Account.objects.get(provider=ProviderName.TRANSFER)
    slip = transfer_slip(account, order, 3889)
    assert slip.iban == "FR76 3000 6000 0112 3456 7890 189"
    assert (slip.reference, slip.cents) == (order.code, 3889)
    assert slip.qr.startswith("<svg")
    assert ways_of(order.shop) == [ProviderName.STRIPE, ProviderName.TRANSFER]


@pytest.mark.parametrize("shop", ["open", "paused", "left"])
def test_a_special_order_is_taken_up_again_only_where_the_shop_is_there(order, shop):
    expired(order)
    order.lines.update(offer=None)
    away = {"open": (), "paused": ("paused_at",), "left": ("paused_at", "ended_at")}[shop]
    Shop.objects.filter(pk=order.shop_id).update(**dict.fromkeys(away, NOW()), city="Niort")
    came(order, days=1)
    order.refresh_from_db()
    assert (order.status == OrderStatus.PLACED) == (shop == "open")
    assert sum(each.cents for each in Refund.objects.all()) == (0 if shop == "open" else 3889)


def test_what_the_bank_sent_back_and_the_owner_paid_by_hand_stays_paid_back(order, stripe_part):
    session = by_card(order, stripe_part)
    mark_not_found(line_id=order.lines.order_by("pk").first().pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    (theirs,) = stripe_part.refunds.values()
    theirs["status"] = "failed"
    operations.look(session, NOW())
    refund = Refund.objects.get()
    assert refund.status == RefundStatus.FAILED
    operations.note_paid_back(refund_id=refund.pk, actor=SYSTEM, now=NOW())
    operations.look(session, NOW())
    refund.refresh_from_db()
    assert (refund.status, refund.ref) == (RefundStatus.DONE, "")
    with pytest.raises(Conflict):
        operations.refund_again(refund_id=refund.pk, actor=SYSTEM, now=NOW())
    # Control: under the key of the try that failed it is taken for that.
    Refund.objects.update(tries=0)
    operations.look(session, NOW())
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED


def test_yes_pay_it_back_pressed_twice_pays_back_once(order, stripe_part, client):
    by_card(order, stripe_part)
    client.force_login(make_staff(order.shop, StaffRole.MANAGER))
    page = client.get(reverse("counter:order", args=[order.shop.slug, order.pk]))
    assert 'name="gone" value="0"' in page.content.decode()
    path = reverse("counter:refund", args=[order.shop.slug, order.pk])
    for _press in range(2):
        client.post(path, {"line": "", "amount": "5", "gone": "0"})
    assert [each.cents for each in Refund.objects.all()] == [500]
    client.post(path, {"line": "", "amount": "5", "gone": "500"})
    assert Refund.objects.count() == 2


def test_a_refund_whose_answer_was_lost_is_not_refused_because_nobody_may_look(order, stripe_part):
    """It went out; then the key was taken back. By the shop's new key it is found again."""
    by_card(order, stripe_part)
    made = operations.refund_amount(order_id=order.pk, cents=500, actor=SYSTEM, now=NOW())[0]
    stripe_part.fails = 1
    operations.send_refunds(order_id=order.pk, now=NOW())
    stripe_part.key = "sk_test_another"
    operations.send_refunds(order_id=order.pk, now=NOW())
    made.refresh_from_db()
    assert (made.status, len(stripe_part.refunds)) == (RefundStatus.ASKED, 1)
    with pytest.raises(Conflict):
        operations.note_paid_back(refund_id=made.pk, actor=SYSTEM, now=NOW())
    rolled(order.shop, stripe_part)
    operations.send_refunds(order_id=order.pk, now=NOW())
    made.refresh_from_db()
    assert (made.status, len(stripe_part.refunds)) == (RefundStatus.DONE, 1)


def test_a_cancelled_order_is_told_once_of_all_that_goes_back(order, stripe_part):
    by_card(order, stripe_part)
    cancel(token=order.token, actor=READER)
    operations.settle(order_id=order.pk, now=NOW())
    assert [each.cents for each in Refund.objects.order_by("pk")] == [1290, 2200, 399]
    assert mails().count("payment_refunded") == 1
    assert context({"order": order.pk})["is_all"]
    Refund.objects.filter(cents=399).update(status=RefundStatus.FAILED)
    assert not context({"order": order.pk})["is_all"]
    # Whom to pay by hand is known for as long as that waits.
    assert Order.objects.filter(money_on_its_way(NOW())).exists()
    Refund.objects.update(status=RefundStatus.DONE)
    assert not Order.objects.filter(money_on_its_way(NOW())).exists()
