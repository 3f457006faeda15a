"""A till's file, as it is or gzipped, sent by the shop's own agent or by any program."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import file_digest, sha256
from typing import Annotated, BinaryIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from comptoir.api import aside
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.bodies import read_large
from comptoir.api.documents import file_body, header
from comptoir.api.problems import Refused
from comptoir.api.render import private
from comptoir.api.requests import ShopName, read_moment
from comptoir.api.routes.stock import stock_report
from comptoir.api.schemas import FilesOut, StockRunOut, TellingMode
from comptoir.core.limits import Limit
from comptoir.core.streams import gunzipped
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.files import HEAD_BYTES, TillFile, format_of, read_file
from comptoir.stock.formats.text import LARGEST_BYTES, MOST_LINES
from comptoir.stock.models import Report
from comptoir.stock.reports.operations import take_report

PER_TOKEN = Limit("api_files", 60)
NOW = "Comptoir-Now"
"""The header of the server's clock, in seconds since 1970: `Date` knows only whole ones."""
_LONGEST_KEY = 200
router = Router(tags=[_("Stock")], by_alias=True, auth=ShopToken())

Format = Annotated[str, Query(max_length=16, description=_("Guessed when it is left out"))]
Mode = Annotated[
    TellingMode | None, Query(description=_("Where the file does not say it: else as usual"))
]
Written = Annotated[
    str | None,
    Query(max_length=40, description=_("When the file was last written, with its offset")),
]
AsOf = Annotated[
    str | None,
    Query(max_length=40, description=_("The moment of its figures, against what the file says")),
]
FileName = Annotated[str, Query(max_length=200, description=_("Its name in the shop"))]


@router.post(
    "/shops/{siret}/files",
    response=StockRunOut,
    url_name="files",
    summary=_("Send a file of the till, as it is or gzipped"),
    openapi_extra=file_body()
    | header("Idempotency-Key", _("New for each file, the same when one is tried again")),
)
def post_file(
    request: HttpRequest,
    siret: ShopName,
    format: Format = "",
    mode: Mode = None,
    written: Written = None,
    as_of: AsOf = None,
    name: FileName = "",
) -> HttpResponse:
    actor = bearer(request)
    aside.enter(PER_TOKEN, actor)
    shop = shop_of(siret, actor)
    moment = None if as_of is None else read_moment(as_of, "as_of")
    last_written = None if written is None else read_moment(written, "written")
    about = {
        "format": format,
        "mode": mode,
        "as_of": moment and moment.isoformat(),
        "written": last_written and last_written.isoformat(),
        "name": name,
        "key": _key(request),
    }
    report = aside.read(
        aside.Task("file", shop.pk, actor.id, about), _unpacked(request), MOST_LINES, take
    )
    return _with_clock(private(stock_report(report)))


def take(task: aside.Task, file: BinaryIO) -> Report:
    """Take a till's file, in this process or beside it; return its report."""
    about = task.about
    digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    shop = Shop.objects.get(pk=task.shop_id)
    given = TillFile(
        shop=shop,
        stream=file,
        actor=task.actor,
        format=about["format"] or format_of(head, about["name"], shop),
        mode=about["mode"],
        as_of=about["as_of"] and datetime.fromisoformat(about["as_of"]),
        written=about["written"] and datetime.fromisoformat(about["written"]),
        file_name=about["name"],
        key=about["key"],
        digest=digest,
    )
    return take_report(read_file(given))


@router.get(
    "/shops/{siret}/files",
    response=FilesOut,
    url_name="files",
    summary=_("Which shop this token is for, and what became of the last file"),
)
def files(request: HttpRequest, siret: ShopName) -> HttpResponse:
    actor = bearer(request)
    shop = shop_of(siret, actor)
    last = Report.objects.visible_to(actor).filter(feed__shop=shop).order_by("pk").last()
    answer = FilesOut(shop=shop.name, last=stock_report(last) if last else None)
    return _with_clock(private(answer))


def _key(request: HttpRequest) -> str:
    """Return the key as the feed keeps it."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip()
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = gettext_lazy(
            "Send an “Idempotency-Key” of 1 to 200 printable characters, new for each file, the"
            " same when you try one again."
        )
        raise Refused(400, "idempotency_key_missing", message)
    return sha256(key.encode()).hexdigest()


def _with_clock(response: HttpResponse) -> HttpResponse:
    response[NOW] = f"{timezone.now().timestamp():.3f}"
    return response


def _unpacked(request: HttpRequest) -> Iterator[bytes]:
    """Yield what a file holds: at most 20 MB on the wire and `LARGEST_BYTES` unpacked.

    Raises `Refused`: 413 `too_large`, 415 `unknown_encoding`; `Invalid` as `core.streams` does.
    """
    packed = read_large(request)
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in {"", "identity"}:
        return packed
    if encoding == "gzip":
        return gunzipped(packed, LARGEST_BYTES)
    message = gettext_lazy("Send the file as it is, or with “Content-Encoding: gzip”.")
    raise Refused(415, "unknown_encoding", message)
