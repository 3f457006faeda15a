#!/bin/sh
# An event with extra dates (RDATE) and no rule, read by three libraries: ical 14.3.1 (2026) loses its
# first date, icalevents 0.3.1 the extra ones, recurring-ical-events 3.8.2 has both.
#
# DTSTART is the first instance of the set and RDATE adds to it (RFC 5545, 3.8.5.2): an author who
# signs on Thursday and again on Saturday comes twice. With the first library the page of today's
# events is empty on Thursday, with the second nobody learns of Saturday; none says a word.
#
# Seen: ical: Sat; icalevents: Thu; recurring-ical-events: Thu Sat.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ical==14.3.1 icalevents==0.3.1 icalendar==6.3.2 \
    recurring-ical-events==3.8.2
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date, datetime

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalevents.icalevents import events

TEXT = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shop.example//FR",
        "BEGIN:VEVENT",
        "UID:signing@shop.example",
        "DTSTAMP:20260901T080000Z",
        "SUMMARY:A signing",
        "DTSTART:20261001T170000Z",
        "DTEND:20261001T190000Z",
        "RDATE:20261003T090000Z",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)
first, last = date(2026, 9, 1), date(2026, 12, 1)
found = {
    "ical": [event.dtstart for event in IcsCalendarStream.calendar_from_ics(TEXT).timeline],
    "icalevents": [
        event.start
        for event in events(
            string_content=TEXT.encode(), start=datetime(2026, 9, 1), end=datetime(2026, 12, 1)
        )
    ],
    "recurring-ical-events": [
        event["DTSTART"].dt
        for event in recurring_ical_events.of(icalendar.Calendar.from_ical(TEXT)).between(first, last)
    ],
}
days = {name: " ".join(f"{start:%a}" for start in sorted(starts)) for name, starts in found.items()}
print("; ".join(f"{name}: {shown}" for name, shown in days.items()) + ".")
assert days == {"ical": "Sat", "icalevents": "Thu", "recurring-ical-events": "Thu Sat"}
PYTHON
