"""What the page of an event says to search engines, in the words of schema.org (JSON-LD)."""

from typing import Any
from zoneinfo import ZoneInfo

from comptoir.catalogue.models import Product, ProductKind
from comptoir.events.models import Event, EventKind
from comptoir.networks.portal import site_address
from comptoir.shops.models import Shop, ShopKind
from comptoir.site.events.feeds import page_of
from comptoir.ui.addresses import address

_TYPES = {
    EventKind.SIGNING: "LiteraryEvent",
    EventKind.CONCERT: "MusicEvent",
    EventKind.READING: "LiteraryEvent",
    EventKind.WORKSHOP: "EducationEvent",
    EventKind.OTHER: "Event",
}


def event_data(event: Event) -> dict[str, Any]:
    """Return an `Event` with its place, its shop and its titles. Moments have the offset of the
    shop's clock. An in-store concert is a `MusicEvent`, whatever the shop sells."""
    shop, zone = event.shop, ZoneInfo(event.shop.time_zone)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES[EventKind(event.kind)],
        "@id": page_of(event),
        "url": page_of(event),
        "name": event.title,
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "eventStatus": "https://schema.org/"
        + ("EventCancelled" if event.cancelled_at else "EventScheduled"),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(event),
        "organizer": _organizer(shop),
        "description": event.text or f"{event.get_kind_display()} – {shop.name}",
    }
    if event.ends_at is not None:
        data["endDate"] = event.ends_at.astimezone(zone).isoformat()
    if event.capacity is not None:
        data["maximumAttendeeCapacity"] = event.capacity
    if event.is_free:
        data["isAccessibleForFree"] = True
        data["offers"] = {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "EUR",
            "url": page_of(event),
        }
    if titles := [_title(product) for product in event.products.all()]:
        data["about"] = titles
    return data


def _place(event: Event) -> dict[str, Any]:
    shop = event.shop
    if not event.is_elsewhere:
        at = {
            "streetAddress": shop.street,
            "postalCode": shop.postcode,
            "addressLocality": shop.city,
        }
        return {"@type": "Place", "name": shop.name, "address": _address(at)}
    at = {
        "streetAddress": event.street,
        "postalCode": event.postcode,
        "addressLocality": event.city,
    }
    return {"@type": "Place", "name": event.venue or event.city, "address": _address(at)}


def _address(parts: dict[str, str]) -> dict[str, str]:
    given = {name: value for name, value in parts.items() if value}
    return {"@type": "PostalAddress", **given, "addressCountry": "FR"}


def _organizer(shop: Shop) -> dict[str, str]:
    kind = "MusicStore" if shop.kind == ShopKind.RECORDS else "BookStore"
    url = site_address() + address("site:shop", shop.slug)
    return {"@type": kind, "@id": url, "name": shop.name, "url": url}


def _title(product: Product) -> dict[str, str]:
    kind = {ProductKind.RECORD.value: "MusicAlbum", ProductKind.BOOK.value: "Book"}
    url = site_address() + address("site:product", product.ref)
    return {"@type": kind.get(product.kind, "Product"), "name": product.title, "url": url}
