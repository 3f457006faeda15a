#!/bin/sh
# ical 14.3.1 (2026): a reading of a series that was moved stands in the calendar twice, on the old
# day and on the new one, when the series is in UTC.
#
# A series and a change of one day are joined by UID and by RECURRENCE-ID, the moment as it was before
# (RFC 5545, 3.8.4.4). The library compares it as text with the hour without its zone, so that the Z
# of UTC never fits: a floating hour, a zone's own hour and whole days are replaced, an hour in UTC is
# kept beside. Readers stand before a closed door on the old day. recurring-ical-events 3.8.2 has the
# new day only.
#
# Seen: UTC: 5 12 13 19 July; Paris: 5 13 19; floating: 5 13 19; recurring-ical-events in UTC: 5 13 19.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ical==14.3.1 icalendar==7.3.2 recurring-ical-events==3.8.2 \
    tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream


def series(zone: str, mark: str) -> str:
    """Return three weekly readings in July 2026, the second of which moved from the 12th to the 13th."""
    head = ("BEGIN:VEVENT", "UID:reading@shop.example", "DTSTAMP:20260601T080000Z")
    first = (f"DTSTART{zone}:20260705T190000{mark}", "RRULE:FREQ=WEEKLY;COUNT=3", "END:VEVENT")
    was, now = (f"{zone}:202607{day}T190000{mark}" for day in (12, 13))
    moved = (f"RECURRENCE-ID{was}", f"DTSTART{now}", "END:VEVENT")
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", *head, *first, *head, *moved)
    return "\r\n".join((*lines, "END:VCALENDAR", ""))


def days(text: str) -> str:
    """Return the days of July on which ical has a reading."""
    return " ".join(str(event.dtstart.day) for event in IcsCalendarStream.calendar_from_ics(text).timeline)


utc, paris, floating = days(series("", "Z")), days(series(";TZID=Europe/Paris", "")), days(series("", ""))
calendar = icalendar.Calendar.from_ical(series("", "Z"))
july = recurring_ical_events.of(calendar).between(date(2026, 7, 1), date(2026, 8, 1))
beside = " ".join(str(event.start.day) for event in july)
print(f"UTC: {utc}; Paris: {paris}; floating: {floating}; recurring-ical-events in UTC: {beside}.")
assert utc == "5 12 13 19"
assert paris == floating == beside == "5 13 19"
PYTHON
