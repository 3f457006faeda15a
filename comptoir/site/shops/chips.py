"""The filters that are chosen, each with the address without it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.words import clock, dated
from comptoir.shops import memory
from comptoir.shops.choice.answer import index_of
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import ServiceKind
from comptoir.site.shops.query import Asked, department_name


class Chip(NamedTuple):
    """A filter in words, and where the list is without it."""

    label: str
    without: str


def chips(asked: Asked) -> list[Chip]:
    """Return the filters that are chosen, in the order of the address."""
    return [
        *_of_text_and_place(asked),
        *_of_what_shops_are(asked),
        *_of_time(asked),
    ]


def _of_text_and_place(asked: Asked) -> Iterator[Chip]:
    wish = asked.request
    if wish.text:
        yield Chip(_("“%(text)s”") % {"text": wish.text}, asked.without("q"))
    if wish.radius_m:
        values = {"km": round(wish.radius_m / 1000), "place": asked.near.text}
        told = _("within %(km)d km of %(place)s") % values
        yield Chip(told, asked.without("radius_km"))
    if wish.town:
        yield Chip(wish.town, asked.without("town"))
    if wish.department:
        yield Chip(department_name(wish.department), asked.without("department"))


def _of_what_shops_are(asked: Asked) -> Iterator[Chip]:
    wish = asked.request
    if wish.kind:
        yield Chip(str(wish.kind.label), asked.without("kind"))
    for service in ServiceKind:
        if service in wish.services:
            yield Chip(str(service.label), asked.without("service", value=service.value))
    for speciality in SpecialityKind:
        if speciality in wish.specialities:
            leads = asked.without("speciality", value=speciality.value)
            yield Chip(str(speciality.label), leads)
    if wish.network:
        names = index_of(memory.directory()).networks
        yield Chip(names.get(wish.network, wish.network), asked.without("network"))
    if wish.wheelchair:
        yield Chip(str(wish.wheelchair.label), asked.without("wheelchair"))


def _of_time(asked: Asked) -> Iterator[Chip]:
    wish = asked.request
    if wish.open_now:
        yield Chip(_("open now"), asked.without("open"))
    if wish.open_on:
        day = dated(wish.open_on, timezone.localdate())
        yield Chip(_("open on %(day)s") % {"day": day}, asked.without("day", "time"))
    if wish.open_at:
        told = _("open on %(day)s at %(time)s") % _parts(wish.open_at)
        yield Chip(told, asked.without("day", "time"))


def _parts(moment: datetime) -> dict[str, str]:
    """Return a moment that was asked for as a day and a time: what it is on each shop's own clock,
    or, of one with a time zone, on ours."""
    shown = moment if moment.tzinfo else timezone.make_aware(moment)
    zone = timezone.get_current_timezone()
    return {
        "day": dated(timezone.localtime(shown).date(), timezone.localdate()),
        "time": clock(shown, zone),
    }
