"""Stripe's part, played on this machine: its documented HTTP, objects, keys and signed events.

Written from docs.stripe.com/api and docs.stripe.com/webhooks: form-encoded requests with the secret
key as the name of Basic authentication; a key repeats its first answer, and the same key with other
parameters is an `idempotency_error`; sessions live 30 minutes to 24 hours; `complete` may be
`unpaid`; `payment_method_types` are all that a session offers; only an open session can be expired;
no more can be refunded than was received; lists are newest first, in pages.
"""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from comptoir.payments.providers.stripe import sign
from tests.answering import answering, reply

KEY, SIGNING = "sk_test_51abcdefghijkl", "whsec_abcdefghijklmnop"
SHORTEST, LONGEST = 30 * 60, 24 * 3600
Fields = dict[str, str]


@dataclass
class StripePart:
    """One account at Stripe, of the secret `key`. `at` is its clock, None for the real one; `fails`
    makes that many of the next calls answer 500 after they were done (an answer that is lost),
    `refuses_refunds` refuses the next refunds."""

    url: str = ""
    key: str = KEY
    at: datetime | None = None
    fails: int = 0
    refuses_refunds: bool = False
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def now(self) -> int:
        """Its clock, in Unix seconds."""
        return int((self.at or datetime.now(UTC)).timestamp())

    def session(self, ref: str) -> dict[str, Any]:
        """Return a session, expired if its time is over."""
        found = self.sessions[ref]
        if found["status"] == "open" and found["expires_at"] <= self.now:
            self._expire(found)
        return found

    def pay(self, ref: str, *, later: bool = False) -> bool:
        """Have the customer pay by a session; with `later` by a debit that takes days. Return
        whether it was still open, and offers that."""
        with self._turn:
            found = self.session(ref)
            if found["status"] != "open" or (later and found["methods"] == ["card"]):
                return False
            found["status"], found["url"] = "complete", None
            intent = self._intent(found, "processing" if later else "succeeded")
            found["payment_intent"] = intent["id"]
            if not later:
                self._receive(found, intent)
            self._event("checkout.session.completed", found)
            return True

    def come(self, ref: str, *, good: bool = True) -> bool:
        """Have the money of a debit come, or fail; return whether one was under way."""
        with self._turn:
            found = self.sessions[ref]
            if found["status"] != "complete" or found["payment_status"] != "unpaid":
                return False
            intent = self.intents[found["payment_intent"]]
            if intent["status"] != "processing":
                return False
            if good:
                intent["status"] = "succeeded"
                self._receive(found, intent)
                self._event("checkout.session.async_payment_succeeded", found)
            else:
                intent["status"] = "requires_payment_method"
                self._event("checkout.session.async_payment_failed", found)
            return True

    def refund_by_hand(self, intent: str, cents: int) -> str:
        """Have the shop refund something at Stripe's own pages."""
        with self._turn:
            return str(self._refund({"payment_intent": intent, "amount": str(cents)})["id"])

    def signed(self, event: dict[str, Any], *, secret: str = SIGNING, at: int = 0) -> Any:
        """Return the body of an event and the header that signs it, as Stripe sends both."""
        body = json.dumps(event, indent=2).encode()
        moment = datetime.fromtimestamp(at or self.now, UTC)
        return body, f"t={int(moment.timestamp())},v1={sign(body, secret, moment)}"

    @contextmanager
    def serving(self) -> Iterator["StripePart"]:
        """Answer on a port of its own while the block lasts."""
        with answering(self._answer) as url:
            self.url = url
            yield self

    def _answer(self, handler: Any) -> None:
        parts = urlsplit(handler.path)
        self.calls.append(f"{handler.command} {parts.path}")
        with self._turn:
            status, said = self._answered(handler, parts.path, parts.query)
            if self.fails:
                self.fails -= 1
                status, said = 500, b'{"error": {"type": "api_error"}}'
        reply(handler, status, said, Content_Type="application/json")

    def _answered(self, handler: Any, path: str, query: str) -> tuple[int, bytes]:
        word = handler.headers.get("Authorization", "").removeprefix("Basic ")
        if b64decode(word or b"").decode() != f"{self.key}:":
            return _error(401, "invalid_request_error", "api_key_invalid")
        if handler.command == "GET":
            return self._read(path.removeprefix("/v1/"), parse_qs(query))
        key = handler.headers.get("Idempotency-Key", "")
        said = f"{path}?{handler.body.decode()}"
        if key in self.keys:
            before, status, body = self.keys[key]
            return (status, body) if before == said else _error(400, "idempotency_error")
        status, body = self._write(
            path.removeprefix("/v1/"), dict(parse_qsl(handler.body.decode()))
        )
        if key:
            self.keys[key] = said, status, body
        return status, body

    def _write(self, path: str, said: Fields) -> tuple[int, bytes]:
        if path == "checkout/sessions":
            until = int(said["expires_at"])
            if not self.now + SHORTEST <= until <= self.now + LONGEST:
                return _error(400, "invalid_request_error", "parameter_invalid_integer")
            return _good(self._open(said, until))
        if path.endswith("/expire"):
            found = self.session(path.split("/")[2])
            if found["status"] != "open":
                return _error(400, "invalid_request_error")
            self._expire(found)
            return _good(found)
        if path == "refunds":
            if self.refuses_refunds:
                return _error(400, "invalid_request_error", "charge_disputed")
            intent = self.intents.get(said["payment_intent"])
            gone = sum(
                each["amount"]
                for each in self.refunds.values()
                if each["payment_intent"] == said["payment_intent"] and each["status"] != "failed"
            )
            if intent is None or gone + int(said["amount"]) > intent["amount_received"]:
                return _error(400, "invalid_request_error", "charge_already_refunded")
            return _good(self._refund(said))
        return _error(404, "invalid_request_error", "resource_missing")

    def _read(self, path: str, asked: dict[str, list[str]]) -> tuple[int, bytes]:
        if path == "checkout/sessions":
            return self._listed(self.sessions, asked)
        if path.startswith("checkout/sessions/"):
            ref = path.rpartition("/")[2]
            if ref not in self.sessions:
                return _error(404, "invalid_request_error", "resource_missing")
            found = dict(self.session(ref))
            if "payment_intent" in asked.get("expand[]", []) and found["payment_intent"]:
                found["payment_intent"] = self.intents[found["payment_intent"]]
            return _good(found)
        if path == "refunds":
            return self._listed(self.refunds, asked)
        if path == "charges":
            return self._listed(self.charges, asked)
        return _error(404, "invalid_request_error", "resource_missing")

    def _listed(self, rows: dict[str, Any], asked: dict[str, list[str]]) -> tuple[int, bytes]:
        found = list(reversed(rows.values()))
        since = int(asked.get("created[gte]", ["0"])[0])
        found = [each for each in found if each["created"] >= since]
        if intent := asked.get("payment_intent"):
            found = [each for each in found if each["payment_intent"] == intent[0]]
        if after := asked.get("starting_after"):
            keys = [each["id"] for each in found]
            found = found[keys.index(after[0]) + 1 :]
        limit = int(asked.get("limit", ["10"])[0])
        page = {"object": "list", "data": found[:limit], "has_more": len(found) > limit}
        return _good(page)

    def _open(self, said: Fields, until: int) -> dict[str, Any]:
        ref = f"cs_test_{next(self._numbers)}"
        found = {
            "id": ref,
            "object": "checkout.session",
            "amount_total": int(said["line_items[0][price_data][unit_amount]"]),
            "client_reference_id": said["client_reference_id"],
            "created": self.now,
            "currency": said["line_items[0][price_data][currency]"],
            "expires_at": until,
            "methods": [each for name, each in said.items() if "payment_method_types" in name],
            "metadata": _metadata(said, "metadata"),
            "intent_metadata": _metadata(said, "payment_intent_data[metadata]"),
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.example/c/pay/{ref}",
            "customer_details": {"email": "lea@example.org", "name": "Léa"},
        }
        self.sessions[ref] = found
        return found

    def _intent(self, session: dict[str, Any], status: str) -> dict[str, Any]:
        ref = f"pi_{next(self._numbers)}"
        self.intents[ref] = {
            "id": ref,
            "object": "payment_intent",
            "currency": session["currency"],
            "amount": session["amount_total"],
            "amount_received": 0,
            "created": self.now,
            "status": status,
            "metadata": session["intent_metadata"],
        }
        return self.intents[ref]

    def _receive(self, session: dict[str, Any], intent: dict[str, Any]) -> None:
        session["payment_status"] = "paid"
        intent["amount_received"] = intent["amount"]
        ref = f"ch_{next(self._numbers)}"
        self.charges[ref] = {
            "id": ref,
            "object": "charge",
            "currency": session["currency"],
            "amount_captured": intent["amount"],
            "amount_refunded": 0,
            "captured": True,
            "created": self.now,
            "metadata": intent["metadata"],
            "payment_intent": intent["id"],
            "status": "succeeded",
        }

    def _refund(self, said: Fields) -> dict[str, Any]:
        ref = f"re_{next(self._numbers)}"
        found = {
            "id": ref,
            "object": "refund",
            "amount": int(said["amount"]),
            "created": self.now,
            "metadata": _metadata(said, "metadata"),
            "payment_intent": said["payment_intent"],
            "status": "succeeded",
        }
        self.refunds[ref] = found
        for charge in self.charges.values():
            if charge["payment_intent"] == found["payment_intent"]:
                charge["amount_refunded"] += found["amount"]
        self._event("refund.created", found)
        return found

    def _expire(self, session: dict[str, Any]) -> None:
        session["status"], session["url"] = "expired", None
        self._event("checkout.session.expired", session)

    def _event(self, kind: str, about: dict[str, Any]) -> None:
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "created": self.now,
            "type": kind,
            "data": {"object": dict(about)},
        }
        self.events.append(event)


def _metadata(said: Fields, name: str) -> Fields:
    begin = f"{name}["
    return {
        key.removeprefix(begin).removesuffix("]"): value
        for key, value in said.items()
        if key.startswith(begin)
    }


def _good(found: dict[str, Any]) -> tuple[int, bytes]:
    return 200, json.dumps(found).encode()


def _error(status: int, kind: str, code: str = "") -> tuple[int, bytes]:
    said = {"type": kind, **({"code": code} if code else {})}
    return status, json.dumps({"error": said}).encode()
