#!/bin/sh
# vobject 0.9.9: weekly readings are an hour off in winter in every calendar of a process whose first
# calendar came without the table of its zone, though the others carry theirs.
#
# Servers may leave the tables of well-known zones out (RFC 7809), and many feeds do. vobject then takes
# pytz's zone of that name, whose offset a rule of dates keeps for ever: a reading at 19:00 in Paris is
# at 18:00 from 29 October on, against RFC 5545, 3.3.10. The zone that comes first under a name is kept
# for the whole process. So a worker that reads the calendars of all shops gives out one set of hours or
# the other after each restart, by which shop's feed it read first.
#
# Seen, in UTC: first without: 17:00 17:00 17:00, then with the table 17:00 17:00 17:00. First with
# the table: 17:00 18:00 18:00, then without 17:00 18:00 18:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vobject==0.9.9 pytz==2026.6
cat > "$folder/read.py" <<'PYTHON'
import sys
from datetime import timezone

import vobject

SUMMER = ("TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "DTSTART:19700329T020000")
WINTER = ("TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "DTSTART:19701025T030000")
MARCH, OCTOBER = (f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU" for month in (3, 10))
HEAD = ("BEGIN:VTIMEZONE", "TZID:Europe/Paris", "BEGIN:DAYLIGHT", *SUMMER, MARCH, "END:DAYLIGHT")
TABLE = (*HEAD, "BEGIN:STANDARD", *WINTER, OCTOBER, "END:STANDARD", "END:VTIMEZONE")
FIRST = ("DTSTART;TZID=Europe/Paris:20261022T190000", "RRULE:FREQ=WEEKLY;COUNT=3")
EVENT = ("BEGIN:VEVENT", "UID:reading", "DTSTAMP:20260901T080000Z", *FIRST, "END:VEVENT")


def calendar(*table: str) -> str:
    """Return a calendar with three readings from 22 October 2026 on."""
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", *table, *EVENT, "END:VCALENDAR", "")
    return "\r\n".join(lines)


def hours(text: str) -> str:
    """Return the hours of the readings in UTC."""
    moments = vobject.readOne(text).vevent.rruleset
    return " ".join(f"{moment.astimezone(timezone.utc):%H:%M}" for moment in moments)


texts = {"without": calendar(), "with": calendar(*TABLE)}
first, then = sys.argv[1:]
seen = [hours(texts[name]) for name in (first, then)]
print(f"first {first}: {seen[0]}, then {then}: {seen[1]}")
assert seen == ["17:00 17:00 17:00" if first == "without" else "17:00 18:00 18:00"] * 2
PYTHON
"$folder/venv/bin/python" "$folder/read.py" without with
"$folder/venv/bin/python" "$folder/read.py" with without
