"""What a reader sees of their parcels."""

from dataclasses import dataclass

from comptoir.orders.models import Delivery, Order
from comptoir.post.models import Parcel
from comptoir.post.reads import parcels_by_token, tracking_page


@dataclass(frozen=True, slots=True)
class Shown:
    """One parcel that has left: what is in it, and the address at which its carrier shows it."""

    parcel: Parcel
    titles: list[str]
    page: str


def parcels_of(order: Order) -> list[Shown]:
    """Return the parcels of an order that have left, for its page; of one to collect none, without
    a query."""
    if order.delivery != Delivery.MAIL:
        return []
    return [_shown(parcel) for parcel in parcels_by_token(order.token)]


def _shown(parcel: Parcel) -> Shown:
    titles = [
        each.line.title if each.quantity == 1 else f"{each.quantity} × {each.line.title}"
        for each in parcel.contents.all()
    ]
    return Shown(parcel, titles, tracking_page(parcel))
