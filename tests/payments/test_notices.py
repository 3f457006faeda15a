"""A notice is kept before it is acknowledged, once; what is not kept is told again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from comptoir.core import limits
from comptoir.orders.models import OrderStatus
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account, Capture, Notice, Session
from comptoir.payments.reads.state import Standing, state_of
from comptoir.site.payment import notices
from tests.payments.world import STRIPE, account_of

pytestmark = pytest.mark.django_db
EXEMPT = {
    "site:alerts_end": "the button of a mail program (RFC 8058): the word of the link is the right",
    "site:payment_notice": "a provider has no session here: its signature is the right",
    "site:trial_paid": "a program's: the session's word is the right, and no money moves",
}
"""The views of the site that ask for no CSRF token, each with why."""


def account() -> Account:
    return Account.objects.get(provider=ProviderName.STRIPE)


def sent(body: bytes, signed: str, token: str = "", **more: str):
    path = reverse("site:payment_notice", args=["stripe", token or account().token])
    strict = Client(enforce_csrf_checks=True)
    headers = {"Stripe-Signature": signed, **more}
    return strict.post(path, body, content_type="application/json", headers=headers)


def paid(order, part) -> dict:
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=timezone.now())
    part.pay(session.ref)
    return part.events[-1]


def settle_all() -> None:
    for each in Notice.objects.filter(settled_at=None):
        operations.settle_notice(notice_id=each.pk, now=timezone.now())


def test_a_notice_confirms_the_order_once_however_often_it_comes(order, stripe_part):
    body, signed = stripe_part.signed(paid(order, stripe_part))
    assert [sent(body, signed).status_code for _ in range(3)] == [200] * 3
    notice = Notice.objects.get()
    assert (notice.times, notice.settled_at) == (3, None)
    assert "lea@example.org" not in str(vars(notice))
    settle_all()
    assert Notice.objects.get().settled_at is not None
    assert Capture.objects.get().cents == 3889
    assert state_of(order).standing == Standing.PAID
    order.refresh_from_db()
    assert (order.status, order.deadline) == (OrderStatus.PLACED, None)


def test_completed_and_unpaid_confirms_nothing(order, stripe_part):
    Account.objects.update(slow=True)
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=timezone.now())
    stripe_part.pay(session.ref, later=True)
    sent(*stripe_part.signed(stripe_part.events[-1]))
    settle_all()
    state = state_of(order)
    assert (state.standing, state.is_settled, state.captured) == (Standing.PENDING, False, 0)
    stripe_part.come(session.ref)
    sent(*stripe_part.signed(stripe_part.events[-1]))
    settle_all()
    assert state_of(order).is_settled


def test_one_that_comes_before_its_session_is_kept_and_settled_later(order, stripe_part):
    event = paid(order, stripe_part)
    known = Session.objects.get()
    hidden = {"token": known.token, "ref": known.ref}
    Session.objects.update(token="cpt_other", ref="cs_other")
    assert sent(*stripe_part.signed(event)).status_code == 200
    settle_all()
    kept = Notice.objects.get()
    assert (kept.settled_at, kept.tries) == (None, 1)
    assert kept.next_at > timezone.now()
    tomorrow = timezone.now() + timedelta(days=2)
    found = operations.reconcile(account=account(), now=tomorrow).differences
    assert {each["what"] for each in found} == {"unknown", "money"}
    Session.objects.update(**hidden)
    operations.sweep(now=tomorrow)
    assert Notice.objects.get().settled_at is not None
    assert operations.reconcile(account=account(), now=tomorrow).differences == []


@pytest.mark.parametrize("by_mark", [True, False])
def test_a_notice_to_a_new_account_here_finds_the_session_of_the_former(
    order, stripe_part, by_mark
):
    event = paid(order, stripe_part)
    present = account_of(order.shop, secrets=STRIPE)
    sent(*stripe_part.signed(event), present.token)
    if not by_mark:
        Notice.objects.update(key="")
    settle_all()
    assert Capture.objects.get().cents == 3889


def test_a_notice_of_nobody_is_asked_about_for_35_days(order, stripe_part):
    event = paid(order, stripe_part) | {"id": "evt_lost"}
    sent(*stripe_part.signed(event))
    Session.objects.update(token="cpt_other", ref="cs_other")
    for days, is_tried in ((34, True), (35, False)):
        operations.sweep(now=timezone.now() + timedelta(days=days))
        assert (Notice.objects.get().next_at is not None) == is_tried


def test_what_is_not_signed_too_large_or_too_often_is_not_kept(order, stripe_part, settings):
    body, signed = stripe_part.signed(paid(order, stripe_part))
    assert sent(body, signed.replace("v1=", "v1=0")).status_code == 400
    assert sent(body + b" ", signed).status_code == 400
    assert sent(body, signed, token="x" * 43).status_code == 404
    assert sent(b"x" * (notices.LARGEST + 1), signed).status_code == 413
    settings.PAYMENTS_KEYS = ("another key of thirty-two characters",)
    assert sent(body, signed).status_code == 503
    settings.RATE_LIMITS = True
    limits.reads.clear()
    notices_of_one = {sent(body, "").status_code for _ in range(notices.PER_ACCOUNT.count + 1)}
    assert 429 in notices_of_one
    assert not Notice.objects.exists()


def test_a_strangers_event_of_the_same_account_is_let_be(order, stripe_part):
    event = paid(order, stripe_part)
    event["data"]["object"]["metadata"] = {}
    event["data"]["object"]["client_reference_id"] = "other program"
    assert sent(*stripe_part.signed(event)).status_code == 200
    assert Notice.objects.get().settled_at is not None
    assert not Capture.objects.exists()


def test_the_views_without_csrf_are_these():
    names = get_resolver("comptoir.site.urls")
    found = {
        f"site:{pattern.name}"
        for pattern in names.url_patterns
        if getattr(pattern.callback, "csrf_exempt", False)
    }
    assert found == EXEMPT.keys()
