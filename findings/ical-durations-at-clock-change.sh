#!/bin/sh
# An event with a DURATION over the night when clocks change, read by five libraries: none has both a
# length in hours and a length in days right, so a concert's or a fair's end is an hour off.
#
# Hours are exact, days are those of the calendar (RFC 5545, 3.3.6). A concert from 22:00 for PT6H on
# 24 October 2026 in Paris ends at 3:00, the hour from two to three being there twice; a book fair from
# 19:00 for P1D ends at 19:00 of the next day. icalendar 7.3.2, recurring-ical-events 3.8.2, ical
# 14.3.1 and ics 0.7.3 add hours to the clock on the wall, icalevents 0.3.1 adds days as 24 hours.
# Give events a DTEND: all five read it well.
#
# Seen: icalendar 04:00 19:00; recurring-ical-events 04:00 19:00; ical 04:00 19:00; ics 04:00 19:00;
# icalevents 03:00 18:00; right 03:00 19:00; with DTEND all 03:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 ical==14.3.1 \
    ics==0.7.3 icalevents==0.3.1 tzdata==2026.6
cat > "$folder/read.py" <<'PYTHON'
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo


def end(library: str, start: str, line: str) -> str:
    """Return when the event is over, on a clock in Paris."""
    body = (f"DTSTART;TZID=Europe/Paris:20261024T{start}00", line, "UID:a", "DTSTAMP:20260901T080000Z")
    event = ("BEGIN:VEVENT", *body, "END:VEVENT")
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", *event, "END:VCALENDAR", ""))
    if library == "ical":
        from ical.calendar_stream import IcsCalendarStream
        found = IcsCalendarStream.calendar_from_ics(text).events[0].end
    elif library == "ics":
        from ics import Calendar
        found = next(iter(Calendar(text).events)).end.datetime
    elif library == "icalevents":
        from icalevents.icalevents import events
        window = {"start": datetime(2026, 10, 1), "end": datetime(2026, 12, 1)}
        found = events(string_content=text.encode(), **window)[0].end
    else:
        import icalendar
        import recurring_ical_events
        calendar = icalendar.Calendar.from_ical(text)
        found = calendar.events[0].end
        if library == "recurring-ical-events":
            found = recurring_ical_events.of(calendar).at(date(2026, 10, 24))[0].end
    return f"{found.astimezone(ZoneInfo('Europe/Paris')):%H:%M}"


given = end(sys.argv[1], "2200", "DTEND;TZID=Europe/Paris:20261025T030000")
hours, days = end(sys.argv[1], "2200", "DURATION:PT6H"), end(sys.argv[1], "1900", "DURATION:P1D")
print(f"{sys.argv[1]}: {hours} {days}, with DTEND {given}")
assert (hours, days) == (("03:00", "18:00") if sys.argv[1] == "icalevents" else ("04:00", "19:00"))
assert given == "03:00"
PYTHON
for library in icalendar recurring-ical-events ical ics icalevents; do
    "$folder/venv/bin/python" "$folder/read.py" "$library"
done
