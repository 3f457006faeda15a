#!/bin/sh
# icalevents 0.3.1: importing it moves the ends of events that other libraries read in the same
# process, for it switches icalendar to another kind of time zone for everybody.
#
# recurring-ical-events 3.8.2 on icalendar 7.3.2 (2026) gives a concert that starts in Paris at 22:00
# on 24 October 2026, for six hours (PT6H), the end 4:00; after `import icalevents.icalevents` the same
# code gives 3:00, the right one (RFC 5545, 3.3.6), and an event of one day (P1D) ends at 18:00 instead
# of 19:00. Which holds depends on which page was asked first after a restart, and on the order of the
# tests. Ask icalendar again for its own (`icalendar.use_zoneinfo()`) after such an import.
#
# Seen: alone ZoneInfo 04:00 19:00; with icalevents imported Europe/Paris of pytz 03:00 18:00; asked
# again ZoneInfo 04:00 19:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalevents==0.3.1 icalendar==7.3.2 \
    recurring-ical-events==3.8.2 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

import icalendar
import recurring_ical_events


def end(start: str, length: str) -> tuple[str, str]:
    """Return the kind of zone of an event of 24 October and the hour of its end."""
    body = (f"DTSTART;TZID=Europe/Paris:20261024T{start}", f"DURATION:{length}", "UID:concert")
    event = ("BEGIN:VEVENT", *body, "DTSTAMP:20260901T080000Z", "END:VEVENT")
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", *event, "END:VCALENDAR", ""))
    calendar = icalendar.Calendar.from_ical(text)
    event = recurring_ical_events.of(calendar).at(date(2026, 10, 24))[0]
    return type(event.start.tzinfo).__module__.split(".")[0], f"{event.end:%H:%M}"


def both() -> tuple[str, str, str]:
    """Return the kind of zone and the ends of the concert and of the day."""
    return *end("220000", "PT6H"), end("190000", "P1D")[1]


alone = both()
import icalevents.icalevents  # noqa: E402

after = both()
icalendar.use_zoneinfo()
again = both()
print(f"alone {' '.join(alone)}; icalevents imported {' '.join(after)}; asked again {' '.join(again)}.")
assert alone == again == ("zoneinfo", "04:00", "19:00")
assert after == ("pytz", "03:00", "18:00")
PYTHON
