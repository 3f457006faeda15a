"""One `Product` of ONIX 3, read into a notice."""

from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadRecord
from comptoir.catalogue.models import Availability, ContributorRole
from comptoir.catalogue.sources.notice import Credit, Notice
from comptoir.catalogue.sources.onix.codes import (
    DELETE,
    PERFORMER,
    ROLES,
    STATUS,
    TEST_NOTICES,
    UNNAMED,
    shape,
)
from comptoir.catalogue.sources.onix.prices import Supply, read_supply
from comptoir.catalogue.sources.onix.tags import NAMES, text_of, values
from comptoir.catalogue.sources.onix.titles import read_collection, read_title
from comptoir.catalogue.sources.safe_xml import Element
from comptoir.catalogue.sources.text import PARIS, clean, instant, partial_date, plain, whole
from comptoir.core.identifiers import parse_ean

SOURCE_NAME = "onix"
# List 5, the most precise first: ISBN-13, GTIN-13, ISBN-10, UPC.
_IDENTIFIERS = ("15", "03", "02", "04")
_GRAMS = {"gr": 1.0, "g": 1.0, "kg": 1000.0, "oz": 28.349523, "lb": 453.59237}
_WEIGHT = "08"
_PAGES = ("00", "11", "07")
_THEMA = "93"
_COMICS = "X"
_MAIN_ROLES = (
    {ContributorRole.AUTHOR},
    {ContributorRole.ARTIST},
    {ContributorRole.ILLUSTRATOR},
    {ContributorRole.OTHER},
)
_BYLINE_NAMES = 4


class Message:
    """What the header of a message sets for all its products."""

    def __init__(self, sent: datetime) -> None:
        self.sent = sent
        self.currency = ""
        self.price_type = ""

    def read_header(self, element: Element) -> None:
        """Take the moment of sending and the defaults."""
        texts = values(element)
        self.sent = instant(texts.get("sentdatetime", "")) or self.sent
        self.currency = texts.get("defaultcurrencycode", "")
        self.price_type = texts.get("defaultpricetype", "")


class _Draft:
    """What of a record must be seen whole before it is a notice."""

    def __init__(self) -> None:
        self.identifiers: dict[str, str] = {}
        self.form = ""
        self.details: set[str] = set()
        self.contents: set[str] = set()
        self.comic = False
        self.pieces: int | None = None
        self.contributors: list[tuple[int, list[str], str]] = []
        self.statement = ""
        self.imprint = ""
        self.status = ""
        self.dates: dict[str, str] = {}
        self.pages: dict[str, int] = {}


def reference_of(product: Element) -> str:
    """Return what the record calls itself, for the report of refusals."""
    return values(product).get("recordreference", "")[:100]


def read_product(product: Element, message: Message, place: int) -> Notice:
    """Return the notice that one product record is.

    Raises `BadRecord` when it has no valid identifier, no title, or a price that is none.
    """
    draft, supply = _Draft(), Supply()
    notice = Notice(place=place, at=message.sent, source=SOURCE_NAME)
    if stamp := product.get("datestamp"):
        notice.at = instant(stamp) or notice.at
    reference = kind = ""
    supplies: list[Element] = []
    for child in product:
        name = NAMES[child.tag]
        if name == "recordreference":
            reference = (child.text or "").strip()
        elif name == "notificationtype":
            kind = (child.text or "").strip()
        elif name == "productidentifier":
            texts = values(child)
            draft.identifiers.setdefault(texts.get("productidtype", ""), texts.get("idvalue", ""))
        elif name == "descriptivedetail":
            _describe(child, notice, draft)
        elif name == "collateraldetail":
            _read_collateral(child, notice)
        elif name == "publishingdetail":
            _read_publishing(child, notice, draft)
        elif name == "productsupply":
            supplies.append(child)
    _identify(notice, draft, reference)
    if kind in TEST_NOTICES:
        raise BadRecord("test_notice", _("It is marked as a test, not as a product."))
    notice.withdrawn = kind == DELETE
    if notice.withdrawn:
        return notice
    for element in supplies:
        read_supply(element, supply, message.currency, message.price_type)
    return _finish(notice, draft, supply)


def _identify(notice: Notice, draft: _Draft, reference: str) -> None:
    for kind in _IDENTIFIERS:
        if text := draft.identifiers.get(kind):
            notice.ean = parse_ean(text)
            return
    if not reference:
        raise BadRecord("no_identifier", _("It has neither an EAN nor a record reference."))
    notice.source_ref = clean(reference, 100)


def _finish(notice: Notice, draft: _Draft, supply: Supply) -> Notice:
    if not notice.title:
        raise BadRecord(
            "no_title", _("It has no title: ask the supplier for the whole record, not an update.")
        )
    ean = notice.ean or ""
    notice.kind, notice.format = shape(draft.form, draft.details, draft.contents, ean, draft.comic)
    if draft.form.startswith("A"):
        notice.units = min(draft.pieces or 1, 99)
    notice.publisher = notice.publisher or draft.imprint
    number = notice.series_number
    if number and notice.title.casefold() == notice.series.casefold():
        # Else all volumes of a series would bear one title.
        notice.title = clean(f"{notice.title}, {number}")
    date = draft.dates.get("01") or supply.published or draft.dates.get("19", "")
    notice.published = partial_date(date[:8])
    notice.pages = next((draft.pages[kind] for kind in _PAGES if kind in draft.pages), None)
    notice.distributor, notice.distributor_gln = supply.distributor, supply.distributor_gln
    notice.prices = supply.steps()
    notice.set_price(_day_of(notice.at))
    # One that never changes is no price in steps.
    notice.prices = notice.prices if len(notice.prices) > 1 else ()
    notice.availability = supply.availability or STATUS.get(draft.status) or Availability.UNKNOWN
    _credit(notice, draft)
    return notice


@lru_cache(maxsize=256)
def _day_of(moment: datetime) -> date:
    """Return the day in Paris: most notices of a message are of one moment."""
    return moment.astimezone(PARIS).date()


def _describe(element: Element, notice: Notice, draft: _Draft) -> None:
    for child in element:
        name = NAMES[child.tag]
        if name == "titledetail":
            read_title(child, notice)
        elif name == "contributor":
            _read_contributor(child, draft)
        elif name == "subject":
            if not draft.comic and text_of(child, "subjectschemeidentifier") == _THEMA:
                draft.comic = text_of(child, "subjectcode").startswith(_COMICS)
        elif name == "extent":
            texts = values(child)
            if texts.get("extentunit") == "03" and (count := whole(texts.get("extentvalue"))):
                draft.pages.setdefault(texts.get("extenttype", ""), count)
        elif name == "measure":
            if text_of(child, "measuretype") == _WEIGHT:
                _read_weight(values(child), notice)
        elif name == "language":
            texts = values(child)
            if texts.get("languagerole") == "01" and not notice.language:
                notice.language = clean(texts.get("languagecode"), 3)
        elif name == "productform":
            draft.form = (child.text or "").strip()
        elif name == "productformdetail":
            draft.details.add((child.text or "").strip())
        elif name in {"primarycontenttype", "productcontenttype"}:
            draft.contents.add((child.text or "").strip())
        elif name == "collection":
            read_collection(child, notice)
        elif name == "contributorstatement":
            draft.statement = draft.statement or clean("".join(map(str, child.itertext())), 300)
        elif name == "numberofpieces":
            draft.pieces = whole(child.text)


def _read_weight(texts: dict[str, str], notice: Notice) -> None:
    unit = _GRAMS.get(texts.get("measureunitcode", ""))
    if unit is not None:
        amount = _amount(texts.get("measurement", ""))
        notice.weight_grams = round(amount * unit) or None if amount is not None else None


def _amount(text: str) -> float | None:
    """Return a measurement, or None when it is none that a parcel could have."""
    try:
        amount = float(text.replace(",", "."))
    except ValueError:
        return None
    return amount if 0 < amount < 100_000 else None


def _read_contributor(element: Element, draft: _Draft) -> None:
    roles: list[str] = []
    texts: dict[str, str] = {}
    for child in element:
        name = NAMES[child.tag]
        if name == "contributorrole":
            roles.append((child.text or "").strip())
        elif name not in texts:
            texts[name] = child.text or ""
            if name in {"personname", "corporatename"}:
                break
    name = _name_of(texts)
    if name:
        rank = whole(texts.get("sequencenumber")) or 0
        draft.contributors.append((rank or len(draft.contributors) + 1, roles, name))


def _name_of(texts: dict[str, str]) -> str:
    if "personname" in texts:
        return clean(texts["personname"], 200)
    if "keynames" in texts:
        parts = ("namesbeforekey", "prefixtokey", "keynames", "namesafterkey")
        return clean(" ".join(texts.get(part, "") for part in parts), 200)
    if "personnameinverted" in texts:
        last, _comma, first = texts["personnameinverted"].partition(",")
        return clean(f"{first} {last}", 200)
    if "corporatename" in texts:
        return clean(texts["corporatename"], 200)
    return UNNAMED.get(texts.get("unnamedpersons", "").strip(), "")


def _credit(notice: Notice, draft: _Draft) -> None:
    credits: dict[str, Credit] = {}
    for _rank, roles, name in sorted(draft.contributors, key=lambda each: each[0]):
        if name not in credits:
            credits[name] = Credit(_role(roles), name)
    notice.credits = tuple(credits.values())
    for main in _MAIN_ROLES:
        names = [credit.name for credit in notice.credits if credit.role in main]
        if names:
            more = "…" if len(names) > _BYLINE_NAMES else ""
            notice.byline = clean(", ".join(names[:_BYLINE_NAMES]) + more, 300)
            return
    notice.byline = draft.statement


def _role(codes: list[str]) -> ContributorRole:
    for code in codes:
        if code in ROLES:
            return ROLES[code]
        if code.startswith(PERFORMER):
            return ContributorRole.ARTIST
    return ContributorRole.OTHER


def _read_collateral(element: Element, notice: Notice) -> None:
    short: Element | None = None
    for child in element:
        name = NAMES[child.tag]
        if name == "textcontent":
            kind = ""
            for part in child:
                inner = NAMES[part.tag]
                if inner == "texttype":
                    kind = (part.text or "").strip()
                elif inner == "text" and kind == "03" and not notice.description:
                    notice.description = _text_of(part)
                elif inner == "text" and kind == "02" and short is None:
                    short = part
        elif name == "supportingresource" and not notice.cover_url:
            _read_cover(child, notice)
    if short is not None and not notice.description:
        notice.description = _text_of(short)


def _text_of(element: Element) -> str:
    if not len(element):
        return plain(element.text or "")
    parts = [element.text or ""]
    for part in element.iter():
        name = NAMES[part.tag]
        if part is not element:
            parts.append("\n" if name in {"p", "br", "li", "div"} else "")
            parts += [part.text or "" if name else "", part.tail or ""]
    return plain("".join(parts).replace("<", "‹"))


def _read_cover(element: Element, notice: Notice) -> None:
    wanted = False
    for child in element:
        name = NAMES[child.tag]
        if name == "resourcecontenttype":
            wanted = (child.text or "").strip() == "01"
        elif name == "resourceversion" and wanted:
            link = values(child).get("resourcelink", "")
            if link.startswith(("https://", "http://")) and len(link) <= 500:
                notice.cover_url = link
                return


def _read_publishing(element: Element, notice: Notice, draft: _Draft) -> None:
    for child in element:
        name = NAMES[child.tag]
        if name == "imprint":
            draft.imprint = draft.imprint or clean(values(child).get("imprintname"), 200)
        elif name == "publisher":
            texts = values(child)
            if not notice.publisher or texts.get("publishingrole") == "01":
                notice.publisher = clean(texts.get("publishername"), 200) or notice.publisher
        elif name == "publishingstatus":
            draft.status = (child.text or "").strip()
        elif name == "publishingdate":
            texts = values(child)
            draft.dates.setdefault(texts.get("publishingdaterole", ""), texts.get("date", ""))
