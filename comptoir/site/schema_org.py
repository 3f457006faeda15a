"""What pages say to search engines, in the words of schema.org (JSON-LD)."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.catalogue.models import Product, ProductKind
from comptoir.core.money import plain_cents
from comptoir.networks.portal import site_address
from comptoir.shops.doors.phrases import sentences
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop, ShopKind
from comptoir.site.present import OfferRow
from comptoir.site.schedule import hours_now
from comptoir.site.shops.photos import pictures_of
from comptoir.stock.shelf.confidence import Confidence
from comptoir.ui.addresses import address as address_of

_KINDS = {
    ShopKind.BOOKS: "BookStore",
    ShopKind.RECORDS: "MusicStore",
    ShopKind.BOTH: "BookStore",
}
MOST_OFFERS = 20
_AVAILABILITY = {
    Confidence.SURE: "InStoreOnly",
    Confidence.LIKELY: "InStoreOnly",
    Confidence.TO_CONFIRM: "LimitedAvailability",
}


def as_script(data: dict[str, Any]) -> str:
    """Return JSON that no HTML parser can be led out of."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def product_data(product: Product, rows: list[OfferRow], address: str) -> dict[str, Any]:
    """Return a `Book` or `MusicAlbum` with the offers of the shops."""
    data: dict[str, Any] = {"@context": "https://schema.org", "@id": address, "url": address}
    data["name"] = product.title
    data["image"] = product.cover_url or site_address() + address_of("site:cover", product.ref)
    person = {"@type": "Person", "name": product.byline}
    if product.kind == ProductKind.RECORD:
        data |= {"@type": ["MusicAlbum", "Product"]} | (
            {"byArtist": {"@type": "MusicGroup", "name": product.byline}} if product.byline else {}
        )
    elif product.kind == ProductKind.BOOK:
        data |= {"@type": ["Book", "Product"]} | ({"author": person} if product.byline else {})
        if product.ean:
            data["isbn"] = product.ean
    else:
        data["@type"] = "Product"
    if product.ean:
        data["gtin13"] = product.ean
    if product.published:
        data["datePublished"] = product.published
    if product.publisher and product.kind == ProductKind.BOOK:
        data["publisher"] = {"@type": "Organization", "name": product.publisher}
    data["offers"] = [_offer(row) for row in rows[:MOST_OFFERS] if row.offer.price_cents]
    return data


def _offer(row: OfferRow) -> dict[str, Any]:
    cents = row.offer.price_cents or 0
    shop = row.at.shop
    # The shop itself: by the same `@id` its own page tells where it is and when it is open.
    there = {
        "@type": _KINDS[ShopKind(shop.kind)],
        "@id": site_address() + address_of("site:shop", shop.slug),
        "name": shop.name,
    }
    return {
        "@type": "Offer",
        "price": plain_cents(cents, mark="."),
        "priceCurrency": "EUR",
        "availability": "https://schema.org/" + _AVAILABILITY[row.offer.confidence],
        "itemCondition": "https://schema.org/" + ("UsedCondition" if row.used else "NewCondition"),
        "seller": there,
        "availableAtOrFrom": {"@id": there["@id"]},
    }


def shop_data(shop: Shop) -> dict[str, Any]:
    """Return a `BookStore` or `MusicStore` of `shops.memory`: its address, photos, links, hours."""
    address = site_address() + address_of("site:shop", shop.slug)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _KINDS[ShopKind(shop.kind)],
        "@id": address,
        "url": shop.website or address,
        "name": shop.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": shop.street,
            "postalCode": shop.postcode,
            "addressLocality": shop.city,
            "addressCountry": "FR",
        },
    }
    if not shop.placed_in_town:
        data["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": shop.latitude,
            "longitude": shop.longitude,
        }
    if pictures := pictures_of(shop):
        data["image"] = pictures
    if links := [link.url for link in shop.links.all()]:
        data["sameAs"] = links
    data |= hours_now(shop) | _announced(shop, address)
    return data | ({"telephone": shop.phone} if shop.phone else {})


def _announced(shop: Shop, address: str) -> dict[str, Any]:
    """Return that the doors of a shop are closed to the public, where they are: its hours stay, for
    it can be reached all the same."""
    now = timezone.now()
    door = directory().door(shop.pk, now)
    if door is None:
        return {}
    said = {
        "@type": "SpecialAnnouncement",
        "name": sentences(door, ZoneInfo(shop.time_zone), now),
        "text": door.text or sentences(door, ZoneInfo(shop.time_zone), now),
        "datePosted": door.begins.isoformat(),
        "announcementLocation": {"@id": address},
    }
    return {"subjectOf": said | ({"expires": door.ends.isoformat()} if door.ends else {})}
