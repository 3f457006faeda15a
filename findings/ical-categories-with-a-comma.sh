#!/bin/sh
# ical 14.3.1 (2026): a category with a comma in its name is cut in two when read, and the first half
# keeps a backslash.
#
# In a text a comma is written `\,` and only a bare one parts two values (RFC 5545, 3.3.11 and
# 3.8.1.2), which is how ical itself writes it. "BD, manga" comes back as `BD\` and ` manga`: a filter
# for the shelf finds nothing, and a calendar that is read and written again has one category more for
# good. The comma of the title is read well, and icalendar 7.3.2 reads the same line as two
# categories.
#
# Seen: ical: 3 ['BD\\', ' manga', 'Jeunesse']; icalendar: 2.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ical==14.3.1 icalendar==7.3.2
"$folder/venv/bin/python" - <<'PYTHON'
import icalendar
from ical.calendar_stream import IcsCalendarStream

TEXT = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shop.example//FR",
        "BEGIN:VEVENT",
        "UID:reading@shop.example",
        "DTSTAMP:20260901T080000Z",
        "DTSTART:20261001T170000Z",
        "DTEND:20261001T190000Z",
        "SUMMARY:Signing\\, and reading",
        "CATEGORIES:BD\\, manga,Jeunesse",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)
event = IcsCalendarStream.calendar_from_ics(TEXT).events[0]
beside = icalendar.Calendar.from_ical(TEXT).walk("VEVENT")[0]["CATEGORIES"].cats
print(f"ical: {len(event.categories)} {event.categories}; icalendar: {len(beside)}.")
assert event.summary == "Signing, and reading"
assert event.categories == ["BD\\", " manga", "Jeunesse"]
assert [str(name) for name in beside] == ["BD, manga", "Jeunesse"]
PYTHON
