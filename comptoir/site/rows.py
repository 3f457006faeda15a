"""The lines of lists, each put together from its words: offers of a title, titles of a shop, titles
that were found, doors of shops."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from comptoir.catalogue.models import Product, ProductFormat, ProductKind
from comptoir.shops.models import ShopKind
from comptoir.site.present import OfferRow, ShopRow
from comptoir.stock.shelf.copies import CopyFacts
from comptoir.ui.addresses import address
from comptoir.ui.moulds import Mould
from comptoir.ui.security import may_show
from comptoir.ui.templatetags.ui import distance, price, seen

if TYPE_CHECKING:
    from comptoir.site.search import Result

_OFFER = Mould(
    "site/parts/offer.html",
    ("confidence", "is_open", "barred"),
    (
        *("address", "shop", "city", "away", "opening", "copies", "issue", "seen", "condition"),
        *("price", "copy", "offer", "title", "since", "csrf_token"),
    ),
)
_TITLE = Mould(
    "site/parts/title_row.html",
    ("confidence", "record", "barred"),
    (
        *("address", "cover", "title", "byline", "format", "seen", "condition", "copy"),
        *("price", "offer", "shop", "since", "csrf_token"),
    ),
)
_RESULT = Mould(
    "site/parts/result.html",
    ("record", "confidence", "is_open", "barred"),
    (
        *("address", "cover", "title", "byline", "format", "publisher", "published", "price"),
        *("away", "shop_address", "shop", "city", "opening", "seen", "condition", "second_hand"),
        *("others", "copy", "offer", "since", "csrf_token"),
    ),
)
_FORMATS = {each.value: each.label for each in ProductFormat}
_DOOR = Mould(
    "site/parts/shop_card.html",
    ("records", "is_open"),
    ("address", "shop", "city", "away", "opening"),
)


def offer_lines(rows: Iterable[OfferRow], title: str, request: HttpRequest) -> SafeString:
    """Return the offers of a title as the lines of a list."""
    token = get_token(request)
    return format_html_join(
        "",
        '<li data-key="{}">{}</li>',
        ((row.offer.offer_id, _offer(row, title, token)) for row in rows),
    )


def title_lines(rows: Iterable[tuple[Product, OfferRow]], request: HttpRequest) -> SafeString:
    """Return the titles that a shop has as the lines of a list."""
    token = get_token(request)
    return format_html_join(
        "",
        '<li data-key="{}">{}</li>',
        ((row.offer.offer_id, _title(product, row, token)) for product, row in rows),
    )


def result_lines(results: Iterable["Result"], request: HttpRequest) -> SafeString:
    """Return the titles that a search found as the lines of a list."""
    token = get_token(request)
    return format_html_join("", "<li>{}</li>", ((_result(each, token),) for each in results))


def doors(rows: Iterable[ShopRow]) -> SafeString:
    """Return shops as the lines of a list, each a door to push."""
    return format_html_join("", "<li>{}</li>", ((_door(row),) for row in rows))


def _offer(row: OfferRow, title: str, token: str) -> SafeString:
    offer, shop = row.offer, row.at.shop
    return _OFFER.fill(
        (offer.confidence.value, bool(row.at.is_open), row.at.barred),
        (
            address("site:shop", shop.slug),
            shop.name,
            shop.city,
            _away(row.at),
            row.at.opening,
            None if offer.copy or row.hides_copies else _copies(offer.available),
            offer.issue or None,
            seen(offer.as_of, shop.time_zone),
            row.condition if row.used else None,
            price(offer.price_cents),
            _copy(offer.copy),
            offer.offer_id,
            title,
            row.since,
            token,
        ),
    )


def _title(product: Product, row: OfferRow, token: str) -> SafeString:
    offer, shop = row.offer, row.at.shop
    return _TITLE.fill(
        (offer.confidence.value, product.kind == ProductKind.RECORD, row.at.barred),
        (
            address("site:product", product.ref),
            _cover(product),
            product.title,
            product.byline or None,
            _FORMATS[product.format],
            seen(offer.as_of, shop.time_zone),
            row.condition if row.used else None,
            _copy(offer.copy),
            price(offer.price_cents),
            offer.offer_id,
            shop.name,
            row.since,
            token,
        ),
    )


def _result(result: "Result", token: str) -> SafeString:
    product, best = result.hit.product, result.best
    record = product.kind == ProductKind.RECORD
    of_title = (
        address("site:product", product.ref),
        _cover(product),
        product.title,
        product.byline or None,
        _FORMATS[product.format],
        product.publisher or None,
        product.published[:4] or None,
    )
    if best is None:
        cents = product.list_price_cents
        of_nobody = [None] * (len(_RESULT.words) - len(of_title) - 1)
        return _RESULT.fill(
            (record, "", False, False),
            (*of_title, None if cents is None else price(cents), *of_nobody),
        )
    offer, shop = best.offer, best.at.shop
    return _RESULT.fill(
        (record, offer.confidence.value, bool(best.at.is_open), best.at.barred),
        (
            *of_title,
            None if offer.price_cents is None else price(offer.price_cents),
            _away(best.at),
            address("site:shop", shop.slug),
            shop.name,
            shop.city,
            best.at.opening,
            seen(offer.as_of, shop.time_zone),
            best.condition if best.used else None,
            _second_hand(result.used, result.hit.nearest.used_from_cents),
            _others(result.others),
            _copy(offer.copy),
            offer.offer_id,
            best.since,
            token,
        ),
    )


def _copies(count: int) -> str:
    return ngettext("%(n)s copy", "%(n)s copies", count) % {"n": count}


def _others(count: int) -> str | None:
    """Return in how many more shops it is; nothing for none."""
    said = ngettext("and %(n)s other shop", "and %(n)s other shops", count)
    return said % {"n": count} if count else None


def _second_hand(count: int, cents: int | None) -> str | None:
    """Return how many used copies there are, and from which price on; nothing for none."""
    if not count:
        return None
    if cents is None:
        return ngettext("%(n)s second-hand", "%(n)s second-hand", count) % {"n": count}
    said = ngettext("%(n)s second-hand from %(price)s", "%(n)s second-hand from %(price)s", count)
    return said % {"n": count, "price": price(cents)}


def _cover(product: Product) -> str:
    drawn = address("site:cover", product.ref)
    return product.cover_url if may_show(product.cover_url) else drawn


def _door(row: ShopRow) -> SafeString:
    shop = row.shop
    return _DOOR.fill(
        (shop.kind == ShopKind.RECORDS, bool(row.is_open)),
        (address("site:shop", shop.slug), shop.name, shop.city, _away(row), row.opening),
    )


def _away(row: ShopRow) -> str | None:
    return None if row.metres is None else distance(row.metres, row.shop)


def _copy(copy: CopyFacts | None) -> str | None:
    return render_to_string("ui/components/copy.html", {"copy": copy}) if copy else None
