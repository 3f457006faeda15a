"""The cells of an association's sheet, as people fill it, put into the columns of a directory.

What is done is what nobody would do otherwise; what may be meant in another way is remarked on.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.shops.gazetteer import fold
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.likeness import town_of
from comptoir.shops.models import ServiceKind, ShopKind
from comptoir.shops.sheet.headings import WEEKDAYS
from comptoir.shops.timetable.plan import Plan, written
from comptoir.shops.timetable.words import asked, read_day
from comptoir.shops.whereabouts import towns_called

NOTHING = frozenset({"", "neant", "aucun", "aucune", "non", "x", "na", "n a", "nc", "n c", "sans"})
_REACHED = ("phone", "email", "website", "opening_hours", "siret", "description")
_POSTCODE = r"(?:F\s?-\s?)?(?P<postcode>\d{5}|\d{2}\s\d{3})(?:\.0)?"
_TOWN = re.compile(
    rf"{_POSTCODE}[\s,–-]+(?P<city>\D[^,;]*?(?:\s+cedex(?:\s+\d+)?)?)", re.IGNORECASE
)
_TOWN_FIRST = re.compile(rf"(?P<city>\D*?)[\s,–-]*\(?{_POSTCODE}\)?", re.IGNORECASE)
_ENDS_IN_TOWN = re.compile(rf"(?P<street>.+?)[\s,;–-]+{_TOWN.pattern}", re.IGNORECASE)
_COUNTRY = re.compile(r"^F\s?-\s?", re.IGNORECASE)
_CEDEX = re.compile(r"\s+cedex(\s+\d+)?$", re.IGNORECASE)
_NUMBERS = re.compile(r"\s*(?:[/;,\n]|\bou\b|\bet\b|(?<=\d)\s+-\s+(?=[0+]))\s*")
_ADDRESSES = {"email": (re.compile(r"[\s,;/<>]+"), "@"), "website": (re.compile(r"[\s,;]+"), ".")}
_SMALL = frozenset(
    {"de", "du", "des", "d", "la", "le", "les", "sur", "sous", "en", "et", "aux", "au"}
)
_SELLS = (
    (ShopKind.BOOKS, ("librair", "livre", "bouquin", "book", "presse")),
    (ShopKind.RECORDS, ("disqu", "vinyl", "record", "musique")),
)
_SPECIALITIES = {
    **dict.fromkeys(("litterature generale", "romans"), SpecialityKind.LITERATURE.value),
    **dict.fromkeys(
        ("polar", "polars", "policier", "romans policiers"), SpecialityKind.CRIME.value
    ),
    **dict.fromkeys(("sf", "science fiction", "fantasy"), SpecialityKind.IMAGINARY.value),
    **dict.fromkeys(("bd", "bandes dessinees", "bande dessinee"), SpecialityKind.COMICS.value),
    **dict.fromkeys(("jeunesse", "livres jeunesse", "enfants"), SpecialityKind.CHILDREN.value),
    **dict.fromkeys(("sciences humaines", "shs"), SpecialityKind.HUMANITIES.value),
    **dict.fromkeys(("art", "arts", "beaux arts", "photo"), SpecialityKind.ARTS.value),
    **dict.fromkeys(("pratique", "cuisine", "gastronomie"), SpecialityKind.PRACTICAL.value),
    **dict.fromkeys(("nature", "ecologie"), SpecialityKind.NATURE.value),
    **dict.fromkeys(("voyage", "voyages", "tourisme"), SpecialityKind.TRAVEL.value),
    **dict.fromkeys(("regionalisme", "livres regionaux"), SpecialityKind.REGIONAL.value),
    **dict.fromkeys(("livres anciens", "livres d occasion"), SpecialityKind.OLD_BOOKS.value),
    **dict.fromkeys(("scolaire", "universitaire"), SpecialityKind.SCHOOL.value),
    **dict.fromkeys(("jazz", "blues"), SpecialityKind.JAZZ.value),
    **dict.fromkeys(("classique", "musique classique"), SpecialityKind.CLASSICAL.value),
    **dict.fromkeys(("rock", "pop", "indie"), SpecialityKind.ROCK.value),
    **dict.fromkeys(("metal", "punk"), SpecialityKind.METAL.value),
    **dict.fromkeys(("electro", "techno", "house"), SpecialityKind.ELECTRONIC.value),
    **dict.fromkeys(("rap", "soul", "funk"), SpecialityKind.HIP_HOP.value),
    **dict.fromkeys(("reggae", "dub"), SpecialityKind.REGGAE.value),
    **dict.fromkeys(("musiques du monde", "world"), SpecialityKind.WORLD.value),
    **dict.fromkeys(("vinyles d occasion", "vinyle d occasion"), SpecialityKind.OLD_VINYL.value),
}
_UNKNOWN = _("These are no specialities that are known here, and are left out: %(names)s.")
_ALSO = _("Only “%(first)s” is taken of “%(cell)s”.")
_DAY = _("%(day)s: %(why)s The opening hours of this row are left out.")
_EMPTY_DAYS = _("Nothing is said of %(days)s: closed then.")


class Row(dict[str, str]):
    """The cells of a row by the names of our columns, with what is remarked on about them; each
    names its column in `data["field"]`. `ref` is what its source calls the shop (`node/123`), `""`
    in a file; `chain` says that the source has it as a branch of a chain."""

    def __init__(
        self,
        cells: Mapping[str, str],
        remarks: tuple[Invalid, ...] = (),
        ref: str = "",
        *,
        chain: bool = False,
    ) -> None:
        super().__init__(cells)
        self.remarks, self.ref, self.chain = remarks, ref, chain


def mended(cells: Mapping[str, str], kind: str = "") -> Row:
    """Return the cells of a row in our columns; `kind` is what shops sell of which it is not
    said."""
    row = {name: _plain(cell) for name, cell in cells.items()}
    remarks: list[Invalid] = []
    for name in _REACHED:
        if name in row and fold(row[name]) in NOTHING:
            row[name] = ""
    if "postcode" in row:
        row["postcode"] = _COUNTRY.sub("", row["postcode"])
    _mend_town(row)
    _mend_street(row)
    _mend_city(row)
    _mend_phone(row, remarks)
    _mend_addresses(row, remarks)
    _mend_hours(row, remarks)
    if kind or not row.get("kind"):
        row["kind"] = sells(row.get("kind", "")) or sells(row.get("name", "")) or kind
    else:
        row["kind"] = sells(row["kind"]) or row["kind"]
    if row.get("services"):
        row["services"] = " ".join(_services(row["services"]))
    if row.get("specialities"):
        _mend_specialities(row, remarks)
    return Row(row, tuple(remarks))


def sells(words: str) -> str:
    """Return what a shop sells by what it is called; nothing where that says nothing."""
    folded = fold(words)
    found = [kind for kind, signs in _SELLS if any(sign in folded for sign in signs)]
    return ShopKind.BOTH.value if len(found) > 1 else next((kind.value for kind in found), "")


def _plain(cell: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in cell.splitlines())))


def _flat(cell: str) -> str:
    return cell.replace("\n", ", ")


def _mend_town(row: dict[str, str]) -> None:
    """Part a postcode and a town that stand in one cell."""
    for name in ("town", "city", "postcode"):
        cell = row.get(name, "")
        found = _TOWN.fullmatch(cell) or (_TOWN_FIRST.fullmatch(cell) if cell else None)
        if found and found["city"].strip():
            row["city"] = found["city"].strip(" ,–-(")
            if name != "city" or not row.get("postcode"):
                row["postcode"] = found["postcode"]
    row.pop("town", None)


def _mend_street(row: dict[str, str]) -> None:
    """Join the two cells of an address; take its postcode and town out of it."""
    street, more = _flat(row.get("street", "")), _flat(row.pop("street 2", ""))
    if more and more not in street:
        street = ", ".join(filter(None, [street, more]))
    if found := _ENDS_IN_TOWN.fullmatch(street):
        postcode = "".join(found["postcode"].split())
        same = town_of(row.get("city", "")) in ("", town_of(found["city"]))
        if same and row.get("postcode", "").removesuffix(".0").zfill(5) in ("00000", postcode):
            street = found["street"]
            row["postcode"] = postcode
            row["city"] = row.get("city") or found["city"]
    if street or "street" in row:
        row["street"] = street


def _mend_city(row: dict[str, str]) -> None:
    """Write a town as its people do: without `CEDEX 2`, and not in capitals."""
    if not (city := _CEDEX.sub("", row.get("city", ""))):
        return
    if city.isupper() or city.islower():
        known = towns_called(row.get("postcode", ""), city)
        city = known[0].name if len({town.name for town in known}) == 1 else _cased(city)
    row["city"] = city


def _cased(name: str) -> str:
    parts = re.split(r"([ '’-])", name.lower())
    return "".join(
        part if part in _SMALL and place else part[:1].upper() + part[1:]
        for place, part in enumerate(parts)
    )


def _mend_phone(row: dict[str, str], remarks: list[Invalid]) -> None:
    """Give back the zero that a spreadsheet took, and take the first of several numbers."""
    if not (cell := row.get("phone", "")):
        return
    first = re.sub(r"\([^)]*[^\W\d_][^)]*\)", "", _NUMBERS.split(cell)[0]).strip()
    digits = first.removesuffix(".0")
    if digits.isascii() and digits.isdigit() and len(digits) == 9:
        first = f"0{digits}"
    if sum(map(str.isdigit, first)) < sum(map(str.isdigit, cell)) - 8:
        remarks.append(_remark("phone", fill(_ALSO, first=first, cell=_flat(cell)[:80])))
    row["phone"] = first


def _mend_addresses(row: dict[str, str], remarks: list[Invalid]) -> None:
    """Take the first of several addresses."""
    for name, (between, sign) in _ADDRESSES.items():
        cell = row.get(name, "")
        found = [part for part in between.split(cell) if sign in part]
        if len(found) > 1:
            remarks.append(_remark(name, fill(_ALSO, first=found[0], cell=_flat(cell)[:80])))
        if found:
            row[name] = found[0]


def _mend_hours(row: dict[str, str], remarks: list[Invalid]) -> None:
    """Put the columns of days together; they count more than hours in one cell."""
    cells = {day: [*_of_day(row, day)] for day in WEEKDAYS}
    if not any(any(halves) for halves in cells.values()):
        return
    row.pop("opening_hours", None)
    plans: dict[int, Plan] = {}
    language = (get_language() or "fr")[:2]
    for place, (day, halves) in enumerate(cells.items()):
        said = [half for half in halves if half and fold(half) not in ("ferme", "fermee")]
        reading = read_day(", ".join(said), language)
        if reading.plan is None:
            remarks.append(
                _remark("opening_hours", fill(_DAY, day=day, why=reading.why), "bad_hours")
            )
            return
        plans[place] = reading.plan
    silent = [day for day, halves in cells.items() if halves and not any(halves)]
    if silent:
        remarks.append(_remark("opening_hours", fill(_EMPTY_DAYS, days=", ".join(silent))))
    row["opening_hours"] = written(plans, asked(language))


def _of_day(row: dict[str, str], day: str) -> Iterator[str]:
    """Yield what the columns of a day say, and take them off."""
    for half in ("", " matin", " après-midi"):
        if f"{day}{half}" in row:
            yield row.pop(f"{day}{half}")


def _services(cell: str) -> Iterator[str]:
    """Yield the codes of services, also where they are called as people call them."""
    for part in re.split(r"[,;|\n]", cell):
        yield _names(ServiceKind).get(fold(part), part.strip())


def _mend_specialities(row: dict[str, str], remarks: list[Invalid]) -> None:
    """Put codes for what specialities are called, and leave out those that nobody knows here."""
    parts = [part for part in re.split(r"[,;|/\n]", row["specialities"]) if part.strip()]
    records = row["kind"] == ShopKind.RECORDS
    used = SpecialityKind.OLD_VINYL if records else SpecialityKind.OLD_BOOKS
    names = _names(SpecialityKind) | _SPECIALITIES | {"occasion": used.value}
    known = {part: names.get(fold(part), part.strip().lower()) for part in parts}
    unknown = [part.strip() for part, code in known.items() if code not in SpecialityKind.values]
    if unknown:
        told = fill(_UNKNOWN, names=", ".join(unknown)[:200])
        remarks.append(_remark("specialities", told))
    row["specialities"] = " ".join(c for c in known.values() if c in SpecialityKind.values)
    if not row["specialities"]:
        del row["specialities"]


@cache
def _names(kinds: type[TextChoices]) -> dict[str, str]:
    """Return codes by their names in each language of the interface."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {fold(str(kind.label)): kind.value for kind in kinds}
    return found


def _remark(field: str, message: Message, code: str = "mended") -> Invalid:
    return Invalid(code, message, field=field)
