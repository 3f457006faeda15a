"""Where a page ends, as an opaque word that only this server can have written."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

_SALT = "comptoir.api.cursor"


def write(place: list[Any], *, of: str) -> str:
    """Return the cursor of a place in the list `of` this name: values that JSON can carry."""
    return signing.dumps(place, salt=f"{_SALT}.{of}")


def read(cursor: str, *, of: str) -> list[Any]:
    """Return the place in the list `of` this name that a cursor names.

    Raises `Invalid` (`bad_cursor`) when this server did not write it, or for another list.
    """
    try:
        place: list[Any] = signing.loads(cursor, salt=f"{_SALT}.{of}")
    except signing.BadSignature:
        message = _("This cursor is not one of ours: start again from the first page, without it.")
        raise Invalid("bad_cursor", message, field="cursor") from None
    return place
