#!/bin/sh
# adresseparser 1.0.9: Besançon, Alençon and Châlons are in Paris, so that two addresses 400 km and more
# apart are the same; streets named after a day lose it, and no address overseas can be read.
#
# Of the letters with marks the package knows é è à ù ê ô î in the name of a town, and no ç, no â, no
# apostrophe. Where a town has one, the package does not say that it found none: the postal code is 75001
# and the town empty, although the code stands in the address. `compare`, with which a shop would look for
# readers who are in its list twice, joins them. Numbers are taken out of the street as well as from before
# it, so that "rue du 8 Mai 1945", which nearly every town has, is "MAI", and "12-14" leaves a hyphen. The
# first two digits are taken for the department, and 97 is none: KeyError. pandas, which it needs for towns
# with CEDEX alone, is replaced here.
#
# Seen: Périgueux 24000 PÉRIGUEUX, Besançon 75001 '', Alençon 75001 '', Châlons 75001 '', L'Isle-Adam 75001
# '', the first two of these the same True; MAI, -NATIONALE; Saint-Denis KeyError.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps adresseparser==1.0.9
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from types import SimpleNamespace

sys.modules["pandas"] = SimpleNamespace(DataFrame=list)
from AdresseParser import AdresseParser  # noqa: E402

parser = AdresseParser()
STREET = "4 rue des Fleurs"
TOWNS = ["24000 Périgueux", "25000 Besançon", "61000 Alençon", "51000 Châlons-en-Champagne"]
TOWNS.append("95290 L'Isle-Adam")
found = [parser.parse(f"{STREET} {town}") for town in TOWNS]
places = [(each["code_postal"], each["ville"]["nom"]) for each in found]
same = parser.compare(f"{STREET} {TOWNS[1]}", f"{STREET} {TOWNS[2]}")
apart = parser.compare(f"{STREET} {TOWNS[0]}", f"{STREET} 61100 Flers")
HOUSES = ["5 rue du 8 Mai 1945 24000 Périgueux", "12-14 rue Nationale 37000 Tours"]
streets = [parser.parse(house)["rue"]["nom"] for house in HOUSES]
try:
    overseas = parser.parse(f"{STREET} 97400 Saint-Denis")["code_postal"]
except KeyError as error:
    overseas = f"KeyError {error}"
told = ", ".join(f"{town} {place}" for town, place in zip(TOWNS, places, strict=True))
print(f"{told}; the same {same}; {', '.join(streets)}; Saint-Denis {overseas}.")
assert places == [("24000", "PÉRIGUEUX")] + [("75001", "")] * 4
assert (same, apart) == (True, False)
assert streets == ["MAI", "-NATIONALE"]
assert overseas == "KeyError '97'"
PYTHON
