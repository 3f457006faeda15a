"""A day as it is typed on the command line."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from comptoir.core.errors import invalid


def read_day(text: str) -> date | None:
    """Return a day as it is typed, None for nothing. Raises `Invalid` (`bad_day`)."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        told = _("“%(text)s” is no day: write 2026-11-30.") % {"text": text[:20]}
        raise invalid("day", told) from None
