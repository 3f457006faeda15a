"""What a till reports: a whole snapshot (`PUT`) or what changed (`PATCH`), in JSON or CSV.

A body has at most 20 MB and 200,000 lines. CSV is read line by line; JSON is parsed at once, within
that bound. A body that is broken anywhere is refused entire, a bad line alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, BinaryIO

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, ValidationError

from comptoir.api import aside
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.bodies import read_large
from comptoir.api.documents import body
from comptoir.api.problems import Refused
from comptoir.api.render import private
from comptoir.api.requests import ShopName, read_moment
from comptoir.api.schemas import RefusalOut, RemarkOut, StockIn, StockLineIn, StockRunOut
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_number
from comptoir.core.limits import Limit
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import resolve
from comptoir.stock.formats import own
from comptoir.stock.formats.furniture import is_damaged, own_code
from comptoir.stock.formats.lines import (
    ArticleLine,
    Line,
    RefusedLine,
    StockBlock,
    check_article,
    check_line,
)
from comptoir.stock.models import Covers, Report, ReportMode
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report

PER_TOKEN = Limit("api_stock", 60)
FORMAT = "api"
MAX_LINES = 200_000
MOST_TEXT_LINES = 10 * MAX_LINES
"""Of the text of a body: JSON may be written with a line for every value."""
SHOWN = 120
REFUSALS = 100
router = Router(tags=[_("Stock")], by_alias=True, auth=ShopToken())

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
    return _report(request, siret, as_of, ReportMode.SNAPSHOT)


@router.patch(
    "/shops/{siret}/stock",
    response=StockRunOut,
    url_name="stock",
    summary=_("Tell what changed: what is absent is unchanged"),
    openapi_extra=body(StockIn, "text/csv"),
)
def patch_stock(request: HttpRequest, siret: ShopName, as_of: AsOf = None) -> HttpResponse:
    return _report(request, siret, as_of, ReportMode.DELTA)


def stock_report(report: Report) -> StockRunOut:
    """Return what became of a report."""
    return StockRunOut(
        id=report.pk,
        mode=report.mode,
        status=report.status,
        reason=report.reason,
        as_of=report.as_of,
        lines=report.line_count,
        accepted=report.line_count - report.refused_count,
        refused=report.refused_count,
        unknown=report.unknown_count,
        changed=report.changed_count,
        emptied=report.emptied_count,
        refusals=[
            RefusalOut(line=line, code=code, message=message, content=content)
            for line, code, message, content in report.refusals[:REFUSALS]
        ],
        remarked=report.remark_count,
        remarks=[
            RemarkOut(line=line, code=code, message=message, content=content)
            for line, code, message, content in report.remarks[:REFUSALS]
        ],
    )


def _report(request: HttpRequest, siret: str, as_of: str | None, mode: ReportMode) -> HttpResponse:
    actor = bearer(request)
    aside.enter(PER_TOKEN, actor)
    shop = shop_of(siret, actor)
    about = {"as_of": as_of, "mode": mode, "media_type": (request.content_type or "").lower()}
    task = aside.Task("stock", shop.pk, actor.id, about)
    here = partial(take, shop=shop)
    report = aside.read(task, read_large(request), MOST_TEXT_LINES, here)
    return private(stock_report(report))


def take(task: aside.Task, file: BinaryIO, shop: Shop | None = None) -> Report:
    """Take what a till reports, in this process, which knows the `shop`, or beside it; return its
    report."""
    content = read_body(task.about["media_type"], file, task.about["as_of"])
    shop = shop or Shop.objects.get(pk=task.shop_id)
    return take_report(
        Incoming(
            shop=shop,
            format=FORMAT,
            mode=ReportMode(task.about["mode"]),
            as_of=content.as_of,
            lines=resolve(shop, FORMAT, content.lines),
            actor=task.actor,
            covers=content.covers,
        )
    )


class Outline(BaseModel):
    """A JSON body before its lines are checked, one by one."""

    as_of: Any = None
    lines: list[Any]


@dataclass(frozen=True, slots=True)
class StockBody:
    """What a body holds: its moment, its lines, and which copies it covers."""

    as_of: datetime
    lines: Iterator[Line]
    covers: Covers


def read_outline(content: bytes) -> Outline:
    """Return the outline of a JSON body.

    Raises `Refused` (400 `invalid_json`, 413 `too_many_lines`) or `Invalid` (`lines_missing`).
    """
    try:
        found = Outline.model_validate_json(content)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Refused(
                400, "invalid_json", gettext_lazy("This body is not JSON in UTF-8.")
            ) from error
        message = gettext_lazy("“lines” is missing: a list of lines.")
        raise Invalid("lines_missing", message, field="lines") from error
    if len(found.lines) > MAX_LINES:
        raise too_many_lines()
    return found


def read_body(media_type: str, file: BinaryIO, as_of: str | None) -> StockBody:
    """Return what a body holds, by its media type; `as_of` is the moment of the address.

    Like a file, a body in which no line names a condition covers new copies only.
    """
    if media_type == "text/csv":
        table = own.read(file)
        return StockBody(moment(as_of), bounded(table.lines), table.covers)
    if media_type == "application/json":
        found = read_outline(file.read())
        at = found.as_of if isinstance(found.as_of, str | None) else ""
        names_conditions = any("condition" in line for line in found.lines if _is_object(line))
        return StockBody(
            moment(as_of if at is None else at),
            filter(None, (_line(number, item) for number, item in enumerate(found.lines, 1))),
            Covers.ALL if names_conditions else Covers.NEW,
        )
    message = gettext_lazy("Send “application/json” or “text/csv”, and say so in “Content-Type”.")
    raise Refused(415, "unknown_format", message)


def bounded(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, and raise `Refused` (413 `too_many_lines`) past the limit."""
    count = 0
    for line in lines:
        count += len(line.eans) if isinstance(line, StockBlock) else 1
        if count > MAX_LINES:
            raise too_many_lines()
        yield line


def moment(text: str | None) -> datetime:
    """Return the moment of a report. Raises `Invalid` (`as_of_missing`, `bad_as_of`)."""
    if text is None:
        message = gettext_lazy("“as_of” is missing: the moment these figures were true.")
        raise Invalid("as_of_missing", message, field="as_of")
    return read_moment(text, "as_of", code="bad_as_of")


def too_many_lines() -> Refused:
    """Return the refusal of a body with too many lines."""
    message = gettext_lazy("At most %(limit)s lines are taken at once.") % {"limit": MAX_LINES}
    return Refused(413, "too_many_lines", message, limit=MAX_LINES)


def _is_object(item: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(item, dict)


def _line(number: int, item: Any) -> Line | None:  # noqa: ANN401 - any JSON
    try:
        line = StockLineIn.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        return RefusedLine(number, "bad_line", f"{where}: {first['msg']}", str(item)[:SHOWN])
    if find_number(line.ean) is None and not is_damaged(line.ean):
        article = ArticleLine(
            number, own_code(line.ean), line.quantity, line.price_cents, line.condition
        )
        return check_article(article, str(item))
    return check_line(
        line=number,
        ean=line.ean,
        quantity=line.quantity,
        price_cents=line.price_cents,
        condition=line.condition,
        content=str(item)[:SHOWN],
    )
