#!/bin/sh
# biip 5.2.0 (2026): a magazine or a book scanned with its add-on, as a reader hands it over with the
# identifier ]E3, has no GTIN at all; the same code without the add-on has.
#
# ]E3 is "EAN-13, UPC-A or UPC-E with add-on" and brings 15 or 18 digits, the first 13 being the GTIN
# (GS1 General Specifications, symbology identifiers and add-on symbols; ISO/IEC 15420). biip names
# the symbology in that way itself, counts it among those that carry a GTIN, then tries to read all 15
# digits as one. Every issue of a magazine (977, two digits) is unknown at the till, and it is not an
# exception.
#
# Seen: ]E0 9770395203003; ]E3 with 2 None, with 5 None, known as EAN_13_WITH_ADD_ON.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet biip==5.2.0
"$folder/venv/bin/python" - <<'PYTHON'
import biip

bare = biip.parse("]E09770395203003")
issue = biip.parse("]E3977039520300312")
price = biip.parse("]E3978207036002450840")
name = issue.symbology_identifier.gs1_symbology.name
print(
    f"]E0 {bare.gtin and bare.gtin.value}; ]E3 with 2 {issue.gtin}, with 5 {price.gtin}, known as {name}."
)
assert bare.gtin and bare.gtin.value == "9770395203003"
assert issue.gtin is None and price.gtin is None
assert "got 15" in issue.gtin_error and "got 18" in price.gtin_error
assert name == "EAN_13_WITH_ADD_ON"
PYTHON
