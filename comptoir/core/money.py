"""Money is whole cents of euro everywhere; only these two functions know how people write it."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

NARROW_SPACE = "\u202f"
LARGEST_CENTS = 100_000_000


def parse_cents(text: str) -> int:
    """Return the cents of a decimal amount, with a comma or a point: `12,90` → 1290.

    Raises `Invalid` (`bad_price`) for anything else, a negative amount, a fraction of a cent or
    more than one million euros.
    """
    try:
        amount = Decimal(text.strip().replace(",", ".")) * 100
        cents = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        amount, cents = Decimal(-1), 0
    if amount != cents or not 0 <= cents <= LARGEST_CENTS:
        raise Invalid(
            "bad_price",
            _("“%(text)s” is not a price: write it as 12,90.") % {"text": text[:40]},
            text=text[:40],
        )
    return cents


def format_cents(cents: int, language: str | None = None) -> str:
    """Return cents as people write them: `12,90 €` in French, `€12.90` in English."""
    euros, rest = divmod(cents, 100)
    if (language or get_language() or "fr").startswith("fr"):
        grouped = f"{euros:,}".replace(",", NARROW_SPACE)
        return f"{grouped},{rest:02d}\u00a0€"
    return f"€{euros:,}.{rest:02d}"
