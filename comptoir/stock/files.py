"""Files from tills, whatever their format, told to the ledger."""

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.shops.models import Shop
from comptoir.stock.clocks import moment_of_day
from comptoir.stock.feeds import READERS
from comptoir.stock.models import Feed, FeedFormat, FeedRun, TellingMode
from comptoir.stock.tellings import apply_telling


def take_file(
    *,
    shop: Shop,
    stream: BinaryIO,
    actor: Actor,
    format: FeedFormat | str,
    mode: TellingMode | str = TellingMode.SNAPSHOT,
    as_of: datetime | None = None,
    written: datetime | None = None,
    file_name: str = "",
) -> FeedRun:
    """Apply a till's file, streamed, whole or not at all (see `tellings.apply_telling`).

    Its moment is `as_of`; failing that the day that the file names, with the moment at which it was
    `written` (`clocks.moment_of_day`); failing both, now less the shop's stated delay. The first
    file that is applied, at once or after a check, teaches us what the till calls the shop.
    Raises `Invalid` when it is not a file of this format.
    """
    kind = FeedFormat(format)
    if kind not in READERS:
        raise Invalid("bad_format", _("There are no files of this format."), format=kind.value)
    if kind == FeedFormat.ASC and mode != TellingMode.SNAPSHOT:
        raise Invalid("bad_mode", _("A Tite-Live file is always a snapshot."), mode=str(mode))
    codes = Feed.objects.filter(shop=shop, format=kind).values_list("shop_code", flat=True)
    file = READERS[kind](stream, shop_code=codes.first() or "")
    if as_of is None and file.day is not None:
        as_of = moment_of_day(file.day, shop, written)
    return apply_telling(
        shop=shop,
        format=kind,
        mode=mode,
        as_of=as_of,
        lines=file.lines,
        actor=actor,
        file_name=file_name,
        covers=file.covers,
        shop_code=file.shop_code,
    )


def guess_format(path: Path) -> FeedFormat:
    """Return the format that a file's name tells. Raises `Invalid` (`bad_format`)."""
    for kind in READERS:
        if path.suffix.lower() == f".{kind.value}":
            return kind
    raise Invalid("bad_format", _("Name the format of this file: asc or csv."), file=path.name)


def written_at(path: Path) -> datetime:
    """Return the moment at which a file was last written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
