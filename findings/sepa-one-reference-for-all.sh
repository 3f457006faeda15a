#!/bin/sh
# sepa 3.0.0 (npm): the creditor reference (RF) of one transfer becomes that of all, also of those in
# files made later by the same process, and the file is one that banks refuse.
#
# `structuredRemittanceInfo` has a place for the reference that a distributor or a printer prints on
# its invoice. It is one object for all transfers of the process, so filling it in takes the free text
# away from each other transfer, before and after: five distributors are paid with the reference of
# one. Give each transfer an object of its own. Even then the file does not hold to the schema
# (pain.001.001.03, as sepaxml 2.7.0 ships it): the kind of reference is in an element with a
# misspelt name, with the reference inside. Without references the file is good.
#
# Seen: without: valid Facture 1 Facture 2; with one: refused RF18539007547034 twice; the next file: the
# same; an object of its own: refused Facture 1 RF18539007547034.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sepaxml==2.7.0
npm install --silent --no-audit --no-fund --prefix "$folder" sepa@3.0.0
cat > "$folder/write.cjs" <<'JS'
const SEPA = require("sepa");

const transfers = (fill) => {
  const file = new SEPA.Document("pain.001.001.03");
  Object.assign(file.grpHdr, { id: "M1", created: new Date(2026, 10, 2), initiatorName: "A shop" });
  const info = file.createPaymentInfo();
  const debtor = { debtorName: "A shop", debtorIBAN: "FR7630004000031234567890143" };
  Object.assign(info, { ...debtor, requestedExecutionDate: new Date(2026, 10, 3) });
  file.addPaymentInfo(info);
  for (const number of [1, 2]) {
    const one = info.createTransaction();
    const [creditorName, creditorIBAN] = [`Distributor ${number}`, "FR1420041010050500013M02606"];
    const [end2endId, remittanceInfo] = [`E${number}`, `Facture ${number}`];
    Object.assign(one, { creditorName, creditorIBAN, amount: 10.1, end2endId, remittanceInfo });
    if (number === 2) fill(one);
    info.addTransaction(one);
  }
  return file.toString();
};
const reference = { typeCode: "SCOR", issuer: "ISO", reference: "RF18539007547034" };
const own = (one) => { one.structuredRemittanceInfo = { ...reference }; };
const shared = (one) => { Object.assign(one.structuredRemittanceInfo, reference); };
const nothing = () => {};
console.log(JSON.stringify([nothing, own, shared, nothing].map(transfers)));
JS
node "$folder/write.cjs" > "$folder/files.json"
"$folder/venv/bin/python" - "$folder/files.json" <<'PYTHON'
import json
import re
import sys

from sepaxml.validation import try_valid_xml


def told(file: str) -> str:
    """Return whether the schema holds, and what each transfer of the file says to its receiver."""
    try:
        try_valid_xml(file.encode(), "pain.001.001.03")
        valid = "valid"
    except Exception as error:
        assert "contains validation errors" in str(error)
        valid = "refused"
    return " ".join([valid, *re.findall("<(?:Ustrd|Ref)>(.*?)<", file)])


plain, own, shared, after = map(told, json.load(open(sys.argv[1], encoding="utf-8")))
print(f"without: {plain}; with one: {shared}; the next file: {after}; an object of its own: {own}.")
assert plain == "valid Facture 1 Facture 2"
assert own == "refused Facture 1 RF18539007547034"
assert shared == after == "refused RF18539007547034 RF18539007547034"
PYTHON
