"""A purchase as suppliers take it: a Dilicom file, and plain text.

**Dilicom CSV.** One line a title, `EAN;quantity`, without a heading: the file that is loaded into a
basket on Dilicom's site. Dilicom publishes no layout; this one is what the module
`purchase_dilicom_csv` of Akretion writes for that purpose (github.com/akretion/dilicom, AGPL, in
use since 2014). Dilicom's flat text message for its own transmission is `purchases.message`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.catalogue.models import Product
from comptoir.core.words import in_words
from comptoir.purchases.models import Purchase, PurchaseLine

LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One title of a purchase and how many copies of it, whoever they are for."""

    product: Product
    copies: int

    @property
    def number(self) -> str:
        """Its EAN, or what its shop's till calls it; empty where it has none."""
        return self.product.number or ""


def rows_of(lines: Iterable[PurchaseLine]) -> list[Row]:
    """Return the titles of a purchase, in the order of its lines, each once."""
    copies: Counter[int] = Counter()
    products: dict[int, Product] = {}
    for line in lines:
        copies[line.product_id] += line.quantity
        products.setdefault(line.product_id, line.product)
    return [Row(product, copies[key]) for key, product in products.items()]


def dilicom_csv(rows: Sequence[Row]) -> bytes:
    """Return the Dilicom file; a title without an EAN cannot be in it (`without_ean`)."""
    lines = [f"{row.product.ean};{row.copies}{LINE_END}" for row in rows if row.product.ean]
    return "".join(lines).encode("ascii")


def without_ean(rows: Sequence[Row]) -> list[Row]:
    """Return the titles that a Dilicom file cannot name: they are ordered by text."""
    return [row for row in rows if not row.product.ean]


def as_text(purchase: Purchase, rows: Sequence[Row]) -> str:
    """Return a purchase as one reads it out on the telephone or writes it in a mail, in the
    language of the reader: who orders, the customer's number, the titles, the sum of the copies.

    Nothing of a reader is in it.
    """
    shop, supplier = purchase.shop, purchase.supplier
    day = in_words(purchase.sent_at.astimezone(ZoneInfo(shop.time_zone)), "SHORT_DATE_FORMAT")
    head = [
        _("Order %(number)d of %(day)s") % {"number": purchase.number, "day": day},
        f"{shop.name}, {shop.street}, {shop.postcode} {shop.city}",
    ]
    if supplier.customer_number:
        head.append(_("Our customer number: %(number)s") % {"number": supplier.customer_number})
    body = [_row_as_text(row) for row in rows]
    total = sum(row.copies for row in rows)
    foot = ngettext("%(n)d copy in all", "%(n)d copies in all", total) % {"n": total}
    return "\n".join([*head, "", *body, "", foot, ""])


def _row_as_text(row: Row) -> str:
    said = [row.product.title, row.product.byline, row.product.publisher]
    what = ", ".join(each for each in said if each)
    return f"{row.copies} × {row.number or '–'}  {what}"
