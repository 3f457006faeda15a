"""The lines of an order as they are promised: out of offers that are locked, or to be ordered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import TILL_SOURCE, ProductState, own_ref
from comptoir.core.db import Mould, fetch
from comptoir.core.errors import NotFound
from comptoir.orders.errors import CopiesGone, NotOrderedHere
from comptoir.orders.models import LineStatus, OrderLine
from comptoir.orders.operations.requests import LineRequest, PlaceRequest
from comptoir.orders.terms import may_be_ordered
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition
from comptoir.stock.shelf.copies import CopyFacts
from comptoir.stock.shelf.holds import LockedOffer

LINES = Mould(OrderLine)


@dataclass(frozen=True, slots=True)
class Title:
    """A listed title that somebody wants ordered; its price in cents. `own_ref` is that of an
    article of one shop alone, empty for what is the same everywhere."""

    title: str
    price_cents: int | None
    kind: str
    availability: str
    own_ref: str

    def is_seen_in(self, shop_id: int) -> bool:
        """Whether a shop may have it."""
        return not self.own_ref or self.own_ref.startswith(own_ref(shop_id, ""))


def read_titles(product_ids: set[int]) -> dict[int, Title]:
    """Return those of these products that are listed, by key."""
    if not product_ids:
        return {}
    rows = fetch(
        "SELECT id, title, list_price_cents, kind, availability,"
        " CASE WHEN source = %s THEN source_ref ELSE '' END FROM catalogue_product"
        " WHERE id = ANY(%s) AND state = %s",
        [TILL_SOURCE, list(product_ids), ProductState.LISTED.value],
    )
    return {key: Title(*row) for key, *row in rows}


def promised_lines(
    request: PlaceRequest,
    shop: Shop,
    offers: Mapping[int, LockedOffer],
    titles: Mapping[int, Title],
    now: datetime,
) -> list[OrderLine]:
    """Return the lines that a request makes, of locked offers; nothing is taken from them yet.

    Raises `NotFound` (`no_such_offer`, `no_such_product`), `NotOrderedHere` or `CopiesGone`.
    """
    lines: list[OrderLine] = []
    gone: list[dict[str, int]] = []
    needed: Counter[int] = Counter()
    for line in request.lines:
        if line.offer_id is None:
            lines.append(_special_line(line, request, shop, titles))
            continue
        offer = offers.get(line.offer_id)
        if offer is None or offer.shop_id != shop.pk or offer.product_id != line.product_id:
            raise NotFound("no_such_offer", _("This shop does not have this title."))
        needed[offer.id] += line.quantity
        if offer.available < needed[offer.id]:
            gone.append(
                {
                    "product_id": offer.product_id,
                    "offer_id": offer.id,
                    "available": _told(offer, shop, trusted=request.trusted),
                }
            )
        lines.append(_stock_line(line, offer, needed[offer.id], now))
    if gone:
        raise CopiesGone(gone)
    return lines


def _told(offer: LockedOffer, shop: Shop, *, trusted: bool) -> int:
    """Return how many copies there are to whoever was refused: to others than the staff what the
    shop lets them see. It costs nothing to ask for more than any shop has."""
    there = max(offer.available, 0)
    return there if trusted else shop.shown_of(there)


def _stock_line(line: LineRequest, offer: LockedOffer, taken: int, now: datetime) -> OrderLine:
    """Return the line, graded by the offer under its lock, whatever a page showed before."""
    made = LINES.make(
        product_id=offer.product_id,
        offer_id=offer.id,
        status=LineStatus.HELD,
        quantity=line.quantity,
        held=line.quantity,
        confidence=offer.confidence(taken, now),
        title=offer.title,
        condition=offer.condition,
        price_cents=offer.price_cents,
        **_copy(offer.copy),
    )
    # What the copy shows now was read with it; whoever is answered in the loop may not ask again.
    made.photo_is_shown = bool(made.photo)  # type: ignore[attr-defined]
    return made


def _copy(facts: CopyFacts | None) -> dict[str, str]:
    """Return what a line keeps of the one-off copy that the reader chose."""
    if facts is None:
        return {}
    return {
        "copy_ref": facts.ref,
        "sleeve": facts.sleeve,
        "note": facts.note,
        "photo": facts.photo,
    }


def _special_line(
    line: LineRequest, request: PlaceRequest, shop: Shop, titles: Mapping[int, Title]
) -> OrderLine:
    found = titles.get(line.product_id)
    if found is None or not found.is_seen_in(shop.pk):
        raise NotFound("no_such_product", _("There is no such title in the catalogue."))
    ordered = may_be_ordered(shop, kind=found.kind, availability=found.availability)
    if not (request.trusted or ordered):
        raise NotOrderedHere(line.product_id)
    return LINES.make(
        product_id=line.product_id,
        status=LineStatus.TO_ORDER,
        quantity=line.quantity,
        title=found.title,
        condition=Condition.NEW,
        price_cents=found.price_cents,
    )
