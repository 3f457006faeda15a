"""Where a page ends, as an opaque word that only this server can have written."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

_SALT = "comptoir.api.cursor"


def write(place: list[Any]) -> str:
    """Return the cursor of a place: values that JSON can carry."""
    return signing.dumps(place, salt=_SALT)


def read(cursor: str, *, length: int) -> list[Any]:
    """Return the place a cursor names.

    Raises `Invalid` (`bad_cursor`) when this server did not write it, or for another list.
    """
    try:
        place = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        place = None
    if not isinstance(place, list) or len(place) != length:
        raise refused()
    return place


def refused() -> Invalid:
    """Return the error for a cursor that leads nowhere."""
    message = _("This cursor is not one of ours: start again from the first page, without it.")
    return Invalid("bad_cursor", message, field="cursor")
