#!/bin/sh
# vobject 0.9.9: the web address of a contact card is cut at its first comma, and written back it
# stays cut: a shop's link to a map no longer leads there.
#
# URL in a card is one URI, in which a comma is an ordinary character that is not escaped (RFC 6350,
# 6.7.8; RFC 2426, 3.6.8; RFC 3986, 2.2). vobject reads it, and LOGO, SOURCE and IMPP, as a list of
# texts and keeps the first. URL of a calendar's event, read by the same library, is kept whole. The
# addresses that maps give for a place have its latitude and longitude in them, with a comma between.
#
# Seen: card https://maps.example/@48.85; written back True; event
# https://maps.example/@48.85,2.35,17z.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vobject==0.9.9
"$folder/venv/bin/python" - <<'PYTHON'
import vobject

MAP = "https://maps.example/@48.85,2.35,17z"


def lines(*texts: str) -> str:
    """Return the lines as they stand in a file."""
    return "".join(f"{text}\r\n" for text in texts)


card = vobject.readOne(
    lines("BEGIN:VCARD", "VERSION:3.0", "FN:A shop", "N:A shop;;;;", f"URL:{MAP}", "END:VCARD")
)
calendar = vobject.readOne(
    lines(
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shop.example//FR",
        "BEGIN:VEVENT",
        "UID:reading@shop.example",
        "DTSTAMP:20260901T080000Z",
        "DTSTART:20261001T170000Z",
        f"URL:{MAP}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
)
read, event = card.url.value, calendar.vevent.url.value
cut = "URL:https://maps.example/@48.85\r\n" in card.serialize()
print(f"card {read}; written back {cut}; event {event}.")
assert read == "https://maps.example/@48.85"
assert cut
assert event == MAP
PYTHON
