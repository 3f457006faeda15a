"""From the models to the schemas, and from a schema to the answer: bytes once, a validator for
caches, and who may read it. No rule, and no query that its caller did not prepare."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from pydantic import BaseModel

from comptoir.api import schemas
from comptoir.api.routes import entries
from comptoir.api.routes.parcels.entries import parcels_out
from comptoir.api.trade import postal
from comptoir.catalogue.models import Product
from comptoir.core.identifiers import isbn10
from comptoir.networks.portal import site_address
from comptoir.orders.models import Order, OrderEvent, OrderLine
from comptoir.releases.reads import shown_of
from comptoir.shops.doors.phrases import sentences
from comptoir.shops.memory import Directory, directory
from comptoir.shops.models import Shop
from comptoir.shops.page.models import ShopPhoto
from comptoir.shops.phrases import opening, why_shut
from comptoir.stock.models import Offer
from comptoir.stock.shelf.copies import CopyFacts, facts_of
from comptoir.stock.shelf.standing import ShopOffer

JSON = "application/json"
LONGEST_EAN = 40
_ANY = "TOKEN"


def public(request: HttpRequest, body: BaseModel, *, seconds: int) -> HttpResponse:
    """Return an answer anybody may read, from any site, and keep for some seconds.

    The `ETag` is of the content; a client that already has it gets 304 and no body.
    """
    return public_text(request, body.model_dump_json(by_alias=True), seconds=seconds)


def public_text(request: HttpRequest, text: str, *, seconds: int) -> HttpResponse:
    """Return what `public` does, of an answer that is JSON already."""
    content = text.encode()
    etag = f'W/"{blake2b(content, digest_size=12).hexdigest()}"'
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known == "*" or etag in {value.strip() for value in known.split(",")}:
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(content, content_type=JSON)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    return response


def private(body: BaseModel, *, status: int = 200) -> HttpResponse:
    """Return an answer for this client alone, kept by nobody."""
    response = HttpResponse(
        body.model_dump_json(by_alias=True).encode(), status=status, content_type=JSON
    )
    response["Cache-Control"] = "private, no-store"
    return response


def page(name: str, word: str) -> str:
    """Return the address of a page for people."""
    return site_address() + _path(name, word)


@lru_cache(maxsize=4096)
def _path(name: str, word: str) -> str:
    return reverse(name, args=[word])


def page_of(name: str, token: str) -> str:
    """Return the address of a page for whoever has its secret, which is not kept here."""
    return page(name, _ANY).replace(_ANY, token)


def product(item: Product) -> schemas.ProductOut:
    """Return a product as lists show it."""
    return schemas.ProductOut(**_product(item))


def full_product(item: Product) -> schemas.ProductFullOut:
    """Return all of a product; reads its contributors."""
    return schemas.ProductFullOut(
        **_product(item),
        isbn10=isbn10(item.ean) if item.ean else None,
        catalogue_number=item.catalogue_number,
        language=item.language,
        pages=item.pages,
        description=item.description,
        cover_url=item.cover_url,
        vat_rate=item.vat_rate,
        contributors=[
            schemas.ContributorOut(name=person.name, role=person.role)
            for person in item.contributors.all()
        ],
    )


def shop_brief(shop: Shop) -> schemas.ShopBriefOut:
    """Return a shop as one line shows it."""
    return schemas.ShopBriefOut(**_shop_brief(shop))


def shop(item: Shop, metres: float | None, at: datetime, kept: Directory) -> entries.ShopOut:
    """Return a shop of the directory; reads what belongs to it (`shops.memory.DETAILS`)."""
    return entries.ShopOut(**_shop(item, metres, at, kept))


def full_shop(item: Shop, at: datetime) -> entries.ShopFullOut:
    """Return all of a shop's page."""
    return entries.ShopFullOut(
        **_shop(item, None, at, directory()),
        description=item.description,
        links=[entries.LinkOut(url=each.url, label=each.label) for each in item.links.all()],
        photos=[_photo(photo) for photo in item.photos.all()],
    )


def _photo(item: ShopPhoto) -> entries.PhotoOut:
    url, file = page("site:shop_photo", f"{item.file_id}-grande"), item.file
    return entries.PhotoOut(
        url=url, width=file.width, height=file.height, alt=item.alt, credit=item.credit
    )


def offers(
    found: Iterable[ShopOffer], refs: Mapping[int, str], at: datetime
) -> list[schemas.OfferOut]:
    """Return who has what; `refs` names the products."""
    kept = directory()
    return [_offer(item, refs[item.product_id], at, kept) for item in found]


def order(item: Order, refs: Mapping[int, str], *, look: bool = False) -> schemas.OrderOut:
    """Return an order as its customer sees it, from memory alone unless it is charged, or it is to
    `look` whether one to collect is."""
    return schemas.OrderOut(**_order(item, refs, look=look))


def full_order(item: Order) -> schemas.OrderFullOut:
    """Return an order with its history; reads lines, their products, events and parcels."""
    known, parcels = _order(item, refs_of(item), look=True), parcels_out(item)
    return schemas.OrderFullOut(**known, events=_events(item.events.all()), parcels=parcels)


def shop_order(item: Order) -> schemas.ShopOrderOut:
    """Return an order as the shop sees it: with the customer, without the customer's secret."""
    return schemas.ShopOrderOut(
        code=item.code,
        status=item.status,
        channel=item.channel,
        placed_at=item.placed_at,
        confirm_by=item.confirm_by,
        deadline=_deadline(item),
        slot=_slot(item),
        to_confirm=item.to_confirm,
        answer_by=item.answer_by,
        customer=schemas.PersonOut(name=item.name, email=item.email, phone=item.phone),
        **postal.charged(item),
        lines=[
            schemas.ShopOrderLineOut(id=one.pk, **_line(one, _own_word(one.product)))
            for one in item.lines.all()
        ],
        events=_events(item.events.all()),
    )


def _product(item: Product) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "ean": item.ean,
        "kind": item.kind,
        "state": item.state,
        "title": item.title,
        "subtitle": item.subtitle,
        "byline": item.byline,
        "series": item.series,
        "series_number": item.series_number,
        "publisher": item.publisher,
        "format": item.format,
        "units": item.units,
        "published": item.published,
        "list_price_cents": item.list_price_cents,
        "availability": item.availability,
        "url": page("site:product", item.ref),
    }


def _shop_brief(item: Shop) -> dict[str, Any]:
    return {
        "slug": item.slug,
        "siret": item.siret,
        "name": item.name,
        "kind": item.kind,
        "city": item.city,
        "postcode": item.postcode,
        "latitude": item.latitude,
        "longitude": item.longitude,
        "placed_in_town": item.placed_in_town,
        "url": page("site:shop", item.slug),
    }


def _shop(item: Shop, metres: float | None, at: datetime, kept: Directory) -> dict[str, Any]:
    return {
        **_shop_brief(item),
        **_open(item, at, kept),
        "street": item.street,
        "phone": item.phone,
        "email": "",
        "website": item.website,
        "services": sorted(service.kind for service in item.services.all()),
        "services_detail": [
            entries.ServiceOut(service=each.kind, how=each.how)
            for each in sorted(item.services.all(), key=lambda each: each.kind)
        ],
        "specialities": sorted(each.kind for each in item.specialities.all()),
        "networks": [
            entries.NetworkOut(network=each.network.slug, name=each.network.name)
            for each in item.memberships.all()
        ],
        "wheelchair": item.wheelchair,
        "doors": _doors(item, at, kept),
        "opening_hours": item.opening_hours,
        "time_zone": item.time_zone,
        "hold_days": item.hold_days,
        "metres": None if metres is None else round(metres),
    }


def _doors(item: Shop, at: datetime, kept: Directory) -> entries.DoorsOut | None:
    door = kept.door(item.pk, at)
    if door is None:
        return None
    return entries.DoorsOut(
        mode=door.mode,
        until=door.ends,
        said=sentences(door, ZoneInfo(item.time_zone), at),
        text=door.text,
        network=door.network,
    )


def _open(item: Shop, at: datetime, kept: Directory) -> dict[str, Any]:
    state = kept.state_of(item, at)
    return {
        "open_now": state.is_open,
        "open_until": state.until,
        "opens_at": state.opens_at,
        "closed_for": why_shut(state) or None,
        "by_appointment": state.appointment.words if state.appointment else None,
        "opening": opening(item, state, at),
    }


def _offer(item: ShopOffer, ref: str, at: datetime, kept: Directory) -> schemas.OfferOut:
    return schemas.OfferOut(
        offer=item.offer_id,
        product=ref,
        shop=shop_brief(item.shop),
        condition=item.condition,
        issue=item.issue,
        copy_=copy_of(item.copy),
        price_cents=item.price_cents,
        **shown_of(item, at),
        as_of=item.as_of,
        confidence=item.confidence,
        metres=None if item.metres is None else round(item.metres),
        **_open(item.shop, at, kept),
    )


def shop_copy(offer: Offer) -> schemas.ShopCopyOut:
    """Return one of a shop's own copies; reads its product and its copy."""
    return schemas.ShopCopyOut(
        offer=offer.pk,
        product=_own_word(offer.product),
        title=offer.product.title,
        condition=offer.condition,
        copy_=copy_of(facts_of(offer)),
        price_cents=offer.price_cents,
        as_of=offer.as_of,
    )


def _own_word(item: Product) -> str:
    """Return how a product is named to its shop's own program: by the till's number, where it has
    no EAN but that."""
    return item.number or item.ref


def copy_of(facts: CopyFacts | None) -> schemas.CopyOut | None:
    """Return what is told of a one-off copy; None of alike copies."""
    if facts is None:
        return None
    return schemas.CopyOut(
        ref=facts.label,
        sleeve=facts.sleeve,
        note=facts.note,
        photo=page("site:photo", facts.photo) if facts.photo else None,
        thumbnail=page("site:photo_small", facts.photo) if facts.photo else None,
    )


def _order(item: Order, refs: Mapping[int, str], *, look: bool = False) -> dict[str, Any]:
    return {
        "token": item.token,
        "code": item.code,
        "shop": shop_brief(item.shop),
        "status": item.status,
        "channel": item.channel,
        "placed_at": item.placed_at,
        "confirm_by": item.confirm_by,
        "held_until": item.held_until,
        "deadline": _deadline(item),
        "slot": _slot(item),
        "to_confirm": item.to_confirm,
        "answer_by": item.answer_by,
        "url": page_of("site:order", item.token),
        **postal.charged(item, look=look),
        "lines": [
            schemas.OrderLineOut(**_line(one, refs[one.product_id])) for one in item.lines.all()
        ],
    }


def _deadline(item: Order) -> datetime | None:
    """Return until when copies are kept; nobody knows while doors are closed without an end."""
    return None if item.promised_until else item.deadline


def _slot(item: Order) -> schemas.SlotOut | None:
    if item.slot_at is None or item.slot_until is None:
        return None
    return schemas.SlotOut(start=item.slot_at, end=item.slot_until)


def _line(one: OrderLine, ref: str) -> dict[str, Any]:
    return {
        "product": ref,
        "confidence": one.confidence,
        "title": one.title,
        "condition": one.condition,
        "copy_": copy_of(one.copy),
        "quantity": one.quantity,
        "price_cents": one.price_cents,
        "status": one.status,
    }


def refs_of(item: Order) -> dict[int, str]:
    """Return the word that names each product of an order; reads its lines and their products."""
    return {one.product_id: one.product.ref for one in item.lines.all()}


def _events(events: Iterable[OrderEvent]) -> list[schemas.EventOut]:
    return [
        schemas.EventOut(
            kind=event.kind,
            status=event.status,
            happened_at=event.happened_at,
            actor=event.actor_kind,
        )
        for event in events
    ]
