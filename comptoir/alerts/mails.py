"""What the mails of alerts show, read when they are rendered.

Nothing that whoever asked has typed is in them but the address they go to: the place is the
gazetteer's, the rest is ours, the catalogue's and the shops'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from comptoir.alerts.links import last_word, link_word
from comptoir.alerts.models import Alert, Wanted
from comptoir.alerts.reads import metres_to, offers_for
from comptoir.core.money import format_cents
from comptoir.core.words import distance
from comptoir.networks.portal import Portal, shown_as, site_address
from comptoir.notifications.operations import NoLongerTrue, leave_last, register
from comptoir.shops.choice.portals import portal_of_network, portal_of_shop
from comptoir.shops.hours import week
from comptoir.shops.phrases import day_in_words
from comptoir.stock.models import Condition
from comptoir.stock.shelf.standing import ShopOffer

SHOPS = 5
"""How many shops a mail names for a title; its page has the rest."""
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Known:
    """The alerts that mails are about, and the offers that answer each now, by its key."""

    alerts: Mapping[int, Alert]
    offers: Mapping[int, Sequence[ShopOffer]]
    at: datetime


def prepare() -> None:
    """Register the builder of each template of this package."""
    register("alert_confirm", confirm_context)
    register("alert_back", back_context, reader=read_alerts)
    # A delivery brings titles back by the thousand; who has just reserved waits to hear.
    leave_last("alert_back")


def confirm_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail with the link shows. Raises `NoLongerTrue` once it is confirmed, ended
    or over."""
    asked = Alert.objects.select_related("product").filter(pk=named["alert"], confirmed_at=None)
    alert = asked.filter(ends_at__gt=timezone.now()).first()
    if alert is None:
        raise NoLongerTrue
    return {
        **_what(alert),
        "place": alert.place,
        "radius_km": alert.radius_km,
        "wanted": "" if alert.wanted == Wanted.ANY else alert.get_wanted_display(),
        "days": settings.ALERT_DAYS,
        "url": _base(alert) + reverse("site:alert", args=[link_word(alert)]),
        "headers": _headers(alert),
        "portal": _portal(alert),
    }


def read_alerts(named: Sequence[Mapping[str, Any]]) -> Known:
    """Return the alerts that several mails are about and what shops near have now, by two
    queries."""
    keys = [key for each in named for key in each["alerts"]]
    alerts = Alert.objects.confirmed().select_related("product").in_bulk(keys)
    now = timezone.now()
    return Known(alerts, offers_for(list(alerts.values()), now), now)


def back_context(named: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Return what the news shows: each title, with the nearest shops that have it now.

    Raises `NoLongerTrue` where one of its titles has gone again, or one of its alerts has ended:
    what is still true is then written anew.
    """
    alerts = [known.alerts.get(key) for key in named["alerts"]]
    titles = []
    for alert in alerts:
        if alert is None or not known.offers[alert.pk]:
            raise NoLongerTrue
        shops = [_shop(alert, offer, known.at) for offer in known.offers[alert.pk][:SHOPS]]
        titles.append({**_what(alert), "page": _page(alert), "shops": shops})
    first = next(alert for alert in alerts if alert)
    return {
        "titles": titles,
        "first": titles[0],
        "count": len(titles),
        "others": Alert.objects.filter(email_key=first.email_key, mail="").confirmed().count(),
        "end_url": _end_url(first),
        "headers": _headers(first),
        "portal": _portal(first),
    }


def _what(alert: Alert) -> dict[str, str]:
    title = " ".join(alert.product.title.split())
    short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
    return {"title": short, "byline": " ".join(alert.product.byline.split())}


def _shop(alert: Alert, offer: ShopOffer, at: datetime) -> dict[str, str]:
    shop = offer.shop
    (today,) = week(shop, at.astimezone(ZoneInfo(shop.time_zone)).date(), days=1)
    return {
        "name": shop.name,
        "city": shop.city,
        "away": distance(metres_to(alert, offer)),
        "today": day_in_words(today),
        "condition": str(Condition(offer.condition).label),
        "price": "" if offer.price_cents is None else format_cents(offer.price_cents),
    }


def _page(alert: Alert) -> str:
    near = {"near": alert.place} if alert.place else {"lat": alert.latitude, "lon": alert.longitude}
    page = reverse("site:product", args=[alert.product.ref])
    return f"{_base(alert)}{page}?{urlencode(near)}"


def _end_url(alert: Alert) -> str:
    return _base(alert) + reverse("site:alerts_end", args=[last_word(alert.email_key)])


def _portal(alert: Alert) -> Portal | None:
    """Return the portal where an alert was asked for, if it still answers."""
    if alert.shop_id is not None:
        return portal_of_shop(alert.shop_id)
    return portal_of_network(alert.network_id)


def _base(alert: Alert) -> str:
    with shown_as(_portal(alert)):
        return site_address()


def _headers(alert: Alert) -> dict[str, str]:
    """Return the headers by which a mail program offers to end it: RFC 2369 (3.2), RFC 8058."""
    return {
        "List-Unsubscribe": f"<{_end_url(alert)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
