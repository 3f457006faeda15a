"""Mollie's part, played on this machine: payments API version 2, as docs.mollie.com has it.

JSON both ways, the key as a bearer; amounts as strings with two decimals; a payment that is over
cannot be cancelled (422); a notice is a form that names a payment; lists are newest first, and the
page after begins with the payment that `from` names. A payment may name the ways to pay of its
page, out of those that the profile offers; one whose customer has chosen a transfer stays `open`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.answering import answering, reply

KEY = "test_abcdefghijklmnopqrstuvwxyz0123"


@dataclass
class MolliePart:
    """One profile at Mollie, offering `methods`; `page` is how many rows its lists have, `fails`
    makes that many of the next calls answer 503 after they were done (an answer that is lost)."""

    url: str = ""
    fails: int = 0
    page: int = 250
    methods: tuple[str, ...] = ("creditcard", "banktransfer")
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def pay(self, ref: str) -> None:
        """Have the customer pay."""
        self.payments[ref] |= {"status": "paid", "paidAt": _now(), "isCancelable": False}

    def choose(self, ref: str, method: str) -> bool:
        """Have the customer choose a way to pay; return whether the page has it."""
        found = self.payments[ref]
        if method not in (found["offered"] or self.methods):
            return False
        found["method"] = method
        return True

    def ends(self, ref: str, status: str) -> None:
        """Have a payment be `expired`, `failed` or `canceled`."""
        self.payments[ref] |= {"status": status, "isCancelable": False}

    def refund_comes(self, ref: str, status: str = "refunded") -> None:
        """Have a refund that was pending be `refunded`, or `failed`."""
        self.refunds[ref]["status"] = status

    def notice(self, ref: str) -> bytes:
        """Return the body of a notice."""
        return f"id={ref}".encode()

    @contextmanager
    def serving(self) -> Iterator["MolliePart"]:
        """Answer on a port of its own while the block lasts."""
        with answering(self._answer) as url:
            self.url = url
            yield self

    def _answer(self, handler: Any) -> None:
        parts = urlsplit(handler.path)
        status, said = self._answered(handler, parts.path.removeprefix("/v2/"), parts.query)
        if self.fails:
            self.fails -= 1
            status, said = 503, {"status": 503, "title": "Service Unavailable"}
        reply(handler, status, json.dumps(said).encode(), Content_Type="application/hal+json")

    def _answered(self, handler: Any, path: str, query: str) -> tuple[int, dict[str, Any]]:
        if handler.headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"status": 401, "title": "Unauthorized Request"}
        names = path.split("/")
        known = len(names) > 1 and names[0] == "payments"
        if known and names[1] not in self.payments:
            return 404, {"status": 404, "title": "Not Found"}
        if handler.command == "POST":
            return self._once(handler, names)
        if handler.command == "DELETE":
            return self._cancel(names[1])
        if path == "profiles/me":
            return 200, {"resource": "profile", "name": "Disquaire d’essai"}
        if path == "methods":
            rows = [{"resource": "method", "id": each} for each in self.methods]
            return 200, {"count": len(rows), "_embedded": {"methods": rows}}
        if names[-1] == "refunds":
            mine = [each for each in self.refunds.values() if each["paymentId"] == names[1]]
            return 200, {"_embedded": {"refunds": mine}, "_links": {"next": None}}
        if known:
            return 200, self.payments[names[1]]
        return 200, self._list(parse_qs(query))

    def _once(self, handler: Any, names: list[str]) -> tuple[int, dict[str, Any]]:
        key = handler.headers.get("Idempotency-Key", "")
        if key not in self.keys:
            said = json.loads(handler.body)
            found = self._refund(names[1], said) if names[-1] == "refunds" else self._made(said)
            if "title" in found:
                return 422, found
            self.keys[key] = json.dumps(found).encode()
        return 201, json.loads(self.keys[key])

    def _made(self, said: dict[str, Any]) -> dict[str, Any]:
        offered = said.get("method")
        if offered and not set(offered) <= set(self.methods):
            return {"status": 422, "title": "Unprocessable Entity"}
        ref = f"tr_{next(self._numbers)}"
        self.payments[ref] = {
            "resource": "payment",
            "id": ref,
            "status": "open",
            "isCancelable": True,
            "amount": said["amount"],
            "method": None,
            "offered": offered,
            "metadata": said["metadata"],
            "createdAt": _now(),
            "_links": {"checkout": {"href": f"https://www.mollie.example/checkout/{ref}"}},
        }
        return self.payments[ref]

    def _refund(self, ref: str, said: dict[str, Any]) -> dict[str, Any]:
        payment = self.payments[ref]
        gone = float(payment.get("amountRefunded", {"value": "0"})["value"])
        gone += float(said["amount"]["value"])
        if payment["status"] != "paid" or gone > float(payment["amount"]["value"]):
            return {"status": 422, "title": "Unprocessable Entity"}
        payment["amountRefunded"] = {"currency": "EUR", "value": f"{gone:.2f}"}
        found = {
            "id": f"re_{next(self._numbers)}",
            "paymentId": ref,
            "amount": said["amount"],
            "metadata": said["metadata"],
            "status": "pending",
        }
        self.refunds[found["id"]] = found
        return found

    def _cancel(self, ref: str) -> tuple[int, dict[str, Any]]:
        if not self.payments[ref]["isCancelable"]:
            return 422, {"status": 422, "title": "Unprocessable Entity"}
        self.payments[ref] |= {"status": "canceled", "isCancelable": False}
        return 200, self.payments[ref]

    def _list(self, asked: dict[str, list[str]]) -> dict[str, Any]:
        found = list(reversed(self.payments.values()))
        if begin := asked.get("from"):
            found = found[[each["id"] for each in found].index(begin[0]) :]
        more = found[self.page :]
        following = {"href": f"{self.url}/v2/payments?from={more[0]['id']}"} if more else None
        return {"_embedded": {"payments": found[: self.page]}, "_links": {"next": following}}


def _now() -> str:
    return datetime.now(UTC).isoformat()
