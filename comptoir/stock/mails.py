"""What the mails about silent tills are given when they are rendered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from comptoir.core.phones import format_phone
from comptoir.core.words import day_and_time
from comptoir.notifications.operations import register
from comptoir.stock.models import FeedSilence


def prepare() -> None:
    """Register the builder of each template of this package."""
    register("feed_silent", one)
    register("feed_speaks", one)
    register("feeds_silent", several)


def one(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mails about one silence show; `asked` holds its key."""
    return _described(FeedSilence.objects.select_related("feed__shop").get(pk=asked["silence"]))


def several(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the network's mail shows; `asked` holds the keys of the silences."""
    found = FeedSilence.objects.filter(pk__in=asked["silences"]).select_related("feed__shop")
    return {"silences": [_described(silence) for silence in found.order_by("heard_at", "pk")]}


def _described(silence: FeedSilence) -> dict[str, Any]:
    feed, shop = silence.feed, silence.feed.shop
    return {
        "shop": shop,
        "till": feed.format_name,
        "is_file": feed.is_file,
        "heard": day_and_time(silence.heard_at, ZoneInfo(shop.time_zone)),
        "phone": format_phone(shop.phone),
        "url": settings.BASE_URL + reverse("counter:runs", args=[shop.slug]),
        "limit_hours": settings.HIDE_STOCK_AFTER_HOURS,
    }
