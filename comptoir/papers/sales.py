"""Sales at a distance by day, rate and category, as a shop reports them: values, and the table.

The categories are those of the payment data that platforms send on (DGFiP, flux 10). Nothing is
sent from here: the shop gives the table to its till or its platform.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from comptoir.core.sheet import Euros
from comptoir.quotes.basket import Scheme, Tax
from comptoir.quotes.shares import round_half_up, tax_within


class Category(StrEnum):
    """What was sold, by its code: goods with VAT, goods on the margin, goods without French VAT."""

    GOODS = "TLB1"
    MARGIN = "TMA1"
    UNTAXED = "TNT1"


CATEGORY_OF = {
    Scheme.RATE: Category.GOODS,
    Scheme.MARGIN: Category.MARGIN,
    Scheme.EXPORT: Category.UNTAXED,
    Scheme.NONE: Category.UNTAXED,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """So many cents, tax included, that came on a day, or (below zero) went back."""

    day: date
    tax: Tax
    cents: int


@dataclass(frozen=True, slots=True)
class SalesRow:
    """All that came, or went back, on a day in one category and at one rate. Of what is sold on the
    margin nobody here knows the VAT: `vat_cents` is None."""

    day: date
    is_refund: bool
    category: Category
    rate: int
    cents: int
    vat_cents: int | None

    @property
    def net_cents(self) -> int | None:
        """It without its VAT, where that is known."""
        return None if self.vat_cents is None else self.cents - self.vat_cents


def sales_rows(movements: Iterable[Movement]) -> list[SalesRow]:
    """Return what a shop reports, by day, sales before refunds. The VAT is that of each row's sum,
    halves of a cent rounded away from zero."""
    found: dict[tuple[date, bool, Category, int], int] = {}
    for each in movements:
        if each.cents:
            key = each.day, each.cents < 0, CATEGORY_OF[each.tax.scheme], each.tax.rate
            found[key] = found.get(key, 0) + each.cents
    return [
        SalesRow(*key, cents, _vat(key[2], key[3], cents)) for key, cents in sorted(found.items())
    ]


def table(rows: Iterable[SalesRow]) -> Iterator[list[object]]:
    """Yield the table as a spreadsheet has it, its headings first, in the language that is active.
    Amounts in euros with a comma; currency, category and kind by their codes."""
    yield [
        *(_("Day"), _("Sale or refund"), _("Category"), _("Rate (%)"), _("Currency")),
        *(_("Net"), _("VAT"), _("Incl. tax")),
    ]
    for row in rows:
        yield [
            row.day.isoformat(),
            _("Refund") if row.is_refund else _("Sale"),
            row.category.value,
            f"{row.rate / 100:g}".replace(".", ",") if row.category is Category.GOODS else "",
            "EUR",
            *(
                "" if cents is None else Euros(cents)
                for cents in (row.net_cents, row.vat_cents, row.cents)
            ),
        ]


def _vat(category: Category, rate: int, cents: int) -> int | None:
    if category is Category.MARGIN:
        return None
    vat = round_half_up(tax_within(abs(cents), rate))
    return -vat if cents < 0 else vat
