#!/bin/sh
# An OFX file of a bank with two accounts, read by four libraries: django-accounting-fr 0.3.0 (2026)
# books the savings to the current account, ofx-data-extractor 1.5.0 (npm) cannot read it, and
# node-ofx-parser 0.5.1 (npm) has "&amp;amp;amp;" in a shop's name.
#
# Banks write all accounts of an association into one file, each with a statement of its own (OFX: any
# number of STMTTRNRS). django-accounting-fr puts the movements of all into one list, with the number
# and the balance of the first, so a grant on the savings account is a payment into the current one and
# the balance does not agree; nothing is raised. ofx-data-extractor reads one account and raises with
# two. The "&" of a name is written "&amp;", which node-ofx-parser escapes twice more and
# django-accounting-fr leaves as it is. ofxtools 1.1.1 has accounts and name right.
#
# Seen: ofxtools 20.00 of Plume & Cie on 111, 500.00 on 222; django-accounting-fr 20.00 of Plume &amp;
# Cie and 500.00 on 111, balance 100.00; ofx-data-extractor 2 movements, two accounts not
# (SyntaxError); node-ofx-parser Plume &amp;amp;amp; Cie.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet django-accounting-fr==0.3.0 ofxtools==1.1.1
npm install --silent --no-audit --no-fund --prefix "$folder" ofx-data-extractor@1.5.0 \
    node-ofx-parser@0.5.1
cat > "$folder/write.py" <<'PYTHON'
import json

HEAD = [
    "OFXHEADER:100",
    "DATA:OFXSGML",
    "VERSION:102",
    "SECURITY:NONE",
    "ENCODING:USASCII",
    "CHARSET:1252",
    "COMPRESSION:NONE",
    "OLDFILEUID:NONE",
    "NEWFILEUID:NONE",
    "",
]
OK = ["<STATUS>", "<CODE>0", "<SEVERITY>INFO", "</STATUS>"]


def account(number: str, kind: str, amount: str, name: str) -> list[str]:
    """Return the statement of one account with one movement."""
    return [
        *["<STMTTRNRS>", "<TRNUID>1", *OK, "<STMTRS>", "<CURDEF>EUR", "<BANKACCTFROM>"],
        *["<BANKID>30004", f"<ACCTID>{number}", f"<ACCTTYPE>{kind}", "</BANKACCTFROM>"],
        *["<BANKTRANLIST>", "<DTSTART>20261101", "<DTEND>20261130"],
        *["<STMTTRN>", "<TRNTYPE>CREDIT", "<DTPOSTED>20261102", f"<TRNAMT>{amount}"],
        *[f"<FITID>{number}-1", f"<NAME>{name}", "</STMTTRN>"],
        *["<STMTTRN>", "<TRNTYPE>DEBIT", "<DTPOSTED>20261103", "<TRNAMT>-1.00"],
        *[f"<FITID>{number}-2", "<NAME>Frais", "</STMTTRN>", "</BANKTRANLIST>"],
        *["<LEDGERBAL>", "<BALAMT>100.00", "<DTASOF>20261130", "</LEDGERBAL>"],
        *["</STMTRS>", "</STMTTRNRS>"],
    ]


def file(*accounts: list[str]) -> str:
    """Return a file with these accounts."""
    sign = ["<SIGNONMSGSRSV1>", "<SONRS>", *OK, "<DTSERVER>20261130", "<LANGUAGE>FRA", "</SONRS>"]
    body = ["<BANKMSGSRSV1>", *(line for one in accounts for line in one), "</BANKMSGSRSV1>"]
    return "\n".join([*HEAD, "<OFX>", *sign, "</SIGNONMSGSRSV1>", *body, "</OFX>", ""])


current = account("111", "CHECKING", "20.00", "Plume &amp; Cie")
savings = account("222", "SAVINGS", "500.00", "Subvention")
print(json.dumps([file(current), file(current, savings)]))
PYTHON
cat > "$folder/read.cjs" <<'JS'
const [one, two] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { Ofx } = require("ofx-data-extractor");
const { parse } = require("node-ofx-parser");
const read = (file) => {
  try {
    return new Ofx(file).getBankTransferList().length;
  } catch (error) {
    return `not (${error.name})`;
  }
};
const named = parse(one).OFX.BANKMSGSRSV1.STMTTRNRS.STMTRS.BANKTRANLIST.STMTTRN[0].NAME;
console.log(JSON.stringify([read(one), read(two), named]));
JS
"$folder/venv/bin/python" "$folder/write.py" > "$folder/files.json"
node "$folder/read.cjs" < "$folder/files.json" > "$folder/others.json"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import io
import json
import sys
from pathlib import Path

from accounting_fr.bank_formats import parse
from ofxtools.Parser import OFXTree

FOLDER = Path(sys.argv[1])
file = json.loads((FOLDER / "files.json").read_text(encoding="utf-8"))[1].encode("cp1252")
tree = OFXTree()
tree.parse(io.BytesIO(file))
right = [
    (statement.account.acctid, str(move.trnamt), move.name)
    for statement in tree.convert().statements
    for move in statement.transactions
    if move.trnamt > 0
]
book = parse(file, "november.ofx")
booked = [(book.account_number, str(line.amount), line.label) for line in book.lines if line.amount > 0]
one, two, name = json.loads((FOLDER / "others.json").read_text(encoding="utf-8"))
print(f"ofxtools {right}; django-accounting-fr {booked}, balance {book.closing_balance};")
print(f"ofx-data-extractor {one} movements, two accounts {two}; node-ofx-parser {name}.")
assert right == [("111", "20.00", "Plume & Cie"), ("222", "500.00", "Subvention")]
assert booked == [("111", "20.00", "Plume &amp; Cie"), ("111", "500.00", "Subvention")]
assert (one, two) == (2, "not (SyntaxError)")
assert name == "Plume &amp;amp;amp; Cie"
PYTHON
