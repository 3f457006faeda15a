"""How a till's file of any format becomes a report."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.catalogue.sources.kinds import kind_of
from comptoir.core.errors import Invalid, fill
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import resolve
from comptoir.stock.formats import FILES, FORMATS, table
from comptoir.stock.formats.lines import NOTHING_KNOWN, Known, Reader, ReportMode, other_kind
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.models import Feed
from comptoir.stock.shelf.moments import in_zone, moment_of_day

HEAD_BYTES = 4096
_NEAR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class TillFile:
    """A till's file as somebody gives it, open at its start.

    `format` is a code of `FORMATS`. `mode` is what somebody states that it is (None: what the file
    names, else the format's usual one), `as_of` its moment (without a zone: the shop's), `written`
    when it was last written. `key` is the sender's name of it, `digest` the SHA-256 of the content
    that came with the key.
    """

    shop: Shop
    stream: BinaryIO
    actor: Actor
    format: str
    mode: ReportMode | str | None = None
    as_of: datetime | None = None
    written: datetime | None = None
    file_name: str = ""
    key: str = ""
    digest: str = ""


def read_file(file: TillFile) -> Incoming:
    """Return what comes in with a till's file; its lines are read as they are asked for.

    Its moment is `as_of`, or the one that the file names; failing both the day that the file names,
    with the moment at which it was `written` (`moments.moment_of_day`); failing all, when it was
    written, or else now, less the shop's stated delay. A key that the file names itself counts
    before its sender's. Raises `Invalid` (`bad_format`, `bad_mode`) and what the format raises for
    what is none of its files.
    """
    read = _reader_of(file)
    written = in_zone(file.written, file.shop) if file.written is not None else None
    content = read(file.stream, what_is_known(file.shop, file.format))
    as_of = file.as_of or content.as_of
    if as_of is None and content.day is not None:
        as_of = moment_of_day(_day_meant(content.day, content.other_day, file), file.shop, written)
    elif as_of is None and written is not None:
        as_of = written - timedelta(minutes=file.shop.told_delay)
    return Incoming(
        shop=file.shop,
        format=file.format,
        mode=content.mode or file.mode or FORMATS[file.format].modes[0],
        as_of=as_of,
        lines=resolve(file.shop, file.format, content.lines),
        actor=file.actor,
        file_name=file.file_name,
        covers=content.covers,
        shop_code=content.shop_code,
        key=content.key or file.key,
        # The digest is of what came with the sender's own key.
        digest="" if content.key else file.digest,
    )


def _day_meant(day: date, other: date | None, file: TillFile) -> date:
    """Return which of two days a file means: the second only where it is within a week of when the
    file was written or, failing that, came."""
    if other is None:
        return day
    moment = in_zone(file.written or timezone.now(), file.shop)
    here = moment.astimezone(ZoneInfo(file.shop.time_zone)).date()
    return other if abs(other - here) <= _NEAR else day


def _reader_of(file: TillFile) -> Reader:
    known = FORMATS.get(file.format)
    if known is None or known.read is None:
        raise Invalid("bad_format", _("There are no files of this format."), format=file.format)
    if file.mode is not None and file.mode not in known.modes:
        message = fill(
            _("A file of the format %(format)s cannot be that: choose another mode."),
            format=known.name,
        )
        raise Invalid("bad_mode", message, mode=str(file.mode))
    return known.read


def what_is_known(shop: Shop, format: str) -> Known:
    """Return what is known so far of the shop's feed of this format."""
    feed = Feed.objects.filter(shop=shop, format=format).first() or Feed()
    return Known(
        shop_code=feed.shop_code,
        columns=feed.columns,
        siret=shop.siret or "",
        time_zone=shop.time_zone,
    )


def guess_format(path: Path, shop: Shop) -> str:
    """Return the format of a file, as `format_of` does, and raise what it raises."""
    with path.open("rb") as file:
        return format_of(file.read(HEAD_BYTES), path.name, shop)


def format_of(head: bytes, name: str, shop: Shop | None) -> str:
    """Return the format that the first `HEAD_BYTES` of a file show, or else its name.

    A table with the columns that its shop named once is that table, whatever else it looks like.
    Raises `Invalid` (`bad_format`; `other_kind` when it is something else altogether).
    """
    known = what_is_known(shop, table.FORMAT.code) if shop else NOTHING_KNOWN
    if table.has_columns(head, known.columns):
        return table.FORMAT.code
    suffix = Path(name).suffix.lower()
    for code, each in FILES.items():
        if each.recognises and each.recognises(head):
            return code
    if kind := kind_of(head):
        raise other_kind(kind)
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
