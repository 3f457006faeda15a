#!/bin/sh
# vacances-scolaires-france 0.12.0 (2026): the long week-end of Ascension is missing in 2023-2026 and
# there in 2019-2022 and 2027-2028, and after its last day of data it says "no holiday".
#
# The ministry's calendar of these years (arrêté of 7 December 2022, for 2023-2024 to 2025-2026) frees
# pupils on the Friday and Saturday after Ascension too: 15 and 16 May 2026. A shop's hours of school
# holidays (SH), or a reading for children, are wrong on those days. A year without data raises
# UnsupportedYearException, yet all of autumn 2028 and Christmas are answered False: the data ends on
# 31 August.
#
# Seen: days of Ascension by year: 4 4 5 4 0 0 0 0 3 2. 15 May 2026 False. Christmas 2028 False, 2029
# UnsupportedYearException.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vacances-scolaires-france==0.12.0
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

dates = SchoolHolidayDates()
days = [
    len(dates.holiday_for_year_by_name(year, "Pont de l'Ascension"))
    for year in range(2019, 2029)
]
friday = dates.is_holiday(date(2026, 5, 15))
christmas = dates.is_holiday(date(2028, 12, 25))
try:
    later = str(dates.is_holiday(date(2029, 12, 25)))
except UnsupportedYearException as error:
    later = type(error).__name__
print(
    f"days of Ascension by year: {' '.join(map(str, days))}. 15 May 2026 {friday}."
    f" Christmas 2028 {christmas}, 2029 {later}."
)
assert days == [4, 4, 5, 4, 0, 0, 0, 0, 3, 2]
assert not friday
assert (christmas, later) == (False, "UnsupportedYearException")
PYTHON
