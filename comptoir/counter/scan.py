"""What is scanned or typed in a field: the digits that a scanner meant, and the titles it may mean.

A scanner set to QWERTY sends the physical keys of the digits; on an AZERTY keyboard without shift
they type `& é " ' ( - è _ ç à`. The browser's listener sees the physical keys; this is for what
arrives in a field, with or without JavaScript.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.reads import by_number
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_number
from comptoir.search.query import SearchRequest, search
from comptoir.shops.models import Shop
from comptoir.stock.shelf.standing import Standing, own_articles, standings

# The French keyboard of PCs; `§` and `!` are 6 and 8 on a Mac and in Belgium; capitals: caps lock.
_AZERTY = str.maketrans("&é\"'(-è_çà§!ÉÈÇÀ", "1234567890682790")
_SPACES = str.maketrans("", "", " \u00a0\u202f\t")
CODE_LENGTH = 8
SCANNED_LENGTHS = (8, 10, 12, 13)
MOST_COPIES = 9999
CHOICES_SHOWN = 8


def read_scan(text: str) -> str:
    """Return the digits that a scanner meant, or the text, trimmed, when it is none.

    Only a text made of nothing but AZERTY's unshifted digit keys, as long as a code or an EAN, is
    taken for a scan: a hyphenated ISBN or a name stays what it is.
    """
    trimmed = text.strip()
    digits = trimmed.translate(_AZERTY)
    if len(digits) in SCANNED_LENGTHS and digits.isascii() and digits.isdigit():
        return digits
    return trimmed


def find_code(text: str) -> str | None:
    """Return the eight digits of a withdrawal code, however it is spaced, or None."""
    compact = read_scan(text.translate(_SPACES))
    is_code = len(compact) == CODE_LENGTH and compact.isascii() and compact.isdigit()
    return compact if is_code else None


def find_scanned_ean(text: str) -> str | None:
    """Return the EAN that was scanned or typed (ISBN-10 and hyphens included), or the number of the
    till's own, or None."""
    return find_number(read_scan(text))


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
