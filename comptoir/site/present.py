"""From what the domain says to what a page shows: plain values, hours in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from comptoir.core.words import hours
from comptoir.releases.memory import releases
from comptoir.releases.phrases import from_moment
from comptoir.releases.rules import Coming, coming, not_before
from comptoir.shops.hours import DayHours, OpenState, week
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.shops.phrases import asked_in_words, opening
from comptoir.shops.places import Point
from comptoir.stock.models import Condition
from comptoir.stock.shelf.standing import ShopOffer
from comptoir.ui import words

_OPENING = "site.present"
_WEEK = "site.present.week"


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop as a line shows it; distance in metres. `barred`: it takes no reservation, for its
    doors are closed."""

    shop: Shop
    metres: float | None
    is_open: bool | None
    opening: str
    closes_soon: bool = False
    barred: bool = False


@dataclass(frozen=True)
class OfferRow:
    """What one shop has, as a line shows it."""

    offer: ShopOffer
    at: ShopRow

    @cached_property
    def coming(self) -> Coming | None:
        """What of its release is still to come, if it has one: of nearly all titles nothing."""
        rules = releases().of(self.offer.product_id, self.at.shop.pk)
        return coming(rules, timezone.now()) if rules else None

    @cached_property
    def since(self) -> str | None:
        """From when it can be reserved, in words; None where it can be now."""
        return not_yet(self.offer.product_id, self.at.shop)

    @property
    def hides_copies(self) -> bool:
        """Whether how many there are is not told yet."""
        return self.coming is not None and not self.coming.shows_copies

    @cached_property
    def used(self) -> bool:
        """Whether it is a used copy: new and used are always shown apart."""
        return self.offer.condition != Condition.NEW

    @cached_property
    def condition(self) -> str:
        """The condition in words."""
        return str(Condition(self.offer.condition).label)


def not_yet(product_id: int, shop: Shop, *, posted: bool = False) -> str | None:
    """Return from when a title can be reserved at a shop, or is posted by it, in words; None where
    no release day says so, as of nearly all titles. No query."""
    rules, now = releases().of(product_id, shop.pk), timezone.now()
    at = not_before(rules, now, posted=posted) if rules else None
    return from_moment(at, ZoneInfo(shop.time_zone), now) if at else None


def shop_row(shop: Shop, near: Point | None, now: datetime | None = None) -> ShopRow:
    """Return a shop of `shops.memory` with its distance and whether it is open."""
    return _shop_row(shop, directory().away(near)[shop.pk] if near else None, now)


def _shop_row(shop: Shop, away: float | None, now: datetime | None) -> ShopRow:
    kept, at = directory(), now or timezone.now()
    state = kept.state(shop.pk, at)
    key = (_OPENING, shop.pk, get_language())
    known: tuple[OpenState, str] | None = kept.notes.get(key)
    # A state is worked out once a minute, and days begin with one.
    if known is None or known[0] is not state:
        known = kept.notes[key] = state, opening(shop, state, at)
    barred = state.door is not None and not state.door.by_slots
    return ShopRow(shop, away, state.is_open, known[1], state.closes_in is not None, barred)


def shop_rows(shops: Sequence[Shop], near: Point | None) -> list[ShopRow]:
    """Return shops of `shops.memory` as lines."""
    now = timezone.now()
    return [shop_row(shop, near, now) for shop in shops]


def offer_rows(offers: Iterable[ShopOffer]) -> list[OfferRow]:
    """Return offers as lines, each shop looked at once."""
    offers = list(offers)
    shops = {offer.shop.pk: (offer.shop, offer.metres) for offer in offers}
    now = timezone.now()
    rows = {key: _shop_row(shop, away, now) for key, (shop, away) in shops.items()}
    return [OfferRow(offer, rows[offer.shop.pk]) for offer in offers]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week to come: its spans on the shop's own clock, then what is by appointment, in
    words."""

    hours: DayHours
    spans: list[str]
    appointments: list[str]
    today: bool


def week_table(shop: Shop) -> SafeString:
    """Return the seven days from today on, where the shop is; kept as long as the shop of
    `shops.memory` and the day."""
    notes, today = directory().notes, words.local_day(timezone.now(), shop.time_zone)
    key = (_WEEK, shop.pk, get_language())
    known: tuple[Shop, date, SafeString] | None = notes.get(key)
    if known is None or known[0] is not shop or known[1] != today:
        rows = _week_rows(shop, today)
        # Seven days of which nothing is known are said in one line.
        any_known = any(each.hours.known or each.hours.closure for each in rows)
        table = render_to_string("site/parts/week.html", {"week": rows, "known": any_known})
        known = notes[key] = shop, today, table
    return known[2]


def _week_rows(shop: Shop, today: date) -> list[Day]:
    return [
        Day(
            day,
            [_span(span) for span in day.spans],
            asked_in_words(day, _span),
            day.day == today,
        )
        for day in week(shop, today)
    ]


def _span(span: tuple[time, time]) -> str:
    return hours([span])
