"""“Find my order”: who lost the mail types an address, and gets one with the links to what is under
way, orders and entries of draws. The answer is the same whether there is anything or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Message
from comptoir.core.flood.gauge import Form
from comptoir.draws.mails import portal_of as portal_of_draw
from comptoir.draws.models import DrawEntry
from comptoir.draws.reads import entries_of
from comptoir.networks.portal import shown_as, site_address
from comptoir.notifications.operations import Draft, queue, register
from comptoir.orders.contacts import contact_key
from comptoir.orders.mails import portal_of
from comptoir.orders.models import Order
from comptoir.releases.phrases import moment
from comptoir.site.by_mail.form import answer
from comptoir.ui.floods import guarded
from comptoir.withdrawals.reads import items_of, period, today_of

TEMPLATE = "orders_found"
MOST = 20
"""So many orders of one person are looked at, the newest first."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RIGHTS)
def find(request: HttpRequest) -> HttpResponse:
    """Take an address, and have the links to its orders sent to it."""
    return answer(request, "by_mail", send)


def send(address: str, language: str) -> None:
    """Queue the mail. What it says is read as it is written; it names the person by the keyed hash
    of their address, and its content is dropped once it left."""
    queue([Draft(address, language, TEMPLATE, {"key": contact_key(address)}, secret=True)])


@dataclass(frozen=True, slots=True)
class Line:
    """An order as the mail names it, and the address of its page, where it was placed."""

    shop: str
    city: str
    code: str
    day: date
    state: Message
    url: str


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry of a draw as the mail names it, and the address of its page. `until` is when a copy
    that it has won goes to the next, "" where it has won none."""

    title: str
    shop: str
    city: str
    until: str
    url: str


def prepare() -> None:
    """Tell how the mail is completed."""
    register(TEMPLATE, _context)


def orders_of(key: str, now: datetime) -> list[Order]:
    """Return of the newest `MOST` orders of a person, by the keyed hash of their address, those
    that are open, may be withdrawn from or are being given back, the newest first. Some seven
    queries for each that was paid beforehand and has ended."""
    mine = Order.objects.filter(email_key=key).exclude(email="").select_related("shop")
    newest = mine.select_related("postage").prefetch_related("withdrawals").order_by("-pk")[:MOST]
    return [order for order in newest if order.ended_at is None or _is_to_go_back(order, now)]


def _is_to_go_back(order: Order, now: datetime) -> bool:
    if any(each.ended_at is None for each in order.withdrawals.all()):
        return True
    if not hasattr(order, "postage") or not items_of(order):
        return False
    return period(order).is_open(today_of(order.shop, now))


def _context(context: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    found = orders_of(context["key"], now)
    entries = [_entered(entry, now) for entry in entries_of(context["key"], now)]
    again = f"{site_address()}{reverse('site:find_order')}"
    return {"orders": [_line(order) for order in found], "entries": entries, "again": again}


def _line(order: Order) -> Line:
    with shown_as(portal_of(order)):
        url = f"{site_address()}{reverse('site:order', args=[order.token])}"
    shop = order.shop
    day = order.placed_at.astimezone(ZoneInfo(shop.time_zone)).date()
    return Line(shop.name, shop.city, order.code, day, order.get_status_display(), url)


def _entered(entry: DrawEntry, now: datetime) -> Entered:
    with shown_as(portal_of_draw(entry.draw)):
        url = f"{site_address()}{reverse('site:draw_entry', args=[entry.token])}"
    shop, until = entry.lot.where, entry.offered_until
    told = moment(until, ZoneInfo(shop.time_zone), now) if until else ""
    title = " ".join(entry.draw.product.title.split())
    return Entered(title, shop.name, shop.city, told, url)
