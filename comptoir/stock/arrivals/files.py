"""Files from tills, whatever their format, told to the ledger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NotRequired, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, fill
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import resolve
from comptoir.stock.formats import FILES, FORMATS
from comptoir.stock.formats.lines import Known, ReportMode
from comptoir.stock.reports.models import Feed, Report
from comptoir.stock.reports.operations import Saying, take_report
from comptoir.stock.reports.preview import preview_report
from comptoir.stock.shelf.moments import in_zone, moment_of_day

HEAD_BYTES = 4096


class Said(Saying):
    """What a file says, as `reports.take_report` and `previews.preview_report` take it."""

    shop: Shop
    format: str


class Given(TypedDict):
    """A till's file as somebody gives it (see `take_file`)."""

    shop: Shop
    stream: BinaryIO
    actor: Actor
    format: str
    mode: NotRequired[ReportMode | str | None]
    as_of: NotRequired[datetime | None]
    written: NotRequired[datetime | None]
    file_name: NotRequired[str]
    key: NotRequired[str]


def take_file(*, digest: str = "", **given: Unpack[Given]) -> Report:
    """Apply a till's file, streamed, whole or not at all (see `reports.take_report`).

    Its moment is `as_of`, or the one that the file names; failing both the day that the file names,
    with the moment at which it was `written` (`clocks.moment_of_day`); failing all, when it was
    written, or else now, less the shop's stated delay. Its mode is what the file says, else `mode`,
    else the format's usual one. `key` is the sender's name of it, unless it names itself: the
    second of the same key changes nothing, and the first run is returned (`digest`: see
    `take_report`). The first file that is applied, at once or after a check, teaches us what the
    till calls the shop. Raises `Invalid` when it is not a file of this format.
    """
    said = read_file(**given)
    if said["key"] == given.get("key", ""):
        said["digest"] = digest
    return take_report(**said)


def preview_file(**given: Unpack[Given]) -> Report:
    """Keep a till's file as a report to be looked at (`preview_report`); see `take_file`."""
    return preview_report(**read_file(**given))


def read_file(
    *,
    shop: Shop,
    stream: BinaryIO,
    actor: Actor,
    format: str,
    mode: ReportMode | str | None = None,
    as_of: datetime | None = None,
    written: datetime | None = None,
    file_name: str = "",
    key: str = "",
) -> Said:
    """Return what a file says, by the rules of `take_file`; its lines are read as asked for."""
    known_format = FORMATS.get(format)
    if known_format is None or known_format.read is None:
        raise Invalid("bad_format", _("There are no files of this format."), format=format)
    if mode is not None and mode not in known_format.modes:
        message = fill(
            _("A file of the format %(format)s cannot be that: choose another mode."),
            format=known_format.name,
        )
        raise Invalid("bad_mode", message, mode=str(mode))
    if written is not None:
        written = in_zone(written, shop)
    file = known_format.read(stream, what_is_known(shop, format))
    if as_of is None:
        as_of = file.as_of
    if as_of is None and file.day is not None:
        as_of = moment_of_day(file.day, shop, written)
    elif as_of is None and written is not None:
        as_of = written - timedelta(minutes=shop.told_delay)
    return {
        "shop": shop,
        "format": format,
        "mode": ReportMode(file.mode or mode or known_format.modes[0]),
        "as_of": as_of,
        "lines": resolve(shop, format, file.lines),
        "actor": actor,
        "file_name": file_name,
        "covers": file.covers,
        "shop_code": file.shop_code,
        "key": file.key or key,
    }


def what_is_known(shop: Shop, format: str) -> Known:
    """Return what the shop's feed of this format has taught us so far."""
    feed = Feed.objects.filter(shop=shop, format=format).first() or Feed()
    return Known(
        shop_code=feed.shop_code,
        columns=feed.columns,
        siret=shop.siret or "",
        time_zone=shop.time_zone,
    )


def guess_format(path: Path) -> str:
    """Return the format of a file, as `recognise` does."""
    with path.open("rb") as file:
        return format_of(file.read(HEAD_BYTES), path.name)


def format_of(head: bytes, name: str) -> str:
    """Return the format that the first `HEAD_BYTES` of a file tell, or its name.

    Raises `Invalid` (`bad_format`).
    """
    suffix = Path(name).suffix.lower()
    for code, each in FILES.items():
        if each.recognises and each.recognises(head):
            return code
    for code, each in FILES.items():
        if suffix in each.suffixes:
            return code
    message = fill(
        _("Name the format of this file: %(formats)s."), formats=", ".join(sorted(FILES))
    )
    raise Invalid("bad_format", message, file=name)


def written_at(path: Path) -> datetime:
    """Return the moment at which a file was last written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
