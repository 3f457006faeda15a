"""The list as a file."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.core.limits import Limit, count_read
from comptoir.core.sheet import sheet_blocks
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.stock.assortment.reads import each, total
from comptoir.stock.assortment.request import read_words
from comptoir.stock.assortment.table import in_words
from comptoir.ui.answers import as_csv

LIMIT = Limit("stock_export", 20)


@require_GET
@at_the_desk
def stock_csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Give the whole list that an address asks for, as a CSV for a French spreadsheet, while it is
    read. Limited (`LIMIT`)."""
    count_read(LIMIT, f"{desk.actor.kind.value}:{desk.actor.id}")
    asked, _faults = read_words({name: str(value)[:200] for name, value in request.GET.items()})
    now: datetime = timezone.now()
    zone = ZoneInfo(desk.shop.time_zone)
    # Who may not is told so, not cut off in the middle of a file.
    total(shop=desk.shop, actor=desk.actor, request=asked, at=now)
    rows = each(shop=desk.shop, actor=desk.actor, request=asked, at=now)
    name = f"stock-{desk.shop.slug}-{now.astimezone(zone):%Y%m%d}.csv"
    return as_csv(sheet_blocks(in_words(rows, zone)), name)
