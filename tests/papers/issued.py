"""Issuing a paper at once, where what is tried is not the file."""

import random
from datetime import UTC, datetime

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.papers.models import Paper
from comptoir.papers.operations import issue
from tests.papers.orders import MIXED, POSTAGE

FILE = "comptoir.papers.operations.issuance.file_of"
LAST = "comptoir.papers.operations.issuance.acted_by"
WHOLE = sum(part.cents * part.copies for part in MIXED) + sum(POSTAGE.values())


def now() -> datetime:
    return datetime.now(UTC)


def quickly(invoice, made_at, address=None) -> bytes:
    return f"%PDF- {invoice.number} {random.random()}".encode()


def stand_in(monkeypatch) -> None:
    monkeypatch.setattr(FILE, quickly)


def invoice_of(order: Order) -> Paper:
    return issue(order_id=order.pk, actor=SYSTEM, now=now())
