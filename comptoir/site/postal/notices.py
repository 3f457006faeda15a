"""What law has stand before the button that orders: the conditions, the notice on the legal
guarantee (the Commission's graphic where the installation has it), and who made what is new.
Nothing of it is behind a pop-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comptoir.quotes.basket import Quote
from comptoir.shops.models import Shop
from comptoir.site.machines.brand import KEPT
from comptoir.terms import law
from comptoir.terms.graphic import graphic_in, graphics
from comptoir.terms.makers import makers_of
from comptoir.terms.models import Maker, TermsVersion
from comptoir.terms.reads import in_force, shows_notice


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one shop: the version in force, None where it has none; who made its new
    titles, each once; and what it costs in cents, None where something is refused."""

    shop: Shop
    terms: TermsVersion | None
    makers: Sequence[Maker]
    cents: int | None


def told_before(quotes: Sequence[Quote]) -> dict[str, Any]:
    """Return what stands before an order of these quotes, one a shop: what is told of each shop,
    and whether the notice is shown, with its graphic. Two queries a shop."""
    days = [_today(quote.basket.shop) for quote in quotes]
    return {
        "told": [_told(quote) for quote in quotes],
        "notice": any(map(shows_notice, days)),
        "graphic": graphic_in(get_language() or ""),
    }


def _told(quote: Quote) -> Told:
    shop, makers = quote.basket.shop, {}
    if law.holds("maker_contact", _today(shop)):
        new = [line.item.product for line in quote.lines if not line.item.used]
        makers = {each.pk: each for each in makers_of(shop, new).values()}
    by_name = sorted(makers.values(), key=lambda each: each.key)
    return Told(shop, in_force(shop), by_name, quote.total_cents)


def _today(shop: Shop) -> date:
    return timezone.localdate(timezone=ZoneInfo(shop.time_zone))


@require_safe
def graphic(_request: HttpRequest, digest: str) -> HttpResponse:
    """Answer the Commission's graphic of the notice on the legal guarantee, as it is."""
    found = next((each for each in graphics() if each.digest == digest), None)
    if found is None:
        raise Http404
    response = HttpResponse(found.content, found.kind)
    response.headers["Cache-Control"] = KEPT
    response.headers["X-Content-Type-Options"] = "nosniff"
    # It may be an SVG, which a browser would run scripts of.
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    response.headers["Content-Security-Policy"] = policy
    return response
