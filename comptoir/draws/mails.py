"""What the mails of draws show, read when they are rendered."""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from comptoir.draws.models import Draw, DrawEntry, EntryState, Phase
from comptoir.networks.portal import Portal, shown_as, site_address
from comptoir.notifications.operations import NoLongerTrue, leave_last, register
from comptoir.releases.phrases import moment
from comptoir.shops.choice.portals import portal_of_network, portal_of_shop

_LONGEST = 70
"""How long a title is in a subject, which is a heading too."""
_TRUE = {
    "draw_confirm": {EntryState.ASKED},
    "draw_entered": {EntryState.IN},
    "draw_won": {EntryState.OFFERED},
    "draw_lost": {EntryState.IN, EntryState.OFFERED, EntryState.TAKEN},
    "draw_cancelled": {EntryState.IN},
}


def prepare() -> None:
    """Register the builder of each template of this package."""
    for template in _TRUE:
        register(template, _builder(template))
    # A draw has thousands of them; who has won waits to hear.
    leave_last("draw_lost")


def _builder(template: str) -> Any:  # noqa: ANN401
    def context(named: Mapping[str, Any]) -> dict[str, Any]:
        return draw_context(template, named)

    return context


def portal_of(draw: Draw) -> Portal | None:
    """Return the portal as whose site readers are told of a draw; None is the site itself."""
    return portal_of_shop(draw.shop_id) if draw.shop_id else portal_of_network(draw.network_id)


def draw_context(template: str, named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail about an entry shows. Raises `NoLongerTrue` once it is something else."""
    known = DrawEntry.objects.select_related("draw__product", "lot__shop", "lot__offer__shop")
    entry = known.filter(pk=named["entry"], state__in=_TRUE[template]).first()
    if entry is None or entry.token is None:
        raise NoLongerTrue
    draw, shop, now = entry.draw, entry.lot.where, timezone.now()
    if template in ("draw_confirm", "draw_entered") and draw.phase is not Phase.OPEN:
        raise NoLongerTrue
    zone = ZoneInfo(shop.time_zone)
    portal = portal_of(draw)
    with shown_as(portal):
        base = site_address()
    return {
        "title": shorten(draw.product.title, _LONGEST, placeholder="…"),
        "whole": " ".join(draw.product.title.split()),
        "shop": shop,
        "closes": moment(draw.closes_at, zone, now),
        "until": moment(entry.offered_until, zone, now) if entry.offered_until else "",
        "place": entry.place,
        "url": base + reverse("site:draw_entry", args=[entry.token]),
        "draw_url": base + reverse("site:draw", args=[draw.pk]),
        "portal": portal,
    }
