#!/bin/sh
# ical 14.3.1 (2026): an event with extra dates (RDATE) and no rule loses its first date.
#
# DTSTART is the first instance of the set and RDATE adds to it (RFC 5545, 3.8.5.2): an author who signs
# on Thursday and again on Saturday comes twice. The timeline of ical has Saturday only, with no word, so
# the page of today's events is empty on Thursday. recurring-ical-events 3.8.2 shows both.
#
# Seen: ical: Sat; recurring-ical-events: Thu Sat.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ical==14.3.1 icalendar==7.3.2 recurring-ical-events==3.8.2
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

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
calendar = IcsCalendarStream.calendar_from_ics(TEXT)
shown = " ".join(event.dtstart.strftime("%a") for event in calendar.timeline)
beside = " ".join(
    event["DTSTART"].dt.strftime("%a")
    for event in recurring_ical_events.of(icalendar.Calendar.from_ical(TEXT)).between(
        date(2026, 9, 1), date(2026, 12, 1)
    )
)
print(f"ical: {shown}; recurring-ical-events: {beside}.")
assert (shown, beside) == ("Sat", "Thu Sat")
PYTHON
