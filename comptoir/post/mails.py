"""What the mails about parcels show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any

from comptoir.core.words import spaced_code
from comptoir.networks.portal import shown_as
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.orders.mails import address, portal_of
from comptoir.post.models import Parcel
from comptoir.post.operations.news import TEMPLATES
from comptoir.post.reads import tracking_page


def prepare() -> None:
    """Register the builder of the mails of this package."""
    for template in TEMPLATES:
        register(template, parcel_context)


def parcel_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail about a parcel shows; `named` holds its key. Raises `NoLongerTrue` once
    it has arrived, or its order is erased."""
    known = Parcel.objects.select_related("order__shop", "order__address")
    parcel = known.prefetch_related("contents__line").filter(pk=named["parcel"]).first()
    if parcel is None or parcel.delivered_at is not None or parcel.order.erased_at is not None:
        raise NoLongerTrue
    order = parcel.order
    with shown_as(portal_of(order)) as site:
        url = address("site:order", order.token)
        withdraw_url = address("site:withdrawal", order.token)
    return {
        "name": order.name,
        "code": spaced_code(order.code),
        "shop": order.shop,
        "contents": [(each.quantity, each.line.title) for each in parcel.contents.all()],
        "rest": [(line.held, line.title) for line in order.lines.all() if line.held],
        "carrier": parcel.get_carrier_display() if parcel.carrier else "",
        "tracking": parcel.tracking,
        "page": tracking_page(parcel),
        "url": url,
        "withdraw_url": withdraw_url,
        "portal": site,
    }
