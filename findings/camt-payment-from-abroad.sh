#!/bin/sh
# pycamt 1.1.1 (2026): 43 euros that came in are 50 euros that went out; bankstatementparser 0.0.29
# (2026): a payment in camt.053.001.08 has no payer.
#
# A reader abroad pays 50 dollars, the bank takes its charges and books 43 euros to the shop. In a
# statement in camt.053.001.02 pycamt takes the first amount anywhere in the details, the dollars that
# were ordered, calls them euros, and takes the mark of the charges (DBIT) for that of the payment. In
# camt.053.001.08 the name of the payer stands one level deeper (Dbtr/Pty/Nm) and bankstatementparser
# looks for it at the old place: orders and membership fees come from nobody. Each reads well the file
# that the other does not; both files hold to the schemas that camt053 0.0.23 ships.
#
# Seen: 02: pycamt 50.00 EUR DBIT A reader, bankstatementparser 43.00 EUR CRDT A reader; 08: pycamt
# 46.00 EUR CRDT A reader, bankstatementparser 43.00 EUR CRDT nobody.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pycamt==1.1.1 bankstatementparser==0.0.29 camt053==0.0.23
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import camt053
from bankstatementparser import CamtParser
from lxml import etree
from pycamt.parser import Camt053Parser

OLD, NEW = "camt.053.001.02", "camt.053.001.08"
STATUS = {OLD: "BOOK", NEW: "<Cd>BOOK</Cd>"}
AMOUNT = {OLD: "", NEW: '<Amt Ccy="EUR">46.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'}
CHARGES = '<Amt Ccy="EUR">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
TAKEN = {OLD: CHARGES, NEW: f"<Rcrd>{CHARGES}</Rcrd>"}
PAYER = {OLD: "<Nm>A reader</Nm>", NEW: "<Pty><Nm>A reader</Nm></Pty>"}


def balance(kind: str, amount: str) -> str:
    """Return one balance of the day."""
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-02</Dt></Dt></Bal>"
    )


def statement(version: str) -> str:
    """Return a statement with one payment, and check it against its schema."""
    file = (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><BkToCstmrStmt><GrpHdr>'
        "<MsgId>1</MsgId><CreDtTm>2026-11-03T06:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>"
        "<CreDtTm>2026-11-03T06:00:00</CreDtTm><Acct><Id><IBAN>FR7630004000031234567890143</IBAN>"
        f"</Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', '100.00')}{balance('CLBD', '143.00')}"
        '<Ntry><Amt Ccy="EUR">43.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Sts>{STATUS[version]}</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>XBCT</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>7</EndToEndId></Refs>{AMOUNT[version]}"
        '<AmtDtls><InstdAmt><Amt Ccy="USD">50.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">46.00</Amt>'
        f"</TxAmt></AmtDtls><Chrgs>{TAKEN[version]}</Chrgs><RltdPties><Dbtr>{PAYER[version]}</Dbtr>"
        "</RltdPties><RmtInf><Ustrd>Commande 2026-7</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        "</Stmt></BkToCstmrStmt></Document>"
    )
    schema = Path(camt053.__file__).parent / "xsd" / f"{version}.xsd"
    etree.XMLSchema(etree.parse(str(schema))).assertValid(etree.fromstring(file))
    return file


def pycamt(version: str) -> str:
    """Return the amount, the direction and the payer as pycamt has them."""
    (one,) = Camt053Parser(statement(version)).get_transactions()
    names = ["Amount", "Currency", "CreditDebitIndicator", "DebtorName"]
    return " ".join(one[name] for name in names)


def other(version: str) -> str:
    """Return the same as bankstatementparser has it."""
    (one,) = CamtParser.from_string(statement(version)).parse().to_dict("records")
    return f"{one['Amount']:.2f} {one['Currency']} {one['DrCr']} {one['Debtor'] or 'nobody'}"


seen = [reader(version) for version in (OLD, NEW) for reader in (pycamt, other)]
print(
    f"02: pycamt {seen[0]}, bankstatementparser {seen[1]};"
    f" 08: pycamt {seen[2]}, bankstatementparser {seen[3]}."
)
assert seen[0] == "50.00 EUR DBIT A reader"
assert seen[1] == "43.00 EUR CRDT A reader"
assert seen[2] == "46.00 EUR CRDT A reader"
assert seen[3] == "43.00 EUR CRDT nobody"
PYTHON
