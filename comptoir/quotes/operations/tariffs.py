"""A shop's own prices of parcels: written for a day and those after it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, Message, fill, invalid
from comptoir.quotes.errors import no_such_tariff
from comptoir.quotes.models import Band, Tariff
from comptoir.quotes.phrases import lazy_weight
from comptoir.quotes.places import Zone
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import keep_act
from comptoir.shops.operations.scope import Verb, in_scope

MOST_BANDS = 60
MOST_GRAMS, MOST_MM, MOST_CENTS = 30_000, 1_000, 50_000
AHEAD = timedelta(days=366)

_FIRST: list[Callable[[Shop], None]] = []


def ask_first(what: Callable[[Shop], None]) -> None:
    """Have a package above refuse that a shop begins to post: it raises a `DomainError`. What a
    shop wrote before holds on."""
    if what not in _FIRST:
        _FIRST.append(what)


@dataclass(frozen=True, slots=True)
class BandSaid:
    """One band as it is written (`Band`): grams, mm (None: however thick), cents."""

    zone: Zone
    max_grams: int
    price_cents: int
    max_mm: int | None = None
    tracked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffSaid:
    """A tariff as it is written (`Tariff`): from which day on, its bands, the box (grams, mm)."""

    since: date
    bands: Sequence[BandSaid]
    box_grams: int = 80
    box_mm: int = 5
    till_discounts: bool = False


@transaction.atomic
def write_tariff(*, shop: Shop, said: TariffSaid, actor: Actor, now: datetime) -> Tariff:
    """Write what a shop asks for parcels from a day on, today or later; what was written for that
    day before goes. Without bands it posts nothing from then on.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the tariff, its bands, the shop's history. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`; what is asked first of a table with bands,
    `ask_first`: `terms_lack`, `terms_not_published`), `Invalid` (`bad_since`, `bad_band`,
    which names the row (`place`) and its `column`, `too_many_bands`, `bad_box`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    _check(said, now.astimezone(ZoneInfo(shop.time_zone)).date())
    for ask in _FIRST if said.bands else ():
        ask(shop)
    found = shop.tariffs.filter(since=said.since).first()
    before = kept(found)
    tariff = found or Tariff(shop=shop, since=said.since)
    tariff.box_grams, tariff.box_mm = said.box_grams, said.box_mm
    tariff.till_discounts = said.till_discounts
    tariff.save()
    tariff.bands.all().delete()
    Band.objects.bulk_create(Band(tariff=tariff, **asdict(each)) for each in said.bands)
    after = kept(tariff)
    if before != after:
        keep_act(shop, {"posting": (before, after)}, actor=actor, at=now)
    return tariff


@transaction.atomic
def remove_tariff(*, shop: Shop, tariff_id: int, actor: Actor, now: datetime) -> None:
    """Take back what a shop asks for parcels from a day to come; the tariff before it goes on. What
    holds today, or held, stays.

    Guard: `CHANGE_SHOP`. Locks: the shop. Deletes: the tariff. Writes: the shop's history. Raises
    `NotFound` (also `no_such_tariff`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    today = now.astimezone(ZoneInfo(shop.time_zone)).date()
    tariff = shop.tariffs.filter(pk=tariff_id, since__gt=today).first()
    if tariff is None:
        raise no_such_tariff(tariff_id)
    before = kept(tariff)
    tariff.delete()
    keep_act(shop, {"posting": (before, None)}, actor=actor, at=now)


def kept(tariff: Tariff | None) -> dict[str, Any] | None:
    """Return a tariff as the history of a shop keeps it, in plain values."""
    if tariff is None:
        return None
    names = ("zone", "max_grams", "max_mm", "price_cents", "tracked")
    return {
        "since": tariff.since.isoformat(),
        "box_grams": tariff.box_grams,
        "box_mm": tariff.box_mm,
        "till_discounts": tariff.till_discounts,
        "bands": list(tariff.bands.order_by("pk").values(*names)),
    }


def _check(said: TariffSaid, today: date) -> None:
    told: Message
    if not today <= said.since <= today + AHEAD:
        told = _("Prices of parcels are written for today or a day of the year to come.")
        raise Invalid("bad_since", told, field="since")
    if not (0 <= said.box_grams <= 5_000 and 0 <= said.box_mm <= 300):
        raise invalid("box", _("A box weighs up to 5,000 g and is up to 300 mm thick."))
    if len(said.bands) > MOST_BANDS:
        told = _("At most %(most)d rows of prices.") % {"most": MOST_BANDS}
        raise Invalid("too_many_bands", told, field="bands", most=MOST_BANDS)
    seen = set()
    for place, band in enumerate(said.bands, 1):
        key = band.zone, band.max_grams, band.max_mm, band.tracked
        if key in seen:
            raise _bad(place, "grams", _("Row %(place)d says the same parcel as one above it."))
        seen.add(key)
        _check_band(place, band)


def _check_band(place: int, band: BandSaid) -> None:
    told: Message
    if not 1 <= band.max_grams <= MOST_GRAMS:
        told = _("Row %(place)d: a parcel weighs from 1 to %(most)s.")
        raise _bad(place, "grams", fill(told, place=place, most=lazy_weight(MOST_GRAMS)))
    if band.max_mm is not None and not 1 <= band.max_mm <= MOST_MM:
        told = _("Row %(place)d: a parcel is from 1 to %(most)d mm thick.")
        raise _bad(place, "mm", fill(told, place=place, most=MOST_MM))
    if not 0 <= band.price_cents <= MOST_CENTS:
        told = _("Row %(place)d: the price of a parcel is from 0 to 500 euros.")
        raise _bad(place, "price", told)


def _bad(place: int, column: str, told: Message) -> Invalid:
    said = fill(told, place=place)
    return Invalid("bad_band", said, field="bands", place=place, column=column)
