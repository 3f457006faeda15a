"""Special orders: which shop orders which title from its suppliers for a reader."""

from comptoir.catalogue.models import Availability, ProductKind
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
