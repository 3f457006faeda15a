"""What a shop buys follows it when it becomes part of another."""

from collections.abc import Mapping

from django.db.models import F, Max
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.purchases.models import Arrival, Buyer, Purchase, Supplier, Supply, Wish
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer


def follow_merger(gone: Shop, into: Shop, stands_for: Mapping[int, Offer], actor: Actor) -> None:  # noqa: ARG001
    """Have the suppliers, purchases and wishes of a shop be those of the one that it becomes part
    of. Its purchases are numbered on behind those; where both know a supplier by one name, it is
    one. What was scanned and not put away is forgotten: it is scanned again, in the shop that
    stays. The word of that shop on what comes from whom counts, and its own GLN, where it has one.

    A step inside the transaction of a merger, which has locked both shops. Writes: them all.
    """
    Arrival.objects.filter(shop=gone, closed_at=None).delete()
    last = Purchase.objects.filter(shop=into).aggregate(last=Max("number"))["last"] or 0
    first = Purchase.objects.filter(shop=gone).aggregate(most=Max("number"))["most"] or 0
    # Past both ranges first: the numbers of a shop are unique at every moment.
    mine = Purchase.objects.filter(shop=gone)
    mine.update(number=F("number") + last + first)
    mine.update(number=F("number") - first, shop=into)
    _join_suppliers(gone, into)
    known = Supply.objects.filter(shop=into)
    said = Supply.objects.filter(shop=gone)
    said.filter(product__in=known.exclude(product=None).values("product")).delete()
    said.filter(product=None, publisher__in=known.filter(product=None).values("publisher")).delete()
    said.update(shop=into)
    if not Buyer.objects.filter(shop=into).exists():
        Buyer.objects.filter(shop=gone).update(shop=into)
    wishes = Wish.objects.filter(shop=gone)
    wishes.filter(product__in=Wish.objects.filter(shop=into).values("product")).delete()
    wishes.update(shop=into)
    Arrival.objects.filter(shop=gone).update(shop=into)


def _join_suppliers(gone: Shop, into: Shop) -> None:
    names = {each.name: each for each in Supplier.objects.filter(shop=into, ended_at=None)}
    for supplier in Supplier.objects.filter(shop=gone):
        same = names.get(supplier.name) if supplier.ended_at is None else None
        if same is not None:
            supplier.purchases.update(supplier=same)
            supplier.supplies.update(supplier=same)
            supplier.ended_at = timezone.now()
        supplier.shop = into
        supplier.save(update_fields=["shop", "ended_at"])
