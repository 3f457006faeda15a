#!/bin/sh
# tracking-url 0.0.5 and tracking-numbers 0.1.8, both of which find the carrier by the number: a
# registered letter of La Poste is Chronopost's for the one, one of its express letters goes to the post
# of the United States, and neither knows the thirteen signs of Colissimo.
#
# All posts of the world number what they register by S10 of the Universal Postal Union: two letters,
# nine digits of which the last checks the others, the country. The first letter says what it is (R a
# registered letter, L a tracked one, E an express one, C a parcel), the country whose post took it.
# tracking-url has one rule for the form, under Chronopost, and one before it that takes E, a letter and
# nine digits for USPS whatever the country. tracking-numbers names the standard, right, and has no
# address for it. Twelve digits, of Mondial Relay, are FedEx's for both. A reader who follows the link of
# their mail finds that the parcel does not exist: ask the shop which carrier it is.
#
# Seen: tracking-url: RR473124829FR chronopost, LB473124829FR chronopost, EE473124829FR usps,
# 6A12345678901 None, 123456789012 fedex; tracking-numbers: S10 International Standard without
# an address three times, None, FedEx with one.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tracking-url==0.0.5 tracking-numbers==0.1.8
"$folder/venv/bin/python" - <<'PYTHON'
from tracking_numbers import get_tracking_number
from tracking_url import guess_carrier

NUMBERS = ["RR473124829FR", "LB473124829FR", "EE473124829FR", "6A12345678901", "123456789012"]
one, other = [], []
for number in NUMBERS:
    found = guess_carrier(number)
    one.append(found and found.carrier)
    known = get_tracking_number(number)
    other.append(known and (known.courier.name, bool(known.tracking_url)))
told = ", ".join(f"{number} {carrier}" for number, carrier in zip(NUMBERS, one, strict=True))
print(f"tracking-url: {told}; tracking-numbers: {other}.")
assert one == ["chronopost", "chronopost", "usps", None, "fedex"]
assert other == [("S10 International Standard", False)] * 3 + [None, ("FedEx", True)]
PYTHON
