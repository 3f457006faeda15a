"""What a feed's parser yields: one taken or refused line after another, whatever the till, and what
is remarked of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.identifiers import find_number, is_own_number, issue_of, parse_number
from comptoir.stock.formats.furniture import is_damaged
from comptoir.stock.shelf.models import Condition, Sleeve


class ReportMode(models.TextChoices):
    """A snapshot means that what is absent is zero, a delta that it is unchanged.

    Sales are no figures of what is left: so many copies were sold up to the report's moment.
    """

    SNAPSHOT = "snapshot", _("snapshot")
    DELTA = "delta", _("delta")
    SALES = "sales", _("sales")


class Covers(models.TextChoices):
    """What a report covers: what a snapshot leaves out is zero only within it."""

    NEW = "new", _("new copies only")
    ALL = "all", _("new and used copies")
    COPIES = "copies", _("one-off copies, each by its own reference")


LARGEST_QUANTITY = 100_000
LARGEST_PRICE_CENTS = 100_000_000
SHOWN_CHARACTERS = 120
UNKNOWN_ITEM = "unknown_item"
"""The code of a line about an article that nobody knows: it holds no snapshot back."""
OTHER_SHEETS = "other_sheets"
"""The code of a remark on sheets of a spreadsheet that were not read."""
NOT_TAKEN = frozenset({UNKNOWN_ITEM, OTHER_SHEETS})
"""The codes of remarks that are about no line taken."""
_NO_EAN = _("The line has no EAN: nobody can tell its title.")
_CONDITIONS = frozenset(Condition.values)
LONGEST_REFERENCE = 100
LONGEST_NAME = 200


class Remark(NamedTuple):
    """What is said of a line that is not refused: its number, a stable code, what was made of it,
    and how it begins.

    It stands in `remarks` of the line taken, or among the lines where it is about one that is
    neither taken nor refused. It counts as no line.
    """

    line: int
    code: str
    message: Message
    content: str = ""


Remarks = tuple[Remark, ...]


class StockLine(NamedTuple):
    """One line taken: so many copies of an EAN in a condition, price in cents.

    Less than none is none, or in a report of sales so many returned. A number of the till's own
    (`core.identifiers.is_own_number`) stands here once `stock.arrivals.articles` has looked it up,
    and means nothing outside the shop of the report. `issue` is that of a magazine, where the line
    tells it.
    """

    line: int
    ean: str
    quantity: int
    price_cents: int | None = None
    condition: str = Condition.NEW.value
    remarks: Remarks = ()
    issue: str = ""


class RefusedLine(NamedTuple):
    """One line refused: its number, a stable code, why and what to do, and how it begins."""

    line: int
    code: str
    message: Message
    content: str = ""


def check_values(
    quantity: int, price_cents: int | None = None, condition: str = Condition.NEW.value
) -> None:
    """Raise `Invalid` for a value outside what stock may be.

    A quantity may be negative: a till that has sold more than it knew has none, and in a report of
    sales it is a return (`reports.intake` tells them apart).
    """
    if abs(quantity) > LARGEST_QUANTITY:
        text = _("The quantity is beyond belief: 100,000 copies at most.")
        raise Invalid("bad_quantity", text)
    if not _may_be_price(price_cents):
        text = _("The price must lie between 0 and one million euros.")
        raise Invalid("bad_price", text)
    if condition not in _CONDITIONS:
        text = _("This condition is unknown: write new, M, NM, VG+, VG, G+, G, F or P.")
        raise Invalid("bad_condition", text)


def _may_be_price(cents: int | None) -> bool:
    return cents is None or 0 <= cents <= LARGEST_PRICE_CENTS


def _fit_price(cents: int | None, line: int, shown: str) -> tuple[int | None, Remarks]:
    """Return a price, or None and what is to be said of one outside of what a price is."""
    if _may_be_price(cents):
        return cents, ()
    text = _("This price is below 0 or above one million euros: the price stays as it was.")
    return None, (Remark(line, "bad_price", text, shown),)


def check_line(
    *,
    line: int,
    ean: str,
    quantity: int,
    price_cents: int | None = None,
    condition: str = Condition.NEW.value,
    name: str = "",
    content: str = "",
    remarks: Remarks = (),
) -> "StockLine | ArticleLine | RefusedLine":
    """Return a line as taken, or as refused when a value is outside what stock may be.

    A price outside of it is left as it was: so the line's remarks say. What does not even look like
    an EAN is an article that nobody can name (`unknown_item`). A number of the till's own is its
    reference of an article, which the till calls by a `name`.
    """
    shown = (content or ean)[:SHOWN_CHARACTERS]
    price_cents, unfit = _fit_price(price_cents, line, shown)
    try:
        check_values(quantity, None, condition)
        found = find_number(ean)
        if found is None and not is_damaged(ean):
            return RefusedLine(line, UNKNOWN_ITEM, _NO_EAN, shown)
        number, said = found or parse_number(ean), remarks + unfit
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, shown)
    if is_own_number(number):
        name = name[:LONGEST_NAME]
        return ArticleLine(line, number, quantity, price_cents, condition, name, said, own=True)
    return StockLine(line, number, quantity, price_cents, condition, said, issue_of(ean))


class StockBlock(NamedTuple):
    """Many lines of new copies taken at once, as a parser gives them that can vouch for a block.

    `rows` are what `intake` hands to PostgreSQL: for each EAN, in order, the line's number (or 0),
    EAN, quantity, price in cents (`None` where none is told) and condition, with tabs between them.
    """

    first: int
    eans: list[str]
    rows: bytes


class ArticleLine(NamedTuple):
    """One line about an article that the till names by a reference of its own, not by an EAN.

    `stock.arrivals.articles` finds the title, if the shop or a list of its till has named it.
    `own`: the reference is a number that the article itself bears (`is_own_number`), so that it is
    an article of the shop even if nobody has named it.
    """

    line: int
    item: str
    quantity: int
    price_cents: int | None = None
    condition: str = Condition.NEW.value
    name: str = ""
    remarks: Remarks = ()
    own: bool = False


def check_article(
    article: ArticleLine, content: str = ""
) -> ArticleLine | RefusedLine | Remark | None:
    """Return a line about an article as taken, or as refused when a value cannot be.

    An article that its till names by nothing is remarked (`unknown_item`): None, if there is none.
    """
    shown = (content or article.item)[:SHOWN_CHARACTERS]
    if len(article.item) > LONGEST_REFERENCE or not article.item.isprintable():
        text = _("The article's own reference is longer than 100 characters, or no text.")
        return RefusedLine(article.line, "bad_item", text, shown)
    cents, unfit = _fit_price(article.price_cents, article.line, shown)
    try:
        check_values(article.quantity, None, article.condition)
    except Invalid as error:
        return RefusedLine(article.line, error.code, error.message, shown)
    if not article.item:
        if article.quantity <= 0:
            return None
        return Remark(article.line, UNKNOWN_ITEM, _NO_EAN, shown)
    return article._replace(
        price_cents=cents, name=article.name[:LONGEST_NAME], remarks=article.remarks + unfit
    )


class CopyLine(NamedTuple):
    """One line about a one-off copy: `ref` names it, its title is that of the first that is found.

    `release` is a Discogs release, `catno` its label's catalogue number; price in cents.
    """

    line: int
    ref: str
    quantity: int
    price_cents: int | None
    condition: str
    sleeve: str = ""
    note: str = ""
    ean: str = ""
    release: str = ""
    catno: str = ""
    artist: str = ""
    title: str = ""
    remarks: Remarks = ()


LONGEST_REF = 40


def check_copy(copy: CopyLine, content: str = "") -> CopyLine | RefusedLine:
    """Return a line about a one-off copy as taken, or as refused when it cannot be.

    Texts are cut to what is kept of them. Whether the copy's title is known is asked later.
    """
    shown = (content or copy.ref)[:SHOWN_CHARACTERS]
    if not copy.ref or len(copy.ref) > LONGEST_REF or not copy.ref.isprintable():
        text = _("The line does not say which copy it means: its reference has 1 to 40 characters.")
        return RefusedLine(copy.line, "bad_ref", text, shown)
    try:
        check_values(copy.quantity, copy.price_cents)
    except Invalid as error:
        return RefusedLine(copy.line, error.code, error.message, shown)
    if copy.condition not in Condition.values or copy.condition == Condition.NEW:
        text = _("A one-off copy needs its grade: M, NM, VG+, VG, G+, G, F or P.")
        return RefusedLine(copy.line, "bad_condition", text, shown)
    if copy.sleeve and copy.sleeve not in Sleeve.values:
        text = _("This grade of a sleeve is unknown.")
        return RefusedLine(copy.line, "bad_sleeve", text, shown)
    if (
        not copy.release.isascii()
        or len(copy.release) > LONGEST_REF
        or not (copy.release or copy.ean)
    ):
        text = _("The line names neither a Discogs release nor an EAN: nobody can tell its title.")
        return RefusedLine(copy.line, UNKNOWN_ITEM, text, shown)
    return copy._replace(
        note=copy.note[:500],
        artist=copy.artist[:300],
        title=copy.title[:500],
        catno=copy.catno[:80],
    )


TakenLine = StockLine | RefusedLine | Remark | StockBlock | CopyLine
"""What the ledger takes: titles by their EAN, or one-off copies; and what is said of others."""
Line = TakenLine | ArticleLine
"""What a parser may yield."""


def other_kind(kind: Message) -> Invalid:
    """Return the error for a file that is no stock at all, but this."""
    message = fill(
        _("This file is %(kind)s, and says nothing of what is in stock: choose another one."),
        kind=kind,
    )
    return Invalid("other_kind", message)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a feed before its next file is read.

    `shop_code` is what its till calls the shop; `columns` those that the shop named for its tables
    (our name → the table's); `siret` and `time_zone` are the shop's own.
    """

    shop_code: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    siret: str = ""
    time_zone: str = "Europe/Paris"


NOTHING_KNOWN = Known()


@dataclass(slots=True)
class FeedFile:
    """A till's file: its lines, read as they are asked for, and what it states of itself.

    `as_of` is the moment that the file names (without a time zone: the shop's), `day` its local day
    if it names no more, `other_day` the one that it may mean instead; `shop_code` what the till
    calls the shop, to the byte. `mode` is set where the file itself shows whether it is a snapshot,
    a delta or sales; `key` where it names itself, so that it is taken once.
    """

    lines: Iterator[Line]
    covers: Covers
    day: date | None = None
    other_day: date | None = None
    shop_code: str = ""
    as_of: datetime | None = None
    mode: ReportMode | None = None
    key: str = ""


class Reader(Protocol):
    """Reads a file of one format."""

    def __call__(self, stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
        """Return the content of a file; raise `Invalid` when it is not of this format at all."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came: the address that was called (as its caller knows it), its headers (by
    lower-case names) and the exact bytes of its body."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """A format in which tills report: `read` reads its files, or one call's body.

    `suffixes` are those of its files' names, with their dot; `recognises` decides by the first 4 kB
    whether a file is of this format. `modes` are what its files may be, the usual one first.
    `is_file` is false for what comes only by a till's call; `genuine` then decides whether its
    provider signed it with the shop's secret. `help` is one sentence that explains to a bookseller
    what the file is.
    """

    code: str
    name: Message
    help: Message = ""
    read: Reader | None = None
    suffixes: tuple[str, ...] = ()
    recognises: Callable[[bytes], bool] | None = None
    modes: tuple[ReportMode, ...] = (ReportMode.SNAPSHOT, ReportMode.DELTA)
    is_file: bool = True
    genuine: Callable[[Call, str], bool] | None = None
