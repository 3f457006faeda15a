#!/bin/sh
# Four libraries on the public holidays of 2026 overseas: four lists for Guadeloupe and four for
# Martinique, where neither Python one has Good Friday, and two dates for Saint-Martin.
#
# `PH off` of a shop in Fort-de-France or Pointe-à-Pitre is read through one of these: holidays 0.109
# (2026), jours-feries-france 0.7.0, date-holidays 3.37.0 and opening_hours.js 3.15.0 (npm). Days of
# law (the end of slavery) and days of usage (mid-Lent, Good Friday, Victor Schoelcher's) are mixed in
# each its own way, without a mark which is which. The page of a shop and its map, one in Python and one
# in JavaScript, so tell different days. Keep a list of your own, and let the shop say what it does.
#
# Seen, days beside the eleven of France, in that order. Guadeloupe: 03-12 04-03 05-27 07-21; 05-27;
# 04-03 05-27; 04-03 05-27 07-21. Martinique: 05-22 07-21; 05-22; 04-03 05-22; 04-03 05-22 07-21.
# Saint-Martin: 05-28 07-21; 05-28; 05-27; 05-27.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109 jours-feries-france==0.7.0
npm install --silent --no-audit --no-fund --prefix "$folder" date-holidays@3.37.0 opening_hours@3.15.0
cat > "$folder/read.cjs" <<'JS'
const [Holidays, Hours] = [require("date-holidays"), require("opening_hours")];
const regions = { GP: "Guadeloupe", MQ: "Martinique", MF: "Saint-Martin" };
const [year, answer] = [[new Date(2026, 0, 1), new Date(2027, 0, 1)], {}];
for (const [code, state] of Object.entries(regions)) {
  const all = new Holidays("FR", code).getHolidays(2026).filter((day) => day.type === "public");
  const place = { lat: 16, lon: -61, address: { country_code: "fr", state } };
  const open = new Hours("PH open", place).getOpenIntervals(...year);
  const shown = open.map(([start]) => start.toLocaleDateString("sv").slice(5));
  answer[code] = [all.map((day) => day.date.slice(5, 10)), shown];
}
console.log(JSON.stringify(answer));
JS
TZ=Europe/Paris node "$folder/read.cjs" > "$folder/days.json"
"$folder/venv/bin/python" - "$folder/days.json" <<'PYTHON'
import json
import sys

import holidays
from jours_feries_france import JoursFeries

OTHERS = json.load(open(sys.argv[1], encoding="utf-8"))
FRANCE = {f"{day:%m-%d}" for day in holidays.France(years=2026)}


def answers(code: str, subdivision: str, zone: str) -> list[str]:
    """Return the days beside those of France, as each of the four has them."""
    first = [f"{day:%m-%d}" for day in holidays.France(subdiv=subdivision, years=2026)]
    second = [f"{day:%m-%d}" for day in JoursFeries.for_year(2026, zone=zone).values()]
    return [" ".join(sorted(set(days) - FRANCE)) for days in (first, second, *OTHERS[code])]


guadeloupe = answers("GP", "971", "Guadeloupe")
martinique = answers("MQ", "972", "Martinique")
saint_martin = answers("MF", "MF", "Saint-Martin")
print(guadeloupe, martinique, saint_martin, sep="\n")
assert guadeloupe == ["03-12 04-03 05-27 07-21", "05-27", "04-03 05-27", "04-03 05-27 07-21"]
assert martinique == ["05-22 07-21", "05-22", "04-03 05-22", "04-03 05-22 07-21"]
assert saint_martin == ["05-28 07-21", "05-28", "05-27", "05-27"]
PYTHON
