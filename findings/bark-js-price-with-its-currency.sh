#!/bin/sh
# bark-js 1.2.1 (npm): a price in euros on a GS1 code, 8.40, is 9788.40, for the number of the currency is
# read as its first digits; the same price without the currency is read well.
#
# A GS1-128 or GS1 DataMatrix label says a price as 392n, in the currency of the place, or as 393n, after
# the three digits of its currency (ISO 4217, 978 is the euro), and an amount to pay likewise as 390n and
# 391n (GS1 General Specifications, 3, of these identifiers). bark-js has one rule for all four. Of a post
# code with its country, 421, it drops the country, and 24000 is then in Périgueux or abroad; the end of a
# month, whose day is written 00, is a date that no calendar has. gs1-barcode-parser-mod 1.2.1 (npm) reads
# all of these well. Take the raw digits of such an element, which bark-js keeps beside its value.
#
# Seen: bark-js 3922 8.40, 3932 9788.40, 3912 9788.40, 421 24000, 15 2026-11-00; gs1-barcode-parser-mod 8.4,
# 8.4 978, 8.4 978, 24000 250, 2026-11-30.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" bark-js@1.2.1 \
    gs1-barcode-parser-mod@1.2.1
cat > "$folder/read.cjs" <<'JS'
const assert = require("node:assert");
const bark = require("bark-js");
const { parseBarcode } = require("gs1-barcode-parser-mod");

const BOOK = "]C10109782070360024";
const ELEMENTS = ["3922840", "3932978840", "3912978840", "42125024000", "15261100"];
const day = (data) => (data instanceof Date ? data.toISOString().slice(0, 10) : data);
const text = ({ data, unit }) => `${day(data)} ${unit}`.trim();
const one = ELEMENTS.map((element) => bark(BOOK + element).elements[1]);
const other = ELEMENTS.map((element) => text(parseBarcode(BOOK + element).parsedCodeItems[1]));
const told = one.map(({ ai, value }) => `${ai} ${value}`);
console.log(`bark-js ${told.join(", ")}; gs1-barcode-parser-mod ${other.join(", ")}.`);
assert.deepStrictEqual(told, ["3922 8.40", "3932 9788.40", "3912 9788.40", "421 24000", "15 2026-11-00"]);
assert.deepStrictEqual(other, ["8.4", "8.4 978", "8.4 978", "24000 250", "2026-11-30"]);
assert.deepStrictEqual(one[1].raw, "978840");
JS
(cd "$folder" && TZ=UTC node read.cjs)
