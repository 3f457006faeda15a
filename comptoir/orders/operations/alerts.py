"""Telling shops of new reservations, as each of them wants it.

The mails hold titles and figures; who reserved is read at the counter. A December Saturday brings
hundreds of reservations: what comes within a quarter of an hour is told by one mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.models import Channel, Order, ShopAlert
from comptoir.orders.reads import day_at
from comptoir.shops.hours import after_time_open
from comptoir.shops.models import Shop, Staff
from comptoir.shops.operations.scope import Verb, in_scope

AGAIN_AFTER = timedelta(minutes=15)
BY_READERS = (Channel.WEB, Channel.API)
"""How orders come that nobody of the shop has typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a shop wants to hear of new reservations; `people` are keys of its staff."""

    sound: bool = False
    at_once: bool = False
    daily: bool = False
    to_shop: bool = True
    people: Sequence[int] = ()


@transaction.atomic
def set_alert(*, shop: Shop, wish: Wish, actor: Actor) -> ShopAlert:
    """Set how a shop hears of new reservations.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: its alert. Raises `NotFound`, `Forbidden`,
    `Invalid` (`nobody_to_tell`) for mails that would go to nobody.
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    people = list(shop.staff.filter(pk__in=wish.people))
    if (wish.at_once or wish.daily) and not people and not (wish.to_shop and shop.email):
        raise Invalid(
            "nobody_to_tell",
            _("Say who gets the mails: somebody of the shop, or its own address once it has one."),
        )
    values = {name: getattr(wish, name) for name in ("sound", "at_once", "daily", "to_shop")}
    alert, _made = ShopAlert.objects.update_or_create(shop=shop, defaults=values)
    alert.people.set(people)
    return alert


def tell_new(*, now: datetime) -> int:
    """Write to the shops that want a mail at once of what has come; return how many were written.

    A shop gets one mail for all that came since its last, and no other within `AGAIN_AFTER`. What
    its own staff have typed, set aside or ended is not told.

    Locks, a shop a transaction: its alert, or skips it. Writes: the alert, the orders, mails.
    """
    keys = ShopAlert.objects.filter(at_once=True).values_list("pk", flat=True)
    return sum(_tell_new(key, now) for key in keys.order_by("pk"))


def tell_day(*, now: datetime) -> int:
    """Write to the shops that want a mail a day of what waits, once they have opened; return how
    many were written. Nothing is written where nothing waits.

    Locks, a shop a transaction: its alert, or skips it. Writes: the alert, mails.
    """
    keys = ShopAlert.objects.filter(daily=True).values_list("pk", flat=True)
    return sum(_tell_day(key, now) for key in keys.order_by("pk"))


@transaction.atomic
def _tell_new(shop_id: int, now: datetime) -> bool:
    alert = _lock(shop_id)
    if alert is None or (alert.mailed_at and alert.mailed_at > now - AGAIN_AFTER):
        return False
    elsewhere = Q(channel__in=BY_READERS) | Q(passed_by__isnull=False)
    orders = Order.objects.filter(shop=shop_id, told_at=None).waiting().filter(elsewhere)
    keys = list(orders.order_by("placed_at", "pk").values_list("pk", flat=True))
    if not keys or not write_to(alert, "shop_new", orders=keys):
        return False
    Order.objects.filter(pk__in=keys).update(told_at=now)
    alert.mailed_at = now
    alert.save(update_fields=["mailed_at"])
    return True


@transaction.atomic
def _tell_day(shop_id: int, now: datetime) -> bool:
    alert = _lock(shop_id)
    if alert is None:
        return False
    zone = ZoneInfo(alert.shop.time_zone)
    today = now.astimezone(zone).date()
    opens = after_time_open(alert.shop, datetime.combine(today, time(), zone), timedelta())
    if alert.digest_on == today or opens > now:
        return False
    alert.digest_on = today
    alert.save(update_fields=["digest_on"])
    return day_at(alert.shop, now).waits and write_to(alert, "shop_day")


def _lock(shop_id: int) -> ShopAlert | None:
    """Lock a shop's alert; None where somebody else is at it, and for a shop that is paused."""
    alerts = ShopAlert.objects.select_for_update(of=("self",), skip_locked=True)
    return alerts.select_related("shop").filter(pk=shop_id, shop__paused_at=None).first()


def write_to(alert: ShopAlert, template: str, **context: int | str | list[int]) -> bool:
    """Queue a mail to each whom a shop named; return whether there is anybody."""
    people = Staff.objects.filter(pk__in=alert.people.all(), user__is_active=True)
    addresses = set(people.values_list("user__email", flat=True))
    if alert.to_shop and alert.shop.email:
        addresses.add(alert.shop.email)
    queue(
        [
            Draft(
                to=address,
                language=settings.LANGUAGE_CODE,
                template=template,
                context={"shop": alert.shop_id, **context},
                about=f"shop:{alert.shop_id}",
            )
            for address in sorted(addresses)
        ]
    )
    return bool(addresses)
