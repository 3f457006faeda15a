"""The monthly dump of Discogs releases (XML, CC0).

A release is known by its number; its barcode, when it is a valid one, is its EAN. Several releases
(pressings, countries) may carry one barcode: the first keeps it (see `operations.taking`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadRecord
from comptoir.catalogue.models import Availability, ContributorRole, ProductFormat, ProductKind
from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.notice import Credit, Notice, Refusal
from comptoir.catalogue.sources.safe_xml import Element, read_elements, refuse_unresolved
from comptoir.catalogue.sources.source import Source
from comptoir.catalogue.sources.text import clean, partial_date, plain, whole
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_ean

SOURCE_NAME = "discogs"
# By a number Discogs tells artists of one name apart; several names may stand in one line.
_NUMBERED = re.compile(r"\s+\(\d+\)(?=\s|[,;/&+]|$)")
_DUMP_DATE = re.compile(r"discogs_(\d{4})(\d{2})(\d{2})_")
_NOT_DIGITS = re.compile(r"\D+")
_ENCLOSING = {"All Media", "Box Set"}
_FORMATS = {
    "CD": ProductFormat.CD,
    "CDr": ProductFormat.CD,
    "SACD": ProductFormat.CD,
    "Cassette": ProductFormat.CASSETTE,
    "DVD": ProductFormat.DVD,
}
_VINYL = {"Vinyl", "Lathe Cut", "Acetate"}


def barcode(text: str) -> str | None:
    """Return the EAN of a barcode as people type it: spaced, short of its zeros, or None."""
    digits = _NOT_DIGITS.sub("", text)
    return find_ean(digits.zfill(12)) if len(digits) >= 11 else None


def without_numbers(names: str) -> str:
    """Return names without the numbers by which Discogs tells homonyms apart: `Nirvana (2)`."""
    return _NUMBERED.sub("", names)


def artist_line(names: list[tuple[str, str]]) -> str:
    """Return artists joined as the sleeve joins them, from each name and what follows it."""
    line = ""
    for index, (name, join) in enumerate(names):
        line += name
        if index < len(names) - 1:
            line += ", " if join in {"", ","} else f" {join} "
    return clean(line, 300)


def _recognises(document: Document) -> bool:
    return document.root is not None and document.root.name in {"releases", "release"}


def _read(document: Document) -> Iterator[Notice | Refusal]:
    moment = document.as_of
    if found := _DUMP_DATE.search(document.name):
        moment = datetime.strptime("".join(found.groups()), "%Y%m%d").replace(tzinfo=UTC)
    declared = b"<!DOCTYPE" in document.head
    for place, element in enumerate(read_elements(document, ("release",)), 1):
        try:
            if declared:
                refuse_unresolved(element)
            notice = _read_release(element, moment, place)
        except Invalid as error:
            yield Refusal(place, str(element.get("id") or ""), error.code, error.message)
        else:
            notice.order = document.message << 32 | place
            yield notice


def _read_release(element: Element, moment: datetime, place: int) -> Notice:
    number = whole(element.get("id"), 999_999_999)
    if number is None:
        raise BadRecord("no_identifier", _("The release has no number."))
    notice = Notice(
        place=place,
        at=moment,
        source=SOURCE_NAME,
        source_ref=str(number),
        kind=ProductKind.RECORD,
        availability=Availability.UNKNOWN,
    )
    status = element.get("status") or "Accepted"
    if status != "Accepted":
        notice.withdrawn = True
        return notice
    for child in element:
        reader = _READERS.get(str(child.tag))
        if reader:
            reader(child, notice)
    if not notice.title:
        raise BadRecord("no_title", _("The release has no title."))
    return notice


def _read_title(element: Element, notice: Notice) -> None:
    notice.title = clean(element.text)


def _read_artists(element: Element, notice: Notice) -> None:
    printed: list[tuple[str, str]] = []
    credits: dict[str, Credit] = {}
    for artist in element.iter("artist"):
        name = without_numbers(clean(artist.findtext("name"), 200))
        if name:
            variation = clean(artist.findtext("anv"), 200)
            printed.append((variation or name, clean(artist.findtext("join"), 40)))
            credits.setdefault(name, Credit(ContributorRole.ARTIST, name))
    notice.credits = tuple(credits.values())
    notice.byline = artist_line(printed)


def _read_labels(element: Element, notice: Notice) -> None:
    label = next(iter(element.iter("label")), None)
    if label is None:
        return
    name = without_numbers(clean(str(label.get("name") or ""), 200))
    number = clean(str(label.get("catno") or ""), 80)
    notice.publisher = "" if name.startswith("Not On Label") else name
    notice.catalogue_number = "" if number.lower() == "none" else number


def _read_formats(element: Element, notice: Notice) -> None:
    carriers = list(element.iter("format"))
    main = next((one for one in carriers if one.get("name") not in _ENCLOSING), None)
    if main is None:
        return
    name = str(main.get("name") or "")
    same = [one for one in carriers if one.get("name") == name]
    notice.units = min(sum(whole(one.get("qty")) or 1 for one in same), 999)
    described = {clean(one.text) for each in same for one in each.iter("description")}
    notice.format = _vinyl(described) if name in _VINYL else _FORMATS.get(name, ProductFormat.OTHER)


def _vinyl(described: set[str]) -> ProductFormat:
    if described & {"LP", "Album", "Compilation"}:
        return ProductFormat.LP
    if described & {"EP", "Mini-Album"}:
        return ProductFormat.EP
    if described & {"Single", "Maxi-Single", '7"'}:
        return ProductFormat.SINGLE
    return ProductFormat.LP


def _read_released(element: Element, notice: Notice) -> None:
    notice.published = partial_date(_NOT_DIGITS.sub("", element.text or "")[:8])


def _read_identifiers(element: Element, notice: Notice) -> None:
    for identifier in element.iter("identifier"):
        if notice.ean is None and identifier.get("type") == "Barcode":
            notice.ean = barcode(str(identifier.get("value") or ""))


def _read_tracks(element: Element, notice: Notice) -> None:
    lines = [
        clean(f"{track.findtext('position') or ''} {track.findtext('title') or ''}")
        for track in element.iterchildren("track")
    ]
    notice.description = plain("\n".join(line for line in lines if line).replace("<", "‹"))


_READERS = {
    "title": _read_title,
    "artists": _read_artists,
    "labels": _read_labels,
    "formats": _read_formats,
    "released": _read_released,
    "identifiers": _read_identifiers,
    "tracklist": _read_tracks,
}

SOURCE = Source(name="discogs", label="Discogs (releases)", recognises=_recognises, read=_read)
