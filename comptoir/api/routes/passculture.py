"""The pass Culture contracts: our shops' stocks for anybody, and what is pushed to us."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.api.auth import actor_with_token, unknown_shop
from comptoir.api.bodies import read_small
from comptoir.core.errors import Invalid, Message
from comptoir.core.identifiers import find_ean, parse_siret
from comptoir.core.limits import Limit, client_address, count, count_read
from comptoir.core.text import read_moment
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.files import TillFile, read_file
from comptoir.stock.formats.calls import LARGEST_CALL
from comptoir.stock.formats.passculture import PUSH
from comptoir.stock.models import Report, ReportStatus
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf.pages import Listed, list_promised

MOST_ENTRIES = 1000
PER_CLIENT = Limit("provider_stocks", 300)
PER_TOKEN = Limit("provider_push", 60)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,9}")


@require_safe
def stocks(request: HttpRequest, siret: str) -> HttpResponse:
    """Answer one page of what a shop promises, by EAN; an empty page ends the list."""
    count_read(PER_CLIENT, client_address(request))
    try:
        asked = _asked(request, siret)
    except Invalid as error:
        return _errors(str(error.data["field"]), error.message)
    shop = Shop.objects.open_to_public().filter(siret=asked.pop("siret")).first()
    if shop is None:
        raise unknown_shop(siret)
    found = list_promised(shop, **asked)
    answer = {
        "total": found.total,
        "limit": asked["limit"],
        "offset": found.offset,
        "stocks": [_stock(title) for title in found.titles],
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "public, max-age=10"
    return response


@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Take what a program pushes for the shop of its token; 204 once it is kept.

    A line that is refused alone stands in the report: the contract has no word for it.
    """
    actor = actor_with_token(request)
    count(PER_TOKEN, f"token:{actor.id}")
    shop = Shop.objects.visible_to(actor).get()
    body = read_small(request, LARGEST_CALL)
    try:
        report = take_report(
            read_file(TillFile(shop=shop, stream=BytesIO(body), actor=actor, format=PUSH.code))
        )
    except Invalid as error:
        return _errors(str(error.data.get("field", "global")), error.message)
    if report.status == ReportStatus.REFUSED:
        return _refused(report)
    return HttpResponse(status=204)


def _asked(request: HttpRequest, siret: str) -> dict[str, Any]:
    """Return the parameters of a request. Raises `Invalid` that names its field."""
    try:
        number = parse_siret(siret)
    except Invalid as error:
        raise Invalid(error.code, error.message, field="siret") from None
    after = request.GET.get("after", "")
    if after and (find_ean(after) != after):
        raise Invalid("bad_ean", _("This is no EAN of 13 digits."), field="after")
    limit = request.GET.get("limit") or str(MOST_ENTRIES)
    if not _NUMBER.fullmatch(limit) or int(limit) < 1:
        raise Invalid("bad_limit", _("A whole number from 1."), field="limit")
    since = request.GET.get("modifiedSince")
    return {
        "siret": number,
        "after": after,
        "limit": min(int(limit), MOST_ENTRIES),
        "since": _moment(since) if since else None,
    }


def _moment(text: str) -> datetime:
    moment = read_moment(text[:40], UTC)
    if moment is None or moment > datetime.now(UTC) + timedelta(days=1):
        message = _("A moment that has passed, such as 2026-11-05T14:02:00.000Z.")
        raise Invalid("bad_moment", message, field="modifiedSince")
    return max(moment, _EARLIEST)


def _stock(title: Listed) -> dict[str, Any]:
    stock: dict[str, Any] = {"ref": title.ean, "available": title.available}
    if title.price_cents is not None:
        stock["price"] = title.price_cents / 100
    if title.available:
        until = title.valid_until.astimezone(UTC)
        stock["validUntil"] = f"{until:%Y-%m-%dT%H:%M:%S}.{until.microsecond // 1000:03d}Z"
    return stock


def _refused(report: Report) -> HttpResponse:
    """Answer that not one line could be taken, each by its place in the list."""
    errors = {
        f"products.{line - 1}": [message] for line, _code, message, _ in report.refusals[:100]
    }
    return JsonResponse({"errors": errors}, status=400)


def _errors(field: str, message: Message) -> HttpResponse:
    return JsonResponse({"errors": {field: [str(message)]}}, status=400)
