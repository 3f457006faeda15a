"""Releases of a shop that becomes part of another."""

from comptoir.releases import memory
from comptoir.releases.models import Release
from comptoir.shops.models import Shop


def follow_merger(gone: Shop, into: Shop) -> None:
    """Have what a shop announced hold in the other, where the strictest holds of what both did.

    A step inside the transaction of a merger, which has locked both shops. Writes: the releases.
    """
    if Release.objects.filter(shop=gone).update(shop=into):
        memory.forget()
