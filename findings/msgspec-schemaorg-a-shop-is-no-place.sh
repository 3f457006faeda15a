#!/bin/sh
# msgspec-schemaorg 0.2.1: a BookStore cannot say where it is or when it is open, and what the library
# writes cannot be read back by it.
#
# On schema.org a shop is a LocalBusiness, which is an Organization and a Place; geo, amenityFeature,
# openingHoursSpecification and specialOpeningHoursSpecification are of Place. The library's classes have
# only the first of two parents, so each of the four is an unexpected keyword: a map of shops or a week of
# hours per span cannot be made. What it writes, `msgspec.json.decode(…, type=…)` refuses with a
# NameError, the names of other classes being unknown where they are looked up. pydantic-schemaorg 1.0.6
# writes a shop with its hours and its place.
#
# Seen: of 4 of Place: BookStore 0, Place 4; decode NameError; pydantic-schemaorg geo GeoCoordinates,
# hours 10:00:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet msgspec-schemaorg==0.2.1 pydantic-schemaorg==1.0.6
"$folder/venv/bin/python" - <<'PYTHON'
import json

import msgspec
from msgspec_schemaorg.models import BookStore, Place
from pydantic_schemaorg.BookStore import BookStore as Shop
from pydantic_schemaorg.GeoCoordinates import GeoCoordinates
from pydantic_schemaorg.OpeningHoursSpecification import OpeningHoursSpecification

OF_PLACE = {
    "geo",
    "amenityFeature",
    "openingHoursSpecification",
    "specialOpeningHoursSpecification",
}
shop, place = (len(OF_PLACE & set(kind.__struct_fields__)) for kind in (BookStore, Place))
try:
    msgspec.json.decode(msgspec.json.encode(BookStore(name="A shop")), type=BookStore)
    read = "well"
except NameError:
    read = "NameError"
hours = OpeningHoursSpecification(opens="10:00", closes="19:00", dayOfWeek="Monday")
beside = json.loads(
    Shop(
        name="A shop",
        openingHoursSpecification=[hours],
        geo=GeoCoordinates(latitude=45.83, longitude=1.26),
    ).json()
)
kind, opens = beside["geo"]["@type"], beside["openingHoursSpecification"][0]["opens"]
print(
    f"of 4 of Place: BookStore {shop}, Place {place}; decode {read}; pydantic-schemaorg geo {kind},"
    f" hours {opens}."
)
assert (shop, place) == (0, 4)
assert read == "NameError"
assert (kind, opens) == ("GeoCoordinates", "10:00:00")
PYTHON
