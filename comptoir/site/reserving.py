"""From a reader's basket to an order: what each line is now, and what is asked of `orders`."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.core import signing
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.catalogue.models import Product, ProductState
from comptoir.core.errors import Invalid
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import (
    MAX_QUANTITY,
    Customer,
    LineRequest,
    PlaceRequest,
    check,
)
from comptoir.orders.terms import answer_by
from comptoir.shops.hours import deadline
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.site.basket import Basket, BasketLine
from comptoir.site.present import OfferRow, ShopRow, offer_rows, shop_row
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.standing import ShopOffer, who_has

OTHERS = 3
# Another one whenever what a form carries changes: a form of before then leads to the basket.
SALT = "comptoir.site.reserving.2"
DAY_SECONDS = 86400
_PUT_RIGHT: dict[str, dict[str, str]] = {
    "name": {"name": "-"},
    "contact": {"email": "reader@example.org"},
    "email": {"email": "reader@example.org"},
    "phone": {"phone": "+33549000000"},
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of the basket as it stands now. `here` is the copy itself, None when it has gone or
    is to be ordered; `others` are the nearest other shops that have the title, when it has gone."""

    line: BasketLine
    product: Product
    here: OfferRow | None
    others: list[OfferRow]

    @property
    def special(self) -> bool:
        """Whether the shop would order it."""
        return self.line.offer_id is None

    @property
    def gone(self) -> bool:
        """Whether the copies asked for are no longer all there."""
        return not self.special and (
            self.here is None or self.here.offer.available < self.line.quantity
        )

    @property
    def to_confirm(self) -> bool:
        """Whether the shop would look first for the copies, all of which are shown as there."""
        here = None if self.gone else self.here
        return here is not None and here.offer.confidence == Confidence.TO_CONFIRM

    @property
    def most(self) -> int:
        """How many copies may be asked for."""
        return min(MAX_QUANTITY, self.here.offer.available) if self.here else MAX_QUANTITY

    @property
    def quantities(self) -> range:
        """The choices of the quantity field."""
        return range(1, max(self.most, self.line.quantity) + 1)

    @property
    def cents(self) -> int | None:
        """The price of the line in cents, None when it is not known."""
        each = self.here.offer.price_cents if self.here else self.product.list_price_cents
        return None if each is None else each * self.line.quantity


@dataclass(frozen=True, slots=True)
class Part:
    """What a reader wants from one shop: one order. `answer_by` is when the shop would answer, were
    it asked now."""

    at: ShopRow
    lines: list[Chosen]
    until: datetime
    answer_by: datetime

    @property
    def to_confirm(self) -> bool:
        """Whether the shop looks first for some copy that can still be reserved."""
        return any(line.to_confirm for line in self.lines)

    @property
    def gone(self) -> bool:
        """Whether some of it has gone meanwhile."""
        return any(line.gone for line in self.lines)

    @property
    def some_left(self) -> bool:
        """Whether something can still be reserved."""
        return any(not line.gone for line in self.lines)

    @property
    def total(self) -> int | None:
        """The price of all lines in cents, None when one is not known."""
        prices = [line.cents for line in self.lines]
        return None if None in prices else sum(cents for cents in prices if cents is not None)

    @property
    def held(self) -> bool:
        """Whether some line is kept from the shelf, so that a deadline counts."""
        return any(not line.special for line in self.lines)


def parts(basket: Basket, near: Point | None) -> list[Part]:
    """Return the basket by shop, as everything stands now. Shops and titles the public may no
    longer see are left out. Five queries, whatever the number of lines."""
    shops = Shop.objects.open_to_public().prefetch_related("closures").in_bulk(basket.shop_ids)
    keys = {line.product_id for line in basket.lines}
    products = Product.objects.exclude(state=ProductState.UNKNOWN).in_bulk(keys)
    offers = who_has(keys, near=near) if keys else {}
    conditions = _conditions(basket)
    now = timezone.now()
    return [
        Part(
            shop_row(shops[shop_id], near, now),
            [
                _chosen(
                    line,
                    products[line.product_id],
                    offers.get(line.product_id, []),
                    conditions.get(line.offer_id, Condition.NEW),
                )
                for line in basket.at(shop_id)
                if line.product_id in products
            ],
            deadline(shops[shop_id], now, shops[shop_id].hold_days),
            answer_by(shops[shop_id], now),
        )
        for shop_id in basket.shop_ids
        if shop_id in shops
    ]


def _conditions(basket: Basket) -> dict[int | None, str]:
    """Return the condition of each copy in the basket, those that have gone included."""
    keys = [line.offer_id for line in basket.lines if line.offer_id]
    found: dict[int | None, str] = {}
    found.update(Offer.objects.filter(pk__in=keys).values_list("pk", "condition"))
    return found


def _chosen(line: BasketLine, product: Product, offers: list[ShopOffer], condition: str) -> Chosen:
    here = next((offer for offer in offers if offer.offer_id == line.offer_id), None)
    short = line.offer_id is not None and (here is None or here.available < line.quantity)
    others = _others(line, offers, condition) if short else []
    rows = offer_rows([*([here] if here else []), *others])
    return Chosen(line, product, rows[0] if here else None, rows[1 if here else 0 :])


def _others(line: BasketLine, offers: list[ShopOffer], condition: str) -> list[ShopOffer]:
    """Return one offer of each of the nearest other shops: new for new, used for used, where it
    can be."""
    wanted = sorted(
        (offer for offer in offers if offer.shop.pk != line.shop_id),
        key=lambda offer: (offer.condition == Condition.NEW) != (condition == Condition.NEW),
    )
    first: dict[int, ShopOffer] = {}
    for offer in wanted:
        first.setdefault(offer.shop.pk, offer)
    return list(first.values())[:OTHERS]


def form_token(part: Part) -> str:
    """Return what the form carries: the lines that can still be had, what it says of their
    certainty, signed, and a word that tells two sendings of one form from two forms. The form thus
    needs no basket when it comes back."""
    lines = [
        [
            chosen.line.product_id,
            chosen.line.offer_id or 0,
            chosen.line.quantity,
            int(chosen.to_confirm),
        ]
        for chosen in part.lines
        if not chosen.gone
    ]
    return signing.dumps([secrets.token_hex(8), part.at.shop.pk, lines], salt=SALT, compress=True)


def read_form_token(token: str) -> Basket | None:
    """Return the lines that a form was made for, or None when it is altered or a day old."""
    try:
        _word, shop_id, lines = signing.loads(token, salt=SALT, max_age=DAY_SECONDS)
    except signing.BadSignature:
        return None
    return Basket(
        tuple(
            BasketLine(shop_id, product_id, offer_id or None, quantity, bool(warned))
            for product_id, offer_id, quantity, warned in lines
        )
    )


def problems(*, basket: Basket, customer: Customer) -> dict[str, str]:
    """Return what `orders` finds wrong with a form, by field, all of it at once.

    It tells one thing at a time: what it names is put right, and it is asked again.
    """
    found: dict[str, str] = {}
    for _ in _PUT_RIGHT:
        try:
            check(_request(basket, customer, ""))
        except Invalid as refusal:
            field = refusal.code.removeprefix("bad_")
            found[field] = str(refusal.message)
            if field not in _PUT_RIGHT:
                return found
            customer = replace(customer, **_PUT_RIGHT[field])
        else:
            break
    return found


def surprises(*, basket: Basket, order: Order) -> list[str]:
    """Return the titles of an order that the shop looks for first, and that its form promised."""
    warned = {line.offer_id for line in basket.lines if line.warned}
    return [
        line.title for line in order.lines.all() if line.to_confirm and line.offer_id not in warned
    ]


def reserve(*, basket: Basket, customer: Customer, token: str) -> Order:
    """Place the order of one shop's lines and return it.

    The same form sent twice gives one order; changed and sent again it is another. Raises what
    `orders.operations.place` raises.
    """
    return place(_request(basket, customer, token))


def _request(basket: Basket, customer: Customer, token: str) -> PlaceRequest:
    said = sha256(f"{token}|{customer!r}".encode()).hexdigest()
    return PlaceRequest(
        shop_id=basket.lines[0].shop_id,
        lines=tuple(LineRequest(x.product_id, x.offer_id, x.quantity) for x in basket.lines),
        customer=customer,
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"web-{said}",
        request_digest=said,
    )
