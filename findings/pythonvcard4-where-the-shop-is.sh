#!/bin/sh
# pythonvCard4 0.2.0: a card that says where the shop is, in the way of vCard 4.0, cannot be read, and
# the cards that it writes have a broken web address, a broken name of the house and two names.
#
# It calls itself compliant with RFC 6350. There a place is a URI, GEO:geo:45.83,1.26 (6.5.2); it knows
# only the 45.83;1.26 of vCard 3.0, so this one line loses the whole card (ValueError), and it writes that
# form under VERSION:4.0. The parts of ORG are divided by ; (6.6.4); it writes \; and makes them one. In
# a web address a comma is not escaped (6.7.8); it writes \, and the page is not found. N, of which there
# is one at most (6.2.2), is read once and written twice. vobject 0.9.9 keeps ORG and N. It needs Pillow
# to start and does not ask for it.
#
# Seen: read GEO ValueError; written GEO:45.83;1.26; ORG:House\;Jazz; URL:https://shop.example/a\,b; N 2;
# vobject ORG:House;Jazz N 1.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pythonvCard4==0.2.0 pillow==13.0.0 vobject==0.9.9
"$folder/venv/bin/python" - <<'PYTHON'
import vobject
from pythonvCard4.vcard import Contact


def card(*lines: str) -> str:
    """Return a card of a shop with these lines."""
    return "\r\n".join(("BEGIN:VCARD", "VERSION:4.0", "FN:A shop", *lines, "END:VCARD", ""))


def line(text: str, name: str) -> list[str]:
    """Return the lines of this property."""
    return [each for each in text.splitlines() if each.partition(":")[0] == name]


try:
    place = str(Contact.from_vcard(card("GEO:geo:45.83,1.26")).geo)
except ValueError:
    place = "ValueError"
old = line(Contact(fn="A shop", geo={"lat": 45.83, "lon": 1.26}).to_vcard(), "GEO")
text = card("ORG:House;Jazz", "URL:https://shop.example/a,b", "N:Dupont;Jean;;;")
written, beside = Contact.from_vcard(text).to_vcard(), vobject.readOne(text).serialize()
house, page, names = line(written, "ORG"), line(written, "URL"), len(line(written, "N"))
print(f"read GEO {place}; written {old} {house} {page} N {names}; vobject {line(beside, 'ORG')}")
assert "VERSION:4.0" in written
assert (place, old) == ("ValueError", ["GEO:45.83;1.26"])
assert (house, page, names) == (["ORG:House\\;Jazz"], ["URL:https://shop.example/a\\,b"], 2)
assert (line(beside, "ORG"), len(line(beside, "N"))) == (["ORG:House;Jazz"], 1)
PYTHON
