"""A link to withdraw, sent to the address of an order: whoever knows the number alone gets none."""

from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import transaction

from comptoir.core.errors import Invalid
from comptoir.core.limits import Limit, Network, count
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.contacts import contact_key, recipient_key
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.withdrawals.errors import LinkOver
from comptoir.withdrawals.reads import is_paid_for

_SALT = "comptoir.withdrawals.link"
GOOD_FOR = timedelta(days=3)
PER_ADDRESS = Limit("withdrawal_asked", 20, 3600)
PER_MAILBOX = Limit("withdrawal_link", 5, 3600)
MOST_ORDERS = 5
_DIGITS = 8


def digits_of(code: str) -> str:
    """Return the number of an order out of what somebody typed for it, whatever stands around and
    between its digits; empty where it has not eight, and so is the number of no order."""
    digits = "".join(sign for sign in code if sign.isdecimal())
    return digits if len(digits) == _DIGITS else ""


def ask_link(*, code: str, email: str, network: Network, now: datetime) -> None:
    """Send a link to withdraw to the address of the orders with this number and this address, if
    there are any that are paid for; nothing tells whether there are.

    Guard: the mailbox itself; how often one asks is limited by network and by mailbox, known or
    not. Writes: what the limits count, whatever comes of it; then a mail an order, in a transaction
    of its own. Raises `TooMany`.
    """
    count(PER_ADDRESS, network.address)
    try:
        key = contact_key(email.strip())
        count(PER_MAILBOX, recipient_key(email.strip()))
    except (Invalid, ValueError):
        return
    digits = digits_of(code)
    if digits and key:
        _send(digits, key, now)


@transaction.atomic
def _send(code: str, key: str, now: datetime) -> None:
    found = Order.objects.filter(code=code, email_key=key).exclude(email="")
    for order in found.select_related("shop").order_by("pk")[:MOST_ORDERS]:
        if is_paid_for(order):
            asked = {"order": order.pk, "link": link_of(order, now)}
            about = f"order:{order.pk}"
            draft = Draft(order.email, order.language, "withdrawal_link", asked, about=about)
            queue([draft])


def link_of(order: Order, now: datetime) -> str:
    """Return the last part of the address of a link: which order, and when it was asked for."""
    return signing.dumps([order.token, int(now.timestamp())], salt=_SALT)


def read_link(link: str) -> tuple[Order, datetime]:
    """Return the order of a link, and when the link was asked for: that is in time where the period
    ends meanwhile. Raises `Conflict` (`withdrawal_link_over`), `NotFound`."""
    try:
        token, asked = signing.loads(link, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise LinkOver from None
    return order_by_token(token), datetime.fromtimestamp(asked, UTC)
