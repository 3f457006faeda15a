"""The one mail about several orders that are posted, placed in one act: what each costs, and where
it is paid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from comptoir.core.money import format_cents
from comptoir.networks.portal import shown_as
from comptoir.notifications.models import Message
from comptoir.notifications.operations import register
from comptoir.orders import mails
from comptoir.orders.contacts import group_proof
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.postal.mails import MATTERS_FOR, facts, known_of

TEMPLATES = ("group_posted", "group_posted_cancelled")


def prepare() -> None:
    """Register the builder of each template."""
    for template in TEMPLATES:
        register(template, context, still_matters)


def still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail still says something: where to pay, while something may be paid; that all
    are cancelled, for a few days."""
    if message.template == "group_posted":
        return Order.objects.filter(pk__in=message.context["orders"], deadline__gt=now).exists()
    return now - message.created_at < MATTERS_FOR


def context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the templates show of some orders of a group, each as it is now.

    `named` holds the keys of the `group` and of the `orders`. Raises `OrderGroup.DoesNotExist`, or
    `Order.DoesNotExist` where none of the orders is there.
    """
    group = OrderGroup.objects.get(pk=named["group"])
    charged = Prefetch("lines", OrderLine.objects.select_related("charge").order_by("pk"))
    found = Order.objects.select_related("shop", "postage").prefetch_related(charged)
    orders = list(found.filter(pk__in=named["orders"]).order_by("pk"))
    if not orders:
        raise Order.DoesNotExist
    with shown_as(mails.portal_of(orders[0])) as site:
        known = known_of([each.pk for each in orders])
        parts = [facts(each, list(each.lines.all()), {}, known) for each in orders]
        owed = sum(cents for _charged, cents in known.amounts.values())
        return {
            "name": orders[0].name,
            "count": len(orders),
            "parts": parts,
            "sum": format_cents(owed),
            "pay_until": next((each["pay_until"] for each in parts if each["pay_until"]), ""),
            "unconfirmed": any(each["unconfirmed"] for each in parts),
            "address_lines": parts[0]["address_lines"],
            "abroad": parts[0]["abroad"],
            "url": mails.address("site:group", group.token),
            "confirm_url": mails.address(
                "site:group_confirm", group.token, group_proof(group.token, orders[0].email)
            ),
            "portal": site,
        }
