"""Which column of a table is which of ours: by its title, and by what stands in it.

A title may mislead: *Disponible* holds a number of copies or `Oui`, *État* a grade or whether a
title can still be ordered.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from comptoir.core.money import parse_amount
from comptoir.core.spreadsheet.cells import column_of
from comptoir.core.table import EAN_NAMES, PRICE_NAMES, TITLE_NAMES
from comptoir.core.text import plain_number, without_accents
from comptoir.stock.shelf.models import Condition

_QUANTITY_NAMES, _ITEM_NAMES = (
    frozenset(names.split())
    for names in (
        "quantite qte qty quantity stock stock_actuel stock_reel stock_disponible en_stock dispo"
        " disponible exemplaires nb_exemplaires stock_magasin qte_stock qte_en_stock"
        " quantite_en_stock stock_dispo qte_dispo qte_disponible quantite_disponible stock_total",
        "reference ref sku code code_article id",
    )
)
NAMES: dict[str, frozenset[str]] = {
    "ean": EAN_NAMES,
    "quantity": _QUANTITY_NAMES,
    "price": PRICE_NAMES,
    "condition": frozenset({"etat", "condition", "grade"}),
    "title": TITLE_NAMES,
    "item": _ITEM_NAMES,
}
"""Our names of columns, and what tills call them, as `plain_name` writes it."""
NEW_WORDS = frozenset({"", "new", "neuf", "neuve", "n"})
_GRADES = frozenset(Condition.values) - {Condition.NEW.value}
# How tills, distributors and shop programs say whether a title can be had: words that begin a cell,
# whole words, and codes in digits. None of them says anything of a copy.
_STATE = re.compile(
    r"(?:(?:in)?dispo|manqu|epuis|rupture|en (?:vente|stock|cours|rupture|reimp|commande|arrivage)"
    r"|hors (?:stock|vente|commerce|collection)|(?:a|deja|non|pas encore) par|parution|reimp"
    r"|retirage|arret|abandon|(?:sur )?commande|(?:in)?acti[fv]|archiv|supprim|(?:non )?suivi"
    r"|(?:un)?available|(?:in|out of|back in) (?:stock|print)|to order|discontinued|provisoire"
    r"|definitiv|fin de serie|bientot|pre-?commande|publi|nouveau"
    r"|(?:oui|non|yes|no|true|false|vrai|faux|ok|x)\Z|[0-9]{1,3}\Z)"
)
# Accountants put brackets around what is less than none, some programs the sign behind it.
_WHOLE = re.compile(r"(?P<less>-|\()?\+?(?P<whole>[0-9]{1,9})(?:[.,]0{1,6})?(?P<behind>-|\))?")
_LESS = {(None, None): 1, ("-", None): -1, ("(", ")"): -1, (None, "-"): -1}


def choose_columns(
    titles: Sequence[str],
    names: Mapping[str, Collection[str]],
    body: Sequence[Sequence[str]],
) -> dict[str, int]:
    """Return where each of our columns is, of those that are there.

    `titles` are the table's as `core.table.plain_name` writes them, `names` ours → what each may be
    called, `body` the first rows. Of several columns that may be the quantity, or the price, the
    first one that holds numbers counts; what only says whether a title can be had is no quantity
    and no grade.
    """
    chosen: dict[str, int] = {}
    for name, called in names.items():
        places = [place for place, title in enumerate(titles) if title in called]
        if name in _MEASURES:
            places = _measured(places, body, name)
        elif name == "condition":
            places = [place for place in places if not says_only_states(column_of(body, place))]
        if places:
            chosen[name] = places[0]
    return chosen


def most_cells(titles: Sequence[str], places: Mapping[str, int]) -> int:
    """Return how many cells a row of a text may have below these titles, 0 for any number.

    A row of more was cut at a comma of its title or its price: what stands behind it is another
    column's. That does not matter behind the last column that counts.
    """
    counted = {place for name, place in places.items() if name != "title"}
    last = max(counted, default=0)
    price = places.get("price") in {*range(last), len(titles) - 1}
    slips = price or any(place not in counted for place in range(last))
    return len(titles) if slips and last < len(titles) else 0


def says_only_states(cells: Iterable[str]) -> bool:
    """Return whether most cells say if a title can be had, and none says how worn a copy is."""
    said = [cell for cell in cells if cell.lower() not in NEW_WORDS]
    if not said or any(cell.upper() in _GRADES for cell in said):
        return False
    return sum(map(_is_state, said)) * 2 >= len(said)


def _is_state(cell: str) -> bool:
    return _STATE.match(" ".join(without_accents(cell.lower()).split())) is not None


def place_of(letters: str) -> int:
    """Return which column a spreadsheet calls so, counted from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def whole_number(cell: str) -> int | None:
    """Return the whole number in a cell, None where there is none; `3.0` is one, and less than none
    `-2`, `2-` and `(2)`."""
    found = _WHOLE.fullmatch("".join(plain_number(cell).split()))
    sign = _LESS.get((found["less"], found["behind"])) if found else None
    return sign * int(found["whole"]) if found and sign else None


def is_quantity(cell: str) -> bool:
    """Return whether a cell holds a whole number, perhaps negative."""
    return whole_number(cell) is not None


def _is_amount(cell: str) -> bool:
    return parse_amount(cell) is not None


_MEASURES = {"quantity": is_quantity, "price": _is_amount}


def _measured(places: list[int], body: Sequence[Sequence[str]], name: str) -> list[int]:
    """Return the columns that may be one of numbers: those with half as many as the best have."""
    cells = {place: column_of(body, place) for place in places}
    counts = {place: sum(map(_MEASURES[name], cells[place])) for place in places}
    best = max(counts.values(), default=0)
    if best:
        return [place for place in places if counts[place] * 2 >= best]
    return [place for place in places if name != "quantity" or not _is_answer(cells[place])]


def _is_answer(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(_is_state, cells))
