"""The rounds on which a list of titles is fetched: what is asked, and the answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api import render, requests
from comptoir.api.schemas import Given, OfferOut, Plain, ShopBriefOut
from comptoir.catalogue.reads import named_products
from comptoir.core.errors import Invalid
from comptoir.core.limits import client_network
from comptoir.rounds.errors import MOST_TITLES
from comptoir.rounds.proposals import Aim
from comptoir.rounds.question import Means
from comptoir.rounds.reads import Round, Rounds, Stop, count_rounds, rounds_for

_FIELDS = ("ean", "source", "source_ref")
AHEAD = timedelta(days=60)
USUAL_KM = 25.0
Name = Annotated[Plain, Field(max_length=40)]


class RoundsIn(Given):
    titles: list[Name] = Field(
        min_length=1,
        max_length=MOST_TITLES,
        description=_("EAN, ISBN-10, or the `ref` of a product without one"),
    )
    near: Plain = Field(
        min_length=1,
        max_length=80,
        description=_(
            "Where the round begins and ends: `latitude,longitude`, a town or a postcode"
        ),
    )
    radius_km: float = Field(
        USUAL_KM, gt=0, le=200, description=_("No shop farther than this from `near`")
    )
    at: Plain = Field(
        "", max_length=40, description=_("When one sets out (ISO 8601 with its offset); else now")
    )
    by: Means = Field(
        Means.BIKE, description=_("`foot`, `bike` or `car`: how long the way takes hangs on it")
    )


class StopOut(BaseModel):
    shop: ShopBriefOut
    metres: int = Field(description=_("From the stop before, in a straight line"))
    arrival: datetime | None = Field(
        description=_("When one is served there; null where the round is not for the same day")
    )
    offers: list[OfferOut] = Field(description=_("What is fetched there"))
    price_cents: int | None


class RoundOut(BaseModel):
    aims: list[Aim] = Field(
        description=_("What it is best in: `fewest_stops`, `shortest`, `all_today`")
    )
    proved: bool = Field(description=_("Whether it is proved that none is better in that"))
    metres: int = Field(description=_("There and back"))
    all_today: bool = Field(
        description=_("Whether each shop is open when one comes, on the day one sets out")
    )
    leave_by: datetime | None = Field(description=_("How late one may set out for that"))
    done_at: datetime | None = Field(description=_("When the last stop is left"))
    stops: list[StopOut]
    back_metres: int = Field(description=_("From the last stop back to `near`"))
    price_cents: int | None


class AbsentOut(BaseModel):
    product: str = Field(description=_("The product's `ref`"))
    nearest: OfferOut | None = Field(description=_("Who has it farther away; null if nobody has"))


class ClosedOut(BaseModel):
    product: str = Field(description=_("The product's `ref`"))
    opens_at: datetime | None = Field(
        description=_("When the first shop that has it opens again, if that is known")
    )


class RoundsOut(BaseModel):
    rounds: list[RoundOut] = Field(
        description=_("At most three, none of which is worse than another in everything")
    )
    absent: list[AbsentOut] = Field(description=_("Titles that no shop within the distance has"))
    closed: list[ClosedOut] = Field(
        description=_("Titles for which no round is for the same day, where single ones are why")
    )
    unknown: list[str] = Field(description=_("Of `titles`: what names no title"))


router = Router(tags=[_("Rounds")], by_alias=True)


@router.post(
    "/rounds",
    response=RoundsOut,
    summary=_("In which shops a list of titles is fetched, and in what order"),
)
def rounds(request: HttpRequest, asked: RoundsIn) -> HttpResponse:
    count_rounds(len(asked.titles), client_network(request).address)
    now = timezone.now()
    start = requests.point(asked.near)
    if start is None:
        raise Invalid(
            "near_missing", gettext("“near” is empty: say where one sets out."), field="near"
        )
    refs = list(dict.fromkeys(name.strip() for name in asked.titles))
    named = named_products(refs, _FIELDS)
    at = _moment(asked.at, now)
    found = rounds_for(list(named.values()), start, asked.radius_km * 1000, at, asked.by)
    names = {product.pk: product.ref for product in named.values()}
    unknown = [ref for ref in refs if ref not in named]
    response = render.private(_answer(found, names, unknown, now))
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _moment(text: str, now: datetime) -> datetime:
    """Return when one sets out. Raises `Invalid` (`bad_moment`) for what is no moment with its
    offset, is past, or is so far ahead that nothing is known of it."""
    if not text:
        return now
    at = requests.read_moment(text, "at")
    if at.tzinfo is None or not now - timedelta(hours=1) <= at <= now + AHEAD:
        message = gettext(
            "“at” must be a moment of the next 60 days with its offset, such as %(now)s."
        )
        raise Invalid("bad_moment", message % {"now": f"{now:%Y-%m-%dT%H:%M:%S+00:00}"}, field="at")
    return at


def _answer(found: Rounds, refs: Mapping[int, str], unknown: list[str], at: datetime) -> RoundsOut:
    """Return the answer; `refs` are the products' names by their keys, `at` is now."""
    return RoundsOut(
        rounds=[_round(each, refs, at) for each in found.rounds],
        absent=[
            AbsentOut(
                product=each.product.ref,
                nearest=render.offers([each.nearest], refs, at)[0] if each.nearest else None,
            )
            for each in found.absent
        ],
        closed=[
            ClosedOut(product=each.product.ref, opens_at=each.opens_at) for each in found.closed
        ],
        unknown=unknown,
    )


def _round(each: Round, refs: Mapping[int, str], at: datetime) -> RoundOut:
    return RoundOut(
        aims=list(each.aims),
        proved=each.proved,
        metres=round(each.metres),
        all_today=each.done_at is not None,
        leave_by=each.leave_by,
        done_at=each.done_at,
        stops=[_stop(stop, refs, at) for stop in each.stops],
        back_metres=round(each.back),
        price_cents=each.cents,
    )


def _stop(stop: Stop, refs: Mapping[int, str], at: datetime) -> StopOut:
    return StopOut(
        shop=render.shop_brief(stop.shop),
        metres=round(stop.metres),
        arrival=stop.served_at,
        offers=render.offers(stop.offers, refs, at),
        price_cents=stop.cents,
    )
