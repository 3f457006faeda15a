"""Mails about orders that are posted: what they cost, how to pay, where they are; and what goes
with the mail that confirms what is paid beforehand, to be posted or to be collected."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from comptoir.core.money import format_cents
from comptoir.core.words import day_and_time, spaced_code
from comptoir.networks.portal import shown_as
from comptoir.notifications.models import Message
from comptoir.notifications.operations import Attachment, register
from comptoir.orders import mails
from comptoir.orders.charges.reads import amounts
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import (
    EventKind,
    LineStatus,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    PostalAddress,
)
from comptoir.orders.postal.countries import country_name
from comptoir.orders.postal.guards import paid
from comptoir.orders.reads import elsewhere

TEMPLATES = (
    "post_placed",
    "post_paid",
    "post_prepared",
    "post_shipped",
    "post_delivered",
    "post_not_found",
    "post_cancelled",
    "post_expired",
)
CONFIRMS, CONFIRMS_COLLECTED = "post_paid", "order_placed"
"""The mails by which what was bought is confirmed, on a durable medium (code de la consommation,
article L221-13)."""
MATTERS_FOR = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a mail, and what it is, in words that follow “Enclosed, to keep:”."""

    file: Attachment
    told: str


_ENCLOSED: list[Callable[[Order], Sequence[Enclosed]]] = []


def prepare() -> None:
    """Register the builder of each template."""
    for template in TEMPLATES:
        builder = confirmed if template == CONFIRMS else context
        register(template, builder, still_matters)
    register(CONFIRMS_COLLECTED, collected, mails.still_matters, mails.read_orders)


def enclose(what: Callable[[Order], Sequence[Enclosed]]) -> None:
    """Have a package above give files that go with the mail that confirms an order, in the language
    that is active."""
    if what not in _ENCLOSED:
        _ENCLOSED.append(what)


def confirmed(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `context` does, with the files that were named by `enclose`."""
    shown = context(named)
    return {**shown, **_files(_enclosed(shown["order"]))}


def collected(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what `orders.mails.context` does, of what is to be collected and was paid beforehand
    with the same files."""
    shown = mails.context(named, orders)
    found = _enclosed(orders[named["order"]]) if shown["terms_url"] else []
    return {**shown, **_files(found, shown["attachments"])}


def _files(found: Sequence[Enclosed], others: Sequence[Attachment] = ()) -> dict[str, Any]:
    told = ", ".join(each.told for each in found)
    return {"attachments": [*others, *(each.file for each in found)], "enclosed": told}


def _enclosed(order: Order) -> list[Enclosed]:
    return [each for what in _ENCLOSED for each in what(order)]


def still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail still says something: that one may pay, while one may; the rest for a few
    days, for it is about money or a parcel."""
    if message.template == "post_placed":
        waits = Order.objects.filter(pk=message.context["order"], deadline__gt=now)
        return waits.exists()
    return now - message.created_at < MATTERS_FOR


def context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the templates show of an order as it is now; moments and amounts are in words.

    `named` holds the key of the `order` and, where it is about one, of the `line`. Raises
    `Order.DoesNotExist`.
    """
    found = Order.objects.select_related("shop", "postage")
    order = found.get(pk=named["order"])
    lines = list(order.lines.select_related("charge").order_by("pk"))
    with shown_as(mails.portal_of(order)) as site:
        return {**facts(order, lines, named, known_of([order.pk])), "portal": site}


@dataclass(frozen=True, slots=True)
class Known:
    """What mails show of several orders, by their keys: what they were charged and owe (cents),
    which are paid, which their money revived, where they go."""

    amounts: Mapping[int, tuple[int, int]]
    paid: Collection[int]
    revived: Collection[int]
    addresses: Mapping[int, PostalAddress]


def known_of(keys: Sequence[int]) -> Known:
    """Return what mails show of these orders, by four queries whatever their number."""
    orders = Order.objects.filter(pk__in=keys)
    revived = OrderEvent.objects.filter(order__in=keys, kind=EventKind.REVIVED)
    return Known(
        amounts(keys),
        set(orders.filter(paid()).values_list("pk", flat=True)),
        set(revived.values_list("order", flat=True)),
        PostalAddress.objects.in_bulk(keys),
    )


def facts(
    order: Order, lines: Sequence[OrderLine], named: Mapping[str, Any], known: Known
) -> dict[str, Any]:
    """Return what a mail shows of one order, read with its shop and postage."""
    zone = ZoneInfo(order.shop.time_zone)
    charged, owed = known.amounts.get(order.pk, (0, 0))
    gone = [line for line in lines if line.pk == named.get("line")]
    proof = confirmation_proof(order)
    payable = order.status in (OrderStatus.UNCONFIRMED, OrderStatus.PLACED)
    is_paid = order.pk in known.paid
    there = known.addresses.get(order.pk)
    return {
        "order": order,
        "shop": order.shop,
        "code": spaced_code(order.code),
        "lines": [_line(line) for line in lines if line.status != LineStatus.NOT_FOUND],
        "gone": [line.title for line in gone],
        "elsewhere": _elsewhere(gone, order),
        "postage": format_cents(order.postage.cents),
        "total": format_cents(owed) if owed else "",
        "refunded": format_cents(charged) if is_paid and not owed else "",
        "address_lines": there.lines if there else [],
        "country": there.country if there else "",
        "abroad": _abroad(there.country) if there else "",
        "paid": is_paid,
        "revived": order.pk in known.revived,
        "unconfirmed": order.status == OrderStatus.UNCONFIRMED,
        "pay_until": day_and_time(order.deadline, zone) if payable and order.deadline else "",
        "url": mails.address("site:order", order.token),
        "terms_url": mails.address("site:order_terms", order.token),
        "withdraw_url": mails.address("site:withdrawal", order.token),
        "confirm_url": mails.address("site:order_confirm", order.token, proof),
    }


def _abroad(country: str) -> str:
    return "" if country == "FR" else country_name(country, get_language() or "fr")


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "quantity": line.quantity,
        "title": line.title,
        "used": line.condition != "new",
        "price": format_cents(line.charge.unit_cents * line.quantity),
    }


def _elsewhere(gone: Sequence[OrderLine], order: Order) -> list[dict[str, str]]:
    """Return the nearest other shops that have what was not found, in a few words each."""
    found = elsewhere([line.product_id for line in gone], shop=order.shop) if gone else {}
    return [
        {"shop": offer.shop.name, "city": offer.shop.city}
        for offers in found.values()
        for offer in offers
    ]
