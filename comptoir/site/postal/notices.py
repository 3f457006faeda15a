"""What law has stand before the button that orders: the conditions, the notice on the legal
guarantee (the Commission's graphic where the installation has it), and who made what is new.
Nothing of it is behind a pop-up."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comptoir.quotes.basket import Item
from comptoir.shops.models import Shop
from comptoir.site.machines.brand import KEPT
from comptoir.terms import law
from comptoir.terms.graphic import graphic_in, graphics
from comptoir.terms.makers import makers_of
from comptoir.terms.reads import in_force, shows_notice


def told_before(shop: Shop, items: Sequence[Item]) -> dict[str, Any]:
    """Return the version in force, whether the notice is shown, and the makers of new titles, each
    once. Two queries."""
    today = timezone.localdate(timezone=ZoneInfo(shop.time_zone))
    makers = {}
    if law.holds("maker_contact", today):
        found = makers_of(shop, [item.product for item in items if not item.used])
        makers = {each.pk: each for each in found.values()}
    return {
        "terms": in_force(shop),
        "notice": shows_notice(today),
        "graphic": graphic_in(get_language() or ""),
        "makers": sorted(makers.values(), key=lambda each: each.key),
    }


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
