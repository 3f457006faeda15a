"""What the mails about an order show, read when they are rendered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.identifiers import format_phone
from comptoir.core.words import day_and_time, spaced_code, until
from comptoir.notifications.models import Message
from comptoir.notifications.operations import Attachment, for_seconds, register
from comptoir.orders.calendar import calendar
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import (
    LIVE,
    LineStatus,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderStatus,
)
from comptoir.orders.qr import png
from comptoir.orders.reads import day_at, elsewhere, with_lines
from comptoir.shops.hours import week
from comptoir.shops.models import Closure, Shop
from comptoir.shops.phrases import day_in_words

TEMPLATES = (
    "order_confirm",
    "order_placed",
    "order_ready",
    "order_chased",
    "order_reminder",
    "order_deadline_moved",
    "order_moved",
    "order_not_found",
    "order_cancelled",
    "order_expired",
)

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
    """Return, by key, the orders that mails are about, with shops, closures and lines, in four
    queries. No mail shows a photo, so none is looked for."""
    lines = OrderLine.objects.annotate(photo_is_shown=Value(False)).order_by("pk")
    known = Order.objects.prefetch_related("shop__closures", Prefetch("lines", queryset=lines))
    return known.in_bulk([each["order"] for each in named])


def context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what the templates show of an order, as it is now; moments are in words already.

    `named` holds the key of the `order` and, for a line that was not found, of the `line`;
    `only_asked` is 1 for an order that ended without ever holding what it asked for. Raises
    `Order.DoesNotExist` where `orders` (`read_orders`) has none.
    """
    order = orders.get(named["order"])
    if order is None:
        raise Order.DoesNotExist
    zone = ZoneInfo(order.shop.time_zone)
    url = settings.BASE_URL + reverse("site:order", args=[order.token])
    gone = [line for line in order.lines.all() if line.pk == named.get("line")]
    waiting = order.status in (OrderStatus.PLACED, OrderStatus.SET_ASIDE)
    return {
        "order": order,
        "shop": order.shop,
        "phone": format_phone(order.shop.phone),
        "hours": _hours(order),
        "lines": [x for x in order.lines.all() if x.status != LineStatus.NOT_FOUND],
        "gone": gone,
        "elsewhere": _elsewhere(gone, order.shop),
        "code": spaced_code(order.code),
        "url": url,
        "confirm_url": settings.BASE_URL
        + reverse("site:order_confirm", args=[order.token, confirmation_proof(order)]),
        "cancel_url": settings.BASE_URL + reverse("site:order_cancel", args=[order.token]),
        "until": until(order.deadline, zone) if order.deadline and order.is_kept else "",
        "confirm_until": until(order.confirm_by, zone) if order.confirm_by else "",
        "answer_by": day_and_time(order.answer_by, zone) if order.answer_by else "",
        "kept_until": until(order.held_until, zone) if order.held_until else "",
        "holds": any(line.held for line in order.lines.all()),
        "asks": order.asks,
        "only_asked": bool(named.get("only_asked")),
        "to_confirm": order.to_confirm,
        "checked": [line for line in order.lines.all() if line.to_confirm],
        "waiting": waiting,
        "attachments": _attachments(order, url) if waiting else [],
    }


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


def _hours(order: Order) -> list[tuple[str, str]]:
    """Return the days from that of an order on, each in words with the shop's hours."""
    shop = order.shop
    first = order.placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
    shut = tuple((each.first_day, each.last_day) for each in shop.closures.all())
    return _week(shop.opening_hours, shop.postcode, first, shut, get_language())


@lru_cache(maxsize=4_096)
def _week(
    hours: str,
    postcode: str,
    first: date,
    shut: tuple[tuple[date, date], ...],
    language: str | None,  # noqa: ARG001 - the words are in it
) -> list[tuple[str, str]]:
    """Return a week in words. What it is asked with says all that it shows: nothing grows old."""
    shop = Shop(opening_hours=hours, postcode=postcode)
    closures = [Closure(first_day=begins, last_day=ends) for begins, ends in shut]
    days = week(shop, first, closures=closures)
    return [(date_format(day.day, "l"), day_in_words(day)) for day in days if day.known]


def _elsewhere(gone: list[Any], shop: Shop) -> list[dict[str, str]]:
    found = elsewhere([line.product_id for line in gone], shop=shop)
    return [
        {
            "shop": offer.shop.name,
            "city": offer.shop.city,
            "title": line.title,
            "url": settings.BASE_URL + reverse("site:product", args=[line.product.ref]),
        }
        for line in gone
        for offer in found.get(line.product_id, [])
    ]


def _attachments(order: Order, url: str) -> list[Attachment]:
    """Return the QR code, shown inside the mail, and the calendar file."""
    files = [Attachment("code.png", "image/png", png(order.code), inline=True)]
    if order.is_kept:
        name = _("collect") + ".ics"
        files.append(Attachment(name, "text/calendar", calendar(order, url=url)))
    return files
