"""Draws of the first shop: one that is open, and one that was made, with its proof.

Nobody can know beforehand what a public value will be, and the demonstration needs no network: the
value of the one that was made is invented, and says so.
"""

from datetime import datetime, timedelta

from django.db import transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.demo.days.clock import moment, saturday_after, today
from comptoir.draws.drand import NAME
from comptoir.draws.models import Draw
from comptoir.draws.operations import (
    DrawRequest,
    EntryRequest,
    confirm_entry,
    draw_lots,
    enter,
    freeze_due,
    open_draw,
)
from comptoir.shops.models import Shop

_PEOPLE = ("Adèle Roumagnac", "Basile Tournier", "Clara Nguyen", "Driss Amrani", "Ève Lacoste")
_INVENTED = "Un nombre inventé pour la démonstration"
_VALUE = "27 04 19 33 08"
_OPEN, _CLOSED = timedelta(days=9), timedelta(days=3)
_KNOWN = timedelta(hours=1)
_KEPT = timedelta(days=20)


def open_one(shop: Shop, title: Product, now: datetime) -> None:
    """Open a draw for two copies of a title, where none of the shop takes entries: they close three
    evenings before the Saturday on which the title may come out."""
    if Draw.objects.filter(shop=shop, closes_at__gt=now).exists():
        return
    closes_at = moment(saturday_after(now, shop.time_zone) - _CLOSED, 20, shop.time_zone)
    request = DrawRequest(
        title=title.ref,
        copies=2,
        closes_at=closes_at,
        known_at=closes_at + _KNOWN,
        until=closes_at + _KEPT,
        source=NAME,
        text="Deux exemplaires de tête, numérotés.",
    )
    open_draw(of=shop, request=request, actor=SYSTEM, now=now)


@transaction.atomic
def make_one(shop: Shop, title: Product, now: datetime) -> None:
    """Open a draw for a copy of a title in days gone by, have people enter it, and make it, where
    the shop has made none: all of it, so that no job finds it half done."""
    if Draw.objects.filter(shop=shop, drawn_at__isnull=False).exists():
        return
    closed = moment(today(now, shop.time_zone) - _CLOSED, 20, shop.time_zone)
    opened, known = closed - _OPEN, closed + _KNOWN
    request = DrawRequest(
        title=title.ref,
        copies=1,
        closes_at=closed,
        known_at=known,
        until=closed + _KEPT,
        source=_INVENTED,
        days=30,
        text="Le dernier exemplaire de la première édition.",
    )
    draw = open_draw(of=shop, request=request, actor=SYSTEM, now=opened)
    lot = draw.lots.get()
    for at, name in enumerate(_PEOPLE):
        asked = EntryRequest(
            draw_id=draw.pk, lot_id=lot.pk, name=name, email=f"tirage.{at}@lecture.example"
        )
        entry = enter(asked, now=opened)
        confirm_entry(token=entry.token or "", now=opened)
    freeze_due(now=closed)
    draw_lots(draw=draw, value=_VALUE, actor=SYSTEM, now=known)
