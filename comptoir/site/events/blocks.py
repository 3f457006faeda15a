"""The windows on the first page: booksellers' words on titles, and the meetings of the week."""

from datetime import datetime, timedelta

from django.template.loader import render_to_string

from comptoir.catalogue.models import Product
from comptoir.events.memory import Listed, state, windows
from comptoir.events.models import Pick
from comptoir.events.reads import away, newest_picks
from comptoir.shops.memory import directory
from comptoir.shops.places import Point
from comptoir.site.events.lines import event_lines, events_html, kept, picks_html

PICKS_SHOWN, PICKS_LOOKED_AT = 4, 60
EVENTS_SHOWN = 6
WEEK = timedelta(days=7)
FURTHEST = 150_000
"""How far, in metres, somebody goes to meet an author."""
_NEWEST = "site.blocks.picks"

Versions = tuple[tuple[int, str], ...]


def picks_near(near: Point | None) -> list[Pick]:
    """Return the newest words on titles, one of each shop, the nearest shops first; no query but
    what `events.memory` asks, and one where windows have changed."""
    _windows, shops = state()
    found = windows().made((_NEWEST, shops), lambda: newest_picks(PICKS_LOOKED_AT))
    if near is not None:
        far = directory().away(near)
        found = sorted(found, key=lambda pick: far[pick.shop_id])
    chosen: dict[int, Pick] = {}
    for pick in found:
        chosen.setdefault(pick.shop_id, pick)
    return list(chosen.values())[:PICKS_SHOWN]


def picks_block(picks: list[Pick], versions: Versions) -> str:
    """Return words on titles, as they were rendered for these titles in their versions."""
    keys = {key for key, _version in versions}
    shown = [pick for pick in picks if pick.product_id in keys]
    if not shown:
        return ""
    key = ("home", tuple(pick.pk for pick in shown), versions)
    return kept(key, lambda: _picks(shown))


def week_block(near: Point | None, now: datetime) -> str:
    """Return the meetings of the next seven days, the nearest where the reader's place is known, as
    they were rendered for these of this day."""
    chosen = _of_the_week(near, now)
    if not chosen:
        return ""
    keys = tuple(each.pk for each in chosen)
    return kept(("week", keys, near, now.year), lambda: _week(chosen, near))


def _of_the_week(near: Point | None, now: datetime) -> list[Listed]:
    found = [each for each in windows().coming(now) if each.starts_at < now + WEEK]
    if near is not None:
        far = {each.pk: away(each, near) for each in found}
        found = [each for each in found if far[each.pk] <= FURTHEST]
        found = sorted(found, key=lambda each: far[each.pk])[:EVENTS_SHOWN]
        found.sort(key=lambda each: each.starts_at)
    return found[:EVENTS_SHOWN]


def _picks(picks: list[Pick]) -> str:
    # Read again: what is kept of the windows may be older than a title.
    found = Product.objects.defer("description").in_bulk({pick.product_id for pick in picks})
    for pick in picks:
        pick.product = found.get(pick.product_id, pick.product)
    return render_to_string("site/parts/home_picks.html", {"picks": picks_html(picks)})


def _week(chosen: list[Listed], near: Point | None) -> str:
    lines = event_lines(chosen, near)
    return render_to_string("site/parts/home_week.html", {"events": events_html(lines)})
