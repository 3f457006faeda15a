#!/bin/sh
# ics 3.12.0 (npm): a day that is taken out of a weekly series stays in it, and a category with a comma
# is two; the calendar is written without an error.
#
# An excluded date is one of the dates of the series, as it stands there (RFC 5545, 3.8.5.1). With
# startOutputType "local", which keeps a weekly reading at 19:00 all year, the start is written without a
# zone and the excluded date in UTC, so it is no date of the series: icalendar 7.3.2 with
# recurring-ical-events 3.8.2 and ical 14.3.1 both show the reading on the day when the shop is closed.
# With "utc" it goes before clocks change, and stays after, the series being in UTC. Commas in a category
# are not escaped (3.8.1.2), those of the title are.
#
# Seen: local, 17 October out: 10 17 24 31, ical 10 17 24 31; utc, 17 out: 10 24 31, 31 out: 10 17 24 31;
# CATEGORIES:BD, manga.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 ical==14.3.1 \
    tzdata==2026.6
npm install --silent --no-audit --no-fund --prefix "$folder" ics@3.12.0
cat > "$folder/write.cjs" <<'JS'
const ics = require("ics");

const series = (startOutputType, day) =>
  ics.createEvent({
    start: [2026, 10, 10, 19, 0],
    startOutputType,
    duration: { hours: 2 },
    title: "Reading, signing",
    categories: ["BD, manga"],
    recurrenceRule: "FREQ=WEEKLY;COUNT=4",
    exclusionDates: [[2026, 10, day, 19, 0]],
  });
const all = [series("local", 17), series("utc", 17), series("utc", 31)];
console.log(JSON.stringify(all.map(({ error, value }) => (error ? "" : value))));
JS
TZ=Europe/Paris node "$folder/write.cjs" > "$folder/calendars.json"
"$folder/venv/bin/python" - "$folder/calendars.json" <<'PYTHON'
import json
import sys

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

texts = json.load(open(sys.argv[1], encoding="utf-8"))
calendars = [icalendar.Calendar.from_ical(text) for text in texts]
series = [recurring_ical_events.of(calendar).at((2026, 10)) for calendar in calendars]
days = [" ".join(str(event.start.day) for event in events) for events in series]
timeline = IcsCalendarStream.calendar_from_ics(texts[0]).timeline
beside = " ".join(str(event.dtstart.day) for event in timeline)
print(f"local, 17 October out: {days[0]}, ical {beside}; utc, 17 out: {days[1]}, 31 out: {days[2]}.")
assert days == ["10 17 24 31", "10 24 31", "10 17 24 31"]
assert beside == "10 17 24 31"
assert "SUMMARY:Reading\\, signing" in texts[0] and "CATEGORIES:BD, manga" in texts[0]
PYTHON
