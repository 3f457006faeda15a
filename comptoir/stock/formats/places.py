"""Files that name shops: only the lines of this shop are taken, and never another shop's.

A shop chain exports all its places in one file. Which one is ours is learnt from the first file
applied, if it names one only, or named once by the shop.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.utils.translation import gettext_lazy as _
from stdnum.fr import siret as stdnum_siret

from comptoir.core.errors import Invalid, fill
from comptoir.stock.formats.lines import Known, RefusedLine
from comptoir.stock.formats.reader import Row

LONGEST_CODE = 60
_SHOWN_PLACES = 20


def of_one_place(
    rows: Iterable[Row | RefusedLine], column: str, known: Known
) -> tuple[str, Iterator[Row | RefusedLine]]:
    """Return what the file calls the shop, and its rows alone, read as they are asked for.

    A row that names no place is taken to be ours. Raises `Invalid` (`other_shop`) when the file
    names another shop's SIRET, and at its end when it is all of other places; `several_shops` when
    it is of several, and ours is not known.
    """
    rows = iter(rows)
    before: list[Row | RefusedLine] = []
    code = known.shop_code
    while not code and (row := next(rows, None)):
        before.append(row)
        code = "" if isinstance(row, RefusedLine) else place_of(row, column)
        if len(before) >= 1000:
            break
    refuse_other_siret(code, known)
    return code, _own(chain(before, rows), column, code, known)


def place_of(row: Row, column: str) -> str:
    """Return the place that a row names."""
    return row.cells.get(column, "")[:LONGEST_CODE]


def refuse_other_siret(code: str, known: Known) -> None:
    """Raise `Invalid` (`other_shop`) when this is the SIRET of another shop."""
    digits = code.replace(" ", "")
    if known.siret and digits != known.siret and stdnum_siret.is_valid(digits):
        raise _other_shop([digits], known.siret)


def refuse_other_code(code: str, known: Known) -> None:
    """Raise `Invalid` (`other_shop`) when a file names a shop that is not the one known."""
    refuse_other_siret(code, known)
    own = {known.shop_code, known.siret} - {""}
    if known.shop_code and code and code not in own:
        raise _other_shop([code], known.shop_code)


def _own(
    rows: Iterable[Row | RefusedLine], column: str, code: str, known: Known
) -> Iterator[Row | RefusedLine]:
    others: dict[str, None] = {}
    found = False
    for row in rows:
        place = "" if isinstance(row, RefusedLine) else place_of(row, column)
        if not place or place == code:
            found = found or bool(place)
            yield row
        elif len(others) < _SHOWN_PLACES:
            others[place] = None
    if others and not known.shop_code:
        message = fill(
            _("The file is of several shops (%(places)s): say once which one is yours."),
            places=", ".join([code, *others]),
        )
        raise Invalid("several_shops", message, places=[code, *others])
    if others and not found:
        raise _other_shop(list(others), code)


def _other_shop(places: list[str], own: str) -> Invalid:
    message = fill(
        _(
            "The file is of another shop (%(places)s) than this one (%(own)s): nothing was taken."
            " Send the file of this shop."
        ),
        places=", ".join(places),
        own=own,
    )
    return Invalid("other_shop", message, places=places, own=own)
