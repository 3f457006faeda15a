"""By when a shop answers its colleagues, and sends what it set aside for them: in opening days of
its own, so that a closure gives it more time."""

from datetime import datetime, timedelta

from comptoir.exchanges.models import Transfer, TransferStatus
from comptoir.shops.hours import deadline
from comptoir.shops.models import Shop

ANSWER_DAYS, SEND_DAYS = 2, 5
ARRIVES_WITHIN = timedelta(days=30)
"""After that what was sent counts as lost: it is received by hand if it comes after all."""


def answer_by(giver: Shop, asked_at: datetime) -> datetime:
    """Return (UTC) by when a shop answers that is asked at a moment. Reads `giver.closures`."""
    return deadline(giver, asked_at, ANSWER_DAYS)


def send_by(giver: Shop, accepted_at: datetime) -> datetime:
    """Return (UTC) by when a shop has sent what it accepted at a moment. Reads `giver.closures`."""
    return deadline(giver, accepted_at, SEND_DAYS)


def due(transfer: Transfer, accepted_at: datetime | None) -> datetime | None:
    """Return (UTC) by when the shop that was asked is to act, as its closures have it by now; None
    where nothing is due of it. `accepted_at` is when it accepted, if it did."""
    if transfer.giver is None:
        return transfer.due_at
    if transfer.status == TransferStatus.ASKED:
        return answer_by(transfer.giver, transfer.asked_at)
    if transfer.status == TransferStatus.ACCEPTED and accepted_at is not None:
        return send_by(transfer.giver, accepted_at)
    return None
