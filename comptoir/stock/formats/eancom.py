"""EANCOM D96A: the inventory report (INVRPT) and the sales report (SLSRPT).

INVRPT: `UNH … INVRPT`, `BGM+35`, `DTM+366` (the stock's moment) or `DTM+137` (the message's),
`NAD+WH+<GLN or SIRET>`, then `LIN+n++EAN:EN`, `QTY+145:n` (or `17`), `PRI+AAA:euros`: a snapshot.
SLSRPT: `UNH … SLSRPT`, `BGM+73E`, `LOC+162+<GLN or SIRET>`, `LIN`, `QTY+153:n`: what was sold, less
what came back (`QTY+61`, or fewer than none). A period (`DTM+356:20261101-20261128:718`) is as of
its end. Its interchange (UNB) names itself, so it is taken once. A line is named by the number of
its segment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.sources.kinds import name_of_message
from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.money import read_price
from comptoir.stock.formats.edifact import Segment, cut_short, segments
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    SHOWN_CHARACTERS,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    ReportMode,
    other_kind,
)
from comptoir.stock.formats.places import LONGEST_CODE, refuse_other_code
from comptoir.stock.formats.reader import parse_quantity, read_article

MODES = {"INVRPT": ReportMode.SNAPSHOT, "SLSRPT": ReportMode.SALES}
# The quantities that count, the first one that an article has: what is there, what was sold.
QUANTITIES = {"INVRPT": ("145", "17"), "SLSRPT": ("153",)}
_RETURNED = "61"
# Which moment of a message counts: its stock's, the end of its sales, its own.
MOMENTS = ("366", "91", "356", "324", "137")
_WAREHOUSE, _PLACE_OF_SALE = "WH", "162"
_PRICE = "AAA"
_EANS = frozenset({"EN", "SRV", "IB", "UP", ""})
_ENDS = frozenset({"UNS", "UNT"})
_SHAPES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# By the code of a date's format: of how many digits it is, and how it is read (others: _SHAPES).
_CODED = {"101": (6, "%y%m%d"), "201": (10, "%y%m%d%H%M"), "713": (10, "%y%m%d%H%M")}
_CODED |= {"718": (8, "%Y%m%d"), "719": (12, "%Y%m%d%H%M")}
_LONGEST_KEY = 100


@dataclass(slots=True)
class _Article:
    """The segments of one article, up to the next one, as they are read."""

    line: int
    ean: str = ""
    item: str = ""
    quantities: dict[str, list[str]] = field(default_factory=dict)
    price: str = ""
    currency: str = ""


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines of an interchange, read as they are asked for.

    Raises `Invalid`: what `edifact` raises, `bad_header` when it holds neither report,
    `other_shop` when it is of another shop, `bad_moment`; while it is read
    `cut_short`, `several_messages` and `other_shop`.
    """
    source = segments(stream)
    heading: list[Segment] = []
    for segment in source:
        heading.append(segment)
        if segment.tag in {"LIN", *_ENDS} or len(heading) > 200:
            break
    kind = next((each.part(1) for each in heading if each.tag == "UNH"), "")
    if kind not in MODES or heading[0].tag != "UNB":
        text: Message = _("The file holds neither an inventory report (INVRPT) nor sales (SLSRPT).")
        if name := name_of_message(kind):
            text = other_kind(name).message
        raise Invalid("bad_header", text)
    code = next(filter(None, map(_place, heading)), "")
    refuse_other_code(code, known)
    moment = _moment(heading)
    own = replace(known, shop_code=known.shop_code or code)
    lines = _lines(_of_one_moment(chain(heading, source), moment), kind, own)
    return FeedFile(
        lines=lines,
        covers=Covers.NEW,
        day=moment if not isinstance(moment, datetime) else None,
        as_of=moment if isinstance(moment, datetime) else None,
        shop_code=known.shop_code or code,
        mode=MODES[kind],
        key=_key(heading[0]),
    )


def _of_one_moment(source: Iterator[Segment], moment: date | None) -> Iterator[Segment]:
    """Pass an interchange on as long as each of its messages is of the first one's moment.

    The ledger takes a file as of one moment: a second day's sales in it would be dropped.
    """
    heading: list[Segment] | None = None
    for segment in source:
        if segment.tag == "UNH":
            heading = [segment]
        elif heading is not None and segment.tag in {"LIN", *_ENDS}:
            if (_moment(heading) or moment) != moment:
                text = _("The file speaks of several moments: send each in a file of its own.")
                raise Invalid("several_messages", text)
            heading = None
        elif heading is not None and segment.tag == "DTM":
            heading.append(segment)
        yield segment


def _lines(source: Iterator[Segment], kind: str, own: Known) -> Iterator[Line]:
    article: _Article | None = None
    began, ended, number, currency = 0, False, 0, ""
    for segment in source:
        number = segment.number
        if segment.tag in {"LIN", *_ENDS} and article is not None:
            if found := _line(article, kind):
                yield found
            article = None
        if segment.tag == "UNH":
            began, currency = number, ""
            if segment.part(1) != kind:
                text = _(
                    "The file holds several kinds of messages: send each in a file of its own."
                )
                raise Invalid("several_messages", text)
        elif segment.tag == "UNT":
            if segment.part(0) not in {"", str(number - began + 1)}:
                raise cut_short(number)
        elif segment.tag == "UNZ":
            ended = True
        elif segment.tag == "LIN":
            article = _Article(number, currency=currency)
        elif segment.tag == "CUX" and article is None:
            currency = segment.part(0, 1)
        refuse_other_code(_place(segment), own)
        if article is not None:
            _note(segment, article)
    if not ended:
        raise cut_short(number)


def _note(segment: Segment, article: _Article) -> None:
    """Note what a segment holds of its article."""
    if segment.tag == "LIN":
        _identify(article, segment.part(2), segment.part(2, 1))
    elif segment.tag == "PIA" and not article.ean:
        _identify(article, segment.part(1), segment.part(1, 1))
    elif segment.tag == "QTY":
        article.quantities.setdefault(segment.part(0), []).append(segment.part(0, 1))
    elif segment.tag == "PRI" and segment.part(0) == _PRICE:
        article.price = segment.part(0, 1)
    elif segment.tag == "CUX":
        article.currency = segment.part(0, 1)


def _identify(article: _Article, code: str, kind: str) -> None:
    if kind in _EANS:
        article.ean = code
    else:
        article.item = article.item or code


def _line(article: _Article, kind: str) -> Line | None:
    told = article.quantities
    counted = next((told[name] for name in QUANTITIES[kind] if name in told), [])
    returned = told.get(_RETURNED, []) if kind == "SLSRPT" else []
    content = f"{article.ean or article.item} {' '.join(counted or returned)}"[:SHOWN_CHARACTERS]
    try:
        # One article may lie in several places of the shop.
        total = sum(map(parse_quantity, counted)) - sum(abs(parse_quantity(n)) for n in returned)
    except Invalid as error:
        return RefusedLine(article.line, error.code, error.message, content)
    return read_article(
        line=article.line,
        ean=article.ean,
        item=article.item,
        quantity=str(total) if counted or returned else "",
        price=read_price(f"{article.price} {article.currency}" if article.price else ""),
        content=content,
    )


def _place(segment: Segment) -> str:
    """Return the shop that a segment names: a GLN, a SIRET or the till's own code."""
    if segment.tag == "NAD" and segment.part(0) == _WAREHOUSE:
        return segment.part(1)[:LONGEST_CODE]
    if segment.tag == "LOC" and segment.part(0) == _PLACE_OF_SALE:
        return segment.part(1)[:LONGEST_CODE]
    return ""


def _moment(heading: list[Segment]) -> datetime | date | None:
    """Return the moment of the file, or its day if it names no more."""
    named = {each.part(0): each for each in heading if each.tag == "DTM"}
    found = next(
        (named[name] for name in MOMENTS if name in named and named[name].part(0, 1)), None
    )
    if found is None:
        return None
    text = found.part(0, 1)
    # A period counts by its end.
    digits = text.rpartition("-")[2]
    length, shape = _CODED.get(found.part(0, 2), (len(digits), _SHAPES.get(len(digits), "")))
    try:
        if not shape or not digits.isdigit() or len(digits) < length:
            raise ValueError
        moment = datetime.strptime(digits[-length:], shape)  # noqa: DTZ007
    except ValueError:
        message = fill(_("“%(text)s” in DTM is no date as in 202610151402."), text=text[:40])
        raise Invalid("bad_moment", message) from None
    return moment if "%H" in shape else moment.date()


def _key(interchange: Segment) -> str:
    """Return the interchange's own name: who sends it, when, and its reference."""
    reference = interchange.part(4)
    parts = (interchange.part(1), interchange.part(3), interchange.part(3, 1), reference)
    return ":".join(parts)[:_LONGEST_KEY] if reference else ""


def _recognises(head: bytes) -> bool:
    return head.startswith((b"UNA", b"UNB")) and (b"INVRPT" in head or b"SLSRPT" in head)


FORMAT = Format(
    code="eancom",
    name="EANCOM",
    help=_("The stock or sales reports (INVRPT, SLSRPT) of tills that speak EDI."),
    read=read,
    suffixes=(".edi",),
    recognises=_recognises,
    modes=(ReportMode.SNAPSHOT, ReportMode.DELTA, ReportMode.SALES),
)
