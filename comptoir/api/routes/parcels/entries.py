"""Parcels as the API gives them."""

from datetime import datetime

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field

from comptoir.orders.models import Delivery, Order
from comptoir.post.models import Parcel
from comptoir.post.reads import parcels_by_token, tracking_page


class ParcelLineOut(BaseModel):
    title: str
    quantity: int


class ParcelOut(BaseModel):
    carrier: str = Field(
        description=_(
            "`la_poste`, `colissimo`, `chronopost`, `mondial_relay`, `other`, or empty: not said"
        )
    )
    tracking: str = Field(description=_("The carrier's number; empty where there is none"))
    tracking_url: str = Field(description=_("Where its carrier shows it; empty: not known"))
    handed_at: datetime | None = Field(description=_("When it left the shop"))
    delivered_at: datetime | None = Field(description=_("When somebody said that it arrived"))
    lines: list[ParcelLineOut]


def parcels_out(item: Order) -> list[ParcelOut]:
    """Return the parcels of an order that have left; of one to collect none, without a query."""
    if item.delivery != Delivery.MAIL:
        return []
    return [parcel_out(each) for each in parcels_by_token(item.token)]


def parcel_out(item: Parcel) -> ParcelOut:
    """Return a parcel; reads its contents, and the address of its order."""
    return ParcelOut(
        carrier=item.carrier,
        tracking=item.tracking,
        tracking_url=tracking_page(item),
        handed_at=item.handed_at,
        delivered_at=item.delivered_at,
        lines=[
            ParcelLineOut(title=each.line.title, quantity=each.quantity)
            for each in item.contents.all()
        ],
    )
