"""Mollie's payments API, version 2: JSON both ways, notices that name a payment and nothing else.

Source: docs.mollie.com/reference (create-payment, get-payment, cancel-payment, create-refund,
list-payments, list-methods) and docs.mollie.com/reference/webhooks. A notice bears no signature:
whoever reads it asks Mollie, with the shop's own key, how that payment stands; so a forged one
tells nothing. Its address holds the account's secret word. A key repeats its first answer for an
hour.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

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

_ID = re.compile(r"tr_[A-Za-z0-9]{1,60}")
_STATES = {"open": State.OPEN, "pending": State.PENDING, "authorized": State.PENDING}
_BACK = {"refunded": Back.DONE, "failed": Back.FAILED, "canceled": Back.FAILED}
_SLOW = frozenset({"banktransfer", "directdebit", "multibanco", "paybybank", "trustly"})
"""Ways to pay by which the money takes days."""
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


class Mollie:
    """A shop's own Mollie profile, by its key."""

    shortest = timedelta(0)

    def __init__(self, *, key: str) -> None:
        self._key = key

    def check(self) -> str:
        """Ask for the profile of the key."""
        return str(self._call("profiles/me").get("name") or "")

    def open(self, wanted: Wanted) -> Opened:
        """Make a payment. How long it may be paid is the method's own: `close` ends it sooner. It
        is `Refused` where no slow one is wanted and the profile has none that settles at once."""
        said = {
            "amount": _amount(wanted.cents),
            "description": wanted.name[:250],
            "redirectUrl": wanted.return_url,
            "cancelUrl": wanted.cancel_url,
            "webhookUrl": wanted.notice_url,
            "locale": _LOCALES.get(wanted.language, "en_GB"),
            "metadata": {MARK: wanted.key},
        }
        if not wanted.slow:
            said["method"] = self._at_once()
        return _opened(self._call("payments", said, key=wanted.key))

    def _at_once(self) -> list[str]:
        """Return the ways to pay that the profile offers by which the money is there at once. Of
        those that it does not offer none may be named."""
        rows = self._call("methods")["_embedded"]["methods"]
        found = [str(each["id"]) for each in rows if each["id"] not in _SLOW]
        if not found:
            raise Refused("no_method_at_once")
        return found

    def close(self, ref: str) -> None:
        """Cancel a payment; one that Mollie does not let be cancelled any more stays open there
        until it expires, and money that still comes by it is late."""
        try:
            self._call(f"payments/{ref}", method="DELETE")
        except Refused as refusal:
            if refusal.data["said"] != "Unprocessable Entity":
                raise

    def look(self, ref: str) -> Seen:
        """Read a payment, and once paid its refunds."""
        found = self._call(f"payments/{ref}")
        if found["status"] != "paid":
            return Seen(ref, _state(found))
        refunds = self._all(f"payments/{ref}/refunds", "refunds")
        at = datetime.fromisoformat(str(found["paidAt"]))
        return Seen(ref, State.PAID, ref, _cents(found), at, tuple(map(_returned, refunds)))

    def find(self, key: str, since: datetime) -> Opened | None:
        """Look through the payments made since a moment."""
        for each in self._since(since):
            if _mark(each) == key:
                return _opened(each)
        return None

    def refund(self, payment: str, *, cents: int, key: str) -> Returned:
        """Refund so much of a payment."""
        said = {"amount": _amount(cents), "description": key, "metadata": {MARK: key}}
        return _returned(self._call(f"payments/{payment}/refunds", said, key=key))

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:  # noqa: ARG002
        """Read which payment a notice is about. Each is one by itself: Mollie names none."""
        named = parse_qs(body.decode("utf-8", errors="replace")).get("id", [""])[0]
        if not _ID.fullmatch(named):
            raise BadSignature
        return Told(f"{named}:{uuid4().hex}", "payment", named)

    def listed(self, since: datetime) -> Iterator[Listed]:
        """Yield the payments made since a moment that were paid and bear our mark."""
        for each in self._since(since):
            if (key := _mark(each)) and each["status"] == "paid":
                at = datetime.fromisoformat(str(each["createdAt"]))
                if (currency := str(each["amount"]["currency"]).lower()) != "eur":
                    yield Listed(str(each["id"]), key, at, 0, 0, currency)
                    continue
                back = _cents(each, "amountRefunded") if each.get("amountRefunded") else 0
                yield Listed(str(each["id"]), key, at, _cents(each), back)

    def _since(self, since: datetime) -> Iterator[dict[str, Any]]:
        for each in self._all("payments", "payments"):
            if datetime.fromisoformat(str(each["createdAt"])) < since - timedelta(minutes=5):
                return
            yield each

    def _all(self, path: str, name: str) -> Iterator[dict[str, Any]]:
        """Yield a list of Mollie's, page by page, newest first."""
        after = ""
        while True:
            found = self._call(f"{path}?limit=250{after}")
            rows = found["_embedded"][name]
            yield from rows
            following = (found.get("_links") or {}).get("next")
            if not (following and rows):
                return
            # The page after begins with the one that its address names.
            begin = parse_qs(str(following["href"]).partition("?")[2])["from"][0]
            after = f"&from={begin}"

    def _call(
        self, path: str, said: object = None, *, method: str = "", key: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        content = b""
        if said is not None:
            headers |= {"Content-Type": "application/json"}
            content = json.dumps(said).encode()
        if key:
            headers["Idempotency-Key"] = key
        return call(
            f"{settings.MOLLIE_URL}/v2/{path}",
            method=method or ("POST" if said is not None else "GET"),
            headers=headers,
            content=content,
        )


def _state(found: dict[str, Any]) -> State:
    """Return how a payment stands that is not paid. A transfer that the reader has chosen stays
    `open` there until its money comes."""
    state = _STATES.get(str(found["status"]), State.ENDED)
    return State.PENDING if state is State.OPEN and found.get("method") in _SLOW else state


def _amount(cents: int) -> dict[str, str]:
    return {"currency": "EUR", "value": f"{cents // 100}.{cents % 100:02}"}


def _cents(found: dict[str, Any], name: str = "amount") -> int:
    if found[name]["currency"] != "EUR":
        raise Refused("not_in_euros")
    euros, _dot, rest = str(found[name]["value"]).partition(".")
    return int(euros) * 100 + int((rest + "00")[:2])


def _mark(found: dict[str, Any]) -> str:
    about = found.get("metadata")
    return str(about.get(MARK) or "") if isinstance(about, dict) else ""


def _opened(found: dict[str, Any]) -> Opened:
    checkout = (found.get("_links") or {}).get("checkout") or {}
    return Opened(str(found["id"]), str(checkout.get("href") or ""))


def _returned(found: dict[str, Any]) -> Returned:
    state = _BACK.get(str(found["status"]), Back.ON_ITS_WAY)
    return Returned(str(found["id"]), _mark(found), _cents(found), state)
