#!/bin/sh
# osm-opening-hours-humanized 1.0.0b7: hours that are added with a comma replace those of the day, and
# a French text names the days of a month in English.
#
# After a comma a rule adds, after a semicolon it replaces (OSM wiki, Key:opening_hours/specification,
# rule separators). `Tu-Sa 10:00-12:00, We 14:00-18:00` is how a shop that stays on Wednesday
# afternoon is written; the library says it is closed on Wednesday morning, as if `;` stood there.
# opening-hours-py 2.1.4 has it open. With locale="fr" December alone is "Décembre", yet the 24th, the
# day whose hours are asked for most, is "24 December".
#
# Seen: Wednesday at 11: humanized False, opening-hours-py True; at 15: True, True. fr: Décembre, 24
# December.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet osm-opening-hours-humanized==1.0.0b7 opening-hours-py==2.1.4 \
    "setuptools<81"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

from opening_hours import OpeningHours
from osm_opening_hours_humanized import OHParser

HOURS = "Tu-Sa 10:00-12:00, We 14:00-18:00"
morning, afternoon = datetime(2026, 11, 25, 11), datetime(2026, 11, 25, 15)
humanized, beside = OHParser(HOURS, locale="fr"), OpeningHours(HOURS)
at_11 = humanized.is_open(morning), beside.is_open(morning)
at_15 = humanized.is_open(afternoon), beside.is_open(afternoon)
month, day = (
    OHParser(text, locale="fr").description()[0].split(" :")[0]
    for text in ("Dec 10:00-17:00", "Dec 24 10:00-17:00")
)
print(
    f"Wednesday at 11: humanized {at_11[0]}, opening-hours-py {at_11[1]};"
    f" at 15: {at_15[0]}, {at_15[1]}. fr: {month}, {day}."
)
assert at_11 == (False, True)
assert at_15 == (True, True)
assert (month, day) == ("Décembre", "24 December")
PYTHON
