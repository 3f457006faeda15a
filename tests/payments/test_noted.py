"""A refund that its owner notes as paid back, and that was made on the provider's site: the same
cents count once, whichever comes first; other amounts are told."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.papers.models import CountedBy
from comptoir.papers.reads import reported
from comptoir.payments import operations
from comptoir.payments.models import Capture, PaidOtherwise, Refund
from comptoir.payments.operations import OtherwiseSaid, captures, otherwise, refunds
from comptoir.payments.reads.state import state_of
from comptoir.shops.models import StaffRole
from tests.factories import make_staff
from tests.payments.money import came
from tests.payments.stripe_part import StripePart
from tests.payments.test_reconciliation import listed, not_found, paid, told

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def refused(order: Order, stripe_part: StripePart) -> Refund:
    """A refund of 12.90 € that Stripe refuses to make."""
    paid(order, stripe_part)
    stripe_part.refuses_refunds = True
    return not_found(order)


def noted(refund: Refund, how: str) -> None:
    """Press “I have paid it back”, or write that it was on the provider's site."""
    asked = {"refund_id": refund.pk, "actor": SYSTEM, "now": NOW()}
    if how == "by_hand":
        operations.note_paid_back(**asked)
        return
    said = OtherwiseSaid(cents=refund.cents, dated=timezone.localdate(), how=how)
    operations.note_otherwise(said=said, **asked)


def there(refund: Refund, part: StripePart, cents: int) -> None:
    """Make a refund on the provider's site, and have it seen."""
    part.refund_by_hand(refund.capture.ref, cents)
    operations.look(refund.capture.session, NOW())


def there_before_it_was_refused(refund: Refund, part: StripePart, cents: int) -> None:
    """Have it made on the site while it was only asked for: it stands as one of its own."""
    before = Refund.objects.count()
    Refund.objects.update(status="asked")
    there(refund, part, cents)
    Refund.objects.filter(status="asked").update(status="failed")
    assert Refund.objects.count() == before + 1


def another_of(refund: Refund, cents: int) -> Refund:
    """Return a second refund of its capture that the provider refused."""
    other = Refund.objects.get(pk=refund.pk)
    other.pk, other.cents, other.token = None, cents, Refund.new_token()
    other.save(force_insert=True)
    return other


@pytest.mark.parametrize("how", ["by_hand", "site"])
@pytest.mark.parametrize("first", ["noted", "there", "guard removed", "guard removed, there first"])
def test_the_same_cents_count_once(refused, stripe_part, how, first, monkeypatch):
    if first.startswith("guard"):
        monkeypatch.setattr(captures, "_instead_of", lambda *_: None)
        for module in (refunds, otherwise):
            monkeypatch.setattr(module, "seen_there", lambda _refund, **_how: None)
    if "there" in first:
        there_before_it_was_refused(refused, stripe_part, refused.cents)
        noted(refused, how)
    else:
        noted(refused, how)
        there(refused, stripe_part, refused.cents)
    is_kept = not first.startswith("guard")
    assert state_of(refused.order).gone == (1290 if is_kept else 2580)
    assert (listed(refused.capture.account) == []) == is_kept


@pytest.mark.parametrize("first", ["noted", "there"])
@pytest.mark.parametrize("cents", [1000, 1500])
def test_another_amount_there_than_was_noted_is_told(refused, stripe_part, cents, first):
    """What the provider says counts, whichever comes first; what was noted beyond it is told until
    it went back there."""
    if first == "noted":
        noted(refused, "site")
        there(refused, stripe_part, cents)
    else:
        there_before_it_was_refused(refused, stripe_part, cents)
        noted(refused, "site")
    account, order = refused.capture.account, refused.order
    assert (listed(account), state_of(order).gone) == (["on_site"], max(1290, cents))
    assert f"you paid €12.90 back on the provider’s site, and there stand €{cents // 100}" in told(
        order
    )
    if cents == 1000:
        there(refused, stripe_part, 290)
        assert (listed(account), state_of(order).gone) == ([], 1290)
        assert sorted(PaidOtherwise.objects.values_list("cents", flat=True)) == [290, 1000]


@pytest.mark.parametrize("first", ["noted", "there", "between", "guard removed"])
def test_one_refund_there_for_two_that_were_noted_counts_once(
    refused, stripe_part, first, monkeypatch
):
    """The control: where it is not shared out, more counts as gone than went, and none is told."""
    if first == "guard removed":
        monkeypatch.setattr(captures, "_share_out", lambda _capture: None)
    other = another_of(refused, 500)
    if first == "there":
        there_before_it_was_refused(refused, stripe_part, 1790)
    noted(refused, "site")
    if first == "between":
        there(refused, stripe_part, 1790)
    noted(other, "site")
    if first in ("noted", "guard removed"):
        there(refused, stripe_part, 1790)
    gone = 2290 if first == "guard removed" else 1790
    assert (listed(refused.capture.account), state_of(refused.order).gone) == ([], gone)


def test_what_was_refused_here_is_what_was_made_there_before_what_was_paid_by_a_transfer(
    refused, stripe_part
):
    """The comparison asks for a transfer and “I have paid it back”, or the site and no button."""
    other = another_of(refused, refused.cents)
    noted(refused, "by_hand")
    there(refused, stripe_part, refused.cents)
    other.refresh_from_db()
    assert (other.status, other.ref != "") == ("done", True)
    assert (listed(refused.capture.account), state_of(refused.order).gone) == ([], 2580)


@pytest.mark.parametrize("how", ["by_hand", "site"])
def test_what_failed_there_and_was_paid_by_hand_since_is_no_refund_more(order, stripe_part, how):
    """The bank takes back what was made on the site; its owner pays otherwise, and notes it."""
    money = paid(order, stripe_part)
    ref = stripe_part.refund_by_hand(money.ref, 500)
    operations.look(money.session, NOW())
    stripe_part.refunds[ref]["status"] = "failed"
    operations.look(money.session, NOW())
    assert Refund.objects.get().status == "failed"
    noted(Refund.objects.get(), how)
    operations.look(money.session, NOW())
    assert (Refund.objects.get().status, state_of(order).gone) == ("done", 500)


def test_what_was_noted_as_made_there_and_is_not_is_told(refused):
    noted(refused, "site")
    assert listed(refused.capture.account) == ["on_site"]


def test_two_amounts_of_which_nobody_said_that_they_are_one_are_both_counted(refused, stripe_part):
    noted(refused, "by_hand")
    there(refused, stripe_part, 1000)
    assert (listed(refused.capture.account), state_of(refused.order).gone) == (["by_hand"], 2290)
    assert "€12.90 as paid back, and €10.00 went back" in told(refused.order)
    assert Capture.objects.get().cents == 3889


@pytest.mark.parametrize("how", ["by_hand", "cash"])
def test_it_counts_on_the_day_on_which_its_owner_paid_it(refused, client, how):
    """Default: today. Neither a day to come nor one before the money came in."""
    today = timezone.localdate()
    day = today - timedelta(days=3)
    Capture.objects.update(captured_at=NOW() - timedelta(days=4))
    shop, order = refused.order.shop, refused.order
    client.force_login(make_staff(shop, StaffRole.MANAGER))
    page = client.get(reverse("counter:order", args=[shop.slug, order.pk])).content.decode()
    defaults = set(re.findall(r'name="dated" value="([\d-]+)"', page))
    assert defaults in ({today.isoformat()}, {timezone.localdate().isoformat()})
    (form,) = [x for x in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="by_hand"' in x]
    assert form.count("<button") == 1, "Enter in the field of the day tries no refund again"
    path = reverse("counter:refund_again", args=[shop.slug, refused.pk])
    form = {"by_hand": "1"} if how == "by_hand" else {"otherwise": "1", "amount": "12,90"}
    for wrong in (today + timedelta(days=2), today - timedelta(days=5)):
        client.post(path, form | {"how": how, "dated": wrong.isoformat()})
        refused.refresh_from_db()
        assert refused.status == "failed"
    client.post(path, form | {"how": how, "dated": day.isoformat()})
    back = [x for x in reported(shop, day, today, actor=SYSTEM, by=CountedBy.PAID) if x.is_refund]
    assert [(row.day, row.cents) for row in back] == [(day, -1290)]


def test_a_transfer_counts_on_the_day_that_the_bank_gives_it(order):
    came(order, days=3)
    last = timezone.localdate()
    rows = reported(order.shop, last - timedelta(days=9), last, actor=SYSTEM, by=CountedBy.PAID)
    assert {row.day for row in rows} == {(NOW() - timedelta(days=3)).date()}
    assert sum(row.cents for row in rows) == 3889


def test_what_was_given_back_on_the_providers_site_is_asked_of_nobody_again(order, stripe_part):
    """The control: what a transfer lacks that was taken back is (`test_taken_back`)."""
    money = paid(order, stripe_part)
    stripe_part.refund_by_hand(money.ref, 500)
    operations.look(money.session, NOW())
    state = state_of(order)
    assert (state.gone, state.lacking, state.missing, state.surplus) == (500, 0, 0, 0)
