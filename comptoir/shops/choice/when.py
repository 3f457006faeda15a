"""When shops are to be open, as somebody writes it: now, at a moment, or on a day at any hour."""

from datetime import date, datetime
from typing import NamedTuple

from comptoir.core.errors import Invalid
from comptoir.shops.timetable.moments import read_moment

NOW = "now"
_LATEST = "23:59"


class When(NamedTuple):
    """What is asked of the time, as the fields of a `DirectoryRequest`."""

    open_now: bool = False
    open_at: datetime | None = None
    open_on: date | None = None


def read_when(text: str, *, now: datetime) -> When:
    """Return what a text asks of the time, as of an aware `now`: nothing for the empty one, now for
    `now`, the day for a day without a time (`2026-12-06`, `dimanche`: the next one that is not
    over), else the moment that `timetable.moments.read_moment` reads.

    Raises `Invalid` as that does.
    """
    text = text.strip()
    if not text:
        return When()
    if text.lower() == NOW:
        return When(open_now=True)
    try:
        return When(open_at=read_moment(text, now=now))
    except Invalid as refusal:
        if refusal.code != "bad_moment":
            raise
        return When(open_on=_day(text, now, refusal))


def _day(text: str, now: datetime, refusal: Invalid) -> date:
    """Return the day of a text that is no moment; raise the refusal where it is no day either."""
    try:
        return read_moment(f"{text} {_LATEST}", now=now).date()
    except Invalid as second:
        raise (refusal if second.code == refusal.code else second) from None
