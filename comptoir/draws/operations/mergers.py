"""Draws of a shop that becomes part of another."""

from collections.abc import Mapping

from django.db.models import Q

from comptoir.accounts.actors import Actor
from comptoir.draws.models import Draw, DrawLot, Phase
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer


def lock_draws(gone: Shop) -> None:
    """Lock the draws of a shop, and those in which it has copies: who takes one holds its draw and
    waits for the offer. A step of a merger, which has locked the shops. Locks: the draws, by
    primary key."""
    which = Q(shop=gone) | Q(pk__in=DrawLot.objects.filter(shop=gone).values("draw"))
    list(Draw.objects.select_for_update(no_key=True).filter(which).order_by("pk"))


def follow_merger(gone: Shop, into: Shop, stands_for: Mapping[int, Offer], actor: Actor) -> None:  # noqa: ARG001
    """Have the draws of a shop, and the copies that it put into those of networks, be the other's:
    who has won takes the copy there. Where both have copies in one draw, they are one lot while one
    may enter; once the list is frozen both stay, for it names them.

    A step inside the transaction of a merger, which has locked both shops, the draws (`lock_draws`)
    and the offers. Writes: them, their lots and entries.
    """
    Draw.objects.filter(shop=gone).update(shop=into)
    lots = DrawLot.objects.filter(shop=gone)
    for draw in Draw.objects.filter(pk__in=lots.values("draw")).order_by("pk"):
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
