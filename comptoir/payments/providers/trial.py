"""The test provider: it plays a bank in this database, moves no money, and behaves like a real one.

It opens, is paid, takes its time, fails, expires, refunds and refuses refunds; its notices are
signed as Stripe's are, and come late, twice or in another order as its page is told to. It is there
only where the installation says that it is a trial (`allowed`): elsewhere it opens nothing, and
what it says of a session is that nobody paid.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from comptoir.payments.errors import BadSignature, NoWayToPay, Refused
from comptoir.payments.models import TrialPayment
from comptoir.payments.providers.protocol import (
    Back,
    Listed,
    Opened,
    Returned,
    Seen,
    State,
    Told,
    Wanted,
)
from comptoir.payments.providers.stripe import check_signature, sign

_STATES = {"open": State.OPEN, "pending": State.PENDING, "paid": State.PAID}


def allowed() -> bool:
    """Return whether this installation says that it is a trial: that no order of it is real."""
    return bool(settings.DEMO or settings.TRIAL_PAYMENTS)


class Trial:
    """A bank of the imagination. Raises `NoWayToPay` where there is none."""

    shortest = timedelta(0)

    def __init__(self, *, signing: str) -> None:
        if not allowed():
            raise NoWayToPay
        self._signing = signing

    def check(self) -> str:
        """It is always there."""
        return ""

    def open(self, wanted: Wanted) -> Opened:
        """Open a session, once a key."""
        TrialPayment.objects.get_or_create(
            key=wanted.key,
            defaults={
                "cents": wanted.cents,
                "created_at": timezone.now(),
                "expires_at": wanted.expires_at,
            },
        )
        return Opened(_ref(wanted.key), page_of(wanted.key))

    @transaction.atomic
    def close(self, ref: str) -> None:
        """Have an open session be paid no more."""
        found = _locked(ref)
        if found.state == "open":
            found.state = "expired"
            found.save(update_fields=["state"])

    @transaction.atomic
    def look(self, ref: str) -> Seen:
        """Return a session as it stands; what was pending is paid when its time has come."""
        found = _locked(ref)
        _pass_time(found, timezone.now())
        state = _STATES.get(found.state, State.ENDED)
        if state is not State.PAID:
            return Seen(ref, state)
        back = tuple(_returned(key, each) for key, each in sorted(found.refunds.items()))
        return Seen(ref, state, _payment(found.key), found.cents, found.paid_at, back)

    def find(self, key: str, since: datetime) -> Opened | None:  # noqa: ARG002
        """Return the session of a key."""
        known = TrialPayment.objects.filter(key=key).exists()
        return Opened(_ref(key), page_of(key)) if known else None

    @transaction.atomic
    def refund(self, payment: str, *, cents: int, key: str) -> Returned:
        """Pay back, once a key, never more than came in; or refuse where its page was told to."""
        found = _locked(payment)
        if key not in found.refunds:
            gone = sum(each["cents"] for each in found.refunds.values() if each["good"])
            if found.state != "paid" or gone + cents > found.cents:
                raise Refused("charge_already_refunded")
            found.refunds[key] = {"cents": cents, "good": not found.refuses_refunds}
            found.save(update_fields=["refunds"])
        return _returned(key, found.refunds[key])

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """Check the signature, which is as Stripe's, and read which session it is about."""
        check_signature(headers.get("stripe-signature", ""), body, self._signing, now)
        try:
            said = json.loads(body)
            return Told(str(said["id"]), str(said["type"]), _ref(said["key"]), str(said["key"]))
        except (ValueError, KeyError, TypeError):
            raise BadSignature from None

    def notice(self, key: str, kind: str, at: datetime) -> tuple[dict[str, str], bytes]:
        """Return headers and body of a notice about a session, signed now."""
        body = json.dumps({"id": f"evt_{uuid4().hex}", "type": kind, "key": key}).encode()
        signed = f"t={int(at.timestamp())},v1={sign(body, self._signing, at)}"
        return {"stripe-signature": signed}, body

    def listed(self, since: datetime) -> Iterator[Listed]:
        """Yield what was paid since a moment, of all shops: each account finds its own by key."""
        for each in TrialPayment.objects.filter(state="paid", created_at__gte=since):
            back = sum(one["cents"] for one in each.refunds.values() if one["good"])
            yield Listed(_payment(each.key), each.key, each.created_at, each.cents, back)


@transaction.atomic
def act(key: str, *, how: str, now: datetime, delay: timedelta = timedelta(0)) -> bool:
    """Do at the test bank what its page was told: `paid`, `pending` (paid once `delay` is over),
    `failed` or `refuses` (paid, and no refund goes through later); return whether it was open.

    Guard: whoever knows the session's key. Locks and writes: the session at the test bank. Raises
    `NoWayToPay`, `Refused` (of an unknown session).
    """
    if not allowed():
        raise NoWayToPay
    found = _locked(key)
    _pass_time(found, now)
    if found.state != "open":
        return False
    found.state = {"refuses": "paid"}.get(how, how)
    found.refuses_refunds = how == "refuses"
    found.paid_at = now if found.state == "paid" else None
    found.settles_at = now + delay if how == "pending" else None
    found.save()
    return True


def page_of(key: str) -> str:
    """Return the address of the page on which a session is paid."""
    return str(settings.BASE_URL + reverse("site:trial_payment", args=[key]))


def _locked(ref: str) -> TrialPayment:
    key = ref.removeprefix("trial_").removeprefix("pay_")
    try:
        return TrialPayment.objects.select_for_update().get(key=key)
    except TrialPayment.DoesNotExist:
        raise Refused("resource_missing") from None


def _pass_time(found: TrialPayment, now: datetime) -> None:
    if found.state == "open" and found.expires_at <= now:
        found.state = "expired"
    elif found.state == "pending" and found.settles_at and found.settles_at <= now:
        found.state, found.paid_at = "paid", found.settles_at
    else:
        return
    found.save(update_fields=["state", "paid_at"])


def _ref(key: str) -> str:
    return f"trial_{key}"


def _payment(key: str) -> str:
    return f"pay_{key}"


def _returned(key: str, each: dict[str, object]) -> Returned:
    state = Back.DONE if each["good"] else Back.FAILED
    return Returned(f"back_{key}", key, int(str(each["cents"])), state)
