"""A refund that its owner notes as paid back, and that was made on the provider's site: the same
cents count once, whichever comes first; other amounts are told."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.payments import operations
from comptoir.payments.models import Capture, PaidOtherwise, Refund
from comptoir.payments.operations import OtherwiseSaid, captures, otherwise, refunds
from comptoir.payments.reads.state import state_of
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


def there_before_it_was_refused(refund: Refund, part: StripePart) -> None:
    """Have it made on the site while it was only asked for: it stands as one of its own."""
    Refund.objects.update(status="asked")
    there(refund, part, refund.cents)
    Refund.objects.filter(pk=refund.pk).update(status="failed")
    assert Refund.objects.count() == 2


@pytest.mark.parametrize("how", ["by_hand", "site"])
@pytest.mark.parametrize("first", ["noted", "there", "guard removed", "guard removed, there first"])
def test_the_same_cents_count_once(refused, stripe_part, how, first, monkeypatch):
    if first.startswith("guard"):
        monkeypatch.setattr(captures, "_instead_of", lambda *_: None)
        for module in (refunds, otherwise):
            monkeypatch.setattr(module, "seen_there", lambda _refund: None)
    if "there" in first:
        there_before_it_was_refused(refused, stripe_part)
        noted(refused, how)
    else:
        noted(refused, how)
        there(refused, stripe_part, refused.cents)
    is_kept = not first.startswith("guard")
    assert state_of(refused.order).gone == (1290 if is_kept else 2580)
    assert (listed(refused.capture.account) == []) == is_kept


@pytest.mark.parametrize("cents", [1000, 1500])
def test_another_amount_there_than_was_noted_is_told(refused, stripe_part, cents):
    """What the provider says counts; what was noted beyond it is told until it went back there."""
    noted(refused, "site")
    there(refused, stripe_part, cents)
    account, order = refused.capture.account, refused.order
    assert (listed(account), state_of(order).gone) == (["on_site"], max(1290, cents))
    assert f"you paid €12.90 back on the provider’s site, and there stand €{cents // 100}" in told(
        order
    )
    if cents == 1000:
        there(refused, stripe_part, 290)
        assert (listed(account), state_of(order).gone) == ([], 1290)
        assert sorted(PaidOtherwise.objects.values_list("cents", flat=True)) == [290, 1000]


def test_what_was_noted_as_made_there_and_is_not_is_told(refused):
    noted(refused, "site")
    assert listed(refused.capture.account) == ["on_site"]


def test_two_amounts_of_which_nobody_said_that_they_are_one_are_both_counted(refused, stripe_part):
    noted(refused, "by_hand")
    there(refused, stripe_part, 1000)
    assert (listed(refused.capture.account), state_of(refused.order).gone) == (["by_hand"], 2290)
    assert "€12.90 as paid back, and €10.00 went back" in told(refused.order)
    assert Capture.objects.get().cents == 3889
