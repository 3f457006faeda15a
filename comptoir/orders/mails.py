"""What the mails about an order show, read when they are rendered."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.db import Columns, among, fetch_named, remember
from comptoir.core.identifiers import format_phone
from comptoir.core.money import format_cents
from comptoir.core.words import day_and_time, spaced_code, until
from comptoir.networks.portal import Portal, shown_as, site_address
from comptoir.notifications.models import Message
from comptoir.notifications.operations import (
    Attachment,
    Blanks,
    for_seconds,
    leave_last,
    register,
)
from comptoir.orders.calendar import calendar
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.doors.words import door_in_words, kept_in_words
from comptoir.orders.models import (
    LIVE,
    LineStatus,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderStatus,
)
from comptoir.orders.postal.guards import PAID
from comptoir.orders.qr import png
from comptoir.orders.reads import day_at, elsewhere, with_lines
from comptoir.shops.choice.portals import portal_of_network, portal_of_shop
from comptoir.shops.doors.phrases import slot_in_words
from comptoir.shops.hours import week
from comptoir.shops.models import Closure, Shop
from comptoir.shops.phrases import day_in_words
from comptoir.stock.models import Condition

TEMPLATES = (
    "order_confirm",
    "order_ready",
    "order_chased",
    "order_reminder",
    "order_deadline_moved",
    "order_slot",
    "order_doors",
    "order_moved",
    "order_not_found",
    "order_cancelled",
    "order_expired",
)

_ORDER, _LINE = Columns(Order), Columns(OrderLine)
_SHOP = Columns(Shop, "description", "website")
_ORDERS = f"""
SELECT {_ORDER.of("o")}, {_SHOP.of("s")}, {_LINE.of("l")},
       ARRAY(SELECT c.first_day FROM shops_closure c WHERE c.shop_id = s.id ORDER BY c.id)
           AS first_days,
       ARRAY(SELECT c.last_day FROM shops_closure c WHERE c.shop_id = s.id ORDER BY c.id)
           AS last_days,
       {PAID} AND EXISTS (SELECT FROM orders_postagecharge c WHERE c.order_id = o.id) AS prepaid
FROM orders_order o JOIN shops_shop s ON s.id = o.shop_id
LEFT JOIN orders_orderline l ON l.order_id = o.id
WHERE o.id {among("%(orders)s")} ORDER BY l.id
"""  # noqa: S608
_WAITING = (OrderStatus.PLACED, OrderStatus.SET_ASIDE)
_RIGHTS = (("terms_url", "site:order_terms"), ("withdraw_url", "site:withdrawal"))
ENDINGS = ("order_not_found", "order_cancelled", "order_expired")
ENDED_FOR = timedelta(days=2)
GOOD_FOR_A_DAY = 10 * 3600


def prepare() -> None:
    """Register the builder of each template of this package."""
    for template in TEMPLATES:
        register(template, context, still_matters, read_orders)
    register("shop_chased", shop_context, matters_to_shop)
    register("shop_new", new_context, lambda late, _now: _named(late.context).waiting().exists())
    register("shop_day", day_context, for_seconds(GOOD_FOR_A_DAY))
    # A release's leftovers end by the thousand in one minute; who has just ordered waits to hear.
    leave_last("order_expired", "order_reminder")


def still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail about an order still says something: while the order is open (a link,
    while it may be confirmed), and for two days what says how it ended."""
    order = Order.objects.filter(pk=message.context["order"]).first()
    if order is None:
        return False
    if message.template == "order_confirm":
        waits = order.status == OrderStatus.UNCONFIRMED
        return waits and order.confirm_by is not None and order.confirm_by > now
    if message.template in ENDINGS:
        return now - message.created_at < ENDED_FOR
    return order.ended_at is None and (order.deadline is None or order.deadline > now)


def matters_to_shop(message: Message, now: datetime) -> bool:  # noqa: ARG001
    """Whether a shop still owes the answers that a late mail asks it for."""
    return bool(shop_context(message.context)["count"])


def read_orders(named: Sequence[Mapping[str, Any]]) -> dict[int, Order]:
    """Return, by key, the orders that mails are about, with shops, closures and lines, by one
    query. No mail shows a photo, so none is looked for."""
    orders: dict[int, Order] = {}
    lines: dict[int, list[OrderLine]] = {}
    shops: dict[int, Shop] = {}
    keys = [each["order"] for each in named]
    for row in fetch_named(_ORDERS, {"orders": keys}, binary=True):
        key, at = row.order__id, row.order__shop_id
        if at not in shops:
            shops[at] = _shop(row)
        if key not in orders:
            orders[key], lines[key] = _ORDER.make(row), []
            orders[key].shop = shops[at]
            orders[key].prepaid = row.prepaid  # type: ignore[attr-defined]
            remember(orders[key], "lines", lines[key])
        if row.orderline__id:
            line = _LINE.make(row)
            line.order, line.photo_is_shown = orders[key], False  # type: ignore[attr-defined]
            lines[key].append(line)
    return orders


def _shop(row: Any) -> Shop:  # noqa: ANN401  a named row
    shop = _SHOP.make(row)
    days = zip(row.first_days, row.last_days, strict=True)
    shut = [Closure(shop=shop, first_day=first, last_day=last) for first, last in days]
    remember(shop, "closures", shut)
    return shop


def context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what the templates show of an order, as it is now; moments are in words already.

    `named` holds the key of the `order` and, for a line that was not found, of the `line`;
    `only_asked` is 1 for an order that ended without ever holding what it asked for. Raises
    `Order.DoesNotExist` where `orders` (`read_orders`) has none.
    """
    order = orders.get(named["order"])
    if order is None:
        raise Order.DoesNotExist
    blank = Blanks()
    waiting = order.status in _WAITING
    with shown_as(portal_of(order)) as site:
        files = attachments(order) if waiting else []
        shown = facts(order, blank, named)
    return {**shown, "attachments": files, "blanks": blank, "portal": site}


def portal_of(order: Order) -> Portal | None:
    """Return the portal where an order was placed, if it still answers: its mails speak for it, and
    lead there."""
    if order.at_own_host:
        return portal_of_shop(order.shop_id)
    return portal_of_network(order.network_id)


def facts(order: Order, blank: Callable[[object], str], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown of an order, its own values as `blank` gives them back."""
    shop, zone = order.shop, ZoneInfo(order.shop.time_zone)
    lines = order.lines.all()
    gone = [line for line in lines if line.pk == named.get("line")]
    proof, paid = confirmation_proof(order), getattr(order, "prepaid", False)
    return {
        "order": _Reader(blank(order.name)),
        "shop": _Place(shop.name, shop.street, shop.postcode, shop.city, shop.ended_at is not None),
        **_of_shop(order),
        "lines": tuple(_line(x, blank) for x in lines if x.status != LineStatus.NOT_FOUND),
        "gone": tuple(_line(line, blank) for line in gone),
        "elsewhere": _elsewhere(gone, shop),
        "code": blank(spaced_code(order.code)),
        "url": blank(address("site:order", order.token)),
        "confirm_url": blank(address("site:order_confirm", order.token, proof)),
        "cancel_url": blank(address("site:order_cancel", order.token)),
        **{name: blank(address(to, order.token) if paid else "") for name, to in _RIGHTS},
        "until": blank(kept_in_words(order, zone, _until)),
        "slot": blank(slot_in_words(order.slot_at, order.slot_until, zone)),
        "slot_url": blank(address("site:order_slot", order.token)),
        **door_in_words(shop, zone),
        "confirm_until": blank(_until(order.confirm_by, zone) if order.confirm_by else ""),
        "answer_by": blank(day_and_time(order.answer_by, zone) if order.answer_by else ""),
        "kept_until": blank(_until(order.held_until, zone) if order.held_until else ""),
        "holds": any(line.held for line in lines),
        "asks": order.asks,
        "only_asked": bool(named.get("only_asked")),
        "to_confirm": order.to_confirm,
        "checked": any(line.to_confirm for line in lines),
        "waiting": order.status in _WAITING,
    }


class _Reader(NamedTuple):
    """What is shown of who ordered."""

    name: str


class _Place(NamedTuple):
    """What sentences say of a shop; `ended_at`: whether it has left."""

    name: str
    street: str
    postcode: str
    city: str
    ended_at: bool


class _Line(NamedTuple):
    """What is shown of a line; what it has not is empty."""

    quantity: str
    title: str
    condition: str
    copy: str
    price: str
    state: str
    asked: bool
    to_confirm: bool


def _line(line: OrderLine, blank: Callable[[object], str]) -> _Line:
    price = "" if line.cents is None else format_cents(line.cents)
    return _Line(
        blank(line.quantity),
        blank(line.title),
        _label(Condition, line.condition, get_language()),
        line.copy.words if line.copy else "",
        blank(price),
        _label(LineStatus, line.status, get_language()),
        line.status == LineStatus.ASKED,
        line.to_confirm,
    )


@cache
def _label(kind: type[TextChoices], value: str, language: str | None) -> str:  # noqa: ARG001
    return str(kind(value).label)


def _until(moment: datetime, zone: ZoneInfo) -> str:
    """Return what `until` does, worked out once for all mails that say the same minute."""
    minute, today = moment.replace(second=0, microsecond=0), timezone.now().astimezone(zone).date()
    return _until_said(minute, zone, today, get_language())


@lru_cache(maxsize=1_024)
def _until_said(minute: datetime, zone: ZoneInfo, today: date, language: str | None) -> str:  # noqa: ARG001
    return until(minute, zone, datetime.combine(today, time(12), zone))


def address(name: str, *words: str) -> str:
    """Return the address of a page, at the site that answers or in whose name a mail is; its words
    need no quoting."""
    return site_address() + _path(name, len(words)).format(*words)


@cache
def _path(name: str, words: int) -> str:
    """Return a path with `{0}`, `{1}` where its words stand: to reverse it costs ten times that."""
    marks = [f"word-{number}" for number in range(words)]
    path = reverse(name, args=marks)
    for number, mark in enumerate(marks):
        path = path.replace(mark, f"{{{number}}}")
    return path


def shop_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail shows to a shop that owes answers; `named` holds its key."""
    shop = Shop.objects.get(pk=named["shop"])
    orders = with_lines(Order.objects.filter(shop=shop, status=OrderStatus.PLACED))
    waiting = [order for order in orders.order_by("placed_at", "pk") if order.to_confirm]
    return {
        "shop": shop,
        "titles": [
            line.title for order in waiting for line in order.lines.all() if line.to_confirm
        ],
        "count": len(waiting),
        "url": _board(shop),
    }


def new_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail tells a shop of the new orders whose keys `named` holds."""
    shop = Shop.objects.get(pk=named["shop"])
    orders = list(with_lines(_named(named)))
    return {"shop": shop, "count": len(orders), "titles": _titles(orders), "url": _board(shop)}


def _named(named: Mapping[str, Any]) -> OrderQuerySet:
    return Order.objects.filter(shop=named["shop"], pk__in=named["orders"]).order_by("pk")


def day_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the daily mail tells a shop."""
    shop = Shop.objects.get(pk=named["shop"])
    day = day_at(shop, timezone.now())
    return {
        "shop": shop,
        "to_set_aside": _titles(day.to_set_aside),
        "to_answer": len(day.to_answer),
        "ends": _titles(day.ends),
        "url": _board(shop),
    }


def _titles(orders: list[Order]) -> list[str]:
    """Return the titles that orders still want, each with its number where it is several."""
    lines = [line for order in orders for line in order.lines.all() if line.status in LIVE]
    return [f"{x.quantity} × {x.title}" if x.quantity > 1 else x.title for x in lines]


def _board(shop: Shop) -> str:
    return settings.BASE_URL + reverse("counter:tasks", args=[shop.slug])


class _Facts(NamedTuple):
    """What a mail shows of a shop, and its closures."""

    name: str
    street: str
    postcode: str
    city: str
    phone: str
    opening_hours: str
    shut: tuple[tuple[date, date], ...]


def _of_shop(order: Order) -> dict[str, str]:
    """Return what the two parts of a mail show of a shop, with its hours from that day on."""
    shop = order.shop
    first = order.placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
    shut = tuple((each.first_day, each.last_day) for each in shop.closures.all())
    facts = _Facts(
        *(shop.name, shop.street, shop.postcode, shop.city, shop.phone, shop.opening_hours), shut
    )
    return _shown(facts, first, get_language())


@lru_cache(maxsize=2_048)
def _shown(facts: _Facts, first: date, language: str | None) -> dict[str, str]:  # noqa: ARG001
    """Return it. What it is asked with says all that is shown: nothing that is kept grows old."""
    *_words, hours, shut = facts
    shop = Shop(opening_hours=hours, postcode=facts.postcode)
    closures = [Closure(first_day=begins, last_day=ends) for begins, ends in shut]
    days = week(shop, first, closures=closures)
    known = [(date_format(day.day, "l"), day_in_words(day)) for day in days if day.known]
    shown = facts._asdict() | {"phone_words": format_phone(facts.phone), "hours": known}
    return {
        f"shop_{kind}": render_to_string(f"notifications/parts/shop.{end}", shown)
        for kind, end in (("text", "txt"), ("html", "html"))
    }


class _Other(NamedTuple):
    """Another shop that has a title."""

    shop: str
    city: str
    title: str
    url: str


def _elsewhere(gone: Sequence[OrderLine], shop: Shop) -> tuple[_Other, ...]:
    found = elsewhere([line.product_id for line in gone], shop=shop) if gone else {}
    return tuple(
        _Other(offer.shop.name, offer.shop.city, line.title, _page(line))
        for line in gone
        for offer in found.get(line.product_id, [])
    )


def _page(line: OrderLine) -> str:
    return site_address() + reverse("site:product", args=[line.product.ref])


def attachments(order: Order, mark: str = "") -> list[Attachment]:
    """Return the QR code, shown inside the mail, and the calendar file; `mark` tells their names
    from those of other orders in one mail."""
    files = [Attachment(f"code{mark}.png", "image/png", png(order.code), inline=True)]
    if order.is_kept and not order.promised_until:
        url = address("site:order", order.token)
        event = calendar(order, url=url)
        files.append(Attachment(f"{_('collect')}{mark}.ics", "text/calendar", event))
    return files
