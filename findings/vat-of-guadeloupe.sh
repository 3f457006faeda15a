#!/bin/sh
# sales-tax 2.23.0 and eu-vat-rates-data 2026.9.29: a shop in Guadeloupe has no VAT at home, and a shop
# on the mainland has the rates of Corsica and of the overseas departments among its own.
#
# Guadeloupe, Martinique and Réunion have rates of their own, 8.5 and 2.1 % (French tax code, article
# 296), and codes of their own in ISO 3166. sales-tax (npm) answers "none" and 0 % for each, also when
# the seller is there, and calculates with it, as for places that have no VAT. eu-vat-rates-data, which
# the Commission's database fills, does not know them, and lists under France 0.9, 1.05, 8.5 and 13,
# which hold in Corsica or overseas only, beside the 5.5 of books, without a mark: a menu made of the
# list offers a shop on the mainland four rates that it may not use. Keep the rates of a region in its
# own settings.
#
# Seen: sales-tax at home: GP none 0 100, FR vat 0.2 120; eu-vat-rates-data: GP None, FR 0.9 1.05 5.5
# 8.5 10.0 13.0.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet eu-vat-rates-data==2026.9.29
npm install --silent --no-audit --no-fund --prefix "$folder" sales-tax@2.23.0
cat > "$folder/ask.cjs" <<'JS'
const SalesTax = require("sales-tax");
const atHome = async (place) => {
  SalesTax.setTaxOriginCountry(place);
  const { type, rate, total } = await SalesTax.getAmountWithSalesTax(place, null, 100);
  return `${place} ${type} ${rate} ${total}`;
};
(async () => console.log(JSON.stringify([await atHome("GP"), await atHome("FR")])))();
JS
node "$folder/ask.cjs" > "$folder/answers.json"
"$folder/venv/bin/python" - "$folder/answers.json" <<'PYTHON'
import json
import sys

from eu_vat_rates_data import get_rate

overseas, mainland = json.load(open(sys.argv[1], encoding="utf-8"))
rates = " ".join(map(str, get_rate("FR")["reduced"]))
print(
    f"sales-tax at home: {overseas}, {mainland};"
    f" eu-vat-rates-data: GP {get_rate('GP')}, FR {rates}."
)
assert (overseas, mainland) == ("GP none 0 100", "FR vat 0.2 120")
assert get_rate("GP") is None
assert rates == "0.9 1.05 5.5 8.5 10.0 13.0"
PYTHON
