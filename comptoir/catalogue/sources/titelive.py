"""The Tite-Live catalogue `QuotidienJJ.tit`: ISO-8859-1, `~` between 45 or 62 fields.

The places of the fields and the codes are those that the public readers of the format use
(pass Culture, for both layouts).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadRecord
from comptoir.catalogue.models import Availability, ContributorRole, ProductFormat, ProductKind
from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.notice import Credit, Notice, Refusal
from comptoir.catalogue.sources.source import Source
from comptoir.catalogue.sources.text import PARIS, cents, clean, day_month_year, hundredths, whole
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_ean
from comptoir.core.table import TOO_LONG, read_lines

SOURCE_NAME = "titelive"
_UNKNOWN_DATE = "2070-01-01"
_UNANNOUNCED = "xxx"

_OLD_LAYOUT = {
    "ean": 0,
    "title": 2,
    "availability": 5,
    "collection": 6,
    "price": 9,
    "publisher": 10,
    "distributor": 11,
    "date": 12,
    "support": 13,
    "pages": 15,
    "weight": 19,
    "authors": 23,
    "changed": 25,
    "vat": 26,
    "translator": 28,
    "series": 35,
}
_NEW_LAYOUT = {
    "ean": 0,
    "title": 1,
    "availability": 3,
    "collection": 4,
    "price": 6,
    "publisher": 7,
    "distributor": 8,
    "date": 9,
    "support": 10,
    "pages": 12,
    "weight": 16,
    "authors": 17,
    "changed": 19,
    "vat": 20,
    "translator": 21,
    "series": 26,
}
_LAYOUTS = {45: _OLD_LAYOUT, 62: _NEW_LAYOUT}

_AVAILABILITY = {
    "2": Availability.FORTHCOMING,
    "3": Availability.TEMPORARILY_OUT,
    "4": Availability.TEMPORARILY_OUT,
    "6": Availability.UNAVAILABLE,
    "7": Availability.UNAVAILABLE,
    "8": Availability.TEMPORARILY_OUT,
    "9": Availability.UNAVAILABLE,
}
_SUPPORTS = {
    "BD": (ProductKind.BOOK, ProductFormat.COMIC),
    "BL": (ProductKind.BOOK, ProductFormat.BOOK),
    "LC": (ProductKind.BOOK, ProductFormat.BOOK),
    "LD": (ProductKind.BOOK, ProductFormat.BOOK),
    "LR": (ProductKind.BOOK, ProductFormat.BOOK),
    "LV": (ProductKind.BOOK, ProductFormat.BOOK),
    "M": (ProductKind.BOOK, ProductFormat.PAPERBACK),
    "P": (ProductKind.BOOK, ProductFormat.POCKET),
    "R": (ProductKind.BOOK, ProductFormat.OTHER),
    "T": (ProductKind.BOOK, ProductFormat.BOOK),
    "TL": (ProductKind.BOOK, ProductFormat.BOOK),
    "DV": (ProductKind.OTHER, ProductFormat.DVD),
    "CA": (ProductKind.BOOK, ProductFormat.AUDIOBOOK),
    "K7": (ProductKind.OTHER, ProductFormat.CASSETTE),
}


def _recognises(document: Document) -> bool:
    if document.root is not None or b"\0" in document.head:
        return False
    first = document.head.partition(b"\n")[0].rstrip(b"\r\n")
    return _width(first.decode("latin-1").split("~")) in _LAYOUTS


def _read(document: Document) -> Iterator[Notice | Refusal]:
    encoding = document.encoding or "latin-1"
    for number, line in enumerate(read_lines(document.stream, encoding, newline="\n"), 1):
        if line is None:
            yield Refusal(number, "", "long_line", TOO_LONG)
            continue
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            notice = _read_line(text, document.as_of, number)
        except Invalid as error:
            yield Refusal(number, text.partition("~")[0][:40], error.code, error.message)
        else:
            notice.order = document.message << 32 | number
            yield notice


def _width(fields: list[str]) -> int:
    """Return how many fields there are, a last separator making none."""
    return len(fields) - (1 if len(fields) - 1 in _LAYOUTS and not fields[-1].strip() else 0)


def _read_line(text: str, as_of: datetime, number: int) -> Notice:
    fields = text.split("~")
    layout = _LAYOUTS.get(_width(fields))
    if layout is None:
        raise BadRecord(
            "field_count",
            _("Fields in this line: %(count)s instead of 45 or 62.") % {"count": len(fields)},
        )
    cells = {name: fields[index].strip() for name, index in layout.items()}
    kind, form = _SUPPORTS.get(cells["support"].upper(), (ProductKind.OTHER, ProductFormat.OTHER))
    ean = parse_ean(cells["ean"])
    if cells["title"].lower() == cells["authors"].lower() == _UNANNOUNCED or not cells["title"]:
        raise BadRecord("no_title", _("The title is not announced yet."))
    published = day_month_year(cells["date"])
    return Notice(
        place=number,
        at=_moment(cells["changed"], as_of),
        ean=ean,
        source=SOURCE_NAME,
        kind=kind,
        title=clean(cells["title"]),
        byline=clean(cells["authors"], 300),
        series=clean(cells["series"] or cells["collection"], 200),
        publisher=clean(cells["publisher"], 200),
        distributor=clean(cells["distributor"], 120),
        format=form,
        published="" if published == _UNKNOWN_DATE else published,
        pages=whole(cells["pages"]),
        weight_grams=whole(cells["weight"]),
        list_price_cents=cents(cells["price"]) if cells["price"] else None,
        vat_rate=hundredths(cells["vat"]),
        availability=_AVAILABILITY.get(cells["availability"], Availability.AVAILABLE),
        credits=_credits(cells),
    )


def _credits(cells: dict[str, str]) -> tuple[Credit, ...]:
    found: dict[str, Credit] = {}
    for role, text in (
        (ContributorRole.AUTHOR, cells["authors"]),
        (ContributorRole.TRANSLATOR, cells["translator"]),
    ):
        for part in text.replace(";", "/").replace("|", "/").split("/"):
            if name := clean(part, 200):
                found.setdefault(name, Credit(role, name))
    return tuple(found.values())


def _moment(text: str, as_of: datetime) -> datetime:
    """Return when the line was last changed: the day it names, else the file's moment."""
    day = day_month_year(text)
    if not day:
        return as_of
    return datetime.fromisoformat(day).replace(tzinfo=PARIS).astimezone(UTC)


SOURCE = Source(name="titelive", label="Tite-Live (.tit)", recognises=_recognises, read=_read)
