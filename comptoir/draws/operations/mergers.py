"""Draws of a shop that becomes part of another."""

from collections.abc import Mapping

from comptoir.accounts.actors import Actor
from comptoir.draws.models import Draw, DrawLot, Phase
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer


def follow_merger(gone: Shop, into: Shop, stands_for: Mapping[int, Offer], actor: Actor) -> None:  # noqa: ARG001
    """Have the draws of a shop, and the copies that it put into those of networks, be the other's:
    who has won takes the copy there. Where both have copies in one draw, they are one lot while one
    may enter; once the list is frozen both stay, for it names them.

    A step inside the transaction of a merger, which has locked both shops and their offers. Locks:
    the draws, by primary key. Writes: them, their lots and entries.
    """
    Draw.objects.filter(shop=gone).update(shop=into)
    lots = DrawLot.objects.filter(shop=gone)
    draws = Draw.objects.filter(pk__in=lots.values("draw")).order_by("pk")
    for draw in draws.select_for_update(no_key=True):
        lot = lots.get(draw=draw)
        if lot.offer_id in stands_for:
            lot.offer = stands_for[lot.offer_id or 0]
        other = draw.lots.filter(shop=into).first()
        if other is None:
            lot.shop = into
        elif draw.phase is Phase.OPEN and other.offer_id == lot.offer_id:
            other.copies, other.held = other.copies + lot.copies, other.held + lot.held
            lot.entries.update(lot=other)
            lot.delete()
            lot = other
        lot.save()
