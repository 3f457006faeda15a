"""What a text says: its letters without their accents, the moment that a program wrote."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo

_ACCENTS = re.compile("[\u0300-\u036f]+")


def without_accents(text: str) -> str:
    """Return a text in Unicode's compatibility form (NFKD), without its accents: `Été` is `Ete`.

    Case is kept, and so are letters that Unicode does not take apart (œ, ø, ß).
    """
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


def read_moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Return a moment written in ISO 8601, or None when the text is none.

    With a zone the moment is in UTC, and one without an offset is taken in that zone; without a
    zone it is returned as it is written, perhaps naive.
    """
    try:
        found = datetime.fromisoformat(text)
        if zone is None:
            return found
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
