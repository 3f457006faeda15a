"""A transfer that comes in, and what its reader is told."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import render
from comptoir.orders.models import Order
from comptoir.payments import operations
from comptoir.payments.operations import TransferSaid

NOW = timezone.now


def came(order: Order, cents: int = 3889, days: int = 0, reference: str = ""):
    said = TransferSaid(
        cents=cents, dated=(NOW() - timedelta(days=days)).date(), reference=reference
    )
    return operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())


def words_of_last(template: str) -> str:
    """Return what the last mail of a kind says."""
    message = Message.objects.filter(template=template).latest("pk")
    render(message)
    return message.subject + message.text + message.html
