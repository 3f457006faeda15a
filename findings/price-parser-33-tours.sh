#!/bin/sh
# price-parser 0.5.1 (2026): of a line that names a title and its price, the price is the number of the
# title: "33 tours 15 €" costs 33 €, "Tome 3 : 7,90 €" 3 €, "1984 – 9,40 €" 1984 €, "2 x 12,00 €" 2 €.
#
# The package is for "raw text strings" around a price, and finds "Prix : 7.50 EUR", "12€50" and
# "1 234,50 €". The sign of the money is found wherever it stands, yet the number that counts is the first
# of the text, not the one beside the sign; a hint of the currency changes nothing. Lists of used copies,
# of which the column is "title and price", come out wrong without a word, where a title has a number.
#
# Seen: 33 tours 15 €: 33; Tome 3 : 7,90 €: 3; 1984 – 9,40 €: 1984; 2 x 12,00 €: 2; Prix : 7.50 EUR:
# 7.50; 12€50: 12.50; with a hint 33.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet price-parser==0.5.1
"$folder/venv/bin/python" - <<'PYTHON'
from price_parser import Price

WRONG = ["33 tours 15 €", "Tome 3 : 7,90 €", "1984 – 9,40 €", "2 x 12,00 €"]
RIGHT = ["Prix : 7.50 EUR", "12€50"]
told = {text: str(Price.fromstring(text).amount) for text in WRONG + RIGHT}
hinted = str(Price.fromstring(WRONG[0], currency_hint="€").amount)
signs = {Price.fromstring(text).currency for text in WRONG}
print("; ".join(f"{text}: {amount}" for text, amount in told.items()), end="; ")
print(f"with a hint {hinted}.")
assert [told[text] for text in WRONG] == ["33", "3", "1984", "2"]
assert [told[text] for text in RIGHT] == ["7.50", "12.50"]
assert hinted == "33" and signs == {"€"}
PYTHON
