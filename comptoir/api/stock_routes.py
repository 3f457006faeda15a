"""What a till tells: a whole snapshot (`PUT`) or what changed (`PATCH`)."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from comptoir.api import render, stock_bodies
from comptoir.api.answers import private
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.documents import body
from comptoir.api.limits import Limit, spend
from comptoir.api.schemas import StockIn, StockRunOut
from comptoir.api.shops_routes import ShopName
from comptoir.stock.models import ReportMode
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report

PER_TOKEN = Limit("api_stock", 60)
router = Router(tags=[_("Stock")], auth=ShopToken())

AsOf = Annotated[
    str | None, Query(max_length=40, description=_("Where the body names none: with its offset"))
]


@router.put(
    "/shops/{siret}/stock",
    response=StockRunOut,
    url_name="stock",
    summary=_("Tell the whole stock: what is absent is zero"),
    openapi_extra=body(StockIn, "text/csv"),
)
def put_stock(request: HttpRequest, siret: ShopName, as_of: AsOf = None) -> HttpResponse:
    return _tell(request, siret, as_of, ReportMode.SNAPSHOT)


@router.patch(
    "/shops/{siret}/stock",
    response=StockRunOut,
    url_name="stock",
    summary=_("Tell what changed: what is absent is unchanged"),
    openapi_extra=body(StockIn, "text/csv"),
)
def patch_stock(request: HttpRequest, siret: ShopName, as_of: AsOf = None) -> HttpResponse:
    return _tell(request, siret, as_of, ReportMode.DELTA)


def _tell(request: HttpRequest, siret: str, as_of: str | None, mode: ReportMode) -> HttpResponse:
    actor = bearer(request)
    spend(PER_TOKEN, f"token:{actor.id}")
    shop = shop_of(siret, actor)
    with stock_bodies.spooled(request) as file:
        told = stock_bodies.read(request, file, as_of)
        report = take_report(
            Incoming(
                shop=shop,
                format="api",
                mode=mode,
                as_of=told.as_of,
                lines=told.lines,
                actor=actor,
                covers=told.covers,
            )
        )
    return private(render.stock_report(report))
