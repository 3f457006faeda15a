"""The slots of a shop in a reader's form."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.fields import DayOfSlots, days_of
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.site.basket import Part


def days_of_slots(
    shop: Shop, now: datetime, chosen: datetime | None = None
) -> list[DayOfSlots] | None:
    """Return the slots of a shop by day, None where its doors are open, or nobody may reserve."""
    door = directory().door(shop.pk, now)
    if door is None or not door.by_slots:
        return None
    return days_of(free_slots(shop, now), shop, now, chosen)


def slots_field(part: Part, chosen: datetime | None, name: str = "slot") -> SafeString | None:
    """Return the field by which a form asks for a slot of a shop; None where none is needed."""
    days = days_of_slots(part.at.shop, timezone.now(), chosen)
    if days is None:
        return None
    return render_to_string("site/parts/slots.html", {"slots": days, "name": name})
