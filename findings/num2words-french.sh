#!/bin/sh
# num2words 0.5.14: whole euros are read as cents, and French and Belgian numbers are misspelt where
# invoices, vouchers and anniversaries have them.
#
# The same price of 12 euros is "douze euros" as a Decimal and "zéro euros et douze centimes" as an
# int; the README has only an example with a point. `vingt` and `cent` take an s only at the end of a
# number and lose it before -ième (Académie française, Dictionnaire, at
# "quatre-vingtième"): here "quatre-vingtsième", "deux centsième", and in Belgium "deux cents
# quatre-vingt" and "un millions".
#
# Seen: int zéro euros et douze centimes; Decimal douze euros et zéro centimes; 80th
# quatre-vingtsième; 200th deux centsième; fr_BE 280 deux cents quatre-vingt, 1000000 un millions.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet num2words==0.5.14
"$folder/venv/bin/python" - <<'PYTHON'
from decimal import Decimal

from num2words import num2words

as_int, as_decimal = (
    num2words(price, lang="fr", to="currency", currency="EUR") for price in (12, Decimal(12))
)
ordinals = [num2words(number, lang="fr", to="ordinal") for number in (80, 200)]
belgian = [num2words(number, lang="fr_BE") for number in (280, 1_000_000)]
french = num2words(280, lang="fr")
print(
    f"int {as_int}; Decimal {as_decimal}; 80th {ordinals[0]}; 200th {ordinals[1]};"
    f" fr_BE 280 {belgian[0]}, 1000000 {belgian[1]}."
)
assert as_int == "zéro euros et douze centimes"
assert as_decimal == "douze euros et zéro centimes"
assert ordinals == ["quatre-vingtsième", "deux centsième"]
assert french == "deux cent quatre-vingts"
assert belgian == ["deux cents quatre-vingt", "un millions"]
PYTHON
