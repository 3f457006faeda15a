"""The agenda as calendars and feed readers follow it: all shops, or one.

Both are in the installation's language, whoever asks: so caches keep one for all. Of an event that
is over they tell for a month longer, and for good that one is cancelled.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.events.calendar import CONTENT_TYPE, calendar, host, place_of
from comptoir.events.memory import Listed, state, windows
from comptoir.events.models import Event, EventKind, Pick
from comptoir.events.reads import AgendaRequest, find_events, newest_picks, picks_of, read_events
from comptoir.networks.portal import site_address, site_name
from comptoir.shops.gazetteer import fold
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.site.events.lines import when
from comptoir.ui.addresses import address
from comptoir.ui.answers import tagged

KEPT_SECONDS = 900
MOST_EVENTS = 1_000
"""In a calendar, the first to begin."""
CALENDARS = 64
"""So many are kept ready: one of a whole region may have a megabyte."""
MOST_ENTRIES = 60
"""In an Atom feed, the newest."""
ATOM = "application/atom+xml; charset=utf-8"
_NAMED = "site.events.feeds"


class Which(NamedTuple):
    """Which events a feed tells of: those of a shop by its key, or those of all, narrowed down.

    `town` is folded: however it is written, one calendar is made and kept of it.
    """

    shop_id: int | None = None
    kind: str = ""
    town: str = ""
    department: str = ""


def page_of(event: Event) -> str:
    """Return the address of an event's page, for machines."""
    return site_address() + reverse("site:event", args=[event.pk])


def published(request: HttpRequest, body: bytes, kind: str, *, seconds: int) -> HttpResponse:
    """Return what anybody may read and keep for some seconds, from any site; who has it already is
    told so by its tag."""
    response = HttpResponse(body, kind)
    response["Cache-Control"] = f"public, max-age={seconds}"
    answer = tagged(request, response)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@gzip_page
@require_safe
def agenda_calendar(request: HttpRequest) -> HttpResponse:
    """Answer the calendar of all shops, or of a kind, a town, a department."""
    kind, town = request.GET.get("kind", ""), request.GET.get("town", "")[:80]
    return _calendar(
        request,
        Which(
            kind=kind if kind in EventKind.values else "",
            town=fold(town) or town,
            department=request.GET.get("department", "")[:3],
        ),
    )


@gzip_page
@require_safe
def shop_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the calendar of a shop."""
    return _calendar(request, Which(_shop(slug).pk))


@gzip_page
@require_safe
def agenda_atom(request: HttpRequest) -> HttpResponse:
    """Answer the newest words on titles and events of all shops."""
    return _atom(request, None)


@gzip_page
@require_safe
def shop_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the newest words on titles and events of a shop."""
    return _atom(request, _shop(slug).pk)


def _shop(slug: str) -> Shop:
    kept = directory()
    named: dict[str, Shop] = kept.made(_NAMED, lambda: {shop.slug: shop for shop in kept.public})
    if slug not in named:
        raise Http404
    return named[slug]


def _calendar(request: HttpRequest, which: Which) -> HttpResponse:
    body = _calendar_of(state(), which)
    return published(request, body, CONTENT_TYPE, seconds=KEPT_SECONDS)


def _atom(request: HttpRequest, shop_id: int | None) -> HttpResponse:
    return published(request, _atom_of(state(), shop_id), ATOM, seconds=KEPT_SECONDS)


@lru_cache(maxsize=CALENDARS)
def _calendar_of(_state: object, which: Which) -> bytes:
    """Return a calendar, put together once for each state of windows and shops."""
    shop = None if which.shop_id is None else directory().shops[which.shop_id]
    with translation.override(settings.LANGUAGE_CODE):
        name = shop.name if shop else _("The agenda of the shops")
        return calendar(
            read_events(_listed(which)[:MOST_EVENTS]),
            name=f"{name} – {site_name()}",
            url=_page(shop),
            page=page_of,
        )


@lru_cache(maxsize=256)
def _atom_of(_state: object, shop_id: int | None) -> bytes:
    """Return an Atom feed (RFC 4287), put together once for each state of windows and shops."""
    shop = None if shop_id is None else directory().shops[shop_id]
    with translation.override(settings.LANGUAGE_CODE):
        picks = newest_picks(MOST_ENTRIES) if shop is None else picks_of([shop.pk], MOST_ENTRIES)
        events = read_events(_listed(Which(shop_id)))
        entries = [*map(_of_pick, picks), *map(_of_event, events)]
        entries.sort(key=lambda entry: entry["updateddate"], reverse=True)
        name = shop.name if shop else _("In the windows of the shops")
        feed = _Feed(
            title=f"{name} – {site_name()}",
            link=_page(shop),
            description=_("Booksellers’ words on titles, signings, in-store concerts"),
            language=settings.LANGUAGE_CODE,
            author_name=shop.name if shop else site_name(),
            feed_url=site_address() + _atom_address(shop),
            feed_guid=site_address() + _atom_address(shop),
        )
        for entry in entries[:MOST_ENTRIES]:
            feed.add_item(**entry)
        return feed.writeString("utf-8").encode()


class _Feed(Atom1Feed):
    """An Atom feed that says of an empty list, too, the same today and tomorrow."""

    def latest_post_date(self) -> datetime:
        """Return when an entry changed last."""
        changed = [item["updateddate"] for item in self.items]
        return max(changed, default=datetime(2026, 1, 1, tzinfo=UTC))


def _of_pick(pick: Pick) -> dict[str, Any]:
    product, shop = pick.product, pick.shop
    whose = f"{pick.signed}, {shop.name}" if pick.signed else shop.name
    words = {"title": product.title, "by": product.byline} if product.byline else None
    written = pick.written_at.astimezone(UTC)
    return {
        "title": _("%(title)s, by %(by)s") % words if words else product.title,
        "link": site_address() + address("site:product", product.ref),
        "description": format_html("{}<p>— {}</p>", _paragraphs(pick.text), whose),
        "unique_id": f"tag:{host()},{written:%Y-%m-%d}:mot/{pick.pk}",
        "author_name": whose,
        "pubdate": pick.written_at,
        "updateddate": pick.changed_at,
        "categories": (shop.name,),
    }


def _of_event(event: Event) -> dict[str, Any]:
    title = event.title
    if event.cancelled_at is not None:
        title = _("Cancelled: %(title)s") % {"title": title}
    text = _paragraphs(event.text) if event.text else ""
    said = format_html("<p>{}<br>{}</p>{}", when(event), place_of(event), text)
    return {
        "title": f"{title} – {when(event)}",
        "link": page_of(event),
        "description": said,
        "unique_id": event.uid.urn,
        "author_name": event.shop.name,
        "pubdate": event.announced_at,
        "updateddate": event.changed_at,
        "categories": (event.shop.name, str(event.get_kind_display())),
    }


def _paragraphs(text: str) -> SafeString:
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  escaped just here


def _listed(which: Which) -> list[Listed]:
    """Return the events that feeds tell of, cancelled ones too."""
    return find_events(
        AgendaRequest(
            start=windows().since,
            shops=None if which.shop_id is None else {which.shop_id},
            kind=which.kind,
            town=which.town,
            department=which.department,
            cancelled=True,
        )
    )


def _page(shop: Shop | None) -> str:
    path = address("site:shop", shop.slug) if shop else reverse("site:agenda")
    return site_address() + path


def _atom_address(shop: Shop | None) -> str:
    return reverse("site:shop_atom", args=[shop.slug]) if shop else reverse("site:agenda_atom")
