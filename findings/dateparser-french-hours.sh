#!/bin/sh
# dateparser 1.5.0 (2026): an hour written the French way, with a blank before the h, makes another
# day, another year or a wrong hour of an event; without the blank it is read well.
#
# French typography sets "20 h" and "18 h 30" with a blank (Imprimerie nationale, Lexique des règles
# typographiques, "heures"), and shops write both ways. On 29 November 2026 "demain à 20 h" is the day
# after tomorrow at 8 (tomorrow and twenty hours more), "vendredi à 19 h" the 19th, ten days ago, and
# "samedi 5 décembre à 20 h" is in the year 2120. Take the blank away before you ask.
#
# Seen: demain à 20h: 2026-11-30 20:00, 20 h: 2026-12-01 08:00. vendredi à 19h: 2026-12-04 19:00, 19
# h: 2026-11-19 00:00. samedi 5 décembre à 20h: 2026-12-05 20:00, 20 h: 2120-12-05 00:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet dateparser==1.5.0
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import dateparser

SETTINGS = {"RELATIVE_BASE": datetime(2026, 11, 29, 12), "PREFER_DATES_FROM": "future"}


def read(text: str) -> str:
    """Return the moment that the text names, said on 29 November 2026 at noon."""
    moment = dateparser.parse(text, languages=["fr"], settings=SETTINGS)
    return f"{moment:%Y-%m-%d %H:%M}"


seen = {
    text: (read(text), read(text.removesuffix("h") + " h"))
    for text in ("demain à 20h", "vendredi à 19h", "samedi 5 décembre à 20h")
}
print(
    " ".join(
        f"{text}: {close}, {text.split()[-1][:-1]} h: {apart}." for text, (close, apart) in seen.items()
    )
)
assert seen == {
    "demain à 20h": ("2026-11-30 20:00", "2026-12-01 08:00"),
    "vendredi à 19h": ("2026-12-04 19:00", "2026-11-19 00:00"),
    "samedi 5 décembre à 20h": ("2026-12-05 20:00", "2120-12-05 00:00"),
}
PYTHON
