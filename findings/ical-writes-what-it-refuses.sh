#!/bin/sh
# ical 14.3.1 (2026): a calendar in which one event has an extra date (RDATE) in a zone's own time is
# written so that ical refuses it as a whole when it reads it back.
#
# The moment is written under VALUE=PERIOD, which is for a moment with an end or a length (RFC 5545,
# 3.3.9 and 3.8.5.2). The same date as EXDATE, or an extra date in UTC, is written well, so a test in
# UTC finds nothing. With a shop in Paris the first extra date that is saved makes all its events
# unreadable.
#
# Seen: UTC: RDATE:20261003T110000Z, read back 1. Paris:
# RDATE;TZID=Europe/Paris;VALUE=PERIOD:20261003T110000, CalendarParseError.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ical==14.3.1 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from ical.exceptions import CalendarParseError


def both(zone: ZoneInfo) -> str:
    """Return the line of the extra date, and what reading the calendar back gives."""
    start = datetime(2026, 10, 1, 19, tzinfo=zone)
    calendar = Calendar()
    calendar.events.append(
        Event(
            summary="A signing",
            dtstart=start,
            dtend=start + timedelta(hours=2),
            rdate=[datetime(2026, 10, 3, 11, tzinfo=zone)],
        )
    )
    text = IcsCalendarStream.calendar_to_ics(calendar)
    line = next(line for line in text.splitlines() if line.startswith("RDATE"))
    try:
        return f"{line}, read back {len(IcsCalendarStream.calendar_from_ics(text).events)}"
    except CalendarParseError:
        return f"{line}, CalendarParseError"


utc, paris = both(ZoneInfo("UTC")), both(ZoneInfo("Europe/Paris"))
print(f"UTC: {utc}. Paris: {paris}.")
assert utc == "RDATE:20261003T110000Z, read back 1"
assert (
    paris
    == "RDATE;TZID=Europe/Paris;VALUE=PERIOD:20261003T110000, CalendarParseError"
)
PYTHON
