"""On what terms a shop takes a reservation: which titles it orders from its suppliers for a reader,
and by when it answers whether a copy is there.

A copy that is not sure enough to be promised outright is held all the same; the shop searches the
shelf, and its tap (set aside, or not on the shelf) is the answer.
"""

from datetime import datetime, timedelta

from django.conf import settings

from comptoir.catalogue.models import Availability, ProductKind
from comptoir.shops.hours import after_time_open
from comptoir.shops.models import ServiceKind, Shop, ShopKind, ShopQuerySet

SELLERS = {
    ProductKind.BOOK.value: (ShopKind.BOOKS.value, ShopKind.BOTH.value),
    ProductKind.RECORD.value: (ShopKind.RECORDS.value, ShopKind.BOTH.value),
    ProductKind.OTHER.value: (ShopKind.BOOKS.value, ShopKind.BOTH.value),
}


def may_be_ordered(shop: Shop, *, kind: str, availability: str) -> bool:
    """Whether a reader may ask a shop to order a title of this kind and availability.

    The shop offers it, sells that kind, and the title is still supplied. Reads `shop.services`,
    prefetched where there are many shops.
    """
    return (
        availability != Availability.UNAVAILABLE
        and shop.kind in SELLERS[kind]
        and any(service.kind == ServiceKind.SPECIAL_ORDERS for service in shop.services.all())
    )


def shops_to_ask(*, kind: str, availability: str) -> ShopQuerySet:
    """Return the public shops for which `may_be_ordered` holds."""
    shops = Shop.objects.open_to_public()
    if availability == Availability.UNAVAILABLE:
        return shops.none()
    return shops.filter(services__kind=ServiceKind.SPECIAL_ORDERS, kind__in=SELLERS[kind])


def pay_by(start: datetime) -> datetime:
    """Return (UTC) until when an order that is placed at a moment, to be posted, holds its copies
    unpaid: `COMPTOIR_PAY_MINUTES`, as long as a payment page lives."""
    return start + timedelta(minutes=settings.PAY_MINUTES)


def answer_by(shop: Shop, start: datetime) -> datetime:
    """Return (UTC) by when a shop that is asked at a moment should answer: in opening time.

    Reads `shop.closures`. The number of hours is `COMPTOIR_ANSWER_HOURS`.
    """
    return after_time_open(shop, start, timedelta(hours=settings.ANSWER_HOURS))
