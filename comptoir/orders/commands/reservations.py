"""Commands of orders: what staff do at the counter, from a terminal."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.reads import find_product
from comptoir.core.console import refusals
from comptoir.core.money import format_cents
from comptoir.core.words import until
from comptoir.orders import operations
from comptoir.orders.charges.reads import charged
from comptoir.orders.errors import CopiesGone, no_such_order
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.orders.postal.address import Address
from comptoir.orders.reads import find_at_counter
from comptoir.shops.doors.phrases import slot_in_words, until_doors_open
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop
from comptoir.stock.shelf.standing import who_has

_SHOP = click.argument("slug", metavar="SHOP")
_CODE = click.argument("code")


@click.group()
def orders() -> None:
    """Reserve, set aside, hand over, cancel."""


@orders.command("place")
@click.option("--shop", "slug", required=True, help="The shop's word in its address.")
@click.option("--name", required=True, help="The customer's name.")
@click.option("--email", default="", help="The customer's e-mail.")
@click.option("--phone", default="", help="The customer's telephone.")
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    default=Channel.COUNTER.value,
    show_default=True,
    help="How it was asked for.",
)
@click.option("--confirmed/--unconfirmed", default=True, help="Whether staff vouch for it.")
@click.option("--special-order", is_flag=True, help="Ask the shop to order what it has not.")
@click.option(
    "--slot",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="Where doors are closed: when the slot at the door begins, by the shop's clock.",
)
@click.option("--street", default="", help="To have it posted: number and street.")
@click.option("--extra", default="", help="Floor, building, company.")
@click.option("--postcode", default="", help="Postcode.")
@click.option("--city", default="", help="Town.")
@click.option("--country", default="FR", show_default=True, help="Country (ISO 3166-1).")
@click.argument("refs", nargs=-1, required=True, metavar="EAN…")
def place(
    slug: str,
    name: str,
    email: str,
    phone: str,
    channel: str,
    confirmed: bool,
    special_order: bool,
    slot: datetime | None,
    street: str,
    extra: str,
    postcode: str,
    city: str,
    country: str,
    refs: tuple[str],
) -> None:
    """Reserve one copy of each title at a shop, or with a street have them posted: the mail to its
    reader says where it is paid."""
    with refusals():
        shop = named_shop(slug, actor=SYSTEM)
        zone = ZoneInfo(shop.time_zone)
        lines = tuple(_line(shop, ref, special_order) for ref in refs)
        request = PlaceRequest(
            shop_id=shop.pk,
            lines=lines,
            customer=Customer(name, email, phone),
            channel=Channel(channel),
            actor=SYSTEM,
            trusted=confirmed,
            slot=slot.replace(tzinfo=zone) if slot else None,
            posted_to=Address(street, city, postcode, country, extra) if street or city else None,
        )
        order = operations.place(request)
        say(order)
        if request.is_charged:
            click.echo("  " + _("to be paid: %(cents)s") % {"cents": format_cents(charged(order))})


@orders.command("show")
@_SHOP
@click.argument("text", metavar="CODE|NAME|EAN")
def show(slug: str, text: str) -> None:
    """Find orders of a shop by code, customer's name, title or EAN."""
    with refusals():
        for order in find_at_counter(named_shop(slug, actor=SYSTEM).pk, text, actor=SYSTEM):
            say(order)


@orders.command("set-aside")
@_SHOP
@_CODE
def set_aside(slug: str, code: str) -> None:
    """Record that the copies of an order are put aside."""
    with refusals():
        say(operations.set_aside(order_id=_order(slug, code).pk, actor=SYSTEM))


@orders.command("not-found")
@_SHOP
@_CODE
def not_found(slug: str, code: str) -> None:
    """Record that no copy of an order is on the shelf."""
    with refusals():
        order = _order(slug, code)
        for line in order.lines.all():
            order = operations.mark_not_found(line_id=line.pk, actor=SYSTEM)
        say(order)


@orders.command("collect")
@_SHOP
@_CODE
def collect(slug: str, code: str) -> None:
    """Record that an order was handed over."""
    with refusals():
        say(operations.collect(order_id=_order(slug, code).pk, actor=SYSTEM))


@orders.command("cancel")
@_SHOP
@_CODE
def cancel(slug: str, code: str) -> None:
    """Cancel an order; its copies go free."""
    with refusals():
        say(operations.cancel(order_id=_order(slug, code).pk, actor=SYSTEM))


@orders.command("close-shop")
@_SHOP
@click.argument("first_day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("last_day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--reason", default="", help="What the public reads.")
def close_shop(slug: str, first_day: datetime, last_day: datetime, reason: str) -> None:
    """Enter an exceptional closure; deadlines that it eats into move."""
    with refusals():
        _closure, moved = operations.close_shop(
            shop=named_shop(slug, actor=SYSTEM),
            first_day=first_day.date(),
            last_day=last_day.date(),
            reason=reason,
            actor=SYSTEM,
        )
        told = ngettext(
            "Closure entered: %(n)d reservation was given more time.",
            "Closure entered: %(n)d reservations were given more time.",
            moved,
        )
        click.echo(told % {"n": moved})


@orders.command("due")
def due() -> None:
    """Do now what the jobs do by themselves: expire, remind, ask shops, erase, count records."""
    now = timezone.now()
    done = (
        (_("expired: %d"), operations.expire_due(now=now)),
        (_("reminded: %d"), operations.remind_due(now=now)),
        (_("shops asked for an answer: %d"), operations.chase_due(now=now)),
        (_("erased: %d"), operations.erase_due(now=now)),
        (_("track records counted: %d"), operations.count_track_records(now=now)),
    )
    for told, count in done:
        click.echo(told % count)


def _kept(order: Order, zone: ZoneInfo) -> str:
    """Return until when an order is kept, in words; nothing for one that has no deadline."""
    if order.promised_until is not None:
        return until_doors_open()
    return until(order.deadline, zone) if order.deadline else ""


def say(order: Order) -> None:
    """Print an order in a few lines, in the installation's language and the shop's own time."""
    zone = ZoneInfo(order.shop.time_zone)
    told = (
        order.get_status_display(),
        _kept(order, zone),
        slot_in_words(order.slot_at, order.slot_until, zone),
    )
    click.echo(f"{order.code} {', '.join(filter(None, told))} {order.token}")
    if order.group:
        others = order.group.orders.exclude(pk=order.pk).select_related("shop").order_by("pk")
        named = ", ".join(f"{other.shop.name} {other.code}" for other in others)
        click.echo("  " + _("reserved with: %(others)s") % {"others": named or "–"})
    for line in order.lines.all():
        status = line.get_status_display()
        if line.to_confirm:
            status = _("%(status)s, to be confirmed") % {"status": status}
        click.echo(f"  {line.quantity} × {line.title} [{status}]")


def _line(shop: Shop, ref: str, special_order: bool) -> LineRequest:
    product = find_product(ref, shop.pk)
    here = [o for o in who_has([product.pk]).get(product.pk, []) if o.shop.pk == shop.pk]
    if not here and not special_order:
        raise CopiesGone([{"product_id": product.pk, "offer_id": None, "available": 0}])
    return LineRequest(product.pk, here[0].offer_id if here else None)


def _order(slug: str, code: str) -> Order:
    found = find_at_counter(named_shop(slug, actor=SYSTEM).pk, code, actor=SYSTEM)
    if not found:
        raise no_such_order()
    return found[0]
