#!/bin/sh
# recurring-ical-events 3.8.2: over the night when clocks change, an end that is written in UTC or in
# another zone than the start is an hour off, although the file says the very moment.
#
# Start and end may be in different zones (RFC 5545, 3.8.2.2: only a floating start asks for a floating
# end), and UTC needs no table of a zone, so some programs write the end so. A concert in Paris from
# 22:00 to 02:00 UTC, which is 3:00 there, on 24 October 2026 is given out until 4:00; in March it is
# an hour too short, and on every other night it is right. icalendar 7.3.2 has the right moments of the
# same file: take its own `end` where nothing recurs.
#
# Seen, icalendar and recurring-ical-events, hours in Paris: UTC 03:00 04:00; London 03:00 04:00; March
# 04:00 03:00; week before 03:00 03:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

PARIS = ZoneInfo("Europe/Paris")


def ends(start: str, end: str) -> list[str]:
    """Return the hour of the end in Paris, as icalendar and as recurring-ical-events have it."""
    body = (f"DTSTART;TZID=Europe/Paris:{start}", f"DTEND{end}", "UID:concert")
    event = ("BEGIN:VEVENT", *body, "DTSTAMP:20260101T080000Z", "END:VEVENT")
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", *event, "END:VCALENDAR", ""))
    calendar = icalendar.Calendar.from_ical(text)
    year = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1), datetime(2027, 1, 1))
    return [f"{event.end.astimezone(PARIS):%H:%M}" for event in (calendar.events[0], *year)]


seen = {
    "UTC": ends("20261024T220000", ":20261025T020000Z"),
    "London": ends("20261024T220000", ";TZID=Europe/London:20261025T020000"),
    "March": ends("20260328T220000", ":20260329T020000Z"),
    "week before": ends("20261017T220000", ":20261018T010000Z"),
}
print("; ".join(f"{name} {' '.join(hours)}" for name, hours in seen.items()) + ".")
assert seen["UTC"] == seen["London"] == ["03:00", "04:00"]
assert seen["March"] == ["04:00", "03:00"]
assert seen["week before"] == ["03:00", "03:00"]
PYTHON
