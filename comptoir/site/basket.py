"""The basket: a signed cookie of the reader's own, nothing on the server; and its page.

It holds at most 20 titles of any shops; each shop's part becomes one order. Nothing is reserved by
being in it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.catalogue.models import Product, ProductState
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import read_key
from comptoir.orders.errors import NotOrderedHere
from comptoir.orders.operations.requests import MAX_LINES, MAX_QUANTITY
from comptoir.orders.terms import answer_by, may_be_ordered
from comptoir.shops.doors.terms import kept_until
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.site.doors.banners import Banner, banner_of, banners
from comptoir.site.near import read_near
from comptoir.site.postal.addresses import address_of
from comptoir.site.present import OfferRow, ShopRow, not_yet, offer_rows, shop_row
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.chosen import Found, Wanted, look_up
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.standing import ShopOffer, who_has

COOKIE = "basket"
COOKIE_SECONDS = 7 * 86400
SALT = "comptoir.site.basket"
OTHERS = 3


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


def reader(request: HttpRequest) -> dict[str, Any]:
    """Return what every page's header shows of its reader: how many titles are in their basket. And
    what first pages say of closed doors, worked out where it is shown."""
    network = getattr(request, "network", None)
    return {"basket_count": len(load(request).lines), "banners": lambda: banners(network)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of the basket as it stands now. `here` is the copy itself, None when it has gone or
    is to be ordered; `others` are the nearest other shops that have the title, when it has gone.
    `since`: from when it can be reserved, in words, where a release day forbids it until then;
    `posted_since`: from when it is posted."""

    line: BasketLine
    product: Product
    here: OfferRow | None
    others: list[OfferRow]
    since: str | None = None
    posted_since: str | None = None

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
    def ready(self) -> bool:
        """Whether it can be asked for now."""
        return not self.gone and not self.since

    @property
    def to_confirm(self) -> bool:
        """Whether the shop would look first for the copies, all of which are shown as there."""
        here = self.here if self.ready else None
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
    it asked now; `until` is None where nobody knows when its doors open. `slots` is the field by
    which a form of several shops asks for a time at the door. `posts`: it posts things today, under
    conditions that it has published."""

    at: ShopRow
    lines: list[Chosen]
    until: datetime | None
    answer_by: datetime
    banner: Banner | None = None
    slots: SafeString | None = None
    posts: bool = False

    @property
    def to_confirm(self) -> bool:
        """Whether the shop looks first for some copy that can still be reserved."""
        return any(line.to_confirm for line in self.lines)

    @property
    def gone(self) -> bool:
        """Whether some of it has gone meanwhile."""
        return any(line.gone for line in self.lines)

    @property
    def early(self) -> bool:
        """Whether some of it is not to be had yet."""
        return any(line.since for line in self.lines)

    @property
    def barred(self) -> bool:
        """Whether its shop takes no reservation, for its doors are closed."""
        return self.banner is not None and self.banner.barred

    @property
    def some_left(self) -> bool:
        """Whether something can still be reserved."""
        return not self.barred and any(line.ready for line in self.lines)

    @property
    def by_post(self) -> "Part":
        """The same part as one that is posted: what can be reserved may not be posted yet."""
        return replace(self, lines=[replace(x, since=x.posted_since) for x in self.lines])

    @property
    def total(self) -> int | None:
        """The price of what can still be reserved in cents, None when one is not known."""
        prices = [line.cents for line in self.lines if line.ready]
        return None if None in prices else sum(cents for cents in prices if cents is not None)

    @property
    def held(self) -> bool:
        """Whether some line is kept from the shelf, so that a deadline counts."""
        return any(line.ready and not line.special for line in self.lines)


def titles(basket: Basket) -> list[Product]:
    """Return the titles of a basket, whatever the shop, oldest first. One query."""
    keys = list(dict.fromkeys(line.product_id for line in basket.lines))
    found = Product.objects.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def parts(basket: Basket, near: Point | None, *, slug: str = "") -> list[Part]:
    """Return the basket by shop, as everything stands now, or the part of the shop of one `slug`.

    Shops and titles the public may no longer see are left out. One query, whatever the number of
    lines, and one more where copies have gone.
    """
    now = timezone.now()
    wanted = [Wanted(line.shop_id, line.product_id, line.offer_id) for line in basket.lines]
    found = look_up(wanted, near, slug=slug, at=now)
    shops = {each.shop.pk: each.shop for each in found.values()}
    posting = {each.shop.pk for each in found.values() if each.posts}
    at = {key: shop_row(shop, near, now) for key, shop in shops.items()}
    chosen = [
        (line, found[place], at[line.shop_id])
        for place, line in enumerate(basket.lines)
        if place in found
    ]
    short = {line.product_id for line, each, _at in chosen if _is_short(line, each)}
    elsewhere = who_has(short, near=near, at=now)
    lines: dict[int, list[Chosen]] = {key: [] for key in basket.shop_ids if key in shops}
    for line, each, row in chosen:
        lines[line.shop_id].append(_chosen(line, each, row, elsewhere))
    return [
        Part(
            at[key],
            of_shop,
            _kept(shops[key], now),
            answer_by(shops[key], now),
            banner_of(shops[key], now),
            posts=key in posting,
        )
        for key, of_shop in lines.items()
    ]


def _kept(shop: Shop, now: datetime) -> datetime | None:
    """Return until when a shop keeps what is reserved now; None where nobody knows the day."""
    kept = kept_until(shop, now, shop.hold_days)
    return None if kept.provisional else kept.until


def _is_short(line: BasketLine, found: Found) -> bool:
    """Return whether the copies of a line are no longer all there."""
    offer = found.offer
    return line.offer_id is not None and (offer is None or offer.available < line.quantity)


def _chosen(
    line: BasketLine, found: Found, at: ShopRow, elsewhere: dict[int, list[ShopOffer]]
) -> Chosen:
    offers = elsewhere.get(line.product_id, []) if _is_short(line, found) else []
    others = _others(line, offers, found.condition or Condition.NEW)
    here = OfferRow(found.offer, at) if found.offer else None
    return Chosen(
        line,
        found.product,
        here,
        offer_rows(others),
        not_yet(line.product_id, found.shop),
        not_yet(line.product_id, found.shop, posted=True),
    )


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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket, or change one line of it and go on."""
    held = load(request)
    if request.method == "POST":
        return _changed(request, held)
    found = parts(held, read_near(request).point)
    lines = [line for part in found for line in part.lines]
    products = {line.product.pk: line.product for line in lines}
    counts = Counter[int]()
    for each in lines:
        counts[each.product.pk] += each.line.quantity
    context = {
        "parts": found,
        "together": sum(part.some_left for part in found),
        "posting": {part.at.shop.pk for part in found if part.posts},
        "posted_at": address_of(list(products.values()), counts, None, used=False),
    }
    return render(request, "site/basket.html", context)


def _changed(request: HttpRequest, held: Basket) -> HttpResponse:
    action, key = request.POST.get("action", ""), request.POST.get("line", "")[:60]
    target = reverse("site:basket")
    if action == "add":
        line = _line(request.POST)
        if instead := request.POST.get("instead", "")[:60]:
            held = held.remove(instead)
        held = held.add(line)
        slug = Shop.objects.values_list("slug", flat=True).get(pk=line.shop_id)
        target = f"{reverse('site:reserve')}?shop={slug}"
    elif action == "remove":
        held = held.remove(key)
    elif action == "quantity":
        held = held.set_quantity(key, read_key(request.POST.get("quantity", "")) or 1)
    if action != "add" and (slug := request.POST.get("shop", "")[:80]):
        target = f"{reverse('site:reserve')}?shop={slug}"
    response = HttpResponseRedirect(target, status=303)
    save(response, held)
    return response


def _line(post: QueryDict) -> BasketLine:
    """Return the line that a button names: an offer, or a title to be ordered by a shop."""
    missing = NotFound("no_such_copy", _("This copy is no longer shown. Look the title up again."))
    if number := read_key(post.get("offer", "")):
        offer = Offer.objects.filter(pk=number, shop__paused_at=None).first()
        if offer is None:
            raise missing
        return BasketLine(offer.shop_id, offer.product_id, offer.pk)
    shop = Shop.objects.open_to_public().filter(pk=read_key(post.get("shop", "")) or 0).first()
    product = Product.objects.filter(pk=read_key(post.get("product", "")) or 0).first()
    if shop is None or product is None or product.state != ProductState.LISTED:
        raise missing
    if not product.is_seen_in(shop.pk):
        raise missing
    if not may_be_ordered(shop, kind=product.kind, availability=product.availability):
        raise NotOrderedHere(product.pk)
    return BasketLine(shop.pk, product.pk)
