#!/bin/sh
# htmldate 1.11.0: in a French page every day of August, and the first of every month, is read as 1
# January of that year.
#
# August is "août"; only "aout", without its accent, is known, though "février" and "décembre" are
# read. The first of a month is "1er", as French has it (Académie française: the ordinal for the first
# day only), and 2 to 31 are plain. A shop's notice "Fermé, mis à jour le 12 août 2026" is seven
# months old for who sorts by it, and the day is one that looks like a date. In <time> the same words
# are read well.
#
# Seen: 12 juillet 2026-07-12; 12 août 2026-01-01; 12 aout 2026-08-12; 1er mars 2026-01-01; 1 mars
# 2026-03-01; <time> 12 août 2026-08-12.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet htmldate==1.11.0
"$folder/venv/bin/python" - <<'PYTHON'
from htmldate import find_date


def read(text: str, tag: str = "p") -> str:
    """Return the date of a page that has only this text."""
    page = f'<html lang="fr"><body><{tag}>{text}</{tag}></body></html>'
    return str(find_date(page, max_date="2027-12-31"))


seen = {
    day: read(f"Mis à jour le {day} 2026")
    for day in ("12 juillet", "12 août", "12 aout", "1er mars", "1 mars")
}
time = read("12 août 2026", "time")
print("; ".join(f"{day} {date}" for day, date in seen.items()) + f"; <time> 12 août {time}.")
assert seen == {
    "12 juillet": "2026-07-12",
    "12 août": "2026-01-01",
    "12 aout": "2026-08-12",
    "1er mars": "2026-01-01",
    "1 mars": "2026-03-01",
}
assert time == "2026-08-12"
PYTHON
