"""Readers told of their parcels, by mail."""

from comptoir.notifications.operations import Draft, queue
from comptoir.orders.operations.moves import about
from comptoir.post.models import Parcel

TEMPLATES = ("parcel_left", "parcel_number")


def tell(parcel: Parcel, template: str) -> None:
    """Queue a mail about a parcel to whom it is for, if there is an address. A step. Writes: a
    mail."""
    order = parcel.order
    if order.email:
        draft = Draft(
            to=order.email,
            language=order.language,
            template=template,
            context={"parcel": parcel.pk},
            about=about(order.pk),
        )
        queue([draft])
