"""What a file of the directory is understood to say, before it is taken: which of its headings is
what, and its opening hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.utils.translation import gettext as _

from comptoir.core.errors import Invalid
from comptoir.shops.models import Shop
from comptoir.shops.phrases import Understood, understood
from comptoir.shops.sheet.file import DirectoryFile
from comptoir.shops.table import COLUMNS, read_row
from comptoir.shops.timetable.holidays import region_of

_LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours that no shop of the directory has where the file's shops are, and what they mean; the
    names of these shops in the order of the file."""

    text: str
    shops: list[str]
    meaning: Understood


def new_hours(file: DirectoryFile, *, today: date) -> Iterator[NewHours]:
    """Yield each of the opening hours that an import of a file would bring, as of a day.

    A row that would be refused is passed over.
    """
    known = {
        (text, region_of(postcode))
        for text, postcode in Shop.objects.values_list("opening_hours", "postcode").distinct()
    }
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for fields in _fields(file):
        key = (fields.get("opening_hours", ""), region_of(fields["postcode"]))
        if key[0] and key not in known:
            found.setdefault(key, []).append((fields["name"], fields["postcode"]))
    for (text, _region), shops in found.items():
        meaning = understood(text, postcode=shops[0][1], today=today)
        yield NewHours(text, [name for name, _postcode in shops], meaning)


def _fields(file: DirectoryFile) -> Iterator[dict[str, str]]:
    for _line, cells in file.rows():
        if isinstance(cells, Invalid):
            continue
        try:
            yield dict(read_row(cells).fields)
        except Invalid:
            continue


def lines(meaning: Understood) -> Iterator[str]:
    """Yield what hours mean, line by line: days in a row of the same hours, holidays, remarks."""
    for hours, same in groupby(meaning.week, itemgetter(1)):
        names = [name for name, _hours in same]
        yield f"{names[0] if len(names) == 1 else f'{names[0]} – {names[-1]}'}: {hours}"
    for hours, same in groupby(meaning.holidays, itemgetter(1)):
        days = ", ".join(name for name, _hours in same)
        yield _("holidays (%(days)s): %(hours)s") % {"days": days, "hours": hours}
    yield from (f"! {remark}" for remark in meaning.remarks)


def headings(file: DirectoryFile) -> Iterator[str]:
    """Yield, line by line, which heading of a sheet was taken for what, which were left aside, and
    its first rows as they are read."""
    shown = {"file": file.path.name, "sheet": file.sheet}
    yield (_("“%(file)s”, sheet “%(sheet)s”:") if file.sheet else _("“%(file)s”:")) % shown
    width = max(map(len, file.taken))
    for name, title in file.taken.items():
        yield f"  {name:{width}} ← {title}"
    if file.aside:
        yield _("  left aside: %(titles)s") % {"titles": ", ".join(file.aside)}
    yield _("Its first rows:")
    for row in file.samples():
        yield "  " + " · ".join(_flat(row[name]) for name in COLUMNS if row.get(name))


def _flat(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
