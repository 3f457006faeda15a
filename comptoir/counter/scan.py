"""What is scanned or typed in a field: the digits that a scanner meant, and the titles it may mean.

A scanner set to QWERTY sends the physical keys of the digits; on an AZERTY keyboard without shift
they type `& é " ' ( - è _ ç à`. The browser's listener sees the physical keys; this is for what
arrives in a field, with or without JavaScript.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.reads import by_number
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_number, issue_of
from comptoir.search.query import SearchRequest, search
from comptoir.shops.models import Shop
from comptoir.stock.shelf.standing import Standing, own_articles, standings

# The French keyboard of PCs; `§` and `!` are 6 and 8 on a Mac and in Belgium; capitals: caps lock.
# A scanner types all digits alike, so beside such a key a digit is none that it sent.
_AZERTY = str.maketrans("&é\"'(-è_çà§!ÉÈÇÀ1234567890", "1234567890682790" + 10 * " ")
_SPACES = str.maketrans("", "", " \u00a0\u202f\t")
CODE_LENGTH = 8
# A code; ISBN-10, UPC-A, EAN-13 and GTIN-14; EAN-13 with the add-on of two or five digits.
SCANNED_LENGTHS = (8, 10, 12, 13, 14, 15, 18)
# AIM's prefix, which scanners may be set to send; on an AZERTY keyboard `]` types `$`.
_SYMBOLOGY = re.compile(r"[\]$][A-Za-z]")
ISSUE = "numero"
"""The parameter of a title's page that names the issue of a magazine."""
MOST_COPIES = 9999
CHOICES_SHOWN = 8


def read_scan(text: str) -> str:
    """Return the digits that a scanner meant, without AIM's prefix, or the text, trimmed.

    Only a text made of nothing but AZERTY's unshifted digit keys, or of nothing but digits, as long
    as a code or an EAN, is taken for a scan: a hyphenated ISBN or a name stays what it is.
    """
    trimmed = text.strip()
    found = _SYMBOLOGY.match(trimmed)
    keys = trimmed[found.end() :] if found else trimmed
    digits = keys if keys.isdigit() else keys.translate(_AZERTY)
    scanned = digits[1:] if found else digits
    is_scan = len(scanned) in SCANNED_LENGTHS and digits.isascii() and digits.isdigit()
    return scanned if is_scan else trimmed


def find_code(text: str) -> str | None:
    """Return the eight digits of a withdrawal code, however it is spaced, or None."""
    compact = read_scan(text.translate(_SPACES))
    is_code = len(compact) == CODE_LENGTH and compact.isascii() and compact.isdigit()
    return compact if is_code else None


def find_scanned_ean(text: str) -> str | None:
    """Return the EAN that was scanned or typed (ISBN-10 and hyphens included), or the number of the
    till's own, or None."""
    return find_number(read_scan(text))


def page_of_scan(shop: Shop, text: str, *, or_code: bool = False) -> str | None:
    """Return the address of the title that was scanned or typed by its EAN (or by a number of the
    till's own), with the issue that a magazine told, or None when it is none.

    Where a code may be meant, eight digits are one, known or not, unless they are an article of the
    shop's own.
    """
    scanned = read_scan(text)
    number = find_number(scanned)
    if number is None:
        return None
    known = Product.objects.filter(**by_number(number, shop.pk))
    if or_code and find_code(scanned) and not known.exists():
        return None
    address = reverse("counter:product", args=[shop.slug, number])
    issue = issue_of(scanned)
    return f"{address}?{ISSUE}={issue}" if issue else address


def read_quantity(text: str, *, least: int) -> int:
    """Return a number of copies that somebody typed. Raises `Invalid` (`bad_quantity`)."""
    digits = text.strip()
    quantity = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else -1
    if not least <= quantity <= MOST_COPIES:
        raise Invalid(
            "bad_quantity",
            _("Type a number of copies between %(least)s and %(most)s.")
            % {"least": least, "most": MOST_COPIES},
            field="quantity",
        )
    return quantity


@dataclass(frozen=True, slots=True)
class Choice:
    """One title that a search found: what the shop has of it, and whether it may be ordered."""

    product: Product
    offers: list[Standing]

    @property
    def may_order(self) -> bool:
        """Whether the shop could order it: the catalogue knows it."""
        return self.product.state == ProductState.LISTED


def find_choices(shop: Shop, text: str) -> list[Choice]:
    """Return the titles that a typed or scanned text may mean, with what this shop has of them;
    nothing that is another shop's alone."""
    number = find_scanned_ean(text)
    if number:
        products = list(Product.objects.filter(**by_number(number, shop.pk)))
    else:
        page = search(SearchRequest(read_scan(text), limit=CHOICES_SHOWN))
        products = [hit.product for hit in page.hits if hit.product.is_seen_in(shop.pk)]
        # The public's search finds the shop's own articles only while it has them.
        own = [each for each in own_articles(shop, text, CHOICES_SHOWN) if each not in products]
        products = [*own, *products]
    return with_own_offers(shop, products)


def with_own_offers(shop: Shop, products: Iterable[Product]) -> list[Choice]:
    """Return the products with this shop's offers of them, new before used."""
    listed = list(products)
    known = standings(shop, [product.pk for product in listed])
    own = [each for each in known if not each.is_past]
    return [
        Choice(product, [each for each in own if each.offer.product_id == product.pk])
        for product in listed
    ]
