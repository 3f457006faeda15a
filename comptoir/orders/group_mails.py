"""What the mails about all orders of a group show, read when they are rendered.

What comes later, a shop tells of its own order (`orders.mails`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from comptoir.networks.portal import shown_as
from comptoir.notifications.models import Message
from comptoir.notifications.operations import Attachment, register
from comptoir.orders import mails
from comptoir.orders.contacts import group_proof
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import Order, OrderStatus

TEMPLATES = ("group_confirm", "group_placed", "group_cancelled")


def prepare() -> None:
    """Register the builder of each template."""
    for template in TEMPLATES:
        register(template, context, still_matters, read_orders)


def still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail still says something: while an order of it may be confirmed, or is open;
    that all are cancelled, as long as of one order."""
    if message.template == "group_cancelled":
        return now - message.created_at < mails.ENDED_FOR
    orders = Order.objects.filter(pk__in=message.context["orders"])
    if message.template == "group_confirm":
        return orders.filter(status=OrderStatus.UNCONFIRMED, confirm_by__gt=now).exists()
    return any(
        order.ended_at is None and (order.deadline is None or order.deadline > now)
        for order in orders
    )


def read_orders(named: Sequence[Mapping[str, Any]]) -> dict[int, Order]:
    """Return, by key, the orders that mails about groups are about, by one query."""
    return mails.read_orders([{"order": key} for each in named for key in each["orders"]])


def context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what the templates show of some orders of a group, each as it is now.

    `named` holds the keys of the `group` and of the `orders`. Raises `OrderGroup.DoesNotExist`, or
    `Order.DoesNotExist` where `orders` has none of them.
    """
    group = OrderGroup.objects.get(pk=named["group"])
    theirs = [orders[key] for key in named["orders"] if key in orders]
    if not theirs:
        raise Order.DoesNotExist
    with shown_as(mails.portal_of(theirs[0])) as site:
        return _shown(group, theirs) | {"portal": site}


def _shown(group: OrderGroup, theirs: Sequence[Order]) -> dict[str, Any]:
    shown = [mails.facts(order, str, {}) for order in theirs]
    files: list[Attachment] = []
    for order, each in zip(theirs, shown, strict=True):
        each["mark"] = f"-{order.code}"
        if each["waiting"]:
            files += mails.attachments(order, each["mark"])
    unconfirmed = [each for each in shown if each["confirm_until"]]
    proof = group_proof(group.token, theirs[0].email)
    return {
        "name": theirs[0].name,
        "count": len(theirs),
        "parts": shown,
        "whole": group.mode == GroupMode.ALL,
        "holds": any(each["holds"] for each in shown),
        "asks": any(each["asks"] for each in shown),
        "to_confirm": any(each["to_confirm"] for each in shown),
        "confirm_until": unconfirmed[0]["confirm_until"] if unconfirmed else "",
        "url": mails.address("site:group", group.token),
        "confirm_url": mails.address("site:group_confirm", group.token, proof),
        "cancel_url": mails.address("site:group_cancel", group.token),
        "attachments": files,
    }
