"""The agenda: what happens in the shops, all of it or week by week."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.core.words import day_and_month
from comptoir.events.memory import Listed, windows
from comptoir.events.models import EventKind
from comptoir.events.moments import midnight, week_of
from comptoir.events.reads import AgendaRequest, find_events, where
from comptoir.shops.geography import department_at
from comptoir.site.events.lines import event_lines, events_html
from comptoir.site.machines.addresses import plain_only
from comptoir.site.near import Near, read_near, remember

PAGE = 40
KILOMETRES = (10, 25, 50, 100)
USUAL_KILOMETRES = 50
ZONE = "Europe/Paris"
"""On whose clock weeks begin: overseas they are the same days but for some hours."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the agenda: its Monday, the word of its address, its days in words."""

    monday: date
    is_this: bool

    @property
    def word(self) -> str:
        """Return the word by which an address names it: `2026-W49` (ISO 8601)."""
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def days(self) -> tuple[str, str]:
        """Return its first and its last day."""
        return day_and_month(self.monday), day_and_month(self.monday + timedelta(days=6))


def read_week(text: str) -> date | None:
    """Return the Monday of a week that an address names; None for any other text."""
    year, _mark, number = text.partition("-W")
    try:
        return date.fromisocalendar(int(year[:4]), int(number[:2]), 1)
    except ValueError:
        return None


@gzip_page
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Answer the list of events to come, filtered; each combination has its address."""
    near = read_near(request)
    now = timezone.now()
    monday = read_week(request.GET.get("week", ""))
    chosen = {name: request.GET.get(name, "")[:80] for name in ("kind", "department", "town")}
    if chosen["kind"] not in EventKind.values:
        chosen["kind"] = ""
    kilometres = _kilometres(request, near)
    found = find_events(_asked(chosen, near, kilometres, monday, now))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        **plain_only(request),
        "near": near,
        "chosen": chosen,
        "kilometres": kilometres,
        "distances": KILOMETRES,
        "kinds": EventKind.choices,
        **_choices(now),
        **_weeks(monday, now),
        "page": page,
        "total": len(found),
        "days": _by_day(list(page.object_list), near),
        "feed": _feed(chosen),
    }
    response = render(request, "site/agenda.html", context)
    remember(response, near)
    return response


def _asked(
    chosen: dict[str, str], near: Near, kilometres: int | None, monday: date | None, now: datetime
) -> AgendaRequest:
    start, end = now, None
    if monday is not None:
        first, after = week_of(monday)
        start, end = max(now, midnight(first, ZONE)), midnight(after, ZONE)
    return AgendaRequest(
        start=start,
        end=end,
        kind=chosen["kind"],
        town=chosen["town"],
        department=chosen["department"],
        near=near.point if kilometres else None,
        radius=kilometres * 1000 if kilometres else None,
    )


def _kilometres(request: HttpRequest, near: Near) -> int | None:
    """Return how far is looked; None for everywhere, which is where no place is given in the
    address: one that is remembered puts nothing out of sight."""
    asked = request.GET.get("km", "")
    if near.point is None:
        return None
    if asked.isdecimal() and int(asked[:4]) in KILOMETRES:
        return int(asked[:4])
    return USUAL_KILOMETRES if near.given and asked != "all" else None


def _choices(now: datetime) -> dict[str, Any]:
    """Return the departments and the towns in which something is to come."""
    places = [where(each) for each in windows().coming(now)]
    departments = sorted({department_at(postcode) for postcode, _city, _point in places})
    return {
        "departments": [(each.code, each.name) for each in departments],
        "towns": sorted({city for _postcode, city, _point in places}),
    }


def _weeks(monday: date | None, now: datetime) -> dict[str, Any]:
    """Return the week that is shown, if it is one, and those beside it; never one that is past."""
    this, _after = week_of(timezone.localdate(now))
    shown = Week(monday, monday == this) if monday else None
    after = Week((monday or this) + timedelta(days=7 if monday else 0), monday is None)
    before = Week(monday - timedelta(days=7), False) if monday and monday > this else None
    return {
        "week": shown,
        "week_after": after,
        "week_before": before,
        "this_week": Week(this, True),
    }


def _by_day(listed: list[Listed], near: Near) -> list[tuple[str, str]]:
    """Return the events of a page by their days, each day in words with its events as a list."""
    days: dict[date, list[Any]] = {}
    for line in event_lines(listed, near.point):
        days.setdefault(line.day, []).append(line)
    year = timezone.localdate().year
    return [
        (
            day_and_month(day) if day.year == year else f"{day_and_month(day)} {day.year}",
            events_html(lines, day=False),
        )
        for day, lines in days.items()
    ]


def _feed(chosen: dict[str, str]) -> str:
    """Return the query by which a calendar follows what is shown, whatever the week."""
    given = {name: value for name, value in chosen.items() if value}
    return reverse("site:agenda_calendar") + (f"?{urlencode(given)}" if given else "")
