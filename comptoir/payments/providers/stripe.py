"""Stripe Checkout over plain HTTP: form-encoded requests, JSON answers, signed notices.

Source: docs.stripe.com/api (checkout/sessions, refunds, charges), docs.stripe.com/webhooks and
docs.stripe.com/payments/checkout/managing-limited-inventory. A session lives 30 minutes at least
and 24 hours at most; a key repeats its first answer for 24 hours; `completed` may be unpaid.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from comptoir.payments.errors import BadSignature, Refused
from comptoir.payments.providers.protocol import (
    MARK,
    Back,
    Listed,
    Opened,
    Returned,
    Seen,
    State,
    Told,
    Wanted,
)
from comptoir.payments.providers.wire import call

TOLERANCE = timedelta(minutes=5)
VERSION = "2024-06-20"
_OF_REFUNDS = ("refund.", "charge.refund")
_BACK = {"succeeded": Back.DONE, "failed": Back.FAILED, "canceled": Back.FAILED}


class Stripe:
    """A shop's own Stripe account: its secret or restricted key, and its endpoint's secret."""

    shortest = timedelta(minutes=30)

    def __init__(self, *, key: str, signing: str) -> None:
        self._key, self._signing = key, signing

    def check(self) -> str:
        """Ask for the list of sessions, which the key has to be good for."""
        self._get("checkout/sessions", limit=1)
        return ""

    def open(self, wanted: Wanted) -> Opened:
        """Open a Checkout session of one line with the whole sum."""
        item = "line_items[0]"
        said = {
            "mode": "payment",
            f"{item}[quantity]": 1,
            f"{item}[price_data][currency]": "eur",
            f"{item}[price_data][unit_amount]": wanted.cents,
            f"{item}[price_data][product_data][name]": wanted.name[:250],
            "client_reference_id": wanted.key,
            f"metadata[{MARK}]": wanted.key,
            # The mark on the money too: charges take the metadata of their payment intent.
            f"payment_intent_data[metadata][{MARK}]": wanted.key,
            "success_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "expires_at": int(wanted.expires_at.timestamp()),
            "locale": wanted.language,
            # The reader pays what the order says, in euros, wherever their card is from.
            "adaptive_pricing[enabled]": "false",
        }
        if not wanted.slow:
            # Cards and their wallets settle at once; without this line the page offers whatever the
            # shop has switched on at Stripe, debits and transfers too.
            said["payment_method_types[0]"] = "card"
        found = self._post("checkout/sessions", said, key=wanted.key)
        return Opened(str(found["id"]), str(found["url"]))

    def close(self, ref: str) -> None:
        """Expire an open session; Stripe refuses that for any other, which is what is wanted."""
        try:
            self._post(f"checkout/sessions/{ref}/expire", {}, key=f"{ref}-expire")
        except Refused:
            if self.look(ref).state is State.OPEN:
                raise

    def look(self, ref: str) -> Seen:
        """Read a session with its payment intent, and once paid its refunds. What was paid in
        another currency than euros is `Refused`: the comparison lists it."""
        found = self._get(f"checkout/sessions/{ref}", **{"expand[]": "payment_intent"})
        intent = found.get("payment_intent") or {}
        state = _state(found, intent)
        if state is not State.PAID:
            return Seen(ref, state)
        if intent["currency"] != "eur":
            raise Refused("not_in_euros")
        payment = str(intent["id"])
        refunds = self._all("refunds", payment_intent=payment)
        return Seen(
            ref,
            state,
            payment,
            int(intent["amount_received"]),
            datetime.fromtimestamp(int(intent["created"]), UTC),
            tuple(map(_returned, refunds)),
        )

    def find(self, key: str, since: datetime) -> Opened | None:
        """Look through the sessions made since a moment."""
        begin = int((since - TOLERANCE).timestamp())
        for each in self._all("checkout/sessions", **{"created[gte]": begin}):
            if each.get("client_reference_id") == key:
                return Opened(str(each["id"]), str(each.get("url") or ""))
        return None

    def refund(self, payment: str, *, cents: int, key: str) -> Returned:
        """Refund so much of a payment intent."""
        said = {"payment_intent": payment, "amount": cents, f"metadata[{MARK}]": key}
        return _returned(self._post("refunds", said, key=key))

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """Check `Stripe-Signature` and read the event."""
        check_signature(headers.get("stripe-signature", ""), body, self._signing, now)
        try:
            event = json.loads(body)
            about = event["data"]["object"]
            told, kind = str(event["id"]), str(event["type"])
        except (ValueError, KeyError, TypeError):
            raise BadSignature from None
        if kind.startswith("checkout.session."):
            key = str(about.get("client_reference_id") or "")
            return Told(told, kind, str(about["id"]), key, ours=_is_ours(about))
        if kind.startswith(_OF_REFUNDS):
            payment = str(about.get("payment_intent") or "")
            return Told(told, kind, payment=payment, ours=bool(payment))
        return Told(told, kind, ours=False)

    def listed(self, since: datetime) -> Iterator[Listed]:
        """Yield the charges made since a moment that were captured and bear our mark."""
        for each in self._all("charges", **{"created[gte]": int(since.timestamp())}):
            key = (each.get("metadata") or {}).get(MARK)
            if key and each.get("captured") and each.get("status") == "succeeded":
                payment, currency = str(each["payment_intent"]), str(each["currency"])
                cents, back = int(each["amount_captured"]), int(each["amount_refunded"])
                if currency != "eur":
                    cents = back = 0
                at = datetime.fromtimestamp(int(each["created"]), UTC)
                yield Listed(payment, str(key), at, cents, back, currency)

    def _all(self, path: str, **asked: object) -> Iterator[dict[str, Any]]:
        """Yield a list of Stripe's, page by page, newest first."""
        after: dict[str, object] = {}
        while True:
            found = self._get(path, limit=100, **asked, **after)
            rows = found["data"]
            yield from rows
            if not (found.get("has_more") and rows):
                return
            after = {"starting_after": rows[-1]["id"]}

    def _get(self, path: str, **asked: object) -> dict[str, Any]:
        query = f"?{urlencode(asked)}" if asked else ""
        return call(f"{settings.STRIPE_URL}/v1/{path}{query}", headers=self._headers())

    def _post(self, path: str, said: Mapping[str, object], *, key: str) -> dict[str, Any]:
        kind = "application/x-www-form-urlencoded"
        return call(
            f"{settings.STRIPE_URL}/v1/{path}",
            method="POST",
            headers={**self._headers(), "Content-Type": kind, "Idempotency-Key": key},
            content=urlencode(said).encode(),
        )

    def _headers(self) -> dict[str, str]:
        word = b64encode(f"{self._key}:".encode()).decode()
        return {"Authorization": f"Basic {word}", "Stripe-Version": VERSION}


def sign(body: bytes, secret: str, at: datetime) -> str:
    """Return the `v1` signature of a notice: HMAC-SHA256 of the moment, a dot and the body."""
    signed = f"{int(at.timestamp())}.".encode() + body
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def check_signature(header: str, body: bytes, secret: str, now: datetime) -> None:
    """Raise `BadSignature` unless one `v1` of the header is right (there are several while a secret
    is being changed) and its moment is within five minutes of ours."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _equals, value in parts if name == "t" and _is_number(value)]
    if len(moments) != 1 or len(moments[0]) > 11:
        raise BadSignature
    at = datetime.fromtimestamp(int(moments[0]), UTC)
    right = sign(body, secret, at)
    signed = [value for name, _equals, value in parts if name == "v1"]
    if abs(now - at) > TOLERANCE or not any(
        hmac.compare_digest(right.encode(), value.encode()) for value in signed
    ):
        raise BadSignature


def _is_number(value: str) -> bool:
    # `isdigit` takes "²" for one, which is no number to `int`.
    return value.isascii() and value.isdecimal()


def _is_ours(session: dict[str, Any]) -> bool:
    return MARK in (session.get("metadata") or {})


def _state(session: dict[str, Any], intent: dict[str, Any]) -> State:
    if session["status"] == "open":
        return State.OPEN
    if session["status"] == "expired":
        return State.ENDED
    if session["payment_status"] == "paid":
        return State.PAID
    # Complete and unpaid: a debit or a transfer that takes days, or that has failed since.
    failed = intent.get("status") in ("requires_payment_method", "canceled")
    return State.ENDED if failed else State.PENDING


def _returned(found: dict[str, Any]) -> Returned:
    state = _BACK.get(str(found["status"]), Back.ON_ITS_WAY)
    key = str((found.get("metadata") or {}).get(MARK) or "")
    why = str(found.get("failure_reason") or "")
    return Returned(str(found["id"]), key, int(found["amount"]), state, why)
