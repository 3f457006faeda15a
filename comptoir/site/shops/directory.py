"""The directory: a list first, whole without JavaScript, beside it a map when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.networks.portal import site_address
from comptoir.shops import memory
from comptoir.shops.choice.answer import choose, index_of
from comptoir.shops.geography import DEPARTMENTS
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.shops.sources.credits import licences_shown
from comptoir.site.events.lines import in_town
from comptoir.site.near import Near, read_near, remember
from comptoir.site.shops.chips import chips
from comptoir.site.shops.lines import directory_lines
from comptoir.site.shops.map import map_of
from comptoir.site.shops.places import IndexPage, all_pages, same_as
from comptoir.site.shops.query import DAYS, DISTANCES, Asked, address_of, is_littered, read

PAGE = 60


@gzip_page
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Answer the list of shops, filtered. An address with parameters that say nothing leads to the
    same without them."""
    near, now = read_near(request), timezone.now()
    asked = read(request.GET, near, now=now)
    if is_littered(request.GET):
        response: HttpResponse = HttpResponseRedirect(asked.address)
        remember(response, near)
        return response
    return answer(request, asked, now, page=None)


def answer(
    request: HttpRequest, asked: Asked, now: datetime, page: IndexPage | None
) -> HttpResponse:
    """Answer the shops that are asked for: as the page of a place, or as the directory."""
    kept = memory.directory()
    found = choose(asked.request, kept, at=now)
    shown = Paginator(found.shops, PAGE).get_page(request.GET.get("page"))
    context = {
        "near": asked.near,
        "asked": asked,
        "page": shown,
        "total": len(found.shops),
        "lines": directory_lines(list(shown), found.away, asked.request, now),
        "chips": chips(asked),
        "form": _form(asked),
        "sorts": _sorts(asked),
        "sort": dict(asked.pairs).get("sort", ""),
        "days": _days(asked),
        "map": map_of(found.shops),
        "place": page,
        "related": _related(page),
        "credits": licences_shown(),
        **_window(asked, found.shops),
        **_for_search_engines(asked, page, shown.number),
    }
    response = render(request, "site/shops.html", context)
    remember(response, asked.near)
    return response


def _window(asked: Asked, shops: Sequence[Shop]) -> dict[str, Any]:
    """Return what the shops of a town have in their windows, where the page is about one town."""
    town = asked.request.town
    return {"town": town, **in_town([shop.pk for shop in shops])} if town and shops else {}


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a field offers."""

    value: str
    label: str
    chosen: bool


def _form(asked: Asked) -> dict[str, Any]:
    """Return what the fields of the form offer: what at least one shop has, or what is chosen."""
    index, wish = index_of(memory.directory()), asked.request
    services, specialities = index.values("service"), index.values("speciality")
    there = index.values("department")
    radius = str(round((wish.radius_m or 0) / 1000))
    # Of a town that is listed the form shows the name: “in the town” means that one.
    near = Near(wish.town) if wish.town and not asked.near.given else asked.near
    return {
        "near": near.text,
        "latitude": near.latitude,
        "longitude": near.longitude,
        "kinds": [Option(k.value, str(k.label), k is wish.kind) for k in ShopKind],
        "services": [
            Option(s.value, str(s.label), s in wish.services)
            for s in ServiceKind
            if s.value in services or s in wish.services
        ],
        "specialities": [
            Option(s.value, str(s.label), s in wish.specialities)
            for s in SpecialityKind
            if s.value in specialities or s in wish.specialities
        ],
        "networks": [
            Option(slug, name, slug == wish.network)
            for slug, name in sorted(index.networks.items(), key=lambda each: each[1].lower())
        ],
        "departments": [
            Option(code, f"{DEPARTMENTS[code].name} ({code})", code == wish.department)
            for code in DEPARTMENTS
            if code in there
        ],
        "distances": [Option(str(km), str(km), str(km) == radius) for km in DISTANCES],
        "day": _day_field(asked),
        "more": len(wish.services)
        + len(wish.specialities)
        + sum(map(bool, (wish.network, wish.department, wish.wheelchair, asked.day or asked.time))),
    }


def _day_field(asked: Asked) -> str:
    """Return the day that the form shows: the date of what was asked for, or what was typed."""
    wish = asked.request
    if wish.open_on:
        return wish.open_on.isoformat()
    return wish.open_at.date().isoformat() if wish.open_at and asked.day else asked.day


def _sorts(asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the orders of the list: label, address, and whether it is the present one."""
    first = _("Nearest first") if asked.request.near else _("By town")
    labels = {"": first, "open": _("Open first"), "name": _("By name")}
    return [
        (
            label,
            asked.having("sort", value) if value else asked.without("sort"),
            value == dict(asked.pairs).get("sort", ""),
        )
        for value, label in labels.items()
    ]


def _days(asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the moments that are one touch away: label, address, and whether it is asked for."""
    now = asked.request.open_now
    there = asked.without("open") if now else asked.having("open", "1", "day", "time")
    found = [(str(_("now")), there, now)]
    for value, label in DAYS.items():
        chosen = asked.day == value
        leads = (
            asked.without("day", "time") if chosen else asked.having("day", value, "open", "time")
        )
        found.append((str(label), leads, chosen))
    return found


def _related(page: IndexPage | None) -> dict[str, Any] | None:
    """Return the pages beside a page of a place: what else there is, and the towns there."""
    if page is None:
        return None
    known = all_pages()
    others = [each for each in known.of(page.spot) if each.path != page.path]
    kinds = [each for each in others if each.thing is None]
    things = [each for each in others if each.thing and page.kind in (None, each.kind)]
    towns = [] if page.spot.town else known.towns(page.spot.code)
    above = next((each for each in known.departments if each.code == page.spot.code), None)
    return {"kinds": kinds, "things": things, "towns": towns, "department": above}


def _for_search_engines(asked: Asked, page: IndexPage | None, number: int) -> dict[str, Any]:
    """Return the one address of what is shown, and whether it is for search engines: the directory
    whole, and the pages of places; other filters are links for people."""
    same = page or same_as(asked)
    path = same.path if same else address_of(asked.shared)
    more = "" if number == 1 else f"{'&' if '?' in path else '?'}page={number}"
    return {
        "canonical": f"{site_address()}{path}{more}",
        "hidden_from_search": same is None and bool(asked.shared),
    }
