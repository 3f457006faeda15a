"""Money is whole cents of euro everywhere; only these functions know how people write it."""

import re
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.text import plain_number

NARROW_SPACE = "\u202f"
LARGEST_CENTS = 100_000_000

# The shape is checked before the number is made: Decimal also reads `1e999999`, `1_2` and the
# digits of every script, and a long exponent keeps it busy for minutes.
_AMOUNT = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,6})?")


def parse_amount(text: str) -> Decimal | None:
    """Return a decimal amount as it is written, or None when it is none.

    At most seven digits before the comma or point and six after it, as suppliers write `12.9000`;
    no sign and no exponent. What `plain_number` takes away is allowed around it.
    """
    text = plain_number(text)
    return Decimal(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else None


def parse_cents(text: str) -> int:
    """Return the cents of a decimal amount, with a comma or a point: `12,90` → 1290.

    Raises `Invalid` (`bad_price`) for anything else, a negative amount, a fraction of a cent or
    more than one million euros.
    """
    amount = parse_amount(text)
    cents = -1 if amount is None else int(amount * 100)
    if amount is None or amount * 100 != cents or cents > LARGEST_CENTS:
        raise Invalid(
            "bad_price",
            _("“%(text)s” is not a price: write it as 12,90.") % {"text": text[:40]},
            text=text[:40],
        )
    return cents


def plain_cents(cents: int, mark: str = ",") -> str:
    """Return cents as a form, a spreadsheet or (with a point) a program reads them: `12,90`."""
    euros, rest = divmod(cents, 100)
    return f"{euros}{mark}{rest:02d}"


def format_cents(cents: int, language: str | None = None) -> str:
    """Return cents as people write them: `12,90 €` in French, `€12.90` in English."""
    euros, rest = divmod(cents, 100)
    if (language or get_language() or "fr").startswith("fr"):
        grouped = f"{euros:,}".replace(",", NARROW_SPACE)
        return f"{grouped},{rest:02d}\u00a0€"
    return f"€{euros:,}.{rest:02d}"
