"""What the daily comparison lists, kind by kind; each goes once it is settled as the page says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.words import day_and_month, spaced_code
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order
from comptoir.orders.operations import mark_not_found
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import (
    Account,
    Capture,
    Notice,
    PaidOtherwise,
    Reconciliation,
    Refund,
)
from comptoir.payments.operations import OtherwiseSaid, TransferSaid, refunds
from comptoir.payments.providers.protocol import Wanted
from comptoir.payments.providers.stripe import Stripe
from comptoir.payments.reads.screens import comparisons_of
from comptoir.payments.reads.state import state_of
from comptoir.shops.models import StaffRole
from tests.factories import make_offer, make_shop, make_staff
from tests.payments.stripe_part import KEY, SIGNING, StripePart
from tests.payments.world import account_of, paid_shop, posted_order, rolled

pytestmark = pytest.mark.django_db


def local(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo("Europe/Paris")).date()


NOW = timezone.now


def stripe_of(order: Order) -> Account:
    return order.shop.payment_accounts.get(provider=ProviderName.STRIPE)


def paid(order: Order, part: StripePart) -> Capture:
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    part.pay(session.ref)
    operations.look(session, NOW())
    return Capture.objects.get(session=session)


def not_found(order: Order) -> Refund:
    mark_not_found(line_id=order.lines.order_by("pk").first().pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    return Refund.objects.get()


def listed(account: Account, now: datetime | None = None) -> list[str]:
    row = operations.reconcile(account=account, now=now or NOW())
    return [str(each["what"]) for each in row.differences]


def told(order: Order) -> str:
    """Return the words of the only difference, in English; in French they are others."""
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            (said[language],) = comparisons_of(order.shop)[0].differences
    assert said["fr"].what != said["en"].what
    assert said["fr"].settle != said["en"].settle
    return f"{said['en'].what} {said['en'].settle}"


def test_money_that_nobody_here_knows_goes_once_it_went_back_there(order, stripe_part):
    account, stripe = stripe_of(order), Stripe(key=KEY, signing=SIGNING)
    until = datetime.now(UTC) + timedelta(minutes=40)
    there = {"name": "x", "language": "fr", "return_url": "https://a.example", "expires_at": until}
    wanted = Wanted(key="cpt_lost", cents=700, cancel_url="", notice_url="", **there)
    ref = stripe.open(wanted).ref
    stripe_part.pay(ref)
    assert listed(account) == ["money"]
    assert told(order).startswith("A payment of ")
    assert "received €7.00 that are not written here" in told(order)
    stripe_part.refund_by_hand(stripe.look(ref).payment, 700)
    assert listed(account) == []


def test_money_that_the_provider_does_not_have(order, stripe_part):
    money = paid(order, stripe_part)
    # The list is of the last 35 days: whoever looks for the money of today finds none.
    there = stripe_part.charges.copy()
    stripe_part.charges.clear()
    Capture.objects.update(captured_at=NOW())
    assert listed(money.account) == ["money"]
    assert "Send nothing of this order yet" in told(order)
    stripe_part.charges.update(there)
    assert listed(money.account) == []


def test_money_of_another_amount(order, stripe_part):
    money = paid(order, stripe_part)
    Capture.objects.update(cents=3888)
    assert listed(money.account) == ["money"]
    assert "has received €38.89, here stand €38.88" in told(order)
    (found,) = comparisons_of(order.shop)[0].differences
    began = f"Commande {spaced_code(order.code)}, {day_and_month(local(money.captured_at))}\u00a0: "
    assert found.what.startswith(began)
    assert (found.ref, money.ref in found.what + found.settle) == (money.ref, False)
    Capture.objects.update(cents=3889)
    assert listed(money.account) == []


def test_a_refund_made_there_is_no_difference_and_one_that_is_only_here_is(order, stripe_part):
    money = paid(order, stripe_part)
    stripe_part.refund_by_hand(money.ref, 1290)
    assert listed(money.account) == []
    there = stripe_part.refunds.copy()
    stripe_part.refunds.clear()
    charge = next(iter(stripe_part.charges.values()))
    charge["amount_refunded"] = 0
    assert listed(money.account) == ["refund"]
    assert "here €12.90 went back, at the provider €0.00" in told(order)
    stripe_part.refunds.update(there)
    charge["amount_refunded"] = 1290
    assert listed(money.account) == []


def test_a_refund_that_is_there_and_cannot_be_taken_over(order, stripe_part):
    money = paid(order, stripe_part)
    charge = next(iter(stripe_part.charges.values()))
    charge["amount_refunded"] = 500
    assert listed(money.account) == ["refund"]
    assert "has paid €5.00 back, here stand €0.00" in told(order)
    charge["amount_refunded"] = 0
    assert listed(money.account) == []


@pytest.mark.parametrize("how", ["again", "by_hand", "there"])
def test_a_refund_that_is_refused_goes_in_each_of_three_ways(order, stripe_part, how):
    money = paid(order, stripe_part)
    stripe_part.refuses_refunds = True
    refund = not_found(order)
    stripe_part.refuses_refunds = False
    assert listed(money.account) == ["refused"]
    assert "press “Try again”" in told(order)
    asked = {"refund_id": refund.pk, "actor": SYSTEM, "now": NOW()}
    if how == "again":
        operations.refund_again(**asked)
        operations.send_refunds(order_id=order.pk, now=NOW())
    elif how == "by_hand":
        operations.note_paid_back(**asked)
    else:
        stripe_part.refund_by_hand(money.ref, 1290)
        listed(money.account)  # the night that sees it
    assert listed(money.account) == []


def test_a_refund_that_waits_too_long_at_a_silent_provider(order, stripe_part):
    money = paid(order, stripe_part)
    stripe_part.fails = 1
    refund = not_found(order)
    tomorrow = NOW() + timedelta(hours=25)
    assert "not_sent" in listed(money.account, tomorrow)
    found = comparisons_of(order.shop)[0].differences
    assert any("jamais fait deux fois" in each.settle for each in found)
    operations.sweep(now=tomorrow)
    refund.refresh_from_db()
    assert listed(money.account) == []


def test_a_transfer_that_is_to_go_back_is_listed_after_a_fortnight(order):
    said = TransferSaid(cents=5000, dated=NOW().date())
    operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())
    refund = Refund.objects.get()
    account = refund.capture.account
    later = NOW() + timedelta(days=15)
    assert (listed(account), listed(account, later)) == ([], ["not_sent"])
    assert "the law gives 14 days" in told(order)
    operations.note_paid_back(refund_id=refund.pk, actor=SYSTEM, now=later)
    assert listed(account, later) == []


def test_a_notice_of_an_unknown_payment_leaves_the_list_after_35_days(order, stripe_part):
    account = stripe_of(order)
    long_ago = NOW() - timedelta(days=2)
    named = {"kind": "checkout.session.completed", "ref": "cs_other", "digest": "0" * 64}
    Notice.objects.create(account=account, event="evt_1", received_at=long_ago, **named)
    assert listed(account) == ["unknown"]
    assert "pay it back there" in told(order)
    assert listed(account, NOW() + timedelta(days=34)) == []


def test_a_provider_that_does_not_answer_and_the_page_that_says_so(order, stripe_part, client):
    account = stripe_of(order)
    stripe_part.fails = 1
    assert listed(account) == ["not_compared"]
    words = told(order)
    client.force_login(make_staff(order.shop, StaffRole.MANAGER))
    answer = client.get(reverse("counter:payments", args=[order.shop.slug]))
    assert "Essayer le compte" in answer.content.decode()
    assert "make a new key at the provider" in words
    assert listed(account) == []


def test_one_account_there_that_is_several_here_is_compared_once(order, stripe_part):
    """Of new keys, whose money is looked for in the former account too; of another shop, which
    compares its own."""
    money = paid(order, stripe_part)
    assert listed(account_of(make_shop())) == []
    present = rolled(order.shop, stripe_part)
    assert listed(present) == []
    Capture.objects.filter(pk=money.pk).update(cents=3888)
    assert listed(present) == ["money"]


def test_an_answer_that_cannot_be_read_stops_no_other_accounts_comparison(order, stripe_part):
    money = paid(order, stripe_part)
    charge = next(iter(stripe_part.charges.values()))
    del charge["payment_intent"]
    offer = make_offer(shop=paid_shop())
    operations.ask_for(order=posted_order(offer), provider=ProviderName.STRIPE, now=NOW())
    assert operations.reconcile_due(now=NOW()) == 2
    assert Reconciliation.objects.count() == 2
    assert "did not answer" in told(money.order)


def gone_for_good(order: Order, part: StripePart) -> Refund:
    """Return a refund that waits at an account that is closed, whose key opens nothing here."""
    account = paid(order, part).account
    Account.objects.filter(pk=account.pk).update(closed_at=NOW(), secrets="gone")
    return not_found(order)


def otherwise(refund: Refund, now: datetime, **said: object) -> PaidOtherwise:
    values = {"cents": refund.cents, "dated": timezone.localdate(now), "how": "transfer"}
    asked = OtherwiseSaid(**values | said)
    return operations.note_otherwise(refund_id=refund.pk, said=asked, actor=SYSTEM, now=now)


def test_a_refund_at_an_account_that_is_gone_is_paid_back_otherwise(order, stripe_part, client):
    """By halves: what is left waits for its owner. The control: one that nobody noted is sent,
    where the key is put back."""
    secrets = stripe_of(order).secrets
    refund = gone_for_good(order, stripe_part)
    account, tomorrow = refund.capture.account, NOW() + timedelta(hours=25)
    assert sorted(listed(account, tomorrow)) == ["not_compared", "not_sent"]
    with pytest.raises(Conflict):
        otherwise(refund, NOW())
    for wrong in ({"cents": 1291}, {"dated": date(2001, 1, 1)}, {"how": "barter"}):
        with pytest.raises(Invalid):
            otherwise(refund, tomorrow, **wrong)
    made = otherwise(refund, tomorrow, cents=1000)
    assert otherwise(refund, tomorrow) == made
    rest = Refund.objects.exclude(pk=refund.pk).get()
    assert (rest.cents, rest.line, state_of(order).gone) == (290, refund.line, 1290)
    assert "refused" in listed(account, tomorrow)
    client.force_login(make_staff(order.shop, StaffRole.MANAGER))
    page = reverse("counter:order", args=[order.shop.slug, order.pk])
    assert "Remboursé autrement" in client.get(page).content.decode()
    form = {"otherwise": "1", "amount": "2,90", "dated": timezone.localdate(), "how": "cash"}
    client.post(reverse("counter:refund_again", args=[order.shop.slug, rest.pk]), form)
    shown = client.get(page).content.decode()
    assert "en espèces" in shown
    assert "Remboursé autrement" not in shown
    assert listed(account, tomorrow) == ["not_compared"]
    assert (state_of(order).done, state_of(order).gone) == (1290, 1290)
    noted = AuditEntry.objects.filter(deed="payment_paid_back").order_by("pk")
    assert [(each.facts["cents"], each.facts["how"]) for each in noted] == [
        (1000, "transfer"),
        (290, "cash"),
    ]
    Account.objects.filter(pk=account.pk).update(secrets=secrets)
    # Who had read it as waiting, just before it was noted, sends nothing either.
    refunds._send(refund, tomorrow)
    operations.send_refunds(order_id=order.pk, now=tomorrow)
    assert stripe_part.refunds == {}
    (other,) = operations.refund_amount(order_id=order.pk, cents=100, actor=SYSTEM, now=tomorrow)
    refunds._send(other, tomorrow)
    assert len(stripe_part.refunds) == 1


@pytest.mark.parametrize("how", ["site", "transfer"])
def test_what_was_paid_back_on_the_providers_site_counts_once(order, stripe_part, how):
    """Noted, and seen there the next night. The control: noted as a transfer, it went back there
    besides. Told again later, its day stays. Where the bank takes it back, it waits again."""
    money = paid(order, stripe_part)
    stripe_part.refuses_refunds = True
    refund = not_found(order)
    otherwise(refund, NOW(), how=how)
    there = stripe_part.refund_by_hand(money.ref, 1290)
    listed(money.account)
    assert (Refund.objects.count(), state_of(order).gone) == (
        (1, 1290) if how == "site" else (2, 2580)
    )
    if how == "site":
        refund.refresh_from_db()
        day, session = refund.done_at, money.session
        stripe_part.refunds[there]["status"] = "pending"  # told out of turn: done stays done
        operations.look(session, NOW() + timedelta(days=40))
        refund.refresh_from_db()
        assert (refund.status, refund.done_at, listed(money.account)) == ("done", day, [])
        stripe_part.refunds[there]["status"] = "failed"
        operations.look(session, NOW())
        refund.refresh_from_db()
        assert refund.status == "failed"
        assert otherwise(refund, NOW()).how == "transfer"


def test_what_the_provider_sent_after_all_is_told_as_paid_twice(order, stripe_part):
    """Its answer was lost, and the owner has paid it otherwise by then; the sums count it once, and
    the mail says how."""
    money = paid(order, stripe_part)
    refund = not_found(order)
    Refund.objects.update(status="asked", ref="", done_at=None)
    tomorrow = NOW() + timedelta(hours=25)
    otherwise(refund, tomorrow, how="cheque")
    assert listed(money.account, tomorrow) == ["twice"]
    assert "has paid €12.90 back, here stand €0.00, and you wrote" in told(order)
    assert (Refund.objects.count(), state_of(order).gone) == (1, 1290)
    mail = Message.objects.filter(template="payment_refunded").latest("pk")
    render(mail)
    for part in (mail.text, mail.html):
        assert "autre moyen\u00a0: 12,90\u00a0€ par chèque (" in part
        assert "par le moyen que vous avez utilisé" not in part


def test_a_closed_account_is_told_once_and_once_when_it_changes(order, stripe_part):
    """The control: one that is open is told every night."""
    money = paid(order, stripe_part)
    make_staff(order.shop, StaffRole.MANAGER)
    present = rolled(order.shop, stripe_part)
    mails = Message.objects.filter(template="payments_differ")

    def nights(account: Account, first: int) -> int:
        mails.delete()
        for night in range(first, first + 3):
            operations.reconcile(account=account, now=NOW() + timedelta(days=night))
        return mails.count()

    old = Account.objects.get(pk=money.account_id)
    assert (listed(old), nights(old, 1), nights(old, 4)) == (["not_compared"], 0, 0)
    assert "Nothing is to be done" in told(order)
    Refund.objects.create(
        order=order,
        capture=money,
        cents=100,
        reason="owner",
        status="failed",
        token="cpt_x",
        asked_at=NOW(),
        actor_kind="system",
    )
    assert (nights(old, 7), nights(old, 10)) == (1, 0)
    stripe_part.key = KEY
    assert nights(present, 1) == 3
