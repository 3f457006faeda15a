"""Moments that a request names."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core import moments
from comptoir.core.errors import Invalid, fill


def read_moment(text: str, field: str, code: str = "bad_moment") -> datetime:
    """Return a moment of ISO 8601; without an offset the stock takes it in the shop's time zone.

    Raises `Invalid` with this code.
    """
    moment = moments.read_moment(text)
    if moment is None:
        message = _("“%(field)s” must be a moment, such as 2026-11-05T14:02:00+01:00.")
        raise Invalid(code, fill(message, field=field), field=field)
    return moment
