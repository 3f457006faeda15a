"""The drawn cards of titles and shops, which other sites show where a page is shared.

A card is the same to everybody who asks for one address, so caches keep it; its language is in the
address (`langue`).
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.core.limits import Limit, client_network, count_read
from comptoir.networks.portal import site_name
from comptoir.shops.models import Shop
from comptoir.site.shops.shop import public_shop
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.standing import title_and_who_has
from comptoir.ui.answers import tagged
from comptoir.ui.cards import Card, draw_card
from comptoir.ui.covers import palette_of
from comptoir.ui.language import asked_language

LIMIT = Limit("card", 60)
SECONDS = 3600
"""For so long a card may say how many shops have a title."""
SPECIALITIES = 2


@require_safe
def title_card(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the card of a title: what it is, by whom, and how many shops have it on their shelves.

    Limited (`LIMIT`), of an address or of the network that many share.
    """
    count_read(LIMIT, client_network(request).address)
    title, offers = title_and_who_has(ref)
    if title.product.state == ProductState.UNKNOWN:
        raise Http404
    shops = {offer.shop.pk for offer in offers if offer.confidence != Confidence.TO_CONFIRM}
    return _answer(request, lambda: _of_title(title.product, len(shops)))


@require_safe
def shop_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the card of a shop: what it sells, where it is, what it is known for. Limited as that
    of a title."""
    count_read(LIMIT, client_network(request).address)
    shop = public_shop(slug)
    return _answer(request, lambda: _of_shop(shop))


def _answer(request: HttpRequest, card: Callable[[], Card]) -> HttpResponse:
    with translation.override(asked_language(request)):
        drawn = draw_card(card())
    response = HttpResponse(drawn, "image/png")
    response["Cache-Control"] = f"public, max-age={SECONDS}, stale-while-revalidate=86400"
    # Others' pages show it; no page of ours is in it.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return tagged(request, response)


def _of_title(product: Product, shop_count: int) -> Card:
    note = ngettext("On the shelf in %(n)s shop", "On the shelf in %(n)s shops", shop_count)
    is_record = product.kind == ProductKind.RECORD
    return Card(
        eyebrow=str(product.get_format_display() or product.get_kind_display()),
        title=product.title or product.ref,
        line=" · ".join(part for part in (product.byline, product.publisher) if part),
        note=note % {"n": shop_count} if shop_count else "",
        site=site_name(),
        shape="sleeve" if is_record else "jacket",
        palette=palette_of(product.title, product.byline, product.publisher),
    )


def _of_shop(shop: Shop) -> Card:
    known_for = [str(each) for each in shop.specialities.all()[:SPECIALITIES]]
    return Card(
        eyebrow=str(shop.get_kind_display()),
        title=shop.name,
        line=" · ".join([shop.city, *known_for]),
        note="",
        site=site_name(),
        shape="front",
        palette=palette_of(shop.slug),
    )
