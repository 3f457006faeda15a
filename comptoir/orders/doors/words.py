"""What the mails of an order say of closed doors."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.core.words import day_and_time
from comptoir.orders.models import Order
from comptoir.shops.doors.phrases import sentences, until_doors_open
from comptoir.shops.doors.rules import door_at
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop


def kept_in_words(order: Order, zone: ZoneInfo, until: Callable[[datetime, ZoneInfo], str]) -> str:
    """Return until when copies are kept, a moment as `until` says it; nothing where none are."""
    if order.deadline is None or not order.is_kept:
        return ""
    return until_doors_open() if order.promised_until else until(order.deadline, zone)


def door_in_words(shop: Shop, zone: ZoneInfo) -> dict[str, str]:
    """Return what is said of the closed doors of a shop, or of those to come."""
    now, doors = timezone.now(), directory().doors(shop.pk)
    door = door_at(doors, now)
    if door is not None:
        return {"door": sentences(door, zone, now), "door_mode": door.mode.value}
    begins = min((each.begins for each in doors if each.begins > now), default=None)
    if begins is None:
        return {"door": "", "door_mode": ""}
    return {"door": "", "door_mode": "planned", "door_from": day_and_time(begins, zone)}
