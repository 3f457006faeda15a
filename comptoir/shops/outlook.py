"""The opening hours in a file of the directory, as they are understood, before they are taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.utils.translation import gettext as _

from comptoir.core.errors import Invalid
from comptoir.shops.csvfile import read_table
from comptoir.shops.models import Shop
from comptoir.shops.phrases import Understood, understood
from comptoir.shops.table import REQUIRED, read_row
from comptoir.shops.timetable.holidays import region_of


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours that no shop of the directory has where the file's shops are, and what they mean; the
    names of these shops in the order of the file."""

    text: str
    shops: list[str]
    meaning: Understood


def new_hours(path: Path, *, today: date) -> Iterator[NewHours]:
    """Yield each of the opening hours that an import of a CSV file would bring, as of a day.

    What would be refused, a row or the whole of it, is passed over. Raises `Invalid` when the file
    is no table.
    """
    known = {
        (text, region_of(postcode))
        for text, postcode in Shop.objects.values_list("opening_hours", "postcode").distinct()
    }
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for fields in _fields(path):
        key = (fields.get("opening_hours", ""), region_of(fields["postcode"]))
        if key[0] and key not in known:
            found.setdefault(key, []).append((fields["name"], fields["postcode"]))
    for (text, _region), shops in found.items():
        meaning = understood(text, postcode=shops[0][1], today=today)
        yield NewHours(text, [name for name, _postcode in shops], meaning)


def _fields(path: Path) -> Iterator[dict[str, str]]:
    table = read_table(path)
    complete = all(name in table.header.names for name in REQUIRED)
    for _line, cells in table.rows() if complete else ():
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
