"""Numbers of parcels that are needed no more."""

from collections.abc import Collection

from comptoir.post.models import Parcel


def erase_numbers(orders: Collection[int]) -> None:
    """Erase the carriers' numbers of the parcels of orders: they tell where somebody lives. A step
    of the erasure of their addresses (`orders.postal.erasure`). Writes: the parcels."""
    Parcel.objects.filter(order__in=orders).exclude(tracking="").update(tracking="")
