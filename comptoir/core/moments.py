"""Moments as programs write them."""

from datetime import UTC, datetime, tzinfo


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
