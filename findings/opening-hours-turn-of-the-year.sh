#!/bin/sh
# opening-hours-py 2.1.4: a season that passes the turn of the year ends with its first year, and a
# night of one day is lost where the next day has hours of its own.
#
# `2026 Nov-Feb` names the winter from November 2026 to February 2027; the library closes on
# 31 December. `Fr 22:00-02:00; Sa 10:00-12:00` is a Friday that ends on Saturday at two; the library
# closes at midnight, for the rule of Saturday takes the whole day. Without that rule it stays open.
#
# Seen: winter: December True, January False. night: alone True, with a Saturday False.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet opening-hours-py==2.1.4
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

from opening_hours import OpeningHours

winter = OpeningHours("2026 Nov-Feb 10:00-18:00")
december, january = (
    winter.is_open(datetime(2026, 12, 10, 12)),
    winter.is_open(datetime(2027, 1, 12, 12)),
)
saturday_at_one = datetime(2026, 11, 28, 1)
alone = OpeningHours("Fr 22:00-02:00").is_open(saturday_at_one)
beside = OpeningHours("Fr 22:00-02:00; Sa 10:00-12:00").is_open(saturday_at_one)
print(f"winter: December {december}, January {january}. night: alone {alone}, with a Saturday {beside}.")
assert (december, january) == (True, False)
assert (alone, beside) == (True, False)
PYTHON
