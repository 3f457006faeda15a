"""Release days and draws, to be read by programs."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api import render
from comptoir.api.schemas import ShopBriefOut
from comptoir.catalogue.reads import listed_products
from comptoir.draws.models import Draw, Phase
from comptoir.draws.reads import lots_of, public_draw, public_draws
from comptoir.networks.portal import site_address
from comptoir.releases.memory import releases
from comptoir.releases.models import OneEach
from comptoir.shops.memory import directory

MOST = 500
router = Router(tags=[_("Release days")], by_alias=True)


class ReleaseOut(BaseModel):
    id: int
    name: str
    network: str = Field(description=_("Whose it is; empty where it is a shop's own"))
    holds_at: datetime = Field(description=_("No reservation before it"))
    sale_at: datetime = Field(description=_("Sold at the counter from then on"))
    online_at: datetime = Field(description=_("What is left is posted from then on"))
    ends_at: datetime = Field(description=_("Until then it counts who has a copy"))
    one_each: OneEach = Field(
        description=_("What one person has one copy of: `nothing`, each `title`, the `release`")
    )
    text: str
    titles: list[str] = Field(description=_("The `ref` of each product"))
    shops: list[ShopBriefOut]


class ReleasesOut(BaseModel):
    items: list[ReleaseOut] = Field(description=_("The first to be sold first"))


class LotOut(BaseModel):
    lot: int = Field(description=_("The number by which one enters for it"))
    shop: ShopBriefOut
    copies: int


class DrawOut(BaseModel):
    id: int
    product: str = Field(description=_("The product's `ref`"))
    title: str
    phase: Phase
    closes_at: datetime
    until: datetime = Field(description=_("What nobody took by then is free for all"))
    days: int = Field(description=_("How many days a winner has"))
    source: str = Field(description=_("The public value that decides, by its name"))
    known_at: datetime | None = Field(
        description=_("From when that value is known: after the entries close")
    )
    commitment: str = Field(description=_("The hash of the seed, of that name and of that moment"))
    lots: list[LotOut]
    page: str = Field(description=_("Where people enter, at no cost"))
    published: str = Field(description=_("All by which anybody checks it"))


class DrawsOut(BaseModel):
    items: list[DrawOut] = Field(description=_("The first to close first"))


@router.get("/releases", response=ReleasesOut, summary=_("What is not to be had before a moment"))
def release_days(request: HttpRequest) -> HttpResponse:
    kept = directory()
    rules = [rule for rule in releases().all() if rule.scope & kept.keys()]
    keys = sorted({key for rule in rules for key in rule.titles})
    products = listed_products(keys, {"ean", "source", "source_ref"})
    items = [
        ReleaseOut(
            id=rule.key,
            name=rule.name,
            network=rule.network,
            holds_at=rule.holds_at,
            sale_at=rule.sale_at,
            online_at=rule.online_at,
            ends_at=rule.ends_at,
            one_each=rule.one_each,
            text=rule.text,
            titles=[products[key].ref for key in sorted(rule.titles) if key in products],
            shops=[
                render.shop_brief(kept.shops[key])
                for key in sorted(rule.scope & kept.keys())[:MOST]
            ],
        )
        for rule in rules
    ]
    return render.public(request, ReleasesOut(items=items), seconds=5)


@router.get("/draws", response=DrawsOut, summary=_("The draws that are open or not over"))
def draws(request: HttpRequest) -> HttpResponse:
    return render.public(
        request, DrawsOut(items=[_draw(found) for found in public_draws()]), seconds=5
    )


@router.get("/draws/{draw_id}", response=DrawOut, summary=_("One draw"))
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    return render.public(request, _draw(public_draw(draw_id)), seconds=5)


def _draw(found: Draw) -> DrawOut:
    base = site_address()
    return DrawOut(
        id=found.pk,
        product=found.product.ref,
        title=found.product.title,
        phase=found.phase,
        closes_at=found.closes_at,
        until=found.until,
        days=found.days,
        source=found.source,
        known_at=found.known_at,
        commitment=found.commitment,
        lots=[
            LotOut(lot=lot.pk, shop=render.shop_brief(lot.shop), copies=lot.copies)
            for lot in lots_of(found)
        ],
        page=base + reverse("site:draw", args=[found.pk]),
        published=base + reverse("site:draw_data", args=[found.pk]),
    )
