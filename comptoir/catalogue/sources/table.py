"""A CSV that anybody can write: its columns are those of `docs/catalogue.md`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadFile, BadRecord
from comptoir.catalogue.models import Availability, ContributorRole, ProductFormat, ProductKind
from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.notice import Credit, Notice, Refusal, Remark
from comptoir.catalogue.sources.source import Source
from comptoir.catalogue.sources.text import (
    clean,
    day_month_year,
    hundredths,
    instant,
    partial_date,
    plain,
    whole,
)
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_ean
from comptoir.core.money import Price, read_prices
from comptoir.core.table import (
    EAN_NAMES,
    PRICE_NAMES,
    TITLE_NAMES,
    NumberedRow,
    find_encoding,
    open_table,
    plain_name,
    read_header,
    read_lines,
    refuse_undecoded,
)
from comptoir.core.text import plain_number

SOURCE_NAME = "csv"
STATES = ("listed", "withdrawn")
MOST_LINES = 1_000
"""A description may have paragraphs; past so many lines it is a quote that was not closed."""

# What people write for our words, as `plain_name` writes it.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {"livre": "book", "disque": "record", "autre": "other"},
    "format": {
        "broche": "paperback",
        "poche": "pocket",
        "relie": "hardback",
        "livre": "book",
        "tout-carton": "board_book",
        "bd": "comic",
        "bande_dessinee": "comic",
        "livre_audio": "audiobook",
        "partition": "sheet_music",
        "33_tours": "lp",
        "vinyle": "lp",
        "45_tours": "single",
        "cassette": "cassette",
        "jeu": "game",
        "autre": "other",
    },
    "availability": {
        "inconnu": "unknown",
        "a_paraitre": "forthcoming",
        "disponible": "available",
        "en_stock": "available",
        "sur_commande": "to_order",
        "manquant": "temporarily_out",
        "en_reimpression": "temporarily_out",
        "epuise": "unavailable",
    },
    "role": {
        "auteur": "author",
        "traducteur": "translator",
        "illustrateur": "illustrator",
        "artiste": "artist",
        "autre": "other",
    },
}
_PAGES = re.compile(r"([0-9]+)\s*(?:p|pp|pages?)\.?", re.IGNORECASE)


def _choice(column: str, enum: Any, text: str) -> Any:  # noqa: ANN401
    word = plain_name(text)
    text = word if word in enum.values else _WORDS[column].get(word, text)
    if text not in enum.values:
        raise BadRecord(
            "bad_choice",
            _("“%(text)s” is not a %(column)s: write one of %(known)s.")
            % {"text": text[:40], "column": column, "known": ", ".join(enum.values)},
        )
    return enum(text)


def _pages(text: str) -> int:
    found = _PAGES.fullmatch(text)
    return _number("pages", found[1] if found else text)


def _number(column: str, text: str) -> int:
    digits = plain_number(text)
    number = whole(digits) if digits.isdigit() else None
    if number is None:
        raise BadRecord(
            "bad_number",
            _("“%(text)s” in %(column)s is not a whole number above zero.")
            % {"text": text[:40], "column": column},
        )
    return number


def _rate(text: str) -> int:
    rate = hundredths(text.removesuffix("%"))
    if rate is None:
        raise BadRecord("bad_rate", _("“%(text)s” is not a VAT rate.") % {"text": text[:40]})
    return rate


def _date(text: str) -> str:
    text = plain_number(text)
    if day := day_month_year(text):
        return day
    digits = text.replace("-", "")
    found = partial_date(digits)
    if len(found.replace("-", "")) != len(digits):
        raise BadRecord(
            "bad_date",
            _("“%(text)s” is not a date: write 1999, 1999-03 or 1999-03-15.") % {"text": text[:40]},
        )
    return found


def _moment(text: str) -> datetime:
    moment = instant(plain_number(text).replace("-", "", 2).replace(":", "").replace(" ", "T"))
    if moment is None:
        raise BadRecord(
            "bad_date",
            _("“%(text)s” is not a moment: write 2024-03-15 or 2024-03-15T18:30.")
            % {"text": text[:40]},
        )
    return moment


def _url(text: str) -> str:
    if not text.startswith(("https://", "http://")) or len(text) > 500 or " " in text:
        raise BadRecord("bad_url", _("“%(text)s” is not a web address.") % {"text": text[:60]})
    return text


def _credits(text: str) -> tuple[Credit, ...]:
    found: dict[str, Credit] = {}
    for part in text.split("|"):
        name, _bracket, role = part.strip().rpartition(" (")
        role = role.rstrip(")") if name else ""
        role = _WORDS["role"].get(plain_name(role), role)
        if role not in ContributorRole.values:
            name, role = part.strip(), ""
        if name := clean(name, 200):
            credit = Credit(ContributorRole(role) if role else ContributorRole.AUTHOR, name)
            found.setdefault(name, credit)
    return tuple(found.values())


COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "ean": ("ean", parse_ean),
    "reference": ("source_ref", lambda text: clean(text, 100)),
    "state": ("withdrawn", lambda text: text == "withdrawn"),
    "kind": ("kind", lambda text: _choice("kind", ProductKind, text)),
    "title": ("title", clean),
    "subtitle": ("subtitle", clean),
    "contributors": ("credits", _credits),
    "series": ("series", lambda text: clean(text, 200)),
    "publisher": ("publisher", lambda text: clean(text, 200)),
    "catalogue_number": ("catalogue_number", lambda text: clean(text, 80)),
    "format": ("format", lambda text: _choice("format", ProductFormat, text)),
    "units": ("units", lambda text: min(_number("units", text), 999)),
    "published": ("published", _date),
    "language": ("language", lambda text: clean(text, 3)),
    "pages": ("pages", _pages),
    "weight_grams": ("weight_grams", lambda text: _number("weight_grams", text)),
    "description": ("description", plain),
    "cover_url": ("cover_url", _url),
    "price": ("list_price_cents", lambda price: price.cents),
    "vat_rate": ("vat_rate", _rate),
    "availability": ("availability", lambda text: _choice("availability", Availability, text)),
    "as_of": ("at", _moment),
}
"""Each column: the field of the notice that it fills, and how: from its text, but for the price,
which is read with its whole column."""

ALSO: Mapping[str, tuple[str, ...]] = {
    "ean": tuple(sorted(EAN_NAMES - {"ean"})),
    "reference": ("ref",),
    "kind": ("type",),
    "title": tuple(sorted(TITLE_NAMES - {"title"})),
    "subtitle": ("sous-titre", "sous_titre"),
    "contributors": ("auteur", "auteurs", "auteur(s)", "artiste", "artistes", "contributeurs"),
    "series": ("collection", "serie"),
    "publisher": ("editeur", "label"),
    "catalogue_number": ("numero_de_catalogue",),
    "format": ("support", "presentation"),
    "units": ("disques", "nombre_de_disques"),
    "published": ("parution", "date_de_parution", "publie", "date_de_publication", "annee"),
    "language": ("langue",),
    "pages": ("nombre_de_pages", "nb_pages"),
    "weight_grams": ("poids", "poids_(g)"),
    "description": ("resume",),
    "cover_url": ("couverture", "url_couverture"),
    "price": tuple(sorted(PRICE_NAMES - {"price"})),
    "vat_rate": ("tva", "taux_tva", "taux_de_tva"),
    "availability": ("disponibilite",),
    "as_of": ("date_de_notice",),
}
"""What else a column may be called, as `plain_name` writes it."""

_OURS = {also: name for name, others in ALSO.items() for also in others}


def _names(found: Sequence[str]) -> list[str]:
    return [_OURS.get(name, name) for name in found]


def _recognises(document: Document) -> bool:
    if document.root is not None:
        return False
    try:
        text = document.head.decode(_encoding(document), "replace")
    except BadFile:
        return False
    names = set(_names(read_header(text).names))
    return bool({"ean", "reference"} & names) and len(names & set(COLUMNS)) >= 2


def _encoding(document: Document) -> str:
    """Return the encoding that the operator forces, or else that of the first bytes."""
    try:
        return document.encoding or find_encoding(document.name, [document.head])
    except Invalid as error:
        raise BadFile(error.code, error.message) from error


def _read(document: Document) -> Iterator[Notice | Refusal]:
    lines = read_lines(document.stream, _encoding(document))
    header, rows = open_table(lines, most_lines=MOST_LINES)
    names = _names(header.names)
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not {"ean", "reference"} & set(names) or len(set(names)) < len(names):
        raise BadFile(
            "csv_columns",
            _("The columns are wrong near “%(wrong)s”. Each once, the known ones are: %(known)s.")
            % {"wrong": ", ".join(unknown or names)[:100], "known": ", ".join(COLUMNS)},
        )
    place = names.index("price") if "price" in names else len(names)
    for (line, cells), price in read_prices(rows, partial(_price_of, place=place)):
        if isinstance(cells, Invalid):
            yield Refusal(line, "", cells.code, cells.message)
            continue
        try:
            yield _notice(names, cells, price, document, line)
        except Invalid as error:
            yield Refusal(line, cells[0][:40], error.code, error.message)


def _price_of(row: NumberedRow, place: int) -> str:
    _line, cells = row
    return "" if isinstance(cells, Invalid) or place >= len(cells) else cells[place].strip()


def _notice(
    header: Sequence[str], row: list[str], price: Price, document: Document, line: int
) -> Notice:
    if len(row) != len(header):
        raise _slipped(header, row)
    refuse_undecoded(row)
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    if cells.get("state", "") not in {"", *STATES}:
        raise BadRecord(
            "bad_choice", _("The state is “listed” or “withdrawn”, not “%s”.") % cells["state"][:40]
        )
    notice = Notice(place=line, at=document.as_of, source=SOURCE_NAME)
    for name, text in cells.items():
        if text:
            field, read = COLUMNS[name]
            setattr(notice, field, read(price if name == "price" else text))
    if price.doubt is not None:
        notice.is_price_unread = price.cents is None
        notice.remarks = (Remark(line, row[0][:40], price.doubt.value, price.message),)
    notice.order = document.message << 32 | line
    if not (notice.ean or notice.source_ref):
        raise BadRecord("no_identifier", _("The line has neither an EAN nor a reference."))
    if not (notice.title or notice.withdrawn):
        raise BadRecord("no_title", _("The line has no title."))
    names = [each.name for each in notice.credits if each.role in _MAIN] or [
        each.name for each in notice.credits
    ]
    notice.byline = clean(", ".join(names), 300)
    return notice


def _slipped(header: Sequence[str], row: list[str]) -> BadRecord:
    """Return the refusal of a row with more or fewer cells than headings.

    It names the first cell that is not what its column holds: the one that a separator or a quote
    broke stands at it or before it. Nobody can tell for sure which: nothing is put together.
    """
    told = _("Cells in this line: %(count)s instead of %(wanted)s.")
    values = {"count": len(row), "wanted": len(header)}
    for name, cell in zip(header, row, strict=False):
        if _is_out_of_place(name, cell.strip()):
            told = _(
                "Cells in this line: %(count)s instead of %(wanted)s. “%(cell)s” is no %(name)s:"
                " put quotes around the text before it that holds the separator or a quote."
            )
            return BadRecord(
                "field_count", told % (values | {"cell": cell.strip()[:40], "name": name})
            )
    return BadRecord("field_count", told % values)


def _is_out_of_place(name: str, cell: str) -> bool:
    """Return whether a cell is surely not one of its column."""
    if not cell:
        return False
    if name == "price":
        words = cell.upper().replace("EUR", "")
        return any(sign.isalpha() for sign in words) or not any(map(str.isdigit, words))
    try:
        COLUMNS[name][1](cell)
    except Invalid:
        return True
    return False


_MAIN = {ContributorRole.AUTHOR, ContributorRole.ARTIST}

SOURCE = Source(name="csv", label="CSV", recognises=_recognises, read=_read)
