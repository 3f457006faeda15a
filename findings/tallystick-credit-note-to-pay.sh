#!/bin/sh
# tallystick-core 1.0.0 (2026): the credit note for returned books is one more invoice to pay, or, in UBL,
# no invoice at all.
#
# A bookshop returns a good part of what it buys, and the distributor's credit note comes by the same way
# as its invoices. By EN 16931 its amounts are positive too: only the type, 381 and not 380 (BT-3), says
# that the shop gets the money. The package reads no type. A credit note in CII, which is what Factur-X
# has inside, passes its checks and goes into its bank file as one more debit of 105.50. UBL has a document
# of its own for credit notes, CreditNote, which it does not know, although it names UBL among what it
# reads. facturex 0.6.4 writes the four documents and finds no fault in them. pikepdf, which the package
# needs for PDF alone, is replaced here.
#
# Seen: CII 380 ok 105.50, CII 381 ok 105.50, UBL 380 ok 105.50, UBL 381 unknown; bank file DEBIT
# -105.50 three times.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet facturex==0.6.4 lxml==6.1.3 openpyxl==3.1.5
"$folder/venv/bin/pip" install --quiet --no-deps tallystick-core==1.0.0
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

sys.modules["pikepdf"] = ModuleType("pikepdf")
from facturex import parse, validate  # noqa: E402
from facturex.models import Address, Invoice, LineItem, Party, VatBreakdown  # noqa: E402
from facturex.writers import write_cii, write_ubl  # noqa: E402
from tallystick.engine import einvoice, exports  # noqa: E402
from tallystick.engine.validate import validate as checked  # noqa: E402

FOLDER, NET, VAT = Path(sys.argv[1]), Decimal("100.00"), Decimal("5.50")
AT = Address(line1="1 rue des Livres", city="Lyon", postcode="69001", country_code="FR")


def document(kind: str) -> Invoice:
    """Return ten novels, sold by a distributor (380) or returned to it (381)."""
    novels = LineItem(
        id="1",
        name="Romans",
        quantity=Decimal(10),
        unit_code="C62",
        unit_price=Decimal("10.00"),
        vat_category="S",
        vat_rate=VAT,
        net_amount=NET,
    )
    return Invoice(
        number=f"F{kind}",
        issue_date=date(2026, 11, 20),
        type_code=kind,
        currency="EUR",
        specification="urn:cen.eu:en16931:2017",
        seller=Party(name="Un diffuseur", vat_id="FR40303265045", address=AT),
        buyer=Party(name="La Marge", vat_id="FR83404833048", address=AT),
        lines=[novels],
        vat_breakdown=[VatBreakdown(category="S", rate=VAT, taxable_amount=NET, vat_amount=VAT)],
        total_line_net=NET,
        total_net=NET,
        total_vat=VAT,
        total_gross=NET + VAT,
        amount_due=NET + VAT,
    )


told, read = [], []
for name, write in {"CII": write_cii, "UBL": write_ubl}.items():
    for kind in ("380", "381"):
        path = FOLDER / f"{name}{kind}.xml"
        path.write_bytes(write(document(kind)))
        assert not validate(parse(path)).findings
        flavor = einvoice.sniff_xml_flavor(path.read_bytes())
        if flavor == "unknown":
            told.append(f"{name} {kind} unknown")
            continue
        reader = {"cii": einvoice.parse_cii, "ubl": einvoice.parse_ubl}[flavor]
        read.append(checked(reader(path.read_bytes(), path.name)))
        told.append(f"{name} {kind} {read[-1].status.value} {read[-1].total_gross}")
exports.to_qbo(read, FOLDER / "bank.qbo")
bank = re.findall("<TRNTYPE>(.*)\n.*\n<TRNAMT>(.*)", (FOLDER / "bank.qbo").read_text())
print(f"{', '.join(told)}; bank file {bank}.")
assert told[:2] == ["CII 380 ok 105.50", "CII 381 ok 105.50"]
assert told[2:] == ["UBL 380 ok 105.50", "UBL 381 unknown"]
assert bank == [("DEBIT", "-105.50")] * 3
PYTHON
