"""The basket: a signed cookie of the reader's own, nothing on the server.

It holds at most 20 titles of any shops; each shop's part becomes one order. Nothing is reserved by
being in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from comptoir.orders.operations.requests import MAX_LINES, MAX_QUANTITY

COOKIE = "basket"
COOKIE_SECONDS = 7 * 86400
SALT = "comptoir.site.basket"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One title at one shop; `offer_id` is None when the shop would order it. `warned`: the form
    said that the shop looks at its shelf first."""

    shop_id: int
    product_id: int
    offer_id: int | None = None
    quantity: int = 1
    warned: bool = False

    @property
    def key(self) -> str:
        """What the form calls this line."""
        return f"{self.shop_id}-{self.product_id}-{self.offer_id or 0}"


@dataclass(frozen=True, slots=True)
class Basket:
    """What the reader has put together, oldest first."""

    lines: tuple[BasketLine, ...] = field(default=())

    def add(self, line: BasketLine) -> "Basket":
        """Return the basket with a line, once. A full basket stays as it is."""
        if len(self.lines) >= MAX_LINES or any(known.key == line.key for known in self.lines):
            return self
        return Basket((*self.lines, line))

    def remove(self, key: str) -> "Basket":
        """Return the basket without a line."""
        return Basket(tuple(line for line in self.lines if line.key != key))

    def set_quantity(self, key: str, quantity: int) -> "Basket":
        """Return the basket with another quantity for a line, within what one may reserve."""
        kept = max(1, min(quantity, MAX_QUANTITY))
        return Basket(tuple(replace(x, quantity=kept) if x.key == key else x for x in self.lines))

    def at(self, shop_id: int) -> tuple[BasketLine, ...]:
        """Return the lines of one shop."""
        return tuple(line for line in self.lines if line.shop_id == shop_id)

    @property
    def shop_ids(self) -> list[int]:
        """The shops, in the order in which they came."""
        return list(dict.fromkeys(line.shop_id for line in self.lines))


def load(request: HttpRequest) -> Basket:
    """Return the reader's basket; an altered, foreign or too old cookie is an empty one."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return Basket()
    try:
        rows = signing.loads(cookie, salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return Basket()
    return Basket(tuple(_lines(rows)))


def save(response: HttpResponse, basket: Basket) -> None:
    """Give the basket back to the reader."""
    if not basket.lines:
        response.delete_cookie(COOKIE)
        return
    rows = [[x.shop_id, x.product_id, x.offer_id or 0, x.quantity] for x in basket.lines]
    response.set_cookie(
        COOKIE,
        signing.dumps(rows, salt=SALT, compress=True),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )


def _lines(rows: Iterable[Iterable[int]]) -> Iterable[BasketLine]:
    for shop_id, product_id, offer_id, quantity in rows:
        yield BasketLine(shop_id, product_id, offer_id or None, quantity)
