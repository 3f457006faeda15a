"""The shops of the directory as the lines of its list: where, until when, and what was asked for,
with how one uses it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comptoir.core.words import hours
from comptoir.shops.choice.request import DirectoryRequest
from comptoir.shops.hours import week
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.site.present import ShopRow, shop_row
from comptoir.site.shops.photos import square_of
from comptoir.ui.addresses import address
from comptoir.ui.moulds import Mould
from comptoir.ui.templatetags.ui import distance

MOST_SPECIALITIES = 4
_SERVICES = {each.value: each.label for each in ServiceKind}
_SPECIALITIES = {each.value: each.label for each in SpecialityKind}
_ACCESS = {each.value: each.label for each in (Wheelchair.YES, Wheelchair.LIMITED)}
_KINDS = {each.value: each.label for each in ShopKind}
_LINE = Mould(
    "site/parts/shop_line.html",
    ("records", "is_open", "closes_soon"),
    (
        *("address", "shop", "kind", "city", "away", "opening", "then", "services"),
        *("specialities", "access", "photo"),
    ),
)


def directory_lines(
    shops: Sequence[Shop],
    away: Mapping[int, float] | None,
    asked: DirectoryRequest,
    now: datetime,
) -> SafeString:
    """Return shops of `shops.memory` as the lines of a list; `away` says how many metres away."""
    then = asked.open_on or (_on_clock(asked.open_at) if asked.open_at else None)
    return format_html_join(
        "",
        "<li>{}</li>",
        ((_line(shop, away, asked, then, now),) for shop in shops),
    )


def _line(
    shop: Shop,
    away: Mapping[int, float] | None,
    asked: DirectoryRequest,
    then: date | None,
    now: datetime,
) -> SafeString:
    row: ShopRow = shop_row(shop, None, now)
    return _LINE.fill(
        (shop.kind == ShopKind.RECORDS, bool(row.is_open), row.closes_soon),
        (
            address("site:shop", shop.slug),
            shop.name,
            _KINDS[shop.kind],
            shop.city,
            None if away is None else distance(away[shop.pk], shop),
            row.opening,
            _hours_on(shop, then) if then else None,
            _services(shop, asked.services),
            _specialities(shop, asked.specialities),
            _ACCESS.get(shop.wheelchair),
            square_of(shop),
        ),
    )


def _on_clock(moment: datetime) -> date:
    """Return the day of a moment that was asked for: on each shop's own clock, or on ours."""
    return (timezone.localtime(moment) if moment.tzinfo else moment).date()


def _hours_on(shop: Shop, day: date) -> str | None:
    """Return the hours of a shop on a day, in words; nothing where nobody knows them."""
    (then,) = week(shop, day, days=1)
    return f"{date_format(day, 'l')} {hours(then.spans)}" if then.spans else None


def _services(shop: Shop, asked: Iterable[str]) -> SafeString | None:
    """Return the services that were asked for, each with how one uses it, as items of a list."""
    told = {each.kind: each.how for each in shop.services.all() if each.kind in asked}
    if not told:
        return None
    return format_html_join(
        "",
        "<li><strong>{}</strong>{}</li>",
        (
            (_SERVICES[kind], _(": %(how)s") % {"how": told[kind]} if told[kind] else "")
            for kind in _SERVICES
            if kind in told
        ),
    )


def _specialities(shop: Shop, asked: Iterable[str]) -> str | None:
    """Return what a shop is known for, what was asked for first."""
    has = [each.kind for each in shop.specialities.all()]
    if not has:
        return None
    first = sorted(has, key=lambda kind: kind not in asked)[:MOST_SPECIALITIES]
    more = [f"+{len(has) - len(first)}"] if len(has) > len(first) else []
    return ", ".join([*[str(_SPECIALITIES[kind]) for kind in first], *more])
